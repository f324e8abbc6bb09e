"""A disability certificate, recorded or ended: asked for here, and shown on no page once it is recorded.

What is said when it is done names nothing: others may see the screen.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import AppError
from tongchou.domain.date_parsing import parse_date
from tongchou.web.console import formatters
from tongchou.web.console.act_forms import ActForm, DayField

CATEGORIES = (
    ("1", _("Sight")),
    ("2", _("Hearing")),
    ("3", _("Speech")),
    ("4", _("Limbs")),
    ("5", _("Intellect")),
    ("6", _("Mind")),
    ("7", _("Several kinds")),
)
GRADES = (("1", _("Grade 1")), ("2", _("Grade 2")), ("3", _("Grade 3")), ("4", _("Grade 4")))
_PRIVATE = _("Nobody is shown it afterwards: no page, list or export names it.")


class LastDayField(DayField):
    """A date that may lie ahead."""

    def clean(self, value: Any) -> Any:
        text = forms.CharField.clean(self, value)
        if not text:
            return None
        found = parse_date(text, latest_year=clock.today().year + 60).date
        if found is None:
            raise forms.ValidationError(_("This is not a date. Write it such as 2026-05-01."))
        return found


class CertificateForm(ActForm):
    """Kind, grade, number and dates as they stand on the certificate."""

    title, button = _("Record a disability certificate"), _("Look at it first")
    done = _("It is recorded. It is used for help alone and shown on no page.")
    about = _PRIVATE
    looked_at_first = True
    elsewhere = {**ActForm.elsewhere, "issued": "day"}

    category = forms.ChoiceField(
        label=_("Kind on the certificate"),
        choices=[("", "—"), *CATEGORIES],
        error_messages={"required": _("Choose the kind from the list.")},
    )
    grade = forms.ChoiceField(
        label=_("Grade on the certificate"),
        choices=[("", "—"), *GRADES],
        error_messages={"required": _("Choose the grade from the list.")},
    )
    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=30,
        help_text=_("The identity number and two digits more. It is stored encrypted."),
        error_messages={"required": _("Write the number of the certificate.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = DayField(label=_("Issued on"))
    until = LastDayField(
        label=_("Valid until"), required=False, help_text=_("As it stands on the certificate; else leave it.")
    )

    def prepare(self) -> None:
        if "compared" in self.data:
            self._ask_to_compare()

    def _ask_to_compare(self) -> None:
        """Only asked once an entry of the same day says something else, which is not shown."""
        self.fields["compared"] = forms.BooleanField(
            label=_("I have compared: kind, grade and last day are as the certificate says."), required=False
        )

    def refused(self, error: AppError) -> AppError | None:
        if error.code == "registry.certificate_differs":
            self._ask_to_compare()
        return super().refused(error)

    def facts(self) -> list[tuple[Any, Any]]:
        person, said = self.subject.record.person, self.cleaned_data
        return [
            (gettext("Name"), person.name),
            (gettext("ID number"), person.id_masked or "—"),
            (gettext("Kind on the certificate"), dict(CATEGORIES)[said["category"]]),
            (gettext("Grade on the certificate"), dict(GRADES)[said["grade"]]),
            (gettext("Number of the certificate"), said["number"]),
            (gettext("Issued on"), formatters.day(said["day"])),
            (gettext("Valid until"), formatters.day(said["until"]) if said["until"] else "—"),
        ]

    def follows(self) -> list[Any]:
        return [gettext("It can open help, and takes nothing from anybody."), str(_PRIVATE)]

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        return registry.record_certificate(
            **whom,
            category=int(said["category"]),
            grade=int(said["grade"]),
            number=said["number"],
            issued=said["day"],
            until=said["until"],
            compared=said.get("compared", False),
        )


class EndedCertificateForm(ActForm):
    """The certificate was given back or declared void: from when, and by which document."""

    title, button = _("End a disability certificate"), _("Look at it first")
    done = _("It is recorded. It is used for help alone and shown on no page.")
    about = _PRIVATE
    asks_document = True
    looked_at_first = True
    elsewhere = {**ActForm.elsewhere, "ended": "day"}

    day = DayField(label=_("Last day on which it holds"))

    def facts(self) -> list[tuple[Any, Any]]:
        person, said = self.subject.record.person, self.cleaned_data
        return [
            (gettext("Name"), person.name),
            (gettext("ID number"), person.id_masked or "—"),
            (gettext("Last day on which it holds"), formatters.day(said["day"])),
            (gettext("Document it rests on"), str(registry.Evidence(said["evidence_kind"]).label)),
            (gettext("Number or date of the document"), said["evidence"]),
        ]

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        return registry.end_certificate(
            **whom, ended=said["day"], evidence_kind=said["evidence_kind"], evidence_words=said["evidence"]
        )
