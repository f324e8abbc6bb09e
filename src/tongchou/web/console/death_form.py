"""A death on the page of a person: the document, the date as far as known, and a look at it first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.payments import api as payments
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.web.console import formatters
from tongchou.web.console.act_forms import ActForm, DayField
from tongchou.web.console.presenters import case_deaths

HEADS = ("01", "02")


class DeathForm(ActForm):
    """What it rests on and when; without a date only when that is said expressly."""

    title, button = _("Record a death"), _("Look at it first")
    done = _("The death is recorded.")
    about = _("The year is enough when more is not known. A date that is not known yet can be added later.")
    for_the_dead = True
    asks_document = True
    looked_at_first = True

    day = DayField(
        label=_("Date of death"),
        required=False,
        help_text=_("Such as 2026-05-01; year and month, or the year, if more is not known."),
    )
    no_day = forms.BooleanField(label=_("Nobody knows the date yet, not even the year"), required=False)

    def prepared(self) -> None:
        if self.subject.record.person.deceased:
            del self.fields["no_day"]  # then there is nothing to record

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if "day" in self.errors:
            return said
        day, unknown = said.get("day"), said.get("no_day", False)
        if day is None and not unknown:
            self.add_error("day", _("Write the date of death, or at least the year."))
        if day is not None and unknown:
            self.add_error("no_day", _("Either write the date, or say that nobody knows it."))
        if day is None:
            return said
        birth = self.subject.record.person.birth
        if str(day) > clock.date_of(self.subject.at).isoformat():
            self.add_error("day", _("This date lies in the future."))
        elif birth is not None and str(day) < str(birth)[: len(str(day))]:
            self.add_error("day", _("The date of death lies before the date of birth."))
        return said

    def facts(self) -> list[tuple[Any, Any]]:
        person, said = self.subject.record.person, self.cleaned_data
        day = formatters.day(said["day"]) if said["day"] else gettext("not known yet")
        return [
            (gettext("Name"), person.name),
            (gettext("Date of birth"), formatters.day(person.birth)),
            (gettext("ID number"), person.id_masked or "—"),
            (gettext("Registered in"), person.place),
            (gettext("Date of death"), day),
            (gettext("Document it rests on"), str(registry.Evidence(said["evidence_kind"]).label)),
            (gettext("Number or date of the document"), said["evidence"]),
        ]

    def follows(self) -> list[Any]:
        lines = [
            gettext(
                "What was due to this person up to the year of death stays due: the household's page shows "
                "it year by year, and the family can still claim it."
            ),
            gettext("From the year after, nothing more is computed for this person."),
            gettext(
                "Whoever was insured with the basic pension insurance: the family can ask the social "
                "insurance office for the funeral allowance and the support for survivors (Social Insurance "
                "Law, article 17)."
            ),
            gettext("Nobody else of the household is registered otherwise because of it."),
        ]
        lines += self._cases()
        if self.subject.record.person.relation in HEADS:
            lines.append(gettext("This person is the head of the household: choose a new head afterwards."))
        lines.append(gettext("Recorded by mistake, it can be taken back: another person has to approve."))
        return lines

    def _cases(self) -> list[Any]:
        """What follows for each case of the person that the reader may read, and for its payment."""
        day, subject = self.cleaned_data["day"], self.subject
        on = clock.date_of(subject.at)
        found = casework.of_person(subject.person_id, by=subject.by, on=on)
        touched = [one for one in found if one.state in case_deaths.TOUCHED]
        held = payments.not_with_bank([one.case_id for one in touched]) if touched else set()
        died = day.year if day is not None else 0
        return [
            said
            for one in touched
            for said in case_deaths.follows(
                one, died, in_batch=one.case_id in held, language=subject.language
            )
        ]

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        return registry.record_death(
            **whom, died=said["day"], document=(said["evidence_kind"], said["evidence"])
        )
