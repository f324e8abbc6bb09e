"""Queues, one case, and what became of a person's cases. Every list takes the account that reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from tongchou.apps.casework import (
    acting,
    conflicts,
    deciding,
    kinds,
    lateness,
    moving,
    payee_notes,
    paying_to,
    pinning,
    reach,
    sealing,
    timeline,
    waiting,
    windows,
)
from tongchou.apps.casework.models import Case, Decision, Desk, State
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock
from tongchou.core.models import Account, Assignment
from tongchou.core.scope import Scope
from tongchou.domain.casework import steps
from tongchou.domain.casework.kinds import CaseKind, Stage
from tongchou.domain.policy.explanation import Explanation

#: Counts of a queue stop here: a page says "more than 999", and walks no further.
COUNTED_TO: Final = 1000
#: A queue is turned so many pages; whoever looks further narrows it.
MOST_PAGES: Final = 40
#: The desks of which an account may be in charge, the highest first.
_DESKS: Final = (
    (reach.HEAR, Desk.PREFECTURE),
    (reach.APPROVE, Desk.COUNTY),
    (reach.REVIEW, Desk.TOWNSHIP),
    (reach.DISCUSS, Desk.VILLAGE),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a list shows it. ``acted``: the account has taken a position, others have to go on.

    Whoever took an application down may accept it: until then it has not.
    """

    case_id: int
    number: str
    kind: str
    title_zh: str
    title_en: str
    stage_zh: str
    stage_en: str
    person_id: int
    person_name: str
    place: str
    year: int
    amount_fen: int | None
    state: str
    desk: str
    due: dt.date
    provisional: bool
    late: bool
    opened_at: dt.datetime
    acted: bool
    private: bool = False
    id_masked: str = ""
    deceased: bool = False  # the register records the person's death, whatever the case says

    @property
    def public_kind(self) -> str:
        """The code of its kind; empty for private ones, which have neutral names in lists (rights rule 3)."""
        return "" if self.private else self.kind


@dataclass(frozen=True, slots=True)
class Queue:
    lines: tuple[Line, ...]
    total: int  # COUNTED_TO stands for that many and more
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a queue; empty ones narrow nothing.

    ``waits``, one of ``waiting.Waits``, are those that wait for the account itself, on whichever desk.
    """

    desk: str = ""
    kind: str = ""
    state: str = ""
    late: bool = False
    area_id: int | None = None
    waits: str = ""


def desks(by: Account, on: dt.date) -> tuple[str, ...]:
    """The desks the account may be in charge of, the highest first."""
    return _desks(reach.held(by, on))


def _desks(holder: reach.Held) -> tuple[str, ...]:
    return tuple(desk.value for permission, desk in _DESKS if holder.may(permission))


@dataclass(frozen=True, slots=True)
class Overview:
    """What a page of cases shows: the desks of the account, what lies on each desk, a page of one."""

    desks: tuple[str, ...]
    counts: dict[str, int]
    chosen: Filter
    queue: Queue


def overview(
    *,
    by: Account,
    on: dt.date,
    chosen: Filter,
    page: int = 1,
    size: int = 50,
    roles: Collection[Assignment] | None = None,
) -> Overview:
    """The queue with what surrounds it; without a filter that of the highest desk. Constant in queries.

    ``roles`` are the account's running assignments where the caller has read them already.
    """
    holder = reach.held(by, on, roles=roles)
    require_reader(holder, by, on)
    mine = _desks(holder)
    if not (chosen.desk or chosen.state or chosen.late or chosen.waits) and mine:
        chosen = replace(chosen, desk=mine[0])
    found = reach.readable_by(holder)
    shown = (*mine, Desk.NOTICE.value, Desk.FAMILY.value)
    counts = _counts(found, shown)
    total = counts.get(chosen.desk) if chosen == Filter(desk=chosen.desk) else None
    return Overview(mine, counts, chosen, _queue(found, holder, by, on, chosen, page, size, total=total))


def queue(*, by: Account, on: dt.date, chosen: Filter, page: int = 1, size: int = 50) -> Queue:
    """A page of cases: unfinished ones by their last day, those of a state the latest decided first.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with cases.
    """
    holder = reach.held(by, on)
    require_reader(holder, by, on)
    return _queue(reach.readable_by(holder), holder, by, on, chosen, page, size)


def require_reader(holder: reach.Held, by: Account, on: dt.date) -> None:
    if not holder.may(reach.VIEW) and not holder.may(reach.HEAR):
        access.require(by, reach.VIEW, on=on)


def _queue(
    found: QuerySet[Case],
    holder: reach.Held,
    by: Account,
    on: dt.date,
    chosen: Filter,
    page: int,
    size: int,
    *,
    total: int | None = None,
) -> Queue:
    found = narrowed(found, holder, chosen, on)
    if total is None:
        total = found.values("pk")[:COUNTED_TO].count()
    pages = min(MOST_PAGES, max(1, -(-total // size)))
    page = min(max(1, page), pages)
    rows = list(found.order_by(*_order(chosen)).defer("sealed")[(page - 1) * size : page * size])
    return Queue(lines_of(rows, by=by, on=on), total, page, pages)


def in_order(*, by: Account, on: dt.date, chosen: Filter, most: int) -> list[int]:
    """The numbers of the cases of a queue in its order, ``most`` of them at most; as ``queue``."""
    holder = reach.held(by, on)
    require_reader(holder, by, on)
    found = narrowed(reach.readable_by(holder), holder, chosen, on).order_by(*_order(chosen))
    return list(found.values_list("pk", flat=True)[:most])


def _order(chosen: Filter) -> tuple[str, str]:
    return ("-decided_at", "-pk") if chosen.state and not chosen.desk else ("stage_due", "pk")


def narrowed(found: QuerySet[Case], holder: reach.Held, chosen: Filter, on: dt.date) -> QuerySet[Case]:
    if chosen.waits:
        found = found.filter(waiting.condition(holder, waiting.Waits(chosen.waits), on))
    elif chosen.desk:
        found = found.filter(desk=chosen.desk)
    elif not chosen.state:
        found = found.exclude(desk="")
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.late:
        found = found.filter(lateness.RUNS, stage_due__lt=on, desk__in=lateness.OFFICES)
    if chosen.area_id is not None:
        area = places.area_by_id(chosen.area_id, within=Scope.everything())
        found = found.filter(handling_scope__range=(area.scope_no, area.scope_end)) if area else found.none()
    return found


def _counts(found: QuerySet[Case], wanted: Iterable[str]) -> dict[str, int]:
    """One query: each desk is walked along the index until ``COUNTED_TO``."""
    desks = tuple(wanted)
    any_desk = "?"  # stands for each desk in turn, so that the query is compiled once
    sql, given = found.filter(desk=any_desk).order_by().values("pk")[:COUNTED_TO].query.sql_with_params()
    # What the ORM has compiled, its values apart.
    parts = ", ".join([f"(SELECT COUNT(*) FROM ({sql}) AS part)"] * len(desks))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {parts}",
            [desk if one == any_desk else one for desk in desks for one in given],
        )
        return dict(zip(desks, cursor.fetchone(), strict=True))


def lines_of(rows: Collection[Case], *, by: Account, on: dt.date) -> tuple[Line, ...]:
    """Cases as lines; the names of people as their own register has them. Five queries at most."""
    if not rows:
        return ()
    versions = kinds.versions({case.version_id for case in rows})
    people = registry.people({case.person_id for case in rows}, scope=Scope.everything(), households=False)
    acted = set(
        Decision.objects.filter(case__in=[case.pk for case in rows], counted=True)
        .filter(Q(officer=by.pk) | Q(on_behalf=by.pk))
        .exclude(waiting.own_intake("case__"), act__in=[act.value for act in steps.INTAKE])
        .values_list("case_id", flat=True)
    )
    return tuple(_line(case, versions[case.version_id], people, case.pk in acted, on) for case in rows)


def _line(
    case: Case, kind: CaseKind, people: dict[int, registry.PersonHit], acted: bool, on: dt.date
) -> Line:
    person = people.get(case.person_id)
    stage = moving.opened(case, kind).stage
    return Line(
        case_id=case.pk,
        number=case.number,
        kind=case.kind,
        title_zh=kind.public_title.zh,
        title_en=kind.public_title.en,
        stage_zh=stage.title.zh,
        stage_en=stage.title.en,
        person_id=case.person_id,
        person_name=person.name if person else "",
        place=person.place if person else "",
        year=case.year,
        amount_fen=case.amount_fen,
        state=case.state,
        desk=case.desk,
        due=case.stage_due,
        provisional=case.provisional,
        late=case.desk in lateness.OFFICES and case.state != State.SUSPENDED and case.stage_due < on,
        opened_at=case.opened_at,
        acted=acted,
        private=case.private,
        id_masked=person.id_masked if person else "",
        deceased=person is not None and person.deceased,
    )


@dataclass(frozen=True, slots=True)
class View:
    """One case with all that somebody needs who decides about it.

    ``answer`` is what the rules say today where somebody may still decide, ``seen`` the mark an act sends
    back for it; ``register`` the same in every state, for its facts; ``pinned`` what the rules said when the
    case was last decided on. ``acts`` are those this account may do now. ``acted``: it has
    taken a position.
    """

    case: Case
    kind: CaseKind
    stages: tuple[Stage, ...]
    person: registry.PersonHit | None
    area: str
    application: sealing.Application
    payee: sealing.PayTo | None
    payee_at: dt.datetime | None
    change: payee_notes.ChangeLine | None
    may_confirm: bool
    shared: int
    answer: Explanation | None
    register: Explanation | None
    seen: str
    pinned: dict[str, Any] | None
    same: bool
    history: tuple[timeline.Step, ...]
    acts: frozenset[str]
    #: What it could do but for what it, or who lent it the work, did in this case before.
    barred: frozenset[str]
    acted: bool
    #: Whether it is about the account's own family: then there is no act for it.
    own: bool
    #: The last day to apply for the year of the case, when the application came after it.
    missed: dt.date | None = None
    #: Of what came late, the first later year that gives something and can still be applied for.
    later_year: int | None = None
    #: The year of the recorded death, 0 where nobody knows it; None where none is recorded.
    died: int | None = None


def open_case(case_id: int, *, by: Account, at: dt.datetime) -> View:
    """One case in the areas of the account.

    Raises
    ------
    NotFound
        When there is no such case there.
    """
    on = clock.date_of(at)
    case = reach.readable(by, on).filter(pk=case_id).first()
    if case is None:
        raise reach.no_case()
    found = moving.opened(case)
    register = deciding.fresh(found, at)
    answer = register if case.state in steps.UNFINISHED | {State.REFUSED} else None
    pinned = pinning.latest([case.pk]).get(case.pk)
    acted = Decision.objects.filter(case=case, counted=True).filter(Q(officer=by.pk) | Q(on_behalf=by.pk))
    people = registry.people({case.person_id}, scope=Scope.everything())
    acts, barred = acting.possible(found, by, on)
    own = conflicts.is_own(case, by)
    change = payee_notes.waiting_of(case, by)
    account = paying_to.newest_of(case)
    missed = windows.missed(case, answer)
    return View(
        case=case,
        kind=found.kind,
        stages=found.stages,
        person=people.get(case.person_id),
        area=places.paths([case.handling_area_id]).get(case.handling_area_id, ""),
        application=sealing.unseal(case.sealed, case.person_id),
        payee=None if account is None else sealing.unseal_payee(account.sealed, case.pk),
        payee_at=None if account is None else account.at,
        change=change,
        may_confirm=change is not None and not change.own and payee_notes.may_confirm(case, by, on),
        shared=paying_to.shared_with(case),
        answer=answer,
        register=register,
        seen=pinning.mark_of(answer),
        pinned=pinned,
        same=answer is None or pinned is None or pinning.same(answer, pinned),
        history=timeline.history(case, found.kind),
        acts=frozenset() if own else acts,
        barred=frozenset() if own else barred,
        own=own,
        acted=acted.exists(),
        missed=missed,
        later_year=windows.later_year(found, on) if missed is not None else None,
        died=registry.years_of_death([case.person_id]).get(case.person_id),
    )


def of_person(person_id: int, *, by: Account, on: dt.date) -> tuple[Line, ...]:
    """The cases of a person the account may read, the newest first."""
    found = reach.newest_first(reach.readable(by, on).filter(person_id=person_id))
    return lines_of(list(found[:50]), by=by, on=on)


def of_household(household_id: int, *, by: Account, on: dt.date) -> tuple[Line, ...]:
    """The cases of a household the account may read, the newest first."""
    found = reach.newest_first(reach.readable(by, on).filter(household_id=household_id))
    return lines_of(list(found[:50]), by=by, on=on)


def stands(case_id: int, *, by: Account, on: dt.date) -> Case:
    """A case as it stands, without what it rests on. One query and what the account holds.

    Raises
    ------
    NotFound
        When the account may not read it.
    """
    found = reach.readable(by, on).filter(pk=case_id).defer("sealed").first()
    if found is None:
        raise reach.no_case()
    return found


def by_number(number: str, *, by: Account, on: dt.date) -> int:
    """The case of a number, in the areas of the account.

    Raises
    ------
    NotFound
        When there is none.
    """
    found = reach.readable(by, on).filter(number=number.strip()).values_list("pk", flat=True).first()
    if found is None:
        raise reach.no_case()
    return found
