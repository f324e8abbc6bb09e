"""The form of a year's holidays."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.core.holidays import api as holidays
from tongchou.domain.holiday_tables import LARGEST, LONGEST_SOURCE
from tongchou.web.console.forms import ConsoleForm


class HolidayForm(ConsoleForm):
    """A year, the document that announces it, and its table as a file or as lines."""

    year = forms.TypedChoiceField(
        label=_("Year"),
        coerce=int,
        error_messages={"required": _("Choose the year."), "invalid_choice": _("Choose the year.")},
    )
    source = forms.CharField(
        label=_("Document that announces it"),
        required=False,
        max_length=LONGEST_SOURCE,
        help_text=_("With its number. It may stand in the file instead."),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A CSV file with the columns date, kind and name, or the YAML file of the year."),
        error_messages={"empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.yaml,.yml"}),
    )
    text = forms.CharField(
        label=_("Or the lines"),
        required=False,
        max_length=LARGEST,
        strip=False,
        help_text=_(
            "One day, or several in a row, a line: 2027-01-01..2027-01-03,off,元旦. The kind is off for days "
            "off and work for days of a weekend that are worked."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def __init__(self, *args: object, this_year: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        years = range(this_year, this_year + holidays.AHEAD + 1)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = this_year + 1

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        upload = given.get("file")
        if upload is not None:
            if upload.size > LARGEST:
                self.add_error("file", _("This is larger than a table of one year."))
            else:
                given["text"] = holidays.text_of(upload.read())
        elif not str(given.get("text", "")).strip() and "text" not in self.errors:
            self.add_error("text", _("Choose a file, or write the lines."))
        return given
