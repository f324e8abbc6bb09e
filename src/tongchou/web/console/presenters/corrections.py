"""Requests for corrections as the pages show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry import api as registry
from tongchou.core import accounts
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import record as records

_STATES = {
    corrections.WAITING: ("clock", "warn"),
    corrections.Outcome.APPROVED: ("check", "good"),
    corrections.Outcome.REFUSED: ("cross", ""),
    corrections.Outcome.WITHDRAWN: ("turn", ""),
}
#: Fields whose values are Chinese names in every language of the page.
_CHINESE = ("name", "record", "parent", "spouse", "residence", "registered_area")


@dataclass(frozen=True, slots=True)
class Line:
    url: str
    what: str
    about: str
    person: str
    place: str
    reason: str
    chip: Chip
    by: str
    at: str
    pk: int = 0
    offer: Offer | None = None  # to those who may decide it


@dataclass(frozen=True, slots=True)
class Offer:
    """What a list shows of a request to be chosen there; ``seen`` is empty when it is approved alone."""

    changes: list[Change]
    document: str  # its kind, in the language of the page
    evidence: str
    words: str
    stale: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Change:
    """Before and after, in words; ``unshown`` changes without being shown."""

    person: str
    label: str
    before: str
    after: str
    unshown: bool
    before_chinese: bool
    after_chinese: bool


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What keeps an entry from being taken back, and the people on whose account: (name, address)."""

    text: str
    people: list[tuple[str, str]]
    elsewhere: bool  # others are outside the reader's areas and have no name here


@dataclass(frozen=True, slots=True)
class Past:
    """A decided request in the history of its person."""

    line: Line
    changes: list[Change]
    refusal: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Page:
    pk: int
    line: Line
    person_url: str
    changes: list[Change]
    words: str
    evidence_kind: str
    evidence: str
    entry: str
    obstacles: tuple[str, ...]
    stale: bool
    seen: str
    own: bool
    waiting: bool
    may_decide: bool
    may_show: bool
    refusal: str
    decided_by: str
    decided_at: str


def lines(
    found: Iterable[corrections.Line],
    *,
    offers: Mapping[int, corrections.Offer] | None = None,
    language: str = "",
) -> list[Line]:
    """Requests as lines. One query for names."""
    listed = list(found)
    names = accounts.names(one.asked_by for one in listed)
    shown = {pk: _offer(one, language) for pk, one in (offers or {}).items()}
    return [_line(one, names, shown.get(one.pk)) for one in listed]


def _offer(one: corrections.Offer, language: str) -> Offer:
    return Offer(
        changes=changes(one.changes, {}, language=language),
        document=str(registry.Evidence(one.evidence_kind).label) if one.evidence_kind else "",
        evidence=one.evidence,
        words=one.words,
        stale=one.stale,
        seen=one.seen,
    )


def approved(number: int) -> str:
    """What approving several has done; nothing when nothing was approved."""
    if not number:
        return ""
    said = ngettext("%(n)s request was approved.", "%(n)s requests were approved.", number)
    return said % {"n": formatters.number(number)}


def refused(number: int) -> str:
    """What refusing several has done; nothing when nothing was refused."""
    if not number:
        return ""
    said = ngettext("%(n)s request was refused.", "%(n)s requests were refused.", number)
    return said % {"n": formatters.number(number)}


def left(one: corrections.Left) -> str:
    """Which request nothing was done about, and why."""
    which = one.person or _("Request %(number)s") % {"number": one.pk}
    return _("Not decided: %(which)s. %(why)s") % {"which": which, "why": one.error.message}


def _line(one: corrections.Line, names: dict[int, str], offer: Offer | None = None) -> Line:
    icon, tone = _STATES[one.state]
    reversal = one.kind == corrections.Kind.REVERSAL
    about = [
        str(registry.EventKind(part).label) if reversal else records.field_label(part) for part in one.about
    ]
    return Line(
        url=reverse("console:correction", args=[one.pk]),
        what=str(corrections.Kind(one.kind).label),
        about=_(", ").join(about),
        person=one.person,
        place=one.place,
        reason=str(corrections.Reason(one.reason).label),
        chip=Chip(corrections.outcome_label(one.state) or _("Waits for a decision"), icon, tone),
        by=names.get(one.asked_by, ""),
        at=formatters.moment(one.asked_at),
        pk=one.pk,
        offer=offer,
    )


def decided(found: Iterable[corrections.Decided], *, language: str) -> list[Past]:
    """Decided requests with old and new. One query for names."""
    listed = list(found)
    names = accounts.names(pk for one in listed for pk in (one.line.asked_by, one.decided_by))
    return [
        Past(
            line=_line(one.line, names),
            changes=[_entry_taken_back()]
            if one.line.kind == corrections.Kind.REVERSAL
            else changes(one.changes, {}, language=language),
            refusal=_refusal(one.refusal),
            by=names.get(one.decided_by, ""),
            at=formatters.moment(one.decided_at),
        )
        for one in listed
    ]


def _entry_taken_back() -> Change:
    """Of an entry there is no value before and after: it stood, and was to stand no more."""
    return Change("", "", _("recorded"), _("to be taken back"), False, False, False)


def _refusal(code: str) -> str:
    return str(corrections.Refusal(code).label) if code else ""


def page(view: corrections.View, *, language: str) -> Page:
    """One request with what it would change."""
    line = view.line
    names = accounts.names([line.asked_by, view.decided_by])
    return Page(
        pk=line.pk,
        line=_line(line, names),
        person_url=reverse("console:person", args=[line.person_id]) if line.person else "",
        changes=changes(view.changes, view.people, language=language),
        words=view.words,
        evidence_kind=str(registry.Evidence(view.evidence_kind).label) if view.evidence_kind else "",
        evidence=view.evidence,
        entry=entry_words(view.entry) if view.entry else "",
        obstacles=view.obstacles,
        stale=view.stale,
        seen=view.seen,
        own=view.own,
        waiting=line.state == corrections.WAITING,
        may_decide=view.may_decide,
        may_show=view.may_decide and "id_number" in line.about,
        refusal=_refusal(view.refusal),
        decided_by=names.get(view.decided_by or 0, ""),
        decided_at=formatters.moment(view.decided_at) if view.decided_at else "",
    )


def entry_words(entry: registry.Entry) -> str:
    """What the entry says happened and when it was recorded."""
    recorded = _("recorded on %(moment)s") % {"moment": formatters.moment(entry.recorded_at)}
    happened = [formatters.day(entry.occurred)] if entry.occurred else []
    return " · ".join([entry.label, *happened, recorded])


def obstacles(
    found: Iterable[registry.Obstacle],
    holding: Mapping[str, Collection[int]],
    people: Mapping[int, registry.PersonHit],
) -> list[InTheWay]:
    """Each reason once, with those on whose account it stands, as far as the reader may know them."""
    result = []
    for reason, text in {one.reason: one.message for one in found}.items():
        others = holding.get(reason, ())
        named = sorted((people[pk].name, pk) for pk in others if pk in people)
        lines = [(name, reverse("console:person", args=[pk])) for name, pk in named]
        result.append(InTheWay(text, lines, elsewhere=len(named) < len(others)))
    return result


def changes(found: Iterable[registry.StateChange], people: dict[int, str], *, language: str) -> list[Change]:
    """What would be different, in words; each line names whose when several people are touched."""
    listed = list(found)
    several = len({one.person_id for one in listed}) > 1
    return [
        Change(
            person=people.get(one.person_id, "") if several else "",
            label=records.field_label(one.field),
            before=records.value(one.field, one.before, language) or _("nothing recorded"),
            after=_("no longer in the register")
            if one.field == "record"
            else records.value(one.field, one.after, language) or _("nothing recorded"),
            unshown=one.unshown,
            before_chinese=bool(one.before) and one.field in _CHINESE,
            after_chinese=bool(one.after) and one.field in _CHINESE,
        )
        for one in listed
    ]
