"""A department's list beside the registry, and into it: chunk by chunk, each settled for good."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry.applying import CHUNK, ranges, settled_lines
from tongchou.apps.registry.listed import judging
from tongchou.apps.registry.listed import state as states
from tongchou.apps.registry.listed.findings import Decision, ListFinding
from tongchou.apps.registry.listed.judging import Judgement
from tongchou.apps.registry.listed.people import Known, People, ids
from tongchou.apps.registry.recording import Recorder
from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.lists import row as events
from tongchou.domain.lists.row import ListRow, Named

Decisions = Mapping[int, Decision]
_NONE: Decisions = {}


@dataclass(slots=True)
class ListChunk:
    """What became of a chunk's rows.

    ``settled`` are done with, ``open`` wait for a person, ``before`` were settled by an earlier run of the
    same file. ``offers`` are births of registered mothers whose child is not registered. ``children`` are
    settled rows about newborns, whether or not anything came of them, those settled before too.
    """

    settled: list[ListFinding] = field(default_factory=list)
    open: list[ListFinding] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    offers: list[tuple[ListRow, ListFinding, int, int]] = field(default_factory=list)  # …, area, scope number
    children: list[tuple[ListRow, ListFinding]] = field(default_factory=list)
    recorded: int = 0
    events: int = 0


def in_order(rows: Sequence[ListRow]) -> list[ListRow]:
    """The rows by their day: a marriage comes before its end, whatever the order of the sheet."""
    return sorted(rows, key=lambda row: (str(row.day or ""), row.row_no))


def match_list(
    rows: Sequence[ListRow], *, scope: Scope, on: dt.date, decided: Decisions = _NONE
) -> list[ListFinding]:
    """A finding a row, in the order of the rows, as if those before were recorded. Changes nothing.

    A constant number of queries a thousand rows; only people registered in the scope are found.
    """
    found: dict[int, ListFinding] = {}
    ordered = in_order(rows)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        found |= {f.row_no: f for _row, f, _judgement, _people in _findings(chunk, scope, on, decided)}
    return [found[row.row_no] for row in rows]


def apply_list(
    rows: Sequence[ListRow],
    *,
    decided: Decisions,
    area_id: int,
    source: str,
    by: Account,
    at: dt.datetime,
    settle: Callable[[ListChunk], None],
) -> ListChunk:
    """Record one chunk of a list, at most ``CHUNK`` rows, in one transaction with its audit row.

    Rows an earlier run has settled are passed over. Rows that wait for a person, and rows decided on when
    they meant something else, stay open.

    Parameters
    ----------
    source
        SHA-256 of the file: together with the row number the key under which a row counts once.
    settle
        Called before the audit row with what became of the rows.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not apply lists, or not there.
    """
    reach = access.require(by, "lists.apply", on=clock.date_of(at))
    area = places.area_by_id(area_id, within=reach)
    if area is None:
        raise NotFound("registry.no_area", _("There is no such area among yours."))
    if len(rows) > CHUNK:
        raise ValueError("a chunk is too long")
    chunk = ListChunk()
    with transaction.atomic():
        recorder = Recorder(source=source, by=by, at=at)
        done = settled_lines(source=source, village_id=area.pk)
        # A list discarded halfway and brought in again counts the births of all its rows.
        wanted = [row for row in rows if row.row_no not in done or row.event in events.OF_CHILDREN]
        chunk.before = [row.row_no for row in rows if row.row_no in done]
        scope = Scope.of_area(area)
        counts: Counter[str] = Counter()
        for row, finding, judgement, people in _findings(wanted, scope, clock.date_of(at), decided):
            if row.row_no in done:
                chunk.children.append((row, finding))
                continue
            decision = decided.get(row.row_no, Decision())
            if finding.state in ("differs", "choose") and not _settles(decision, finding):
                chunk.open.append(finding)
                continue
            follow = finding.state == "new" or (finding.state == "differs" and decision.take)
            if follow and row.event == events.BIRTH:
                mother = people[0]
                assert mother is not None  # a birth is new for a mother who is registered
                chunk.offers.append((row, finding, mother.registered_area_id, mother.registered_scope))
            elif follow and judgement is not None:
                for draft in judgement.drafts:
                    recorder.add(draft)
                chunk.recorded += 1
            if row.event in events.OF_CHILDREN:
                chunk.children.append((row, finding))
            counts[finding.state] += 1
            chunk.settled.append(finding)
        settle(chunk)
        if chunk.settled:
            recorded = recorder.write(
                action="registry.apply_list",
                subject=f"area:{area.pk}",
                scope_no=area.scope_no,
                village_id=area.pk,
                rows=ranges(finding.row_no for finding in chunk.settled),
                detail={"source": source, "rows": len(chunk.settled), **dict(sorted(counts.items()))},
            )
            chunk.events = recorded.events
    return chunk


def _settles(decision: Decision, finding: ListFinding) -> bool:
    """True when the decision is about this very finding: to follow the list, or to leave things as is."""
    if decision.take is None or not decision.holds(finding):
        return False
    return not decision.take or (finding.state == "differs" and finding.may_take)


Found = tuple[ListRow, ListFinding, Judgement | None, list[Known | None]]


def _findings(rows: Sequence[ListRow], scope: Scope, on: dt.date, decided: Decisions) -> Iterator[Found]:
    """The rows one after the other; what one would record is known to the next."""
    people = People.of(rows, scope, decided)
    named = {row.row_no: _whom(row, people, decided.get(row.row_no, Decision())) for row in rows}
    everybody = {pk for known, _finding in named.values() for pk in ids(known)}
    state = states.load(everybody, {row.event for row in rows})
    for row in rows:
        known, open_question = named[row.row_no]
        if row.event == events.VACCINATION:
            yield row, _counted(row, people, known, state), None, known
            continue
        if open_question is not None:
            if row.event == events.BIRTH and (
                child := people.child(row) or _registered_child(row, known, state)
            ):
                open_question = _finding(row, known, "known", child=child)
            yield row, open_question, None, known
            continue
        if row.event == events.BIRTH and (child := people.child(row)) and child not in state.met:
            state.met.add(child)
            yield row, _finding(row, known, "known", child=child), None, known
            continue
        yield _judged(row, known, state, on, decided.get(row.row_no, Decision()))


def _judged(
    row: ListRow, known: list[Known | None], state: states.State, on: dt.date, decision: Decision
) -> Found:
    parents = [person for person in known if person is not None]
    if row.event == events.BIRTH:
        child = judging.registered_child(row, parents, state)
        return row, _finding(row, known, "known" if child else "new", child=child), None, known
    judgement = judging.judge(row, parents, state, on)
    finding = _finding(
        row,
        known,
        judgement.state,
        judgement.reason,
        old=judgement.old,
        new=judgement.new,
        may_take=judgement.may_take,
    )
    if finding.state == "new" or (finding.state == "differs" and decision.take):
        judgement.settle()
    return row, finding, judgement, known


def _registered_child(row: ListRow, known: list[Known | None], state: states.State) -> int | None:
    """A child of the parent who is settled makes the question who the other is an idle one."""
    parents = [person for person in known if person is not None]
    return judging.registered_child(row, parents, state) if parents else None


def _counted(row: ListRow, people: People, known: list[Known | None], state: states.State) -> ListFinding:
    """A row that is counted and nothing else: nobody is asked about it, and nobody is offered anything."""
    child = people.child(row)
    if child is None or child in state.met:
        child = _registered_child(row, known, state)
    if child:
        state.met.add(child)
        return _finding(row, known, "known", child=child)
    if any(known):
        return _finding(row, known, "nothing", "counted")
    return _finding(row, known, "unknown", "not_registered")


def _whom(row: ListRow, people: People, decision: Decision) -> tuple[list[Known | None], ListFinding | None]:
    """The people of a row, and the finding when it ends there."""
    if row.event == events.NOTHING:
        return [], ListFinding(row.row_no, "nothing", "no_fact")
    found: list[Known | None] = []
    question: ListFinding | None = None
    for place, named in enumerate(row.people):
        chosen = decision.person(place)
        if chosen and chosen in people.by_id:
            found.append(people.by_id[chosen])
            continue
        if place and row.event in events.OF_CHILDREN and named == Named():
            found.append(None)  # no father is named
            continue
        match = people.match(named, row.address)
        found.append(match.person)
        if match.person is not None or question is not None or (place and row.event in events.OF_CHILDREN):
            continue
        state = "choose" if match.candidates else "unknown"
        question = ListFinding(row.row_no, state, match.reason, (), match.candidates, place)
    if question is None:
        return found, None
    if question.state == "unknown" and len(row.people) > 1 and any(found) and row.event != events.BIRTH:
        question = ListFinding(row.row_no, "unknown", "partner_unknown")
    return found, _finding(
        row, found, question.state, question.reason, candidates=question.candidates, asks=question.asks
    )


def _finding(
    row: ListRow, known: list[Known | None], state: str, reason: str = "", **more: object
) -> ListFinding:
    people = tuple(person.person_id if person else None for person in known)
    return ListFinding(row.row_no, state, reason, people, **more)  # type: ignore[arg-type]
