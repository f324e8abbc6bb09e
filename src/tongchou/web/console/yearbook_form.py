"""What is asked when a yearbook is to be made: of which area, year, edition and population."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongchou.apps.places import api as places
from tongchou.apps.yearbook import api as yearbooks
from tongchou.core.scope import Scope
from tongchou.web.console.area_picker import AreaField
from tongchou.web.console.forms import ConsoleForm

_YEARS = 12


class YearbookForm(ConsoleForm):
    area = AreaField(label=gettext_lazy("Area"), permission=yearbooks.MAKE)
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    edition = forms.ChoiceField(
        label=gettext_lazy("Edition"),
        choices=[
            ("public", gettext_lazy("Public edition: counts are multiples of 5")),
            ("internal", gettext_lazy("Internal edition: exact, for the offices of the area")),
        ],
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Basis of the population"),
        choices=[
            ("registered", gettext_lazy("registered population")),
            ("resident", gettext_lazy("resident population")),
        ],
    )

    def __init__(self, *sent: Any, scope: Scope, today: dt.date) -> None:
        tops = places.tops(scope)
        start = {"area": tops[0].pk} if len(tops) == 1 else {}
        super().__init__(*sent, initial={"year": today.year - 1, **start})
        self.fields["area"].scope = scope  # type: ignore[attr-defined]
        years = [(str(year), str(year)) for year in range(today.year, today.year - _YEARS, -1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
