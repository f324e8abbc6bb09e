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
    group_id = forms.TypedChoiceField(
        label=_("Working group"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", pgettext_lazy("a working group", "None"))],
    )
    on = forms.DateField(label=pgettext_lazy("of a meeting", "Day"), widget=_day())
    agenda = forms.CharField(
        label=_("Agenda"), max_length=2000, widget=_lines(5), help_text=_("Name no family and no resident.")
    )

    def __init__(self, *args: Any, groups: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if groups:
            self.fields["group_id"].choices = [
                ("", pgettext_lazy("a working group", "None")),
                *((one.pk, str(one)) for one in groups),
            ]
        else:
            del self.fields["group_id"]


class GroupForm(ConsoleForm):
    """A working group; its units are chosen once the area is."""

    name = forms.CharField(label=pgettext_lazy("of a working group", "Name"), max_length=80)
    purpose = forms.CharField(label=pgettext_lazy("of a working group", "What it is for"), max_length=300)
    lead = forms.ChoiceField(label=_("Unit that leads"))
    shares = forms.MultipleChoiceField(
        label=_("Units that answer for a share"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, one.name) for one in units]
        self.fields["lead"].choices = choices
        self.fields["shares"].choices = choices


class SeatForm(ConsoleForm):
    """A post that gets a seat."""

    post_id = forms.TypedChoiceField(label=_("Post"), coerce=int)
    leads = forms.BooleanField(label=_("Heads the group"), required=False)

    def __init__(self, *args: Any, posts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post_id"].choices = posts


class StepForm(ConsoleForm):
    """A step of a task, given by its unit."""

    unit_key = forms.ChoiceField(label=pgettext_lazy("of a task", "Unit"))
    what = forms.CharField(label=_("What is to be done"), max_length=300)
    starts = forms.DateField(label=pgettext_lazy("of a task", "First day"), widget=_day())
    due = forms.DateField(label=pgettext_lazy("of a task", "Last day"), widget=_day())

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_key"].choices = [(one.key, one.name) for one in units]


class AskForm(ConsoleForm):
    """Asking that a stage be accepted; the area is chosen beside it."""

    stage = forms.ChoiceField(label=pgettext_lazy("of a plan", "Stage"))
    evidence = forms.CharField(
        label=_("What shows that it is done"),
        max_length=500,
        widget=_lines(3),
        help_text=_("Name no family."),
    )

    def __init__(self, *args: Any, stages: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = stages


class TellForm(ConsoleForm):
    """How many of an initiative an area has; the area is chosen beside it."""

    initiative = forms.ChoiceField(label=pgettext_lazy("of a plan", "Initiative"))
    number = forms.IntegerField(label=_("How many there are"), min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, initiatives: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["initiative"].choices = initiatives


class AssemblyForm(ConsoleForm):
    """A monthly meeting; the village is chosen beside it."""

    on = forms.DateField(label=pgettext_lazy("of a meeting", "Day"), widget=_day())
    words = forms.CharField(
        label=_("What else it speaks of"),
        max_length=1000,
        required=False,
        widget=_lines(4),
        help_text=_("Work, not people: no name, no number of anybody, nothing of pregnancies."),
    )


class RecordForm(ConsoleForm):
    record = forms.CharField(
        label=_("What was agreed on"),
        max_length=2000,
        widget=_lines(5),
        help_text=_("It stays as it is once kept. Name no family and no resident."),
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
