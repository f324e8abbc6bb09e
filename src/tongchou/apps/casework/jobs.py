"""The yearly check in the background, a chunk a transaction."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import kinds, reach
from tongchou.core import audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account

KIND = "casework.renew"


@jobs.job(KIND, label=_("Yearly check of benefits"), permission=reach.APPROVE)
def renew(context: jobs.JobContext) -> dict[str, int]:
    """Each try begins anew; whoever has a case for the year keeps it, so nothing happens twice."""
    from tongchou.apps.casework.renewing import renew_chunk  # brings Polars along

    assert context.by is not None  # the kind has a permission
    begun = no_longer = after = 0
    while True:
        chunk = renew_chunk(
            kind=str(context.payload["kind"]),
            year=int(context.payload["year"]),
            after_id=after,
            by=context.by,
            at=context.at,
        )
        begun, no_longer, after = begun + chunk.begun, no_longer + chunk.no_longer, chunk.after_id
        context.progress(begun + no_longer)
        if chunk.done:
            return {"begun": begun, "no_longer": no_longer}


@transaction.atomic
def ask_to_renew(*, kind: str, year: int, by: Account, at: dt.datetime) -> jobs.Job:
    """The job of the yearly check of a kind and year for the widest area the account decides in.

    A second click finds the job of the day.

    Raises
    ------
    NotAllowed
        When the account may not approve.
    Invalid
        ``casework.no_renewal`` for a kind each year of which is applied for.
    """
    today = clock.date_of(at)
    held = jobs.holding(KIND, by, today)
    if not kinds.kind_of(kind).renewal:
        raise Invalid("casework.no_renewal", _("This is applied for every year; nothing is carried over."))
    job = jobs.enqueue(
        kind=KIND,
        payload={"kind": kind, "year": year},
        key=f"{KIND}:{kind}:{year}:{held.area_id}:{today.isoformat()}",
        by=by,
        at=at,
        area_id=held.area_id,
        scope_no=held.scope_no,
    )
    audit.append(
        by=by, action="casework.ask_to_renew", subject=f"job:{job.pk}", at=at, scope_no=held.scope_no
    )
    return job
