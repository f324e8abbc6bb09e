"""Days of dates of which only the month or the year is known: spread evenly, the same way every time.

A date known to the month lies on a day of that month, one known to the year on a day of that year, chosen by
the number of the person: of many people they fall evenly over the period, so that no month stands out, and
the same person has the same day in every count. What was placed like this is counted beside the figures.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Flags, Ints

Days = npt.NDArray[np.datetime64]
#: Knuth's multiplicative hash (The Art of Computer Programming 3, 6.4): the golden ratio of 32 bits.
_GOLDEN = np.uint64(2654435761)


def days_of(
    year: npt.ArrayLike, month: npt.ArrayLike, day: npt.ArrayLike, number: npt.ArrayLike
) -> tuple[Days, Flags]:
    """The day of each date, and whether it had to be chosen.

    Parameters
    ----------
    year, month, day
        (dates,) parts; 0 is unknown. A part counts where the ones before it are known. A day the month does
        not have is its last one.
    number
        (dates,) number of the person, which decides where a date known to the month or year falls.

    Returns
    -------
    days
        (dates,) datetime64[D]; ``NaT`` without a year.
    chosen
        (dates,) where month or day were unknown and the year was not.

    Examples
    --------
    >>> days, chosen = days_of([2024, 2024, 2024, 0], [2, 2, 0, 0], [30, 0, 0, 0], [7, 7, 7, 7])
    >>> days.astype(str).tolist(), chosen.tolist()
    (['2024-02-29', '2024-02-19', '2024-08-26', 'NaT'], [False, True, True, False])
    """
    years, months, inside, key = (np.asarray(part, dtype=np.int64) for part in (year, month, day, number))
    known_month = months > 0
    known_day = known_month & (inside > 0)
    first_year = (years - 1970).astype("datetime64[Y]")
    first = np.where(
        known_month,
        (first_year.astype("datetime64[M]") + np.where(known_month, months - 1, 0)).astype("datetime64[D]"),
        first_year.astype("datetime64[D]"),
    )
    ends = np.where(
        known_month,
        (first.astype("datetime64[M]") + 1).astype("datetime64[D]"),
        (first_year + 1).astype("datetime64[D]"),
    )
    length: Ints = (ends - first).astype(np.int64)
    lot = (key.astype(np.uint64) * _GOLDEN) >> np.uint64(7) & np.uint64(0xFFFFFF)
    spread = lot.astype(np.int64) * length >> 24
    result = first + np.where(known_day, np.minimum(inside, length) - 1, spread)
    result = np.where(years > 0, result, np.datetime64("NaT", "D"))
    return np.asarray(result), (years > 0) & ~known_day


def parts_of(number: npt.ArrayLike) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of dates written as one number: 2024, 202405 or 20240517; 0 is unknown.

    Examples
    --------
    >>> [part.tolist() for part in parts_of([0, 2024, 202405, 20240517])]
    [[0, 2024, 2024, 2024], [0, 0, 5, 5], [0, 0, 0, 17]]
    """
    given = np.asarray(number, dtype=np.int64)
    day, month = given >= 10**7, given >= 10**5
    year = np.where(day, given // 10**4, np.where(month, given // 100, given))
    in_year = np.where(day, given // 100 % 100, np.where(month, given % 100, 0))
    return year, in_year, np.where(day, given % 100, 0)
