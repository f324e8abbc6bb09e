"""Closed months, the counts they hold, what was stated anew, and bulletins as they were sealed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongchou.apps.accountability.judged import Alert, AlertAnswer, Decided, Proposed, ProvenCase

__all__ = [
    "Alert",
    "AlertAnswer",
    "Closing",
    "Counted",
    "Decided",
    "Issue",
    "Proposed",
    "ProvenCase",
    "Reply",
    "Restated",
    "State",
]


class Closing(models.Model):
    """That a unit has closed a month. Only ever added: a closed month stays closed."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    code = models.CharField(max_length=40)
    month = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_id", "month"], name="closing_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="closing_first_day"),
        ]
        indexes = [models.Index(fields=["month", "scope_no"], name="closing_where")]


class Counted(models.Model):
    """One count of one unit in one month, as it was told when the month was closed. Never changed."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    #: The key of the unit: a code of an area, with the department's code behind it for a department.
    unit = models.CharField(max_length=60)
    month = models.DateField()
    count = models.CharField(max_length=40)
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "unit", "count"], name="counted_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="counted_not_negative"),
        ]
        indexes = [models.Index(fields=["month", "scope_no"], name="counted_where")]


class Restated(models.Model):
    """A count of a closed month that was wrong: what it was, what it is, and why. Only ever added.

    It waits for a second person, and counts once that person has confirmed it.
    """

    counted = models.ForeignKey(Counted, on_delete=models.PROTECT, related_name="restated")
    value = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: False for those confirmed, and for those of the time when one person was enough.
    waits = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="restated_not_negative"),
            models.CheckConstraint(
                condition=Q(waits=True, confirmed_by=None, confirmed_at=None)
                | Q(waits=False, confirmed_by=None, confirmed_at=None)
                | Q(waits=False, confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~Q(confirmed_by=F("by")),
                name="restated_by_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="restated_has_reason"),
        ]


class State(models.TextChoices):
    """Where a bulletin stands."""

    MADE = "made", pgettext_lazy("bulletin", "Made, waits for a second person")
    PUBLISHED = "published", pgettext_lazy("bulletin", "Published")
    #: Published once; a later one of the same area, kind and period holds instead. It stays to be read.
    SUPERSEDED = "superseded", pgettext_lazy("bulletin", "Published, stated anew since")
    DISCARDED = "discarded", pgettext_lazy("bulletin", "Discarded")


#: What everybody may read.
PUBLIC = (State.PUBLISHED, State.SUPERSEDED)


class Issue(models.Model):
    """A bulletin: its content as bytes, and the seal of what it was made of. Published, it stays."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    kind = models.CharField(max_length=8)
    period = models.CharField(max_length=8)
    #: Of the area's departments, which are a group of their own, instead of the areas right below it.
    departments = models.BooleanField(default=False)
    content = models.BinaryField()
    #: SHA-256 of the content.
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MADE)
    #: Why a period that is published is stated anew; empty for its first bulletin.
    reason = models.CharField(max_length=300, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="issue_state_known"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["published", "superseded"], decided_by__isnull=False, decided_at__isnull=False
                )
                & ~Q(decided_by=F("made_by"))
                | Q(state="made", decided_by=None, decided_at=None)
                | Q(state="discarded", decided_by__isnull=False, decided_at__isnull=False),
                name="issue_published_by_a_second",
            ),
            models.UniqueConstraint(
                fields=["area_id", "kind", "period", "departments"],
                condition=Q(state="made"),
                name="issue_one_waits",
            ),
            models.UniqueConstraint(
                fields=["area_id", "kind", "period", "departments"],
                condition=Q(state="published"),
                name="issue_one_holds",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-id"], name="issue_where")]


class Reply(models.Model):
    """What a unit says about its row of a published bulletin. One reply a unit; printed beside."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="replies")
    unit = models.CharField(max_length=60)
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "unit"], name="reply_once_a_unit"),
            models.CheckConstraint(condition=~Q(words=""), name="reply_says_something"),
        ]
