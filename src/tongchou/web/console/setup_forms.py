"""Forms of the set-up and of what belongs to it afterwards."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.list_forms import ChineseNames


class EnterForm(ConsoleForm):
    """The token the terminal printed."""

    token = forms.CharField(
        label=_("Code from the terminal"),
        max_length=80,
        error_messages={"required": _("Paste the code that tongchou setup printed.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AreaFileForm(ConsoleForm):
    """A list of areas. A file above the limit never reaches the form: ``too_large`` is set from outside."""

    too_large = False

    file = forms.FileField(
        label=_("List of areas"),
        help_text=_("The template filled in, as an Excel workbook (.xlsx) or CSV file, up to 20 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.et,.csv"}),
    )

    def full_clean(self) -> None:
        if self.too_large:
            self.fields["file"].error_messages["required"] = _("This file is larger than 20 MB.")
        super().full_clean()


class UnitForm(ConsoleForm):
    """The county or prefecture this installation is for."""

    unit = forms.TypedChoiceField(
        label=_("Our unit"),
        coerce=int,
        error_messages={
            "required": _("Choose your county or prefecture."),
            "invalid_choice": _("Choose a county or a prefecture from the list."),
        },
        widget=ChineseNames,
    )

    def __init__(self, *args: object, choices: list, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("Choose your county or prefecture")), *choices]
