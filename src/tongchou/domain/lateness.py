"""Whether appropriated money came in full and on time (按时足额到位)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of one appropriation, or of several together: amounts in fen.

    ``days`` is how many days after the due day the last of it came, or has not come yet; ``late`` the amount
    that came after its day or is overdue, and ``overdue`` what of it is still missing.
    """

    appropriated: int = 0
    arrived: int = 0
    late: int = 0
    days: int = 0
    overdue: int = 0

    @property
    def missing(self) -> int:
        return self.appropriated - self.arrived


def punctuality(
    appropriated: int, due: dt.date, arrivals: Sequence[tuple[dt.date, int]], on: dt.date
) -> Punctuality:
    """How an appropriation stood on a day.

    Parameters
    ----------
    appropriated
        Fen, more than 0.
    due
        The day by which all of it is to be there.
    arrivals
        Day and fen of each; those after ``on`` are not known yet.
    on
        The day of the report.

    Examples
    --------
    >>> may, june = dt.date(2026, 5, 20), dt.date(2026, 6, 4)
    >>> punctuality(100, dt.date(2026, 5, 31), [(may, 60), (june, 40)], dt.date(2026, 6, 30))
    Punctuality(appropriated=100, arrived=100, late=40, days=4, overdue=0)
    >>> punctuality(100, dt.date(2026, 5, 31), [(may, 60)], dt.date(2026, 6, 30))
    Punctuality(appropriated=100, arrived=60, late=40, days=30, overdue=40)
    """
    known = [(day, fen) for day, fen in arrivals if day <= on]
    arrived = sum(fen for _day, fen in known)
    missing = appropriated - arrived
    late = sum(fen for day, fen in known if day > due)
    last, overdue = max((day for day, _fen in known), default=due), 0
    if missing > 0 and on > due:
        overdue, last = missing, on
    return Punctuality(appropriated, arrived, late + overdue, max(0, (last - due).days), overdue)


def together(several: Iterable[Punctuality]) -> Punctuality:
    """Several added up; ``days`` is that of the latest."""
    result = Punctuality()
    for one in several:
        result = Punctuality(
            result.appropriated + one.appropriated,
            result.arrived + one.arrived,
            result.late + one.late,
            max(result.days, one.days),
            result.overdue + one.overdue,
        )
    return result
