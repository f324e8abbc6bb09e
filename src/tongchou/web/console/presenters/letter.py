"""The letter to one person about one programme: answer, reasons, what is missing, what changes, whom to ask.

Paper travels. What a condition that rests on family facts saw is left out: its words and answer are enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.domain.policy import alternative_words
from tongchou.domain.policy.explanation import OUTCOME_WORDS, Explanation
from tongchou.domain.policy.rules import first_day
from tongchou.web.console import formatters
from tongchou.web.console.presenters import claim_windows, results
from tongchou.web.console.presenters.letter_address import without_applicant

Outcome = entitlements.Outcome
_OFFICE = (
    ("office_name", gettext_lazy("Office")),
    ("office_phone", gettext_lazy("Telephone")),
    ("office_address", gettext_lazy("Address")),
    ("oversight_phone", gettext_lazy("Telephone for complaints")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A programme the person can be written to about."""

    programme: str
    title: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that decides, and the papers or offices that have it."""

    label: str
    where: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything the sheet says."""

    unit: str
    title: str
    year: int
    written: str
    outcome: str
    amount: str
    why: str
    next: list[str]
    clauses: list[results.Clause]
    missing: list[Missing]
    changes: list[str]
    beside: list[str]
    citations: list[str]
    office: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """To whom, and the letter once a programme is chosen."""

    person_id: int
    name: str
    to: str
    id_masked: str
    place: str
    year: int
    choices: list[Choice]
    back: str
    letter: Letter | None


def present(
    person: registry.PersonHit,
    answers: entitlements.PersonEntitlements,
    *,
    programme: str,
    year: int,
    today: dt.date,
    office: Mapping[str, str],
    language: str,
) -> Page:
    """The page for a person; with a letter if ``programme`` is one of those that were asked about."""
    chosen = next((one for one in answers.results if one.programme == programme), None)
    return Page(
        person_id=person.person_id,
        name=person.name,
        to=without_applicant(person, today),
        id_masked=person.id_masked,
        place=person.place,
        year=year,
        choices=[Choice(one.programme, one.title_in(language)) for one in answers.results],
        back=_back(person, year),
        letter=None
        if chosen is None
        else letter(
            chosen,
            claimed=chosen.programme in answers.claimed,
            today=today,
            office=office,
            language=language,
        ),
    )


def letter(
    answer: Explanation, *, claimed: bool, today: dt.date, office: Mapping[str, str], language: str
) -> Letter:
    """The letter about one answer."""
    shown = results.timed(answer, claimed=claimed, year=answer.year, today=today, language=language)
    kept_back = entitlements.withheld(answer)
    codes = [node.code for node in answer.conditions]
    return Letter(
        unit=office.get("unit_name", ""),
        title=shown.title,
        year=answer.year,
        written=formatters.day(today),
        outcome=shown.chip.label if shown.over else OUTCOME_WORDS[answer.outcome].of(language),
        amount="" if shown.over else shown.amount,
        why=shown.why,
        next=steps(answer, claimed=claimed, today=today, language=language),
        clauses=[
            replace(one, detail="", change="", parts=()) if code in kept_back else one
            for code, one in zip(codes, shown.clauses, strict=True)
        ],
        missing=_missing(answer, language),
        changes=shown.changes,
        beside=shown.beside,
        citations=shown.citations,
        office=[(str(label), office[name]) for name, label in _OFFICE if office.get(name)],
    )


def steps(answer: Explanation, *, claimed: bool, today: dt.date, language: str) -> list[str]:
    """What whom the letter is for can do."""
    if answer.outcome == Outcome.NOT_ENTITLED:
        return []
    if not claimed and answer.claim_by is not None and answer.claim_by < today:
        years = claim_windows.years(answer, today=today, language=language)
        return [years.missed] if years is not None and years.missed else []
    if answer.outcome == Outcome.NEEDS_INFORMATION:
        return [_("Nothing is refused because a fact is missing.")]
    if claimed:
        return [_("Your application is in. Nothing more is needed from you now.")]
    by, first = answer.claim_by, first_day(answer.rules, answer.year)
    if by is None and answer.year < today.year:
        told = [results.year_over(answer.year)]
    elif by is None:
        told = [_("Please apply at the township of your registered residence.")]
    elif first is not None and first > today:
        told = [
            _(
                "%(year)s can be applied for at the township of the registered residence from %(first)s to "
                "%(day)s."
            )
            % {"year": answer.year, "first": formatters.day(first), "day": formatters.day(by)}
        ]
    else:
        told = [
            _("Please apply at the township of your registered residence by %(day)s.")
            % {"day": formatters.day(by)}
        ]
    statement = answer.rules.statement
    if statement and answer.outcome == Outcome.SUBJECT_TO_STATEMENT:
        told.append(
            _("You sign this statement, for this application only: %(text)s")
            % {"text": statement.text.of(language)}
        )
    return told


def office_words(unit: places.Area | None, *, on: dt.date) -> dict[str, str]:
    """What the unit says of itself and its office on a day, by the parameter's name."""
    known = local.values_at(unit, on=on) if unit else {}
    names = ("unit_name", *(name for name, _label in _OFFICE))
    return {name: str(known[name].value) for name in names if name in known}


def _missing(answer: Explanation, language: str) -> list[Missing]:
    semicolon = pgettext("between reasons", "; ")
    return [
        Missing(
            label,
            semicolon.join(hint.of(language) for hint in alternative_words.hints(answer.rules, [name]))
            or _("Ask the office named below."),
        )
        for name, label in answer.missing_labels(language)
    ]


def _back(person: registry.PersonHit, year: int) -> str:
    if person.household_id is None:
        return reverse("console:person", args=[person.person_id])
    return reverse("console:household", args=[person.household_id]) + f"?year={year}"
