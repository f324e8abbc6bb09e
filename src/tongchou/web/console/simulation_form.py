"""What a planner types to simulate a change of the law: new values, from which year, for which year, why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongchou.apps.entitlements import api as entitlements
from tongchou.core import clock
from tongchou.domain.policy.dated import Parameter
from tongchou.domain.policy.words import number
from tongchou.policies import reforms
from tongchou.web.console import formatters
from tongchou.web.console.forms import ConsoleForm

_UNITS = {
    "years": pgettext_lazy("unit of a parameter", "years"),
    "months": pgettext_lazy("unit of a parameter", "months"),
}
_MONEY = pgettext_lazy("unit of a parameter", "yuan")


class SimulationForm(ConsoleForm):
    """One field for each parameter that can be changed; what stays empty stays as it is.

    ``changes`` are what was typed, once the form is valid.
    """

    start = forms.TypedChoiceField(
        label=gettext_lazy("New values from 1 January of"), coerce=int, error_messages={}
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Year to look at"), coerce=int, error_messages={})
    purpose = forms.CharField(
        label=gettext_lazy("What the simulation is for"),
        max_length=200,
        help_text=gettext_lazy("Such as: draft budget of next year. It stands in the audit chain."),
        error_messages={"required": gettext_lazy("Say what the simulation is for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *sent: Any, offer: reforms.Offer, ground: entitlements.Ground, usual: int, language: str
    ) -> None:
        super().__init__(*sent, initial={"start": usual, "year": usual})
        self.offer, self.ground, self.usual = offer, ground, usual
        self.changes: tuple[reforms.Change, ...] = ()
        years = ground.years
        listed = [(str(year), str(year)) for year in years]
        wrong = _("There are no facts for this year: choose one from %(first)s to %(last)s.") % {
            "first": years[0],
            "last": years[-1],
        }
        for name in ("start", "year"):
            self.fields[name].choices = listed  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = wrong
        # Money first: it is what most planners ask about.
        listed_first = sorted(offer.parameters, key=lambda one: not one.unit.startswith("fen"))
        values = {_field(one): _value_field(offer, one, usual, language) for one in listed_first}
        self.fields = values | self.fields

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        start = said.get("start") or self.usual
        typed = {one: str(said.get(_field(one)) or "").strip() for one in self.offer.parameters}
        changes = []
        for parameter, text in typed.items():
            value = reforms.read_value(text, parameter.unit) if text else None
            if isinstance(value, int):
                changes.append(reforms.Change(self.offer.programme.code, parameter.name, value, start))
            elif value is not None:
                self.add_error(_field(parameter), _not_a_value(value, parameter.unit))
        if not any(typed.values()):
            self.add_error(None, _("Write at least one new value."))
        if changes:
            year = said.get("year") or max(start, self.usual)
            self.take(entitlements.problems(changes, year=year, ground=self.ground))
        self.changes = tuple(changes)
        return said

    def take(self, problems: dict[str, str]) -> None:
        """Ties what is wrong to the fields it speaks of."""
        fields = {f"{self.offer.programme.code}.{one.name}": _field(one) for one in self.offer.parameters}
        for name, text in problems.items():
            field = fields.get(name, name)
            self.add_error(field if field in self.fields else None, text)
        self.described()


def _field(parameter: Parameter) -> str:
    return f"value_{parameter.name}"


def _not_a_value(reason: str, unit: str) -> str:
    if reason == "too_large":
        return _("This number is too large. Check it.")
    if unit.startswith("fen"):
        return _("This is not an amount. Write yuan in digits, such as 4800 or 4,800.50.")
    return _("This is not a whole number. Write digits, such as 3.")


def _value_field(offer: reforms.Offer, parameter: Parameter, year: int, language: str) -> forms.CharField:
    unit: str | Promise = _MONEY if parameter.unit.startswith("fen") else _UNITS[parameter.unit]
    label = _("%(parameter)s (%(unit)s)") % {
        "parameter": formatters.capital(parameter.label.of(language)),
        "unit": unit,
    }
    return forms.CharField(
        label=label,
        required=False,
        max_length=20,
        help_text=_hint(offer, parameter, year, language),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )


def _hint(offer: reforms.Offer, parameter: Parameter, year: int, language: str) -> str:
    value = number(parameter.in_year(year).value, language, parameter.unit)
    said = {"year": year, "value": value}
    # Of a year to come nobody knows yet what will be law then.
    if year > clock.today().year:
        parts = [_("By the rules known today it is %(value)s in %(year)s.") % said]
    else:
        parts = [_("%(year)s by present law: %(value)s.") % said]
    if parameter.local is None:
        parts.append(_("Only the State sets it."))
    elif parameter.local.how == "raise":
        parts.append(_("It may only be raised."))
    elif parameter.local.how == "lower":
        parts.append(_("It may only be lowered."))
    followers = reforms.followers(offer.programme, parameter)
    parts += [
        _("%(other)s follows by itself.") % {"other": formatters.capital(one.label.of(language))}
        for one in followers
    ]
    return " ".join(parts) if language == "en" else "".join(parts)
