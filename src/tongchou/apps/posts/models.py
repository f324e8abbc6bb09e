"""Departments of areas, the posts that answer for a unit, and who held them when."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

#: A telephone number of an office.
PHONE: Final = re.compile(r"[0-9+() -]{5,20}", re.ASCII)


class Duty(models.TextChoices):
    """What a post answers for. The papers name three at each level (spec D5)."""

    HEAD = "head", pgettext_lazy("post", "Secretary, answers first")
    DEPUTY = "deputy", pgettext_lazy("post", "Deputy in charge")
    CONTACT = "contact", pgettext_lazy("post", "Contact cadre of the village")


class Department(models.Model):
    """A department of an area's government, which promises, is given targets and is judged like an area."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_id", "code"], name="department_code_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="department_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="department_dates_ordered"
            ),
        ]
        indexes = [models.Index(fields=["scope_no"], name="department_where")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post of a unit: an area's own government, or a department of it."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    #: Null for the area's own government or village committee.
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="posts")
    duty = models.CharField(max_length=8, choices=Duty.choices)
    title = models.CharField(max_length=60)
    #: Telephone of the office, by which anybody reaches whoever holds the post. Never a private number.
    phone = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="post_duty_known"),
            models.CheckConstraint(condition=~Q(title=""), name="post_has_title"),
            models.UniqueConstraint(fields=["area_id", "department", "title"], name="post_title_once"),
            # Beside it, since SQLite takes two empty departments for two.
            models.UniqueConstraint(
                fields=["area_id", "title"], condition=Q(department=None), name="post_own_title_once"
            ),
        ]
        indexes = [models.Index(fields=["scope_no"], name="post_where")]

    def __str__(self) -> str:
        return self.title


class Tenure(models.Model):
    """Who held a post from when to when. A public office: the name stands in public."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tenures")
    holder = models.CharField(max_length=40)
    #: The holder's account here, where there is one: what is handed over when the holder changes.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    since = models.DateField()
    until = models.DateField(null=True)
    #: Number of the paper of appointment.
    document = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(holder=""), name="tenure_has_holder"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="tenure_dates_ordered"
            ),
            models.UniqueConstraint(fields=["post"], condition=Q(until=None), name="tenure_one_holder"),
            models.UniqueConstraint(fields=["post", "since"], name="tenure_one_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.holder}（{self.post}）"
