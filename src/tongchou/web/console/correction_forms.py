"""Forms of corrections: what is to stand in the register, why, and by which document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry import api as registry
from tongchou.domain import codes
from tongchou.web.console.act_forms import DayField, NameField, evidence_fields
from tongchou.web.console.forms import ConsoleForm


def reason_fields(reasons: list[tuple[str, Any]]) -> dict[str, forms.Field]:
    return {
        "reason": forms.ChoiceField(
            label=_("Reason"),
            choices=[("", _("Choose a reason")), *reasons],
            error_messages={"required": _("Choose a reason from the list.")},
        ),
        "words": forms.CharField(
            label=_("More about the reason"),
            required=False,
            max_length=corrections.LONGEST,
            help_text=_("Needed for another reason. It is stored encrypted."),
        ),
    }


_FOR_VALUES = ("mistyped", "document_changed", "other_person", "other")
_FOR_ENTRIES = ("other_person", "not_so", "twice", "mistyped", "other")


def _choices(values: tuple[str, ...]) -> list[tuple[str, Any]]:
    labels = dict(corrections.Reason.choices)
    return [(value, labels[value]) for value in values]


def for_values() -> list[tuple[str, Any]]:
    """The reasons for which a value of the register is corrected."""
    return _choices(_FOR_VALUES)


class AskForm(ConsoleForm):
    """New values beside the old ones; a field left as it is, or empty, is not corrected."""

    name = NameField(required=False)
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    birth = DayField(label=_("Date of birth"), required=False)
    id_number = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=20,
        help_text=_("Only when it is to change: the full number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].kept = str(self.initial.get("name", ""))
        self.fields["sex"].choices = [("", "—"), *((code, codes.SEX.label(code, language)) for code in "12")]
        self.fields |= reason_fields(_choices(_FOR_VALUES)) | evidence_fields()

    def values(self) -> dict[str, Any]:
        """What ``corrections.ask_correction`` takes."""
        said = self.cleaned_data
        new = {name: str(said[name]) for name in registry.IDENTITY_FIELDS if said[name]}
        return {
            "new": new,
            "reason": said["reason"],
            "words": said["words"],
            "evidence_kind": said["evidence_kind"],
            "evidence_words": said["evidence"],
        }


class TakeBackForm(ConsoleForm):
    """Why an entry was a mistake."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= reason_fields(_choices(_FOR_ENTRIES))


class RefuseForm(ConsoleForm):
    """Why a request is refused, for the one who asked."""

    refusal = forms.ChoiceField(
        label=_("Reason for refusing"),
        choices=[("", _("Choose a reason")), *corrections.Refusal.choices],
        error_messages={"required": _("Choose a reason from the list.")},
    )
