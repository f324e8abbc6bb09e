"""Applications as they came in. Nothing of them is deleted; what they say is emptied when its days are over.

An application is what one person asks for one kind and year while it waits; each time it is sent is a row of
its own with a code of its own. Who sends a second one in somebody's name learns nothing by it: the officer
says which of them came from the applicant, and that code alone follows the case.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_BY: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}


class State(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("an application", "Received")
    OPENED = "opened", pgettext_lazy("an application", "Case opened")
    ANSWERED = "answered", pgettext_lazy("an application", "Answered: no case")
    WITHDRAWN = "withdrawn", pgettext_lazy("an application", "Withdrawn")


class Why(models.TextChoices):
    """Why no case can be opened of an application. None of them is about the family's right."""

    NOT_ON_RECORD = "not_on_record", _("The person is not on record here")
    NOT_CONFIRMED = "not_confirmed", _("It could not be confirmed who applies")
    ELSEWHERE = "elsewhere", _("A place outside this prefecture is responsible")


class Missing(models.TextChoices):
    """What the applicant can bring so that it is possible."""

    HOUSEHOLD = "household", _("The household register book")
    IDENTITY = "identity", _("The identity card of the person")
    APPLICANT = "applicant", _("The identity card of who applies")
    GUARDIANSHIP = "guardianship", _("A document that shows who cares for the child")
    MANDATE = "mandate", _("The written mandate of the proxy")
    RESIDENCE = "residence", _("Where the person is registered or lives")


class Act(models.TextChoices):
    SEND = "send", pgettext_lazy("act on an application", "Received")
    AGAIN = "again", pgettext_lazy("act on an application", "Sent again")
    PASS_ON = "pass_on", pgettext_lazy("act on an application", "Passed on to another place")
    OPEN = "open", pgettext_lazy("act on an application", "Case opened")
    ANSWER = "answer", pgettext_lazy("act on an application", "Answered: no case")
    WITHDRAW = "withdraw", pgettext_lazy("act on an application", "Withdrawn")
    WISH = "wish", pgettext_lazy("act on an application", "Wrote again")
    SETTLE = "settle", pgettext_lazy("act on an application", "What was written is settled")


class Application(models.Model):
    """What a person asks for, while it waits and what became of it.

    ``person_index`` finds the person in the register, without saying who it is. ``area_id`` is the village
    that has it now. ``said`` are words of the officer for the applicant, sealed.
    """

    kind = models.CharField(max_length=60)
    private = models.BooleanField(default=False)
    year = models.PositiveSmallIntegerField()
    person_index = models.CharField(max_length=100)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField()
    due = models.DateField()
    provisional = models.BooleanField(default=False)
    case_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=13, choices=Why.choices, default="", blank=True)
    missing = models.CharField(max_length=120, default="", blank=True)
    said = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_index", "kind", "year"],
                condition=Q(state="received"),
                name="application_waits_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_known"),
            models.CheckConstraint(
                condition=Q(state="received", case_id=None, why="", decided_by=None, decided_at=None)
                | Q(state="opened", case_id__isnull=False, why="", decided_by__isnull=False)
                & Q(decided_at__isnull=False)
                | Q(state="answered", case_id=None, why__in=Why.values, decided_by__isnull=False)
                & Q(decided_at__isnull=False)
                | Q(state="withdrawn", case_id=None, why="", decided_by=None, decided_at__isnull=False),
                name="application_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at=None) | ~Q(state="received") & Q(person_index="", said=""),
                name="application_emptied_when_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due", "id", "scope_no", "private"], name="application_waiting"),
            models.Index(
                fields=["decided_at"],
                condition=Q(emptied_at=None, decided_at__isnull=False),
                name="application_to_empty",
            ),
        ]


class Sending(models.Model):
    """One time an application was sent: what it says, sealed, and the code that was given for it.

    ``area_id`` is the village it named. ``chosen``: an officer has seen that it is the applicant's.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sendings")
    code_index = models.CharField(max_length=100, unique=True)
    sealed = models.TextField(default="", blank=True)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    sent_at = models.DateTimeField()
    chosen = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["sent_at", "area_id"], name="sending_lately"),
        ]


class Wish(models.Model):
    """What the applicant wrote to the case by the code, until an officer has noted it."""

    class About(models.TextChoices):
        WITHDRAW = "withdraw", _("Wishes to withdraw")
        BROUGHT = "brought", _("Answers what was asked for")

    sending = models.ForeignKey(Sending, on_delete=models.PROTECT, related_name="wishes")
    about = models.CharField(max_length=8, choices=About.choices)
    sealed = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sending", "about"], condition=Q(settled_at=None), name="wish_waits_once"
            ),
            models.CheckConstraint(condition=Q(about__in=["withdraw", "brought"]), name="wish_known"),
            models.CheckConstraint(
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="wish_settled_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["settled_at"], condition=~Q(sealed=""), name="wish_to_empty"),
        ]


class Step(models.Model):
    """One thing that happened to an application. Only ever added: with it no application can be deleted."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    sending = models.ForeignKey(Sending, on_delete=models.PROTECT, related_name="steps", null=True)
    act = models.CharField(max_length=8, choices=Act.choices)
    from_area_id = models.BigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(act__in=Act.values), name="step_act_known")]
