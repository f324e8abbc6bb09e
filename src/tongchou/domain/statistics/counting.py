"""Counting people by place and month, from the spells they lived there: stock, person-years, events, moves.

A person of known age changes the counts only where something happens: at birth and death, at moves, and at
birthdays that begin an age group. Between two of these a person is one piece ``[from, to)`` of days with one
place, sex and age group. With ``n`` pieces that begin less those that end in each month,

    stock(m)      = n(first) + … + n(m)
    days lived(m) = length(m) · stock(m − 1) + Σ (days from a beginning in m to its end)
                                             − Σ (days from an end in m to the month's end)

so that a million people over sixty months cost a few sums over two million pieces, whatever the number of
months. A person-year is 365 days, or 366 in a leap year, as in ``demography.exposure``, whose sums these are.

Of every place and month, with unknown ages and sexes in all terms:

    stock(m) = stock(m − 1) + births + arrivals − deaths − departures
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import OLDEST, Flags, Ints, Why
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, MOTHER_STARTS, Counts, Months
from tongchou.domain.statistics.days import Days

_AGES: Final = len(AGE_STARTS)
_STARTS: Final = np.array(AGE_STARTS, dtype=np.int64)
#: Age group of each full year.
_GROUP: Final = np.searchsorted(_STARTS, np.arange(OLDEST + 1), side="right") - 1
#: Before and after all that happens, in days since 1970.
_EVER, _NEVER = -(10**6), 4 * 10**6


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Vital facts, one row a person.

    Attributes
    ----------
    born, died
        (people,) days; ``NaT`` is an unknown birth, and nobody's death.
    sex
        (people,) 0 men, 1 women, −1 unknown.
    mother
        (people,) age group of the mother at the birth, of ``MOTHER_STARTS``; the number after the last:
        other or unknown.
    born_recorded, died_recorded
        (people,) months in which birth and death were recorded; ``NaT``: not recorded as such.
    lost
        (people,) who died, nobody knows when: counted as left out alone.
    """

    born: Days
    died: Days
    sex: Ints
    mother: Ints
    born_recorded: Months
    died_recorded: Months
    lost: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """Where people lived, ordered by person and within a person in time.

    Attributes
    ----------
    person
        (spells,) row of the person.
    place
        (spells,) number of the place; −1 is anywhere else.
    start
        (spells,) first day; ``NaT`` is since birth. The end is the start of the next spell, or the death.
    """

    person: Ints
    place: Ints
    start: Days


def age_on(born: Days, day: Days) -> Ints:
    """Full years on a day; who was born on 29 February is older on 1 March in common years."""
    born_month, month = (
        born.astype("datetime64[M]").astype(np.int64),
        day.astype("datetime64[M]").astype(np.int64),
    )
    born_day = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    in_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    months = month - born_month - (in_month < born_day)
    return np.asarray(months // 12)


class Counting:
    """Sums over people, added chunk by chunk.

    Parameters
    ----------
    places
        Number of places.
    months
        The months to count, without a gap.
    """

    def __init__(self, places: int, months: Months) -> None:
        self.places, self.months = places, months
        size = (places, months.size)
        self._edges = np.append(months, months[-1] + 1).astype("datetime64[D]").astype(np.int64)
        self._month_of = np.repeat(np.arange(months.size), np.diff(self._edges))
        self._net = np.zeros((*size, _AGES, 2))
        self._days = np.zeros((*size, _AGES, 2))
        self._unknown = np.zeros(size)
        self.deaths = np.zeros((*size, _AGES, 2))
        self.births = np.zeros((*size, 2))
        self.mothers = np.zeros((*size, len(MOTHER_STARTS) + 1))
        self.arrivals = np.zeros(size)
        self.departures = np.zeros(size)
        self.births_delay = np.zeros((*size, DELAYS))
        self.deaths_delay = np.zeros((*size, DELAYS))
        #: By place, the last number for people of no place: left out, with the reason.
        self.left_out: dict[Why, Ints] = {}

    def add(self, people: People, spells: Spells) -> None:
        """Count people and all their spells."""
        born = _numbers(people.born, _EVER)
        died = _numbers(people.died, _NEVER)
        unborn = np.isnat(people.born)
        last_place = np.full(born.size, -1, dtype=np.int64)
        last_place[spells.person] = spells.place  # the last one written stays
        out = self._leave_out(people, born, died, unborn, last_place)
        first, end, person, place = _periods(spells, born, died, out)
        self._moves(first, end, person, place, born, unborn)
        self._events(people, born, died, out | unborn, out, first, end, person, place, last_place)
        known = ~unborn[person] & (people.sex[person] >= 0)
        self._live(people, born, first, end, person, place, known & (place >= 0))
        self._live_unknown(first, end, place, ~known & (place >= 0))

    def stock(self) -> Counts:
        """(places, months, ages, 2): people at the end of each month."""
        return np.asarray(np.cumsum(self._net, axis=1))

    def person_years(self) -> Counts:
        """(places, months, ages, 2)."""
        before = np.zeros_like(self._net)
        np.cumsum(self._net[:, :-1], axis=1, out=before[:, 1:])
        before *= np.diff(self._edges)[None, :, None, None]
        before += self._days
        years = self.months.astype("datetime64[Y]")
        length = ((years + 1).astype("datetime64[D]") - years.astype("datetime64[D]")).astype(np.int64)
        before /= length[None, :, None, None]
        return before

    def unknown(self) -> Counts:
        """(places, months): people of unknown age or sex at the end of each month."""
        return np.asarray(np.cumsum(self._unknown, axis=1))

    def _leave_out(self, people: People, born: Ints, died: Ints, unborn: Flags, last_place: Ints) -> Flags:
        until = np.minimum(died, self._edges[-1] - 1)
        seen = died >= self._edges[0]
        oldest = np.zeros(born.size, dtype=np.int64)
        known = ~unborn & (until >= born)
        oldest[known] = age_on(people.born[known], until[known].astype("datetime64[D]"))
        reasons = (
            (Why.UNKNOWN_DATE, people.lost),
            (Why.BEFORE_BIRTH, ~unborn & (died < born)),
            (Why.AGE_ABOVE_120, seen & (oldest > OLDEST)),
        )
        out = np.zeros(born.size, dtype=bool)
        for why, flags in reasons:
            self._tell(why, last_place[flags & ~out])
            out |= flags
        self._tell(Why.UNKNOWN_BIRTH, last_place[unborn & ~out & seen])
        return out

    def _tell(self, why: Why, places: Ints) -> None:
        if places.size:
            counted = np.bincount(np.where(places < 0, self.places, places), minlength=self.places + 1)
            self.left_out[why] = self.left_out.get(why, 0) + counted

    def _month(self, days: Ints) -> Ints:
        """The month of days within the months counted."""
        return np.asarray(self._month_of[days - self._edges[0]])

    def _within(self, days: Ints) -> Flags:
        return np.asarray((days >= self._edges[0]) & (days < self._edges[-1]))

    def _put(self, into: Counts, place: Ints, days: Ints, *more: Ints, weights: Any = None) -> None:
        """Add events to an array of (places, months, …)."""
        keys = place * self.months.size + self._month(days)
        for axis, values in enumerate(more, 2):
            keys = keys * into.shape[axis] + values
        into += np.bincount(keys, weights=weights, minlength=into.size).reshape(into.shape)

    def _moves(self, first: Ints, end: Ints, person: Ints, place: Ints, born: Ints, unborn: Flags) -> None:
        """Arrivals and departures: between two spells, and from elsewhere when the first begins later."""
        same = person[1:] == person[:-1]
        moved = same & (place[1:] != place[:-1])
        left = np.flatnonzero(moved & (place[:-1] >= 0) & self._within(end[:-1]))
        self._put(self.departures, place[left], end[left])
        came = np.append(True, ~same)[: person.size] & (
            (first > born[person]) | unborn[person] & (first > _EVER)
        )
        came[1:] |= moved
        here = np.flatnonzero(came & (place >= 0) & self._within(first))
        self._put(self.arrivals, place[here], first[here])

    def _events(
        self, people: People, born: Ints, died: Ints, no_birth: Flags, out: Flags,
        first: Ints, end: Ints, person: Ints, place: Ints, last_place: Ints,
    ) -> None:  # fmt: skip
        birthplace = np.full(born.size, -1, dtype=np.int64)
        begins = np.append(True, person[1:] != person[:-1])[: person.size] & (first == born[person])
        birthplace[person[begins]] = place[begins]
        deathplace = np.full(born.size, -1, dtype=np.int64)
        ends = end == died[person]
        deathplace[person[ends]] = place[ends]
        # Who died on the day of birth lived in no piece of days.
        short = born == died
        birthplace[short] = deathplace[short] = last_place[short]
        birth = np.flatnonzero(~no_birth & self._within(born) & (birthplace >= 0))
        self._put(self.mothers, birthplace[birth], born[birth], people.mother[birth])
        sexed = birth[people.sex[birth] >= 0]
        self._put(self.births, birthplace[sexed], born[sexed], people.sex[sexed])
        told = birth[~np.isnat(people.born_recorded[birth])]
        late = _delay(people.born[told], people.born_recorded[told])
        self._put(self.births_delay, birthplace[told], born[told], late)
        death = np.flatnonzero(~out & self._within(died) & (deathplace >= 0))
        late = np.full(death.size, DELAYS - 1, dtype=np.int64)
        told_at = ~np.isnat(people.died_recorded[death])
        late[told_at] = _delay(people.died[death[told_at]], people.died_recorded[death[told_at]])
        self._put(self.deaths_delay, deathplace[death], died[death], late)
        aged = death[~no_birth[death] & (people.sex[death] >= 0)]
        group = _GROUP[age_on(people.born[aged], people.died[aged])]
        self._put(self.deaths, deathplace[aged], died[aged], group, people.sex[aged])

    def _live(
        self, people: People, born: Ints, first: Ints, end: Ints, person: Ints, place: Ints, used: Flags
    ) -> None:
        begin, until = np.maximum(first, self._edges[0]), np.minimum(end, self._edges[-1])
        at = np.flatnonzero(used & (begin < until))
        begin, until, who, place = begin[at], until[at], person[at], place[at]
        birth = people.born[who]
        low = _GROUP[age_on(birth, begin.astype("datetime64[D]"))]
        high = _GROUP[age_on(birth, (until - 1).astype("datetime64[D]"))]
        pieces = high - low + 1
        of = np.repeat(np.arange(at.size), pieces)
        step = np.arange(of.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        group = low[of] + step
        start, stop = begin[of], until[of]
        later = np.flatnonzero(step > 0)
        start[later] = _birthdays(birth[of[later]], _STARTS[group[later]])
        stop[later - 1] = start[later]
        place, sex = place[of], people.sex[who][of]
        self._span(self._net, self._days, start, stop, place, group, sex)

    def _span(
        self, net: Counts, days: Counts, start: Ints, stop: Ints, place: Ints, group: Ints, sex: Ints
    ) -> None:
        month = self._month(start)
        self._put(net, place, start, group, sex)
        self._put(days, place, start, group, sex, weights=self._edges[month + 1] - start)
        ended = np.flatnonzero(stop < self._edges[-1])
        stop, where = stop[ended], (place[ended], stop[ended], group[ended], sex[ended])
        self._put(net, *where, weights=np.full(ended.size, -1.0))
        self._put(days, *where, weights=stop - self._edges[self._month(stop) + 1])

    def _live_unknown(self, first: Ints, end: Ints, place: Ints, used: Flags) -> None:
        begin = np.maximum(first, self._edges[0])
        at = np.flatnonzero(used & (begin < np.minimum(end, self._edges[-1])))
        self._put(self._unknown, place[at], begin[at])
        ended = at[end[at] < self._edges[-1]]
        self._put(self._unknown, place[ended], end[ended], weights=np.full(ended.size, -1.0))


def _numbers(days: Days, unknown: int) -> Ints:
    return np.where(np.isnat(days), unknown, days.astype("datetime64[D]").astype(np.int64))


def _periods(spells: Spells, born: Ints, died: Ints, out: Flags) -> tuple[Ints, Ints, Ints, Ints]:
    """First day, day after the last, person and place of each spell somebody lived for at least a day.

    A spell begins with the birth at the earliest, and not before the one before it.
    """
    kept = ~out[spells.person]
    person, place = spells.person[kept], spells.place[kept]
    first = np.maximum(_numbers(spells.start[kept], _EVER), born[person])
    wide = 2 * (_NEVER - _EVER)  # further apart than any two days: the maximum stays within a person
    first = np.maximum.accumulate(first + person * wide) - person * wide
    end = died[person]
    same = person[1:] == person[:-1]
    end[:-1][same] = np.minimum(first[1:][same], end[:-1][same])
    lived = first < end
    return first[lived], end[lived], person[lived], place[lived]


def _birthdays(born: Days, age: Ints) -> Ints:
    """The day somebody reaches an age, in days since 1970."""
    month = born.astype("datetime64[M]")
    in_month = (born - month.astype("datetime64[D]")).astype(np.int64)
    return np.asarray((month + 12 * age).astype("datetime64[D]").astype(np.int64) + in_month)


def _delay(happened: Days, recorded: Months) -> Ints:
    """Whole months from the month of an event to that of its record, at most ``DELAYS`` − 1."""
    months = recorded.astype(np.int64) - happened.astype("datetime64[M]").astype(np.int64)
    return np.clip(months, 0, DELAYS - 1)


def mother_group(mother_born: npt.ArrayLike, born: npt.ArrayLike) -> Ints:
    """The group of ``MOTHER_STARTS`` of mothers at births; the number after the last: other or unknown.

    Examples
    --------
    >>> mother_group(["1990-06-02", "NaT", "2015-01-01"], ["2020-06-01", "2020-06-01", "2020-06-01"]).tolist()
    [2, 7, 7]
    """
    mother, child = np.asarray(mother_born, "datetime64[D]"), np.asarray(born, "datetime64[D]")
    known = ~np.isnat(mother) & ~np.isnat(child)
    age = np.full(mother.shape, -1, dtype=np.int64)
    age[known] = age_on(mother[known], child[known])
    fits = (age >= MOTHER_STARTS[0]) & (age < MOTHER_STARTS[-1] + 5)
    return np.where(fits, (age - MOTHER_STARTS[0]) // 5, len(MOTHER_STARTS))
