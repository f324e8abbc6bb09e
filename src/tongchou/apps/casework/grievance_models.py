"""Grievances: about the office that handles a case, never about the family that brings one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class About(models.TextChoices):
    """What went wrong, on the office's side."""

    FACT = "fact", _("Something in the register is wrong")
    SLOW = "slow", _("The decision took too long")
    ACCOUNT = "account", _("The account the money goes to")
    AMOUNT = "amount", _("The amount")
    TREATMENT = "treatment", _("How the family was treated")


class Verdict(models.TextChoices):
    OPEN = "", pgettext_lazy("grievance", "Open")
    RIGHT = "right", pgettext_lazy("grievance", "The family was right")
    NOT_RIGHT = "not_right", pgettext_lazy("grievance", "Not right, with reasons")


class Grievance(models.Model):
    """What a family holds against the handling of its case, and what the office answered.

    ``sealed`` are the family's words, ``answer`` those of the letter. ``correction_id`` is the change of the
    register that is asked for with it; it is applied when the family is found right. Nothing here is counted
    by family, and nobody is the less heard for having come before.
    """

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="grievances")
    about = models.CharField(max_length=10, choices=About.choices)
    sealed = models.TextField()
    external = models.CharField(max_length=60, default="", blank=True)
    correction_id = models.BigIntegerField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    due = models.DateField()
    provisional = models.BooleanField(default=False)

    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN, blank=True)
    answer = models.TextField(default="", blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    closed_at = models.DateTimeField(null=True)
    #: Whether the case was opened again because the rules now answer otherwise.
    reopened = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(about__in=About.values), name="grievance_about_known"),
            models.CheckConstraint(
                condition=Q(verdict="", closed_by=None, closed_at=None, answer="", reopened=False)
                | Q(
                    verdict__in=[Verdict.RIGHT, Verdict.NOT_RIGHT],
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                )
                & ~Q(answer=""),
                name="grievance_closed_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=F("recorded_by")), name="grievance_second_person"
            ),
            models.UniqueConstraint(
                fields=["correction_id"], condition=~Q(correction_id=None), name="grievance_of_a_correction"
            ),
        ]
        indexes = [
            models.Index(fields=["due", "id"], condition=Q(verdict=""), name="grievance_open"),
            models.Index(fields=["-closed_at", "-id"], condition=~Q(verdict=""), name="grievance_closed"),
            models.Index(fields=["case", "id"], name="grievance_case"),
        ]
