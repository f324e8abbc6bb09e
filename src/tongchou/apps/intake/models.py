"""Registers on their way in. Nothing here holds personal data in plain, and the file itself is never kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FileStatus(models.TextChoices):
    """A file waits for a decision, is being applied, then it was applied or discarded for good."""

    STAGED = "staged", _("Waiting for your decision")
    APPLYING = "applying", _("Being stored")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


#: Files nobody has decided about for good.
UNDECIDED = (FileStatus.STAGED, FileStatus.APPLYING)


class RowStatus(models.TextChoices):
    """What a line means beside the registry; ``error`` when it cannot be read."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("No change")
    CONFLICT = "conflict", _("In question")
    ERROR = "error", _("To be mended")


class ProblemLevel(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Please check")


class RegisterFile(models.Model):
    """One uploaded register of one village: its hash, what was found, what became of it.

    ``name`` is the file's name when it is a mere code, else the village's: names of files can name people.
    Counts of new, changed, same and conflicting lines leave out households held back by an error.
    """

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    village = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    scope_no = models.IntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    #: Who took the file over from the one who uploaded it; None: nobody did.
    in_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    status = models.CharField(max_length=10, choices=FileStatus.choices, default=FileStatus.STAGED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)

    #: Since when somebody stores the file; the one who set it is the one who reports.
    applying_since = models.DateTimeField(null=True)
    #: The registry's newest event when the lines were compared, and how often the outcome has differed since.
    compared_up_to = models.BigIntegerField(default=0)
    comparison_no = models.IntegerField(default=1)

    year = models.IntegerField()
    people = models.IntegerField()
    households = models.IntegerField()
    held_households = models.IntegerField(default=0)
    held_people = models.IntegerField(default=0)
    error_count = models.IntegerField(default=0)
    warning_count = models.IntegerField(default=0)
    new_count = models.IntegerField(default=0)
    changed_count = models.IntegerField(default=0)
    same_count = models.IntegerField(default=0)
    conflict_count = models.IntegerField(default=0)

    columns: models.JSONField[dict[str, str]] = models.JSONField(default=dict)  # canonical name → letters
    legacy: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # closed matter → columns
    unknown: models.JSONField[list[str]] = models.JSONField(default=list)  # headers, shortened
    skipped: models.JSONField[list[list[int | str]]] = models.JSONField(default=list)  # [row, reason]
    missing: models.JSONField[list[int]] = models.JSONField(default=list)  # people the register lacks
    applied: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # the registry's counts

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "village"],
                condition=~Q(status=FileStatus.DISCARDED),
                name="register_file_once_a_village",
            ),
            models.CheckConstraint(condition=Q(status__in=FileStatus.values), name="register_file_status"),
            models.CheckConstraint(
                condition=Q(status__in=UNDECIDED, decided_at=None, decided_by=None)
                | (~Q(status__in=UNDECIDED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="register_file_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(status=FileStatus.APPLYING, applying_since__isnull=False)
                | (~Q(status=FileStatus.APPLYING) & Q(applying_since=None)),
                name="register_file_applying_since",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=0, held_people__gte=0, error_count__gte=0, warning_count__gte=0),
                name="register_file_counts",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-uploaded_at"], name="register_file_scope"),
            models.Index(fields=["village", "status"], name="register_file_village"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"

    @property
    def problem_count(self) -> int:
        return self.error_count + self.warning_count

    @property
    def missing_count(self) -> int:
        return len(self.missing)


class StagedRow(models.Model):
    """A person's line. ``payload`` is the encrypted line until the file is decided, then empty.

    ``held``: an error in the household keeps it out. ``changed`` names the fields that would change, never
    their values; ``shown`` is a keyed digest by which a comparison that comes out otherwise is noticed.
    """

    file = models.ForeignKey(RegisterFile, on_delete=models.CASCADE, related_name="rows")
    row_no = models.IntegerField()
    household_index = models.IntegerField()
    held = models.BooleanField()
    status = models.CharField(max_length=10, choices=RowStatus.choices)
    person_id = models.BigIntegerField(null=True)
    changed: models.JSONField[list[str]] = models.JSONField(default=list)
    reason = models.CharField(max_length=30, blank=True)
    shown = models.CharField(max_length=60, blank=True)
    payload = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "row_no"], name="staged_row_once"),
            models.CheckConstraint(condition=Q(status__in=RowStatus.values), name="staged_row_status"),
            models.CheckConstraint(
                condition=~Q(status=RowStatus.ERROR) | Q(held=True), name="staged_row_error_is_held"
            ),
            models.CheckConstraint(condition=Q(held=False) | Q(payload=""), name="staged_row_held_is_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.row_no}"


class StagedProblem(models.Model):
    """Something to mend or to look at. ``params`` fill the message and are encrypted."""

    file = models.ForeignKey(RegisterFile, on_delete=models.CASCADE, related_name="problems")
    row_no = models.IntegerField()
    column = models.CharField(max_length=30, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=30)
    level = models.CharField(max_length=10, choices=ProblemLevel.choices)
    params = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=ProblemLevel.values), name="staged_problem_level"),
        ]
        indexes = [models.Index(fields=["file", "level", "row_no"], name="staged_problem_order")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.cell or self.row_no} {self.code}"
