"""The population of each village as an account: opening + births − deaths + in − out + entries = closing.

Every posting rests on one event of the registry, and belongs to the month in which that event was recorded: a
month that was closed is never changed by what becomes known later, and what became known late says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """What an event does to where a person is counted."""

    ENTERED = "entered"  # first written down, by a register
    BORN = "born"  # entered as a newborn
    MOVED = "moved"  # registered in another area
    DIED = "died"
    CORRECTED = "corrected"  # an entry was a mistake, or two records were of one person


class Term(StrEnum):
    """The terms of the balance; each counts people, with the sign it has in the sum."""

    BIRTHS = "births"
    DEATHS = "deaths"
    IN = "in"
    OUT = "out"
    ENTRIES = "entries"  # people first written down, and corrections of that


#: Of entries, a correction may count the other way.
SIGNS = {Term.BIRTHS: 1, Term.DEATHS: -1, Term.IN: 1, Term.OUT: -1, Term.ENTRIES: 1}


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that may move a person between villages or out of the count.

    ``village`` is where the person is registered from then on; None leaves that as it was. ``occurred`` is
    the ISO date as far as known, "" when it is not. ``counted`` is what a correction says of the person:
    counted from then on or not.
    """

    event: int
    person: int
    what: What
    village: int | None
    recorded: dt.date
    occurred: str = ""
    counted: bool | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """``number`` people (1 or −1) of a village in a month, by a term, because of an event."""

    event: int
    village: int
    month: dt.date
    term: Term
    number: int
    late: bool  # it occurred in an earlier month than it was recorded


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person is registered, and whether counted there (the living are)."""

    village: int
    counted: bool


def post(happenings: Iterable[Happening], standing: MutableMapping[int, Standing]) -> list[Posting]:
    """The postings of events in the order of their numbers; ``standing`` (by person) is brought up to date.

    An event that changes nothing makes no posting: a death recorded again with its day, a move within a
    village.
    """
    result: list[Posting] = []
    for one in happenings:
        before = standing.get(one.person)
        after = _after(one, before)
        standing[one.person] = after
        was = before.village if before is not None and before.counted else None
        now = after.village if after.counted else None
        if was == now:
            continue
        month = one.recorded.replace(day=1)
        late = bool(one.occurred) and one.occurred[:7] < month.isoformat()[: min(7, len(one.occurred))]
        if was is not None:
            term = Term.DEATHS if now is None else Term.OUT
            term = Term.ENTRIES if one.what is What.CORRECTED else term
            result.append(Posting(one.event, was, month, term, -1, late))
        if now is not None:
            result.append(Posting(one.event, now, month, _gain(one.what, was), 1, late))
    return result


def _after(one: Happening, before: Standing | None) -> Standing:
    village = one.village if one.village is not None else (before.village if before is not None else None)
    if village is None:
        raise ValueError(f"event {one.event}: nobody knows where person {one.person} is registered")
    if one.what is What.DIED:
        return Standing(village, counted=False)
    if one.what is What.CORRECTED:
        return Standing(village, counted=bool(one.counted))
    return Standing(village, counted=before.counted if before is not None else True)


def _gain(what: What, was: int | None) -> Term:
    if what is What.CORRECTED:
        return Term.ENTRIES
    if was is not None:
        return Term.IN
    return Term.BIRTHS if what is What.BORN else Term.ENTRIES


@dataclass(frozen=True, slots=True)
class Month:
    """One line of the statement: all numbers count people, deaths and out as positive numbers."""

    month: dt.date
    opening: int
    births: int
    deaths: int
    arrived: int
    left: int
    entries: int

    @property
    def closing(self) -> int:
        return self.opening + self.births - self.deaths + self.arrived - self.left + self.entries


def statement(sums: Iterable[tuple[dt.date, str, int]]) -> list[Month]:
    """The months of an account, oldest first, from ``(month, term, sum of its postings)``.

    Months without a posting are left out; each opens with what the one before closed with.

    Examples
    --------
    >>> day = dt.date(2026, 5, 1)
    >>> (line,) = statement([(day, "entries", 100), (day, "births", 2), (day, "deaths", -1)])
    >>> line.opening, line.births, line.deaths, line.closing
    (0, 2, 1, 101)
    """
    by_month: dict[dt.date, dict[str, int]] = {}
    for month, term, total in sums:
        by_month.setdefault(month, {})[term] = total
    lines: list[Month] = []
    for month in sorted(by_month):
        terms = by_month[month]
        lines.append(
            Month(
                month,
                opening=lines[-1].closing if lines else 0,
                births=terms.get(Term.BIRTHS, 0),
                deaths=-terms.get(Term.DEATHS, 0),
                arrived=terms.get(Term.IN, 0),
                left=-terms.get(Term.OUT, 0),
                entries=terms.get(Term.ENTRIES, 0),
            )
        )
    return lines
