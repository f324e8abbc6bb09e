"""What the forms of acts on one person have in common: dates as far as known, documents, other people.

Only what the act itself needs is asked: nothing about anybody's other children or about a marriage that is
not the one being recorded.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.date_parsing import parse_date, too_long_ago
from tongchou.web.console.forms import ConsoleForm

#: What a choice of people ends with: somebody named by number, or somebody who is not registered here.
BY_NUMBER, OUTSIDE = "number", "outside"


class PeopleSelect(forms.Select):
    """A choice among people, whose names are Chinese on every page and marked so, and other answers."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value).isdigit():
            option["attrs"]["lang"] = "zh-Hans"
        return option


class DayField(forms.CharField):
    """A date as far as it is known; the cleaned value is a ``PartialDate`` or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Date"))
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("help_text", _("Such as 2026-05-01; year and month if the day is not known."))
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Write the date.")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = parse_date(text, latest_year=clock.today().year).date
        if found is None and too_long_ago(text):
            raise forms.ValidationError(_("This is too long ago. Check the year."))
        if found is None:
            raise forms.ValidationError(_("This is not a date. Write it such as 2026-05-01."))
        return found


class NameField(forms.CharField):
    """A person's name, checked as registers are. Without a ``maxlength`` by which a browser would cut it."""

    #: What stands there already, and is kept as it is.
    kept = ""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Name"))
        super().__init__(**kwargs)
        self.error_messages["required"] = kwargs.get("error_messages", {}).get(
            "required", _("Write the name.")
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or text == self.kept:
            return text
        try:
            return registry.check_name(text)
        except Invalid as error:
            raise forms.ValidationError(error.message) from error


def evidence_fields() -> dict[str, forms.Field]:
    """The document something rests on: its kind, and its number or date in words."""
    return {
        "evidence_kind": forms.ChoiceField(
            label=_("Document it rests on"),
            choices=[("", _("Choose the kind of document")), *registry.Evidence.choices],
            error_messages={"required": _("Choose the kind of document.")},
        ),
        "evidence": forms.CharField(
            label=_("Number or date of the document"),
            max_length=registry.LONGEST_EVIDENCE,
            help_text=_("In words; no copy is kept. It is stored encrypted."),
            error_messages={"required": _("Write the number or the date of the document.")},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
    }


@dataclass
class Subject:
    """Whom the act is about and who does it; ``others`` are the other members of the household by number."""

    record: registry.PersonRecord
    scope: Scope
    by: Account
    at: dt.datetime
    language: str
    others: dict[int, str] = field(default_factory=dict)

    @property
    def person_id(self) -> int:
        return self.record.person.person_id


class ActForm(ConsoleForm):
    """A form of one act. ``save`` records it; what it raises is shown above the form."""

    title: ClassVar[Promise]
    button: ClassVar[Promise]
    done: ClassVar[Promise]
    about: ClassVar[Promise | str] = ""
    #: Offered for somebody who has died?
    for_the_dead = False
    asks_document = False
    #: From what age the page of a person offers it. Only what is offered depends on it: by its address every
    #: act is open for everybody, because a register records what has happened at whatever age it did.
    offered_from = 0
    #: May the others of the household that are named have died?
    names_the_dead = False
    #: Is what will be recorded shown before it is?
    looked_at_first = False
    elsewhere = {
        "died": "day",
        "since": "day",
        "converted_on": "day",
        "adopters": "first",
        "parents": "other",
    }

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.people: dict[str, int | None] = {}
        self._choices_of_people: list[str] = []
        self.prepare()
        if self.asks_document:
            self.fields.update(evidence_fields())
        self.prepared()

    def prepare(self) -> None:
        """Fill in what depends on the subject."""

    def prepared(self) -> None:
        """What comes after everything else."""

    def facts(self) -> list[tuple[Any, Any]]:
        """What will be recorded, in words, for a look at it first."""
        raise NotImplementedError

    def follows(self) -> list[Any]:
        """What follows from it, a sentence each."""
        return []

    def save(self) -> registry.Recorded:
        """Record the act.

        Raises
        ------
        AppError
            Whatever the registry says against it.
        """
        return self.record(
            {"person_id": self.subject.person_id, "by": self.subject.by, "at": self.subject.at},
            self.cleaned_data,
        )

    def record(self, whom: dict[str, Any], said: dict[str, Any]) -> registry.Recorded:
        raise NotImplementedError

    def person_field(
        self,
        name: str,
        label: Any,
        number: Any,
        *,
        outside: bool,
        required: bool = True,
        far: bool = False,
    ) -> None:
        """A choice among the household, or somebody by identity number, or somebody not registered here.

        ``number`` says whose identity number it is: a form may ask for several.
        ``far`` leaves out parents, children, brothers and sisters, who are not meant.
        After cleaning, ``people[name]`` is the number of the chosen person; None for one outside, or nobody.
        """
        near = registry.near_kin(self.subject.person_id) if far else set()
        offered = {pk: text for pk, text in self.subject.others.items() if pk not in near}
        choices = [("", _("Choose who it is")), *((str(pk), text) for pk, text in offered.items())]
        choices.append((BY_NUMBER, _("Somebody else, by identity number")))
        if outside:
            choices.append((OUTSIDE, _("Not in the register of these areas")))
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            required=required,
            error_messages={"required": _("Choose who it is.")},
            widget=PeopleSelect,
        )
        self.fields[f"{name}_number"] = forms.CharField(
            label=number,
            required=False,
            max_length=20,
            help_text=_("Only for somebody else; registered or living in your areas."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self._choices_of_people.append(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self._choices_of_people:
            self.people[name] = self._whom(name, cleaned)
        return cleaned

    def _whom(self, name: str, cleaned: dict[str, Any]) -> int | None:
        chosen = cleaned.get(name, "")
        if chosen in ("", OUTSIDE):
            return None
        if chosen != BY_NUMBER:
            return int(chosen)
        number = (cleaned.get(f"{name}_number") or "").strip()
        if not number:
            self.add_error(f"{name}_number", _("Write the identity number."))
            return None
        found = registry.search(number, scope=self.subject.scope, limit=2) if len(number) in (15, 18) else []
        if len(found) != 1:
            message = _("Nobody in your areas is registered with this identity number. Check it.")
            self.add_error(f"{name}_number", message)
            return None
        return found[0].person_id
