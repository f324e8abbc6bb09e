"""The registry's only raw writes: rows in bulk, and the numbers they carry.

Everything else goes through the ORM (why not these: ``core.rows``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import connection, models

from tongchou.apps.registry import followers
from tongchou.apps.registry.fold import TABLES, Op
from tongchou.core.rows import arrays, quoted, transposed
from tongchou.core.rows import insert as insert_rows

#: Kinds of numbers the registry gives out.
NUMBERED = ("event", "person", "household", "batch", "source")
#: Scope columns and the area each follows; ``apps.py`` tells the areas' renumbering of the same columns.
SCOPES: dict[str, dict[str, str]] = {
    "household": {"scope_no": "area_id"},
    "person": {"registered_scope": "registered_area_id", "resident_scope": "resident_area_id"},
}
Changes = Mapping[str, Mapping[tuple[Any, ...], Op]]


@cache
def model_of(table: str) -> type[models.Model]:
    return apps.get_model("registry", table)


class Numbers:
    """Numbers given out within one transaction, in blocks without gaps.

    Holding them locks the registry's sequences until the transaction ends: writers stand in one line, event
    numbers follow the order of commits, and a reader may go on from the last event number it has seen.

    ``ahead`` makes them without holding anything, for work done before the transaction begins: ``hold``,
    called first in it, tells whether the registry is still what it was then.
    """

    def __init__(self, *, ahead: bool = False) -> None:
        self._next = _numbers_now(lock=not ahead)
        self._first = dict(self._next)
        self._taken: set[str] = set()

    def hold(self) -> bool:
        """Take the registry's lock; True when nothing has been recorded since these numbers were read."""
        return len(self._first) == len(NUMBERED) and _numbers_now(lock=True) == self._first

    @property
    def first(self) -> Mapping[str, int]:
        """The lowest number of each kind that nobody had been given when the registry's lock was taken."""
        return self._first

    def take(self, name: str) -> int:
        """The next number of a kind."""
        number = self._next[name]
        self._next[name] = number + 1
        self._taken.add(name)
        return number

    def release(self) -> None:
        """Write what was taken. Call once, before the transaction ends."""
        table = quoted(model_of("sequence")._meta.db_table)
        rows = [(self._next[name], name) for name in sorted(self._taken)]
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET next = %s WHERE name = %s", rows)  # noqa: S608 - own table name


def _numbers_now(*, lock: bool) -> dict[str, int]:
    """The next number of each kind; with ``lock`` nobody else takes any until the transaction ends."""
    table = quoted(model_of("sequence")._meta.db_table)
    waiting = " FOR UPDATE" if lock and connection.vendor == "postgresql" else ""
    query = f"SELECT name, next FROM {table} ORDER BY name{waiting}"  # noqa: S608 - own table name
    with connection.cursor() as cursor:
        cursor.execute(query)
        found: dict[str, int] = dict(cursor.fetchall())
        if lock and len(found) < len(NUMBERED):
            rows = [(name, 1) for name in NUMBERED]
            cursor.executemany(
                f"INSERT INTO {table} (name, next) VALUES (%s, %s) ON CONFLICT DO NOTHING",  # noqa: S608
                rows,
            )
            cursor.execute(query)
            found = dict(cursor.fetchall())
    return found


def write(changes: Changes, scopes: Mapping[int, int], first: Mapping[str, int] | None = None) -> None:
    """Make the changes of collapsed row operations.

    Parameters
    ----------
    changes
        What ``fold.collapse`` gives.
    scopes
        Scope number by area, for at least the areas the changes name.
    first
        ``Numbers.first`` when nothing has been written under its numbers yet: rows of a person or household
        from there on overwrite nothing, and PostgreSQL need not look.
    """
    for name, table in TABLES.items():
        ops = changes.get(name)
        if not ops:
            continue
        following = SCOPES.get(name, {})
        dropped, whole, partial = [], [], defaultdict(list)
        columns = table.all_columns + tuple(following)
        in_order = itemgetter(*columns[len(table.key) :], table.columns[0])  # two names at least: a tuple
        for key, op in ops.items():
            if op.act == "drop":
                dropped.append(key)
                continue
            values = op.values | _scope_values(op, following, scopes) if following else op.values
            if op.act == "put":
                whole.append(key + in_order(values)[:-1])
            else:
                partial[tuple(values)].append((*values.values(), *key))
        if dropped:
            delete(name, table.key, dropped)
        new, others = _parted(whole, (first or {}).get("household" if name == "household" else "person"))
        insert(name, columns, new)
        insert(name, columns, others, key=table.key)
        for changed, rows in partial.items():
            update(name, changed, table.key, rows)
        if name == "person":
            _bring_along(whole + dropped, partial, following)


def _parted(
    rows: list[tuple[Any, ...]], first: int | None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows that can be of nobody before this transaction, and the others."""
    if first is None:
        return [], rows
    if all(row[0] >= first for row in rows):
        return rows, []
    return [row for row in rows if row[0] >= first], [row for row in rows if row[0] < first]


def _bring_along(rows: list[tuple[Any, ...]], partial: Mapping[Any, list[Any]], following: Any) -> None:
    """Tells the tables that follow of people who are somewhere else now, or nowhere any more."""
    moved = [row[0] for row in rows]
    moved += [row[-1] for changed, rows in partial.items() if set(changed) & set(following) for row in rows]
    followers.bring_along(moved)


def stand_still() -> None:
    """Nobody else writes to the registry until the transaction ends: what is read now stays so."""
    Numbers()


def _scope_values(op: Op, following: Mapping[str, str], scopes: Mapping[int, int]) -> dict[str, int | None]:
    """Scope columns for the areas the change names; a change that names none leaves them alone."""
    return {
        scope: None if op.values[area] is None else scopes[op.values[area]]
        for scope, area in following.items()
        if area in op.values
    }


def insert(
    table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, key: Sequence[str] = ()
) -> None:
    """Insert rows; with ``key`` a row that is there already is overwritten."""
    insert_rows(model_of(table), columns, rows, key=key)


def update(table: str, columns: Sequence[str], key: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set ``columns`` of the rows named by ``key``; each row of values is the columns, then the key."""
    name = quoted(model_of(table)._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            every = [*columns, *key]
            sets = ", ".join(f"{quoted(c)} = v.{quoted(c)}" for c in columns)
            where = " AND ".join(f"t.{quoted(c)} = v.{quoted(c)}" for c in key)
            given = f"unnest({arrays(model_of(table), every)}) AS v ({', '.join(map(quoted, every))})"
            cursor.execute(f"UPDATE {name} AS t SET {sets} FROM {given} WHERE {where}", transposed(rows))  # noqa: S608
        else:
            sets = ", ".join(f"{quoted(c)} = %s" for c in columns)
            where = " AND ".join(f"{quoted(c)} = %s" for c in key)
            cursor.executemany(f"UPDATE {name} SET {sets} WHERE {where}", rows)  # noqa: S608


def delete(table: str, key: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Delete the rows named by their keys."""
    name = quoted(model_of(table)._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            where = " AND ".join(f"t.{quoted(c)} = v.{quoted(c)}" for c in key)
            given = f"unnest({arrays(model_of(table), key)}) AS v ({', '.join(map(quoted, key))})"
            cursor.execute(f"DELETE FROM {name} AS t USING {given} WHERE {where}", transposed(rows))  # noqa: S608
        else:
            where = " AND ".join(f"{quoted(c)} = %s" for c in key)
            cursor.executemany(f"DELETE FROM {name} WHERE {where}", rows)  # noqa: S608
