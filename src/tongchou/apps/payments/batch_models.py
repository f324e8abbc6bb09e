"""Payment batches: their rows, what was frozen of each, and what the bank said of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments.fund_models import Fund, Sharing
from tongchou.apps.places.api import Area
from tongchou.apps.registry.api import FollowsPerson
from tongchou.domain.payments.answers import REASON_CODES

_BY = {"on_delete": models.PROTECT, "related_name": "+"}


class BatchState(models.TextChoices):
    BUILDING = "building", _("Being built")
    DRAFT = "draft", _("Built, not frozen")
    FREEZING = "freezing", _("Being frozen")
    FROZEN = "frozen", _("Waits for review")
    APPROVED = "approved", _("Reviewed")
    ISSUED = "issued", _("With the bank")
    SETTLED = "settled", _("Settled")
    REFUSED = "refused", _("Sent back")
    DROPPED = "dropped", _("Given up")


#: A batch somebody still puts together: one a fund, programme and try.
OPEN = (BatchState.BUILDING, BatchState.DRAFT, BatchState.FREEZING)
#: After the second person's review.
REVIEWED = (BatchState.APPROVED, BatchState.ISSUED, BatchState.SETTLED)


class Try(models.TextChoices):
    FIRST = "first", _("First payment")
    AGAIN = "again", _("Payment again")


class RowState(models.TextChoices):
    WAITING = "waiting", _("Not frozen yet")
    LEFT_OUT = "left_out", _("Left out")
    FROZEN = "frozen", _("Frozen")
    ISSUED = "issued", _("With the bank")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Returned")
    DROPPED = "dropped", _("Dropped")


#: No award stands in two rows of these.
LIVE = (RowState.WAITING, RowState.FROZEN, RowState.ISSUED, RowState.PAID)
#: Rows that were a try to pay: one a number of the try.
_TRIED = (*LIVE, RowState.RETURNED)


class Why(models.TextChoices):
    """Why a row is left out of a batch or taken out of it, and so what is to be done."""

    NO_PAYEE = "no_payee", _("No account is on the case")
    NO_NAME = "no_name", _("The account's holder is not named")
    NO_ACCOUNT = "no_account", _("No account number is on the case")
    ACCOUNT_ODD = "account_odd", _("The account number is none")
    ODD_NAME = "odd_name", _("A name or bank holds a sign the bank file cannot carry")
    NOT_IN_ENCODING = "not_in_encoding", _("A character of the name cannot be written in the bank's file")
    NOT_CORRECTED = "not_corrected", _("The account has not been corrected since it came back")
    NOT_STANDING = "not_standing", _("The approval no longer stands")
    DIED = "died", _("The person has died")
    ENDED = "ended", _("The case has ended or is opened again")
    PAYEE_WAITS = "payee_waits", _("Another account waits to be confirmed")
    FAMILY_ASKS = "family_asks", _("The family asks for another account")
    BATCH_ENDED = "batch_ended", _("The batch was sent back or given up")


class Changed(models.TextChoices):
    """What the reviewer of a batch is told of the account of a row, as it was when the batch was frozen."""

    APPROVAL = "approval", _("Account changed since the approval")
    PAYMENT = "payment", _("Account changed since the last payment")
    BOTH = "both", _("Account changed since the approval and since the last payment")


#: What a person may name when taking a row out.
TAKEN_OUT = (Why.DIED, Why.ENDED, Why.FAMILY_ASKS)


class Batch(models.Model):
    """Payments of one programme from one fund, through one bank template.

    Amounts in fen: ``fen`` of its live rows; ``issued_fen`` handed to the bank, which is always what was
    paid, returned and is outstanding. ``reached`` is where building or freezing goes on when it was
    interrupted.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="batches")
    area = models.ForeignKey(Area, **_BY)
    scope_no = models.IntegerField()
    programme = models.CharField(max_length=60)
    attempt = models.CharField(max_length=5, choices=Try.choices)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=40, unique=True)
    template = models.CharField(max_length=40)
    sharing = models.ForeignKey(Sharing, null=True, **_BY)
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.BUILDING)
    reached = models.BigIntegerField(default=0)
    rows_taken = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    fen = models.BigIntegerField(default=0)
    issued_fen = models.BigIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    returned_fen = models.BigIntegerField(default=0)
    outstanding_fen = models.BigIntegerField(default=0)
    paid_rows = models.PositiveIntegerField(default=0)
    returned_rows = models.PositiveIntegerField(default=0)
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    built_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    frozen_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    reviewed_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=12, default="", blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    issued_at = models.DateTimeField(null=True)
    file_sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "programme", "attempt"],
                condition=Q(state__in=OPEN),
                name="batch_one_open",
            ),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state_known"),
            models.CheckConstraint(
                condition=Q(issued_fen=F("paid_fen") + F("returned_fen") + F("outstanding_fen")),
                name="batch_balances",
            ),
            models.CheckConstraint(
                condition=Q(fen__gte=0, paid_fen__gte=0, returned_fen__gte=0, outstanding_fen__gte=0),
                name="batch_never_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.ISSUED, BatchState.SETTLED], issued_fen=F("fen"))
                | ~Q(state__in=[BatchState.ISSUED, BatchState.SETTLED]) & Q(issued_fen=0),
                name="batch_issued_whole_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.SETTLED) | Q(outstanding_fen=0), name="batch_settled_is_settled"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REVIEWED)
                | Q(reviewed_by__isnull=False, frozen_by__isnull=False)
                & ~Q(reviewed_by=F("built_by"))
                & ~Q(reviewed_by=F("frozen_by")),
                name="batch_needs_two_people",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-id"], name="batch_where")]

    def __str__(self) -> str:
        return self.name


class PaymentRow(FollowsPerson):
    """One award in one batch. Facts of the payee stand in ``FrozenRow``; ``state`` alone changes here.

    ``issue_no`` counts the tries to pay an award; ``earlier`` is the row that came back before.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    no = models.PositiveIntegerField()
    award_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    case_number = models.CharField(max_length=20)
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    year = models.PositiveSmallIntegerField()
    fen = models.BigIntegerField()
    issue_no = models.PositiveSmallIntegerField(default=1)
    earlier = models.ForeignKey("self", null=True, **_BY)
    allowed = models.ForeignKey("payments.MoreTries", null=True, **_BY)
    state = models.CharField(max_length=8, choices=RowState.choices, default=RowState.WAITING)
    why = models.CharField(max_length=16, choices=Why.choices, default="", blank=True)
    #: Set once, when the row is frozen.
    changed = models.CharField(max_length=8, choices=Changed.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "no"], name="row_number_once"),
            models.UniqueConstraint(
                fields=["award_id"], condition=Q(state__in=LIVE), name="award_in_one_live_row"
            ),
            models.UniqueConstraint(
                fields=["award_id", "issue_no"], condition=Q(state__in=_TRIED), name="award_once_a_try"
            ),
            models.CheckConstraint(condition=Q(state__in=RowState.values), name="row_state_known"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="row_amount_positive"),
            models.CheckConstraint(
                condition=Q(issue_no=1, earlier=None) | Q(issue_no__gte=2, earlier__isnull=False),
                name="row_again_after_another",
            ),
            models.CheckConstraint(
                condition=Q(issue_no__lte=2) | Q(allowed__isnull=False), name="row_third_try_is_allowed"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RowState.LEFT_OUT, RowState.DROPPED], why__in=Why.values)
                | ~Q(state__in=[RowState.LEFT_OUT, RowState.DROPPED]) & Q(why=""),
                name="row_left_out_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "no"], name="row_of_batch"),
            models.Index(fields=["person_id"], name="row_person"),
            models.Index(fields=["household_id"], name="row_household"),
            models.Index(fields=["case_id"], condition=Q(state=RowState.RETURNED), name="row_returned"),
        ]


class FrozenRow(models.Model):
    """Whom and what a row pays, as it was when the batch was frozen: sealed, and marked with a keyed hash.

    Only ever added; triggers say so.
    """

    row = models.OneToOneField(PaymentRow, primary_key=True, on_delete=models.PROTECT, related_name="frozen")
    sealed = models.TextField()
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()


class RowOutcome(models.Model):
    """What the bank said of a row: paid or returned, once each. Only ever added; triggers say so."""

    row = models.ForeignKey(PaymentRow, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=16, default="", blank=True)
    sealed = models.TextField(default="", blank=True)
    paid_on = models.DateField()
    file = models.ForeignKey("payments.AnswerFile", **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "outcome"], name="row_paid_once_returned_once"),
            models.CheckConstraint(
                condition=Q(outcome="paid", reason="") | Q(outcome="returned", reason__in=REASON_CODES),
                name="outcome_returned_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["file"], name="outcome_file")]


class MoreTries(models.Model):
    """A second person lets a row be tried once more that came back twice. Only ever added."""

    row = models.OneToOneField(PaymentRow, on_delete=models.PROTECT, related_name="more_tries")
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    sealed = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(allowed_by=F("built_by")), name="more_tries_need_two_people"),
        ]
