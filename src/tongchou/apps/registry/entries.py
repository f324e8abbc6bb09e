"""One entry about a person, what was recorded together with it, and what the state would be without it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import access, fold, refolding
from tongchou.apps.registry.fold import REVERSED, EventData
from tongchou.apps.registry.known import birth_text
from tongchou.apps.registry.models import Event, EventKind, Household, Person, Source
from tongchou.apps.registry.recording import CONSOLE
from tongchou.core.errors import Conflict, NotFound
from tongchou.core.scope import Scope

#: Kinds written at one of two people and completed at the other.
_PAIRED = frozenset({EventKind.COUPLE_BEGUN, EventKind.COUPLE_ENDED, EventKind.PARTICULARS_RECORDED})
#: Kinds with a way back of their own: a reversal by recording anew, a merge where it was decided.
_ELSEWHERE = frozenset({EventKind.EVENT_REVERSED, EventKind.PERSON_MERGED})
#: What a preview never shows the content of (rights rule 7).
_UNSHOWN = {"familystatement": "statement", "marital": "marital"}
_DATES = ("birth", "death")
_GUARDIANS = ("guardian_id", "second_id")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as somebody may ask to take it back; ``events`` are taken back together, itself among them."""

    event_id: int
    person_id: int
    kind: str
    occurred: str
    recorded_at: dt.datetime
    recorded_by: int
    source: str
    source_row: int | None
    events: tuple[int, ...]

    @property
    def label(self) -> str:
        return str(EventKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class StateChange:
    """One thing that would be different: codes and texts as in the tables, numbers masked, "" for nothing.

    ``unshown`` says that it changes and not how. ``since`` is the start of the spell it is about.
    """

    person_id: int
    field: str
    before: str = ""
    after: str = ""
    since: str = ""
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What the state would be; equal digests mean that nothing about it has changed meanwhile."""

    changes: tuple[StateChange, ...]
    digest: str


def open_entry(event_id: int, *, scope: Scope) -> Entry:
    """An entry of a person registered in the scope. At most four queries.

    Raises
    ------
    NotFound
        When there is none, it is private, or its person is registered elsewhere.
    Conflict
        When it is taken back in another way.
    """
    columns = ("person_id", "kind", "occurred", "recorded_at", "recorded_by", "source_id", "source_row")
    row = (
        Event.objects.filter(pk=event_id, person_id__isnull=False)
        .exclude(kind=EventKind.CERTIFICATE_RECORDED)
        .values_list(*columns, "batch_id")
        .first()
    )
    if row is None or not Person.objects.filter(scope.q("registered_scope"), pk=row[0]).exists():
        raise NotFound("registry.no_entry", _("There is no such entry in your areas."))
    *shown, source_id, source_row, batch = row
    source = Source.objects.values_list("name", flat=True).get(pk=source_id)
    together = Event.objects.filter(batch_id=batch)
    if source != CONSOLE:
        together = together.filter(source_row=source_row, kind__in=_PAIRED)
    found = dict(together.order_by("pk").values_list("pk", "kind"))
    if source != CONSOLE and (source_row is None or not _is_pair(event_id, found)):
        found = {event_id: row[1]}
    if _ELSEWHERE & set(found.values()):
        message = _(
            "This is not taken back here: record the fact anew, or take the merge back where it was made."
        )
        raise Conflict("registry.elsewhere", message)
    return Entry(event_id, *shown, source, source_row, tuple(sorted({event_id, *found})))


def _is_pair(event_id: int, found: Mapping[int, str]) -> bool:
    couple = {EventKind.COUPLE_BEGUN, EventKind.COUPLE_ENDED} & set(found.values())
    return bool(couple) and event_id in found


def without(event_ids: Collection[int], *, scope: Scope) -> Preview:
    """What the state would be without some entries. A constant number of queries; nothing is changed."""
    people = set(
        Event.objects.filter(pk__in=event_ids, person_id__isnull=False).values_list("person_id", flat=True)
    )
    every = refolding.events_of("person_id", Q(person_id__in=people)) if people else []
    marks = [
        EventData(REVERSED, one.person_id, None, {"event": one.number})
        for one in every
        if one.number in event_ids
    ]
    ops = refolding.folded([*every, *marks])
    raw: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = []
    for table in refolding.tables_of("person_id"):
        if table.name in fold.PRIVATE:
            continue
        rebuilt = refolding.rows_of(table, ops[table.name], {}, lambda *_row: None)
        stored = refolding.stored_rows(table, **{"in": people})
        columns = table.columns
        for key in sorted(stored.keys() | rebuilt.keys()):
            # Scope columns stand last and follow the areas: they are no part of the comparison.
            before, after = (rows.get(key, ())[: len(columns)] for rows in (stored, rebuilt))
            if before != after:
                was, will = (dict(zip(columns, row, strict=False)) for row in (before, after))
                raw.append((table.name, key, was, will))
    cells = [
        (name, key, sorted((c, was.get(c), will.get(c)) for c in was | will if was.get(c) != will.get(c)))
        for name, key, was, will in raw
    ]
    digest = hashlib.sha256(repr([sorted(event_ids), cells]).encode()).hexdigest()
    gone = {key[0] for name, key, _was, will in raw if name == "person" and not will}
    names = _Names.of(raw, scope)
    changes = [
        change
        for name, key, was, will in raw
        if name == "person" or key[0] not in gone
        for change in _shown(name, key, was, will, names)
    ]
    return Preview(tuple(changes), digest)


@dataclass(frozen=True, slots=True)
class _Names:
    """How households, areas and people are called; people outside the scope have no name here."""

    households: Mapping[int, str]
    areas: Mapping[int, str]
    people: Mapping[int, str]

    @classmethod
    def of(cls, raw: list[Any], scope: Scope) -> _Names:
        homes, areas, people = set(), set(), set()
        for name, key, was, will in raw:
            for row in (was, will):
                homes |= {row["household_id"]} if row.get("household_id") else set()
                areas |= {row[c] for c in ("area_id", "registered_area_id") if row.get(c)}
            people |= set(key[1:2]) if name in ("kinship", "couple") else set()
            people |= {row[c] for row in (was, will) for c in _GUARDIANS if row.get(c)}
        return cls(
            dict(Household.objects.filter(pk__in=homes).values_list("pk", "number")),
            dict(places.Area.objects.filter(pk__in=areas).values_list("pk", "name")),
            dict(access.people(scope).filter(pk__in=people).values_list("pk", "name")),
        )


def _shown(
    table: str, key: tuple[Any, ...], was: dict[str, Any], will: dict[str, Any], names: _Names
) -> Iterator[StateChange]:
    person = key[0]
    if table == "person":
        yield from _person(person, was, will)
    elif table == "membership":
        for field, column, said in (
            ("household", "household_id", names.households),
            ("relation", "relation", None),
        ):
            before, after = (row.get(column, "") for row in (was, will))
            if before != after:
                texts = [said.get(v, "") if said is not None and v else str(v) for v in (before, after)]
                yield StateChange(person, field, *texts, since=key[1])
    elif table == "residence":
        field = "registered_area" if key[1] == "registered" else "residence"
        texts = [_place(row, names) for row in (was, will)]
        yield StateChange(person, field, *texts, since=key[2])
    elif table == "status":
        yield StateChange(person, key[1], was.get("value", ""), will.get("value", ""), since=key[2])
    elif table == "lodging":
        texts = [names.households.get(row.get("household_id") or 0, "") for row in (was, will)]
        yield StateChange(person, "lodging", *texts, since=key[1])
    elif table == "custody":
        texts = [
            "、".join(
                names.people.get(row[column], "—") for column in _GUARDIANS if row.get(column) is not None
            )
            for row in (was, will)
        ]
        yield StateChange(person, "guardian", *texts, since=key[1])
    elif table in ("kinship", "couple"):
        field = "parent" if table == "kinship" else "spouse"
        name = names.people.get(key[1], "—")
        stands = [bool(row) and row.get("ended") is None for row in (was, will)]
        if stands[0] != stands[1]:
            yield StateChange(person, field, *(name if there else "" for there in stands))
        else:  # how or since when, which a preview does not show
            yield StateChange(person, field, unshown=True)
    elif table in _UNSHOWN:
        yield StateChange(person, _UNSHOWN[table], unshown=True)


def _place(row: Mapping[str, Any], names: _Names) -> str:
    if not row:
        return ""
    return names.areas.get(row["area_id"], "") if row["area_id"] else row["outside_text"] or "—"


def _person(person: int, was: dict[str, Any], will: dict[str, Any]) -> Iterator[StateChange]:
    if not will:
        yield StateChange(person, "record", was["name"], "")
        return
    for field, column in (
        ("name", "name"),
        ("sex", "sex"),
        ("id_number", "id_mask"),
        ("phones", "phone_masks"),
        ("ethnicity", "ethnicity"),
        ("ethnicity_text", "ethnicity_text"),
        ("education", "education"),
    ):
        before, after = (str(row.get(column) or "") for row in (was, will))
        if before != after or (field == "id_number" and was.get("id_index") != will.get("id_index")):
            yield StateChange(person, field, before, after)
    for field in _DATES:
        before, after = (_date(field, row) for row in (was, will))
        if before != after:
            yield StateChange(person, field, before, after)
    if was.get("marital") != will.get("marital"):
        yield StateChange(person, _UNSHOWN["marital"], unshown=True)


def _date(field: str, row: Mapping[str, Any]) -> str:
    text = birth_text(*(row.get(f"{field}_{part}") for part in ("year", "month", "day")))
    return "yes" if field == "death" and not text and row.get("deceased") else text
