"""Moving a person's household registration (户口迁移) to a household of another village."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, agreeing, known
from tongchou.apps.registry.households import household_closed
from tongchou.apps.registry.lines import iso
from tongchou.apps.registry.models import EventKind, Household
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorded, Recorder
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain import codes
from tongchou.domain.dates import PartialDate


@transaction.atomic
def move_registration(
    *,
    person_id: int,
    household_id: int,
    relation: str,
    since: PartialDate | None,
    by: Account,
    at: dt.datetime,
) -> Recorded:
    """Register a person in another household, and with it where that household is registered.

    Kin, statuses and everything said about the person stay. Without ``since`` the day of recording counts.

    Parameters
    ----------
    relation
        To the head of that household, GB/T 4761.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not correct the registry where the person was and will be.
    Invalid
        When the relation is unknown or the day lies in the future.
    Conflict
        When the person is registered in that household already, or has died.
    """
    on = clock.date_of(at)
    reach = core_access.require(by, "registry.correct", on=on)
    recorder = Recorder(source=CONSOLE, by=by, at=at)
    if not access.people(reach).filter(reach.q("registered_scope"), pk=person_id).exists():
        raise access.no_person()
    target = Household.objects.filter(reach.q("scope_no"), pk=household_id).first()
    if target is None:
        raise access.no_household()
    if target.closed is not None:
        raise household_closed()
    person = known.load([person_id])[person_id]
    if person.deceased:
        raise Conflict("registry.deceased", _("A death is recorded for this person."))
    if person.household_id == household_id:
        raise Conflict("registry.nothing_new", _("The registry already says this."))
    if relation not in codes.RELATION.labels:
        raise Invalid("registry.relation", _("Unknown relation to the head."), field="relation")
    agreeing.refuse_second_head(household_id, relation)
    if since is not None and str(since) > on.isoformat():
        raise Invalid("registry.future_date", _("This date lies in the future."), field="since")
    start = iso(since) or on.isoformat()
    if target.area_id != person.registered_area_id:
        recorder.add(
            Draft(
                EventKind.REGISTRATION_RECORDED,
                _spell(start, [s for s, _area in person.registrations])
                | {"kind": "registered", "area": target.area_id, "current": True},
                person_id=person_id,
                occurred=iso(since),
            )
        )
    recorder.add(
        Draft(
            EventKind.MEMBERSHIP_RECORDED,
            _spell(start, [s for s, _household, _relation in person.memberships])
            | {"household": household_id, "relation": relation},
            person_id=person_id,
            occurred=iso(since),
        )
    )
    return recorder.write(
        action="registry.move_registration",
        subject=f"person:{person_id}",
        scope_no=target.scope_no,
        detail={"from": person.registered_scope},
    )


def _spell(start: str, known_starts: list[str]) -> dict[str, Any]:
    """A spell that begins then, in place of all that would begin later."""
    return {"start": start, "replaces": [one for one in known_starts if one > start]}
