"""A bank's return file on its way in: what it says of each row, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments.batch_models import Batch
from tongchou.domain.payments.answers import LEVELS

_BY = {"on_delete": models.PROTECT, "related_name": "+"}


class AnswerState(models.TextChoices):
    STAGED = "staged", _("Waits for a decision")
    RECORDING = "recording", _("Being recorded")
    RECORDED = "recorded", _("Recorded")
    DISCARDED = "discarded", _("Discarded")


class AnswerFile(models.Model):
    """A return file of one batch. Nothing of it counts before it is recorded."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answers")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=AnswerState.choices, default=AnswerState.STAGED)
    rows = models.PositiveIntegerField()
    paid_rows = models.PositiveIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    returned_rows = models.PositiveIntegerField(default=0)
    returned_fen = models.BigIntegerField(default=0)
    came_back_rows = models.PositiveIntegerField(default=0)
    not_named = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    other_batch = models.BooleanField(default=False)
    with_came_back = models.BooleanField(default=False)
    #: Rows of it that had come to something else by the time it was recorded.
    left = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    uploaded_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sha256"],
                condition=~Q(state=AnswerState.DISCARDED),
                name="answer_once_a_batch",
            ),
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="answer_state_known"),
            models.CheckConstraint(
                condition=Q(other_batch=False)
                | Q(state__in=[AnswerState.STAGED, AnswerState.DISCARDED], paid_rows=0, returned_rows=0),
                name="answer_of_another_batch_counts_for_nothing",
            ),
        ]


class StagedOutcome(models.Model):
    """What a file says of one row; ``done`` once it was recorded or left."""

    file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, related_name="staged")
    no = models.PositiveIntegerField()
    result = models.CharField(max_length=8)
    reason = models.CharField(max_length=16, default="", blank=True)
    sealed = models.TextField(default="", blank=True)
    paid_on = models.DateField(null=True)
    came_back = models.BooleanField(default=False)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "no"], name="staged_outcome_once"),
            models.CheckConstraint(condition=Q(result__in=["paid", "returned"]), name="staged_outcome_known"),
        ]


class AnswerProblem(models.Model):
    """Something wrong at a cell of a file; ``params`` hold amounts and numbers, nothing personal."""

    file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=12, default="", blank=True)
    cell = models.CharField(max_length=12, default="", blank=True)
    code = models.CharField(max_length=24)
    error = models.BooleanField()
    params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__in=sorted(LEVELS)), name="answer_problem_known"),
        ]
        indexes = [models.Index(fields=["file", "-error", "row", "id"], name="answer_problem_order")]
