"""To whose account the money of a case goes, and changes of it that wait for a second person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

_BY = {"on_delete": models.PROTECT, "related_name": "+"}


class Payee(models.Model):
    """The account money of a case goes to; the newest row holds. Only ever added."""

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="payees")
    sealed = models.TextField()
    #: Finds an account that is given in many cases, without saying which it is.
    account_index = models.CharField(max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-id"], name="payee_newest"),
            models.Index(fields=["account_index"], name="payee_account"),
        ]


class ChangeState(models.TextChoices):
    WAITING = "waiting", _("Waits for the second person")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PayeeChange(models.Model):
    """Another account for the money of a case, until a second person has decided: the old one stands.

    ``on_behalf`` is the officer whose delegation was used, else who proposed it. What was decided stays.
    """

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="payee_changes")
    sealed = models.TextField()
    account_index = models.CharField(max_length=100)
    state = models.CharField(max_length=9, choices=ChangeState.choices, default=ChangeState.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    on_behalf = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()
    due = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)
    #: What holds since it was confirmed.
    made = models.OneToOneField(Payee, null=True, on_delete=models.PROTECT, related_name="change")
    #: Why it was refused, sealed.
    words = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=ChangeState.WAITING), name="payee_change_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ChangeState.values), name="payee_change_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.WAITING, decided_by=None, decided_at=None)
                | ~Q(state=ChangeState.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="payee_change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.CONFIRMED, made__isnull=False)
                | ~Q(state=ChangeState.CONFIRMED) & Q(made=None),
                name="payee_change_holds_once_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ChangeState.CONFIRMED, ChangeState.REFUSED])
                | ~Q(decided_by=F("by")) & ~Q(decided_by=F("on_behalf")),
                name="payee_change_needs_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="payee_change_of_case"),
            models.Index(
                fields=["decided_at", "case"],
                condition=Q(state=ChangeState.CONFIRMED),
                name="payee_change_confirmed",
            ),
        ]
