"""Forms of the exchange: which list, what for, and the answer to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.exchange import api as exchange
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.web.console.area_picker import AreaField
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.money_forms import AnswerForm as ReturnForm


class ListForm(ConsoleForm):
    """Which list: of which system, year, area and benefit."""

    template = forms.ChoiceField(label=_("List"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    kind = forms.ChoiceField(label=_("Benefit"), required=False)
    area = AreaField(label=_("Area"), permission=exchange.EXCHANGE, required=False, empty=_("All my areas"))
    private = forms.BooleanField(
        label=_("Private programmes too, under neutral names (payment lists, named officers alone)"),
        required=False,
    )

    def __init__(self, *args: Any, scope: Scope, own_area: int, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_area = own_area
        self.fields["area"].scope = scope
        self.fields["template"].choices = [
            (one.code, one.title.of(language)) for one in exchange.templates().values()
        ]
        this = clock.today().year
        self.fields["year"].choices = [(one, str(one)) for one in (this, this - 1, this + 1)]
        self.fields["kind"].choices = [
            ("", _("All the list is for")),
            *((one.code, one.public_title.of(language)) for one in casework.in_force()),
        ]

    def asked(self) -> exchange.Asked:
        said = self.cleaned_data
        return exchange.Asked(
            template=said["template"],
            year=said["year"],
            area_id=said["area"].pk if said["area"] else self.own_area,
            kinds=(said["kind"],) if said["kind"] else (),
            private=said["private"],
        )


class PurposeForm(ConsoleForm):
    """What the list is for: it stands in the audit chain."""

    purpose = forms.CharField(
        label=_("What the list is for"),
        max_length=exchange.LONGEST,
        help_text=_("Stands in the audit chain; no names."),
    )


class AnswerForm(ReturnForm):
    """What a system gave back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Answer of the system")
        self.fields["file"].help_text = _("As the system made it: .xlsx, .csv or .txt, up to 20 MB.")
