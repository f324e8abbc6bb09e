"""A fund, its book of entries, what was appropriated and arrived, months closed, who bears how much."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.places.api import Area
from tongchou.domain import ledger, shares

_BY = {"on_delete": models.PROTECT, "related_name": "+"}


class Source(models.TextChoices):
    """Whose money it is."""

    CENTRAL = "central", _("Central transfer")
    PROVINCE = "province", _("Provincial transfer")
    PREFECTURE = "prefecture", _("Prefecture subsidy")
    COUNTY = "county", _("County budget")
    TOWNSHIP = "township", _("Township budget")
    DONATION = "donation", _("Donation")


class Reversal(models.TextChoices):
    """Why an entry is reversed: a closed list."""

    MISTYPED = "mistyped", pgettext_lazy("an entry of a fund", "Written down wrongly")
    TWICE = "twice", _("Written down twice")
    OTHER_FUND = "other_fund", _("It belongs to another fund")
    DOCUMENT = "document", _("The document was withdrawn or changed")


class Another(models.TextChoices):
    """Why the number of a document or voucher stands in the book twice: a closed list."""

    SEVERAL = "several", _("One document or voucher holds several amounts")
    NUMBERED = "numbered", _("Two documents bear the same number: another bank, office or year")
    INSTEAD = "instead", _("It replaces an entry that is wrong and will be reversed")


class Fund(models.Model):
    """A dedicated account of an area for a year and an earmarked line. Its row is the lock of its book.

    ``closed_to`` says again which month was closed last.
    """

    area = models.ForeignKey(Area, **_BY)
    scope_no = models.IntegerField()
    year = models.PositiveSmallIntegerField()
    line = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    closed_to = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "line", "year"], name="fund_once_a_year_and_line"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(line=""), name="fund_has_a_name"),
            models.CheckConstraint(
                condition=Q(closed_to=None) | Q(closed_to__day=1), name="fund_closed_month_begins"
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "year"], name="fund_where")]

    def __str__(self) -> str:
        return f"{self.line} {self.year}"


class FundUse(models.Model):
    """A programme a fund may pay."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="uses")
    programme = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "programme"], name="fund_use_once")]


def _moves() -> Q:
    """What each kind of entry moves, and a counter-entry the other way round."""
    allowed = Q()
    for kind, (debit, credit) in ledger.MOVES.items():
        allowed |= Q(kind=kind.value, debit=debit.value, credit=credit.value, reverses=None)
        if kind in ledger.REVERSIBLE:
            allowed |= Q(kind=kind.value, debit=credit.value, credit=debit.value, reverses__isnull=False)
    return allowed


class Entry(models.Model):
    """One move of money of a fund. Only ever added, numbered without gaps; triggers say so.

    ``day`` is when it happened, ``month`` the one it is booked in. ``key`` names the act: the same act sent
    twice makes one entry.
    """

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="entries")
    no = models.PositiveIntegerField()
    kind = models.CharField(max_length=14)
    debit = models.CharField(max_length=14)
    debit_part = models.CharField(max_length=60, default="", blank=True)
    credit = models.CharField(max_length=14)
    credit_part = models.CharField(max_length=60, default="", blank=True)
    fen = models.BigIntegerField()
    day = models.DateField()
    month = models.DateField()
    batch = models.ForeignKey("payments.Batch", null=True, **_BY)
    overpayment = models.ForeignKey("payments.Overpayment", null=True, **_BY)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, related_name="reversed_by", null=True)
    reason = models.CharField(max_length=12, choices=Reversal.choices, default="", blank=True)
    key = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["fund", "no"], name="entry_number_once_a_fund"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="entry_moves_something"),
            models.CheckConstraint(condition=_moves(), name="entry_moves_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(reverses=None, reason="") | Q(reverses__isnull=False, reason__in=Reversal.values),
                name="entry_taken_back_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="entry_month_begins"),
            models.CheckConstraint(condition=Q(no__gte=1), name="entry_from_one"),
        ]
        indexes = [
            models.Index(fields=["fund", "month", "no"], name="entry_month"),
            models.Index(fields=["batch"], condition=~Q(batch=None), name="entry_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id}/{self.no} {self.kind} {self.fen}"


class Balance(models.Model):
    """What an account of a fund holds: the sum of its entries, never below zero."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="balances")
    account = models.CharField(max_length=14)
    part = models.CharField(max_length=60, default="", blank=True)
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "account", "part"], name="balance_once"),
            models.CheckConstraint(condition=Q(fen__gte=0), name="fund_never_below_zero"),
            models.CheckConstraint(
                condition=Q(account__in=[one.value for one in ledger.Account]), name="balance_account_known"
            ),
        ]


class Appropriation(models.Model):
    """Money a level has appropriated, by which document, and by when all of it is to be there."""

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.PROTECT, related_name="appropriation"
    )
    source = models.CharField(max_length=12, choices=Source.choices)
    document = models.CharField(max_length=120)
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="appropriation_source_known"),
            models.CheckConstraint(condition=~Q(document=""), name="appropriation_has_a_document"),
        ]


class Arrival(models.Model):
    """Appropriated money that came into the account."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="arrival")
    appropriation = models.ForeignKey(Appropriation, on_delete=models.PROTECT, related_name="arrivals")
    voucher = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(voucher=""), name="arrival_has_a_voucher"),
        ]


class SourceDocument(models.Model):
    """The document or voucher (原始凭证) an entry rests on. Only ever added.

    ``compared`` is the number without spaces, widths and letter case: the same one again in the same book has
    to be explained (``another``). ``same_as`` is the entry that bore it before.
    """

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="paper")
    number = models.CharField(max_length=120)
    compared = models.CharField(max_length=120)
    same_as = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    another = models.CharField(max_length=8, choices=Another.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(compared=""), name="source_document_has_a_number"),
            models.CheckConstraint(
                condition=Q(same_as=None, another="") | Q(same_as__isnull=False, another__in=Another.values),
                name="source_document_again_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["compared"], name="source_document_number")]


class Closing(models.Model):
    """A month that is over: every balance, and the last entry it holds. Only ever added."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="closings")
    month = models.DateField()
    last_no = models.PositiveIntegerField()
    balances: models.JSONField[list[Any]] = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "month"], name="month_closed_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="closing_month_begins"),
        ]


class Sharing(models.Model):
    """Who bears how much of a programme ("" for all) in an area, from a day on, by a document.

    Parts are hundredths of a percent. Of rows for the same day the one recorded last counts. Only ever added.
    """

    area = models.ForeignKey(Area, **_BY)
    scope_no = models.IntegerField()
    programme = models.CharField(max_length=60, default="", blank=True)
    valid_from = models.DateField()
    central = models.PositiveSmallIntegerField()
    province = models.PositiveSmallIntegerField()
    prefecture = models.PositiveSmallIntegerField()
    county = models.PositiveSmallIntegerField()
    document = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(county=shares.WHOLE - F("central") - F("province") - F("prefecture")),
                name="shares_add_up",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="sharing_has_a_document"),
        ]
        indexes = [models.Index(fields=["area", "programme", "valid_from"], name="sharing_by_day")]

    @property
    def parts(self) -> dict[str, int]:
        return {level: getattr(self, level) for level in shares.LEVELS}
