"""Targets with their versions, agreements with both signatures, and records of posts handed over."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

_BY: Final[dict[str, Any]] = {"on_delete": models.PROTECT, "related_name": "+"}


class State(models.TextChoices):
    """What became of a version of a target."""

    WAITING = "waiting", pgettext_lazy("target", "Waits for a second person")
    ACCEPTED = "accepted", pgettext_lazy("target", "In force, or was")
    REFUSED = "refused", pgettext_lazy("target", "Refused")


class Target(models.Model):
    """A target of one unit, indicator and period; ``value`` is the one in force, in the indicator's unit."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    unit = models.CharField(max_length=60)
    unit_name = models.CharField(max_length=120)
    indicator = models.CharField(max_length=40)
    #: ``2026``, ``2026-H1`` or ``2026-Q2``.
    period = models.CharField(max_length=8)
    ends = models.DateField()
    #: Null until a first version is accepted.
    value = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    #: The denominator its percentage is weighed with where it is added up.
    weight = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    #: Of a unit whose people count in others too: by key of the host, how much of the weight is its.
    inside = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "indicator", "period"], name="target_once"),
            models.CheckConstraint(
                condition=~Q(unit="") & ~Q(indicator="") & ~Q(period=""), name="target_of_what"
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="target_not_negative"),
        ]
        indexes = [
            models.Index(fields=["scope_no", "period"], name="target_where"),
            models.Index(fields=["period", "indicator"], name="target_when"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.indicator} {self.period}"


class Version(models.Model):
    """What a target is to be, by whom, and what a second person made of it. Earlier ones stay."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    #: Whether a value was in force when it was made.
    revises = models.BooleanField(default=False)
    value = models.DecimalField(max_digits=16, decimal_places=6)
    weight = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    inside = models.JSONField(default=dict)
    #: Why it is another one; of a first one, the paper that set it, if there is one.
    reason = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY, null=True)
    #: Why it was accepted although the parts do not make the whole, or why it was refused.
    said = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="target_version_once"),
            models.UniqueConstraint(fields=["target"], condition=Q(state="waiting"), name="target_one_waits"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_version_not_negative"),
            models.CheckConstraint(condition=Q(weight=None) | Q(weight__gt=0), name="target_weight_above_0"),
            models.CheckConstraint(
                condition=Q(revises=False) | ~Q(reason=""), name="target_revision_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | Q(state="accepted", decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("made_by"))
                | Q(state="refused", decided_at__isnull=False, decided_by__isnull=False) & ~Q(said=""),
                name="target_accepted_by_a_second",
            ),
        ]


class Stage(models.TextChoices):
    """Where an agreement stands."""

    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    OFFERED = "offered", pgettext_lazy("agreement", "Signed by the level above")
    SIGNED = "signed", pgettext_lazy("agreement", "Signed by both sides")
    WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "Withdrawn")


class Agreement(models.Model):
    """A responsibility agreement. Once a side has signed, its content is the sealed bytes and stays."""

    #: Of the unit that promises.
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    unit = models.CharField(max_length=60)
    unit_name = models.CharField(max_length=120)
    #: Of the area above it: for a department its own.
    above_id = models.BigIntegerField()
    above_scope_no = models.IntegerField()
    above = models.CharField(max_length=60)
    above_name = models.CharField(max_length=120)
    period = models.CharField(max_length=8)
    promises = models.CharField(max_length=4000)
    given = models.CharField(max_length=4000)
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.DRAFT)
    content = models.BinaryField(default=b"")
    #: SHA-256 of the content.
    sha256 = models.CharField(max_length=64, default="", blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    #: Name and post as they stand under the agreement.
    above_signed = models.CharField(max_length=120, default="", blank=True)
    above_signed_at = models.DateTimeField(null=True)
    above_signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY, null=True)
    unit_signed = models.CharField(max_length=120, default="", blank=True)
    unit_signed_at = models.DateTimeField(null=True)
    unit_signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"], condition=~Q(stage="withdrawn"), name="agreement_once"
            ),
            models.CheckConstraint(condition=~Q(promises="") & ~Q(given=""), name="agreement_has_words"),
            models.CheckConstraint(
                condition=Q(stage="draft", sha256="", above_signed_by=None, unit_signed_by=None)
                | Q(stage="offered", sha256__length=64, above_signed_by__isnull=False, unit_signed_by=None)
                | Q(
                    stage="signed",
                    sha256__length=64,
                    above_signed_by__isnull=False,
                    unit_signed_by__isnull=False,
                )
                & ~Q(above_signed_by=F("unit_signed_by"))
                & ~Q(above_signed="")
                & ~Q(unit_signed="")
                | Q(stage="withdrawn", unit_signed_by=None),
                name="agreement_signed_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-id"], name="agreement_where"),
            models.Index(fields=["above_scope_no", "-id"], name="agreement_above"),
        ]

    def __str__(self) -> str:
        return f"{self.above_name} {self.unit_name} {self.period}"


class HandOver(models.Model):
    """What the holder of a post left open for the one who follows. Both confirm; the level above is told."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    #: The area above the unit; its own at the top and for a department.
    above_id = models.BigIntegerField()
    above_scope_no = models.IntegerField()
    unit = models.CharField(max_length=60)
    unit_name = models.CharField(max_length=120)
    title = models.CharField(max_length=60)
    gives = models.ForeignKey("posts.Tenure", **_BY)
    takes = models.OneToOneField("posts.Tenure", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    #: Lists of what is open, each a list of lines: ``targets``, ``tasks``, ``promises``, ``agreements``.
    open = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY, null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY, null=True)
    #: Who of the level above has taken note of it.
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(gives=F("takes")), name="hand_over_to_another"),
            models.CheckConstraint(
                condition=Q(given_by=None) | Q(taken_by=None) | ~Q(given_by=F("taken_by")),
                name="hand_over_by_two",
            ),
            models.CheckConstraint(
                condition=Q(noted_by=None)
                | Q(given_by__isnull=False, taken_by__isnull=False)
                & ~Q(noted_by=F("given_by"))
                & ~Q(noted_by=F("taken_by")),
                name="hand_over_noted_by_a_third",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-id"], name="hand_over_where"),
            models.Index(fields=["above_scope_no", "-id"], name="hand_over_above"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.title} {self.on}"
