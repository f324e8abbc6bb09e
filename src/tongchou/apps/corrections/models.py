"""What somebody asks to have put right in the registry, and what somebody else decided about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.api import FollowsPerson


class Kind(models.TextChoices):
    IDENTITY = "identity", _("Correction")
    REVERSAL = "reversal", _("Taking an entry back")


class Reason(models.TextChoices):
    """Why: a closed list, the only part of the reason that reaches the audit chain."""

    MISTYPED = "mistyped", _("Written down wrongly")
    DOCUMENT_CHANGED = "document_changed", _("The authority has changed the document")
    OTHER_PERSON = "other_person", _("It belongs to somebody else")
    NOT_SO = "not_so", _("It did not happen")
    TWICE = "twice", _("Recorded twice")
    OTHER = "other", _("Another reason, in words")


class Outcome(models.TextChoices):
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Refusal(models.TextChoices):
    """Why somebody refused: what the one who asked can do about it."""

    EVIDENCE = "evidence", _("The document does not show it")
    CHANGED = "changed", _("The register has changed since: ask anew")
    OTHER_PERSON = "other_person", _("Another person is meant")
    RIGHT_ALREADY = "right_already", _("The register is right")


class Correction(FollowsPerson):
    """A request. Never changed but for ``waiting``, which a decision ends, and for where the person is.

    ``about`` names the fields, or the kind of entry; old and new values, the words of the reason and the
    document stand in ``sealed``.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    person_id = models.BigIntegerField()
    event_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=80)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    evidence_kind = models.CharField(max_length=20, default="", blank=True)
    sealed = models.TextField()
    #: Of a reversal: the digest of what it would change when it was asked for.
    seen = models.CharField(max_length=64, default="", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    waiting = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="identity", event_id=None) | Q(kind="reversal", event_id__isnull=False),
                name="correction_kind_has_its_object",
            ),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="correction_reason_known"),
            models.UniqueConstraint(
                fields=["person_id"],
                condition=Q(kind="identity", waiting=True),
                name="correction_waits_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["event_id"],
                condition=Q(kind="reversal", waiting=True),
                name="correction_waits_once_an_entry",
            ),
        ]
        indexes = [
            models.Index(
                fields=["registered_scope"], condition=Q(waiting=True), name="correction_waiting_scope"
            ),
            models.Index(fields=["person_id"], name="correction_person"),
        ]


class Decision(models.Model):
    """What became of a request. Only ever added; triggers say so.

    ``asked_by`` is repeated so that the database itself can tell two people apart.
    """

    correction = models.OneToOneField(
        Correction, on_delete=models.PROTECT, primary_key=True, related_name="decision"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    refusal = models.CharField(max_length=20, choices=Refusal.choices, default="", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="withdrawn", decided_by=F("asked_by"))
                | Q(outcome__in=["approved", "refused"]) & ~Q(decided_by=F("asked_by")),
                name="correction_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(outcome="refused", refusal__in=Refusal.values)
                | Q(outcome__in=["approved", "withdrawn"], refusal=""),
                name="correction_refused_for_a_reason",
            ),
        ]
