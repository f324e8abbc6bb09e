"""People who sign in, the areas they answer for, and the audit chain."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.roles import BUSINESS, KINDS, Role


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by name; ``core.actions.create_account`` makes them.

    A name counts only as it is written: were other spellings accepted, each would have its own count of
    failed sign-ins.
    """


class Account(AbstractBaseUser):
    """A person who signs in. What the account may do and where stands in its assignments alone."""

    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]{2,39}$", _("Use 3 to 40 of a–z, 0–9 and . _ -"))],
    )
    display_name = models.CharField(_("name"), max_length=60)
    language = models.CharField(
        _("language"), max_length=10, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
    large_type = models.BooleanField(_("large type"), default=False)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    #: ``business``, or the one keeper's role it may hold. Triggers (``core.kept_apart``) compare each role.
    kind = models.CharField(max_length=20, default=BUSINESS)
    #: None: the installation itself on its command line.
    made_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    #: The permissions left while a program acts with a token; None for the person. Never stored.
    narrowed: frozenset[str] | None = None

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=["zh-hans", "en"]), name="account_language_known"
            ),
            models.CheckConstraint(condition=~Q(username=""), name="account_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="account_kind_known"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def shown_name(self) -> str:
        """What pages call the account: the name colleagues know, else the user name."""
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def running(self, on: dt.date) -> AssignmentQuerySet:
        """Assignments in force on a day; the day an assignment ends no longer belongs to it."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


class Assignment(models.Model):
    """A role in an area, from a day until it ends.

    The area is named by its number and its interval of scope numbers; renumbering the areas rewrites the
    interval. There is no foreign key because areas belong to a higher layer.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role.choices)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    scope_end = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scope_no__gte=1, scope_no__lte=F("scope_end")), name="assignment_scope_ordered"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="assignment_dates_ordered"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="assignment_role_known"),
            models.UniqueConstraint(
                fields=["account", "role", "area_id"],
                condition=Q(valid_to=None),
                name="assignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.scope_no}–{self.scope_end}"


class AuditEntry(models.Model):
    """One link of the audit chain. Rows are only ever added; triggers in the database refuse the rest.

    There are no foreign keys, so that nothing the row speaks of can be held back or deleted through it.
    Numbers run without gaps: a missing one is a missing row.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    #: The area's number on that day; a later renumbering does not touch it.
    scope_no = models.IntegerField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    detail: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    #: Last row covered by the signed head file when this row was written: shows that the file was cut.
    signed_to = models.BigIntegerField()
    previous = models.CharField(max_length=80)
    hash = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.CheckConstraint(condition=Q(id__gte=1), name="audit_id_from_one")]
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_subject"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.subject}"


class KeyCheck(models.Model):
    """What proves that a key of ``keys.json`` is the one this database was written with."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
