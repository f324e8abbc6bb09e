"""The registry's one way out for reading many people: three plain frames as of a date, for the snapshot
alone.

Raw reads, a column at a time into Polars (from PostgreSQL as the text of COPY): a million people cost
seconds. Of spells the database gives the latest of each kind alone. Marital status and family statements
leave it only for people born in or before ``oldest``; nobody else's are read.
"""

from __future__ import annotations

import datetime as dt
import gc
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.apps import apps
from django.db import connection

from tongchou.apps.registry import bulk
from tongchou.apps.registry.packing import Part, packed, unpacked
from tongchou.core.scope import Scope
from tongchou.domain.register.row import HUKOU_KINDS

#: A person as read: what is small comes as one number.
PEOPLE = {"person_id": pl.Int64, "registered_scope": pl.Int64, "packed": pl.Int64}
#: Stands for a marital status that is not known, among the codes of two digits.
_NO_MARITAL = 100
_PARTS = (
    Part("birth_year", "p.birth_year", 9999),
    Part("birth_month", "p.birth_month", 12),
    Part("birth_day", "p.birth_day", 31),
    Part("sex", "p.sex", 9),
    Part("deceased", "CASE WHEN p.deceased THEN 1 ELSE 0 END", 1),
    Part("death_year", "p.death_year", 9999),
    Part("death_month", "p.death_month", 12),
    Part("death_day", "p.death_day", 31),
    Part(
        "marital",
        # Of whoever is too young for it to matter it does not leave the database.
        f"CASE WHEN p.birth_year <= %s THEN CASE WHEN p.marital = '' THEN {_NO_MARITAL} "
        "ELSE CAST(p.marital AS INTEGER) END END",
        _NO_MARITAL,
    ),
)
STATEMENTS = {
    "person_id": pl.Int64,
    "start": pl.String,
    "living_sons": pl.Int64,
    "living_daughters": pl.Int64,
    "children_ever": pl.Int64,
}
#: Kinds of ``Status``, each a column of the statuses.
KINDS = ("hukou_kind", "determined_rural", "converted", "urban_pension", "urban_medical")
#: Every value a status can have (``status_value_of_kind``).
VALUES = (*HUKOU_KINDS, "yes", "no")
COUPLES = {"a": pl.Int64, "b": pl.Int64, "start": pl.String}
EVERYBODY = "1 = 1"
#: Code of the village a registered area ``a`` is or lies in; ``v`` is the area above it.
_VILLAGE = "CASE WHEN a.level = 'group' THEN v.code ELSE a.code END"
_FETCH = 10_000
#: Whether reads are of one moment already.
_reading: ContextVar[bool] = ContextVar("reading", default=False)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Extract:
    """What is known of some people and their partners as of a date.

    ``people`` has one row a person. ``current`` has one row a person with what holds on the date, of each
    kind the spell that began last: ``household_id``, ``area_code`` (of the registered village), and for each
    kind of ``Status`` its value and, in ``<kind>_start``, since when. ``couples`` holds those that last, with
    at least one of the two born in or before ``oldest``. ``subjects`` are the people asked for; None means
    all.
    """

    people: pl.DataFrame
    current: pl.DataFrame
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
        about the person asked for. Seven queries at most.
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
        people = _people(where, date, oldest, few)
        report(2, 3)
        current = _current(where, date, few)
    if scope is not None:
        # Of a partner who comes along not every marriage was read: only who was asked for is answered.
        inside = _inside(scope, people)
        subjects = inside if subjects is None else sorted(set(subjects) & set(inside))
    report(3, 3)
    return Extract(people.drop("registered_scope"), current, couples, subjects)


@contextmanager
def one_moment() -> Iterator[None]:
    """Reads inside see the database as it is at the first of them, and hold no writer up.

    Django's own ``atomic`` would take SQLite's write lock and read PostgreSQL statement by statement.
    Inside an open transaction, or another of these, nothing is begun.
    """
    if connection.in_atomic_block or _reading.get():
        yield
        return
    begun = _reading.set(True)
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgresql else "BEGIN DEFERRED")
        try:
            yield
        finally:
            _reading.reset(begun)
            cursor.execute("COMMIT")


def table_name(name: str) -> str:
    return bulk.quoted(bulk.model_of(name)._meta.db_table)


def read_frame(sql: str, parameters: Sequence[Any], schema: dict[str, Any], few: bool = True) -> pl.DataFrame:
    """The rows of a query as a frame; columns are built one by one from chunks of rows.

    Many rows come from PostgreSQL as one CSV text, which Polars reads in a fraction of the time that making a
    Python object of each cell takes.
    """
    if not few and connection.vendor == "postgresql":
        return _copied(sql, parameters, schema)
    parts = []
    with connection.cursor() as cursor, _collector_resting():
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_FETCH):
            columns = zip(schema.items(), zip(*rows, strict=True), strict=True)
            parts.append(pl.DataFrame([_series(name, values, kind) for (name, kind), values in columns]))
    return pl.concat(parts, rechunk=True) if parts else pl.DataFrame(schema=schema)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Rows hold no cycles: the garbage collector would look through millions of tuples for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _copied(sql: str, parameters: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """As ``read_frame``, by COPY. An empty text comes quoted, an unknown value does not: both stay apart."""
    text = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", parameters) as copy,
    ):
        for block in copy:
            text.write(block)
    if not text.tell():
        return pl.DataFrame(schema=schema)
    text.seek(0)
    read = {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}
    frame = pl.read_csv(text, has_header=False, schema=read)
    return frame.with_columns(pl.col(name) == "t" for name, kind in schema.items() if kind == pl.Boolean)


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
    person = table_name("person")
    return f"{table_name('couple')} c JOIN {person} pa ON pa.id = c.a_id JOIN {person} pb ON pb.id = c.b_id"


def _couples(ids: list[int] | None, date: str, oldest: int) -> pl.DataFrame:
    condition, parameters = _couple_condition(oldest, date)
    if ids is not None:
        # Two index look-ups; an OR over both columns would read every couple.
        marks = _marks(ids)
        condition += f" AND c.a_id IN ({marks})"
        other = condition.replace(f"c.a_id IN ({marks})", f"c.b_id IN ({marks})")
        one = f"SELECT c.a_id, c.b_id, c.start FROM {_joined_couples()} WHERE "  # noqa: S608 - own names
        parameters = (*parameters, *ids)
        return read_frame(f"{one}{condition} UNION {one}{other}", parameters * 2, COUPLES)
    sql = f"SELECT c.a_id, c.b_id, c.start FROM {_joined_couples()} WHERE {condition}"  # noqa: S608 - own names
    return read_frame(sql, parameters, COUPLES, few=False)


def _household(household_id: int, date: str, oldest: int) -> tuple[list[int], pl.DataFrame]:
    """Members on the date, and the couples they are part of: one query."""
    membership = table_name("membership")
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
    found = read_frame(sql, (household_id, date, date, *parameters * 2), {"member": pl.Int64} | COUPLES)
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
    person = table_name("person")
    with connection.cursor() as cursor:  # most often a county is all there is: then nobody need be looked up
        cursor.execute(f"SELECT 1 FROM {person} p WHERE NOT ({inside}) LIMIT 1", bounds)  # noqa: S608 - own names
        if cursor.fetchone() is None:
            return _Where(EVERYBODY)
    within = f"SELECT p.id FROM {person} p WHERE {inside}"  # noqa: S608 - own names
    partners = (
        f"SELECT b_id FROM {table_name('couple')} WHERE a_id IN ({within}) "  # noqa: S608 - own names
        f"UNION SELECT a_id FROM {table_name('couple')} WHERE b_id IN ({within})"
    )
    return _Where(f"({inside} OR p.id IN ({partners}))", bounds * 3)


def _inside(scope: Scope, people: pl.DataFrame) -> list[int]:
    """The people whose registered area the scope reaches; partners from elsewhere are not among them."""
    reached = pl.lit(scope.unlimited)
    for low, high in scope.intervals:
        reached |= pl.col("registered_scope").is_between(low, high)
    return people.filter(reached)["person_id"].to_list()


def _people(where: _Where, date: str, oldest: int, few: bool) -> pl.DataFrame:
    """The people, with the statement that holds on the date beside those old enough."""
    person, statement = table_name("person"), table_name("familystatement")
    sql = f"SELECT p.id, p.registered_scope, {packed(_PARTS)} FROM {person} p WHERE {where.sql}"  # noqa: S608 - own names
    people = unpacked(read_frame(sql, (oldest, *where.parameters), PEOPLE, few), "packed", _PARTS)
    code = pl.col("marital")
    people = people.with_columns(
        pl.col("deceased") == 1,
        pl.when(code == _NO_MARITAL).then(pl.lit("")).otherwise(code.cast(pl.String)).alias("marital"),
    )
    sql = (
        "SELECT s.person_id, s.start, s.living_sons, s.living_daughters, s.children_ever "  # noqa: S608 - own names
        f"FROM {statement} s JOIN {person} p ON p.id = s.person_id "
        f"WHERE p.birth_year <= %s AND s.start <= %s AND {where.sql}"
    )
    stated = latest_spells(read_frame(sql, (oldest, date, *where.parameters), STATEMENTS, few))
    return people.join(stated, on="person_id", how="left", maintain_order="left")


def _current(where: _Where, date: str, few: bool) -> pl.DataFrame:
    """Household, registered village and statuses that hold on the date, a row a person."""
    person = table_name("person")
    wanted, parameters = "x.start <= %s", (date, *where.parameters)
    if where.sql != EVERYBODY:
        wanted += f" AND x.person_id IN (SELECT p.id FROM {person} p WHERE {where.sql})"  # noqa: S608 - own names

    def spells(table: str, column: str, name: str, more: str = "") -> pl.DataFrame:
        sql = f"SELECT x.person_id, x.start, x.{column} FROM {table_name(table)} x WHERE {more}{wanted}"  # noqa: S608
        schema = {"person_id": pl.Int64, "start": pl.String, name: pl.Int64}
        return latest_spells(read_frame(sql, parameters, schema, few))

    households = spells("membership", "household_id", "household_id")
    registered = spells("residence", "area_id", "area_id", more="x.kind = 'registered' AND ")
    areas = read_frame(*_villages(registered["area_id"].unique().to_list() if few else None), few)
    statuses = _statuses(wanted, parameters, few)
    return (
        registered.join(areas, on="area_id", how="left")
        .select("person_id", "area_code")
        .join(households, on="person_id", how="full", coalesce=True)
        .join(statuses, on="person_id", how="full", coalesce=True)
    )


def latest_spells(spells: pl.DataFrame) -> pl.DataFrame:
    """Of each person the spell that began last, without its start."""
    ordered = spells.sort("person_id", "start") if spells["person_id"].is_duplicated().any() else spells
    return ordered.unique("person_id", keep="last", maintain_order=True).drop("start")


def _villages(ids: list[int] | None) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """Code of the village each area is or lies in."""
    area = bulk.quoted(apps.get_model("places", "Area")._meta.db_table)
    sql = f"SELECT a.id, {_VILLAGE} FROM {area} a LEFT JOIN {area} v ON v.id = a.parent_id"  # noqa: S608
    if ids is not None:
        sql += f" WHERE a.id IN ({_marks(ids)})"
    return sql, tuple(ids or ()), {"area_id": pl.Int64, "area_code": pl.String}


def _statuses(wanted: str, parameters: tuple[Any, ...], few: bool) -> pl.DataFrame:
    """Each kind's value and start, a row a person.

    A spell leaves the database as a number (person, kind and value) and its start; bringing a person's
    together is quicker here than there.
    """
    kinds, values = _code("x.kind", KINDS), _code("x.value", VALUES)
    spell = f"(x.person_id * {len(KINDS)} + {kinds}) * {len(VALUES)} + {values}"
    sql = f"SELECT {spell}, x.start FROM {table_name('status')} x WHERE {wanted}"  # noqa: S608 - own names
    spells = read_frame(sql, parameters, {"spell": pl.Int64, "start": pl.String}, few)
    value, rest = pl.col("spell") % len(VALUES), pl.col("spell") // len(VALUES)
    spells = spells.select(person_id=rest // len(KINDS), kind=rest % len(KINDS), start="start", value=value)
    together = spells.select("person_id").unique()
    for number, kind in enumerate(KINDS):
        own = spells.filter(pl.col("kind") == number).sort("person_id", "start")
        latest = own.unique("person_id", keep="last", maintain_order=True).select(
            "person_id",
            pl.col("value").replace_strict(dict(enumerate(VALUES)), return_dtype=pl.String).alias(kind),
            pl.col("start").alias(f"{kind}_start"),
        )
        together = together.join(latest, on="person_id", how="left")
    return together.select("person_id", *KINDS, *(f"{kind}_start" for kind in KINDS))


def _code(column: str, words: Sequence[str]) -> str:
    """The expression of SQL that gives the place of a word among these."""
    cases = " ".join(f"WHEN '{word}' THEN {number}" for number, word in enumerate(words))
    return f"CASE {column} {cases} END"
