"""The registry's people as the comparison of records takes them: a row a person.

Raw reads, a column at a time, as in ``extract``. Identity numbers and telephones are their blind indexes:
nothing here opens one. Of families only the names of parents and of the present spouse are read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from tongchou.apps.places import api as places
from tongchou.apps.registry.extract import latest_spells, one_moment, read_frame, table_name
from tongchou.core.scope import Scope

_PEOPLE = {
    "person": pl.Int64,
    "name": pl.String,
    "sex": pl.Int8,
    "birth_year": pl.Int16,
    "birth_month": pl.Int8,
    "birth_day": pl.Int8,
    "id_key": pl.String,
    "area": pl.Int64,
    "ethnicity": pl.String,
    "education": pl.String,
    "away": pl.Boolean,
}
_COLUMNS = (
    "p.id, p.name, p.sex, p.birth_year, p.birth_month, p.birth_day, p.id_index, p.registered_area_id, "
    "NULLIF(p.ethnicity, ''), NULLIF(p.education, ''), p.lives_away"
)
_NAMED = {"person": pl.Int64, "name": pl.String}


def likeness(*, scope: Scope | None = None, person_ids: Collection[int] | None = None) -> pl.DataFrame:
    """What is compared of the people registered in a scope, or of some people. Seven queries.

    Returns
    -------
    DataFrame
        The columns of ``tongchou.domain.matching.people.SCHEMA``, a row a person, in the order of numbers.
    """
    few = person_ids is not None
    inside, parameters = _inside(scope, person_ids)
    if few:
        return _read(inside, parameters, few=True)
    with one_moment():
        return _read(inside, parameters, few=False)


def _inside(scope: Scope | None, person_ids: Collection[int] | None) -> tuple[str, tuple[Any, ...]]:
    """A condition on ``p``, the person."""
    if person_ids is not None:
        ids = sorted(set(person_ids))
        return f"p.id IN ({', '.join(['%s'] * len(ids)) or 'NULL'})", tuple(ids)
    if scope is None or scope.unlimited:
        return "1 = 1", ()
    if not scope.intervals:
        return "1 = 0", ()
    terms = " OR ".join(["p.registered_scope BETWEEN %s AND %s"] * len(scope.intervals))
    return f"({terms})", tuple(number for interval in scope.intervals for number in interval)


def _read(inside: str, parameters: tuple[Any, ...], *, few: bool) -> pl.DataFrame:
    person = table_name("person")

    def rows(columns: str, source: str, schema: dict[str, Any], more: str = "") -> pl.DataFrame:
        sql = f"SELECT {columns} FROM {source} WHERE {inside}{more}"  # noqa: S608 - own names
        return read_frame(sql, parameters, schema, few)

    people = rows(_COLUMNS, f"{person} p", _PEOPLE)
    homes = latest_spells(
        rows(
            "m.person_id, m.start, m.household_id",
            f"{table_name('membership')} m JOIN {person} p ON p.id = m.person_id",
            {"person_id": pl.Int64, "start": pl.String, "household": pl.Int64},
        )
    ).rename({"person_id": "person"})
    phones = rows(
        'f.person_id, f."index"',
        f"{table_name('phone')} f JOIN {person} p ON p.id = f.person_id",
        {"person": pl.Int64, "phone_key": pl.String},
        " AND f.position = 1",
    )
    parents = rows(
        "k.child_id, q.name, q.sex",
        f"{table_name('kinship')} k JOIN {person} p ON p.id = k.child_id "
        f"JOIN {person} q ON q.id = k.parent_id",
        {**_NAMED, "sex": pl.Int8},
        " AND k.kind IN ('birth', 'adoptive')",
    )
    spouses = [
        rows(
            f"c.{own}, q.name",
            f"{table_name('couple')} c JOIN {person} p ON p.id = c.{own} JOIN {person} q ON q.id = c.{other}",
            _NAMED,
            " AND c.ended IS NULL",
        )
        for own, other in (("a_id", "b_id"), ("b_id", "a_id"))
    ]
    found = people.join(homes, on="person", how="left").join(phones, on="person", how="left")
    found = found.join(_areas(), on="area", how="left").drop("area")
    for column, kin in (
        ("father", parents.filter(pl.col("sex") == 1)),
        ("mother", parents.filter(pl.col("sex") == 2)),
        ("spouse", pl.concat(spouses)),
    ):
        # Two of one kind are told apart by nothing: the first name in order stands for both.
        one = kin.group_by("person").agg(pl.col("name").min().alias(column))
        found = found.join(one, on="person", how="left")
    return found.sort("person")


def _areas() -> pl.DataFrame:
    """Codes of village, township and county of each area in which somebody can be registered."""
    level = {
        places.Level.VILLAGE: "village",
        places.Level.TOWNSHIP: "township",
        places.Level.COUNTY: "county",
    }
    known = {pk: rest for pk, *rest in places.Area.objects.values_list("pk", "code", "level", "parent_id")}
    rows = []
    for pk in known:
        above: dict[str, Any] = dict.fromkeys(level.values())
        at: int | None = pk
        while at is not None:
            code, rank, parent = known[at]
            if rank in level:
                above[level[rank]] = code
            at = parent
        rows.append((pk, *above.values()))
    schema = {"area": pl.Int64, **dict.fromkeys(level.values(), pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row")
