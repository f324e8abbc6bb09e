"""What somebody said about lines in question, and people whom a register does not name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.api import FollowsPerson


class Verdict(models.TextChoices):
    """What becomes of a line in question."""

    KEEP = "keep", _("Keep the registry")
    TAKE = "take", _("Take the file")
    ASK = "ask", _("Ask the village")


class Ground(models.TextChoices):
    """Why: a closed list, so that it can stand in the audit chain."""

    PAPER = "paper", _("The person's document was looked at")
    VILLAGE = "village", _("The village has confirmed it")
    CHANGED = "changed", _("The authority has changed the document")
    OLD_LIST = "old_list", _("The file was copied from an older list")
    MISTYPED = "mistyped", _("Somebody mistyped it")
    UNCLEAR = "unclear", _("It cannot be told from here")


class RowDecision(models.Model):
    """What somebody decided about a question: kept, so that it is not asked again.

    ``question`` is the keyed digest of what the line says, of whom, and of what the registry says against
    it: another value on either side is another question. ``correction`` is what was asked of a second person.
    """

    village = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    scope_no = models.IntegerField()
    question = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=30)
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    ground = models.CharField(max_length=12, choices=Ground.choices)
    correction = models.BigIntegerField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["village", "question"], name="row_decision_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="row_decision_verdict"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="row_decision_ground"),
            models.CheckConstraint(
                condition=Q(verdict="take", correction__isnull=False)
                | (~Q(verdict="take") & Q(correction=None)),
                name="row_decision_taken_by_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verdict}"


class Answer(models.TextChoices):
    """What the village says about somebody whom its register does not name."""

    OPEN = "", _("Not answered yet")
    HERE = "here", _("Still here")
    MOVED = "moved", _("Moved away")
    DIED = "died", _("Died")


class NotListed(FollowsPerson):
    """Somebody registered in a village whom its stored register does not name: a question to the village.

    It ends when the answer is ``HERE``, when a later register names the person, or when the registry records
    the death or the move. An answer records nothing about the person.
    """

    person_id = models.BigIntegerField(unique=True)
    village = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("intake.RegisterFile", on_delete=models.PROTECT, related_name="not_listed")
    year = models.IntegerField()
    noted_at = models.DateTimeField()
    answer = models.CharField(max_length=6, choices=Answer.choices, blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="not_listed_answer"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="not_listed_answered_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["registered_scope"], name="not_listed_scope"),
            models.Index(fields=["village"], name="not_listed_village"),
        ]

    def __str__(self) -> str:
        return f"not listed {self.pk}"
