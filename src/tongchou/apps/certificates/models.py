"""Certificates as they were issued, each sheet printed of them, and the status lists that were signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a certificate no longer holds. The office takes none away: what ends it is a decision on the case,
    the holder's word, or a new one in its place.
    """

    CASE = "case", _("The case it rests on has ended")
    LOST = "lost", _("Lost, by the holder's word")
    REPLACED = "replaced", _("Replaced by a new one")
    WISH = "wish", _("The holder wishes so")


class Form(models.TextChoices):
    A4 = "a4", _("A4 sheet")
    CARD = "card", _("Card")


class Why(models.TextChoices):
    """Why a sheet was printed."""

    FIRST = "first", _("First copy")
    SPOILED = "spoiled", _("The printed copy was spoiled or is worn")
    OTHER_FORM = "other_form", _("The holder wishes another form")


class Counter(models.Model):
    """The one row with the last position given in the status list; locked while positions are taken."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="certificate_counter_one_row")]


class Certificate(models.Model):
    """A certificate of one case. Only how it ends is set later.

    ``position`` is its bit in the status list and stands in its number; ``token`` what its square says,
    sealed: it names the holder.
    """

    number = models.CharField(max_length=20, unique=True)
    position = models.PositiveIntegerField(unique=True)
    case_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    person_id = models.BigIntegerField()
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    token = models.TextField()
    first_day = models.DateField()
    last_day = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: The one it was issued in place of.
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, related_name="replaced_by", null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    reason = models.CharField(max_length=10, choices=Reason.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(revoked_at=None), name="certificate_one_valid_a_case"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="certificate_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, reason="")
                | Q(revoked_at__isnull=False, reason__in=Reason.values),
                name="certificate_revoked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(reason="case") | Q(revoked_by__isnull=False),
                name="certificate_revoked_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-id"], name="certificate_where"),
            models.Index(fields=["person_id"], name="certificate_person"),
            models.Index(fields=["case_id"], name="certificate_case"),
            models.Index(fields=["position"], condition=~Q(revoked_at=None), name="certificate_revoked"),
        ]


class Print(models.Model):
    """A sheet that was printed of a certificate. Only ever added."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="prints")
    copy = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=4, choices=Form.choices)
    why = models.CharField(max_length=10, choices=Why.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "copy"], name="print_copy_once"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="print_form_known"),
            models.CheckConstraint(
                condition=Q(copy=1, why="first") | Q(copy__gt=1) & ~Q(why="first"),
                name="print_first_is_first",
            ),
        ]


class StatusList(models.Model):
    """A status list as it was signed; the newest holds. Only ever added."""

    token = models.TextField()
    revoked = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="status_list_days_in_order"),
            models.CheckConstraint(condition=Q(revoked__lte=F("length")), name="status_list_counts"),
        ]
