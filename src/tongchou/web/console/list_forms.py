"""Forms of department lists and of newborns to help."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.core import clock
from tongchou.domain import codes, identity
from tongchou.domain.date_parsing import parse_date
from tongchou.domain.dates import PartialDate
from tongchou.web.console.act_forms import NameField
from tongchou.web.console.forms import ConsoleForm

#: What a child may be to the head: shown first, in this order; 97 stands for other kin.
RELATIONS = ("20", "30", "41", "42", "43", "44", "47", "48", "97")


class ChineseNames(forms.Select):
    """A choice of names that are Chinese on every page, and marked so for screen readers."""

    def create_option(self, name: str, value: str, *args: object, **kwargs: object) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["lang"] = "zh-Hans"
        return option


class ListUploadForm(ConsoleForm):
    """A list of one department about one county.

    A file above the limit never reaches the form, as none is put on disk: ``too_large`` is set from outside.
    """

    too_large = False

    kind = forms.ChoiceField(
        label=_("Which list"),
        required=False,
        help_text=_("Told by the headers when left open."),
        error_messages={"invalid_choice": _("Choose a list from the choices.")},
    )
    county = forms.ChoiceField(
        label=_("County or district"),
        error_messages={
            "required": _("Choose the county."),
            "invalid_choice": _("Choose a county from the list."),
        },
        widget=ChineseNames,
    )
    file = forms.FileField(
        label=_("List"),
        help_text=_("As the department exports it, up to 20 MB and 200,000 rows."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def __init__(self, *args: object, kinds: list, counties: list, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Tell by the headers")), *kinds]
        self.fields["county"].choices = counties if len(counties) == 1 else [("", "—"), *counties]

    def full_clean(self) -> None:
        if self.too_large:
            self.fields["file"].error_messages["required"] = _("This file is larger than 20 MB.")
        super().full_clean()


class NewbornForm(ConsoleForm):
    """What the register needs to know of a child. Nothing about the parents is asked."""

    name = NameField(label=_("Child's name"), error_messages={"required": _("Write the child's name.")})
    sex = forms.ChoiceField(label=_("Sex"), error_messages={"required": _("Choose the sex.")})
    birth = forms.CharField(
        label=_("Date of birth"),
        max_length=20,
        help_text=_("Such as 2026-05-01."),
        error_messages={"required": _("Write the date.")},
    )
    relation = forms.ChoiceField(
        label=_("Relation to head"), help_text=_("What the child is to the head of the mother's household.")
    )
    id_number = forms.CharField(
        label=_("Identity number"), required=False, max_length=20, help_text=_("If there is one already.")
    )

    def __init__(self, *args: object, language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [("", "—"), *((code, codes.SEX.label(code, language)) for code in "12")]
        self.fields["relation"].choices = [(code, codes.RELATION.label(code, language)) for code in RELATIONS]

    def clean_birth(self) -> PartialDate:
        found = parse_date(self.cleaned_data["birth"], latest_year=clock.today().year)
        if found.date is None or found.date.day is None:
            raise forms.ValidationError(_("Write year, month and day, such as 2026-05-01."))
        return found.date

    def clean_id_number(self) -> str:
        text = self.cleaned_data["id_number"].strip()
        if text and identity.parse(text).number is None:
            raise forms.ValidationError(_("This is not a valid identity number."))
        return text

    def values(self) -> dict[str, object]:
        """What ``register_newborn`` takes."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "sex": int(said["sex"]),
            "birth": said["birth"],
            "relation": said["relation"],
            "id_number": said["id_number"] or None,
        }
