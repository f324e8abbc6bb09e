"""Forms of guarantees: a yearly return, a workbook of them, the decision, and the staff register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.guarantees import api as guarantees
from tongchou.core import clock
from tongchou.domain.payments.answers import fen_of
from tongchou.web.console.forms import ConsoleForm


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AmountField(forms.CharField):
    """An amount in yuan that may be 0; empty is not returned. The cleaned value is whole fen or None."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=24, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        fen = fen_of(text)
        if fen is None:
            raise forms.ValidationError(_("Give an amount in yuan, with at most two decimals."))
        return fen


class ReturnForm(ConsoleForm):
    """The return of a unit for a year; the area is chosen beside it."""

    department = forms.CharField(
        label=_("Code of the department"),
        max_length=16,
        required=False,
        help_text=_("Empty for the government or committee itself."),
    )
    year = forms.IntegerField(label=pgettext_lazy("of a return", "Year"), min_value=2000, max_value=2100)
    budget = AmountField(
        label=_("Budget for population work, yuan"), help_text=_("What is not known stays empty.")
    )
    revenue = AmountField(label=_("Fiscal revenue, yuan"))
    grassroots = AmountField(label=_("Of the budget: to townships and villages, yuan"))
    reward_fund = AmountField(label=_("Fund for results and honest self-correction, yuan"))
    pay_total = AmountField(label=_("Pay of village cadres, yuan"), help_text=_("Villages alone."))
    pay_performance = AmountField(label=_("Of the pay: on performance, yuan"))
    pay_indicators = forms.CharField(
        label=_("Scored indicators the pay follows"),
        max_length=300,
        required=False,
        help_text=_("Their codes with spaces between. Nothing about births or signatures can be one."),
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=200,
        required=False,
        help_text=_("Only when a return for this year is there already."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year

    def figures(self) -> guarantees.Figures:
        amounts = {name: self.cleaned_data[name] for name in guarantees.AMOUNTS}
        return guarantees.Figures(
            **amounts, pay_indicators=tuple(self.cleaned_data["pay_indicators"].split())
        )


class UploadForm(ConsoleForm):
    file = forms.FileField(label=_("Workbook"), help_text=_("The template, filled in; 5 MB at most."))


class DecideForm(ConsoleForm):
    verdict = forms.ChoiceField(
        label=pgettext_lazy("of a return", "Decision"),
        choices=[("", _("Choose")), ("accept", _("Accept")), ("back", _("Send back"))],
    )
    said = forms.CharField(label=_("Why it goes back"), max_length=200, required=False)


class WorkerForm(ConsoleForm):
    name = forms.CharField(label=pgettext_lazy("of staff", "Name"), max_length=40)
    post = forms.CharField(label=pgettext_lazy("of staff", "Post"), max_length=60)
    since = forms.DateField(label=pgettext_lazy("of staff", "Since"), widget=_day())
    on_performance = forms.BooleanField(label=_("Part of the pay follows performance"), required=False)
    trained_on = forms.DateField(label=_("Last trained on"), widget=_day(), required=False)


class TrainingForm(ConsoleForm):
    title = forms.CharField(label=_("Training"), max_length=80)
    on = forms.DateField(label=pgettext_lazy("of a training", "Day"), widget=_day())
    invited = forms.IntegerField(label=_("How many were asked"), min_value=0, max_value=100_000)
    attended = forms.IntegerField(label=_("How many came"), min_value=0, max_value=100_000)


class MarkForm(ConsoleForm):
    kind = forms.ChoiceField(label=_("List"), choices=guarantees.Kind.choices)
    since = forms.DateField(label=pgettext_lazy("of a list", "Since"), widget=_day())
    source = forms.CharField(label=_("Document that says so"), max_length=200)


class BaseForm(ConsoleForm):
    people = forms.ChoiceField(label=_("Villages are counted by"), choices=guarantees.People.choices)
    since = forms.DateField(label=pgettext_lazy("of a list", "Since"), widget=_day())
    source = forms.CharField(label=_("Document that says so"), max_length=200)
