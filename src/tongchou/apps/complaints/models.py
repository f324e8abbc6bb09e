"""Complaints, the level that handles each, what was looked into, and what a unit has to mend.

What somebody said, what was asked, found and answered is sealed. Who complains stands in a table of its own,
sealed too, or nowhere. The code of a complaint is kept as a keyed hash alone.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_BY: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}


class Nature(models.TextChoices):
    COMPLAINT = "complaint", pgettext_lazy("complaint", "Complaint")
    ENQUIRY = "enquiry", pgettext_lazy("complaint", "Enquiry")


class Kind(models.TextChoices):
    """As ``domain.complaints.kinds.Kind``."""

    PAYMENT = "payment", _("Money came late or not at all")
    PROMISE = "promise", _("A promise was not kept")
    NO_REASONS = "no_reasons", _("Refused without reasons")
    SERVICE = "service", _("A service was not offered, or slow")
    CHARGES = "charges", _("Money or things were demanded unlawfully")
    COERCION = "coercion", _("My family or I were pressed or threatened")
    WRONG_DATA = "wrong_data", _("Wrong data that is not mended")
    CONDUCT = "conduct", _("How an official behaved")
    OTHER = "other", pgettext_lazy("complaint", "Something else the unit did or failed to do")


class Channel(models.TextChoices):
    PORTAL = "portal", pgettext_lazy("channel", "Public page")
    PHONE = "phone", pgettext_lazy("channel", "Telephone")
    PAPER = "paper", pgettext_lazy("channel", "Paper or at the window")
    HOTLINE = "hotline", pgettext_lazy("channel", "Passed on by 12345 or the petition office")


class Privacy(models.TextChoices):
    ANONYMOUS = "anonymous", _("Without a name: nobody knows who you are")
    CONTACT = "contact", _("The office that handles it may call me, nobody else knows")
    NAMED = "named", _("With my name, by my own wish; the unit is not told")


class State(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("complaint", "Received")
    ACCEPTED = "accepted", pgettext_lazy("complaint", "Looked into")
    FOUND = "found", pgettext_lazy("complaint", "Answer before a second person")
    ANSWERED = "answered", pgettext_lazy("complaint", "Answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "Withdrawn")


class Finding(models.TextChoices):
    UPHELD = "upheld", pgettext_lazy("finding", "Right")
    PARTLY = "partly", pgettext_lazy("finding", "Partly right")
    NOT_UPHELD = "not_upheld", pgettext_lazy("finding", "Not confirmed")
    TOLD = "told", pgettext_lazy("finding", "Explained, or told who answers it")


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", pgettext_lazy("satisfaction", "Satisfied")
    PARTLY = "partly", pgettext_lazy("satisfaction", "Partly satisfied")
    NOT_SATISFIED = "not_satisfied", pgettext_lazy("satisfaction", "Not satisfied")


class Why(models.TextChoices):
    """Why a level has a complaint."""

    FIRST = "first", pgettext_lazy("round", "Stands above the unit")
    LATE = "late", pgettext_lazy("round", "The level below was late")
    APPEAL = "appeal", pgettext_lazy("round", "Asked to look at it anew")


class Act(models.TextChoices):
    RECEIVE = "receive", pgettext_lazy("act on a complaint", "Received")
    ACCEPT = "accept", pgettext_lazy("act on a complaint", "Accepted")
    NOTE = "note", pgettext_lazy("act on a complaint", "Looked into")
    ASK = "ask", pgettext_lazy("act on a complaint", "Question put to the unit")
    REPLY = "reply", pgettext_lazy("act on a complaint", "Reply of the unit")
    FIND = "find", pgettext_lazy("act on a complaint", "Finding proposed")
    RETURN = "return", pgettext_lazy("act on a complaint", "Sent back by the second person")
    APPROVE = "approve", pgettext_lazy("act on a complaint", "Answered")
    ESCALATE = "escalate", pgettext_lazy("act on a complaint", "Late: gone up a level")
    APPEAL = "appeal", pgettext_lazy("act on a complaint", "Appealed to the next level")
    WITHDRAW = "withdraw", pgettext_lazy("act on a complaint", "Withdrawn")
    SAY = "say", pgettext_lazy("act on a complaint", "Said whether satisfied")
    SHOW = "show", pgettext_lazy("act on a complaint", "Contact shown")
    MEASURE = "measure", pgettext_lazy("act on a complaint", "Done about the official")
    REPORT = "report", pgettext_lazy("act on a complaint", "The unit reports it as mended")
    CONFIRM = "confirm", pgettext_lazy("act on a complaint", "Mending confirmed")
    REJECT = "reject", pgettext_lazy("act on a complaint", "Not mended yet")


class Mending(models.TextChoices):
    OWED = "owed", pgettext_lazy("breach", "To be mended")
    REPORTED = "reported", pgettext_lazy("breach", "Reported as mended, being checked")
    CLEARED = "cleared", pgettext_lazy("breach", "Mended")


class Done(models.TextChoices):
    """As ``domain.complaints.kinds.Measure``."""

    TALK = "talk", pgettext_lazy("measure", "Talked to")
    TRAINING = "training", pgettext_lazy("measure", "Training")
    CRITICISED = "criticised", pgettext_lazy("measure", "Criticised in writing")
    MOVED = "moved", pgettext_lazy("measure", "Taken off the task")
    DISCIPLINE = "discipline", pgettext_lazy("measure", "Handed to the disciplinary body")
    NONE = "none", pgettext_lazy("measure", "Nothing, the official is not to blame")


class Complaint(models.Model):
    """A complaint or an enquiry. ``area_id``, ``scope_no`` are of the level that has it, never the unit's."""

    nature = models.CharField(max_length=9, choices=Nature.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    channel = models.CharField(max_length=7, choices=Channel.choices)
    #: Number of 12345 or the petition office.
    external = models.CharField(max_length=40, default="", blank=True)
    privacy = models.CharField(max_length=9, choices=Privacy.choices)
    unit_key = models.CharField(max_length=60)
    unit_area_id = models.BigIntegerField()
    unit_name = models.CharField(max_length=260)
    department_id = models.BigIntegerField(null=True)
    #: The promise of a published letter that was not kept.
    promise_id = models.BigIntegerField(null=True)
    sealed = models.TextField()
    code_index = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField()
    #: Who took it down, where it did not come by the public page.
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    #: At the unit's own county, where nobody is above it: its supervisor alone.
    supervised = models.BooleanField(default=False)
    #: No level is left to go up to.
    top = models.BooleanField(default=False)
    #: The last day of what is next: accepting, then answering.
    due = models.DateField()
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="complaint_nature_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="complaint_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_known"),
            models.CheckConstraint(condition=Q(privacy__in=Privacy.values), name="complaint_privacy_known"),
            models.CheckConstraint(
                condition=Q(channel="portal", recorded_by=None)
                | Q(channel__in=["phone", "paper", "hotline"], recorded_by__isnull=False),
                name="complaint_taken_down_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due", "id", "scope_no"], name="complaint_queue"),
            models.Index(fields=["scope_no", "-id"], name="complaint_where"),
            models.Index(fields=["received_at", "unit_area_id"], name="complaint_lately"),
        ]


class Contact(models.Model):
    """Who complains, sealed. Anonymous complaints have none; it is emptied when its days are over."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="contact")
    sealed = models.TextField()


class Round(models.Model):
    """One level's handling, with its own days and its own answer."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=6, choices=Why.choices)
    area_id = models.BigIntegerField()
    #: Code of the area that handles it, for the counts of a month.
    handler = models.CharField(max_length=60)
    level = models.CharField(max_length=12)
    started_on = models.DateField()
    accept_due = models.DateField()
    answer_due = models.DateField()
    provisional = models.BooleanField(default=False)
    accepted_on = models.DateField(null=True)
    finding = models.CharField(max_length=10, choices=Finding.choices, default="", blank=True)
    #: The answer with its reasons, sealed.
    answer = models.TextField(default="", blank=True)
    #: What the unit has to mend, in words that stand in public.
    mend = models.CharField(max_length=200, default="", blank=True)
    mend_days = models.PositiveSmallIntegerField(null=True)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    answered_on = models.DateField(null=True)
    #: Gone up, or withdrawn, without an answer of this level.
    ended_on = models.DateField(null=True)
    satisfaction = models.CharField(max_length=13, choices=Satisfaction.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="round_once"),
            models.CheckConstraint(
                condition=Q(answered_on=None, approved_by=None)
                | Q(answered_on__isnull=False, approved_by__isnull=False, found_by__isnull=False)
                & ~Q(finding="")
                & ~Q(answer="")
                & ~Q(approved_by=F("found_by")),
                name="round_answered_by_two",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction="") | Q(answered_on__isnull=False), name="round_satisfied_after"
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(ended_on=None), name="round_ends_one_way"
            ),
        ]
        indexes = [models.Index(fields=["answer_due"], name="round_due")]


class Step(models.Model):
    """What was done with a complaint. Only ever added."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=8, choices=Act.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    at = models.DateTimeField()
    sealed = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(act__in=Act.values), name="complaint_act_known")]


class Question(models.Model):
    """What the handling level asks the unit. The unit sees this alone, and never who complains."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="questions")
    unit_area_id = models.BigIntegerField()
    unit_scope_no = models.IntegerField()
    unit_name = models.CharField(max_length=260)
    department_id = models.BigIntegerField(null=True)
    sealed = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    asked_at = models.DateTimeField()
    due = models.DateField()
    reply = models.TextField(default="", blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reply="", replied_by=None, replied_at=None)
                | ~Q(reply="") & Q(replied_by__isnull=False, replied_at__isnull=False),
                name="question_replied_by_someone",
            )
        ]
        indexes = [models.Index(fields=["unit_scope_no", "-id"], name="question_where")]


class Breach(models.Model):
    """An upheld breach on the public record of a unit. It clears when the level above has seen it mended."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="breach")
    unit_key = models.CharField(max_length=60)
    unit_area_id = models.BigIntegerField()
    unit_scope_no = models.IntegerField()
    unit_name = models.CharField(max_length=260)
    department_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    what = models.CharField(max_length=200)
    found_on = models.DateField()
    due = models.DateField()
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=Mending.choices, default=Mending.OWED)
    reported_on = models.DateField(null=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    cleared_on = models.DateField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="breach_says_what"),
            models.CheckConstraint(
                condition=Q(state="owed", cleared_on=None)
                | Q(state="reported", reported_on__isnull=False, cleared_on=None)
                | Q(state="cleared", reported_on__isnull=False, cleared_on__isnull=False)
                & Q(cleared_by__isnull=False)
                & ~Q(cleared_by=F("reported_by")),
                name="breach_cleared_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["unit_scope_no", "state"], name="breach_where"),
            models.Index(fields=["due"], name="breach_due"),
        ]


class Taken(models.Model):
    """What was done about the official who holds a post. Only ever added."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="taken")
    tenure_id = models.BigIntegerField()
    #: The post and its holder as they were called then.
    post = models.CharField(max_length=60)
    holder = models.CharField(max_length=40)
    measure = models.CharField(max_length=10, choices=Done.choices)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(measure__in=Done.values), name="taken_measure_known")
        ]
