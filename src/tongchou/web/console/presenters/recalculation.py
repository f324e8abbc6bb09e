"""Differences of past years as their page and workbook show them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope
from tongchou.web.console import formatters
from tongchou.web.console.table_workbook import Cell

ARREARS, OVERPAYMENT, OPEN = "arrears", "overpayment", "open"
#: How a difference is to be understood, wherever one is shown.
NOTE = gettext_lazy(
    "These are proposals. Arrears are what families should have had and are owed. What was paid too much is "
    "an error of the government: talk to the family; nothing is claimed back, set off or held against "
    "anybody by this program, and a named officer decides."
)
KINDS = {
    ARREARS: gettext_lazy("The family should have had more"),
    OVERPAYMENT: gettext_lazy("The government paid more than the rules give: to be talked about"),
    OPEN: gettext_lazy("A fact is missing: to be asked, nothing is taken"),
}


@dataclass(frozen=True, slots=True)
class JobLine:
    number: int
    since: str
    years: str
    asked: str
    state: str
    percent: int | None
    open: bool
    ended_well: bool
    error: str


def line(job: jobs.Job) -> JobLine:
    years = job.payload["years"]
    return JobLine(
        number=job.pk,
        since=formatters.day(job.payload["since"]),
        years=f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0]),
        asked=formatters.moment(job.created_at),
        state=str(jobs.State(job.state).label),
        percent=job.percent,
        open=job.state in jobs.OPEN,
        ended_well=bool(job.result.get("now")),
        error=job.error,
    )


@dataclass(slots=True)
class Line:
    """A unit, programme and year."""

    unit: int
    unit_name: str
    programme: str
    year: int
    people: dict[str, int] = field(default_factory=dict)
    fen: dict[str, int] = field(default_factory=dict)

    @property
    def arrears(self) -> str:
        return formatters.yuan(self.fen.get(ARREARS)) if self.people.get(ARREARS) else ""

    @property
    def overpaid(self) -> str:
        return formatters.yuan(-self.fen[OVERPAYMENT]) if self.people.get(OVERPAYMENT) else ""

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (
            self.unit_name, self.programme, str(self.year),
            self.people.get(ARREARS, 0), self.fen.get(ARREARS, 0) / 100,
            self.people.get(OVERPAYMENT, 0), -self.fen.get(OVERPAYMENT, 0) / 100,
            self.people.get(OPEN, 0),
        )  # fmt: skip


def table(found: entitlements.Question, *, scope: Scope, language: str) -> list[Line]:
    """The sums of the reader's units, in the order of units, programmes and years."""
    names = {unit.area_id: unit.name for unit in places.units(scope)}
    titles = {one.code: one.listed_title(language) for one in policies.listed()}
    lines: dict[tuple[int, str, int], Line] = {}
    for total in found.totals:
        if total.unit not in names:
            continue  # of somebody else's areas
        key = (total.unit, total.programme, total.year)
        made = lines.setdefault(
            key, Line(total.unit, names[total.unit], titles.get(total.programme, total.programme), total.year)
        )
        made.people[total.kind] = total.people
        if total.fen is not None:
            made.fen[total.kind] = total.fen
    order = list(names)
    return sorted(lines.values(), key=lambda one: (order.index(one.unit), one.programme, one.year))


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    url: str
    village: str
    programme: str
    year: int
    kind: str
    tone: str
    before: str
    after: str
    reasons: tuple[str, ...]
    withheld: bool
    difference: str
    law: str
    facts: str
    claimed: bool


def person(one: entitlements.Difference, *, scope: Scope) -> Person:
    within = one.household_id is not None and scope.covers(one.scope_no)
    address = reverse("console:household", args=[one.household_id]) if within else ""
    return Person(
        name=one.name,
        url=f"{address}#person-{one.person_id}" if address else "",
        village=one.village,
        programme=one.programme_title,
        year=one.year,
        kind=str(KINDS[one.kind]),
        tone={ARREARS: "good", OPEN: "warn"}.get(one.kind, ""),
        before=one.before or _("not in the records of then"),
        after=one.after,
        reasons=one.reasons,
        withheld=one.withheld,
        difference=formatters.yuan(abs(one.difference_fen)) if one.difference_fen is not None else "",
        law=_signed(one.law_fen),
        facts=_signed(one.facts_fen),
        claimed=one.claimed,
    )


def person_cells(one: entitlements.Difference) -> tuple[Cell, ...]:
    """A difference as a workbook has it; what is open has no amount."""
    more = [_("More stands on the page of the household.")] if one.withheld else []
    return (
        one.name, one.village, one.programme_title, str(one.year),
        _("yes") if one.claimed else _("not claimed"), one.before or _("not in the records of then"),
        one.after, "；".join((*one.reasons, *more)), str(KINDS[one.kind]),
        *("" if fen is None else fen / 100 for fen in (one.difference_fen, one.law_fen, one.facts_fen)),
    )  # fmt: skip


def _signed(fen: int | None) -> str:
    if not fen:
        return ""
    return f"{'+' if fen > 0 else '−'}{formatters.yuan(abs(fen))}"
