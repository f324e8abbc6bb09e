"""What is asked and proposed on published figures: questions to units, proven cases, proposals, decisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongchou.domain.accountability.consequences import Effect, VetoCause

#: Those of ``domain.accountability.gaming.Sign``, written out: that module brings NumPy along, and the tables
#: are read whenever a command starts. A test holds the two together.
SIGNS = ["digits", "perfection", "copied", "late_revisions", "bulk"]


class Alert(models.Model):
    """A question to a unit about its figures, for those above it alone. It changes no score.

    ``watch_id`` and ``scope_no`` are of the area above the unit: whoever may read alerts there sees it.
    """

    watch_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    unit = models.CharField(max_length=60)
    month = models.DateField()
    sign = models.CharField(max_length=14)
    #: What it is about where a unit may have several of one sign: the code of a count; empty otherwise.
    about = models.CharField(max_length=40, default="", blank=True)
    chance = models.FloatField()
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "sign", "about"], name="alert_once"),
            models.CheckConstraint(condition=Q(sign__in=SIGNS), name="alert_sign_known"),
            models.CheckConstraint(condition=Q(chance__gte=0, chance__lte=1), name="alert_chance"),
        ]
        indexes = [models.Index(fields=["scope_no", "-month"], name="alert_where")]


class Outcome(models.TextChoices):
    """What became of an alert."""

    DISMISSED = "dismissed", pgettext_lazy("alert", "Explained: nothing wrong")
    ANSWERED = "answered", pgettext_lazy("alert", "Looked into")


class AlertAnswer(models.Model):
    """How an alert ended, with the reason. Once an alert; only ever added."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="alert_outcome_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="alert_answer_has_reason"),
        ]


class ProvenCase(models.Model):
    """A proven falsification, withheld benefit or coercion, by the number of the final decision."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    unit = models.CharField(max_length=60)
    cause = models.CharField(max_length=17)
    year = models.IntegerField()
    number = models.CharField(max_length=60)
    authority = models.CharField(max_length=60)
    decided_on = models.DateField()
    #: Numbers of the tenures of the officials the decision names.
    tenures = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="proven_once"),
            models.CheckConstraint(
                condition=Q(cause__in=[str(one) for one in VetoCause]), name="proven_cause_known"
            ),
            models.CheckConstraint(condition=~Q(number="") & ~Q(authority=""), name="proven_by_whom"),
        ]
        indexes = [models.Index(fields=["year", "scope_no"], name="proven_where")]


class Proposed(models.Model):
    """A consequence proposed from published years: an official by dated tenure, or a unit. Never an act."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    year = models.IntegerField()
    unit = models.CharField(max_length=60)
    #: The tenure of the official; null where the subject is the unit itself.
    tenure_id = models.BigIntegerField(null=True)
    official = models.CharField(max_length=120, default="", blank=True)
    effect = models.CharField(max_length=18)
    reasons = models.JSONField()
    rests_on = models.JSONField()
    #: SHA-256 of the bulletins and cases it was computed from.
    inputs = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_id", "year", "effect", "unit", "official"], name="proposed_once"
            ),
            models.CheckConstraint(
                condition=Q(effect__in=[str(one) for one in Effect]), name="proposed_effect_known"
            ),
            models.CheckConstraint(
                condition=Q(tenure_id=None, official="") | Q(tenure_id__isnull=False) & ~Q(official=""),
                name="proposed_official_by_tenure",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-year"], name="proposed_where"),
            models.Index(fields=["official"], name="proposed_file"),
        ]


class Decided(models.Model):
    """What a named officer made of a proposal: accepted or declined, with reason. Once; only ever added."""

    proposed = models.OneToOneField(Proposed, on_delete=models.PROTECT, related_name="decision")
    #: Who proposed it, kept beside so that the database itself refuses that one person does both.
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=300)
    #: Since when the official has been heard; null for a unit.
    heard_on = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("proposed_by")), name="decided_by_a_second"),
            models.CheckConstraint(condition=~Q(reason=""), name="decided_has_reason"),
        ]
