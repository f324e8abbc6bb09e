"""Approved cases as lists for other systems need them: who, how much, to which account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from tongchou.apps.casework import kinds, reach, sealing
from tongchou.apps.casework.models import Case, Payee, State
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Listed:
    """An approved case with what was applied with; its name is the one others may see."""

    case_id: int
    number: str
    kind: str
    public_zh: str
    private: bool
    person_id: int
    year: int
    amount_fen: int | None
    external: str
    application: sealing.Application
    relation: str
    payee: sealing.PayTo | None
    approved_on: dt.date | None
    area_id: int


@dataclass(frozen=True, slots=True)
class Which:
    """Approved cases of a year; empty ``kinds`` are all, private ones only where asked for."""

    year: int
    kinds: tuple[str, ...] = ()
    area_id: int | None = None
    private: bool = False


def _found(which: Which, by: Account, on: dt.date, within: Scope) -> QuerySet[Case]:
    found = reach.readable(by, on).filter(
        within.q("handling_scope"), year=which.year, state=State.APPROVED.value
    )
    if which.kinds:
        found = found.filter(kind__in=which.kinds)
    if not which.private:
        found = found.filter(private=False)
    if which.area_id is not None:
        area = places.area_by_id(which.area_id, within=within)
        found = found.filter(handling_scope__range=(area.scope_no, area.scope_end)) if area else found.none()
    return found


def count_listed(which: Which, *, by: Account, on: dt.date, within: Scope) -> tuple[int, int]:
    """How many cases there are and what they are worth in fen. Two queries."""
    found = _found(which, by, on, within)
    return found.count(), found.aggregate(sum=Sum("amount_fen"))["sum"] or 0


def listed_cases(which: Which, *, by: Account, on: dt.date, within: Scope, most: int) -> list[Listed]:
    """The cases by number, at most so many. Five queries, however many."""
    rows = list(_found(which, by, on, within).order_by("number")[:most])
    versions = kinds.versions({one.version_id for one in rows})
    payees = _payees([one.pk for one in rows])
    return [
        Listed(
            case_id=one.pk,
            number=one.number,
            kind=one.kind,
            public_zh=versions[one.version_id].public_title.zh,
            private=one.private,
            person_id=one.person_id,
            year=one.year,
            amount_fen=one.amount_fen,
            external=one.external,
            application=sealing.unseal(one.sealed, one.person_id),
            relation=one.applicant,
            payee=payees.get(one.pk),
            approved_on=clock.date_of(one.decided_at) if one.decided_at else None,
            area_id=one.handling_area_id,
        )
        for one in rows
    ]


def _payees(cases: Collection[int]) -> dict[int, sealing.PayTo]:
    found = Payee.objects.filter(case__in=cases).order_by("pk").values_list("case_id", "sealed")
    return {case: sealing.unseal_payee(sealed, case) for case, sealed in dict(found).items()}


def still_readable(cases: Collection[int], *, by: Account, on: dt.date) -> dict[int, str]:
    """Numbers of those of some cases the account may read now. One query and who is named."""
    return dict(reach.readable(by, on).filter(pk__in=cases).values_list("pk", "number"))


def externals(cases: Collection[int]) -> dict[int, str]:
    """What numbers some cases have elsewhere; tells nothing else. One query."""
    return dict(Case.objects.filter(pk__in=cases).values_list("pk", "external"))
