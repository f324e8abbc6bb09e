"""What waits in the areas of an officer, and one application beside the people it may be about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from tongchou.apps.applications import reach, sealing
from tongchou.apps.applications.models import Application, Sending, State, Step, Wish
from tongchou.apps.applications.sealing import Particulars
from tongchou.apps.casework import api as casework
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock, scope
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.casework.kinds import CaseKind

#: People of the same name that are shown beside an application whose number the register does not have.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An application in a list."""

    application_id: int
    kind: CaseKind
    year: int
    name: str
    place: str
    received_on: dt.date
    due: dt.date
    provisional: bool
    late: bool
    times: int
    state: str
    case_id: int | None


@dataclass(frozen=True, slots=True)
class WishLine:
    """Something an applicant wrote to a case, waiting to be noted."""

    wish_id: int
    about: str
    words: str
    at: dt.datetime
    case_id: int
    kind: CaseKind


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the register it may be about. ``by_number``: the register has the very same number.

    Otherwise it is somebody of the same name of whom the register has no number. ``same_name`` and
    ``same_phone`` compare what was sent with what is on record; nothing else of it is told.
    """

    person: registry.PersonHit
    by_number: bool
    same_name: bool
    same_phone: bool


@dataclass(frozen=True, slots=True)
class Sent:
    sending: Sending
    said: Particulars | None  # None when it was emptied
    place: str


@dataclass(frozen=True, slots=True)
class View:
    """One application; ``standing`` are cases of the candidates for the same kind and year."""

    application: Application
    kind: CaseKind
    place: str
    sent: tuple[Sent, ...]
    candidates: dict[int, tuple[Candidate, ...]]  # by sending
    standing: tuple[casework.Line, ...]
    history: tuple[Step, ...]
    former: dict[int, str]  # paths of the areas it was passed on from
    said: str


def listed(
    *, by: Account, at: dt.datetime, state: str, late: bool = False, page: int = 1, size: int = 50
) -> Lines:
    """Applications in a state, those that wait by their last day, the others the newest first.

    ``late``: those alone that are sent up, as ``escalated``. Six queries, however many there are.
    """
    on = clock.date_of(at)
    found = _sent_up(by, on) if late else reach.readable(by, on).filter(state=state)
    order = ("due", "pk") if state == State.RECEIVED else ("-decided_at", "-pk")
    rows = list(found.order_by(*order)[(page - 1) * size : page * size])
    first: dict[int, Sending] = {}
    times: dict[int, int] = {}
    for sending in Sending.objects.filter(application__in=[one.pk for one in rows]).order_by("-pk"):
        first[sending.application_id] = sending
        times[sending.application_id] = times.get(sending.application_id, 0) + 1
    where = places.paths({one.area_id for one in rows})
    lines = tuple(
        Line(
            application_id=one.pk,
            kind=casework.kind_of(one.kind),
            year=one.year,
            name=_name(first.get(one.pk), one),
            place=where.get(one.area_id, ""),
            received_on=clock.date_of(one.received_at),
            due=one.due,
            provisional=one.provisional,
            late=one.state == State.RECEIVED and one.due < on,
            times=times.get(one.pk, 0),
            state=one.state,
            case_id=one.case_id,
        )
        for one in rows
    )
    return Lines(lines, found.count())


def _name(sending: Sending | None, one: Application) -> str:
    return sealing.unseal(sending.sealed, one.pk).name if sending is not None and sending.sealed else ""


def waiting(*, by: Account, on: dt.date) -> tuple[int, int]:
    """How many applications wait in the areas of the account, and how many are late. Three queries."""
    found = reach.readable(by, on).filter(state=State.RECEIVED)
    return found.count(), found.filter(due__lt=on).count()


def escalated(*, by: Account, on: dt.date) -> int:
    """How many lie late at a township for so long that the level above is told. Two queries."""
    return _sent_up(by, on).count()


def _sent_up(by: Account, on: dt.date) -> QuerySet[Application]:
    """What waits as long as a case that is sent up, in the areas for which the account is the level above."""
    above = scope.of(by, on, permission=casework.APPROVE)
    limit = on - dt.timedelta(days=casework.ESCALATED)
    found = reach.readable(by, on).filter(state=State.RECEIVED, due__lt=limit)
    return found.filter(above.q("scope_no"))


def unseen(*, on: dt.date) -> tuple[int, int]:
    """Over the whole installation: how many are late, and how many private ones wait where nobody is named.

    For the check of the system alone: counts, of nobody.
    """
    waits = Application.objects.filter(state=State.RECEIVED)
    private = waits.filter(private=True)
    named = casework.named_anywhere()
    unread = private.count() if named.is_empty else private.exclude(named.q("scope_no")).count()
    return waits.filter(due__lt=on).count(), unread


def wishes(*, by: Account, at: dt.datetime, size: int = 100) -> tuple[WishLine, ...]:
    """What applicants wrote to cases and nobody has noted yet, the oldest first."""
    mine = reach.readable(by, clock.date_of(at)).filter(state=State.OPENED)
    rows = Wish.objects.filter(settled_at=None, sending__application__in=mine)
    return tuple(
        WishLine(
            wish_id=one.pk,
            about=one.about,
            words=sealing.unseal_words(one.sealed, one.sending.application_id),
            at=one.at,
            case_id=one.sending.application.case_id or 0,
            kind=casework.kind_of(one.sending.application.kind),
        )
        for one in rows.select_related("sending__application").order_by("at", "pk")[:size]
    )


def view(application_id: int, *, by: Account, at: dt.datetime) -> View:
    """One application in the areas of the account, beside the people of the register it may be about.

    Raises
    ------
    NotFound
        When there is none.
    """
    on = clock.date_of(at)
    one = reach.readable(by, on).filter(pk=application_id).first()
    if one is None:
        raise reach.none()
    rows = list(one.sendings.order_by("pk"))
    steps = tuple(one.steps.select_related("by").order_by("pk"))
    where = places.paths(
        {one.area_id, *(row.area_id for row in rows), *(s.from_area_id for s in steps if s.from_area_id)}
    )
    sent = tuple(
        Sent(row, sealing.unseal(row.sealed, one.pk) if row.sealed else None, where.get(row.area_id, ""))
        for row in rows
    )
    found: dict[int, tuple[Candidate, ...]] = {}
    if one.state == State.RECEIVED:
        areas = access.require(by, casework.REVIEW, on=on)
        found = {each.sending.pk: candidates(each.said, areas) for each in sent if each.said is not None}
    people = {each.person.person_id for some in found.values() for each in some}
    return View(
        application=one,
        kind=casework.kind_of(one.kind),
        place=where.get(one.area_id, ""),
        sent=sent,
        candidates=found,
        standing=tuple(
            line
            for person in sorted(people)
            for line in casework.of_person(person, by=by, on=on)
            if (line.kind, line.year) == (one.kind, one.year)
        ),
        history=steps,
        former={s.from_area_id: where.get(s.from_area_id, "") for s in steps if s.from_area_id},
        said=sealing.unseal_words(one.said, one.pk),
    )


def candidates(said: Particulars, areas: Scope) -> tuple[Candidate, ...]:
    """People of some areas an application may be about: who has the number, else namesakes without one.

    Of people elsewhere nothing is told: an officer could ask for anybody by sending an application.
    """
    exact = registry.search(said.id_number, scope=areas)
    alike = registry.search(said.name, scope=areas) if not exact and len(said.name) > 1 else []
    found = exact or [one for one in alike if one.name == said.name and not one.id_masked][:MOST_NAMED]
    if not found:
        return ()
    phones = {one.person_id for one in registry.search(said.phone, scope=areas)}
    return tuple(Candidate(one, bool(exact), one.name == said.name, one.person_id in phones) for one in found)


def is_on_record(one: Application, by: Account, on: dt.date) -> bool:
    """Whether the register has the number of an application in the account's areas."""
    first = one.sendings.exclude(sealed="").order_by("pk").first()
    areas = access.require(by, casework.REVIEW, on=on)
    if first is None:
        return False
    return bool(registry.search(sealing.unseal(first.sealed, one.pk).id_number, scope=areas))
