"""Yearly returns of units and what the level above made of them; the staff register; marked areas."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

_BY: Final[dict[str, Any]] = {"on_delete": models.PROTECT, "related_name": "+"}
#: Amounts of a return, in fen; null is not returned, which is not 0.
AMOUNTS: Final = ("budget", "revenue", "grassroots", "reward_fund", "pay_total", "pay_performance")


class Kind(models.TextChoices):
    """Why an area gets one worker more."""

    TOWN = "town", pgettext_lazy("marked area", "Town with an extra worker")
    COMMUNITY = "community", pgettext_lazy("marked area", "Key community")


class People(models.TextChoices):
    """By whom the bands of villages count."""

    REGISTERED = "registered", pgettext_lazy("population", "Registered people")
    RESIDENT = "resident", pgettext_lazy("population", "Registered people who live in the county")


class YearReturn(models.Model):
    """What a unit returns for a year. Rows are only added: a correction is the next version."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    #: Key of the unit: code of the area, with ``/`` and the code of a department.
    unit = models.CharField(max_length=40)
    unit_name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    budget = models.BigIntegerField(null=True)
    revenue = models.BigIntegerField(null=True)
    grassroots = models.BigIntegerField(null=True)
    reward_fund = models.BigIntegerField(null=True)
    pay_total = models.BigIntegerField(null=True)
    pay_performance = models.BigIntegerField(null=True)
    #: Codes of the scored indicators the performance part follows.
    pay_indicators = models.JSONField(default=list)
    reason = models.CharField(max_length=200, default="", blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "version"], name="return_version_once"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="return_correction_reason"),
            models.CheckConstraint(
                condition=Q(pay_performance=None) | Q(pay_total__gte=F("pay_performance")),
                name="return_part_of_whole",
            ),
            models.CheckConstraint(
                condition=Q(grassroots=None) | Q(budget__gte=F("grassroots")), name="return_share_of_budget"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0}), name=f"return_{name}_not_below"
                )
                for name in AMOUNTS
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "year", "unit"], name="return_where")]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.year} ({self.version})"


class Decision(models.Model):
    """What the level above made of a return. Whoever sent it never decides it."""

    of = models.OneToOneField(YearReturn, on_delete=models.PROTECT, related_name="decision")
    accepted = models.BooleanField()
    said = models.CharField(max_length=200, default="", blank=True)
    #: Copied from the return, so that the database itself keeps maker and approver apart.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("made_by")), name="return_not_by_its_maker"),
            models.CheckConstraint(condition=Q(accepted=True) | ~Q(said=""), name="return_refused_reason"),
        ]
        indexes = [models.Index(fields=["accepted", "at"], name="return_decided")]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.accepted}"


class Worker(models.Model):
    """Somebody at work for the people's affairs in a village or a township team: a public post."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    name = models.CharField(max_length=40)
    post = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)
    on_performance = models.BooleanField(default=False)
    trained_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(post=""), name="worker_name_and_post"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="worker_dates_ordered"
            ),
            models.UniqueConstraint(
                fields=["area_id", "name", "post"], condition=Q(until=None), name="worker_once"
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "until"], name="worker_where")]

    def __str__(self) -> str:
        return f"{self.name}（{self.post}）"


class Training(models.Model):
    """A training of staff, with how many were asked to come and how many came."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=200)
    title = models.CharField(max_length=80)
    on = models.DateField()
    invited = models.PositiveIntegerField()
    attended = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(attended__lte=F("invited")), name="training_attended"),
            models.UniqueConstraint(fields=["area_id", "title", "on"], name="training_once"),
        ]
        indexes = [models.Index(fields=["scope_no", "-on"], name="training_where")]

    def __str__(self) -> str:
        return self.title


class Marked(models.Model):
    """An area on a dated list: a town or key community that gets one worker more, and the source of it."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="marked_kind_known"),
            models.CheckConstraint(condition=~Q(source=""), name="marked_has_source"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="marked_dates_ordered"
            ),
            models.UniqueConstraint(
                fields=["kind", "area_id"], condition=Q(until=None), name="marked_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "kind"], name="marked_where")]

    def __str__(self) -> str:
        return self.area_name


class Confirmed(models.Model):
    """That the staff register of an area held everybody on a day: only so is an empty one known as empty."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_id", "on"], name="confirmed_once_a_day")]
        indexes = [models.Index(fields=["scope_no"], name="confirmed_where")]


class Base(models.Model):
    """Which people of its villages a county counts by, from a day, and where that is laid down."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    people = models.CharField(max_length=10, choices=People.choices)
    since = models.DateField()
    source = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people__in=People.values), name="base_people_known"),
            models.UniqueConstraint(fields=["area_id", "since"], name="base_once_a_day"),
        ]
