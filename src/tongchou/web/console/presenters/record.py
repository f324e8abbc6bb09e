"""The page of one person: what the registry says, what was recorded, and what the reader may do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.registry import api as registry
from tongchou.core import accounts
from tongchou.core.scope import Scope
from tongchou.domain import codes, marriage_age
from tongchou.domain.dates import PartialDate
from tongchou.web.console import formatters
from tongchou.web.console.person_acts import ACTS
from tongchou.web.console.presenters import people

#: Kinds of entries that have a way back of their own, or none.
_NO_WAY_BACK = frozenset({"person_merged"})
_SINGLE = "console"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    chinese: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """What holds, and since when."""

    label: str
    value: str
    since: str
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of the history; ``taken_back`` says when it was, "" for one that counts."""

    what: str
    happened: str
    recorded: str
    who: str
    source: str
    taken_back: str
    take_back_url: str


@dataclass(frozen=True, slots=True)
class Act:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    person_id: int
    name: str
    about: str
    deceased: bool
    facts: list[Fact]
    spells: list[Spell]
    entries: list[EntryLine]
    acts: list[Act]
    correct_url: str
    household_url: str
    unmask_url: str


def present(
    record: registry.PersonRecord,
    history: Iterable[registry.EventLine],
    *,
    scope: Scope,
    permissions: Collection[str],
    today: dt.date,
    language: str,
) -> PersonPage:
    """The page for a reader with these permissions and areas."""
    person = record.person
    here = scope.covers(person.registered_scope)
    may = "registry.correct" in permissions
    numbered = bool(person.id_masked or person.phone_masked)
    return PersonPage(
        person_id=person.person_id,
        name=person.name,
        about=_about(person, today, language),
        deceased=person.deceased,
        facts=_facts(record, scope, language),
        spells=_spells(record),
        entries=entries(history, may_take_back=may and here),
        acts=_acts(person, today) if may else [],
        correct_url=reverse("console:correction-ask", args=[person.person_id])
        if "corrections.ask" in permissions
        else "",
        household_url=_household(person, scope),
        unmask_url=reverse("console:person-unmask", args=[person.person_id])
        if "registry.unmask" in permissions and numbered
        else "",
    )


def _about(person: registry.PersonHit, today: dt.date, language: str) -> str:
    years = None if person.deceased else formatters.age_on(person.birth, today)
    parts = [people.sex(person.sex, language)] if person.sex else []
    parts += [_("aged %(years)s") % {"years": years}] if years is not None else []
    return " · ".join(parts)


def _household(person: registry.PersonHit, scope: Scope) -> str:
    within = person.household_id is not None and scope.covers(person.registered_scope)
    return reverse("console:household", args=[person.household_id]) if within else ""


def _acts(person: registry.PersonHit, today: dt.date) -> list[Act]:
    # A date known in part counts for the age: whoever may be old enough is offered the act.
    oldest = marriage_age.oldest(str(person.birth or ""), PartialDate.from_date(today))
    return [
        Act(str(form.title), reverse("console:person-act", args=[person.person_id, code]))
        for code, form in ACTS.items()
        if (form.for_the_dead or not person.deceased) and (oldest is None or oldest >= form.offered_from)
    ]


def _facts(record: registry.PersonRecord, scope: Scope, language: str) -> list[Fact]:
    person = record.person
    facts = [
        Fact(_("Date of birth"), formatters.day(person.birth)),
        Fact(_("ID number"), person.id_masked or "—"),
        Fact(_("Phone"), person.phone_masked or "—"),
        Fact(
            _("Ethnicity"), _code(codes.ETHNICITY, record.ethnicity, language) or record.ethnicity_text or "—"
        ),
        Fact(_("Education"), _code(codes.EDUCATION, record.education, language) or "—"),
        Fact(_("Registered in"), person.place, chinese=True),
        Fact(_("Household no."), record.household_number or "—", url=_household(person, scope)),
        Fact(_("Relation to head"), people.relation(person.relation, language)),
    ]
    if person.deceased:
        facts.append(Fact(_("Date of death"), formatters.day(record.death)))
    return facts


def _code(table: codes.CodeList, code: str, language: str) -> str:
    return table.label(code, language) if code in table.labels else ""


def _spells(record: registry.PersonRecord) -> list[Spell]:
    lines = [
        Spell(field_label(one.kind), value(one.kind, one.value, ""), _since(one.start))
        for one in record.statuses
    ]
    for place in record.places:
        label = _("Registered residence") if place.kind == "registered" else _("Actual residence")
        lines.append(
            Spell(label, place.value or _("Elsewhere"), _since(place.start), chinese=bool(place.value))
        )
    return lines


def _since(start: str) -> str:
    return formatters.day(start) if start else _("since before the records")


def entries(history: Iterable[registry.EventLine], *, may_take_back: bool) -> list[EntryLine]:
    """The history as lines, the latest first. One query for names."""
    listed = list(history)
    names = accounts.names(one.recorded_by for one in listed)
    return [
        EntryLine(
            what=one.label,
            happened=formatters.day(one.occurred) if one.occurred else "",
            recorded=formatters.moment(one.recorded_at),
            who=names.get(one.recorded_by, ""),
            source=_("Single entry")
            if one.source == _SINGLE
            else _("A file, line %(line)s") % {"line": one.source_row}
            if one.source_row
            else _("A file"),
            taken_back=formatters.moment(one.taken_back) if one.taken_back else "",
            take_back_url=reverse("console:entry-take-back", args=[one.event_id])
            if may_take_back and one.taken_back is None and one.kind not in _NO_WAY_BACK
            else "",
        )
        for one in listed
    ]


def field_label(field: str) -> str:
    """What a field of the registry is called."""
    own = {
        "record": _("The whole record"),
        "death": _("Death"),
        "parent": _("Parent"),
        "spouse": _("Spouse"),
    }
    return own.get(field) or registry.FieldChange(field, "", "").label


def value(field: str, text: str, language: str) -> str:
    """A value of the registry in words; "" stays empty."""
    if not text:
        return ""
    if field == "sex":
        return people.sex(int(text), language)
    if field in ("birth", "death"):
        return _("recorded, without a date") if text == "yes" else formatters.day(text)
    if field == "relation":
        return people.relation(text, language)
    if field == "hukou_kind":
        return people.hukou(text)
    if field in ("ethnicity", "education"):
        return _code(codes.ETHNICITY if field == "ethnicity" else codes.EDUCATION, text, language) or text
    return {"yes": _("Yes"), "no": _("No")}.get(text, text)
