"""The population account as pages show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.balance import api as balance
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.balance import Term
from tongchou.domain.dates import PartialDate
from tongchou.web.console import formatters

#: Months shown; the account itself goes back to the first event.
MOST = 36


@dataclass(frozen=True, slots=True)
class Cell:
    number: int
    url: str
    late: int


@dataclass(frozen=True, slots=True)
class Line:
    month: str
    opening: int
    cells: list[Cell]
    closing: int


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    titles: list[str]
    behind: bool
    mismatches: list[balance.Mismatch]
    late: bool


def titles() -> dict[Term, str]:
    return {
        Term.BIRTHS: _("Births entered"),
        Term.DEATHS: _("Deaths"),
        Term.IN: _("Registered here from elsewhere"),
        Term.OUT: _("Registration moved away"),
        Term.ENTRIES: _("From registers"),
    }


def page(found: balance.Statement, mismatches: list[balance.Mismatch], *, may_open: bool) -> Page:
    """The statement, the newest month first."""
    lines = []
    for month in reversed(found.months[-MOST:]):
        numbers = {
            Term.BIRTHS: month.births,
            Term.DEATHS: month.deaths,
            Term.IN: month.arrived,
            Term.OUT: month.left,
            Term.ENTRIES: month.entries,
        }
        cells = [
            Cell(
                number,
                reverse("console:balance-proofs", args=[f"{month.month:%Y-%m}", term])
                if number and may_open
                else "",
                found.late.get((month.month, term), 0),
            )
            for term, number in numbers.items()
        ]
        lines.append(Line(_month(month.month), month.opening, cells, month.closing))
    late = any(cell.late for line in lines for cell in line.cells)
    return Page(lines, list(titles().values()), found.behind, mismatches, late)


def _month(month: dt.date) -> str:
    return formatters.day(PartialDate(month.year, month.month))


@dataclass(frozen=True, slots=True)
class Proof:
    event: int
    name: str
    url: str
    village: str
    occurred: str
    recorded_at: dt.datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Proofs:
    title: str
    month: str
    total: int
    items: list[Proof]
    next: str


def proofs(
    found: Iterable[balance.Proof],
    people: Mapping[int, registry.PersonHit],
    *,
    month: dt.date,
    term: Term,
    total: int,
    after: int | None,
    scope: Scope,
) -> Proofs:
    """The events behind a number. Who has since moved out of the reader's areas is named no more."""
    address = reverse("console:balance-proofs", args=[f"{month:%Y-%m}", term])
    items = []
    for one in found:
        person = people.get(one.person_id or 0)
        within = (
            person is not None and person.household_id is not None and scope.covers(person.registered_scope)
        )
        household = reverse("console:household", args=[person.household_id]) if person and within else ""
        items.append(
            Proof(
                one.event_id,
                person.name if person else "",
                f"{household}#person-{one.person_id}" if household else "",
                one.village,
                formatters.day(one.occurred) if one.occurred else "",
                one.recorded_at,
                one.late,
            )
        )
    return Proofs(titles()[term], _month(month), total, items, f"{address}?after={after}" if after else "")
