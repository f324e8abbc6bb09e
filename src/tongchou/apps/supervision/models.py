"""Draws of records and their checks, inspections, and rectification notices with all that was done.

Nothing here is about a person: a record is named by its number, a unit by its key. Words and pictures that
people hand in are sealed.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_BY: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}


class Kind(models.TextChoices):
    """As ``domain.supervision.draws.Kind``, which brings NumPy along; a test holds the two together."""

    CASES_DECIDED = "cases_decided", _("Cases decided")
    PAYMENTS = "payments", _("Payments made")
    DELIVERIES = "deliveries", _("Deliveries of the commitment")
    CALL_BACKS = "call_backs", _("Call-backs about promises")
    NOTICES = "notices", _("Public notices hung")
    STAFF = "staff", _("Staff register")
    RECORDS_ENTERED = "records_entered", _("Entries of moves and deaths")


class Method(models.TextChoices):
    """As ``domain.sampling.Method``."""

    SIMPLE = "simple", pgettext_lazy("sample", "Simple")
    STRATIFIED = "stratified", pgettext_lazy("sample", "By area, in proportion")
    BY_SIZE = "by_size", pgettext_lazy("sample", "Areas by their size, then records in each")


class Finding(models.TextChoices):
    """As ``domain.supervision.draws.Finding``."""

    RIGHT = "right", pgettext_lazy("check", "Agrees")
    WRONG = "wrong", pgettext_lazy("check", "Differs")
    NOT_FOUND = "not_found", pgettext_lazy("check", "Not found")


class Fault(models.TextChoices):
    """As ``domain.supervision.draws.Fault``."""

    DATE = "date", pgettext_lazy("fault", "Date")
    AMOUNT = "amount", pgettext_lazy("fault", "Amount")
    IDENTITY = "identity", pgettext_lazy("fault", "Whose record it is")
    PLACE = "place", pgettext_lazy("fault", "Place")
    PAPER_MISSING = "paper_missing", pgettext_lazy("fault", "The paper behind it is missing")
    NOT_DONE = "not_done", pgettext_lazy("fault", "It was not done")
    OTHER = "other", pgettext_lazy("fault", "Something else in the record")


class Reason(models.TextChoices):
    """As ``domain.sampling.Reason``: whoever declines and whoever does not answer are one."""

    NOT_THERE = "not_there", pgettext_lazy("replacement", "Not there any more")
    NO_ANSWER = "no_answer", pgettext_lazy("replacement", "No answer, or would rather not")
    CANNOT_BE_REACHED = "cannot_be_reached", pgettext_lazy("replacement", "The place cannot be reached")


class Why(models.TextChoices):
    """Why an inspection is made."""

    PLANNED = "planned", pgettext_lazy("inspection", "Planned")
    COMPLAINT = "complaint", pgettext_lazy("inspection", "After a complaint")
    ALERT = "alert", pgettext_lazy("inspection", "After figures that had to be asked about")


class Answer(models.TextChoices):
    YES = "yes", pgettext_lazy("inspection", "As it should be")
    NO = "no", pgettext_lazy("inspection", "Not as it should be")
    NONE = "none", pgettext_lazy("inspection", "Does not apply")


class NoticeState(models.TextChoices):
    """As ``domain.supervision.rectification.State``."""

    ISSUED = "issued", pgettext_lazy("rectification", "Waits for the unit's reply")
    REPLIED = "replied", pgettext_lazy("rectification", "Waits for the re-check")
    CLOSED = "closed", pgettext_lazy("rectification", "Mended and closed")


class Act(models.TextChoices):
    ISSUE = "issue", pgettext_lazy("act on a rectification", "Notice issued")
    EXTEND = "extend", pgettext_lazy("act on a rectification", "Last day moved")
    REPLY = "reply", pgettext_lazy("act on a rectification", "Reply of the unit")
    CLOSE = "close", pgettext_lazy("act on a rectification", "Re-checked: mended")
    AGAIN = "again", pgettext_lazy("act on a rectification", "Re-checked: not mended yet")
    ESCALATE = "escalate", pgettext_lazy("act on a rectification", "Late: stands before the next level")


class Secret(models.Model):
    """The secret of an area that draws, for a month, sealed; its hash is public from its first day."""

    watch_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    month = models.DateField()
    sealed = models.TextField()
    committed = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "month"], name="secret_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="secret_first_day"),
        ]
        indexes = [models.Index(fields=["month", "code"], name="secret_where")]


class OfUnit(models.Model):
    """Something about a unit, kept by the level above it. ``watch_id``, ``scope_no`` are of that level."""

    watch_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    watch_level = models.CharField(max_length=12)
    unit_key = models.CharField(max_length=60)
    unit_area_id = models.BigIntegerField()
    unit_scope_no = models.IntegerField()
    unit_name = models.CharField(max_length=260)
    department_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Draw(OfUnit):
    """A sample of the records of a unit's closed month. The draw itself is never changed, only ended."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    month = models.DateField()
    number = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=10, choices=Method.choices)
    #: Confidence and margin in thousandths.
    confidence = models.PositiveSmallIntegerField()
    margin = models.PositiveSmallIntegerField()
    areas = models.PositiveSmallIntegerField(null=True)
    each = models.PositiveSmallIntegerField(null=True)
    secret = models.ForeignKey(Secret, **_BY)
    #: Hash of the closed month.
    seal = models.CharField(max_length=64)
    closed_on = models.DateField()
    of_level = models.CharField(max_length=12)
    seed = models.CharField(max_length=64)
    #: The frame as JSON: ``[[number of the record, code of its area], …]``; and its hash.
    frame = models.TextField()
    frame_sha256 = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    done_on = models.DateField(null=True)
    checked = models.PositiveIntegerField(null=True)
    right = models.PositiveIntegerField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_key", "month", "kind", "number"], name="draw_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="draw_kind_known"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="draw_method_known"),
            models.CheckConstraint(condition=Q(population__gte=1), name="draw_of_something"),
            models.CheckConstraint(
                condition=Q(done_on=None, checked=None, value=None)
                | Q(done_on__isnull=False, checked__gte=1, right__lte=F("checked"))
                & Q(value__gte=0, value__lte=1, low__lte=F("value"), high__gte=F("value")),
                name="draw_done_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "-id"], name="draw_where"),
            models.Index(fields=["done_on"], name="draw_done"),
        ]


class Item(models.Model):
    """A record to be checked, as it was reported when it was drawn."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=40)
    #: Code and name of the area it belongs to.
    area = models.CharField(max_length=40)
    where = models.CharField(max_length=120)
    label = models.CharField(max_length=60)
    #: ``[[name of the fact, value], …]``: days, amounts and states; nobody's name.
    facts = models.JSONField(default=list)
    instead_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="instead")
    #: Why it could not be checked; the next of the reserve took its place.
    replaced = models.CharField(max_length=17, choices=Reason.choices, default="", blank=True)
    replaced_on = models.DateField(null=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="item_position_once"),
            models.UniqueConstraint(fields=["draw", "ref"], name="item_once"),
            models.CheckConstraint(
                condition=Q(replaced="", replaced_on=None, replaced_by=None)
                | Q(
                    replaced__in=Reason.values,
                    replaced_on__isnull=False,
                    replaced_by__isnull=False,
                ),
                name="item_replaced_by_someone",
            ),
        ]


class Check(models.Model):
    """What was found of a record. Only ever added."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="check_made")
    finding = models.CharField(max_length=9, choices=Finding.choices)
    fault = models.CharField(max_length=13, choices=Fault.choices, default="", blank=True)
    sealed = models.TextField(default="", blank=True)
    on_paper = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(finding__in=Finding.values), name="check_finding_known"),
            models.CheckConstraint(
                condition=Q(finding="wrong", fault__in=Fault.values) | ~Q(finding="wrong") & Q(fault=""),
                name="check_fault_of_the_wrong",
            ),
        ]


class Inspection(OfUnit):
    """A visit to an office or an institution with a closed list of questions."""

    why = models.CharField(max_length=9, choices=Why.choices)
    checklist = models.CharField(max_length=40)
    #: The institution that is inspected; the unit answers for it. Empty for the unit's own office.
    institution = models.CharField(max_length=80, default="", blank=True)
    day = models.DateField()
    #: The complaint behind it: for those alone who may look into it, never for the unit.
    complaint_id = models.BigIntegerField(null=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    #: Its answers: code of the question, answer; the words beside it are sealed as one.
    answers = models.JSONField(default=dict)
    sealed = models.TextField(default="", blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=Why.values), name="inspection_why_known"),
            models.CheckConstraint(
                condition=Q(why="complaint", complaint_id__isnull=False)
                | ~Q(why="complaint") & Q(complaint_id=None),
                name="inspection_of_a_complaint",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="inspection_done_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-day"], name="inspection_where")]


class Notice(OfUnit):
    """A rectification notice (整改通知书) to a unit, from one draw or one inspection."""

    draw = models.OneToOneField(Draw, null=True, on_delete=models.PROTECT, related_name="notice")
    inspection = models.OneToOneField(Inspection, null=True, on_delete=models.PROTECT, related_name="notice")
    #: Kind of record or code of the checklist: what repeats are counted by.
    about = models.CharField(max_length=40)
    #: ``[[code of the fault or question, how many, labels of the records], …]``
    found = models.JSONField()
    demand = models.TextField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    issued_on = models.DateField()
    #: The last day for the reply that is awaited now, and from where it was counted.
    due = models.DateField()
    due_from = models.DateField()
    due_days = models.PositiveSmallIntegerField()
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=NoticeState.choices, default=NoticeState.ISSUED)
    #: Earlier notices of the same kind to the same unit within a year.
    repeats = models.PositiveSmallIntegerField(default=0)
    escalated_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="rectify_state_known"),
            models.CheckConstraint(
                condition=Q(draw__isnull=False, inspection=None) | Q(draw=None, inspection__isnull=False),
                name="rectify_from_one_thing",
            ),
            models.CheckConstraint(condition=Q(due__gt=F("issued_on")), name="rectify_leaves_a_day"),
        ]
        indexes = [
            models.Index(fields=["scope_no", "state", "due"], name="rectify_where"),
            models.Index(fields=["unit_scope_no", "-id"], name="rectify_of_unit"),
            models.Index(fields=["state", "due"], name="rectify_due"),
        ]


class Step(models.Model):
    """What was done about a notice. Only ever added."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=8, choices=Act.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    on = models.DateField()
    at = models.DateTimeField()
    sealed = models.TextField(default="", blank=True)
    old_due = models.DateField(null=True)
    new_due = models.DateField(null=True)
    late = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(act__in=Act.values), name="rectify_act_known")]


class Evidence(models.Model):
    """A picture or document without what a camera adds, sealed. Only ever added."""

    check_made = models.ForeignKey(Check, null=True, on_delete=models.PROTECT, related_name="evidence")
    inspection = models.ForeignKey(Inspection, null=True, on_delete=models.PROTECT, related_name="evidence")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    sealed = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(check_made__isnull=False, inspection=None, step=None)
                | Q(check_made=None, inspection__isnull=False, step=None)
                | Q(check_made=None, inspection=None, step__isnull=False),
                name="evidence_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(kind__in=["jpeg", "png", "pdf"]), name="evidence_kind_known"),
        ]


class Falsification(models.Model):
    """That the figures behind a notice were made up: said by one, answered, decided by another."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="falsification")
    sealed = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, **_BY)
    at = models.DateTimeField()
    #: Last day for the unit's answer.
    hear_by = models.DateField()
    answer = models.TextField(default="", blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    answered_at = models.DateTimeField(null=True)
    proven = models.BooleanField(null=True)
    reason = models.TextField(default="", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_BY)
    decided_at = models.DateTimeField(null=True)
    #: The case in ``accountability``, once the decision is final.
    case_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proven=None, decided_by=None, decided_at=None, case_id=None)
                | Q(proven__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("by"))
                & ~Q(reason=""),
                name="falsification_decided_by_a_second",
            ),
            models.CheckConstraint(
                condition=Q(case_id=None) | Q(proven=True), name="falsification_case_of_the_proven"
            ),
        ]
