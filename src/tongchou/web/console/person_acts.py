"""The acts that can be recorded on the page of a person: each asks what it needs and records one thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.errors import AppError, Invalid
from tongchou.domain import codes
from tongchou.web.console.act_forms import (
    OUTSIDE,
    ActForm,
    DayField,
    NameField,
    PeopleSelect,
)
from tongchou.web.console.area_picker import AreaField
from tongchou.web.console.certificate_forms import CertificateForm, EndedCertificateForm
from tongchou.web.console.death_form import DeathForm
from tongchou.web.console.list_forms import RELATIONS

SINCE = pgettext_lazy("of a fact", "Since")
HUKOU = (
    ("agricultural", _("Agricultural")),
    ("non_agricultural", _("Non-agricultural")),
    ("unified", _("Unified (resident)")),
)
#: The kind of hukou stays what it was.
AS_IT_IS = "as_it_is"


class MarriageForm(ActForm):
    title, button = _("Record a marriage"), _("Record the marriage")
    done = _("The marriage is recorded.")
    about = _("As the civil affairs office registered it. A spouse who is not registered here is not kept.")
    offered_from = 15

    def prepare(self) -> None:
        self.person_field(
            "spouse", _("Married to"), _("Identity number of the spouse"), outside=True, far=True
        )
        self.fields["day"] = DayField(label=_("Date of the marriage certificate"))
        if "so_young" in self.data:
            self.ask_about_age()

    def ask_about_age(self) -> None:
        """Whether the certificate says so: only asked once somebody was that young."""
        self.fields["so_young"] = forms.BooleanField(
            label=_("I have compared: both people and the date are as the certificate says."), required=False
        )

    def refused(self, error: AppError) -> AppError | None:
        if error.code == "registry.married_young":
            self.ask_about_age()
        return super().refused(error)

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        return registry.record_marriage(
            **whom,
            spouse_id=self.people["spouse"],
            married_on=said["day"],
            so_young=said.get("so_young", False),
        )


class DivorceForm(ActForm):
    title, button = _("Record a divorce"), _("Record the divorce")
    done = _("The divorce is recorded.")
    about = _("As the civil affairs office registered it, or a court decided it.")
    offered_from = 15

    def prepare(self) -> None:
        known = registry.spouses(self.subject.person_id, scope=self.subject.scope)
        choices = [(str(one.person_id), one.name) for one in known]
        self.fields["spouse"] = forms.ChoiceField(
            label=_("Divorced from"),
            choices=[
                ("", _("Choose who it is")),
                *choices,
                (OUTSIDE, _("Not in the register of these areas")),
            ],
            error_messages={"required": _("Choose who it is.")},
            widget=PeopleSelect,
        )
        self.fields["day"] = DayField(label=_("Date of the divorce"))

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        chosen = said["spouse"]
        spouse = None if chosen == OUTSIDE else int(chosen)
        return registry.record_divorce(**whom, spouse_id=spouse, divorced_on=said["day"])


class AdoptionForm(ActForm):
    title, button = _("Record an adoption"), _("Record the adoption")
    done = _("The adoption is recorded. If the child joins another household, move the registration too.")
    about = _(
        "This person was adopted. The civil affairs office has examined what the law asks; nothing of it is "
        "asked again here. Whoever works with the record keeps the adoption to themselves (Civil Code, "
        "article 1110)."
    )
    asks_document = True

    def prepare(self) -> None:
        self.person_field(
            "first", _("Adopted by"), _("Identity number of the adoptive parent"), outside=False
        )
        number = _("Identity number of the second adoptive parent")
        self.person_field("second", _("And by"), number, outside=False, required=False)
        self.fields["day"] = DayField(label=_("Date of the registration"), required=False)

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        adopters = [one for one in (self.people["first"], self.people["second"]) if one is not None]
        return registry.record_adoption(
            **whom,
            adopter_ids=adopters,
            since=said["day"],
            evidence_kind=said["evidence_kind"],
            evidence_words=said["evidence"],
        )


class ChildForm(ActForm):
    title, button = _("Register a child of this person"), _("Register the child")
    done = _("The child is registered.")
    about = _(
        "At whatever age: it is never too late, costs nothing and needs no marriage certificate. Late or "
        "not, the form and the entry are the same."
    )
    asks_document = True
    names_the_dead = True
    offered_from = 12

    name = NameField(label=_("Child's name"), error_messages={"required": _("Write the child's name.")})
    sex = forms.ChoiceField(label=_("Sex"), error_messages={"required": _("Choose the sex.")})
    birth = DayField(label=_("Date of birth"), help_text=_("Such as 2026-05-01."))
    relation = forms.ChoiceField(
        label=_("Relation to head"),
        help_text=_("What the child is to the head of the household."),
        error_messages={"required": _("Choose the relation.")},
    )
    id_number = forms.CharField(
        label=_("Child's identity number"),
        required=False,
        max_length=20,
        help_text=_("If there is one already."),
    )

    def prepare(self) -> None:
        language = self.subject.language
        self.fields["sex"].choices = [("", "—"), *((code, codes.SEX.label(code, language)) for code in "12")]
        self.fields["relation"].choices = [
            ("", "—"),
            *((code, codes.RELATION.label(code, language)) for code in RELATIONS),
        ]
        number = _("Identity number of the other parent")
        self.person_field("other", _("The other parent"), number, outside=True, required=False, far=True)
        self.fields["other"].help_text = _("May stay open.")

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        home = self.subject.record.person.household_id
        if home is None:
            raise Invalid("registry.no_household", _("This person is entered in no household."))
        other = self.people["other"]
        return registry.enter_person(
            household_id=home,
            name=said["name"],
            sex=int(said["sex"]),
            birth=said["birth"],
            relation=said["relation"],
            parent_ids=[whom["person_id"], *([other] if other else [])],
            id_number=said["id_number"] or None,
            evidence_kind=said["evidence_kind"],
            evidence_words=said["evidence"],
            by=whom["by"],
            at=whom["at"],
        )


class ResidenceForm(ActForm):
    title, button = _("Record where somebody lives"), _("Record the residence")
    done = _("The residence is recorded.")
    about = _("The registration stays where it is. Choose one of our areas, or describe a place elsewhere.")

    area = AreaField(permission="registry.correct", empty=_("Elsewhere"), required=False, label=_("Lives in"))
    place = forms.CharField(label=_("Place elsewhere"), required=False, max_length=120)
    day = DayField(label=SINCE, required=False)

    def prepare(self) -> None:
        self.fields["area"].scope = self.subject.scope

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and bool(cleaned["area"]) == bool(cleaned["place"].strip()):
            self.add_error("place", _("Choose an area, or describe a place elsewhere."))
        return cleaned

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        area: places.Area | None = said["area"]
        return registry.record_move(
            **whom, area_id=area.pk if area else None, place=said["place"], since=said["day"]
        )


class RegistrationForm(ActForm):
    title, button = _("Move the registration"), _("Move the registration")
    done = _("The registration has moved.")
    about = _("To a household of your areas, with whatever is recorded about the person.")

    area = AreaField(
        permission="registry.correct",
        level=places.Level.VILLAGE,
        label=_("Village"),
        error_messages={"required": _("Choose the village.")},
    )
    number = forms.CharField(
        label=_("Household number"),
        max_length=40,
        error_messages={"required": _("Write the number of the household.")},
    )
    relation = forms.ChoiceField(label=_("Relation to head"))
    day = DayField(label=SINCE, required=False)

    def prepare(self) -> None:
        self.fields["area"].scope = self.subject.scope
        self.fields["relation"].choices = relations(self.subject.language)

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        home = registry.household_by_number(said["area"].pk, said["number"], scope=self.subject.scope)
        if home is None:
            message = _("There is no household with this number in the village.")
            raise Invalid("registry.no_household_number", message, field="number")
        return registry.move_registration(
            **whom, household_id=home, relation=said["relation"], since=said["day"]
        )


def relations(language: str) -> list[tuple[str, str]]:
    """Every relation to the head, for whoever joins a household."""
    return [("", "—"), *((code, codes.RELATION.label(code, language)) for code in codes.RELATION.labels)]


class ConversionForm(ActForm):
    title, button = _("Record a conversion of hukou"), _("Record the conversion")
    done = _("The conversion is recorded.")
    about = _(
        "From rural to urban registration. What it changes for the family follows from the dated rules."
    )

    day = DayField(label=SINCE, required=False)
    # Nothing is preset: that the kind stays is an answer, and a hurried reader must not have given it.
    kind = forms.ChoiceField(
        label=_("Kind of hukou since then"),
        choices=[("", "—"), *HUKOU, (AS_IT_IS, _("As it is"))],
        error_messages={"required": _("Choose the kind of hukou, or that it stays as it is.")},
    )

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        kind = None if said["kind"] == AS_IT_IS else said["kind"]
        return registry.record_conversion(**whom, converted_on=said["day"], hukou_kind=kind)


class DeterminationForm(ActForm):
    title, button = _("Record the determination as a rural resident"), _("Record the determination")
    done = _("The determination is recorded.")

    rural = forms.ChoiceField(
        label=_("Determined to be"),
        choices=[("yes", _("a rural resident")), ("no", _("not a rural resident"))],
    )
    day = DayField(label=SINCE, required=False)

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        return registry.record_determination(**whom, rural=said["rural"] == "yes", since=said["day"])


class InsuranceForm(ActForm):
    title, button = _("Record urban insurance"), _("Record the insurance")
    done = _("The insurance is recorded.")

    scheme = forms.ChoiceField(
        label=_("Insurance"),
        choices=[
            ("urban_pension", _("Urban employees' pension insurance")),
            ("urban_medical", _("Urban employees' medical insurance")),
        ],
    )
    held = forms.ChoiceField(
        label=_("What happened"), choices=[("yes", _("It began")), ("no", _("It ended"))]
    )
    day = DayField(label=SINCE, required=False)

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        return registry.record_insurance(
            **whom, scheme=said["scheme"], held=said["held"] == "yes", since=said["day"]
        )


class PhonesForm(ActForm):
    title, button = _("Record telephones"), _("Record the telephones")
    done = _("The telephones are recorded.")
    about = _("They take the place of those recorded before.")

    phones = forms.CharField(
        label=_("Telephones"),
        required=False,
        max_length=100,
        help_text=_("Up to four, the one to call first; a space between them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    none = forms.BooleanField(
        label=_("Nobody answers these any more: delete the recorded ones"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and bool(cleaned["phones"].strip()) == cleaned["none"]:
            self.add_error(
                "phones", _("Write the telephones, or say that the recorded ones are to be deleted.")
            )
        return cleaned

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        numbers = said["phones"].replace(",", " ").replace("，", " ").replace("、", " ").split()
        return registry.record_phones(**whom, phones=numbers)


ACTS: dict[str, type[ActForm]] = {
    "child": ChildForm,
    "marriage": MarriageForm,
    "divorce": DivorceForm,
    "adoption": AdoptionForm,
    "residence": ResidenceForm,
    "registration": RegistrationForm,
    "conversion": ConversionForm,
    "determination": DeterminationForm,
    "insurance": InsuranceForm,
    "certificate": CertificateForm,
    "certificate-ended": EndedCertificateForm,
    "phones": PhonesForm,
    "death": DeathForm,
}
