"""What hangs in public: the cases that wait for it, and their going on when it has hung."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from tongchou.apps.casework import clocks, kinds, moving
from tongchou.apps.casework.models import Case, Decision, Desk, State
from tongchou.core.scope import Scope
from tongchou.domain.casework.kinds import Stage
from tongchou.domain.casework.steps import Act


@dataclass(frozen=True, slots=True)
class Posted:
    """A case that waits for a public notice."""

    case_id: int
    person_id: int
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many cases of a kind and year wait for a notice at a stage."""

    kind: str
    year: int
    stage_code: str
    number: int


def waiting(*, scope: Scope, but: Collection[int] = ()) -> tuple[Waiting, ...]:
    """What waits for a notice in some areas, ``but`` those on one already. One query."""
    found = lists_to_post(scope=scope, but=but).order_by("kind", "year", "stage_code")
    rows = found.annotate(number=Count("*")).values_list("kind", "year", "stage_code", "number")
    return tuple(Waiting(*row) for row in rows)


def lists_to_post(*, scope: Scope, but: Collection[int] = ()) -> QuerySet[Case, dict[str, Any]]:
    """A row for each list that waits to be hung out in some areas; see ``waiting``."""
    found = Case.objects.filter(scope.q("handling_scope"), desk=Desk.NOTICE).exclude(pk__in=but)
    return found.order_by().values("kind", "year", "stage_code").distinct()


def to_post(*, scope: Scope, kind: str, year: int, stage_code: str) -> list[Posted]:
    """The cases that wait for one notice, in the order of their numbers; locked. Never a private one."""
    found = Case.objects.select_for_update().filter(
        scope.q("handling_scope"),
        desk=Desk.NOTICE,
        kind=kind,
        year=year,
        stage_code=stage_code,
        private=False,
    )
    return [Posted(case.pk, case.person_id, case.amount_fen) for case in found.order_by("number")]


def notice_stage(kind: str, stage_code: str, area_id: int, on: dt.date) -> Stage | None:
    """A stage of public notice with the days the county has set for it; None when there is no such one."""
    stage = clocks.as_set_here(kinds.kind_of(kind), area_id, on).get(stage_code)
    return stage if stage is not None and stage.kind == "notice" else None


@transaction.atomic
def pass_notices(case_ids: Collection[int], *, findings: Mapping[int, str], at: dt.datetime) -> int:
    """Let cases go on whose notice has hung; what an objection found goes along as the reason.

    Cases that have gone another way meanwhile are left. Access is the caller's.

    Returns
    -------
    int
        How many went on.
    """
    rows = Case.objects.select_for_update().filter(
        pk__in=case_ids, desk=Desk.NOTICE, state=State.RUNNING, private=False
    )
    done = 0
    for case in rows.order_by("pk"):
        moving.move(
            moving.opened(case), Act.PASS, by=None, on_behalf=None, at=at, reasons=findings.get(case.pk, "")
        )
        done += 1
    return done


def still_at_notice(case_ids: Iterable[int], stage_code: str) -> list[int]:
    """Those of some cases that still wait at a stage of notice. One query."""
    found = Case.objects.filter(pk__in=case_ids, desk=Desk.NOTICE, stage_code=stage_code)
    return list(found.values_list("pk", flat=True))


def acted(case_id: int, account_id: int) -> bool:
    """Whether an account has taken a position in a case, for itself or for another. One query."""
    found = Decision.objects.filter(case=case_id, counted=True)
    return found.filter(Q(officer=account_id) | Q(on_behalf=account_id)).exists()
