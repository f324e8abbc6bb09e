"""The state of some people or households folded from all their events, against what the tables hold.

The rebuild does this block by block. A reversal does it for the people it concerns: what an entry replaced
is written nowhere but in the events before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q

from tongchou.apps.registry import bulk
from tongchou.apps.registry.fold import TABLES, EventData, Op, Table, collapse, effective, fold
from tongchou.apps.registry.models import Event

#: The column that says to which household, or else person, a table's row belongs.
OWNER = {"household": "id", "person": "id", "kinship": "child_id", "couple": "a_id"}
Row = tuple[Any, ...]
Rows = dict[Row, Row]
Note = Callable[[str, Row, str], None]


def events_of(subject: str, which: Q) -> list[EventData]:
    """The stored events of some subjects, in order. ``subject`` is ``person_id`` or ``household_id``."""
    events = Event.objects.filter(which).order_by("pk")
    columns = ("kind", "person_id", "household_id", "payload", "pk")
    return [
        EventData(kind, person, household, json.loads(payload), number)
        for kind, person, household, payload, number in events.values_list(*columns).iterator(chunk_size=5000)
    ]


def folded(events: Iterable[EventData]) -> dict[str, dict[Row, Op]]:
    """What all events of some subjects come to, by table."""
    ops: list[Op] = []
    for event in effective(events):
        ops += fold(event)
    return collapse(ops)


def tables_of(subject: str) -> list[Table]:
    """The tables whose rows belong to people, or to households."""
    return [t for t in TABLES.values() if (t.name == "household") == (subject == "household_id")]


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns beside the key, with the scopes that follow an area."""
    return table.columns + tuple(bulk.SCOPES.get(table.name, {}))


def rows_of(table: Table, ops: Mapping[Row, Op], scopes: Mapping[int, int], note: Note) -> Rows:
    """The rows that folded events amount to. ``note`` hears of rows changed before they were entered."""
    following = bulk.SCOPES.get(table.name, {})
    rows: Rows = {}
    for key, op in ops.items():
        if op.act == "put":
            values = [op.values[column] for column in table.columns]
            values += [scopes.get(op.values[area]) for area in following.values()]
            rows[key] = tuple(values)
        elif op.act == "set":
            note("event", (table.name, *key), "changed before it was entered")
    return rows


def stored_rows(table: Table, **bounds: Any) -> Rows:
    """The rows of a table whose owner is within bounds: ``gte=…, lte=…``, or ``in=…`` given by ``**``."""
    owner = OWNER.get(table.name, "person_id")
    which = {f"{owner}__{name}": value for name, value in bounds.items()}
    rows = bulk.model_of(table.name)._default_manager.filter(**which)
    width = len(table.key)
    return {row[:width]: row[width:] for row in rows.values_list(*table.key, *columns_of(table))}


def differences(table: Table, stored: Rows, rebuilt: Rows, note: Note) -> dict[Row, Op]:
    """The operations that make the stored rows what the events say."""
    wrong: dict[Row, Op] = {}
    columns = columns_of(table)
    for key in sorted(stored.keys() | rebuilt.keys()):
        before, after = stored.get(key), rebuilt.get(key)
        if before == after:
            continue
        if after is None:
            note(table.name, key, "")
            wrong[key] = Op("drop", table.name, key, {})
            continue
        if before is None:
            note(table.name, key, "")
        else:
            for column, old, new in zip(columns, before, after, strict=True):
                if old != new:
                    note(table.name, key, column)
        wrong[key] = Op("put", table.name, key, dict(zip(table.columns, after, strict=False)))
    return wrong


def changes_of(
    subject: str, numbers: Collection[int], events: Iterable[EventData], scopes: Mapping[int, int]
) -> dict[str, dict[Row, Op]]:
    """The row changes that bring some subjects to what all their events say.

    Parameters
    ----------
    events
        All events of these people or households, those about to be written too.
    scopes
        Scope number by area, for every area the events name.

    Raises
    ------
    ValueError
        When an entry that counts changes something that was never entered.
    """
    ops = folded(events)
    for table in tables_of(subject):
        rebuilt = rows_of(table, ops[table.name], scopes, _refuse)
        ops[table.name] = differences(table, stored_rows(table, **{"in": numbers}), rebuilt, _silent)
    return {table.name: ops[table.name] for table in tables_of(subject)}


def areas_named(changes: Mapping[str, Mapping[Row, Op]]) -> set[int]:
    """The areas that scope columns of these changes follow."""
    return {
        op.values[area]
        for name, following in bulk.SCOPES.items()
        for op in changes.get(name, {}).values()
        for area in following.values()
        if op.values.get(area) is not None
    }


def _silent(_table: str, _key: Row, _column: str) -> None:
    """A difference is what is wanted."""


def _refuse(_event: str, key: Row, why: str) -> None:
    raise ValueError(f"{key}: {why}")
