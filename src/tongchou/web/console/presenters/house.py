"""The household page: members, and each programme's answer with its reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.registry import api as registry
from tongchou.web.console import formatters
from tongchou.web.console.presenters import people, results

#: First year the programmes speak of that people still ask about.
EARLIEST = 2025
#: Answers whose reasons are shown at once.
UNFOLDED = 2


@dataclass(frozen=True, slots=True)
class Year:
    label: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One person's part of the summary."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What the family should know first."""

    title: str
    lines: list[Line]
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class PersonResults:
    person_id: int
    name: str
    about: str
    results: list[results.Result]


@dataclass(frozen=True, slots=True)
class House:
    """Everything the page shows."""

    household_id: int
    name: str
    place: str
    number: str
    year: int
    years: list[Year]
    summary: Summary
    members: list[people.Member]
    kin: list[people.Kin]
    results: list[PersonResults]
    mistakes: list[tuple[str, str]]  # why a claim can be taken back; empty for who may not


def year_from(text: str, today: dt.date) -> int:
    """The year asked for; this year when it is not one the page offers.

    Examples
    --------
    >>> today = dt.date(2026, 5, 1)
    >>> year_from("2025", today), year_from("1999", today), year_from("", today)
    (2025, 2026, 2026)
    """
    offered = {str(year): year for year in years(today)}
    return offered.get(text, today.year)


def years(today: dt.date) -> list[int]:
    """The years the page offers: the last, this one and the next."""
    return [year for year in (today.year - 1, today.year, today.year + 1) if year >= EARLIEST]


def present(
    house: registry.HouseholdView,
    answers: Iterable[entitlements.PersonEntitlements],
    *,
    year: int,
    today: dt.date,
    language: str,
    may_unmask: bool,
    may_claim: bool = False,
) -> House:
    """The page of a household in a year."""
    members = {member.person_id: member for member in house.members}
    by_person = {answer.person_id: answer for answer in answers}
    shown = [
        PersonResults(
            person_id=number,
            name=member.name,
            about=people.about(member, today=today, language=language),
            results=_answers(by_person[number], year=year, today=today, language=language),
        )
        for number, member in members.items()
        if number in by_person
    ]
    _unfold(shown)
    # Whoever has something to claim or to clarify comes first; the rest keep the household's order.
    shown.sort(key=lambda person: min((one.rank for one in person.results), default=results.LAST))
    head = house.head or (house.members[0] if house.members else None)
    address = reverse("console:household", args=[house.household_id])
    return House(
        household_id=house.household_id,
        name=head.name if head else house.number,
        place=" · ".join(part for part in (house.place, house.group_name) if part),
        number=house.number,
        year=year,
        years=[Year(one, f"{address}?year={one}", one == year) for one in years(today)],
        summary=_summary(shown, year),
        members=[
            people.member(member, today=today, language=language, may_unmask=may_unmask)
            for member in house.members
        ],
        kin=people.kin(house),
        results=shown,
        mistakes=entitlements.ClaimMistake.choices if may_claim else [],
    )


def _answers(
    answers: entitlements.PersonEntitlements, *, year: int, today: dt.date, language: str
) -> list[results.Result]:
    """The year's answers; on this year's page also what the year before still holds, first."""
    of_year = results.ordered(answers, year=year, today=today, language=language)
    if year != today.year:
        return of_year
    before = results.earlier(answers, today=today, language=language)
    return sorted([*before, *of_year], key=lambda one: one.rank)


def _unfold(shown: list[PersonResults]) -> None:
    """Opens the reasons of what asks for something when they are few; else the page would be all reasons."""
    asking = [one for person in shown for one in person.results if one.to_claim or one.unclear]
    for one in asking if len(asking) <= UNFOLDED else ():
        one.open = True


def _summary(shown: list[PersonResults], year: int) -> Summary:
    """What can still be claimed; else what would settle the open answers; else that all is done."""
    open_ones = [(person, one) for person in shown for one in person.results if one.to_claim]
    unclear = [(person, one) for person in shown for one in person.results if one.unclear]
    lines = [Line(person.name, one.summary) for person, one in (*open_ones, *unclear)]
    if open_ones:
        total = formatters.yuan(sum(one.amount_fen or 0 for _person, one in open_ones))
        number = len(open_ones)
        title = ngettext(
            "%(n)s benefit is waiting for this family in %(year)s: %(total)s",
            "%(n)s benefits are waiting for this family in %(year)s: %(total)s together",
            number,
        ) % {"year": year, "n": number, "total": total}
        return Summary(title, lines, "good", "heart")
    if unclear:
        facts = {(person.person_id, fact) for person, one in unclear for fact in one.missing}
        number = max(1, len(facts))
        title = ngettext("%(n)s more fact decides", "%(n)s more facts decide", number) % {"n": number}
        return Summary(title, lines, "warn", "question")
    over = [
        Line(person.name, one.summary)
        for person in shown
        for one in person.results
        if one.over and one.amount
    ]
    if over:
        title = _("The time to claim for %(year)s is over") % {"year": year}
        return Summary(title, over, "", "clock")
    claimed = any(one.claimed for person in shown for one in person.results)
    if claimed:
        title = _("Everything for %(year)s has been claimed") % {"year": year}
        return Summary(title, [], "good", "check")
    return Summary(_("Nothing to claim in %(year)s") % {"year": year}, [], "", "info")
