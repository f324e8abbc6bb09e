"""Forms of funds and payments: amounts in yuan, whole days, choices from closed lists."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import api as payments
from tongchou.core.errors import AppError
from tongchou.domain import shares
from tongchou.domain.payments.answers import fen_of
from tongchou.web.console.act_forms import DayField
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.list_forms import ChineseNames


class YuanField(forms.CharField):
    """An amount typed in yuan; the cleaned value is whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Amount in yuan"))
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Write the amount.")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        fen = fen_of(text)
        if not fen:
            raise forms.ValidationError(_("Give an amount in yuan, with at most two decimals."))
        return fen


class WholeDayField(DayField):
    """A date with its day; the cleaned value is a ``date``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Such as 2026-05-01."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is None:
            return None
        if found.month is None or found.day is None:
            raise forms.ValidationError(_("Write year, month and day, such as 2026-05-01."))
        return dt.date(found.year, found.month, found.day)


class FundForm(ConsoleForm):
    """A fund to be opened."""

    area_id = forms.ChoiceField(label=_("Whose fund it is"), widget=ChineseNames)
    year = forms.IntegerField(label=_("Year of the budget"))
    line = forms.CharField(
        label=_("Code of the earmarked line"),
        max_length=40,
        required=False,
        help_text=_("May be left empty: it is then made of the name. Small letters, digits and _."),
    )
    title = forms.CharField(label=_("Name of the fund"), max_length=60)
    programmes = forms.MultipleChoiceField(
        label=_("What it pays"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _(
            "Choose at least one.")},
    )  # fmt: skip

    def __init__(self, *sent: Any, areas: list[tuple[str, str]], language: str, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.fields["area_id"].choices = areas if len(areas) == 1 else [("", "—"), *areas]
        self.fields["programmes"].choices = [
            (code, text.of(language)) for code, text in payments.payable().items()
        ]


class PaperForm(ConsoleForm):
    """An entry that rests on a document or voucher.

    ``mark`` names the form as it was opened, so that a double click or the way back is one act. Why a number
    stands twice is only asked once it does.
    """

    mark = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.fields["mark"].initial = secrets.token_hex(12)
        if "another" in self.data:
            self.ask_why_again()

    def ask_why_again(self) -> None:
        self.fields["another"] = forms.ChoiceField(
            label=_("Why the number stands twice"),
            required=False,
            choices=[("", _("It is the same one: I do not record it")), *payments.Another.choices],
        )

    def refused(self, error: AppError) -> AppError | None:
        if error.data.get("known"):
            self.ask_why_again()
        return super().refused(error)


class AppropriationForm(PaperForm):
    """Money a level has appropriated."""

    source = forms.ChoiceField(label=_("Whose money it is"), choices=[("", "—"), *payments.Source.choices])
    fen = YuanField()
    document = forms.CharField(label=_("Document"), max_length=120)
    appropriated_on = WholeDayField(label=_("Day of the document"))
    due_on = WholeDayField(label=_("To be there by"))


class ArrivalForm(PaperForm):
    """What came into the account."""

    fen = YuanField()
    arrived_on = WholeDayField(label=_("Day it arrived"))
    voucher = forms.CharField(label=_("Number of the bank's voucher"), max_length=60)


class GivingBackForm(PaperForm):
    """What was given back to those it came from."""

    fen = YuanField()
    day = WholeDayField(label=_("Date"))
    document = forms.CharField(label=_("Document"), max_length=60)


class ReversalForm(ConsoleForm):
    """Why an entry is reversed."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *payments.Reversal.choices])


class SharingForm(ConsoleForm):
    """Who bears how much, in percent."""

    area_id = forms.ChoiceField(label=_("Area"), widget=ChineseNames)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    valid_from = WholeDayField(label=_("Counts from"))
    central = forms.DecimalField(label=_("Central, percent"), min_value=0, max_value=100, decimal_places=2)
    province = forms.DecimalField(label=_("Province, percent"), min_value=0, max_value=100, decimal_places=2)
    prefecture = forms.DecimalField(
        label=_("Prefecture, percent"), min_value=0, max_value=100, decimal_places=2
    )
    county = forms.DecimalField(label=_("County, percent"), min_value=0, max_value=100, decimal_places=2)
    document = forms.CharField(label=_("Document"), max_length=120)

    elsewhere = {"parts": "county"}

    def __init__(self, *sent: Any, areas: list[tuple[str, str]], language: str, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.fields["area_id"].choices = areas if len(areas) == 1 else [("", "—"), *areas]
        named = [(code, text.of(language)) for code, text in payments.payable().items()]
        self.fields["programme"].choices = [("", _("All programmes")), *named]

    def values(self) -> dict[str, Any]:
        """What ``set_sharing`` takes."""
        said = dict(self.cleaned_data)
        parts = {level: int(said.pop(level) * 100) for level in shares.LEVELS}
        return said | {"area_id": int(said["area_id"]), "parts": parts}


class BatchForm(ConsoleForm):
    """A batch to be built."""

    fund_id = forms.ChoiceField(label=_("Fund"), widget=ChineseNames)
    programme = forms.ChoiceField(label=_("Programme"))
    template = forms.ChoiceField(label=_("The bank's template"))
    attempt = forms.ChoiceField(
        label=_("What is paid"),
        choices=[
            ("first", _("Approved cases that nobody has paid")),
            ("again", _("What came back from the bank")),
        ],
    )

    def __init__(self, *sent: Any, funds: Iterable[payments.Fund], language: str, **more: Any) -> None:
        super().__init__(*sent, **more)
        listed = [(str(fund.pk), f"{fund.area.name} · {fund.year} · {fund.title}") for fund in funds]
        self.fields["fund_id"].choices = listed if len(listed) == 1 else [("", "—"), *listed]
        named = [(code, text.of(language)) for code, text in payments.payable().items()]
        self.fields["programme"].choices = [("", "—"), *named]
        banks = [(code, one.title.of(language)) for code, one in payments.templates().items()]
        self.fields["template"].choices = [("", "—"), *banks]


class SendBackForm(ConsoleForm):
    """Why a batch is sent back."""

    refusal = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *payments.Refusal.choices])


class TakeOutForm(ConsoleForm):
    """Why a row is taken out of a batch."""

    why = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        reasons = [(one.value, one.label) for one in payments.TAKEN_OUT]
        self.fields["why"].choices = [("", "—"), *reasons]


class MoreTriesForm(ConsoleForm):
    """Why a row that came back twice is tried once more."""

    words = forms.CharField(
        label=_("Why it will work this time"), max_length=200, help_text=_("Stored encrypted.")
    )


class AnswerForm(ConsoleForm):
    """A bank's return file."""

    too_large = False

    file = forms.FileField(
        label=_("Return file"),
        help_text=_("As the bank made it: .xlsx, .csv or .txt, up to 20 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def full_clean(self) -> None:
        if self.too_large:
            self.fields["file"].error_messages["required"] = _("This file is larger than 20 MB.")
        super().full_clean()


class OverpaymentForm(ConsoleForm):
    """What was paid too much, and by when it comes back."""

    fen = YuanField(label=_("Paid too much, in yuan"))
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *payments.Overpaid.choices])
    words = forms.CharField(
        label=_("In words"), max_length=200, required=False, help_text=_("Stored encrypted.")
    )
    parts = forms.IntegerField(
        label=_("Parts the family pays"), min_value=1, max_value=36, initial=1,
        help_text=_("As agreed with the family; one a month."),
    )  # fmt: skip
    first_on = WholeDayField(label=_("First part by"))

    elsewhere = {"plan": "first_on"}

    def values(self) -> dict[str, Any]:
        """What ``ask_overpayment`` takes: equal parts, the odd fen with the last one."""
        said = dict(self.cleaned_data)
        parts, first, fen = said.pop("parts"), said.pop("first_on"), said["fen"]
        each = fen // parts
        plan = [(_months_after(first, place), each) for place in range(parts)]
        plan[-1] = (plan[-1][0], fen - each * (parts - 1))
        return said | {"plan": plan}


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last of the month where it has no such day.

    Examples
    --------
    >>> _months_after(dt.date(2026, 8, 31), 1)
    datetime.date(2026, 9, 30)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - dt.timedelta(days=1)).day))


class RecoveryForm(PaperForm):
    """What a family paid back."""

    fen = YuanField()
    received_on = WholeDayField(label=_("Day it arrived"))
    voucher = forms.CharField(label=_("Number of the bank's voucher"), max_length=60)


class WaiverForm(ConsoleForm):
    """What need not come back."""

    fen = YuanField()
    words = forms.CharField(label=_("Why"), max_length=200, help_text=_("Stored encrypted."))
