"""A queue taken away as a table: recorded with what was chosen, in a file that names nobody it need not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tongchou.apps.casework import queries
from tongchou.apps.casework.models import Case
from tongchou.core import audit, clock
from tongchou.domain.notice import masked_name

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Cases a table holds: a county's year of them, and what a spreadsheet program still opens.
MOST: Final = 100_000
#: Cases read together.
CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class Export:
    """The cases of a queue in its order, read a thousand at a time; ``more``: some were left out."""

    lines: Iterator[queries.Line]
    more: bool


@transaction.atomic
def export_queue(*, chosen: queries.Filter, by: Account, at: dt.datetime) -> Export:
    """The cases of a queue as the page would turn them, ``MOST`` at most; that it was done is noted.

    Identity numbers are masked. People in private programmes are named as a public notice would: the file
    goes where no role looks after it. Seven queries, and six for each thousand of them.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with cases.
    """
    on = clock.date_of(at)
    numbers = queries.in_order(by=by, on=on, chosen=chosen, most=MOST + 1)
    taken = numbers[:MOST]
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
        detail={"rows": len(taken)} | {name: value for name, value in detail.items() if value},
    )
    return Export(_lines(taken, by, on), len(numbers) > MOST)


def _lines(numbers: list[int], by: Account, on: dt.date) -> Iterator[queries.Line]:
    for first in range(0, len(numbers), CHUNK):
        part = numbers[first : first + CHUNK]
        held = Case.objects.defer("sealed").in_bulk(part)
        for one in queries.lines_of([held[pk] for pk in part], by=by, on=on):
            hidden = one.private and one.person_name
            yield replace(one, person_name=masked_name(one.person_name)) if hidden else one
