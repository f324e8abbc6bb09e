"""Notices as they hang, and objections to entries. The list of a notice is frozen: triggers say so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.domain.notice import GROUNDS


class Ground(models.TextChoices):
    """What an objection can be about. Nobody's births are a subject of one (rights rule 4)."""

    ALIVE = "alive", _("The person is no longer alive")
    IDENTITY = "identity", _("It is not who the list says")
    RESIDENCE = "residence", _("The person is not registered or does not live here")
    ACCOUNT = "account", _("The account is somebody else's")
    ALREADY = "already", _("The same is paid already")


class Verdict(models.TextChoices):
    DISMISSED = "dismissed", _("Looked into: the entry stands")
    UPHELD = "upheld", _("Looked into: the next office checks it")


class Notice(models.Model):
    """A list that hangs at a place between two days. Only how it ends is set later."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    scope_end = models.IntegerField()
    area_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    stage_code = models.CharField(max_length=40)
    place = models.CharField(max_length=120)
    opened_on = models.DateField()
    closes_on = models.DateField()
    provisional = models.BooleanField(default=False)
    #: Working days it hangs; null where it hangs calendar days.
    days = models.SmallIntegerField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gt=F("opened_on")), name="notice_days_in_order"),
        ]
        indexes = [
            models.Index(fields=["closed_at", "closes_on"], name="notice_running"),
            models.Index(fields=["scope_no", "-id"], name="notice_where"),
        ]

    @property
    def number(self) -> str:
        """What the sheet is called, such as ``2026-G0012``."""
        return f"{self.opened_on.year}-G{self.pk:04d}"


class Entry(models.Model):
    """A line of a notice as it hangs, masked. Only ever added."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    case_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    birth_year = models.SmallIntegerField(null=True)
    place = models.CharField(max_length=160)
    amount_fen = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="entry_position_once"),
            models.UniqueConstraint(fields=["notice", "case_id"], name="entry_case_once"),
        ]
        indexes = [models.Index(fields=["case_id"], name="entry_case")]


class Proof(models.Model):
    """A photograph of the notice where it hangs, sealed. Only ever added."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="proofs")
    sealed = models.TextField()
    kind = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    taken_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "sha256"], name="proof_once"),
            models.CheckConstraint(condition=Q(kind__in=["jpeg", "png"]), name="proof_is_a_picture"),
        ]


class Objection(models.Model):
    """Somebody's objection to one entry, which waits until it is looked into. The words are sealed.

    Whoever objects may stay unnamed; a code, of which the index is kept, tells them what became of it.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="objections")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    sealed = models.TextField()
    code_index = models.CharField(max_length=100, unique=True)
    received_at = models.DateTimeField()
    #: Who wrote it down at the window; empty when it came by the page.
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default="", blank=True)
    answer = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ground__in=GROUNDS), name="objection_ground_known"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | Q(verdict__in=Verdict.values, decided_by__isnull=False, decided_at__isnull=False),
                name="objection_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(received_by=None) | Q(decided_by=None) | ~Q(decided_by=F("received_by")),
                name="objection_not_decided_by_its_writer",
            ),
        ]
        indexes = [models.Index(fields=["entry"], condition=Q(verdict=""), name="objection_open")]
