"""A queue taken away as a table: recorded with what was chosen, in a file that names nobody it need not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from tongchou.apps.casework import queries
from tongchou.core import audit, clock
from tongchou.domain.notice import masked_name

if TYPE_CHECKING:
    from tongchou.core.models import Account


@transaction.atomic
def export_queue(*, chosen: queries.Filter, by: Account, at: dt.datetime) -> queries.Queue:
    """The cases of a queue as the page would turn them, ``COUNTED_TO`` at most; that it was done is noted.

    Identity numbers are masked. People in private programmes are named as a public notice would: the file
    goes where no role looks after it.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with cases.
    """
    found = queries.queue(by=by, on=clock.date_of(at), chosen=chosen, size=queries.COUNTED_TO)
    lines = tuple(
        replace(one, person_name=masked_name(one.person_name)) if one.private and one.person_name else one
        for one in found.lines
    )
    detail = {
        "desk": chosen.desk,
        "kind": chosen.kind,
        "state": chosen.state,
        "late": chosen.late,
        "waits": chosen.waits,
        "area": chosen.area_id or 0,
    }
    audit.append(
        by=by,
        action="casework.export_queue",
        subject="cases",
        at=at,
        detail={"rows": len(lines)} | {name: value for name, value in detail.items() if value},
    )
    return replace(found, lines=lines)
