"""Days and months on which the dates of an area's records fall more often than the calendar has them.

Round dates (1 January, the 1st and the 15th of a month) come of days that were guessed or written down later.
It is a figure of the records: it names nobody, and a month with many births is no fault of the records.

Source: ``demography.heaping``: index of dissimilarity against the Gregorian calendar of 400 years, beside
what chance alone would give among so few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.heaping import (
    CALENDAR,
    Preference,
    day_preference,
    month_preference,
    share_of_day,
)
from tongchou.domain.demography.left_out import Floats, numbers, ratio

#: Kinds of dates, in the order of their numbers in the cubes.
EVENTS: Final = ("births", "deaths")
MONTHS, DAYS = 12, 31
#: Of fewer dates known to the day the index is chance.
FEWEST: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class DateDigits:
    """Of each area and kind of dates; ``nan`` where fewer than ``FEWEST`` are known to the day.

    Attributes
    ----------
    days, months
        Preference for days of the month and for months: ``index`` (...), ``shares`` (..., 31) and (..., 12).
    times
        (..., 31) how often each day of the month stands there, times as often as the calendar has it.
    new_year
        (...) the same for 1 January.
    known, to_month, to_year
        (...) dates known to the day, to the month, and to the year alone or not at all.
    """

    days: Preference
    months: Preference
    times: Floats
    new_year: Floats
    known: Floats
    to_month: Floats
    to_year: Floats


def date_digits(counts: npt.ArrayLike) -> DateDigits:
    """Preference for digits of dates.

    Parameters
    ----------
    counts
        (..., 13, 32) dates by month and day; 0 is unknown, and a day without a month counts as known to the
        year alone.

    Raises
    ------
    ValueError
        When the last two axes are others.

    Examples
    --------
    >>> table = np.zeros((13, 32)); table[1:, 1:29] = 10; table[1, 1] = 500; table[5, 0] = 40
    >>> found = date_digits(table)
    >>> found.times[0].round(1).tolist(), found.new_year.round(0).tolist(), found.to_month.tolist()
    (4.8, 47.0, 40.0)
    """
    given = numbers(counts, "counts")
    if given.shape[-2:] != (MONTHS + 1, DAYS + 1):
        raise ValueError("counts: 13 months and 32 days are needed, unknown first")
    exact = given[..., 1:, 1:]
    known = exact.sum(axis=(-2, -1))
    told = np.where((known >= FEWEST)[..., None, None], exact, np.nan)
    days, months = day_preference(told.sum(axis=-2)), month_preference(told.sum(axis=-1))
    return DateDigits(
        days=days,
        months=months,
        times=ratio(days.shares, CALENDAR),
        new_year=share_of_day(told, 1, 1),
        known=known,
        to_month=given[..., 1:, 0].sum(axis=-1),
        to_year=given[..., 0, :].sum(axis=-1),
    )
