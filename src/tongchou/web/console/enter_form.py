"""Somebody who was never entered, into a household: the form of that one entry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import AppError
from tongchou.domain import codes
from tongchou.domain.dates import PartialDate
from tongchou.web.console.act_forms import DayField, NameField, PeopleSelect, evidence_fields
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.person_acts import HUKOU, relations


class EnterForm(ConsoleForm):
    """Somebody who was never entered, into a household: nothing is asked about why."""

    elsewhere = {"parents": "parent"}

    name = NameField()
    sex = forms.ChoiceField(label=_("Sex"), error_messages={"required": _("Choose the sex.")})
    birth = DayField(label=_("Date of birth"))
    relation = forms.ChoiceField(
        label=_("Relation to head"), error_messages={"required": _("Choose the relation.")}
    )
    id_number = forms.CharField(
        label=_("Identity number"), required=False, max_length=20, help_text=_("If there is one already.")
    )
    hukou_kind = forms.ChoiceField(
        label=_("Kind of hukou"), required=False, choices=[("", _("Not known yet")), *HUKOU]
    )

    def __init__(self, *args: Any, language: str, members: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [("", "—"), *((code, codes.SEX.label(code, language)) for code in "12")]
        self.fields["relation"].choices = relations(language)
        names = [("", _("Not named")), *((str(pk), name) for pk, name in members.items())]
        for place, label in (("parent", _("A parent")), ("other_parent", _("The other parent"))):
            self.fields[place] = forms.ChoiceField(
                label=label,
                required=False,
                choices=names,
                help_text=_("May stay open."),
                widget=PeopleSelect,
            )
        self.fields |= evidence_fields()
        if "namesake" in self.data:
            self.ask_about_namesake()

    def ask_about_namesake(self) -> None:
        """Whether it is somebody else: only asked once there is such a person."""
        self.fields["namesake"] = forms.BooleanField(
            label=_("I have looked: this is not the person of the same name and date of birth."),
            required=False,
        )

    def refused(self, error: AppError) -> AppError | None:
        if error.code == "registry.namesake":
            self.ask_about_namesake()
        return super().refused(error)

    def values(self) -> dict[str, Any]:
        """What ``registry.enter_person`` takes."""
        said = self.cleaned_data
        birth: PartialDate = said["birth"]
        return {
            "name": said["name"],
            "sex": int(said["sex"]),
            "birth": birth,
            "relation": said["relation"],
            "id_number": said["id_number"] or None,
            "hukou_kind": said["hukou_kind"] or None,
            "parent_ids": [int(said[one]) for one in ("parent", "other_parent") if said[one]],
            "evidence_kind": said["evidence_kind"],
            "evidence_words": said["evidence"],
            "namesake": said.get("namesake", False),
        }
