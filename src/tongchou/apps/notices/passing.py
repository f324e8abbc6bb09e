"""When a notice has hung its days, its entries go on by themselves; one that is objected to waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction

from tongchou.apps.casework import api as casework
from tongchou.apps.notices.models import Entry, Notice, Objection, Verdict
from tongchou.core import audit, clock
from tongchou.core.jobs import api as jobs

#: Entries that go on in one transaction.
CHUNK: Final = 200


@jobs.follower
def follow_days(at: dt.datetime) -> bool:
    """End what has hung; whether there was any. With nothing to end it costs one small query."""
    return end_one(at=at)


def hung_out(*, on: dt.date) -> int:
    """How many notices have hung their days and have not ended yet. One query."""
    return Notice.objects.filter(closed_at=None, closes_on__lt=on).count()


def end_one(*, at: dt.datetime) -> bool:
    """Let a chunk of entries of one notice that has hung go on; end the notice with its last chunk.

    Whoever was objected to and not looked into yet stays; the notice ends without them.
    """
    today = clock.date_of(at)
    with transaction.atomic():
        hung = Notice.objects.select_for_update(skip_locked=True).filter(closed_at=None, closes_on__lt=today)
        notice = hung.order_by("closes_on", "pk").first()
        if notice is None:
            return False
        waiting = casework.still_at_notice(
            notice.entries.values_list("case_id", flat=True), notice.stage_code
        )
        left = notice.entries.filter(case_id__in=waiting).exclude(
            pk__in=Objection.objects.filter(entry__notice=notice, verdict="").values("entry")
        )
        chunk = list(left.order_by("position")[:CHUNK])
        go_on(chunk, at=at)
        if len(chunk) < CHUNK:
            notice.closed_at = at
            notice.save(update_fields=["closed_at"])
            audit.append(
                by=None,
                action="notices.close",
                subject=f"notice:{notice.pk}",
                scope_no=notice.scope_no,
                at=at,
                detail={"proofs": notice.proofs.count()},
            )
    return True


def go_on(entries: Collection[Entry], *, at: dt.datetime) -> int:
    """Let the cases of entries go on that no objection holds, with what upheld ones found."""
    numbers = [one.pk for one in entries]
    held = set(Objection.objects.filter(entry__in=numbers, verdict="").values_list("entry_id", flat=True))
    found: dict[int, list[str]] = {}
    for entry, ground in (
        Objection.objects.filter(entry__in=numbers, verdict=Verdict.UPHELD)
        .order_by("pk")
        .values_list("entry__case_id", "ground")
    ):
        grounds = found.setdefault(entry, [])
        if ground not in grounds:
            grounds.append(ground)
    cases = [one.case_id for one in entries if one.pk not in held]
    return casework.pass_notices(
        cases, findings={case: ",".join(grounds) for case, grounds in found.items()}, at=at
    )
