"""Which years one person can still claim, and from which day to which: "2025 is over, 2026 is open".

Only of programmes that set a last day (``claim_by``). A year can be claimed from its 1 January, the year of
birth from the birth on, and none before the rules were issued (``Claiming.opened``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from tongchou.domain.policy.changes import HORIZON
from tongchou.domain.policy.closures import Facts
from tongchou.domain.policy.outcomes import NOT_ENTITLED, decide
from tongchou.domain.policy.rules import LAST, Rules, first_day, last_day

State = Literal["over", "open", "coming"]
#: Where a window stands, in the order of time.
STATES: Final[tuple[State, ...]] = ("over", "open", "coming")


@dataclass(frozen=True, slots=True)
class Window:
    """One year: what it gives and when it is claimed.

    ``amount_fen`` is ``None`` while something is unknown; ``of_birth`` when it is the year of birth, whose
    first day is the birth's as far as that is known.
    """

    year: int
    outcome: str
    amount_fen: int | None
    first: dt.date
    last: dt.date
    of_birth: bool

    def state(self, on: dt.date) -> State:
        """Where it stands on a day; first and last day count as open."""
        if on > self.last:
            return "over"
        return "open" if on >= self.first else "coming"


def windows(rules: Rules, facts: Facts, *, on: dt.date) -> tuple[Window, ...]:
    """The years that give something to a person, past ones first.

    ``facts`` are as ``evaluate_one`` takes and has checked them. Years are looked at from the programme's
    first one to fifteen after ``on``. Empty where the programme sets no days, and while it is unknown whom a
    year would be for. Nothing is told of a year after a death.
    """
    if rules.claim_by is None:
        return ()
    found = (
        one(rules, facts, year, on=on) for year in range(rules.first_year, min(on.year + HORIZON, LAST) + 1)
    )
    return tuple(window for window in found if window is not None)


def one(rules: Rules, facts: Facts, year: int, *, on: dt.date) -> Window | None:
    """The window of a year for a person; ``None`` when the year gives nothing, or sets no days."""
    ready = rules.at(year)
    if ready.claim_by is None:
        return None
    outcome, amount = decide(rules, facts, year)
    last, first = last_day(ready.claim_by(facts, ready.closures.blank())), first_day(rules, year)
    if outcome == NOT_ENTITLED or last is None or first is None or _after_death(facts, year, on):
        return None
    born = _born(facts)
    of_birth = born is not None and born.year == year
    return Window(year, outcome, amount, max(first, born) if born and of_birth else first, last, of_birth)


def _after_death(facts: Facts, year: int, on: dt.date) -> bool:
    """Whether a year is after a death; who died in a year that is not known died until today."""
    died = facts.get("death_year")
    return bool(facts.get("deceased")) and year > (on.year if died is None else died)


def _born(facts: Facts) -> dt.date | None:
    """The day of birth, or the first it may be."""
    year, month, day = (facts.get(name) for name in ("birth_year", "birth_month", "birth_day"))
    if year is None:
        return None
    try:
        return dt.date(year, month or 1, (day or 1) if month else 1)
    except ValueError:  # no such day in that month
        return dt.date(year, month or 1, 1)
