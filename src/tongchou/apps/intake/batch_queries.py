"""Reads about uploads of several files: seen by who brought them in alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.models import BatchItem, FileStatus, ItemState, UploadBatch
from tongchou.core import crypto
from tongchou.core.errors import NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Account
from tongchou.core.scope import Scope

READ_KIND: Final = "intake.read_batch"
APPLY_KIND: Final = "intake.apply_batch"


@dataclass(frozen=True, slots=True)
class BatchView:
    """An upload as a whole: counts of its files, and the jobs that work on it."""

    batch: UploadBatch
    items: list[BatchItem]
    total: int
    counts: dict[str, int] = field(default_factory=dict)
    ready: int = 0
    ready_people: int = 0
    reading: jobs.Job | None = None
    storing: jobs.Job | None = None

    @property
    def working(self) -> bool:
        return any(job is not None and not job.ended for job in (self.reading, self.storing))


def label_context(batch_id: int, position: int) -> str:
    return f"intake.item:{batch_id}:{position}"


def name_of(item: BatchItem) -> str:
    """The name the file came with; its number when that name is not kept."""
    if not item.label:
        return f"#{item.position}"
    return crypto.decrypt(item.label, label_context(item.batch_id, item.position))


def batches(*, by: Account) -> QuerySet[UploadBatch]:
    """The uploads of an account, the newest first, with the number of their files.

    One of which every file was refused, so that none can be mended here, is over and left out.
    """
    alive = BatchItem.objects.filter(batch=OuterRef("pk")).filter(
        ~Q(state=ItemState.REFUSED) | Q(held__isnull=False)
    )
    found = UploadBatch.objects.filter(Exists(alive), uploaded_by=by).annotate(files=Count("items"))
    return found.order_by("-uploaded_at", "-pk")


def open_batch(batch_id: int, *, by: Account) -> UploadBatch:
    """One upload.

    Raises
    ------
    NotFound
        When the account brought in no such thing.
    """
    batch = UploadBatch.objects.filter(uploaded_by=by, pk=batch_id).first()
    if batch is None:
        raise NotFound("intake.no_batch", _("You have brought in no such files."))
    return batch


def ready(batch: UploadBatch, *, scope: Scope) -> QuerySet[BatchItem]:
    """Files of the upload that wait, within reach, without an error."""
    return batch.items.filter(
        scope.q("file__scope_no"), state=ItemState.READ, file__status=FileStatus.STAGED, file__error_count=0
    )


def view(batch_id: int, *, by: Account, scope: Scope, start: int = 0, limit: int = 50) -> BatchView:
    """An upload with a part of its files; those of villages out of reach by now are left out."""
    batch = open_batch(batch_id, by=by)
    reached = Q() if scope.unlimited else Q(village=None) | scope.q("village__scope_no")
    seen = batch.items.filter(reached)
    chosen = seen.select_related("village", "file", "file__village").order_by("position")
    counted = seen.values_list("state", "file__status").annotate(number=Count("pk")).order_by()
    counts: dict[str, int] = {}
    for state, status, number in counted:
        key = (status or "replaced") if state == ItemState.READ else state
        counts[key] = counts.get(key, 0) + number
    waiting = list(ready(batch, scope=scope).values_list("file__people", flat=True))
    return BatchView(
        batch=batch,
        items=list(chosen[start : start + limit]),
        total=sum(counts.values()),
        counts=counts,
        ready=len(waiting),
        ready_people=sum(waiting),
        reading=reading_job(batch),
        storing=storing_job(batch),
    )


def to_choose(batch_id: int, *, by: Account) -> list[BatchItem]:
    """Files whose village somebody has to say: it could not be told, or was told wrongly."""
    batch = open_batch(batch_id, by=by)
    wanted = Q(state=ItemState.CHOOSE) | Q(state=ItemState.REFUSED, code="other_village")
    return list(batch.items.filter(wanted, held__isnull=False).order_by("position"))


def reading_key(batch: UploadBatch) -> str:
    return f"{READ_KIND}:{batch.pk}:{batch.read_run}"


def storing_key(batch: UploadBatch) -> str:
    return f"{APPLY_KIND}:{batch.pk}:{batch.apply_run}"


def reading_job(batch: UploadBatch) -> jobs.Job | None:
    return jobs.Job.objects.filter(key=reading_key(batch)).first()


def storing_job(batch: UploadBatch) -> jobs.Job | None:
    return jobs.Job.objects.filter(key=storing_key(batch)).first() if batch.apply_run else None
