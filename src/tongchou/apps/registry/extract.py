"""The registry's one way out for reading many people: three plain frames as of a date, for the snapshot
alone.

Raw reads through Django's cursor, a column at a time into Polars: a million people cost seconds. Marital
status and family statements leave the database only for people born in or before ``oldest``; nobody else's
are read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.apps import apps
from django.db import connection

from tongchou.apps.registry import bulk
from tongchou.core.scope import Scope

PEOPLE = {
    "person_id": pl.Int64,
    "registered_scope": pl.Int64,
    "birth_year": pl.Int64,
    "birth_month": pl.Int64,
    "birth_day": pl.Int64,
    "sex": pl.Int64,
    "deceased": pl.Boolean,
    "death_year": pl.Int64,
    "death_month": pl.Int64,
    "death_day": pl.Int64,
    "marital": pl.String,
    "living_sons": pl.Int64,
    "living_daughters": pl.Int64,
    "children_ever": pl.Int64,
}
COUPLES = {"a": pl.Int64, "b": pl.Int64, "start": pl.String}
EVERYBODY = "1 = 1"
#: Code of the village a registered area ``a`` is or lies in; ``v`` is the area above it.
_VILLAGE = "CASE WHEN a.level = 'group' THEN v.code ELSE a.code END"
#: ASCII's own separators (unit, record), which no code or date contains.
_WITHIN, _BETWEEN = "\x1f", "\x1e"
_FETCH = 50_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Extract:
    """What is known of some people and their partners as of a date.

    ``people`` has one row a person. ``spells`` holds every spell begun by the date, of kinds ``household``,
    ``area`` (code of the registered village) and those of ``Status``. ``couples`` holds those that last, with
    at least one of the two born in or before ``oldest``. ``subjects`` are the people asked for; None means
    all.
    """

    people: pl.DataFrame
    spells: pl.DataFrame
    couples: pl.DataFrame
    subjects: list[int] | None


@dataclass(frozen=True, slots=True)
class _Where:
    """A condition on ``p`` (the person) and its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


def extract(
    *,
    as_of: dt.date,
    oldest: int,
    person_ids: Collection[int] | None = None,
    household_id: int | None = None,
    scope: Scope | None = None,
    progress: Progress | None = None,
) -> Extract:
    """The facts of people named by number, of a household's members, of a scope's people, or of everybody.

    Parameters
    ----------
    as_of
        Spells that start later are left out; a start known to the year counts from that year on.
    oldest
        Last year of birth for which marital status, family statement and couples are read.

    Returns
    -------
    Extract
        Partners come along even when they are outside what was asked for, because their status decides
        about the person asked for. Four queries at most.
    """
    report = progress or (lambda done, total: None)
    date = as_of.isoformat()
    few = person_ids is not None or household_id is not None
    with nullcontext() if few else one_moment():
        subjects: list[int] | None = None
        if household_id is not None:
            subjects, couples = _household(household_id, date, oldest)
        else:
            subjects = None if person_ids is None else sorted(person_ids)
            couples = _couples(subjects, date, oldest)
        report(1, 3)
        where = _where(subjects, couples, scope)
        people = _people(where, date, oldest)
        report(2, 3)
        spells = _spells(where, date)
    if scope is not None:
        subjects = _inside(scope, people)
    report(3, 3)
    return Extract(people.drop("registered_scope"), spells, couples, subjects)


@contextmanager
def one_moment() -> Iterator[None]:
    """Reads inside see the database as it is at the first of them, and hold no writer up.

    Django's own ``atomic`` would take SQLite's write lock and read PostgreSQL statement by statement.
    Inside an open transaction nothing is begun.
    """
    if connection.in_atomic_block:
        yield
        return
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgresql else "BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("COMMIT")


def _table(name: str) -> str:
    return bulk.quoted(bulk.model_of(name)._meta.db_table)


def _frame(sql: str, parameters: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame; columns are built one by one from chunks of rows."""
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_FETCH):
            columns = zip(schema.items(), zip(*rows, strict=True), strict=True)
            parts.append(pl.DataFrame([_series(name, values, kind) for (name, kind), values in columns]))
    return pl.concat(parts, rechunk=True) if parts else pl.DataFrame(schema=schema)


def _series(name: str, values: Sequence[Any], kind: Any) -> pl.Series:
    if kind == pl.Boolean:  # SQLite gives 0 and 1
        return pl.Series(name, values, dtype=pl.Int8 if isinstance(values[0], int) else kind).cast(kind)
    return pl.Series(name, values, dtype=kind)


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _couple_condition(oldest: int, date: str) -> tuple[str, tuple[Any, ...]]:
    """Couples ``c`` (with ``pa`` and ``pb`` joined) that last on the date and concern somebody old enough."""
    return (
        "c.start <= %s AND (c.ended IS NULL OR c.ended > %s) "
        "AND (pa.birth_year <= %s OR pb.birth_year <= %s)",
        (date, date, oldest, oldest),
    )


def _joined_couples() -> str:
    person = _table("person")
    return f"{_table('couple')} c JOIN {person} pa ON pa.id = c.a_id JOIN {person} pb ON pb.id = c.b_id"


def _couples(ids: list[int] | None, date: str, oldest: int) -> pl.DataFrame:
    condition, parameters = _couple_condition(oldest, date)
    if ids is not None:
        # Two index look-ups; an OR over both columns would read every couple.
        marks = _marks(ids)
        condition += f" AND c.a_id IN ({marks})"
        other = condition.replace(f"c.a_id IN ({marks})", f"c.b_id IN ({marks})")
        one = f"SELECT c.a_id, c.b_id, c.start FROM {_joined_couples()} WHERE "  # noqa: S608 - own names
        parameters = (*parameters, *ids)
        return _frame(f"{one}{condition} UNION {one}{other}", parameters * 2, COUPLES)
    sql = f"SELECT c.a_id, c.b_id, c.start FROM {_joined_couples()} WHERE {condition}"  # noqa: S608 - own names
    return _frame(sql, parameters, COUPLES)


def _household(household_id: int, date: str, oldest: int) -> tuple[list[int], pl.DataFrame]:
    """Members on the date, and the couples they are part of: one query."""
    membership = _table("membership")
    condition, parameters = _couple_condition(oldest, date)
    of_member = (
        f"SELECT m.person_id, c.a_id, c.b_id, c.start FROM m, {_joined_couples()} WHERE {condition} AND "  # noqa: S608 - own names
    )
    sql = (
        f"WITH m AS (SELECT x.person_id FROM {membership} x WHERE x.household_id = %s AND x.start <= %s "  # noqa: S608 - own names
        f"AND NOT EXISTS (SELECT 1 FROM {membership} n WHERE n.person_id = x.person_id "
        "AND n.start > x.start AND n.start <= %s)) "
        "SELECT m.person_id, NULL, NULL, NULL FROM m "
        f"UNION {of_member} c.a_id = m.person_id UNION {of_member} c.b_id = m.person_id"
    )
    found = _frame(sql, (household_id, date, date, *parameters * 2), {"member": pl.Int64} | COUPLES)
    members = sorted(set(found["member"].to_list()))
    return members, found.drop("member").drop_nulls("a").unique()


def _where(subjects: list[int] | None, couples: pl.DataFrame, scope: Scope | None) -> _Where:
    if subjects is not None:
        ids = sorted({*subjects, *couples["a"].to_list(), *couples["b"].to_list()})
        return _Where(f"p.id IN ({_marks(ids)})", tuple(ids))
    if scope is None or scope.unlimited:
        return _Where(EVERYBODY)
    # One term for each stretch of areas; nobody when there is none.
    inside = " OR ".join(["p.registered_scope BETWEEN %s AND %s"] * len(scope.intervals)) or "1 = 0"
    bounds = tuple(number for interval in scope.intervals for number in interval)
    person = _table("person")
    with connection.cursor() as cursor:  # most often a county is all there is: then nobody need be looked up
        cursor.execute(f"SELECT 1 FROM {person} p WHERE NOT ({inside}) LIMIT 1", bounds)  # noqa: S608 - own names
        if cursor.fetchone() is None:
            return _Where(EVERYBODY)
    within = f"SELECT p.id FROM {person} p WHERE {inside}"  # noqa: S608 - own names
    partners = (
        f"SELECT b_id FROM {_table('couple')} WHERE a_id IN ({within}) "  # noqa: S608 - own names
        f"UNION SELECT a_id FROM {_table('couple')} WHERE b_id IN ({within})"
    )
    return _Where(f"({inside} OR p.id IN ({partners}))", bounds * 3)


def _inside(scope: Scope, people: pl.DataFrame) -> list[int]:
    """The people whose registered area the scope reaches; partners from elsewhere are not among them."""
    reached = pl.lit(scope.unlimited)
    for low, high in scope.intervals:
        reached |= pl.col("registered_scope").is_between(low, high)
    return people.filter(reached)["person_id"].to_list()


def _people(where: _Where, date: str, oldest: int) -> pl.DataFrame:
    person, statement = _table("person"), _table("familystatement")
    sql = (
        "SELECT p.id, p.registered_scope, p.birth_year, p.birth_month, p.birth_day, p.sex, "  # noqa: S608 - own names
        "p.deceased, p.death_year, p.death_month, p.death_day, "
        "CASE WHEN p.birth_year <= %s THEN p.marital END, s.living_sons, s.living_daughters, s.children_ever "
        f"FROM {person} p LEFT JOIN {statement} s ON s.person_id = p.id AND p.birth_year <= %s AND s.start = "
        f"(SELECT MAX(t.start) FROM {statement} t WHERE t.person_id = p.id AND t.start <= %s) "
        f"WHERE {where.sql}"
    )
    return _frame(sql, (oldest, oldest, date, *where.parameters), PEOPLE)


def _spells(where: _Where, date: str) -> pl.DataFrame:
    """Household, registered area and statuses, in one query: ``(person, kind, value, start)``.

    The database packs a person's statuses into one text: half the time of reading them row by row.
    """
    person, area = _table("person"), bulk.quoted(apps.get_model("places", "Area")._meta.db_table)
    wanted = "x.start <= %s"
    if where.sql != EVERYBODY:
        wanted += f" AND x.person_id IN (SELECT p.id FROM {person} p WHERE {where.sql})"  # noqa: S608 - own names
    packed = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    household = _spell("'household'", "CAST(x.household_id AS varchar(20))")
    village = _spell("'area'", _VILLAGE)
    statuses = f"{packed}({_spell('x.kind', 'x.value')}, '{_BETWEEN}')"
    sql = (
        f"SELECT x.person_id, {household} "  # noqa: S608 - own names
        f"FROM {_table('membership')} x WHERE {wanted} "
        f"UNION ALL SELECT x.person_id, {village} "
        f"FROM {_table('residence')} x JOIN {area} a ON a.id = x.area_id "
        f"LEFT JOIN {area} v ON v.id = a.parent_id WHERE x.kind = 'registered' AND {wanted} "
        f"UNION ALL SELECT x.person_id, {statuses} "
        f"FROM {_table('status')} x WHERE {wanted} GROUP BY x.person_id"
    )
    found = _frame(sql, (date, *where.parameters) * 3, {"person_id": pl.Int64, "spell": pl.String})
    parts = pl.col("spell").str.split(_BETWEEN)
    spell = pl.col("spell").str.split_exact(_WITHIN, 2).struct.rename_fields(["kind", "value", "start"])
    return found.with_columns(parts).explode("spell").select("person_id", spell).unnest("spell")


def _spell(kind: str, value: str) -> str:
    """SQL that packs a spell of ``x`` into one text."""
    return f"{kind} || '{_WITHIN}' || {value} || '{_WITHIN}' || x.start"
