"""Forms of targets and agreements: a breakdown with a row a unit, decisions, an agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api as responsibility
from tongchou.domain.accountability.definitions import Indicator
from tongchou.domain.accountability.units import SHARE
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.presenters import targets as present


def _number(label: Any, digits: int) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": "8"})
    return forms.DecimalField(
        label=label, max_digits=16, decimal_places=digits, min_value=0, required=False, widget=widget
    )


class BreakdownForm(ConsoleForm):
    """A value and a denominator for each unit the reader sets; units that are left empty are left alone."""

    def __init__(
        self,
        *args: Any,
        indicator: Indicator,
        rows: Sequence[responsibility.Standing],
        hosts: Mapping[str, Sequence[posts.Unit]],
        weights: Mapping[str, float],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.rows, self.hosts = indicator, tuple(rows), hosts
        share = str(indicator.unit) == SHARE
        for at, one in enumerate(self.rows):
            kept, name = one.target, one.unit.name
            self.fields[f"value_{at}"] = _number(
                pgettext_lazy("of a unit", "Target") if not share else _("Target in per cent"), 4
            )
            self.fields[f"value_{at}"].label = f"{name}, {self.fields[f'value_{at}'].label}"
            self.fields[f"weight_{at}"] = _number(f"{name}, {_('Denominator')}", 2)
            start = kept.weight if kept is not None and kept.weight is not None else None
            known = weights.get(one.unit.key)
            self.initial[f"value_{at}"] = present.typed(indicator, None if kept is None else kept.value)
            self.initial[f"weight_{at}"] = (
                responsibility.plain(start) if start is not None else "" if known is None else f"{known:.0f}"
            )
            for host in hosts.get(one.unit.key, ()):
                label = _("of the denominator of %(unit)s, inside %(host)s") % {
                    "unit": name,
                    "host": host.name,
                }
                self.fields[f"inside_{at}_{host.key}"] = _number(label, 2)
                stands = one.waiting or kept
                if stands is not None:
                    self.initial[f"inside_{at}_{host.key}"] = stands.inside.get(host.key, "")
        self.fields["reason"] = forms.CharField(
            label=_("Reason, or number of the paper"),
            max_length=200,
            required=False,
            help_text=_("Needed where a target that is in force is changed."),
        )

    def cells(self, at: int) -> tuple[Any, Any]:
        """The fields of a row, bound."""
        return self[f"value_{at}"], self[f"weight_{at}"]

    @property
    def inner(self) -> list[Any]:
        """The fields of denominators inside other units."""
        return [self[name] for name in self.fields if name.startswith("inside_")]

    def wanted(self, period: str) -> list[responsibility.Wanted]:
        """The rows that have a value, each with its place among the rows as its line, from 1 on."""
        share = str(self.indicator.unit) == SHARE
        found = []
        for at, one in enumerate(self.rows):
            value: Decimal | None = self.cleaned_data.get(f"value_{at}")
            if value is None and one.waiting is None:
                continue
            inside: dict[str, str] = {}
            for host in self.hosts.get(one.unit.key, ()):
                part = self.cleaned_data.get(f"inside_{at}_{host.key}")
                if part is not None:
                    inside[host.key] = responsibility.plain(part)
            waits = one.waiting
            if waits is not None:
                # Of what waits only the split may be filled in: its value stands as it was set.
                if inside and inside != waits.inside:
                    found.append(
                        responsibility.Wanted(
                            unit=one.unit.key,
                            indicator=self.indicator.code,
                            period=period,
                            value=waits.value,
                            weight=waits.weight,
                            inside=inside,
                            reason=waits.reason,
                            line=at + 1,
                            splits=True,
                        )
                    )
                continue
            assert value is not None
            weight = self.cleaned_data.get(f"weight_{at}")
            found.append(
                responsibility.Wanted(
                    unit=one.unit.key,
                    indicator=self.indicator.code,
                    period=period,
                    value=value / 100 if share else value,
                    weight=weight,
                    inside=inside,
                    reason=self.cleaned_data["reason"],
                    line=at + 1,
                )
            )
        return found

    def told(self, problems: Sequence[Any]) -> None:
        """Tie problems of rows to their fields."""
        for one in problems:
            text = one.text.of(present.language())
            name = {"value": "value", "weight": "weight", "reason": "reason"}.get(one.field, "value")
            field = "reason" if name == "reason" else f"{name}_{one.line - 1}"
            self.add_error(field if field in self.fields else None, text)
        self.described()


class DecideForm(ConsoleForm):
    said = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Needed to refuse, and to accept what does not add up."),
    )


class UploadForm(ConsoleForm):
    file = forms.FileField(label=_("Workbook"), help_text=_("The template, filled in; 5 MB at most."))


class AgreementForm(ConsoleForm):
    """An agreement with a unit right below, or a department."""

    unit = forms.ChoiceField(label=_("Unit"))
    period = forms.ChoiceField(label=_("Period"))
    promises = forms.CharField(
        label=_("What the unit promises"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A line each. Nothing about families' choices; name no family."),
    )
    given = forms.CharField(
        label=_("What the unit is given"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each: money, staff, backing."),
    )

    def __init__(
        self, *args: Any, units: Sequence[posts.Unit] = (), periods: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(one.key, one.name) for one in units]
        self.fields["period"].choices = [(one, one) for one in periods]
