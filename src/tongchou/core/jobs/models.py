"""One row a job: what is to be done, who holds it now, how far it got, how it ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a job stands. The last three are final, until somebody asks for another try."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (State.QUEUED, State.RUNNING)
ENDED = (State.DONE, State.FAILED, State.CANCELLED)


class JobQuerySet(models.QuerySet["Job"]):
    def ready(self, at: dt.datetime) -> JobQuerySet:
        """Jobs a worker may take: waiting ones whose time has come, running ones whose lease is over."""
        return self.filter(
            Q(state=State.QUEUED, run_after__lte=at) | Q(state=State.RUNNING, lease_until__lt=at)
        )

    def held_by(self, owner: str) -> JobQuerySet:
        """Running jobs whose lease still carries this name."""
        return self.filter(state=State.RUNNING, owner=owner)

    def ended_before(self, moment: dt.datetime) -> JobQuerySet:
        return self.filter(state__in=ENDED, finished_at__lt=moment)


class Job(models.Model):
    """A piece of work for a worker process.

    ``payload``, ``cursor``, ``note`` and ``result`` never hold personal data: numbers of rows and areas,
    digests and counts do. ``area_id`` has no foreign key because areas belong to a higher layer;
    renumbering the areas rewrites ``scope_no``.
    """

    key = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=60)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    area_id = models.BigIntegerField(null=True)
    scope_no = models.IntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    #: Not to be taken earlier: the pause before another try.
    run_after = models.DateTimeField()
    #: One name a claim, not a worker: whoever lost a lease never passes for its new holder.
    owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    #: Tries since the cursor last moved.
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    cancel_requested = models.BooleanField(default=False)

    #: The last key that is settled for good; the next try goes on behind it.
    cursor: models.JSONField[Any] = models.JSONField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    note = models.CharField(max_length=120, blank=True)

    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=60, blank=True)
    #: What to tell people, by language.
    error_text: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    result: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    objects = JobQuerySet.as_manager()

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["state", "run_after"], name="job_state_run_after")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=(Q(state="running", lease_until__isnull=False) & ~Q(owner=""))
                | (~Q(state="running") & Q(owner="", lease_until=None)),
                name="job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, finished_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(finished_at=None)),
                name="job_finished_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error_code=""), name="job_failure_has_a_code"
            ),
            models.CheckConstraint(
                condition=Q(area_id=None, scope_no=None)
                | Q(area_id__isnull=False, scope_no__isnull=False, scope_no__gte=1),
                name="job_area_with_its_number",
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1, attempts__lte=models.F("max_attempts")),
                name="job_attempts_bounded",
            ),
            models.CheckConstraint(condition=Q(done__gte=0), name="job_progress_counts_up"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def percent(self) -> int | None:
        """Whole percent done, 0 to 100; ``None`` while nobody knows how much there is."""
        if not self.total:
            return 100 if self.state == State.DONE else None
        return max(0, min(100, self.done * 100 // self.total))

    @property
    def error(self) -> str:
        """Why it failed, or what the last try met, in the reader's language; empty when nothing did."""
        return self.error_text.get(translation.get_language() or "", "") or next(
            iter(self.error_text.values()), ""
        )
