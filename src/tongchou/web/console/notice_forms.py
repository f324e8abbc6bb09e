"""Forms of public notices: hanging one out, a photograph of it, an objection, and what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.notices import api as notices
from tongchou.core import clock
from tongchou.web.console.forms import ConsoleForm


class PostForm(ConsoleForm):
    """Where it hangs; what hangs is chosen beside it."""

    place = forms.CharField(
        label=_("Where it hangs"),
        max_length=120,
        help_text=_("Such as: notice board of the village committee, and of each group."),
    )


class PhotoForm(ConsoleForm):
    """A photograph of the sheet where it hangs."""

    taken_on = forms.DateField(
        label=_("Taken on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    photo = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG or PNG, at most 3 MB. Place and time the camera noted in it are removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_on"].initial = clock.today()


class ObjectForm(ConsoleForm):
    """What is not right with one entry, by anybody."""

    position = forms.IntegerField(label=_("Number of the entry"), min_value=1)
    ground = forms.ChoiceField(
        label=_("What is not right"), choices=[("", _("Choose")), *notices.Ground.choices]
    )
    words = forms.CharField(
        label=_("What you know of it"), max_length=notices.LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact = forms.CharField(
        label=_("How to reach you, if you wish"),
        max_length=60,
        required=False,
        help_text=_("You may stay unnamed. It is stored encrypted and shown to whoever looks into it alone."),
    )


class VerdictForm(ConsoleForm):
    """What looking into an objection has shown."""

    verdict = forms.ChoiceField(
        label=_("What it has shown"), choices=[("", _("Choose")), *notices.Verdict.choices]
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=notices.LONGEST,
        help_text=_("Whoever objected reads it by the code. Name nobody in it."),
    )


class CodeForm(ConsoleForm):
    """The code that was given for an objection."""

    code = forms.CharField(
        label=_("Code of the objection"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
