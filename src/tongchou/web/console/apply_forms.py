"""Forms of residents' applications: choosing, applying, following; and the township's answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.applications import api as applications
from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.web.console import apply_years
from tongchou.web.console.case_forms import RELATIONS
from tongchou.web.console.forms import ConsoleForm

_OFF = {"autocomplete": "off"}
_ACCOUNT = ("relation", "name", "id_number", "bank", "account")


def _text(label: Any, most: int, **more: Any) -> forms.CharField:
    """A line of text; what is wrong with it the act says, everything at once."""
    attrs = {"maxlength": str(most), **_OFF, **more.pop("attrs", {})}
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=attrs), **more)


#: Somebody else's account needs a mandate that an officer looks at.
_OWN_RELATIONS = [one for one in RELATIONS if one[0] != "other"]


class ApplyForm(ConsoleForm):
    """An application. Nothing is looked up while it is filled in."""

    year = forms.TypedChoiceField(label=_("For the year"), coerce=int, required=False, empty_value=0)
    name = _text(_("Name of the person it is for"), 60)
    id_number = _text(_("Identity number of the person"), 24)
    phone = _text(_("Telephone at which you can be reached"), 24, attrs={"inputmode": "tel"})
    applicant = forms.ChoiceField(
        label=_("Who applies"), choices=casework.Applicant.choices, required=False, initial="self"
    )
    by_name = _text(
        _("Name of who applies for somebody else"),
        60,
        help_text=_("Of a parent, guardian or proxy; of an institution as on its certificate."),
    )
    by_number = _text(
        _("Identity number of who applies; of an institution its unified social credit code"), 24
    )
    mandate = _text(
        _("Mandate of the proxy"), 60, help_text=_("Who gave it, when, and for what. For a proxy alone.")
    )
    situation = forms.CharField(
        label=_("What the family needs help with"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": str(applications.LONGEST_SITUATION)}),
    )
    statement = forms.BooleanField(label="", required=False)
    note = forms.CharField(
        label=_("Anything else the office should know (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": str(applications.LONGEST_NOTE)}),
    )
    account_relation = forms.ChoiceField(
        label=_("Whose account"), required=False, choices=[("", _("Choose")), *_OWN_RELATIONS]
    )
    account_name = _text(_("Holder's name"), 60)
    account_id_number = _text(_("Holder's identity number"), 24, help_text=_("Not for an institution."))
    account_bank = _text(_("Bank and branch"), 60)
    account_account = _text(_("Account number"), 40, attrs={"inputmode": "numeric"})

    def __init__(
        self,
        *args: Any,
        asks_situation: bool,
        statement: str,
        gives_money: bool,
        of_child: bool = False,
        programme: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if of_child:  # a child under three neither applies nor is "the person" whose account it is
            for name in ("applicant", "account_relation"):
                field = self.fields[name]
                field.choices = [one for one in field.choices if one[0] != casework.Applicant.SELF]
            self.fields["applicant"].initial = casework.Applicant.PARENT
        apply_years.offer(self.fields["year"], programme, clock.today())
        self.fields["statement"].label = statement
        gone = [] if asks_situation else ["situation"]
        gone += [] if statement else ["statement"]
        gone += [] if gives_money else [f"account_{name}" for name in _ACCOUNT]
        for name in gone:
            del self.fields[name]

    @property
    def about(self) -> list[Any]:
        """The fields before those of the account."""
        return [one for one in self if not one.name.startswith("account_")]

    @property
    def account(self) -> list[Any]:
        return [one for one in self if one.name.startswith("account_")]

    @property
    def account_open(self) -> bool:
        """Whether something of the account was filled in, or is wrong."""
        return any(one.value() or one.errors for one in self.account)

    def particulars(self, told: dict[str, Any]) -> applications.Particulars:
        """What was filled in, as it came."""
        values = self.cleaned_data
        return applications.Particulars(
            **{name: values.get(name, "") for name in ("name", "id_number", "phone", "applicant")},
            **{name: values.get(name, "") for name in ("by_name", "by_number", "mandate")},
            statement=bool(values.get("statement")),
            told=told,
            situation=values.get("situation", ""),
            note=values.get("note", ""),
            account={name: values.get(f"account_{name}", "") for name in _ACCOUNT},
        )


class FollowForm(ConsoleForm):
    """The code that was given for an application."""

    code = forms.CharField(
        label=_("Code of the application"),
        max_length=24,
        help_text=_("12 characters; small or capital letters and blanks do not matter."),
        widget=forms.TextInput(attrs={**_OFF, "autocapitalize": "characters", "spellcheck": "false"}),
    )


class BringForm(ConsoleForm):
    """An answer to what the office asked for."""

    words = forms.CharField(
        label=_("Your answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": str(applications.LONGEST_WISH)}),
        help_text=_("Papers are brought or sent to the office; here you say that you did, or what you have."),
    )


class AnswerForm(ConsoleForm):
    """Why no case can be opened, and what to bring."""

    why = forms.ChoiceField(
        label=_("Why no case can be opened"),
        required=False,
        choices=[("", _("Choose")), *applications.Why.choices],
    )
    missing = forms.MultipleChoiceField(
        label=_("What the applicant can bring"),
        required=False,
        choices=applications.Missing.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The applicant reads it by the code. Say nothing of what is on record."),
    )
