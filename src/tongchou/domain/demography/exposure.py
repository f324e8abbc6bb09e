"""Person-years and events by area, period and age, from spells of days; Lexis triangles.

A spell is a stretch of days somebody lived in an area: from its first day up to, not including, the day
after its last. Within a calendar year (or a month) a person has two ages: one before the birthday and one
from it on. So each spell gives each period at most two pieces, and a whole registry is cut with two sums a
period.

A person is a full year older on the birthday; who was born on 29 February, in common years on 1 March. A
person-year is 365 days, or 366 in a leap year: who lives a whole year in an area gives exactly 1.

Source: Preston, Heuveline and Guillot, Demography (2001), 1.3 and 2.6; Caselli, Vallin and Wunsch,
Demography: Analysis and Synthesis (2006), chapter 3 (triangles of the Lexis diagram).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import OLDEST, Flags, Floats, Ints, LeftOut, Why

Step: TypeAlias = Literal["year", "month"]
Days: TypeAlias = npt.NDArray[np.datetime64]
AGES: Final = OLDEST + 1


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Numbers by area, period, full age (0 … 120, or groups of ages) and triangle.

    Attributes
    ----------
    triangles
        (areas, periods, ages, 2): person-years, or numbers of events. Of the last axis, 0 is the cohort that
        reaches the age in the calendar year of the period (lower triangle), 1 the one that reached it the
        year before (upper).
    periods
        (periods,): the first day of each.
    ages
        (ages,): first full age of each group; the last is open.
    left_out
        Spells or events that were not used, by area; those of unknown area under the last number,
        (areas + 1,).
    """

    triangles: Floats
    periods: Days
    ages: Ints
    left_out: LeftOut

    @property
    def by_age(self) -> Floats:
        """(areas, periods, ages)."""
        return np.asarray(self.triangles.sum(axis=-1))

    @property
    def total(self) -> Floats:
        """(areas, periods)."""
        return np.asarray(self.triangles.sum(axis=(-2, -1)))

    def by_cohort(self) -> tuple[Floats, Ints]:
        """(areas, years, cohorts) and the years of birth, oldest first; of calendar years and single ages.

        Raises
        ------
        ValueError
            When the periods are months, or ages are in groups.
        """
        years = self.periods.astype("datetime64[Y]")
        if (years.astype("datetime64[D]") != self.periods).any() or len(set(years.tolist())) != years.size:
            raise ValueError("cohorts are of periods that are calendar years")
        if self.ages.size != AGES:
            raise ValueError("cohorts are of single ages")
        numbered = years.astype(np.int64) + 1970
        if not numbered.size:
            return np.zeros((*self.triangles.shape[:2], 0)), np.zeros(0, dtype=np.int64)
        born = np.arange(numbered.min() - AGES, numbered.max() + 1)
        result = np.zeros((self.triangles.shape[0], numbered.size, born.size))
        for at, year in enumerate(numbered):
            for upper in (0, 1):
                columns = year - np.arange(AGES) - upper - born[0]
                result[:, at, columns] += self.triangles[:, at, :, upper]
        return result, born


def by_groups(values: npt.ArrayLike, starts: npt.ArrayLike) -> Floats:
    """Sums of single ages (the last axis, from 0) over groups, of which the last is open.

    Parameters
    ----------
    values
        (..., ages).
    starts
        (groups,) first full ages.

    Returns
    -------
    Floats
        (..., groups), in the unit of the values; a group with an unknown age is unknown.

    Examples
    --------
    >>> by_groups([1, 2, 3, 4, 5, 6], [0, 1, 5]).tolist()
    [1.0, 14.0, 6.0]

    Raises
    ------
    ValueError
        When the groups do not begin at age 0, do not rise, or begin above the last age.
    """
    single = np.asarray(values, dtype=float)
    first = np.asarray(starts, dtype=np.int64)
    if first.size == 0 or first[0] != 0 or (np.diff(first) <= 0).any() or first[-1] >= single.shape[-1]:
        raise ValueError("starts: ages that rise from 0 and are among the single ages")
    return np.asarray(np.add.reduceat(single, first, axis=-1))


def person_years(
    born: npt.ArrayLike,
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    area: npt.ArrayLike,
    *,
    areas: int,
    since: str,
    until: str,
    step: Step = "year",
    ages: npt.ArrayLike | None = None,
) -> Cells:
    """Person-years lived from ``since`` up to, not including, ``until``.

    Parameters
    ----------
    born, start, end
        (spells,) days (anything NumPy reads as ``datetime64[D]``; ``NaT`` is unknown): day of birth, first
        day of the spell, day after its last. A spell that goes on has ``NaT`` as its end.
    area
        (spells,) numbers 0 … ``areas`` − 1; anything else is an unknown area.
    since, until
        ISO days that begin a year (or a month); spells that go on are counted up to ``until``, so that it
        must not be later than what is known.
    step
        Periods of calendar years or months.
    ages
        First ages of groups, from 0, the last open; single ages without it. Many villages by many months need
        groups: 3,700 × 60 × 121 single ages are 430 MB.

    Returns
    -------
    Cells
        Person-years. Left out and counted, a spell under its first reason: an area or a birth that is not
        known, no first day, an end before the start, a start before the birth; and spells that go on beyond
        the age of 120, whose years up to then are counted.

    Raises
    ------
    ValueError
        When the arrays differ in length, or the periods do not begin a year or month.

    Examples
    --------
    >>> cells = person_years(["2000-07-02"], ["2019-01-01"], ["NaT"], [0], areas=1, since="2019-01-01",
    ...                      until="2020-01-01")
    >>> cells.by_age[0, 0, 18:20].round(3).tolist()
    [0.499, 0.501]
    """
    birth, first, last = _days(born), _days(start), _days(end)
    place, where = _places(area, areas)
    periods = _periods(since, until, step)
    if not birth.shape == first.shape == last.shape == place.shape:
        raise ValueError("born, start, end and area differ in length")
    far = np.datetime64("9999-12-31", "D")
    last = np.where(np.isnat(last), far, last)
    bad = _first_reason(
        (Why.UNKNOWN_AREA, place < 0),
        (Why.UNKNOWN_BIRTH, np.isnat(birth)),
        (Why.UNKNOWN_DATE, np.isnat(first)),
        (Why.ENDS_BEFORE_START, last < first),
        (Why.BEFORE_BIRTH, first < birth),
    )
    keep = ~np.any([flags for _why, flags in bad], axis=0)
    overlap = keep & (first < periods[-1]) & (last > periods[0])
    too_old = overlap & (np.minimum(last, periods[-1]) > _birthday(birth, _year(birth) + AGES))
    starts = _starts(ages)
    result = np.zeros((areas, periods.size - 1, starts.size, 2))
    used = np.flatnonzero(overlap)
    _cut(birth[used], first[used], last[used], place[used], periods, starts, result)
    return Cells(result, periods[:-1], starts, _counted([*bad, (Why.AGE_ABOVE_120, too_old)], where, areas))


def count_events(
    born: npt.ArrayLike,
    day: npt.ArrayLike,
    area: npt.ArrayLike,
    *,
    areas: int,
    since: str,
    until: str,
    step: Step = "year",
    ages: npt.ArrayLike | None = None,
) -> Cells:
    """Events by the age of a person on the day: deaths of the dead, births of mothers, moves of movers.

    Arguments and errors are those of ``person_years``; ``born`` is the birth of the person whose age counts,
    and ``day`` that of the event. An event at an age above 120, or before the birth, is left out and counted.

    Parameters
    ----------
    born, day, area
        (events,) day of birth of the person whose age counts, day of the event, number of the area.
    areas, since, until, step, ages
        As in ``person_years``.

    Returns
    -------
    Cells
        Numbers of events.
    """
    birth, happened = _days(born), _days(day)
    place, where = _places(area, areas)
    periods = _periods(since, until, step)
    if not birth.shape == happened.shape == place.shape:
        raise ValueError("born, day and area differ in length")
    year = _year(happened)
    reached = happened >= _birthday(birth, year)
    age = year - _year(birth) - ~reached
    bad = _first_reason(
        (Why.UNKNOWN_AREA, place < 0),
        (Why.UNKNOWN_BIRTH, np.isnat(birth)),
        (Why.UNKNOWN_DATE, np.isnat(happened)),
        (Why.BEFORE_BIRTH, happened < birth),
        (Why.AGE_ABOVE_120, age > OLDEST),
    )
    inside = (happened >= periods[0]) & (happened < periods[-1])
    used = np.flatnonzero(~np.any([flags for _why, flags in bad], axis=0) & inside)
    starts = _starts(ages)
    shape = (areas, periods.size - 1, starts.size, 2)
    period = np.searchsorted(periods, happened[used], side="right") - 1
    group = np.searchsorted(starts, age[used], side="right") - 1
    flat = np.ravel_multi_index((place[used], period, group, (~reached[used]).astype(np.int64)), shape)
    counts = np.bincount(flat, minlength=int(np.prod(shape))).astype(float).reshape(shape)
    # An unknown day lies in no period and yet is told.
    told = [(why, flags & (inside | np.isnat(happened))) for why, flags in bad]
    return Cells(counts, periods[:-1], starts, _counted(told, where, areas))


def _cut(
    birth: Days, first: Days, last: Days, place: Ints, periods: Days, starts: Ints, result: Floats
) -> None:
    """Add each spell's days of each period, before and from the birthday, to the result."""
    born = _year(birth)
    areas, size = result.shape[0], result.shape[0] * AGES
    year, birthday = None, birth
    for at in range(periods.size - 1):
        begin, stop = periods[at], periods[at + 1]
        this = int(_year(periods[at : at + 1])[0])
        if this != year:
            year, birthday = this, _birthday(birth, np.full(born.shape, this))
            days = float((np.datetime64(f"{this + 1}", "D") - np.datetime64(f"{this}", "D")).astype(int))
        here = np.flatnonzero((first < stop) & (last > begin))
        s, e, b = np.maximum(first[here], begin), np.minimum(last[here], stop), birthday[here]
        age, home = this - born[here], place[here] * AGES
        before = np.maximum((np.minimum(e, b) - s).astype(np.int64), 0)
        since = np.maximum((e - np.maximum(s, b)).astype(np.int64), 0)
        for upper, lived, full in ((0, since, age), (1, before, age - 1)):
            fits = (lived > 0) & (full >= 0) & (full <= OLDEST)
            sums = np.bincount(home[fits] + full[fits], weights=lived[fits], minlength=size)
            result[:, at, :, upper] = by_groups(sums.reshape(areas, AGES), starts) / days


def _starts(ages: npt.ArrayLike | None) -> Ints:
    starts = np.arange(AGES) if ages is None else np.asarray(ages, dtype=np.int64)
    by_groups(np.zeros(AGES), starts)  # says what is wrong with them
    return starts


def _days(values: npt.ArrayLike) -> Days:
    return np.atleast_1d(np.asarray(values, dtype="datetime64[D]"))


def _year(days: Days) -> Ints:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _birthday(birth: Days, year: Ints) -> Days:
    """The birthday in a year; ``NaT`` when the birth is not known."""
    month = birth.astype("datetime64[M]")
    in_month = (birth - month).astype(np.int64)
    moved = month + 12 * (np.asarray(year) - _year(birth))
    # 29 February runs over into 1 March by itself.
    return np.asarray(moved.astype("datetime64[D]") + in_month)


def _places(area: npt.ArrayLike, areas: int) -> tuple[Ints, Ints]:
    """The number of each area, −1 when unknown; and where a fault is counted."""
    given = np.atleast_1d(np.asarray(area))
    known = np.isfinite(given.astype(float))
    numbered = np.where(known, given, -1).astype(np.int64)
    place = np.where((numbered >= 0) & (numbered < areas), numbered, -1)
    return place, np.where(place < 0, areas, place)


def _periods(since: str, until: str, step: Step) -> Days:
    unit: Literal["Y", "M"] = "Y" if step == "year" else "M"
    first, last = np.datetime64(since, "D"), np.datetime64(until, "D")
    edges = np.arange(first.astype(f"datetime64[{unit}]"), last.astype(f"datetime64[{unit}]") + 1)
    days: Days = edges.astype("datetime64[D]")
    if days.size < 2 or days[0] != first or days[-1] != last:
        raise ValueError(f"{since} and {until} do not begin a {step}, or the second is not later")
    return days


def _first_reason(*reasons: tuple[Why, Flags]) -> list[tuple[Why, Flags]]:
    """The same, each fault under its first reason alone."""
    taken: Flags = np.zeros_like(reasons[0][1])
    result = []
    for why, flags in reasons:
        result.append((why, flags & ~taken))
        taken = taken | flags
    return result


def _counted(reasons: list[tuple[Why, Flags]], where: Ints, areas: int) -> LeftOut:
    return LeftOut(
        {
            why: np.bincount(where[flags], minlength=areas + 1).astype(np.int64)
            for why, flags in reasons
            if flags.any()
        }
    )
