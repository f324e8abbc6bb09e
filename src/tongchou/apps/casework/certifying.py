"""Approved cases that give a certificate, and those a certificate no longer rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tongchou.apps.casework import kinds
from tongchou.apps.casework.models import Case, State
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.domain.casework.kinds import Given
from tongchou.domain.policy.words import Text


@dataclass(frozen=True, slots=True)
class Certifiable:
    """An approved case of a kind that gives a certificate."""

    case_id: int
    number: str
    kind: str
    title: Text
    given: Given
    person_id: int
    year: int
    approved_on: dt.date
    area_id: int
    scope_no: int


def gives_certificate() -> dict[str, tuple[Text, Given]]:
    """The kinds of case that give a certificate: what it is called, and how long it holds."""
    return {
        one.code: (one.public_title, one.certificate)
        for one in kinds.in_force()
        if one.certificate is not None
    }


def certifiable(
    *, scope: Scope, but: QuerySet[Any], only: list[int] | None = None, most: int | None = None
) -> list[Certifiable]:
    """Approved cases in some areas, without those of ``but`` (a query of case numbers). One query.

    ``only`` narrows to some cases and locks them.
    """
    known = gives_certificate()
    found = _approved(scope, but).order_by("decided_at", "pk")
    if only is not None:
        found = found.filter(pk__in=only).select_for_update()
    return [
        Certifiable(
            case_id=one.pk,
            number=one.number,
            kind=one.kind,
            title=known[one.kind][0],
            given=known[one.kind][1],
            person_id=one.person_id,
            year=one.year,
            approved_on=clock.date_of(one.decided_at) if one.decided_at else one.stage_since,
            area_id=one.handling_area_id,
            scope_no=one.handling_scope,
        )
        for one in found.defer("sealed")[:most]
    ]


def count_certifiable(*, scope: Scope, but: QuerySet[Any]) -> int:
    """How many there are. One query."""
    return _approved(scope, but).count()


def _approved(scope: Scope, but: QuerySet[Any]) -> QuerySet[Case]:
    return Case.objects.filter(
        scope.q("handling_scope"),
        kind__in=sorted(gives_certificate()),
        state=State.APPROVED,
        private=False,
    ).exclude(pk__in=but)


def no_longer_given(case_ids: QuerySet[Any]) -> QuerySet[Any]:
    """Those of some cases whose decision has ended or turned out otherwise: a query of their numbers."""
    gone = (State.ENDED, State.REFUSED, State.WITHDRAWN)
    return Case.objects.filter(pk__in=case_ids, state__in=gone).values("pk")
