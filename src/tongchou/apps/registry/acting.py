"""What single acts on a person have in common."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import access, diff, known
from tongchou.apps.registry.known import Known
from tongchou.apps.registry.recording import CONSOLE, Draft, Recorded, Recorder
from tongchou.core import access as core_access
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.dates import PartialDate


class Act:
    """One act on one person by an account that may do it: opened first, recorded last."""

    def __init__(self, person_id: int, by: Account, at: dt.datetime) -> None:
        reach = core_access.require(by, "registry.correct", on=clock.date_of(at))
        self.recorder = Recorder(source=CONSOLE, by=by, at=at)
        if not access.people(reach).filter(pk=person_id).exists():
            raise access.no_person()
        self.person: Known = known.load([person_id])[person_id]
        self.reach = reach
        self.on = clock.date_of(at)

    def not_later(self, date: PartialDate | None, what: str) -> None:
        """Refuse a date after today; one known to the month may be this month."""
        if date is not None and str(date) > self.on.isoformat():
            raise Invalid("registry.future_date", _("This date lies in the future."), field=what)

    def record(
        self, kind: str, payload: dict[str, Any], *, action: str, occurred: str = "", reason: str = ""
    ) -> Recorded:
        draft = Draft(kind, payload, person_id=self.person.person_id, occurred=occurred)
        self.recorder.add(draft)
        return self.write(action=action, kind=kind, reason=reason)

    def write(self, *, action: str, kind: str, reason: str = "", **detail: Any) -> Recorded:
        """Write what was added, with the audit row of an act on this person."""
        return self.recorder.write(
            action=f"registry.{action}",
            subject=f"person:{self.person.person_id}",
            scope_no=self.person.registered_scope,
            purpose=reason,
            detail={"kind": str(kind), **detail},
        )

    def status(self, stated: dict[str, tuple[str, str]], *, action: str, occurred: str) -> Recorded:
        """Record statuses stated to hold now; those of one call belong to one kind of event."""
        changes = {
            kind: change
            for kind, (value, start) in stated.items()
            if (change := diff.status_change(value, start, self.person.statuses.get(kind, []))) is not None
        }
        if not changes:
            raise nothing_new()
        event = diff.STATUS_EVENT[next(iter(changes))]
        return self.record(event, {"status": changes}, action=action, occurred=occurred)


def nothing_new() -> Conflict:
    return Conflict("registry.nothing_new", _("The registry already says this."))
