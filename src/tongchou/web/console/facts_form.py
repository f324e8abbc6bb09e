"""A form for the facts one programme asks about one person; what is left open is unknown, never no."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy.words import VALUES

#: Whole numbers with few values are chosen, the others written.
_FEW = 13


class FactsForm(forms.Form):
    """The facts in the order of the schema, and the year asked about.

    ``facts()`` gives what was filled in, by the name of the fact, as the rules take it.
    """

    def __init__(self, programme: policies.Programme, *, language: str, today: dt.date, **more: Any) -> None:
        super().__init__(**more)
        self.programme = programme
        years = range(max(programme.first_year, today.year - 5), today.year + 2)
        self.fields["year"] = forms.TypedChoiceField(
            label=_("Year"),
            choices=[(str(year), str(year)) for year in reversed(years)],
            coerce=int,
            initial=str(today.year),
        )
        for name in programme.facts:
            self.fields[name] = _field(schema.BY_NAME[name], language)

    def facts(self) -> dict[str, Any]:
        """The facts that were given; the rest is unknown."""
        given = {name: self.cleaned_data.get(name) for name in self.programme.facts}
        return {name: value for name, value in given.items() if value not in (None, "")}


def _field(fact: schema.Fact, language: str) -> forms.Field:
    label = fact.zh if language == "zh" else fact.en[:1].upper() + fact.en[1:]
    unknown = ("", _("not known"))
    if fact.kind == "bool":
        return forms.TypedChoiceField(
            label=label,
            required=False,
            choices=[unknown, ("yes", _("yes")), ("no", _("no"))],
            coerce=lambda said: said == "yes",
            empty_value=None,
        )
    if fact.kind == "text":
        choices = [unknown, *((value, VALUES[value].of(language)) for value in fact.values)]
        return forms.ChoiceField(label=label, required=False, choices=choices)
    least, most = fact.least, fact.most
    if least is not None and most is not None and most - least < _FEW:
        numbers = [(str(number), _number(fact, number)) for number in range(least, most + 1)]
        return forms.TypedChoiceField(
            label=label, required=False, choices=[unknown, *numbers], coerce=int, empty_value=None
        )
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={"invalid": _("Write a whole number, such as 1966, or leave it empty.")},
    )


def _number(fact: schema.Fact, number: int) -> str:
    """GB/T 2261.1 for the sex; any other number as it is."""
    if fact.name == "sex":
        return _("male") if number == 1 else _("female")
    return str(number)
