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


class Meeting(models.Model):
    """A joint meeting of an area's units. Its minutes are written once, after it was held."""

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
