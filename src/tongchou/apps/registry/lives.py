"""The registry's way out for counting over time: lives as spells and vital dates, for the snapshot alone.

Read as ``extract`` reads: raw, a column at a time, as the folded state has it. What is taken back or merged
into another record is therefore not there. What is sensitive about families never comes out a person at a
time: marital status leaves as counts of townships that the database makes (rights rule 7), and of mothers
comes the date of birth alone, to be turned into an age group at once by ``apps.snapshot.history``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.apps import apps
from django.db import connection

from tongchou.apps.registry import bulk
from tongchou.apps.registry.birth_orders import birth_orders, children_born
from tongchou.apps.registry.extract import read_frame, table_name
from tongchou.apps.registry.models import EventKind
from tongchou.apps.registry.packing import Part, packed, unpacked
from tongchou.core.scope import Scope

_DATES = ("year", 9999), ("month", 12), ("day", 31)
_PEOPLE = (
    *(Part(f"birth_{name}", f"p.birth_{name}", most) for name, most in _DATES),
    Part("sex", "p.sex", 9),
    Part("deceased", "CASE WHEN p.deceased THEN 1 ELSE 0 END", 1),
    *(Part(f"death_{name}", f"p.death_{name}", most) for name, most in _DATES),
    Part("education", "CAST(NULLIF(p.education, '') AS INTEGER)", 99),
)
_MOTHERS = tuple(Part(f"birth_{name}", f"m.birth_{name}", most) for name, most in _DATES)
#: Statuses are counted from this age, in groups of five years up to the last, which is open.
FIRST_AGE, LAST_AGE = 15, 85
KINDS = ("registered", "actual")


@dataclass(frozen=True, slots=True)
class Lives:
    """What is known of the lives of the people who are or were in some areas.

    ``people``: one row a person who lives or died in or after ``since``, with sex, education and the parts of
    birth and death. ``spells``: where they were registered (``kind`` 0) and actually lived (1) since when
    (``start``: 0, 2024, 202405 or 20240517); ``area_id`` is null outside the areas read. ``areas``: the areas
    read, each with the village it is or lies in (null above the villages). ``recorded``: months in which
    births and deaths since then were recorded; a register's line that first names somebody is no record of a
    birth, nor is what is entered of a death before that. ``mothers``: of people born since then, the mother's
    birth. ``marital``: numbers of people by township, age, sex and status. ``birth_orders``: numbers of
    births since then by township, year, sex, the mother's age and order. ``children_born``: women by township
    and age, with the number of children on record as theirs.
    """

    people: pl.DataFrame
    spells: pl.DataFrame
    areas: pl.DataFrame
    recorded: pl.DataFrame
    mothers: pl.DataFrame
    marital: pl.DataFrame
    birth_orders: pl.DataFrame
    children_born: pl.DataFrame


def read_lives(*, as_of: Any, since: int, scope: Scope) -> Lives:
    """The lives of everybody who is or was registered, or lives or lived, in the areas of a scope.

    Parameters
    ----------
    as_of
        Spells and deaths recorded for a later day come along; who counts cuts them off.
    since
        First year of which events are of interest.
    """
    area = bulk.quoted(apps.get_model("places", "Area")._meta.db_table)
    person, residence = table_name("person"), table_name("residence")
    inside, bounds = _inside(scope)
    areas = read_frame(
        f"SELECT a.id, CASE a.level WHEN 'group' THEN a.parent_id WHEN 'village' THEN a.id END FROM {area} a "  # noqa: S608 - own names
        f"WHERE {inside} ORDER BY a.scope_no, a.id",
        bounds,
        {"area_id": pl.Int64, "village_id": pl.Int64},
    )
    born = "COALESCE(p.death_year, 9999) >= %s"
    everybody, all_of = _everybody(inside, bounds, area, residence)
    where, known = f"{born}{everybody}", (since, *all_of)
    people = unpacked(
        read_frame(
            f"SELECT p.id, {packed(_PEOPLE)} FROM {person} p WHERE {where}",  # noqa: S608 - own names
            known,
            {"person_id": pl.Int64, "packed": pl.Int64},
            few=False,
        ),
        "packed",
        _PEOPLE,
    ).with_columns(pl.col("deceased") == 1)
    start = "CASE WHEN x.start = '' THEN 0 ELSE CAST(REPLACE(x.start, '-', '') AS INTEGER) END"
    spells = read_frame(
        f"SELECT x.person_id * 2 + CASE x.kind WHEN 'actual' THEN 1 ELSE 0 END, x.area_id, {start} "  # noqa: S608 - own names
        f"FROM {residence} x JOIN {person} p ON p.id = x.person_id WHERE {where}",
        known,
        {"packed": pl.Int64, "area_id": pl.Int64, "start": pl.Int64},
        few=False,
    )
    spells = spells.select(
        person_id=pl.col("packed") // 2,
        kind=(pl.col("packed") % 2).cast(pl.Int8),
        area_id=pl.when(pl.col("area_id").is_in(areas["area_id"].implode())).then(pl.col("area_id")),
        start=pl.col("start").cast(pl.Int32),
    ).sort("person_id", "kind", pl.col("start").cast(pl.String))
    return Lives(
        people.sort("person_id"),
        spells,
        areas,
        _recorded(people, since, where, known),
        _mothers(since, where, known),
        _marital(as_of, inside, bounds, area),
        birth_orders(since, inside, bounds, area),
        children_born(as_of, inside, bounds, area),
    )


def _inside(scope: Scope) -> tuple[str, tuple[int, ...]]:
    if scope.unlimited:
        return "1 = 1", ()
    terms = ["a.scope_no BETWEEN %s AND %s"] * len(scope.intervals)
    return f"({' OR '.join(terms) or '1 = 0'})", tuple(n for pair in scope.intervals for n in pair)


def _everybody(
    inside: str, bounds: tuple[int, ...], area: str, residence: str
) -> tuple[str, tuple[int, ...]]:
    """A condition more for people with a spell in the areas; none where nobody has one elsewhere."""
    other = f"SELECT 1 FROM {residence} x JOIN {area} a ON a.id = x.area_id WHERE NOT ({inside}) LIMIT 1"  # noqa: S608 - own names
    with connection.cursor() as cursor:
        cursor.execute(other, bounds)
        if cursor.fetchone() is None:
            return "", ()
    lived = f"SELECT x.person_id FROM {residence} x JOIN {area} a ON a.id = x.area_id WHERE {inside}"  # noqa: S608 - own names
    return f" AND p.id IN ({lived})", bounds


#: People who died in or after a year, or nobody knows when.
_DIED_SINCE = "p.deceased AND COALESCE(p.death_year, 9999) >= %s"


def _recorded(people: pl.DataFrame, since: int, where: str, known: tuple[Any, ...]) -> pl.DataFrame:
    """Months (since 1970) of the records of births and deaths, by person.

    A death before a register first named the person was not recorded late: nobody had the person on record.
    """
    event, person = table_name("event"), table_name("person")
    month = (
        "to_char(e.recorded_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMM')"
        if connection.vendor == "postgresql"
        else "strftime('%%Y%%m', e.recorded_at, '+8 hours')"
    )
    parts = []
    for name, kind, more in (
        ("birth", EventKind.PERSON_ENROLLED, "p.birth_year >= %s AND e.occurred <> ''"),
        ("death", EventKind.DEATH_RECORDED, _DIED_SINCE),
        ("named", EventKind.PERSON_ENROLLED, f"{_DIED_SINCE} AND e.occurred = ''"),
    ):
        rows = read_frame(
            f"SELECT e.person_id, MIN(CAST({month} AS INTEGER)) FROM {event} e "  # noqa: S608 - own names
            f"JOIN {person} p ON p.id = e.person_id WHERE e.kind = '{kind}' AND {more} AND {where} "
            "GROUP BY e.person_id",
            (since, *known),
            {"person_id": pl.Int64, f"{name}_recorded": pl.Int64},
        )
        value = pl.col(f"{name}_recorded")
        parts.append(
            rows.with_columns(((value // 100 - 1970) * 12 + value % 100 - 1).alias(value.meta.output_name()))
        )
    born, dead, named = parts
    died = (pl.col("death_year") - 1970) * 12 + pl.col("death_month").fill_null(12) - 1
    before = (
        people.select("person_id", died=died)
        .join(named, on="person_id")
        .filter(pl.col("died") < pl.col("named_recorded"))
    )
    dead = dead.join(before, on="person_id", how="anti")
    return born.join(dead, on="person_id", how="full", coalesce=True).sort("person_id")


def _mothers(since: int, where: str, known: tuple[Any, ...]) -> pl.DataFrame:
    """Birth of the mother by birth of people born since a year; of two, the one written first."""
    kinship, person = table_name("kinship"), table_name("person")
    rows = read_frame(
        f"SELECT k.child_id, k.parent_id, {packed(_MOTHERS)} FROM {kinship} k "  # noqa: S608 - own names
        f"JOIN {person} p ON p.id = k.child_id JOIN {person} m ON m.id = k.parent_id "
        f"WHERE k.kind = 'birth' AND m.sex = 2 AND p.birth_year >= %s AND {where}",
        (since, *known),
        {"person_id": pl.Int64, "mother_id": pl.Int64, "packed": pl.Int64},
    )
    rows = rows.sort("person_id", "mother_id").unique("person_id", keep="first", maintain_order=True)
    return unpacked(rows, "packed", _MOTHERS)


def _marital(as_of: Any, inside: str, bounds: tuple[int, ...], area: str) -> pl.DataFrame:
    """Living people by township, five-year age, sex and marital status: summed up by the database.

    A birth known to the year counts as on 1 July, one known to the month as on its first day.
    """
    person = table_name("person")
    month, day = "COALESCE(p.birth_month, 7)", "COALESCE(p.birth_day, 1)"
    age = f"(%s - p.birth_year - CASE WHEN {month} * 100 + {day} > %s THEN 1 ELSE 0 END)"
    group = f"CASE WHEN {age} >= {LAST_AGE} THEN {LAST_AGE} ELSE {age} - {age} %% 5 END"
    today = (as_of.year, as_of.month * 100 + as_of.day)
    sql = (
        f"SELECT t.code, {group}, p.sex, SUBSTR(p.marital, 1, 1), COUNT(*) FROM {person} p "  # noqa: S608 - own names
        f"JOIN {area} a ON a.id = p.registered_area_id "
        f"LEFT JOIN {area} v ON v.id = CASE WHEN a.level = 'group' THEN a.parent_id ELSE a.id END "
        f"LEFT JOIN {area} t ON t.id = v.parent_id "
        f"WHERE {inside} AND NOT p.deceased AND (p.birth_year IS NULL OR {age} BETWEEN {FIRST_AGE} AND 120) "
        "GROUP BY 1, 2, 3, 4"
    )
    schema = {
        "township_code": pl.String, "age": pl.Int64, "sex": pl.Int64, "marital": pl.String,
        "people": pl.Int64,
    }  # fmt: skip
    rows = read_frame(sql, (*today * 3, *bounds, *today), schema)
    status = pl.col("marital")
    return rows.with_columns(pl.when(status != "").then(status)).sort(
        "township_code", "age", "sex", "marital"
    )
