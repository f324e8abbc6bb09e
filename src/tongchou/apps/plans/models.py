"""Joint meetings, the tasks that come of them, and every step of a task."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """What is known of a task; the steps are those of ``domain.plans.tasks``."""

    OPEN = "open", pgettext_lazy("task", "Open")
    REPORTED = "reported", pgettext_lazy("task", "Reported, to be confirmed")
    DONE = "done", pgettext_lazy("task", "Done, confirmed")


class Part(models.TextChoices):
    """In which part a unit has a task: it leads, or it answers for its own share."""

    LEAD = "lead", pgettext_lazy("task", "Leads")
    SHARE = "share", pgettext_lazy("task", "Responsible for its share")


class Group(models.Model):
    """A working group of an area: which posts sit in it, which units lead and answer for a share."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=200)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(purpose=""), name="group_has_name"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="group_dates"),
            models.UniqueConstraint(
                fields=["area_id", "name"], condition=Q(until=None), name="group_one_of_a_name"
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "until"], name="group_where")]

    def __str__(self) -> str:
        return f"{self.area_name} {self.name}"


class Seat(models.Model):
    """A post that sits in a working group, whoever holds it. It ends with a day, and stays."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="seats")
    post_id = models.BigIntegerField()
    unit_name = models.CharField(max_length=200)
    title = models.CharField(max_length=60)
    leads = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "post_id"], condition=Q(until=None), name="seat_once_a_post"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="seat_dates"),
        ]


class GroupUnit(models.Model):
    """A unit of a working group: one leads, others answer for their share."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="units")
    unit_key = models.CharField(max_length=64)
    unit_name = models.CharField(max_length=200)
    part = models.CharField(max_length=5, choices=Part.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "unit_key"], name="group_unit_once"),
            models.UniqueConstraint(fields=["group"], condition=Q(part="lead"), name="group_one_leads"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="group_part_known"),
        ]


class Meeting(models.Model):
    """A joint meeting of an area's units. Its minutes are written once, after it was held."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meetings", null=True)
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=200)
    title = models.CharField(max_length=80)
    on = models.DateField()
    agenda = models.CharField(max_length=2000)
    minutes = models.CharField(max_length=4000, default="", blank=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(agenda=""), name="meeting_has_agenda"),
            models.CheckConstraint(
                condition=Q(minutes="", minuted_by=None) | ~Q(minutes="") & Q(minuted_by__isnull=False),
                name="meeting_minutes_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["scope_no", "-on", "-id"], name="meeting_where")]

    def __str__(self) -> str:
        return f"{self.area_name} {self.title}"


class Task(models.Model):
    """A task of a unit. Its words and days stay; then only its state changes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="tasks")
    #: The task it is a step of: the unit that has that one gave it.
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="parts", null=True)
    #: The area of the unit, its own or that of the department: whoever works there reports.
    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    unit_key = models.CharField(max_length=64)
    unit_name = models.CharField(max_length=200)
    part = models.CharField(max_length=5, choices=Part.choices)
    what = models.CharField(max_length=300)
    starts = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    evidence = models.CharField(max_length=500, default="", blank=True)
    reported_on = models.DateField(null=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    done_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~Q(unit_key=""), name="task_has_words_and_unit"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="task_part_known"),
            models.CheckConstraint(condition=Q(due__gte=F("starts")), name="task_days_ordered"),
            models.CheckConstraint(
                condition=Q(state="open", reported_on=None, reported_by=None, done_on=None, confirmed_by=None)
                | Q(state="reported", reported_on__isnull=False, reported_by__isnull=False, done_on=None)
                & Q(confirmed_by=None)
                & ~Q(evidence="")
                | Q(state="done", done_on__isnull=False, confirmed_by__isnull=False) & ~Q(evidence=""),
                name="task_evidence_before_done",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("reported_by")),
                name="task_second_person_confirms",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no", "due", "id"], name="task_where"),
            models.Index(fields=["meeting", "due"], name="task_of_meeting"),
        ]


class Step(models.Model):
    """What was done with a task. Only ever added."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=8)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    said = models.CharField(max_length=500, default="", blank=True)


class Accepted(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("acceptance", "Asked for, before the level above")
    ACCEPTED = "accepted", pgettext_lazy("acceptance", "Accepted")
    RETURNED = "returned", pgettext_lazy("acceptance", "Given back")


class Acceptance(models.Model):
    """That a stage of the plan was accepted for an area, on what evidence; one asks, another accepts."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=200)
    #: First year of the plan, and the stage's code in ``reference/accountability/stages.yaml``.
    year = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=20)
    evidence = models.CharField(max_length=500)
    #: Tasks of the area on that day: all, done, late.
    numbers = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=Accepted.choices, default=Accepted.PROPOSED)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    said = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_id", "year", "stage"],
                condition=Q(state__in=["proposed", "accepted"]),
                name="acceptance_once_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_on=None)
                | Q(state__in=["accepted", "returned"], decided_by__isnull=False, decided_on__isnull=False)
                & ~Q(decided_by=F("asked_by")),
                name="acceptance_by_two",
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="acceptance_has_evidence"),
        ]
        indexes = [models.Index(fields=["scope_no", "year"], name="acceptance_where")]


class Told(models.Model):
    """How many of an initiative (百千万工程) a unit says there are: a number, no name. Only ever added."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    initiative = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["initiative", "area_id", "-id"], name="told_newest")]


class Assembly(models.Model):
    """The monthly meeting of a village: an agenda of numbers and words that name nobody; its record, once."""

    area_id = models.BigIntegerField()
    scope_no = models.IntegerField()
    area_name = models.CharField(max_length=200)
    on = models.DateField()
    #: Topics with their numbers on the day it was called, as ``domain.plans.agenda`` has them.
    points = models.JSONField(default=list)
    words = models.CharField(max_length=1000, default="", blank=True)
    record = models.CharField(max_length=2000, default="", blank=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_id", "on"], name="assembly_once_a_day")]
        indexes = [models.Index(fields=["scope_no", "-on"], name="assembly_where")]

    def __str__(self) -> str:
        return f"{self.area_name} {self.on}"
