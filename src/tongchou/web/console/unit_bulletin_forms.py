"""Forms of month's closing and of bulletins of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.accountability import api as bulletins
from tongchou.domain.accountability.bulletin import Kind
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.presenters import unit_bulletin_words as words


class MakeForm(ConsoleForm):
    """A new bulletin; the area is chosen beside it."""

    kind = forms.ChoiceField(label=_("Kind of bulletin"))
    period = forms.CharField(
        label=_("Period"),
        max_length=8,
        help_text=_("2026-03 for a month, 2026-Q1 for a quarter, 2026-H1 for a half-year, 2026 for a year."),
    )
    departments = forms.BooleanField(
        label=_("Of its departments instead of the areas below it"), required=False
    )
    reason = forms.CharField(
        label=_("Why it is stated anew"),
        max_length=300,
        required=False,
        help_text=_("Only where the period is published. The reason stands in public; the new one holds."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, words.KINDS[kind]) for kind in Kind]


class ReplyForm(ConsoleForm):
    """A unit's own words."""

    words = forms.CharField(
        label=_("What your unit says"),
        max_length=bulletins.LONGEST_REPLY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Once, in up to 500 characters, without names of people. It is printed beside your row."),
    )


class RestateForm(ConsoleForm):
    """A count of a closed month that was wrong."""

    unit = forms.ChoiceField(label=_("Unit"))
    count = forms.ChoiceField(label=_("Count"))
    value = forms.IntegerField(label=_("The right number"), min_value=0)
    reason = forms.CharField(
        label=_("Why it is another"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A second person confirms it; then both numbers and the reason are public. Name nobody."),
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts = indicators.load().counts
        told = sorted(code for code in bulletins.told_counts() if code in counts and words.may_be_told(code))
        for name, choices in (
            ("unit", list(units)),
            ("count", [(code, words.title(code)) for code in told]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


def months(today: dt.date, number: int = 18) -> list[dt.date]:
    """First days of the months that are over, the latest first."""
    found, first = [], today.replace(day=1)
    for _n in range(number):
        first = (first - dt.timedelta(days=1)).replace(day=1)
        found.append(first)
    return found


class AlertForm(ConsoleForm):
    """How a question to a unit ended."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=bulletins.Outcome.choices)
    reason = forms.CharField(
        label=_("What was found"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class DecideForm(ConsoleForm):
    """A decision on a proposal."""

    accept = forms.ChoiceField(
        label=_("Decision"), choices=[("yes", _("Accept the proposal")), ("no", _("Decline the proposal"))]
    )
    heard_on = forms.DateField(
        label=_("The official was heard on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Nothing about an official is decided before the official was heard. Empty for a unit."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
