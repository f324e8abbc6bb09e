"""What a reviewer asks to be worked out again: as answered on which day, for which years, what for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.entitlements.api import FIRST_YEAR
from tongchou.web.console.forms import ConsoleForm


class RecalculationForm(ConsoleForm):
    since = forms.DateField(
        label=gettext_lazy("Compare with the answers of"),
        help_text=gettext_lazy("The records and the law as they were known on that day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Choose a day.")},
    )
    first = forms.TypedChoiceField(label=gettext_lazy("From year"), coerce=int)
    last = forms.TypedChoiceField(label=gettext_lazy("To year"), coerce=int)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=200,
        help_text=gettext_lazy("Such as: an amount raised backwards. It stands in the audit chain."),
        error_messages={"required": gettext_lazy("Say what the recalculation is for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *sent: Any, today: dt.date) -> None:
        super().__init__(*sent, initial={"first": today.year - 1, "last": today.year})
        years = [(str(year), str(year)) for year in range(today.year, FIRST_YEAR - 1, -1)]
        for name in ("first", "last"):
            self.fields[name].choices = years  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["first"] > said["last"]:
            self.add_error("last", _("The last year must not lie before the first."))
        return said
