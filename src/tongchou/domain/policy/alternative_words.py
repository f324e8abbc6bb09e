"""The sentences of ``alternatives``: what would change an answer, in Chinese and English.

They speak of what is so or not so, never of what somebody should do, have done or say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, OUTCOME_WORDS
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.thresholds import Span, Way
from tongchou.domain.policy.words import Text, number, value_words

#: More ways than these are not listed one by one.
LISTED = 6
_UNITS = {"birth_month": "月", "birth_day": "日"}


def time(
    outcome: str,
    amount: int | None,
    year: int,
    *,
    until_then: bool,
    day: dt.date | None,
    age: int | None,
    why: Sequence[tuple[Text, bool]],
) -> Text:
    """From ``year`` on the outcome is another; ``until_then``: the year before still grants.

    ``age`` is the age reached in that year where that is why, ``day`` its birthday where known; ``why`` are
    the labels of conditions that turn, and whether they hold then.
    """
    notes = [Text(f"{year}年度{_yuan(amount).zh}", f"{_yuan(amount).en} for {year}")] if amount else []
    if age is not None:
        on = f"{day.year}年{day.month}月{day.day}日" if day else f"{year}年"
        notes.append(
            Text(f"{on}满{age}周岁", f"turns {age} {'on ' + day.isoformat() if day else f'in {year}'}")
        )
    else:
        notes += [
            Text(
                f"{'符合' if holds else '不再符合'}：{label.zh}",
                f"{'met' if holds else 'no longer met'}: {label.en}",
            )
            for label, holds in why
        ]
    said = OUTCOME_WORDS[outcome]
    zh, en = f"自{year}年起{said.zh}", f"from {year} on: {_small(said.en)}"
    if until_then:
        zh, en = f"最后符合的年度为{year - 1}年，自{year}年起不再符合条件", f"{year - 1} is the last year"
    return Text(
        f"其他情况不变时，{zh}{_brackets_zh(notes)}。", f"If nothing else changes, {en}{_brackets_en(notes)}."
    )


def answer(names: Sequence[str], ways: Sequence[Way], hints: Sequence[Text]) -> Text:
    """What to find out, and where each way it may be leads."""
    asked = labels(names)
    if len(ways) > LISTED:
        ends = _summed(ways)
    else:
        ends = [
            Text(f"{_spans(way).zh} → {_end(way).zh}", f"{_spans(way).en} → {_end(way).en}") for way in ways
        ]
    zh, en = "；".join(end.zh for end in ends), "; ".join(end.en for end in ends)
    return Text(
        f"待查明：{asked.zh}。{zh}。{_look(hints).zh}", f"To find out: {asked.en}. {en}.{_look(hints).en}"
    )


def declare(names: Sequence[str], hints: Sequence[Text]) -> Text:
    """What is still to be declared or looked up; which answer leads where is not said."""
    asked = labels(names)
    return Text(
        f"还需如实申报或查明：{asked.zh}。{_look(hints).zh}",
        f"Still to be declared or looked up, as it is: {asked.en}.{_look(hints).en}",
    )


def record(names: Sequence[str], now: Sequence[int | bool | str], ways: Sequence[Way]) -> Text:
    """What stands in the records, and what it would have to be in truth for another answer."""
    stands_zh = "，".join(
        f"{schema.BY_NAME[name].zh}登记为“{_value(name, value).zh}”"
        for name, value in zip(names, now, strict=True)
    )
    stands_en = ", ".join(
        f"{schema.BY_NAME[name].en} is recorded as “{_value(name, value).en}”"
        for name, value in zip(names, now, strict=True)
    )
    zh = "；".join(f"如实际为“{_spans(way).zh}”，则{_end(way).zh}" for way in ways)
    en = "; ".join(f"if it really is “{_spans(way).en}”: {_end(way).en}" for way in ways)
    return Text(
        f"如登记有误：现{stands_zh}；{zh}。更正登记须凭证明材料。",
        f"If the records are wrong: {stands_en}; {en}. Corrections need evidence.",
    )


def labels(names: Sequence[str]) -> Text:
    """The facts by their labels."""
    known = [schema.BY_NAME[name] for name in names]
    return Text("、".join(fact.zh for fact in known), "; ".join(fact.en.split(";")[0] for fact in known))


def hints(rules: Rules, names: Sequence[str]) -> tuple[Text, ...]:
    """Where to look for facts: the hints of the conditions that read them, each once."""
    found: dict[Text, None] = {}
    for name in names:
        for hint in _hints_of(rules).get(name, ()):
            found[hint] = None
    return tuple(found)


def _hints_of(rules: Rules) -> dict[str, tuple[Text, ...]]:
    known = rules.about.get("alternatives:hints")
    if isinstance(known, dict):
        return known
    made: dict[str, tuple[Text, ...]] = {}
    for condition in (part for top in rules.conditions for part in tree.walk(top)):
        if isinstance(condition, tree.Condition) and condition.hint:
            own = dict.fromkeys(part.name for part in tree.own(condition) if isinstance(part, tree.Fact))
            for name in own:
                made[name] = tuple(dict.fromkeys((*made.get(name, ()), condition.hint)))
    rules.about["alternatives:hints"] = made
    return made


def _look(hints: Sequence[Text]) -> Text:
    if not hints:
        return Text("", "")
    zh, en = "；".join(hint.zh for hint in hints), "; ".join(hint.en for hint in hints)
    return Text(f"可查：{zh}。", f" Look at: {en}.")


def _spans(way: Way) -> Text:
    if len(way.spans) == 1:
        return _span(way.spans[0])
    zh = "，".join(f"{schema.BY_NAME[span.fact].zh}：{_span(span).zh}" for span in way.spans)
    en = ", ".join(f"{schema.BY_NAME[span.fact].en}: {_span(span).en}" for span in way.spans)
    return Text(zh, en)


def _span(span: Span) -> Text:
    if span.whole:
        return Text("不论何种情况", "whatever it is")
    if span.among:
        words = [_value(span.fact, value) for value in span.among]
        return Text("或".join(word.zh for word in words), " or ".join(word.en for word in words))
    fact = schema.BY_NAME[span.fact]
    year = span.fact.endswith("_year")
    low, high = _value(span.fact, span.least), _value(span.fact, span.most)
    if span.least == span.most:
        return low
    if span.least == fact.least:
        return Text(
            f"{high.zh}或以前" if year else f"{high.zh}或以下",
            f"{high.en} or earlier" if year else f"{high.en} or less",
        )
    if span.most == fact.most:
        return Text(
            f"{low.zh}或以后" if year else f"{low.zh}或以上",
            f"{low.en} or later" if year else f"{low.en} or more",
        )
    return Text(f"{low.zh}至{high.zh}", f"{low.en} to {high.en}")


def _value(name: str, value: int | bool | str) -> Text:
    unit = "年" if name.endswith("_year") else _UNITS.get(name, "")
    return Text(value_words(value, "zh") + unit, value_words(value, "en"))


def _end(way: Way) -> Text:
    if way.outcome == NEEDS_INFORMATION:
        return Text("还需其他信息", "more is then asked")
    said = OUTCOME_WORDS[way.outcome]
    if way.amount_fen is None:
        return Text(said.zh, _small(said.en))
    return Text(f"{said.zh}（{_yuan(way.amount_fen).zh}）", f"{_small(said.en)} ({_yuan(way.amount_fen).en})")


def _summed(ways: Sequence[Way]) -> list[Text]:
    """Where many ways lead, without listing them."""
    ends = []
    for outcome in dict.fromkeys(way.outcome for way in ways):
        fen = sorted(
            {way.amount_fen for way in ways if way.outcome == outcome and way.amount_fen is not None}
        )
        end = _end(Way((), outcome, fen[0] if len(fen) == 1 else None))
        if len(fen) > 1:
            low, high = _yuan(fen[0]), _yuan(fen[-1])
            end = Text(f"{end.zh}（{low.zh}至{high.zh}）", f"{end.en} ({low.en} to {high.en})")
        ends.append(end)
    if len(ends) == 1:
        return [Text(f"不论何种情况 → {ends[0].zh}", f"whatever it is → {ends[0].en}")]
    return [Text(f"部分情况 → {end.zh}", f"in some cases → {end.en}") for end in ends]


def _yuan(fen: int | None) -> Text:
    return Text("", "") if fen is None else Text(number(fen, "zh", "fen"), number(fen, "en", "fen"))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _brackets_zh(notes: Sequence[Text]) -> str:
    return f"（{'；'.join(note.zh for note in notes)}）" if notes else ""


def _brackets_en(notes: Sequence[Text]) -> str:
    return f" ({'; '.join(note.en for note in notes)})" if notes else ""
