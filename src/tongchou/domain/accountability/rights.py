"""What no unit may be judged by, however it is written (rights rules 5 and 6).

A figure rests on every count its formula names, and on those of every indicator it names, whatever is done to
them on the way: renaming, arithmetic, a factor of zero. One exception: how complaints were handled is judged
as a share of the complaints there were. A ``ratio`` or ``rate`` of a handling count over just the count it is
measured over (``Count.over``) does not change with their number; everything else that names either does.

What a count is about is declared by whoever writes it, so its code and title are read as well, and those of
whatever is scored, targeted, ranked or alarmed, with its source: a word of births under another heading is
refused. Characters are compared as ``public_words`` writes them: another way of writing hides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tongchou.domain.accountability.definitions import Catalogue, Count, Indicator, Subject
from tongchou.domain.accountability.expression import Call, Name, Node, children, names
from tongchou.domain.accountability.problems import Problem
from tongchou.domain.policy.words import Text
from tongchou.domain.public_words.checking import Why, found
from tongchou.domain.public_words.folding import squeezed, written_plainly

#: Never scored, targeted, ranked or alarmed.
FORBIDDEN: Final = frozenset({
    Subject.BIRTHS, Subject.NATURAL_INCREASE, Subject.SEX_RATIO, Subject.PREGNANCIES,
    Subject.REPRODUCTIVE_SERVICE_USE, Subject.SIGNATURES, Subject.PARTICIPATION, Subject.COMPLAINT_VOLUME,
    Subject.REFUSALS,
})  # fmt: skip
#: What a unit supplies; its name may say to whom it is offered.
SUPPLY: Final = frozenset({Subject.SERVICES_OFFERED, Subject.WAITING, Subject.SATISFACTION, Subject.STAFF})
#: Words of a code or title, and the subjects of which one has to be declared then. The first pattern that
#: occurs counts, and supply stands for none but the service of births and pregnancies.
WORDS: Final[tuple[tuple[re.Pattern[str], frozenset[Subject]], ...]] = (
    (
        re.compile(r"避孕|节育|结扎|绝育|上环|取环|引产|流产|堕胎|contracept|sterili[sz]|abortion|iud", re.I),
        frozenset({Subject.REPRODUCTIVE_SERVICE_USE}),
    ),
    (
        re.compile(r"自增率|自然增长|natural.increase", re.I),
        frozenset({Subject.NATURAL_INCREASE}),
    ),
    (re.compile(r"性别比|sex.ratio", re.I), frozenset({Subject.SEX_RATIO})),
    (
        re.compile(r"出生|生育|分娩|新生儿|二孩|三孩|多孩|孩次|births?(?![a-z])|newborn|fertil|parity", re.I),
        frozenset({Subject.BIRTHS, Subject.REPRODUCTIVE_SERVICE_USE}) | SUPPLY,
    ),
    (
        re.compile(
            r"妇检|孕检|环检|查环|查孕|三查|双查|women examined|examined women|gyn(a)?ecolog|"
            r"(?<!pre-)pregnancy (check|test)",
            re.I,
        ),
        frozenset({Subject.REPRODUCTIVE_SERVICE_USE}),
    ),
    (
        re.compile(
            r"育龄|已婚妇女|长效措施|措施落实|落实措施|四术|"
            r"(women|females?) (of|in) (child.?bearing|reproductive)|child.?bearing age|"
            r"long.acting|long.term measure",
            re.I,
        ),
        frozenset({Subject.REPRODUCTIVE_SERVICE_USE, Subject.PREGNANCIES}),
    ),
    (
        re.compile(
            r"少生|多生|超生|抢生|政策[内外](?!报销)|计划[内外](?=生|出生|孩|户|怀)|计划生育|计生|多子女|多子户|独生|独女|双女|"
            r"纯女|[二三多一][胎]|[三四五]个孩|孩子数|子女数|出生(人|总量|数|率)|生育(人|数|率|水平)|新生儿(人|数)|孩率|"
            r"(second|third|fourth|only) child|children per|(many|several|three|more) children|out.of.plan|"
            r"large famil|number of births|births? (rate|quota|number|count)|人口增长|population growth",
            re.I,
        ),
        frozenset({Subject.BIRTHS, Subject.NATURAL_INCREASE}),
    ),
    (
        re.compile(
            r"不愿|不肯|不参与|未参与|不配合|不支持|未签|不签|unwilling|unco.?operative|not willing", re.I
        ),
        frozenset({Subject.REFUSALS}),
    ),
    (
        re.compile(r"已签|签了|签承诺|签[^，。]{0,4}书|签订率|signed|signing|signs?(?= )", re.I),
        frozenset({Subject.SIGNATURES, Subject.PARTICIPATION}),
    ),
    (
        re.compile(r"12345|热线|来信来访|上访|hotline", re.I),
        frozenset({Subject.COMPLAINT_HANDLING, Subject.COMPLAINT_VOLUME}),
    ),
    (
        re.compile(r"怀孕|妊娠|孕|pregnan|antenatal|prenatal", re.I),
        frozenset({Subject.PREGNANCIES, Subject.REPRODUCTIVE_SERVICE_USE}) | SUPPLY,
    ),
    (
        re.compile(r"拒绝|谢绝|不参加|refus|declin|opt.?out", re.I),
        frozenset({Subject.REFUSALS}),
    ),
    (
        re.compile(r"签名|签字|签约|签订|参与户|参与人|signature|signed by famil|participat", re.I),
        frozenset({Subject.SIGNATURES, Subject.PARTICIPATION}),
    ),
    (
        re.compile(r"投诉|举报|信访|申诉|complaint|petition|grievance", re.I),
        frozenset({Subject.COMPLAINT_HANDLING, Subject.COMPLAINT_VOLUME}),
    ),
)


def misnamed(count: Count) -> Iterator[Problem]:
    """Words of a count's code and title that its declared subjects do not answer for."""
    for said, needed in _unanswered(_read(count.code, count.title), count.subjects):
        subjects = ", ".join(sorted(needed))
        yield Problem(
            count.where,
            f"{count.code}.subjects",
            Text(
                f"名称里有“{said}”，应写明所涉事项：{subjects}中的一项。",
                f"its name says {said!r}: one of {subjects} has to be declared.",
            ),
            count.line,
        )


def told_otherwise(one: Indicator, catalogue: Catalogue) -> Iterator[Problem]:
    """Words of what is scored, targeted, ranked or alarmed that none of its counts answers for.

    Its title is what people read: with honest counts and a title of births it would be read as a duty.
    """
    if not one.uses:
        return
    subjects = _subjects(one.formula, catalogue, {one.code})
    for said, needed in _unanswered(_read(one.code, one.title), subjects):
        about = ", ".join(sorted(needed))
        yield Problem(
            one.where,
            f"{one.code}.title",
            Text(
                f"名称里有“{said}”，而公式里的计数都不是{about}：不得这样命名后计分、设目标、排名或预警。"
                "请按单位为群众办的事命名。",
                f"its title says {said!r}, of which none of its counts is ({about}): nothing named so "
                "is scored, targeted, ranked or alarmed. Name it by what the unit does for people.",
            ),
            one.line,
        )
    for field, text in (("title", one.title), ("source", one.source)):
        for wrong in found(f"{text.zh}。{text.en}", kinds=_NEVER_SAID):
            words = "、".join(wrong.words) or "…"
            yield Problem(
                one.where,
                f"{one.code}.{field}",
                Text(
                    f"写有“{words}”：不得以家庭的生育或行为评判单位。请按单位为群众办的事来写。",
                    f"it says {words!r}: no unit is judged by what families do or by their births. "
                    "Write what the unit does for people.",
                ),
                one.line,
            )


_NEVER_SAID: Final = (Why.BIRTHS, Why.CONDITION, Why.NAMED, Why.BLAME)


def _read(code: str, title: Text) -> str:
    """Code and title as they are compared: Chinese without gaps, and English."""
    english = written_plainly(f"{code} {title.en}").replace("_", " ")
    return f"{squeezed(written_plainly(title.zh))} {english}"


def _unanswered(said: str, subjects: frozenset[Subject]) -> Iterator[tuple[str, frozenset[Subject]]]:
    for pattern, needed in WORDS:
        hit = pattern.search(said)
        if hit and not needed & subjects:
            yield hit[0].strip(), needed


def _subjects(node: Node, catalogue: Catalogue, seen: set[str]) -> frozenset[Subject]:
    """What the counts of a formula are about, those of the indicators it names too."""
    about: set[Subject] = set()
    for code in names(node):
        if code in catalogue.counts:
            about |= catalogue.counts[code].subjects
        elif code in catalogue.indicators and code not in seen:
            seen.add(code)
            about |= _subjects(catalogue.indicators[code].formula, catalogue, seen)
    return frozenset(about)


def paths(node: Node, catalogue: Catalogue, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way from a formula to a count it must not rest on: codes of indicators, the count last.

    Indicators that name each other in a circle are followed once.
    """
    if isinstance(node, Name):
        if node.code in catalogue.counts:
            if _barred(catalogue.counts[node.code]):
                yield (*seen, node.code)
        elif node.code in catalogue.indicators and node.code not in seen:
            yield from paths(catalogue.indicators[node.code].formula, catalogue, (*seen, node.code))
        return
    if isinstance(node, Call) and _handling_share(node, catalogue.counts):
        return
    for one in children(node):
        yield from paths(one, catalogue, seen)


def _barred(count: Count) -> bool:
    """Alone, the handling of complaints grows with their number just as the number does."""
    return bool(count.subjects & (FORBIDDEN | {Subject.COMPLAINT_HANDLING}))


def _handling_share(node: Call, counts: Mapping[str, Count]) -> bool:
    """ratio(sum(part), sum(whole)) of complaints: unchanged when both are multiplied by the same number."""
    if node.function not in ("ratio", "rate"):
        return False
    pair = [_summed(one, counts) for one in node.arguments]
    part, whole = pair
    if part is None or whole is None or part.over != whole.code:
        return False
    told = {Subject.COMPLAINT_HANDLING}
    return part.subjects <= told and whole.subjects <= told | {Subject.COMPLAINT_VOLUME}


def _summed(node: Node, counts: Mapping[str, Count]) -> Count | None:
    if isinstance(node, Call) and node.function == "sum" and isinstance(node.arguments[0], Name):
        return counts.get(node.arguments[0].code)
    return None
