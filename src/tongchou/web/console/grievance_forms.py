"""Forms of grievances: what the family says, which change of the register it asks for, the answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.domain import codes
from tongchou.web.console.act_forms import DayField, NameField, evidence_fields
from tongchou.web.console.correction_forms import for_values, reason_fields
from tongchou.web.console.forms import ConsoleForm

#: The fields of the proposed change, apart from the others on the page.
CHANGE = ("name", "sex", "birth", "id_number", "reason", "why", "evidence_kind", "evidence")


def _long(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=hint
    )


class GrievanceForm(ConsoleForm):
    """A grievance; the change of the register only where a value of it is given."""

    about = forms.ChoiceField(
        label=_("What it is about"), choices=[("", _("Choose")), *casework.About.choices]
    )
    words = _long(
        _("What the family says"), _("In its own words. Stored encrypted; it stands with this case alone.")
    )
    external = forms.CharField(
        label=_("Number elsewhere"),
        required=False,
        max_length=60,
        help_text=_("Of 12345, of a petition, or of a national system."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = NameField(label=_("Right name"), required=False)
    sex = forms.ChoiceField(label=_("Right sex"), required=False)
    birth = DayField(label=_("Right date of birth"), required=False)
    id_number = forms.CharField(
        label=_("Right identity number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [("", "—"), *((code, codes.SEX.label(code, language)) for code in "12")]
        reasons = reason_fields(for_values())
        self.fields |= {"reason": reasons["reason"], "why": reasons["words"]} | evidence_fields()
        for name in ("reason", "evidence_kind", "evidence"):
            self.fields[name].required = False

    def change(self) -> casework.Change | None:
        """The proposed change; None when no value is given."""
        said = self.cleaned_data
        new = {name: str(said[name]) for name in registry.IDENTITY_FIELDS if said.get(name)}
        if not new:
            return None
        return casework.Change(
            new=new,
            reason=said["reason"],
            words=said["why"],
            evidence_kind=said["evidence_kind"],
            evidence_words=said["evidence"],
        )


class AnswerForm(ConsoleForm):
    """The answer to a grievance, with words for the letter."""

    verdict = forms.ChoiceField(
        label=_("Result"),
        choices=[
            ("", _("Choose")),
            *((value, label) for value, label in casework.Verdict.choices if value),
        ],
    )
    words = _long(_("Reason; it stands in the letter"), _("Plain words for the family. Stored encrypted."))
