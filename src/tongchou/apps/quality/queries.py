"""How many people each check names in some areas, whether it gets better, and who they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from tongchou import checks
from tongchou.apps.quality.models import Count, Finding, Run
from tongchou.apps.registry import api as registry
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.domain.checks import Check

#: Runs a trend shows.
TREND = 12
_RANK = {"blocks": 0, "check": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """A check with its number now and in earlier runs, oldest first (the last one is now)."""

    check: Check
    number: int
    trend: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """``days`` are those of the snapshots of the trend, oldest first."""

    run: Run
    days: tuple[dt.date, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a check names."""

    person_id: int
    household_id: int | None
    name: str
    village: str
    scope_no: int


@dataclass(frozen=True, slots=True)
class NamedPage:
    check: Check
    items: tuple[Named, ...]
    total: int
    after: int | None  # where the next page begins


def latest_run() -> Run | None:
    """The current run; None before the first."""
    return Run.objects.filter(current=True).first()


def overview(*, scope: Scope) -> Overview | None:
    """All checks for some areas, those that block benefits first; None before any run. Three queries."""
    run = latest_run()
    if run is None:
        return None
    runs = list(Run.objects.filter(pk__lte=run.pk).order_by("-pk")[:TREND])[::-1]
    counted = (
        Count.objects.filter(scope.q("scope_no"), run__in=[one.pk for one in runs])
        .values_list("run_id", "check_code")
        .annotate(total=Sum("number"))
    )
    numbers = {(number, code): total for number, code, total in counted}
    lines = [
        Line(
            check,
            numbers.get((run.pk, check.code), 0),
            tuple(numbers.get((one.pk, check.code), 0) for one in runs),
        )
        for check in checks.load()
    ]
    lines.sort(key=lambda line: (_RANK[line.check.severity], -line.number, line.check.code))
    return Overview(run, tuple(one.as_of for one in runs), tuple(lines))


def named(code: str, *, scope: Scope, after: int = 0, size: int = 50) -> NamedPage:
    """The people a check names in some areas, by person number from ``after`` on. Five queries at most.

    Raises
    ------
    NotFound
        When no check has the code.
    """
    check = next((one for one in checks.load() if one.code == code), None)
    run = latest_run()
    if check is None or run is None:
        raise NotFound("quality.no_check", "")
    inside = Finding.objects.filter(scope.q("scope_no"), run=run, check_code=code)
    rows = list(
        inside.filter(person_id__gt=after)
        .order_by("person_id")
        .values_list("person_id", "household_id", "scope_no")[: size + 1]
    )
    people = registry.people([person for person, _household, _number in rows[:size]], scope=scope)
    items = tuple(
        Named(person, household, people[person].name, people[person].village_name, number)
        for person, household, number in rows[:size]
        if person in people
    )
    return NamedPage(check, items, inside.count(), rows[size - 1][0] if len(rows) > size else None)
