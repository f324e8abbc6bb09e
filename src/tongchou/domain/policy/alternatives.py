"""The shortest change that would alter one person's answer: time, an answer, or a mended record.

Three kinds, each found by search and proved by evaluating again:

- *time*: nothing but the year moves on, up to the first year in which the whole outcome flips;
- *answer*: the smallest sets of unknown facts that can lead to entitlement, where each way to answer ends;
- *record*: one fact of record (two where no single one will do) which, if it is wrong, changes a refusal.

The walls of the rights are closed lists, not tests on the way: a value is spelled out only for a fact in
:data:`SPOKEN`, another record is looked at only for a fact in :data:`CORRECTABLE`. Family facts are in
neither, so no other number of children, other sex or other marital state is ever so much as tried.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from tongchou.domain.policy import alternative_words as words
from tongchou.domain.policy import tree
from tongchou.domain.policy.changes import HORIZON, about, candidates
from tongchou.domain.policy.closures import Facts, missing_of
from tongchou.domain.policy.outcomes import GRANTED, NEEDS_INFORMATION, NOT_ENTITLED, decide, outcome_of
from tongchou.domain.policy.rules import LAST, Rules
from tongchou.domain.policy.thresholds import Way, reading, ways
from tongchou.domain.policy.words import Text

Kind = Literal["time", "answer", "record"]
#: The answers of the programme's conditions, in their order.
States = Sequence[bool | None]

#: Facts of record that may stand wrong in a register and are mended on evidence. None is about the family.
CORRECTABLE: Final = frozenset(
    {
        # Household register and identity card can differ; an adult's year of birth is mended by the police on
        # documents. A child's is left alone: nothing here is about anybody's births.
        "birth_year",
        # Kept by the police; copied from the booklet by hand and easily out of date after a conversion.
        "hukou_kind",
        "converted",
        "converted_year",
        # The village's own determination, kept on paper and often not entered at all.
        "determined_rural",
        # Nationality of a child born abroad or with a foreign parent is often left at a default.
        "chinese_national",
        # From another department's lists, matched by name and number: a match can be wrong, a year another.
        "urban_pension",
        "urban_pension_year",
        "urban_medical",
        "urban_medical_year",
    }
)
#: Facts whose values may be said as an answer. Any other is only named, with where to look.
SPOKEN: Final = CORRECTABLE | {"birth_month", "birth_day"}

#: Facts in one set of answers, and in one correction; sets and corrections told.
LARGEST, MENDED, TOLD = 3, 2, 3
#: How many years a recorded year of birth may be off to be worth a doubt, and from which age on.
NEAR, ADULT = 3, 18


@dataclass(frozen=True, slots=True)
class Alternative:
    """One change and what it leads to.

    Parameters
    ----------
    kind
        ``time``, ``answer`` or ``record``.
    text
        The whole of it as a sentence.
    facts
        What is to be answered or mended; empty for ``time``.
    ways
        ``answer``: all ways to answer. ``record``: the values that would change the refusal. Empty where no
        value may be said.
    outcome, amount_fen
        Where it leads; of several ways, the granting ones. ``None`` when that is not said. Fen are for
        ``from_year``, else for the evaluated year; ``None`` when nothing is paid or the ways pay differently.
    from_year, day
        ``time``: the first year of the other outcome, and the birthday that brings it, where one does.
    turning
        ``time``: codes of the conditions that turn.
    """

    kind: Kind
    text: Text
    facts: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    outcome: str | None = None
    amount_fen: int | None = None
    from_year: int | None = None
    day: dt.date | None = None
    turning: tuple[str, ...] = ()


def alternatives(
    programme: Rules, facts: Facts, year: int, *, horizon: int = HORIZON
) -> tuple[Alternative, ...]:
    """What would change the answer of a programme for one person and year, the surest first.

    ``facts`` are as :meth:`~tongchou.domain.policy.programme.Programme.evaluate_one` takes and has checked
    them; ``horizon`` is the number of years to look ahead. Empty when nothing found would change anything.
    """
    ready = programme.at(year)
    record = ready.closures.blank()
    states = [closure(facts, record) for _condition, closure in ready.conditions]
    outcome = outcome_of(programme, states, ready.amount(facts, record))
    if outcome == NEEDS_INFORMATION:
        return tuple(_answers(programme, facts, year, states))
    found = _time(programme, facts, year, outcome, horizon)
    records = _records(programme, facts, year, states) if outcome == NOT_ENTITLED else []
    return (*found, *records)


def _time(rules: Rules, facts: Facts, year: int, outcome: str, horizon: int) -> Iterator[Alternative]:
    if facts.get("deceased"):
        # Of the dead nothing is to be expected, and nobody is to read when their year ends.
        return
    granted = outcome in GRANTED
    for later in _later(rules, facts, year, horizon):
        after, amount = decide(rules, facts, later)
        if (after in GRANTED) if not granted else after == NOT_ENTITLED:
            turning = tuple(_turning(rules, facts, later))
            day, age = _birthday(rules, turning, facts, later)
            until_then = granted and decide(rules, facts, later - 1)[0] in GRANTED
            reads = reading(rules).reads
            why = [
                (condition.label, holds) for condition, holds in turning if reads[condition.code] <= SPOKEN
            ]
            text = words.time(after, amount, later, until_then=until_then, day=day, age=age, why=why)
            yield Alternative(
                "time",
                text,
                outcome=after,
                amount_fen=amount,
                from_year=later,
                day=day,
                turning=tuple(condition.code for condition, _holds in turning),
            )
            return


def _later(rules: Rules, facts: Facts, year: int, horizon: int) -> list[int]:
    """Later years in which conditions or the amount can turn: in none between can the outcome."""
    last = min(year + horizon, LAST)
    # The amount is no condition, but its comparisons with the year are found in the same way.
    paid = tree.Condition("alternatives:amount", rules.title, rules.amount)
    parts = (*rules.every_condition(), paid)
    found = {one for part in parts for one in candidates(rules, part, facts, year, horizon)}
    return sorted(one for one in found if year < one <= last)


def _turning(rules: Rules, facts: Facts, year: int) -> Iterator[tuple[tree.Condition, bool]]:
    """The conditions that answer otherwise in the year than in the year before, and what they answer."""
    now, before = rules.at(year), rules.at(year - 1)
    for condition, _closure in now.conditions:
        answer = now.closures.answer(condition, facts)
        was = before.closures.answer(condition, facts) if before.in_force else None
        if answer is not was and answer is not None:
            yield condition, answer


def _birthday(
    rules: Rules, turning: tuple[tuple[tree.Condition, bool], ...], facts: Facts, year: int
) -> tuple[dt.date | None, int | None]:
    """The day and the age reached when a comparison of the year of birth with the year meets in that year."""
    born, month, day = (facts.get(name) for name in ("birth_year", "birth_month", "birth_day"))
    if born is None or year <= born:
        return None, None
    closures = rules.at(year).closures
    for condition, _holds in turning:
        for comparison, _slope in about(rules, condition).comparisons:
            if tree.facts_of(comparison) == {"birth_year"} and closures.answer(
                comparison.left, facts
            ) == closures.answer(comparison.right, facts):
                try:
                    return dt.date(year, month or 0, day or 0), year - born
                except ValueError:  # not all of it known, or 29 February: the year will do
                    return None, year - born
    return None, None


def _answers(rules: Rules, facts: Facts, year: int, states: States) -> Iterator[Alternative]:
    parts = _open_parts(rules, facts, year, states)
    missing = tuple(name for name in rules.facts if any(name in part for part in parts))
    askable = tuple(name for name in missing if name in SPOKEN and facts.get(name) is None)
    found = list(_granting(rules, facts, year, states, parts, askable))
    settled = bool(found)
    if not settled:
        # No answers that may be said grant. What could end the asking comes before asking a family.
        found = list(_refusing(rules, facts, year, states, askable))
    for names, all_ways in found:
        granting = [way for way in all_ways if way.granted]
        amounts = {way.amount_fen for way in granting}
        yield Alternative(
            "answer",
            words.answer(names, all_ways, words.hints(rules, names)),
            facts=names,
            ways=all_ways,
            outcome=granting[0].outcome if granting else NOT_ENTITLED,
            amount_fen=amounts.pop() if len(amounts) == 1 else None,
        )
    if not settled:
        yield Alternative("answer", words.declare(missing, words.hints(rules, missing)), facts=missing)


def _open_parts(rules: Rules, facts: Facts, year: int, states: States) -> list[frozenset[str]]:
    """What is missing for each unknown condition, and for the amount."""
    ready = rules.at(year)
    nodes: list[tree.Expr] = [
        condition
        for (condition, _closure), state in zip(ready.conditions, states, strict=True)
        if state is None
    ]
    nodes.append(rules.amount)
    found = (frozenset(missing_of(node, facts, ready.closures)) for node in nodes)
    return [part for part in found if part]


def _granting(
    rules: Rules,
    facts: Facts,
    year: int,
    states: States,
    parts: list[frozenset[str]],
    askable: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], tuple[Way, ...]]]:
    """The smallest sets with a way that grants: each has to touch every part that is open."""
    if not all(part.intersection(askable) for part in parts):
        return
    for size in range(1, LARGEST + 1):
        found = 0
        for names in combinations(askable, size):
            if found < TOLD and all(part.intersection(names) for part in parts):
                tried = ways(rules, names, facts, year, states)
                if any(way.granted for way in tried):
                    found += 1
                    yield names, tried
        if found:
            return


def _refusing(
    rules: Rules, facts: Facts, year: int, states: States, askable: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Way, ...]]]:
    """Single facts with a way that ends in a refusal, so that nothing else would have to be asked."""
    found = 0
    for name in askable:
        tried = ways(rules, (name,), facts, year, states)
        if found < TOLD and any(way.outcome == NOT_ENTITLED for way in tried):
            found += 1
            yield (name,), tried


def _records(rules: Rules, facts: Facts, year: int, states: States) -> list[Alternative]:
    """Records that, if they are wrong, change a refusal: the least change first.

    Only where everything that fails reads nothing but correctable facts.
    """
    ready, reads = rules.at(year), reading(rules).reads
    failing = [
        reads[condition.code]
        for (condition, _closure), state in zip(ready.conditions, states, strict=True)
        if state is False
    ]
    if not all(read and read <= CORRECTABLE for read in failing):
        return []
    stand = tuple(
        name
        for name in rules.facts
        if any(name in read for read in failing) and _may_be_wrong(name, facts, year)
    )
    for size in range(1, MENDED + 1):
        found: list[tuple[int, Alternative]] = []
        for names in combinations(stand, size):
            if all(read.intersection(names) for read in failing):
                tried = [
                    way
                    for way in ways(rules, names, facts, year, states)
                    if way.granted and _near(way, facts)
                ]
                if tried:
                    found.append((min(_distance(way, facts) for way in tried), _mended(names, tried, facts)))
        if found:
            return [one for _far, one in sorted(found, key=lambda pair: pair[0])[:TOLD]]
    return []


def _mended(names: tuple[str, ...], tried: list[Way], facts: Facts) -> Alternative:
    amounts = {way.amount_fen for way in tried}
    return Alternative(
        "record",
        words.record(names, [facts[name] for name in names], tried),
        facts=names,
        ways=tuple(tried),
        outcome=tried[0].outcome,
        amount_fen=amounts.pop() if len(amounts) == 1 else None,
    )


def _may_be_wrong(name: str, facts: Facts, year: int) -> bool:
    value = facts.get(name)
    return value is not None and (name != "birth_year" or year - value >= ADULT)


def _near(way: Way, facts: Facts) -> bool:
    """No year of birth far from the recorded one: that would be another person."""
    return all(span.fact != "birth_year" or span.distance(facts["birth_year"]) <= NEAR for span in way.spans)


def _distance(way: Way, facts: Facts) -> int:
    """How much would have to be wrong: numbers by how far they are off, any other fact a little more."""
    return sum(NEAR + 1 if span.among else span.distance(facts[span.fact]) for span in way.spans)
