"""Preference for digits: of ages (Whipple, Myers, Noumbissi, Spoorenberg) and of days.

In a register ages come from dates of birth, so that heaped ages are rare and heaped dates (1 January, the
1st and the 15th) tell of guesses. Chinese ages show true waves: Whipple near 1 with Myers near 2 is no bad
reporting. Compare an area with its neighbours rather than with a threshold, and print range and variant
with the number.

Source: United Nations, Principles and Recommendations for Population and Housing Censuses (Whipple); Myers
(1940), Transactions of the Actuarial Society of America 41, 402-415; Noumbissi (1992), Population 47,
1008-1013; Spoorenberg (2007), Population 62, 847-859; Arriaga, Population Analysis with Microcomputers
(1994) (the variant of the US Census Bureau).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, LeftOut, Why, numbers, ratio

#: Days of the month 1 … 31 in 400 Gregorian years, of which 97 are leap years: 1 to 28 in each of 4,800
#: months.
_DAYS: Final = np.array([4800.0] * 28 + [4800 - 303, 4800 - 400, 7 * 400])
#: (31,) share of all days of the calendar that are such days of the month.
CALENDAR: Final = _DAYS / _DAYS.sum()
_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def whipple(
    people: npt.ArrayLike, *, ages: tuple[int, int] = (25, 60), digits: Sequence[int] = (0, 5)
) -> Floats:
    """Whipple's index: 1 without preference, 5 when all ages end in 0 or 5 (10 for one digit).

    Parameters
    ----------
    people
        (..., ages) by single age from 0, up to two years above the last age of the range.
    ages
        First and last age of the range that may end in the digits.
    digits
        0 and 5, or one digit. Around two the sum goes from two years below the first of such ages to two
        above the last, around one from seven below.

    Returns
    -------
    Floats
        (...); ``nan`` where nobody is of the range, or an age of it is unknown.

    Raises
    ------
    ValueError
        When the digits are others, or ages are missing.

    Examples
    --------
    >>> whipple([100] * 80).tolist()
    1.0
    """
    if len(digits) != 1 and sorted(digits) != [0, 5]:
        raise ValueError("digits: 0 and 5, or one")
    number = _ages(people, ages[1] + 2)
    marked = np.array([age for age in range(ages[0], ages[1] + 1) if age % 10 in digits], dtype=np.int64)
    if not marked.size:
        raise ValueError("ages: none of them ends in the digits")
    below = marked[0] - (2 if len(digits) == 2 else 7)
    if below < 0:
        raise ValueError("ages: the range begins too early")
    around = number[..., below : marked[-1] + 3].sum(axis=-1)
    return (10 / len(digits)) * ratio(number[..., marked].sum(axis=-1), around)


@dataclass(frozen=True, slots=True, eq=False)
class Preference:
    """How unevenly numbers fall on digits or days.

    Attributes
    ----------
    index
        (...) per cent of people who would have to be moved to even it out, 0 … 90 of digits.
    shares
        (..., digits) share of each digit (or day), in the order 0, 1, 2 … (1, 2, 3 … of days).
    by_chance
        (...) what the index would be about without any preference, among so few: an index near it says
        nothing.
    left_out
        What could not be used, by area.
    """

    index: Floats
    shares: Floats
    by_chance: Floats
    left_out: LeftOut


def myers(
    people: npt.ArrayLike,
    *,
    ages: tuple[int, int] = (10, 89),
    variant: Literal["original", "pasex"] = "original",
) -> Preference:
    """Myers' blended index of preference for the ten last digits of age.

    Parameters
    ----------
    people
        (..., ages) by single age from 0.
    ages
        First and last age, whole decades: (10, 89), (23, 82).
    variant
        ``original`` leaves the oldest decade out of the first of the two blended sums, so that a straight
        line has no preference; ``pasex`` (US Census Bureau) takes it in, and differs at the second decimal.

    Raises
    ------
    ValueError
        When the range is not of two decades or more, or ages are missing.

    Examples
    --------
    >>> myers([100] * 100).index.tolist()
    0.0
    """
    low, high = ages
    if (high - low + 1) % 10 or high - low < 19:
        raise ValueError("ages: a range of whole decades, two at least")
    number = _ages(people, high)
    decades = number[..., low : high + 1].reshape(*number.shape[:-1], (high + 1 - low) // 10, 10)
    first = decades[..., :-1, :] if variant == "original" else decades
    blended = first.sum(axis=-2) * np.arange(1, 11) + decades[..., 1:, :].sum(axis=-2) * np.arange(9, -1, -1)
    shares = ratio(blended, blended.sum(axis=-1, keepdims=True))
    shares = np.roll(shares, low % 10, axis=-1)
    return _preference(shares, np.full(10, 0.1), decades.sum(axis=(-2, -1)), LeftOut())


def noumbissi(people: npt.ArrayLike, digit: int, *, ages: tuple[int, int] = (20, 64)) -> Floats:
    """One digit against the five-year groups around it: 1 without preference; shapes as in ``whipple``.

    Parameters
    ----------
    people
        (..., ages) by single age from 0, up to two years above the range.
    digit
        0 … 9.
    ages
        First and last age that may end in the digit.

    Returns
    -------
    Floats
        (...) 5 Σ P(x) / Σ (P(x−2) + … + P(x+2)) over the ages x that end in the digit.
    """
    number = _ages(people, ages[1] + 2)
    at = np.array([age for age in range(max(ages[0], 2), ages[1] + 1) if age % 10 == digit], dtype=np.int64)
    around = np.sum([number[..., at + off].sum(axis=-1) for off in range(-2, 3)], axis=0)
    return 5 * ratio(number[..., at].sum(axis=-1), around)


def spoorenberg(people: npt.ArrayLike, *, ages: tuple[int, int] = (20, 64)) -> Floats:
    """All ten digits together: Σ |Noumbissi − 1|, 0 without preference.

    Parameters
    ----------
    people, ages
        As in ``noumbissi``.
    """
    return np.asarray(
        np.sum([np.abs(noumbissi(people, digit, ages=ages) - 1) for digit in range(10)], axis=0)
    )


def days_of_month(
    days: npt.ArrayLike, area: npt.ArrayLike, *, areas: int
) -> tuple[npt.NDArray[np.int64], LeftOut]:
    """Dates (of birth, death, registration) counted by area, month and day.

    Parameters
    ----------
    days
        (dates,) anything NumPy reads as ``datetime64[D]``.
    area
        (dates,) numbers 0 … ``areas`` − 1; others are unknown areas.

    Returns
    -------
    counts
        (areas, 12, 31).
    left_out
        Dates and areas not known, (areas + 1,), the latter under the last number.
    """
    when = np.atleast_1d(np.asarray(days, dtype="datetime64[D]"))
    place = np.atleast_1d(np.asarray(area, dtype=np.int64))
    if when.shape != place.shape:
        raise ValueError("days and area differ in length")
    outside = (place < 0) | (place >= areas)
    unknown = np.isnat(when) & ~outside
    used = ~outside & ~unknown
    month = when.astype("datetime64[M]")
    day = (when - month).astype(np.int64)
    flat = (place * 12 + month.astype(np.int64) % 12) * 31 + day
    counts = np.bincount(flat[used], minlength=areas * 372).reshape(areas, 12, 31)
    told = {
        Why.UNKNOWN_AREA: np.bincount(np.full(int(outside.sum()), areas), minlength=areas + 1),
        Why.UNKNOWN_DATE: np.bincount(place[unknown], minlength=areas + 1),
    }
    return counts.astype(np.int64), LeftOut(
        {why: one.astype(np.int64) for why, one in told.items() if one.any()}
    )


def day_preference(counts: npt.ArrayLike) -> Preference:
    """Preference for days of the month: 1 to 31 against how often the calendar has each.

    Parameters
    ----------
    counts
        (..., 31) dates by day of the month, over whole years (``days_of_month`` summed over months).

    Examples
    --------
    >>> found = day_preference([100] + [0] * 30)
    >>> found.index.round(1).tolist(), found.shares[0].tolist()
    (96.7, 1.0)
    """
    return _of_calendar(counts, CALENDAR)


def month_preference(counts: npt.ArrayLike) -> Preference:
    """Preference for months, (..., 12), against their days. Births have seasons of their own.

    Parameters
    ----------
    counts
        (..., 12) dates by month, over whole years.
    """
    days = np.array(_MONTHS, dtype=float) + np.where(np.arange(12) == 1, 97 / 400, 0)
    return _of_calendar(counts, days / days.sum())


def share_of_day(counts: npt.ArrayLike, month: int, day: int) -> Floats:
    """How often one day of the year stands among dates, times as often as the calendar has it.

    Parameters
    ----------
    counts
        (..., 12, 31).
    month, day
        1 and 1 for the day that stands for "about that year".

    Examples
    --------
    >>> table = np.ones((12, 31)); table[0, 0] = 10
    >>> share_of_day(table, 1, 1).round(1).tolist()
    9.6
    """
    number = numbers(counts, "counts")
    usual = 97 / 400 if (month, day) == (2, 29) else 1.0
    return ratio(number[..., month - 1, day - 1], number.sum(axis=(-2, -1)) * usual / 365.2425)


def _of_calendar(counts: npt.ArrayLike, expected: Floats) -> Preference:
    number = numbers(counts, "counts")
    if number.ndim == 0 or number.shape[-1] != expected.size:
        raise ValueError(f"counts: {expected.size} of them are needed")
    negative = (number < 0).any(axis=-1)
    number = np.where(np.asarray(negative)[..., None], np.nan, number)
    total = number.sum(axis=-1)
    told = {Why.NEGATIVE_EVENTS: np.asarray(negative), Why.EMPTY_AREA: np.asarray(total == 0)}
    left_out = LeftOut({why: one.astype(np.int64) for why, one in told.items() if one.any()})
    return _preference(ratio(number, total[..., None]), expected, total, left_out)


def _preference(shares: Floats, expected: Floats, total: Floats, left_out: LeftOut) -> Preference:
    index = 50 * np.abs(shares - expected).sum(axis=-1)
    # E|p − e| of a share with standard error s is s √(2/π).
    error = np.sqrt(ratio(expected * (1 - expected) * 2 / np.pi, np.asarray(total)[..., None]))
    return Preference(np.asarray(index), shares, 50 * error.sum(axis=-1), left_out)


def _ages(people: npt.ArrayLike, last: int) -> Floats:
    number = numbers(people, "people")
    if number.ndim == 0 or number.shape[-1] <= last:
        raise ValueError(f"people: single ages from 0 to {last} are needed")
    return np.where(number < 0, np.nan, number)
