"""Families taking part: of their own will, ended in one act, counted and never weighed.

The signature a plan wants is the government's. What a family agrees to helps to reach it and does nothing
else: no entitlement, order, price or answer looks here (``tests/rights/test_participation.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments.models import Contact, Participation, Revoked, Wish
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access as rights
from tongchou.core import audit, clock
from tongchou.core.errors import Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Held from the township upwards: village-assisted log-ins open no consents.
TAKE_PART: Final = "commitments.take_part"


@dataclass(frozen=True, slots=True)
class Part:
    """What a household agreed to, as it stands."""

    contact: str
    shares: bool
    wishes: tuple[str, ...]
    on: dt.date
    by: str


@dataclass(frozen=True, slots=True)
class Village:
    """Of all households of a village, how many take part; ``ended`` of this year. Listed by the tree."""

    area_id: int
    name: str
    households: int
    taking_part: int
    shares: int
    ended: int


@transaction.atomic
def take_part(
    *, household_id: int, contact: str, shares: bool, wishes: Collection[str], by: Account, at: dt.datetime
) -> None:
    """Record what a household agrees to; what it said before makes room for it.

    The audit row names the village alone, so that ending leaves no trace of who took part.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not, or there is no such household in its areas.
    Invalid
        ``commitments.part`` for a way or a service that is not on the list.
    """
    village = _village_of(household_id, by=by, on=clock.date_of(at))
    if contact not in Contact.values or not set(wishes) <= set(Wish.values):
        message = _("Choose one way to be reached, and services from the list.")
        raise Invalid("commitments.part", message, field="contact")
    Participation.objects.update_or_create(
        household_id=household_id,
        defaults={
            "area_id": village.pk,
            "scope_no": village.scope_no,
            "contact": contact,
            "shares": shares,
            "wishes": sorted(set(wishes)),
            "on": clock.date_of(at),
            "by": by,
        },
    )
    _note("commitments.take_part", village, by=by, at=at)


@transaction.atomic
def end_part(*, household_id: int, by: Account, at: dt.datetime) -> None:
    """End a household's part, without a reason: the row goes, its village counts one more.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not, or the household takes no part.
    """
    today = clock.date_of(at)
    _village_of(household_id, by=by, on=today)
    found = Participation.objects.select_for_update().filter(household_id=household_id).first()
    village = None if found is None else places.area_by_id(found.area_id, within=Scope.everything())
    if found is None or village is None:
        raise NotFound("commitments.no_part", _("This household takes no part."))
    found.delete()
    Revoked.objects.get_or_create(
        area_id=village.pk, year=today.year, defaults={"scope_no": village.scope_no}
    )
    Revoked.objects.filter(area_id=village.pk, year=today.year).update(number=F("number") + 1)
    _note("commitments.end_part", village, by=by, at=at)


def _note(action: str, village: places.Area, *, by: Account, at: dt.datetime) -> None:
    audit.append(
        by=by, action=action, subject=f"area:{village.pk}", scope_no=village.scope_no, at=at, detail={}
    )


def _village_of(household_id: int, *, by: Account, on: dt.date) -> places.Area:
    areas = rights.require(by, TAKE_PART, on=on)
    number = registry.village_of_open(household_id, scope=areas)
    village = None if number is None else places.area_by_id(number, within=areas)
    if village is None:
        raise NotFound("household.none", _("There is no such household in your areas."))
    return village


def part_of(household_id: int, *, by: Account, on: dt.date) -> Part | None:
    """What a household agreed to; None when it takes no part.

    Raises
    ------
    NotAllowed, NotFound
        As ``take_part``.
    """
    _village_of(household_id, by=by, on=on)
    found = Participation.objects.select_related("by").filter(household_id=household_id).first()
    if found is None:
        return None
    return Part(found.contact, found.shares, tuple(found.wishes), found.on, found.by.display_name)


def participation(*, by: Account, on: dt.date) -> tuple[Village, ...]:
    """How many of all households take part, by village in the order of the tree. Four queries.

    Raises
    ------
    NotAllowed
        When the account may not.
    """
    areas = rights.require(by, TAKE_PART, on=on)
    households = registry.count_by_village(areas)
    rows = Participation.objects.filter(areas.q("scope_no")).order_by().values_list("area_id")
    taking = {
        area: numbers
        for area, *numbers in rows.annotate(n=Count("pk"), shares=Count("pk", filter=Q(shares=True)))
    }
    revoked = Revoked.objects.filter(areas.q("scope_no"), year=on.year).order_by()
    ended = dict(revoked.values_list("area_id").annotate(n=Sum("number")))
    return tuple(
        Village(
            one.pk, one.name, households.get(one.pk, 0), *taking.get(one.pk, (0, 0)), ended.get(one.pk, 0)
        )
        for one in places.villages(areas)
    )
