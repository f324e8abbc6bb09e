"""Lists that were exported, and answers to them on their way in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.domain.exchange.reading import LEVELS
from tongchou.domain.exchange.templates import REASONS

_BY: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}


class Export(models.Model):
    """A list that was made: by whom, by which template, for what, and the hash of what was written.

    ``sealed`` holds the file until ``kept_until`` and is emptied then; the rows say what stood in it.
    ``scope_no`` is that of the area it was made for.
    """

    template = models.CharField(max_length=40)
    template_sha256 = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField()
    kinds = models.CharField(max_length=400, default="", blank=True)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    private = models.BooleanField(default=False)
    purpose = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    fen = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=120)
    sealed = models.TextField(default="", blank=True)
    kept_until = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rows__gt=0), name="export_has_rows"),
            models.CheckConstraint(condition=~Q(purpose=""), name="export_has_a_purpose"),
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="export_newest")]


class ExportRow(models.Model):
    """One case of a list. Only ever added."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="lines")
    no = models.PositiveIntegerField()
    case_id = models.BigIntegerField()
    fen = models.BigIntegerField(null=True)
    #: Keyed hash of what names the row in the answer.
    key_index = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "no"], name="export_row_once"),
            models.UniqueConstraint(fields=["export", "case_id"], name="export_case_once"),
        ]


class State(models.TextChoices):
    STAGED = "staged", _("Waits for a decision")
    DECIDED = "decided", pgettext_lazy("an answer", "Decided")
    DISCARDED = "discarded", _("Discarded")


class Reason(models.TextChoices):
    """Why a system took a row not."""

    NOT_FOUND = "not_found", _("The system does not find the person")
    IDENTITY = "identity", _("Name and identity number do not fit there")
    ELSEWHERE = "paid_elsewhere", _("It is paid elsewhere already")
    CONDITIONS = "conditions", _("A condition is not met, says the system")
    INCOMPLETE = "incomplete", _("Something is missing in the list")
    ACCOUNT = "account", _("The account")
    OTHER = "other", _("Another reason")


class Answer(models.Model):
    """What a system answered to a list. Nothing of it counts before it is decided."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="answers")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.STAGED)
    lines = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    not_taken = models.PositiveIntegerField(default=0)
    not_named = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    uploaded_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["export", "sha256"],
                condition=~Q(state=State.DISCARDED),
                name="exchange_answer_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="exchange_answer_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.STAGED, decided_by=None, decided_at=None)
                | Q(
                    state__in=[State.DECIDED, State.DISCARDED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="exchange_answer_decided_by",
            ),
        ]


class AnswerRow(models.Model):
    """What an answer says of one case; ``decided`` once it was taken over, so that it is once."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="results")
    row = models.PositiveIntegerField()
    case_id = models.BigIntegerField()
    result = models.CharField(max_length=9)
    reason = models.CharField(max_length=14, default="", blank=True)
    external = models.CharField(max_length=60, default="", blank=True)
    sealed = models.TextField(default="", blank=True)
    decided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "case_id"], name="exchange_result_once"),
            models.CheckConstraint(
                condition=Q(result="taken", reason="") | Q(result="not_taken", reason__in=list(REASONS)),
                name="exchange_result_known",
            ),
        ]
        indexes = [models.Index(fields=["case_id", "-id"], name="exchange_result_case")]


class Problem(models.Model):
    """Something wrong at a cell; ``params`` hold amounts and numbers, nothing personal."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=20, default="", blank=True)
    cell = models.CharField(max_length=12, default="", blank=True)
    code = models.CharField(max_length=24)
    error = models.BooleanField()
    params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__in=sorted(LEVELS)), name="exchange_problem_known")
        ]
        indexes = [models.Index(fields=["answer", "-error", "row", "id"], name="exchange_problem_order")]
