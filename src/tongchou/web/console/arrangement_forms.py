"""With whom a member lives, and who answers for a child: forms of a household's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.web.console import formatters
from tongchou.web.console.act_forms import BY_NUMBER, DayField, PeopleSelect, evidence_fields
from tongchou.web.console.area_picker import AreaField
from tongchou.web.console.household_forms import HouseForm, Plan

#: What a guardianship can rest on that names no person.
NOBODY, OFFICE = "", "office"


class LodgingForm(HouseForm):
    title, done = _("Record living in another household"), _("It is recorded where the person lives.")
    about = _("Registered here, living in another household of your areas. The registration stays as it is.")

    person = forms.ChoiceField(
        label=_("Which member"), widget=PeopleSelect, error_messages={"required": _("Choose who it is.")}
    )
    over = forms.BooleanField(
        label=_("The person does not live in another household any more"), required=False
    )
    area = AreaField(
        permission="registry.correct",
        level=places.Level.VILLAGE,
        required=False,
        label=_("Village of the household the person lives in"),
    )
    number = forms.CharField(
        label=_("Number of that household"),
        required=False,
        max_length=registry.LONGEST_HOUSEHOLD_NUMBER,
    )
    day = DayField(label=_("Valid since"), required=False)
    until = DayField(label=_("Until"), required=False, help_text=_("Only when it is over already."))

    def prepare(self) -> None:
        self.fields["person"].choices = self.choose_member()
        self.fields["area"].scope = self.house.scope

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.target: int | None = None
        if said.get("over"):
            return said
        if not said.get("area") and "area" not in self.errors:
            self.add_error("area", _("Choose the village."))
        if not said.get("number", "").strip():
            self.add_error("number", _("Write the number of the household."))
        elif said.get("area"):
            village = said["area"].pk
            self.target = registry.household_by_number(village, said["number"], scope=self.house.scope)
            if self.target is None:
                self.add_error("number", _("There is no household with this number in the village."))
        return said

    def plan(self) -> Plan:
        said = self.cleaned_data
        where = gettext("at the place of registration")
        if self.target is not None:
            where = f"{said['area'].name} · {said['number']}"
        facts = [
            (gettext("Which member"), self.house.living[int(said["person"])]),
            (gettext("Lives"), where),
            *self.since(),
        ]
        if said["until"]:
            facts.append((gettext("Until"), formatters.day(said["until"])))
        return Plan(facts)

    def record(self, said: Mapping[int, str]) -> registry.Recorded:
        return registry.record_lodging(
            person_id=int(self.cleaned_data["person"]),
            household_id=self.target,
            since=self.cleaned_data["day"],
            until=None if self.target is None else self.cleaned_data["until"],
            **self.who(),
        )


class GuardianForm(HouseForm):
    title, done = _("Record a guardian"), _("The guardian is recorded.")
    about = _(
        "Who answers for a child, so that help reaches it. Nothing is asked about the parents. Whoever was "
        "the guardian before is the guardian no more."
    )

    person = forms.ChoiceField(
        label=_("Child"), widget=PeopleSelect, error_messages={"required": _("Choose who it is.")}
    )
    basis = forms.ChoiceField(label=_("On what it rests"), required=False)
    day = DayField(label=_("Valid since"), required=False)

    def prepare(self) -> None:
        young = registry.OF_AGE
        year = self.house.at.year
        children = [
            (str(m.person_id), m.name)
            for m in self.house.view.members
            if not m.deceased and (m.birth is None or year - m.birth.year <= young)
        ]
        self.fields["person"].choices = [("", _("Choose who it is")), *children]
        self.fields["basis"].choices = [
            *registry.CUSTODY_BASES,
            (NOBODY, _("Nobody is the guardian any more")),
        ]
        self.fields["basis"].initial = registry.CUSTODY_BASES[0][0]
        adults = [
            (str(m.person_id), m.name)
            for m in self.house.view.members
            if not m.deceased and (m.birth is None or year - m.birth.year >= young)
        ]
        fields = dict(self.fields)
        for name, label, number in (
            ("guardian", _("Guardian"), _("Identity number of the guardian")),
            ("second", _("Second guardian"), _("Identity number of the second guardian")),
        ):
            fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                widget=PeopleSelect,
                choices=[
                    ("", _("Nobody named")),
                    *adults,
                    (BY_NUMBER, _("Somebody else, by identity number")),
                ],
            )
            fields[f"{name}_number"] = forms.CharField(
                label=number,
                required=False,
                max_length=20,
                help_text=_("Only when chosen above. The person must be registered in your areas."),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        order = ["person", "basis", "guardian", "guardian_number", "second", "second_number", "day"]
        self.fields = {name: fields[name] for name in order} | evidence_fields()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.chosen: list[tuple[int, str]] = []
        for name in ("guardian", "second"):
            picked = said.get(name, "")
            if picked == BY_NUMBER:
                self._by_number(f"{name}_number", said.get(f"{name}_number", "").strip())
            elif picked:
                self.chosen.append((int(picked), self.house.living[int(picked)]))
        named = said.get("basis") not in (NOBODY, OFFICE)
        if named and not self.chosen and not self.errors.keys() & {"guardian_number", "second_number"}:
            self.add_error("guardian", _("Choose who is the guardian."))
        if not named and self.chosen:
            message = _("No person is named when an office is the guardian, or nobody any more.")
            self.add_error("guardian", message)
        return said

    def _by_number(self, name: str, number: str) -> None:
        found = registry.search(number, scope=self.house.scope, limit=2) if len(number) in (15, 18) else []
        if len(found) == 1:
            self.chosen.append((found[0].person_id, found[0].name))
        else:
            self.add_error(name, _("Nobody in your areas is registered with this identity number. Check it."))

    def plan(self) -> Plan:
        said = self.cleaned_data
        basis = dict(self.fields["basis"].choices)[said["basis"]]
        facts = [
            (gettext("Child"), self.house.living[int(said["person"])]),
            (gettext("On what it rests"), str(basis)),
        ]
        if self.chosen:
            facts.insert(1, (gettext("Guardian"), "、".join(name for _pk, name in self.chosen)))
        return Plan([*facts, *self.since()])

    def record(self, said: Mapping[int, str]) -> registry.Recorded:
        given = self.cleaned_data
        return registry.record_custody(
            person_id=int(given["person"]),
            guardian_ids=[pk for pk, _name in self.chosen],
            basis=given["basis"],
            since=given["day"],
            evidence_kind=given["evidence_kind"],
            evidence_words=given["evidence"],
            **self.who(),
        )
