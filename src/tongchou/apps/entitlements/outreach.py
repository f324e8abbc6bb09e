"""Visits to families on the list: told or not found. Help for the worker's day alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.entitlements.claiming import require_listed
from tongchou.apps.entitlements.models import Outreach, Reached
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Account

#: Years after which nobody needs to know who was visited about a benefit.
_KEPT_YEARS = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """The last visit about a benefit."""

    reached: str
    at: dt.datetime


def record_outreach(
    *, person_id: int, programme: str, year: int, reached: str, by: Account, at: dt.datetime
) -> Outreach:
    """Write down how a visit ended; the worker's last word stands. Sent twice, the second changes nothing.

    Nothing is asked and nothing follows: who does not want to apply stays on the list and may do so any day.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not record claims, or the person is outside its areas.
    Invalid
        When the ending is none of ``Reached``, or the person is not listed for that programme and year.
    """
    reach = access.require(by, "worklist.claim", on=clock.date_of(at))
    person = registry.open_person(person_id, scope=reach)
    if reached not in Reached.values:
        raise Invalid("entitlements.reached", _("Choose how the visit ended."))
    require_listed(person_id, programme, year)
    with transaction.atomic():
        registry.stand_still()
        visit, _made = Outreach.objects.update_or_create(
            person_id=person_id,
            programme=programme,
            year=year,
            by=by.pk,
            defaults={"reached": reached, "at": at, **registry.whereabouts([person_id])[person_id]},
        )
        audit.append(
            by=by,
            action="entitlements.outreach",
            subject=f"person:{person_id}",
            scope_no=person.registered_scope,
            detail={"programme": programme, "year": year},
            at=at,
        )
    return visit


def visits(keys: Collection[tuple[int, str, int]]) -> dict[tuple[int, str, int], Visit]:
    """The last visit about each (person, programme, year). One query."""
    people = {person for person, _programme, _year in keys}
    rows = Outreach.objects.filter(person_id__in=people).order_by("at", "pk")
    columns = rows.values_list("person_id", "programme", "year", "reached", "at")
    found = {
        (person, programme, year): Visit(reached, at) for person, programme, year, reached, at in columns
    }
    return {key: found[key] for key in keys if key in found}


@jobs.chore
def forget_visits(at: dt.datetime) -> None:
    """Visits of years whose last day to claim has passed are nobody's business any more."""
    Outreach.objects.filter(year__lt=clock.date_of(at).year - _KEPT_YEARS).delete()
