"""The programmes for everybody to read: for whom, conditions, values over time, examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.core.scope import Scope
from tongchou.domain.policy import tree
from tongchou.domain.policy.certify import Example
from tongchou.domain.policy.dated import DatedValue, Parameter
from tongchou.domain.policy.outcomes import OUTCOME_WORDS
from tongchou.domain.policy.overlaps import Overlap
from tongchou.domain.policy.words import number
from tongchou.policies import cases
from tongchou.policies import law as legislation
from tongchou.policies.case_kinds import case_kinds
from tongchou.policies.services import services
from tongchou.web.console import formatters
from tongchou.web.console.presenters import claim_windows

LEVELS: dict[str, str | Promise] = {
    "national": pgettext_lazy("level of law", "State"),
    "province": gettext_lazy("Province"),
    "prefecture": gettext_lazy("Prefecture"),
    "county": gettext_lazy("County"),
}
_WAYS: dict[str, str | Promise] = {
    "set": gettext_lazy("may set it"),
    "raise": gettext_lazy("may raise it"),
    "lower": gettext_lazy("may lower it"),
}
KINDS: dict[str, str | Promise] = {
    "open": gettext_lazy("Open to everyone alike"),
    "legacy": gettext_lazy("Kept by law for births up to 2015"),
    "private": gettext_lazy("Private: no list, no public notice"),
}
#: Beside money, once they have changed; years of birth and grades are no heights of a line.
_DRAWN = {"years", "months"}
_UNITS: dict[str, str | Promise] = {
    "year": "",
    "years": "",
    "months": gettext_lazy("months"),
    "persons": gettext_lazy("people"),
    "grade": "",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A programme in the catalogue: ``now`` what it gives this year, in words."""

    code: str
    title: str
    about: str
    kind: str
    private: bool
    now: str


@dataclass(frozen=True, slots=True)
class Group:
    """Programmes that are found in the same way."""

    title: str
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Service:
    title: str
    who: str
    where: str
    source: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a table of time; ``plain`` is the number a chart draws."""

    since: str
    until: str
    text: str
    plain: float
    start: str
    level: str
    source: str
    assumed: bool
    known_from: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A parameter: its values, who may set it, and whether there is a chart of it."""

    name: str
    label: str
    may: str
    why: str
    values: tuple[Value, ...]
    unit: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition with those below it."""

    label: str
    source: str
    parts: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Case:
    about: str
    year: int
    answer: str
    claim_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits and was claimed in the reader's areas this year; for those who see the work-list."""

    year: int
    open: int
    unclear: int
    claimed: int
    #: How many of ``open`` are of years before and can still be claimed.
    earlier: int


@dataclass(frozen=True, slots=True)
class Page:
    """One programme; while an amount is waited for only ``missing`` of what has a default is filled."""

    code: str
    title: str
    about: str
    found: str
    parameters: tuple[Shown, ...]
    cases: tuple[Case, ...]
    overlaps: tuple[str, ...]
    areas: tuple[str, ...]
    known: dt.date | None
    claiming: claim_windows.Words
    kind: str = ""
    neutral: str = ""
    since: int | None = None
    missing: tuple[str, ...] = ()
    statement: str = ""
    clauses: tuple[Clause, ...] = ()
    sources: tuple[str, ...] = ()
    counted: bool = False  # how many wait for it is counted, for those who see the work-list
    affected: str = ""  # who it is about, where no number is shown
    waiting: Waiting | None = None


FOUND: dict[str, str | Promise] = {
    "registry": gettext_lazy(
        "Found by looking through the registry: who is entitled stands on the work-list of the village."
    ),
    "application": gettext_lazy("Answered to whoever asks: nobody is looked for and nobody is listed."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place whose law is shown; ``value`` stands in the address, empty for what all have in common."""

    value: str
    label: str
    law: policies.Law


def places(asked: str, language: str) -> tuple[Place, tuple[Place, ...]]:
    """The place asked for, and those to choose from; none where one law holds everywhere.

    A place that is not known is what all have in common.
    """
    laws = policies.laws()
    whole = Place("", _("What all have in common"), laws.here)
    if laws.nested:
        return whole, ()
    others = (
        Place(one.area_code, f"{LEVELS[one.level]}: {one.area.of(language)}", laws.of(one.area_code))
        for one in laws.overlays
        if one not in laws.common
    )
    offered = (whole, *others)
    return next((one for one in offered if one.value == asked), whole), offered


def catalogue(language: str, year: int, here: policies.Law) -> tuple[tuple[Group, ...], tuple[Service, ...]]:
    """All programmes of a law by how they are found, and the services open to everyone."""
    by_finding: dict[str, list[Entry]] = {"registry": [], "application": []}
    for one in here.programmes:
        by_finding[one.finding].append(_entry(one, language, year))
    unset = [
        Entry(one.code, one.title_in(language), one.about.of(language), kind="", private=False, now="")
        for one in here.unset
    ]
    groups = (
        Group(_("The village comes to you"), str(FOUND["registry"]), tuple(by_finding["registry"])),
        Group(_("For whoever asks"), str(FOUND["application"]), tuple(by_finding["application"])),
        Group(
            _("Waiting for an amount"),
            _("The law leaves the amount to province, prefecture or county, and none is entered here."),
            tuple(unset),
        ),
    )
    shown = tuple(
        Service(*(words.of(language) for words in (one.title, one.who, one.where, one.source)))
        for one in services()
    )
    return tuple(group for group in groups if group.entries), shown


def _entry(one: policies.Programme, language: str, year: int) -> Entry:
    return Entry(
        code=one.code,
        title=one.title_in(language),
        about=one.summary.of(language) if one.summary else "",
        kind=str(KINDS[one.kind]),
        private=one.kind == "private",
        now=_now(one, language, year),
    )


def _now(one: policies.Programme, language: str, year: int) -> str:
    """The amounts of the year in a few words."""
    if one.benefit == "service":
        return _("Free")
    if year < one.first_year:
        return _("From %(year)s on") % {"year": one.first_year}
    used = [part.name for part in tree.walk(one.amount) if isinstance(part, tree.Param)]
    amounts = [one.parameters[name] for name in dict.fromkeys(used)]
    values = [p.in_year(year).value for p in amounts if p.year_unit == "fen"]
    if not values:
        return ""
    least, most = (number(value, language, "fen") for value in (min(values), max(values)))
    if len(set(values)) == 1:
        return _("%(amount)s in %(year)s") % {"amount": most, "year": year}
    return _("%(least)s to %(most)s in %(year)s") % {"least": least, "most": most, "year": year}


def page(
    code: str, *, language: str, known: dt.date | None, scope: Scope | None, year: int, here: policies.Law
) -> Page | None:
    """One programme; ``None`` when there is none of that code.

    Parameters
    ----------
    known
        Show the values as they were known on this day.
    scope
        Where the reader sees the work-list; ``None`` for everybody else.
    here
        The law of the place shown.
    """
    unset = next((one for one in here.unset if one.code == code), None)
    programme = next((one for one in here.programmes if one.code == code), None)
    kind = next((one for one in case_kinds().values() if one.programme == code), None)
    if known is not None:
        parameters = legislation.parameters_of(here.overlays, known).get(code)
    else:
        parameters = programme.parameters if programme else unset.by_name if unset else None
    if parameters is None:
        return None
    told = Page(
        code=code,
        title="",
        about="",
        found=str(FOUND["application"]),
        affected=_("Nobody has set its amount for this area, so it is worked out for nobody yet."),
        parameters=tuple(_shown(one, language) for one in parameters.values()),
        cases=tuple(_case(one, language) for one in cases.read(code).examples),
        overlaps=tuple(_overlap(one, language) for one in here.overlaps if code in one.programmes),
        areas=tuple(f"{LEVELS[one.level]}: {one.area.of(language)}" for one in here.overlays),
        known=known,
        claiming=claim_windows.words(programme, language) or claim_windows.calendar(kind, language),
    )
    if unset is not None:
        return replace(
            told,
            title=unset.title_in(language),
            about=unset.about.of(language),
            missing=tuple(one.label.of(language) for one in unset.missing),
        )
    assert programme is not None  # whatever has parameters is one of the two
    return replace(
        told,
        title=programme.title_in(language),
        about=programme.summary.of(language) if programme.summary else "",
        kind=str(KINDS[programme.kind]),
        neutral=programme.neutral.of(language) if programme.neutral else "",
        found=str(FOUND[programme.finding]),
        since=programme.first_year,
        statement=programme.statement.text.of(language) if programme.statement else "",
        clauses=tuple(_clause(one, language) for one in programme.conditions),
        sources=tuple(dict.fromkeys(one.of(language) for one in programme.citations)),
        counted=_counted(programme),
        affected=_affected(programme),
        waiting=_waiting(programme, scope, year),
    )


def _counted(programme: policies.Programme) -> bool:
    return programme.finding == "registry" and programme.kind != "private"


def _affected(programme: policies.Programme) -> str:
    """Whom a reader without the work-list is told of: nobody by number, and why."""
    if programme.kind == "private":
        return _(
            "Whoever meets the conditions above. The programme is private: no page says how many they are; "
            "two named officers alone handle the cases."
        )
    if programme.finding == "registry":
        return _(
            "Whoever meets the conditions above. Officers who sign in see here how many in their areas have "
            "not claimed, how many lack a fact and how many have claimed, with the way to the work-list. How "
            "another amount would change these numbers is answered by the simulation."
        )
    return _(
        "Whoever meets the conditions above and asks. Nobody is looked through for it, so nobody is counted "
        "in advance."
    )


def _case(one: Example, language: str) -> Case:
    words = OUTCOME_WORDS[one.expect.outcome].of(language)
    if one.expect.amount_fen is not None:
        comma = "，" if language == "zh" else ", "
        words += comma + number(one.expect.amount_fen, language, "fen")
    by = one.expect.claim_by
    return Case(one.text.of(language), one.year, words, formatters.day(by) if by else "")


def _overlap(one: Overlap, language: str) -> str:
    """The rule, by whom it is, and since when where it has not always held."""
    told = one.told(language)
    if one.start is None:
        return told
    since = _("%(level)s, from %(year)s on") if one.until is None else _("%(level)s, %(year)s to %(last)s")
    span = {"level": LEVELS[one.level], "year": one.start.year, "last": one.until and one.until.year}
    return f"{told} · {since % span}"


def _waiting(programme: policies.Programme, scope: Scope | None, year: int) -> Waiting | None:
    if scope is None or programme.finding != "registry":
        return None
    counts: Mapping[str, int] | None = entitlements.counts(scope=scope, year=year).get(programme.code)
    if counts is None:
        return None
    return Waiting(
        year, counts["open"], counts["needs_information"], counts["claimed"], counts["open_earlier"]
    )


def _clause(condition: tree.Condition, language: str) -> Clause:
    parts = [part for part in tree.own(condition) if isinstance(part, tree.Condition)]
    return Clause(
        label=condition.label.of(language),
        source=condition.citation.of(language) if condition.citation else "",
        parts=tuple(_clause(part, language) for part in dict.fromkeys(parts)),
    )


def _shown(one: Parameter, language: str) -> Shown:
    money = one.year_unit == "fen"
    return Shown(
        name=one.name,
        label=one.label.of(language),
        may=_may(one),
        why=one.local.reference.of(language) if one.local else "",
        values=tuple(_value(one, dated, language) for dated in one.values),
        unit=_("yuan a month")
        if one.unit == "fen_per_month"
        else _("yuan")
        if money
        else str(_UNITS[one.unit]),
        drawn=bool(one.values) and (money or (one.unit in _DRAWN and len(one.values) > 1)),
    )


def _may(one: Parameter) -> str:
    if one.local is None:
        return _("The State alone")
    return _("%(levels)s %(may)s") % {
        "levels": _joined(LEVELS[level] for level in one.local.levels),
        "may": _WAYS[one.local.how],
    }


def _joined(names: Iterable[str | Promise]) -> str:
    return _(", ").join(str(name) for name in names)


def _later(dated: DatedValue) -> bool:
    """Whether it became known after its first day: else the first day says it all."""
    return dated.known_from is not None and dated.known_from > dated.start


def _value(one: Parameter, dated: DatedValue, language: str) -> Value:
    money = one.year_unit == "fen"
    return Value(
        since=formatters.day(dated.start),
        until=formatters.day(dated.until) if dated.until else "",
        text=number(dated.value, language, "fen" if money else one.unit),
        plain=dated.value / 100 if money else dated.value,
        start=dated.start.isoformat(),
        level=str(LEVELS[dated.level]),
        source=dated.reference.of(language),
        assumed=dated.assumed,
        known_from=formatters.day(dated.known) if _later(dated) else "",
    )
