"""Registers on their way in. Nothing here holds personal data in plain, and the file itself is never kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.intake import undo_requests


class FileStatus(models.TextChoices):
    """A file waits for a decision, is being applied, then it was applied or discarded for good.

    Two people can have an applied one taken back; the same upload may then be brought in again.

    A refused one holds too many errors to be decided about: its problems are listed until it is discarded.
    """

    STAGED = "staged", _("Waiting for your decision")
    APPLYING = "applying", _("Being stored")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")
    REFUSED = "refused", pgettext_lazy("a file", "Refused")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", pgettext_lazy("a file", "Taken back")


#: Files nobody has decided about for good.
UNDECIDED = (FileStatus.STAGED, FileStatus.APPLYING)
#: Files of which something stands in the registry.
STANDING = (FileStatus.APPLIED, FileStatus.UNDOING)
#: Files that a new reading of the same upload replaces.
REPLACEABLE = (*UNDECIDED, FileStatus.REFUSED)


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

    #: How many times the same upload was applied and taken back before, and once more.
    attempt = models.SmallIntegerField(default=1)
    #: What its encrypted lines are bound to, known before the file has a number. Empty: to the number.
    mark = models.CharField(max_length=32, default="")
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
    #: Lines of a stored file nobody has decided about; a newer register of the village ends them.
    left_open = models.IntegerField(default=0)

    columns: models.JSONField[dict[str, str]] = models.JSONField(default=dict)  # canonical name → letters
    legacy: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # closed matter → columns
    unknown: models.JSONField[list[str]] = models.JSONField(default=list)  # headers, shortened
    open_words: models.JSONField[list[str]] = models.JSONField(default=list)  # those that may be explained
    learned: models.JSONField[list[str]] = models.JSONField(default=list)  # explained headers that were used
    #: Counts that made the file be refused: people, those in error or listed twice, limits in percent.
    refusal: models.JSONField[dict[str, int]] = models.JSONField(default=dict)
    skipped: models.JSONField[list[list[int | str]]] = models.JSONField(default=list)  # [row, reason]
    missing: models.JSONField[list[int]] = models.JSONField(default=list)  # people the register lacks
    applied: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # the registry's counts

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "village"],
                condition=~Q(status__in=[FileStatus.DISCARDED, FileStatus.UNDONE]),
                name="register_file_once_a_village",
            ),
            models.CheckConstraint(condition=Q(status__in=FileStatus.values), name="register_file_status"),
            models.CheckConstraint(
                condition=Q(status__in=REPLACEABLE, decided_at=None, decided_by=None)
                | (~Q(status__in=REPLACEABLE) & Q(decided_at__isnull=False, decided_by__isnull=False)),
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

    @property
    def bound(self) -> str:
        """What the ciphers of its lines and problems are bound to."""
        return self.mark or str(self.pk)

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"

    @property
    def source(self) -> str:
        """The name under which the registry keeps what was recorded from this file."""
        return undo_requests.source(self.sha256, self.attempt)

    @property
    def recorded_in(self) -> int:
        """The area under which the registry keeps what was recorded from this file."""
        return self.village_id

    @property
    def problem_count(self) -> int:
        return self.error_count + self.warning_count

    @property
    def missing_count(self) -> int:
        return len(self.missing)


class StagedRow(models.Model):
    """A person's line. ``payload`` is the encrypted line until the file is decided, then empty.

    A line still in question when its file was stored keeps it until it is decided (``left_open``).

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
    #: What the line asks somebody, as a keyed digest, and what was said.
    question = models.CharField(max_length=60, blank=True)
    decision = models.ForeignKey(
        "intake.RowDecision", on_delete=models.PROTECT, related_name="rows", null=True
    )

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


class FileUndo(undo_requests.UndoRequest):
    """A request to take a register back."""

    file = models.ForeignKey(RegisterFile, on_delete=models.PROTECT, related_name="undos")
    reason = models.CharField(max_length=20, choices=undo_requests.choices(undo_requests.OF_REGISTERS))

    class Meta:
        constraints = undo_requests.constraints("file_undo", undo_requests.OF_REGISTERS)


class ItemState(models.TextChoices):
    """One file of an upload: waits to be read, has been read, waits for its village, cannot be taken."""

    WAITING = "waiting", _("Waiting to be read")
    READ = "read", _("Read")
    CHOOSE = "choose", _("Choose the village")
    REFUSED = "refused", _("Not accepted")


class UploadBatch(models.Model):
    """Several files brought in at once. Seen by who brought them in alone.

    ``read_run`` and ``apply_run`` count how often its files were asked to be read, and those without errors
    to be stored, in the background.
    """

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    read_run = models.IntegerField(default=0)
    apply_run = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="upload_batch_by")]

    def __str__(self) -> str:
        return str(self.pk)


class BatchItem(models.Model):
    """One file of an upload. ``label`` is its name, encrypted: names of files can name people.

    ``code`` and ``params`` (encrypted) say why it cannot be taken; ``seen`` is the ``comparison_no`` its
    storing was asked for.
    """

    batch = models.ForeignKey(UploadBatch, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    label = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ItemState.choices)
    village = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", null=True)
    file = models.ForeignKey(RegisterFile, on_delete=models.SET_NULL, related_name="+", null=True)
    code = models.CharField(max_length=40, blank=True)
    params = models.TextField(blank=True)
    open_words: models.JSONField[list[str]] = models.JSONField(default=list)
    seen = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_item_once"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="batch_item_state"),
            models.CheckConstraint(
                condition=~Q(state=ItemState.REFUSED) | ~Q(code=""), name="batch_item_refused_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.WAITING) | Q(village__isnull=False),
                name="batch_item_has_a_village",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position} {self.state}"


class HeldForm(models.TextChoices):
    """In which form a register is laid by."""

    WORKBOOK = "xlsx", "xlsx"
    SHEET = "sheet", "sheet"


class HeldRegister(models.Model):
    """A register laid by in cipher until the decision, without what present law has closed.

    Made anew from the upload: cells and looks of one sheet, nothing else. Deleted with the decision, and
    after some days in any case.
    """

    file = models.OneToOneField(RegisterFile, on_delete=models.CASCADE, related_name="held", null=True)
    item = models.OneToOneField(BatchItem, on_delete=models.CASCADE, related_name="held", null=True)
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=10, choices=HeldForm.choices)
    others = models.IntegerField(default=0)  # sheets of the upload that were not read
    legacy: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # closed matter → columns
    content = models.TextField()
    held_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=True, item__isnull=False) | Q(file__isnull=False, item__isnull=True),
                name="held_register_for_one",
            ),
            models.CheckConstraint(condition=Q(form__in=HeldForm.values), name="held_register_form"),
        ]
        indexes = [models.Index(fields=["held_at"], name="held_register_age")]

    def __str__(self) -> str:
        return f"{self.pk} {self.form}"


class ColumnWord(models.Model):
    """What somebody has said that a header means, for all registers of a county.

    ``meaning`` is a canonical column, or empty: leave it out. Taken back, it stays listed, used no more.
    """

    county = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=40)
    meaning = models.CharField(max_length=30, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    used = models.IntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "word"], condition=Q(taken_back_at=None), name="column_word_once_a_county"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="column_word_taken_back_by_someone",
            ),
            models.CheckConstraint(condition=~Q(word=""), name="column_word_is_a_word"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.meaning}"
