"""What a row says that the registry does not: the events that would record it, or why a person must look.

Silence changes nothing; a date known to the day is not replaced by one that only agrees with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tongchou.apps.registry import diff
from tongchou.apps.registry.lines import iso
from tongchou.apps.registry.listed.findings import State as FindingState
from tongchou.apps.registry.listed.people import Known
from tongchou.apps.registry.listed.state import State, Union
from tongchou.apps.registry.models import EventKind
from tongchou.apps.registry.recording import Draft
from tongchou.domain.dates import PartialDate, clearly_before
from tongchou.domain.lists import row as events
from tongchou.domain.lists.row import ListRow

#: GB/T 2261.2: what a marriage and its end make of a person.
MARRIED, DIVORCED = "20", "40"
_MARRIED: Final = frozenset({"20", "21", "22", "23"})
_APART: Final = frozenset({"30", "40"})
#: Registers are brought up to date every year: what is older than this and contradicts them is history.
HISTORY: Final = dt.timedelta(days=366)
#: A hospital and a register may write down neighbouring days of one birth; nobody has two within so many.
ONE_BIRTH: Final = dt.timedelta(days=31)


@dataclass(slots=True)
class Judgement:
    """The state a row comes to, and what would be recorded when it is followed.

    ``settle`` brings the state in memory up to what the drafts record, for the rows that follow.
    """

    state: FindingState
    reason: str = ""
    old: str = ""
    new: str = ""
    drafts: list[Draft] = field(default_factory=list)
    may_take: bool = True
    settle: Callable[[], None] = lambda: None


def judge(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    """A row whose people are all known; ``people`` in the order of the row's."""
    return _JUDGES[row.event](row, people, state, on)


def _differs(reason: str, old: str = "", new: str = "", **more: Any) -> Judgement:
    return Judgement("differs", reason, old, new, **more)


def _death(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    person, died = people[0], iso(row.day)
    draft = Draft(
        EventKind.DEATH_RECORDED, {"died": died}, person.person_id, occurred=died, source_row=row.row_no
    )

    def settle() -> None:
        person.deceased, person.died = True, died

    if clearly_before(died, person.birth):
        return _differs("before_birth", person.birth, died, may_take=False)
    if person.deceased:
        if not diff.refines(died, person.died):
            return Judgement("known")
        if not died.startswith(person.died):
            return _differs("other_date", person.died, died, drafts=[draft], settle=settle)
    return Judgement("new", drafts=[draft], settle=settle)


def _status(
    kind: str, value: str, start: str, row: ListRow, person: Known, state: State
) -> tuple[Judgement, list[Any] | None]:
    """How a status stated to hold since ``start`` stands to the spells; the change when there is one."""
    spells = state.spells(person.person_id, kind)
    change = diff.status_change(value, start, spells)
    if person.deceased and start and person.died and start > person.died:
        return _differs("recorded_dead", person.died, start, may_take=False), None
    if change is None:
        return Judgement("known"), None
    latest_start, latest = spells[-1] if spells else ("", "")
    if spells and latest == value and latest_start and not start.startswith(latest_start):
        return _differs("other_date", latest_start, start), change
    if spells and latest != value and latest_start > start:
        return _differs("other_order", latest_start, start), change
    return Judgement("new"), change


def _with_statuses(
    judgement: Judgement, changes: dict[str, list[Any]], event: str, row: ListRow, person: Known, state: State
) -> Judgement:
    start = next(iter(changes.values()))[1] if changes else ""

    def settle() -> None:
        for kind, (value, begin, *replaced) in changes.items():
            spells = state.spells(person.person_id, kind)
            dropped = {begin, *(replaced[0] if replaced else ())}
            spells[:] = sorted([spell for spell in spells if spell[0] not in dropped] + [(begin, value)])

    if changes:
        judgement.drafts = [
            Draft(event, {"status": changes}, person.person_id, occurred=start, source_row=row.row_no)
        ]
        judgement.settle = settle
    return judgement


def _conversion(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    """The conversion, the kind of registration it led to, and the end of a rural determination."""
    person, start = people[0], iso(row.day)
    judgement, change = _status("converted", "yes", start, row, person, state)
    if change is None:
        return judgement
    changes: dict[str, list[Any]] = {"converted": change}
    kinds = state.spells(person.person_id, "hukou_kind")
    held = kinds[-1][1] if kinds else ""
    rural = state.spells(person.person_id, "determined_rural")
    if held != "unified" and row.hukou_kind and held != row.hukou_kind:
        kind = diff.status_change(row.hukou_kind, start, kinds)
        if kind is not None:
            changes["hukou_kind"] = kind
    elif held == "unified" and rural and rural[-1][1] == "yes" and rural[-1][0] <= start:
        changes["determined_rural"] = ["no", start]
    return _with_statuses(judgement, changes, EventKind.HUKOU_RECORDED, row, person, state)


def _insurance(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    person = people[0]
    value, start = ("no", iso(row.until)) if row.stopped else ("yes", iso(row.day))
    judgement, change = _status(row.event, value, start, row, person, state)
    changes = {} if change is None else {row.event: change}
    return _with_statuses(judgement, changes, EventKind.INSURANCE_RECORDED, row, person, state)


def _certificate(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    person, start, until = people[0], iso(row.day), iso(row.until)
    said = (row.category or 0, row.grade or 0)
    held = state.certificates.setdefault(person.person_id, [])
    payload = {"start": start, "until": until, "certificate": said}
    draft = Draft(EventKind.CERTIFICATE_RECORDED, payload, person.person_id, source_row=row.row_no)

    def settle() -> None:
        held[:] = sorted([one for one in held if one[0] != start] + [(start, until, said)])

    same_start = next((one for one in held if one[0] == start), None)
    if same_start == (start, until, said):
        return Judgement("known")
    if same_start is not None:
        return _differs("other_details", drafts=[draft], settle=settle)
    if held and start < held[-1][0]:
        return Judgement("known")  # an older certificate than the one that is kept
    return Judgement("new", drafts=[draft], settle=settle)


def _couple(row: ListRow, people: list[Known], state: State) -> list[Union]:
    one, other = people
    unions = state.unions.get(one.person_id, [])
    return [union for union in unions if union.other(one.person_id) == other.person_id]


def _old(day: PartialDate | None, on: dt.date) -> bool:
    return iso(day) < (on - HISTORY).isoformat()


def _pair(people: list[Known]) -> tuple[Known, Known]:
    one, other = sorted(people, key=lambda person: person.person_id)
    return one, other


def _marital_drafts(
    kind: str, payload: dict[str, Any], marital: str, people: list[Known], row: ListRow, *, change: bool
) -> list[Draft]:
    """The couple at its smaller number, with the status it makes each of the two."""
    one, other = _pair(people)
    occurred, drafts = iso(row.day), []
    if change and one.marital not in (marital, *(_MARRIED if marital == MARRIED else ())):
        payload = payload | {"marital": marital}
    drafts.append(Draft(kind, payload, one.person_id, occurred=occurred, source_row=row.row_no))
    if change and other.marital not in (marital, *(_MARRIED if marital == MARRIED else ())):
        said = {"marital": marital}
        drafts.append(
            Draft(
                EventKind.PARTICULARS_RECORDED,
                said,
                other.person_id,
                occurred=occurred,
                source_row=row.row_no,
            )
        )
    return drafts


def _marriage(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    start = iso(row.day)
    one, other = _pair(people)
    if one is other:
        return _differs("other_status", may_take=False)
    lasting = [union for union in _couple(row, people, state) if union.ended is None]
    ended = [union for union in _couple(row, people, state) if union.ended and union.ended >= start]
    if ended and not lasting:
        return Judgement("known")  # begun, and over since
    replaces = [union.start for union in lasting]
    news = not lasting and not _old(row.day, on)  # what the register says of an old row's people came later
    payload: dict[str, Any] = {"spouse": other.person_id, "start": start}
    if replaces and replaces != [start]:
        payload["replaces"] = [old for old in replaces if old != start]
    drafts = _marital_drafts(EventKind.COUPLE_BEGUN, payload, MARRIED, people, row, change=news)

    def settle() -> None:
        for person in people:
            kept = [u for u in state.unions.get(person.person_id, []) if u not in lasting]
            state.unions[person.person_id] = kept
            if news and person.marital not in _MARRIED:
                person.marital = MARRIED
        state.add_union(Union(one.person_id, other.person_id, start, None))

    found = {"drafts": drafts, "settle": settle}
    if lasting:
        known = lasting[-1].start
        if not diff.refines(start, known):
            return Judgement("known")
        if not start.startswith(known):
            return _differs("other_date", known, start, **found)
        return Judgement("new", **found)
    return _new_marriage(row, people, state, on, found)


def _new_marriage(
    row: ListRow, people: list[Known], state: State, on: dt.date, found: dict[str, Any]
) -> Judgement:
    """Two people who are not a couple yet: what the register says of either comes later than an old row."""
    taken = any(
        union.ended is None and union.other(person.person_id) not in state.dead
        for person in people
        for union in state.unions.get(person.person_id, [])
    )
    apart = any(person.marital in _APART for person in people)
    if (taken or apart) and _old(row.day, on):
        return Judgement("known")
    if taken:
        return _differs("other_spouse", may_take=False)
    if apart or (_old(row.day, on) and any(person.marital == "10" for person in people)):
        return _differs("other_status", **found)
    return Judgement("new", **found)


def _divorce(row: ListRow, people: list[Known], state: State, on: dt.date) -> Judgement:
    day = iso(row.day)
    unions = _couple(row, people, state)
    lasting = next((union for union in unions if union.ended is None), None)
    if lasting is None:
        dated = [union.ended for union in unions if union.ended]
        if dated and diff.refines(day, dated[-1]) and unions[-1].start < day:
            union = unions[-1]
            drafts = _ending(row, people, union, day, change=False)
            if day.startswith(dated[-1]):
                return Judgement("new", drafts=drafts, settle=lambda: setattr(union, "ended", day))
            return _differs(
                "other_date", dated[-1], day, drafts=drafts, settle=lambda: setattr(union, "ended", day)
            )
        return Judgement("known")  # the two are no couple: nothing is left to end
    if lasting.start and lasting.start > day:
        return Judgement("known")  # they have married again since

    news = not _old(row.day, on)

    def settle() -> None:
        lasting.ended = day
        for person in people if news else ():
            person.marital = DIVORCED

    drafts = _ending(row, people, lasting, day, change=news)
    if not news and not lasting.start:
        return _differs("other_status", drafts=drafts, settle=settle)
    return Judgement("new", drafts=drafts, settle=settle)


def _ending(row: ListRow, people: list[Known], union: Union, day: str, *, change: bool) -> list[Draft]:
    _one, other = _pair(people)
    payload = {"spouse": other.person_id, "start": union.start, "ended": day, "reason": "divorce"}
    return _marital_drafts(EventKind.COUPLE_ENDED, payload, DIVORCED, people, row, change=change)


def registered_child(row: ListRow, parents: list[Known], state: State) -> int | None:
    """The registered child of the parents born about that day, when it is not another row's; else None.

    A twin is the second child of its day: each row meets a child of its own.
    """
    day = iso(row.day)
    sex = row.child.sex if row.child else None
    fitting = [
        (born != day, bool(sex and child_sex and sex != child_sex), child)
        for parent in parents
        for child, born, child_sex, kin in state.children.get(parent.person_id, [])
        if child not in state.met and (born == day or (kin and _about(born, day)))
    ]
    if not fitting:
        return None
    child = min(fitting)[2]
    state.met.add(child)
    return child


def _about(born: str, day: str) -> bool:
    if len(born) < 10 or len(day) < 10:
        return bool(born and day) and (born.startswith(day) or day.startswith(born))
    return abs(dt.date.fromisoformat(born) - dt.date.fromisoformat(day)) <= ONE_BIRTH


_JUDGES: Final[dict[str, Callable[[ListRow, list[Known], State, dt.date], Judgement]]] = {
    events.DEATH: _death,
    events.CONVERSION: _conversion,
    events.PENSION: _insurance,
    events.MEDICAL: _insurance,
    events.DISABILITY: _certificate,
    events.MARRIAGE: _marriage,
    events.DIVORCE: _divorce,
}
