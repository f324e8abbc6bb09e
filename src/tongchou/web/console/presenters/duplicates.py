"""Pairs of records as the pages show them: lines of a list, and two records side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.registry import api as registry
from tongchou.core import accounts
from tongchou.core.scope import Scope
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import duplicate_words, people, record

#: The lists, and what each is called.
TABS = (
    ("sure", gettext_lazy("Very likely one person")),
    ("ask", gettext_lazy("Look at both")),
    ("second", gettext_lazy("Wait for a second person")),
    ("village", gettext_lazy("The village is asked")),
    ("joined", gettext_lazy("Joined")),
    ("two", gettext_lazy("Two people")),
)
_CHIPS = {
    duplicates.State.OPEN: ("question", "warn"),
    duplicates.State.VILLAGE: ("place", "warn"),
    duplicates.State.PROPOSED: ("clock", "warn"),
    duplicates.State.APART: ("clock", "warn"),
    duplicates.State.JOINED: ("check", "good"),
    duplicates.State.TWO: ("users", ""),
    duplicates.State.GONE: ("cross", ""),
}
_REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Record:
    """One record in a line; empty for one that went."""

    name: str = "—"
    birth: str = ""
    number: str = ""
    place: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    pk: int
    url: str
    one: Record
    other: Record
    reasons: list[str]
    chip: Chip
    answer: str
    again: bool
    keep_id: int
    seen: str
    own: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both records."""

    label: str
    values: list[str]
    differs: bool
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One record."""

    person_id: int
    name: str
    title: str
    url: str
    place: str
    bound: bool
    number: str
    family: list[str]
    entries: list[record.EntryLine]
    obstacles: tuple[str, ...]
    stays: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did about the pair."""

    what: str
    more: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Page:
    pk: int
    title: str
    chip: Chip
    state: str
    sides: list[Side]
    rows: list[Row]
    speaks_for: list[str]
    speaks_against: list[str]
    changed: str
    answer: str
    steps: list[Step]
    seen: str
    own: bool
    may_decide: bool
    keep_id: int
    two_numbers: bool
    blocked: bool


def chip(state: str) -> Chip:
    return Chip(str(duplicates.State(state).label), *_CHIPS[duplicates.State(state)])


def lines(found: Iterable[duplicates.Line]) -> list[Line]:
    """Pairs as lines."""
    return [
        Line(
            pk=one.pair.pk,
            url=reverse("console:duplicate", args=[one.pair.pk]),
            one=_record(one.one, _stays(one)),
            other=_record(one.other, _stays(one)),
            reasons=_reasons(one.pair),
            chip=chip(one.pair.state),
            answer=str(duplicates.Answer(one.pair.answer).label) if one.pair.answer else "",
            again=bool(one.pair.changed),
            keep_id=one.keep_id,
            seen=one.seen,
            own=one.own,
        )
        for one in found
    ]


def _stays(one: duplicates.Line) -> int:
    """The record that stays, or would: 0 once both do, being of two people, or one of them went."""
    return 0 if one.pair.state in (duplicates.State.TWO, duplicates.State.GONE) else one.keep_id


def _record(hit: registry.PersonHit | None, keep_id: int) -> Record:
    if hit is None:
        return Record()
    return Record(
        hit.name, formatters.day(hit.birth), hit.id_masked or "—", hit.place, hit.person_id == keep_id
    )


def _reasons(pair: duplicates.Pair) -> list[str]:
    speaks_for, _against = duplicates.clauses(pair)
    words = [duplicate_words.clause(*one) for one in speaks_for]
    return [text for text in words if text][:_REASONS_SHOWN]


def page(view: duplicates.View, *, scope: Scope, today: dt.date, language: str) -> Page:
    """Two records side by side."""
    titles = (_("First record"), _("Second record"))
    names = accounts.names(step.by_id for step in view.judgements)
    sides = [
        _side(one, titles[place], view, scope=scope, today=today, language=language)
        for place, one in enumerate(view.sides)
    ]
    numbers = {side.number for side in sides if side.number}
    said = dict.fromkeys(one.name for one in sides)
    return Page(
        pk=view.pair.pk,
        title=pgettext("between names", ", ").join(said),
        chip=chip(view.pair.state),
        state=view.pair.state,
        sides=sides,
        rows=_rows([one.record for one in view.sides], language),
        speaks_for=_words(view.speaks_for),
        speaks_against=_words(view.speaks_against),
        changed=pgettext("between names", ", ").join(duplicate_words.fact(one) for one in view.changed),
        answer=str(duplicates.Answer(view.pair.answer).label) if view.pair.answer else "",
        steps=[_step(one, names) for one in view.judgements],
        seen=view.seen,
        own=view.own,
        may_decide=view.may_decide,
        keep_id=view.keep_id,
        two_numbers=len(numbers) > 1 or _differ(view),
        blocked=bool(view.obstacles) and all(view.obstacles.values()),
    )


def _differ(view: duplicates.View) -> bool:
    """Two numbers whose masks look alike are still two."""
    return len([one for one in view.sides if one.record.person.id_masked]) > 1


def _words(found: Iterable[tuple[str, int]]) -> list[str]:
    return [text for text in (duplicate_words.clause(*one) for one in found) if text]


def _side(
    one: duplicates.SideView,
    title: str,
    view: duplicates.View,
    *,
    scope: Scope,
    today: dt.date,
    language: str,
) -> Side:
    person = one.record.person
    members = one.household.members if one.household else ()
    return Side(
        person_id=person.person_id,
        name=person.name,
        title=title,
        url=reverse("console:person", args=[person.person_id]),
        place=person.place,
        bound=one.bound,
        number=person.id_masked,
        family=[
            f"{member.name}（{people.about(member, today=today, language=language)}）"
            for member in members
            if member.person_id != person.person_id
        ],
        entries=record.entries(one.entries, may_take_back=False),
        obstacles=view.obstacles.get(person.person_id, ()),
        stays=person.person_id == view.keep_id,
    )


def _step(one: duplicates.Judgement, names: dict[int, str]) -> Step:
    more = duplicates.Answer(one.answer).label if one.answer else ""
    more = duplicates.Refusal(one.refusal).label if one.refusal else more
    return Step(
        str(duplicates.Act(one.act).label), str(more), names.get(one.by_id, ""), formatters.moment(one.at)
    )


def _rows(records: list[registry.PersonRecord], language: str) -> list[Row]:
    """Fact by fact; a fact is marked where both are known and differ, or one alone is known."""
    told = [_facts(one, language) for one in records]
    return [
        Row(
            label,
            [facts[label] or "—" for facts in told],
            len({facts[label] for facts in told} - {""}) > 1,
            chinese,
        )
        for label, chinese in _labels().items()
    ]


def _labels() -> dict[str, bool]:
    """The rows, and whether their values are Chinese whatever the language of the page."""
    return {
        _("Name"): True,
        _("Sex"): False,
        _("Date of birth"): False,
        _("ID number"): False,
        _("Phone"): False,
        _("Registered in"): True,
        _("Household no."): False,
        _("Relation to head"): False,
        _("Ethnicity"): False,
        _("Education"): False,
        _("Lives elsewhere"): False,
        _("Deceased"): False,
    }


def _facts(one: registry.PersonRecord, language: str) -> dict[str, str]:
    person = one.person
    away = {True: person.lives_at or _("Yes"), False: _("No"), None: ""}[person.lives_away]
    values = (
        person.name,
        people.sex(person.sex, language) if person.sex else "",
        formatters.day(person.birth) if person.birth else "",
        person.id_masked,
        person.phone_masked,
        person.place,
        one.household_number,
        people.relation(person.relation, language) if person.relation else "",
        record.value("ethnicity", one.ethnicity, language) or one.ethnicity_text,
        record.value("education", one.education, language),
        away,
        _("Yes") if person.deceased else _("No"),
    )
    return dict(zip(_labels(), values, strict=True))
