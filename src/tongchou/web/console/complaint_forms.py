"""Forms of complaints: the one for everybody, following with the code, and what the handling level does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.complaints import api as complaints
from tongchou.core import clock
from tongchou.domain.complaints.words import LONGEST
from tongchou.web.console.forms import ConsoleForm

#: How an officer has heard of it; the page for everybody is not among them.
_CHANNELS = [one for one in complaints.Channel.choices if one[0] != complaints.Channel.PORTAL]


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ComplainForm(ConsoleForm):
    """What is complained of. Of a family there is no field."""

    unit = forms.ChoiceField(label=_("Which office it is about"))
    nature = forms.ChoiceField(label=_("What you want"), choices=complaints.Nature.choices)
    kind = forms.ChoiceField(
        label=pgettext_lazy("complaint", "What it is about"), choices=complaints.Kind.choices
    )
    promise = forms.TypedChoiceField(
        label=_("Which promise"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Only where a promise was not kept."),
    )
    words = forms.CharField(
        label=_("What the office did, or failed to do"),
        widget=_lines(6),
        max_length=LONGEST,
        help_text=_("When, where, what. Leave out numbers of identity cards, and what other families do."),
    )
    own = forms.BooleanField(
        label=_("It happened to my own family, or to somebody who asked me to tell it"),
        required=False,
    )
    privacy = forms.ChoiceField(label=_("Who may know that it was you"), choices=complaints.Privacy.choices)
    name = forms.CharField(
        label=_("Name"), max_length=40, required=False, help_text=_("Only if you want to be named.")
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        help_text=_("Only if the office may call. It is kept sealed, and each look at it is noted."),
    )

    def __init__(
        self,
        *sent: Any,
        units: list[tuple[str, str]],
        promises: list[tuple[int, str]],
        officer: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.fields["unit"].choices = units
        if promises:
            self.fields["promise"].choices = [("", _("None, or I do not know")), *promises]
        else:
            del self.fields["promise"]
        if officer:
            self.fields["channel"] = forms.ChoiceField(
                label=pgettext_lazy("complaint", "How it came in"), choices=_CHANNELS
            )
            self.fields["external"] = forms.CharField(
                label=_("Number at 12345 or the petition office"), max_length=40, required=False
            )

    def said(self) -> complaints.Said:
        """What was filled in, however complete: the act says all that is wrong at once."""
        given = self.cleaned_data
        return complaints.Said(
            unit=given.get("unit", ""),
            nature=given.get("nature", ""),
            kind=given.get("kind", ""),
            words=given.get("words", ""),
            privacy=given.get("privacy", ""),
            own=given.get("own", False),
            who=complaints.Who(given.get("name", ""), given.get("phone", "")),
            promise_id=given.get("promise"),
            external=given.get("external", ""),
        )


class FollowForm(ConsoleForm):
    code = forms.CharField(
        label=_("The code you noted"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class SayForm(ConsoleForm):
    satisfaction = forms.ChoiceField(
        label=_("Are you satisfied with how it was handled?"),
        choices=complaints.Satisfaction.choices,
        help_text=_("It changes nothing for you, and no officer is scored by it."),
    )


class NoteForm(ConsoleForm):
    words = forms.CharField(
        label=_("What was looked into, and what came of it"), widget=_lines(), max_length=complaints.LONGEST
    )


class AskForm(ConsoleForm):
    words = forms.CharField(
        label=_("Question to the unit"),
        widget=_lines(),
        max_length=complaints.LONGEST,
        help_text=_("The unit reads this alone. Say nothing by which it could tell who complains."),
    )


class FindForm(ConsoleForm):
    finding = forms.ChoiceField(label=_("What was found"), choices=complaints.Finding.choices)
    answer = forms.CharField(
        label=_("Answer with its reasons"),
        widget=_lines(5),
        max_length=complaints.LONGEST,
        help_text=_("Whoever complained reads it with the code, and gets it as a letter."),
    )
    mend = forms.CharField(
        label=_("What the unit has to mend"),
        max_length=complaints.LONGEST_PUBLIC,
        required=False,
        help_text=_("Where the unit was wrong. It stands in public: name nobody."),
    )
    mend_days = forms.IntegerField(
        label=_("Working days to mend it"),
        required=False,
        min_value=1,
        max_value=60,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mend_days"].initial = complaints.limits().mend


class ReturnForm(ConsoleForm):
    words = forms.CharField(label=_("Why it goes back"), widget=_lines(2), max_length=complaints.LONGEST)


class PurposeForm(ConsoleForm):
    purpose = forms.CharField(label=_("What you need it for"), max_length=200)


class MeasureForm(ConsoleForm):
    """What was done about whoever held a post of the unit when it came in."""

    tenure = forms.TypedChoiceField(label=_("Post"), coerce=int)
    measure = forms.ChoiceField(label=_("What was done"), choices=complaints.Done.choices)
    on = forms.DateField(
        label=pgettext_lazy("of a measure", "Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, holders: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenure"].choices = holders
        self.fields["on"].initial = clock.today()


class ReplyForm(ConsoleForm):
    words = forms.CharField(label=_("Reply"), widget=_lines(), max_length=complaints.LONGEST)


class MendedForm(ConsoleForm):
    words = forms.CharField(
        label=_("What shows that it is mended"), widget=_lines(), max_length=complaints.LONGEST
    )


class ConfirmForm(ConsoleForm):
    mended = forms.ChoiceField(
        label=_("What was seen"), choices=[("yes", _("It is mended")), ("no", _("It is not mended yet"))]
    )
    words = forms.CharField(label=_("How it was checked"), widget=_lines(2), max_length=complaints.LONGEST)
