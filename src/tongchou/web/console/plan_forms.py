"""Forms of meetings and tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.plans import api as plans
from tongchou.core import clock
from tongchou.web.console.forms import ConsoleForm


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class MeetingForm(ConsoleForm):
    title = forms.CharField(label=pgettext_lazy("of a meeting", "Title"), max_length=80)
    on = forms.DateField(label=pgettext_lazy("of a meeting", "Day"), widget=_day())
    agenda = forms.CharField(
        label=_("Agenda"), max_length=2000, widget=_lines(5), help_text=_("Name no family and no resident.")
    )


class MinutesForm(ConsoleForm):
    minutes = forms.CharField(
        label=_("Minutes"),
        max_length=4000,
        widget=_lines(8),
        help_text=_("They stay as they are once kept. Name no family and no resident."),
    )


class TaskForm(ConsoleForm):
    """An item of the minutes as a task of a unit."""

    unit_key = forms.ChoiceField(label=pgettext_lazy("of a task", "Unit"))
    part = forms.ChoiceField(label=pgettext_lazy("of a task", "Part"), choices=plans.Part.choices)
    what = forms.CharField(label=_("What is to be done"), max_length=300)
    starts = forms.DateField(label=pgettext_lazy("of a task", "First day"), widget=_day())
    due = forms.DateField(label=pgettext_lazy("of a task", "Last day"), widget=_day())

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_key"].choices = [(one.key, one.name) for one in units]
        self.fields["starts"].initial = clock.today()


class EvidenceForm(ConsoleForm):
    evidence = forms.CharField(
        label=_("What shows that it is done"),
        max_length=500,
        widget=_lines(3),
        help_text=_("Name no family."),
    )


class BackForm(ConsoleForm):
    said = forms.CharField(label=_("What it does not show"), max_length=500)
