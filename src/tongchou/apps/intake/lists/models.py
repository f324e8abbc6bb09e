"""Lists of other departments on their way in, and births whose registration somebody may need help with.

Nothing here holds personal data in plain, and the file itself is never kept.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.intake import undo_requests
from tongchou.domain.lists.kinds import KINDS


class ListStatus(models.TextChoices):
    """A list waits, is being stored, then it was stored or discarded for good.

    Two people can have taken back what was stored of it; the same upload may then be brought in again.
    """

    STAGED = "staged", _("Waiting for your decision")
    APPLYING = "applying", _("Being stored")
    APPLIED = "applied", _("Stored")
    DISCARDED = "discarded", _("Discarded")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", pgettext_lazy("a file", "Taken back")


UNDECIDED = (ListStatus.STAGED, ListStatus.APPLYING)
#: Lists of which all that was to be stored stands in the registry.
STANDING = (ListStatus.APPLIED, ListStatus.UNDOING)
#: Lists that are through with: the same upload may come again.
ENDED = (ListStatus.DISCARDED, ListStatus.UNDONE)


class RowState(models.TextChoices):
    """What a row means beside the registry."""

    NEW = "new", _("New to the registry")
    KNOWN = "known", _("Already known")
    DIFFERS = "differs", _("Differs from the registry")
    CHOOSE = "choose", _("Who is meant?")
    UNKNOWN = "unknown", _("Not registered here")
    NOTHING = "nothing", _("Nothing to record")
    ERROR = "error", _("Not readable")


#: Rows a person has to look at.
ASKED = (RowState.DIFFERS, RowState.CHOOSE)


class Decided(models.TextChoices):
    """What a person said about a row."""

    OPEN = "", _("Open")
    TAKE = "take", _("Follow the list")
    KEEP = "keep", _("Leave the registry as it is")


class ListFile(models.Model):
    """One list of one department about one county: its hash, what was found, what became of it."""

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    scope_no = models.IntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ListStatus.choices, default=ListStatus.STAGED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    #: How many times the same upload was stored and taken back before, and once more.
    attempt = models.SmallIntegerField(default=1)
    #: Since when somebody stores the list; the one who set it is the one who reports.
    applying_since = models.DateTimeField(null=True)

    period_from = models.CharField(max_length=10, blank=True)
    period_to = models.CharField(max_length=10, blank=True)
    rows_read = models.IntegerField()
    error_count = models.IntegerField(default=0)
    warning_count = models.IntegerField(default=0)
    columns: models.JSONField[dict[str, str]] = models.JSONField(default=dict)  # canonical name → letters
    legacy: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # closed matter → columns
    unknown: models.JSONField[list[str]] = models.JSONField(default=list)  # headers, shortened
    skipped: models.JSONField[list[list[int | str]]] = models.JSONField(default=list)  # [row, reason]
    applied: models.JSONField[dict[str, int]] = models.JSONField(default=dict)  # what was stored, in counts

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "area"],
                condition=~Q(status__in=ENDED),
                name="list_file_once_an_area",
            ),
            models.CheckConstraint(condition=Q(status__in=ListStatus.values), name="list_file_status"),
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="list_file_kind"),
            models.CheckConstraint(
                condition=Q(status__in=UNDECIDED, decided_at=None, decided_by=None)
                | (~Q(status__in=UNDECIDED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="list_file_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(status=ListStatus.APPLYING, applying_since__isnull=False)
                | (~Q(status=ListStatus.APPLYING) & Q(applying_since=None)),
                name="list_file_applying_since",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-uploaded_at"], name="list_file_scope")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.status}"

    @property
    def source(self) -> str:
        """The name under which the registry keeps what was recorded from this list."""
        return undo_requests.source(self.sha256, self.attempt)

    def copies(self) -> QuerySet[ListFile]:
        """This list and earlier uploads of it that were discarded: the registry knows them as one source."""
        return ListFile.objects.filter(sha256=self.sha256, area=self.area_id, attempt=self.attempt)

    @property
    def recorded_in(self) -> int:
        """The area under which the registry keeps it."""
        return self.area_id

    @property
    def problem_count(self) -> int:
        return self.error_count + self.warning_count


class ListUndo(undo_requests.UndoRequest):
    """A request to take a list back."""

    file = models.ForeignKey(ListFile, on_delete=models.PROTECT, related_name="undos")
    reason = models.CharField(max_length=20, choices=undo_requests.choices(undo_requests.OF_LISTS))

    class Meta:
        constraints = undo_requests.constraints("list_undo", undo_requests.OF_LISTS)


class StagedListRow(models.Model):
    """A row. ``payload`` is the encrypted row until it is done with, then empty.

    ``digest`` is the keyed digest of what the row says: a row that another list has brought already is seen
    by it. ``shown`` is the keyed digest of the finding a decision was about. ``chosen`` are the people
    somebody has named. New births are offers of help: their rows are shown to nobody here.
    """

    file = models.ForeignKey(ListFile, on_delete=models.CASCADE, related_name="rows")
    row_no = models.IntegerField()
    digest = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=RowState.choices)
    reason = models.CharField(max_length=30, blank=True)
    decided = models.CharField(max_length=6, choices=Decided.choices, blank=True, default="")
    chosen: models.JSONField[list[int | None]] = models.JSONField(default=list)
    shown = models.CharField(max_length=60, blank=True)
    done = models.BooleanField(default=False)
    payload = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "row_no"], name="list_row_once"),
            models.CheckConstraint(condition=Q(state__in=RowState.values), name="list_row_state"),
            models.CheckConstraint(condition=Q(decided__in=Decided.values), name="list_row_decided"),
            models.CheckConstraint(condition=Q(done=False) | Q(payload=""), name="list_row_done_is_empty"),
        ]
        indexes = [
            models.Index(fields=["file", "state", "done"], name="list_row_by_state"),
            models.Index(fields=["digest"], name="list_row_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.row_no} {self.state}"


class ListProblem(models.Model):
    """Something to mend or to look at. ``params`` fill the message and are encrypted."""

    file = models.ForeignKey(ListFile, on_delete=models.CASCADE, related_name="problems")
    row_no = models.IntegerField()
    column = models.CharField(max_length=30, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=30)
    level = models.CharField(max_length=10)
    params = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=["error", "warning"]), name="list_problem_level"),
        ]
        indexes = [models.Index(fields=["file", "level", "row_no"], name="list_problem_order")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.cell or self.row_no} {self.code}"


class NewbornOffer(models.Model):
    """A birth nobody has registered yet: an offer of help to the registrar of the mother's village.

    The row is removed with the answer, whatever it is. ``payload`` is encrypted. ``lists`` are those that
    report the birth: when all of them were taken back, so is the offer.
    """

    mother_id = models.BigIntegerField()
    father_id = models.BigIntegerField(null=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    scope_no = models.IntegerField()
    digest = models.CharField(max_length=60)
    payload = models.TextField()
    received_at = models.DateTimeField()
    lists = models.ManyToManyField(ListFile, related_name="newborn_offers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="newborn_offered_once")]
        indexes = [models.Index(fields=["scope_no", "received_at"], name="newborn_scope")]

    def __str__(self) -> str:
        return f"newborn {self.pk}"


class ListedBirth(models.Model):
    """A birth on a list, by a keyed digest that tells which rows of two lists are one birth, nothing else.

    ``registered``: its child was in the register when the list was stored.
    """

    file = models.ForeignKey(ListFile, on_delete=models.CASCADE, related_name="births")
    digest = models.CharField(max_length=60)
    month = models.CharField(max_length=7)
    registered = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "digest"], name="listed_birth_once")]

    def __str__(self) -> str:
        return f"listed birth {self.pk}"


class BirthsOnLists(models.Model):
    """How many births of a county and a year are on which of hospital's list, register and clinics' lists.

    ``cells`` are in the order of ``capture_recapture.CELLS``.
    """

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    scope_no = models.IntegerField()
    year = models.SmallIntegerField()
    cells: models.JSONField[list[int]] = models.JSONField()
    hospital = models.BooleanField()
    vaccination = models.BooleanField()
    outside = models.IntegerField()
    counted_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "year"], name="births_on_lists_once")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.year}"


class ServedBirth(models.Model):
    """A birth that was answered for, so that no list offers it again. It tells neither who nor how."""

    digest = models.CharField(max_length=60, primary_key=True)


class NewbornCount(models.Model):
    """How many offers of an area were answered how in a month: what was done, about nobody."""

    class Outcome(models.TextChoices):
        REGISTERED = "registered", _("Helped and registered")
        ELSEWHERE = "elsewhere", _("Registered elsewhere")
        DECLINED = "declined", _("Needs no help")

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    scope_no = models.IntegerField()
    month = models.CharField(max_length=7)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    number = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "month", "outcome"], name="newborn_count_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["registered", "elsewhere", "declined"]), name="newborn_count_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.month} {self.outcome}"
