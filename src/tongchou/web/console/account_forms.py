"""Forms about accounts, roles and second factors."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.core import clock, hand_over
from tongchou.core.account_models import Refusal
from tongchou.core.models import Account
from tongchou.core.roles import Role
from tongchou.core.scope import Scope
from tongchou.web.console.forms import OWN_NAMES, ConsoleForm

#: Areas offered while typing; whoever knows the code may type any other.
OFFERED = 400
_MISSING = _("Please fill this in.")


class CodeForm(ConsoleForm):
    """A code of an app, or a recovery code."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        error_messages={"required": _("Type the code.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class AppForm(CodeForm):
    """The first code of an app, and what to call the device."""

    name = forms.CharField(
        label=_("Name of the device"),
        max_length=40,
        help_text=_("So that you know it again, such as: work phone."),
        error_messages={"required": _MISSING},
    )
    field_order = ("code", "name")


class KeyForm(ConsoleForm):
    """What to call a security key."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=40,
        help_text=_("So that you know it again, such as: blue key."),
        error_messages={"required": _MISSING},
    )


class PlaceField(forms.CharField):
    """An area inside a scope, by its code or by a name that is the only one there."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scope = Scope.nothing()
        self.widget.attrs |= {"list": "areas", "autocomplete": "off", "lang": "zh-Hans"}

    def clean(self, value: object) -> places.Area | None:
        text = super().clean(value)
        return find_area(text, self.scope) if text else None


def find_area(text: str, scope: Scope) -> places.Area:
    """The area meant by a code or a name inside a scope.

    Raises
    ------
    forms.ValidationError
        When there is none, or several of that name.
    """
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit():
        area = places.area_by_code(wanted)
        if area is None:
            raise forms.ValidationError(_("There is no area with this code."), code="unknown")
        if not scope.covers_interval(area.scope_no, area.scope_end):
            raise forms.ValidationError(_("This area lies outside the areas you serve."), code="outside")
        return area
    named = list(places.Area.objects.within(scope).filter(name=wanted, valid_to=None)[:2])
    if len(named) == 1:
        return named[0]
    if named:
        raise forms.ValidationError(
            _("Several areas have this name. Type the code instead."), code="ambiguous"
        )
    raise forms.ValidationError(
        _("There is no such area among those you serve. Type its code, or its name in full."), code="unknown"
    )


def offered_areas(scope: Scope) -> list[places.Area]:
    """Areas to choose from while typing, the widest first."""
    inside = places.Area.objects.within(scope).filter(valid_to=None).exclude(level="group")
    widest = inside.filter(level__in=["province", "prefecture", "county", "township"]).order_by("scope_no")
    found = list(widest[:OFFERED])
    rest = OFFERED - len(found)
    return found + list(inside.filter(level="village").order_by("scope_no")[:rest] if rest > 0 else [])


class RoleForm(ConsoleForm):
    """A role in an area from a day on."""

    role = forms.ChoiceField(
        label=_("Role"),
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )
    area = PlaceField(
        label=_("Area"),
        max_length=60,
        help_text=_("Its code, or its name in full."),
        error_messages={"required": _("Name the area.")},
    )
    valid_from = forms.DateField(
        label=_("From"),
        required=False,
        help_text=_("Empty: from the day it is granted."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-07-01.")},
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Choose a role")), *Role.choices]
        self.fields["area"].scope = scope

    def clean_valid_from(self) -> dt.date | None:
        day = self.cleaned_data["valid_from"]
        if day is not None and abs((day - clock.today()).days) > 366:
            raise forms.ValidationError(_("Choose a day within a year from today."))
        return day


class NewAccountForm(ConsoleForm):
    """A new account, with its first role or without."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        help_text=_("3 to 40 of a–z, 0–9 and . _ -, such as the name in pinyin."),
        error_messages={"required": _MISSING},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    display_name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As colleagues know the person."),
        error_messages={"required": _MISSING},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=OWN_NAMES, widget=forms.Select(attrs={"translate": "no"})
    )
    role = forms.ChoiceField(label=_("First role"), required=False)
    area = PlaceField(
        label=_("Area"), max_length=60, required=False, help_text=_("Its code, or its name in full.")
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("None yet")), *Role.choices]
        self.fields["area"].scope = scope

    def clean(self) -> dict:
        values = super().clean() or self.cleaned_data
        if values.get("role") and "area" in values and not values["area"]:
            self.add_error("area", _("Name the area."))
        if values.get("area") and not values.get("role"):
            self.add_error("role", _("Choose a role."))
        return values


class RefusalForm(ConsoleForm):
    """Why the chosen roles are refused."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *Refusal.choices],
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )


class HandOverForm(ConsoleForm):
    """Who follows, from which day, and whether the account is closed."""

    successor = forms.CharField(
        label=_("Successor"),
        max_length=40,
        help_text=_("The user name of the account that takes over."),
        error_messages={"required": _("Choose the successor.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "successors"}),
    )
    on = forms.DateField(
        label=_("Day"),
        help_text=_("From this day on the roles belong to the successor."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Write the day as 2026-07-01.")},
    )
    close = forms.BooleanField(label=_("Close the account as well"), required=False)
    sure = forms.BooleanField(
        label=_("I have checked: nobody signs in with this account any more"), required=False
    )

    def __init__(self, *args: object, candidates: QuerySet[Account], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates

    def clean_successor(self) -> Account:
        found = self.candidates.filter(username=self.cleaned_data["successor"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no open account of this name in your areas."))
        return found

    def clean_on(self) -> dt.date:
        day, today = self.cleaned_data["on"], clock.today()
        if not today <= day <= today + dt.timedelta(days=hand_over.AHEAD):
            raise forms.ValidationError(_("Choose today or a day within the next 180 days."))
        return day

    def clean(self) -> dict:
        values = super().clean() or self.cleaned_data
        if values.get("close") and values.get("on") and values["on"] > clock.today():
            self.add_error(
                "close", _("Until that day the account is still needed. Close it when the day has come.")
            )
        if not values.pop("sure", False) and values.get("close"):
            self.add_error("sure", _("To close the account, tick this as well. Handing over needs neither."))
        return values


class AccountFileForm(ConsoleForm):
    """A workbook of accounts."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("The template as you filled it in (.xlsx), up to 200 lines."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
