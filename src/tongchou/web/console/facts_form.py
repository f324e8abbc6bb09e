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
#: Years before today in which somebody is born whom a programme is about, for an example; others are old.
_BORN = {"childcare_subsidy": 1, "child_checks": 1, "boarding_subsidy": 10}
_EXAMPLES = {"birth_year": 1966, "spouse_birth_year": 1966, "only_child_birth_year": 1992}


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
            self.fields[name] = _field(schema.BY_NAME[name], language, self._example(name, today))
        self.today = today

    def _example(self, name: str, today: dt.date) -> int:
        """A number somebody could write there."""
        if name == "birth_year" and self.programme.code in _BORN:
            return today.year - _BORN[self.programme.code]
        if not name.endswith("_year"):
            return 2
        return _EXAMPLES.get(name, today.year - 1)

    def clean(self) -> dict[str, Any]:
        """Answers that contradict each other settle nothing: they are asked for again."""
        said = super().clean() or self.cleaned_data
        for question, names in schema.RESTS_ON.items():
            for name in names if said.get(question) is False else ():
                if said.get(name) is not None:
                    text = _("The answer to “%(question)s” is no: leave this empty, or change that answer.")
                    self.add_error(name, text % {"question": self.fields[question].label})
        born, died = said.get("birth_year"), said.get("death_year")
        for name in ("birth_year", "death_year"):
            if (year := said.get(name)) is not None and year > self.today.year:
                self.add_error(name, _("This year is still to come."))
        if born is not None and died is not None and died < born:
            self.add_error("death_year", _("This is before the year of birth."))
        return said

    def facts(self) -> dict[str, Any]:
        """The facts that were given; the rest is unknown."""
        given = {name: self.cleaned_data.get(name) for name in self.programme.facts}
        return {name: value for name, value in given.items() if value not in (None, "")}


def _field(fact: schema.Fact, language: str, example: int) -> forms.Field:
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
        error_messages={
            "invalid": _("Write a whole number, such as %(example)s, or leave it empty.")
            % {"example": example}
        },
    )


def _number(fact: schema.Fact, number: int) -> str:
    """GB/T 2261.1 for the sex; any other number as it is."""
    if fact.name == "sex":
        return _("male") if number == 1 else _("female")
    return str(number)
