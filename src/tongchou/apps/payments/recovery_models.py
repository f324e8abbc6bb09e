"""What was paid too much, how the family pays it back, and what need not come back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments.batch_models import PaymentRow
from tongchou.apps.payments.fund_models import Entry, Fund
from tongchou.apps.registry.api import FollowsPerson

_BY = {"on_delete": models.PROTECT, "related_name": "+"}


class Overpaid(models.TextChoices):
    """Why it was too much: about the payment, never about the family's life."""

    DIED_BEFORE = "died_before", _("The right had ended with a death before")
    PAID_ELSEWHERE = "elsewhere", _("Paid by another place for the same time")
    WRONG_AMOUNT = "wrong_amount", _("The amount was worked out wrongly")
    WRONG_ACCOUNT = "wrong_account", _("It went to another person's account")
    DECISION_CHANGED = "changed", _("The decision was changed")


class OverpaymentState(models.TextChoices):
    WAITING = "waiting", _("Waits for the second person")
    RUNNING = "running", _("Being paid back")
    SETTLED = "settled", _("Settled")
    REFUSED = "refused", _("Refused")


class Overpayment(FollowsPerson):
    """A part of a paid row that has to come back, with the plan agreed with the family."""

    row = models.ForeignKey(PaymentRow, on_delete=models.PROTECT, related_name="overpayments")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="overpayments")
    scope_no = models.IntegerField()
    area_id = models.BigIntegerField()
    programme = models.CharField(max_length=60)
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    fen = models.BigIntegerField()
    reason = models.CharField(max_length=14, choices=Overpaid.choices)
    sealed = models.TextField(default="", blank=True)
    state = models.CharField(max_length=8, choices=OverpaymentState.choices, default=OverpaymentState.WAITING)
    recovered_fen = models.BigIntegerField(default=0)
    waived_fen = models.BigIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["row"], condition=~Q(state=OverpaymentState.REFUSED), name="overpayment_once_a_row"
            ),
            models.CheckConstraint(condition=Q(reason__in=Overpaid.values), name="overpayment_reason_known"),
            models.CheckConstraint(
                condition=Q(fen__gt=0, recovered_fen__gte=0, waived_fen__gte=0)
                & Q(fen__gte=F("recovered_fen") + F("waived_fen")),
                name="overpayment_not_recovered_twice",
            ),
            models.CheckConstraint(
                condition=~Q(state=OverpaymentState.SETTLED) | Q(fen=F("recovered_fen") + F("waived_fen")),
                name="overpayment_settled_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(state=OverpaymentState.WAITING, decided_by=None)
                | ~Q(state=OverpaymentState.WAITING)
                & Q(decided_by__isnull=False)
                & ~Q(decided_by=F("asked_by")),
                name="overpayment_needs_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "state", "id"], name="overpayment_where"),
            models.Index(fields=["household_id"], name="overpayment_household"),
        ]


class Instalment(models.Model):
    """A part of the plan: how much by when."""

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="instalments")
    no = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["overpayment", "no"], name="instalment_once"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="instalment_positive"),
        ]


class Recovery(models.Model):
    """Money a family paid back."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="recovery")
    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="recoveries")
    voucher = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "recoveries"
        constraints = [
            models.CheckConstraint(condition=~Q(voucher=""), name="recovery_has_a_voucher"),
        ]


class WaiverState(models.TextChoices):
    WAITING = "waiting", _("Waits for the second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Waiver(models.Model):
    """What need not come back, because the office erred or the family cannot bear it."""

    overpayment = models.ForeignKey(Overpayment, on_delete=models.PROTECT, related_name="waivers")
    fen = models.BigIntegerField()
    sealed = models.TextField()
    state = models.CharField(max_length=8, choices=WaiverState.choices, default=WaiverState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["overpayment"],
                condition=Q(state=WaiverState.WAITING),
                name="waiver_waits_once",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="waiver_positive"),
            models.CheckConstraint(
                condition=Q(state=WaiverState.WAITING, decided_by=None)
                | ~Q(state=WaiverState.WAITING) & Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="waiver_needs_two_people",
            ),
        ]
