"""Births by order and children on record as sums over townships, made by the database.

No child, mother or order leaves it singly. Apart from ``lives``: these sums are the only thing about orders
of births and numbers of children that leaves the registry (rights rule 7), and what they are of stands in
one statement each.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from tongchou.apps.registry.extract import read_frame, table_name

#: Orders told apart; the last one is open. 0: the mother is not on record.
ORDERS = 4
SCHEMA = {
    "township_code": pl.String, "year": pl.Int64, "sex": pl.Int64, "mother": pl.Int64, "nth": pl.Int64,
    "births": pl.Int64,
}  # fmt: skip
CHILDREN_SCHEMA = {
    "township_code": pl.String, "age": pl.Int64, "women": pl.Int64, "children": pl.Int64, "recent": pl.Int64,
}  # fmt: skip
_DAY = "COALESCE({0}.birth_month, 7) * 100 + COALESCE({0}.birth_day, 1)"


def birth_orders(since: int, inside: str, bounds: tuple[int, ...], area: str) -> pl.DataFrame:
    """Births since a year by township of registration, year, sex, the mother's age group and order.

    An order is that among the children on record as the mother's, dead ones included; children of one day
    follow each other. ``mother`` is a group of ``MOTHER_STARTS``, 7: other or unknown. A birth known to the
    year counts as on 1 July, one known to the month as on its first day.
    """
    person, kinship = table_name("person"), table_name("kinship")
    mothers = (
        f"SELECT k.child_id, MIN(k.parent_id) AS mother_id FROM {kinship} k "  # noqa: S608 - own names
        f"JOIN {person} m ON m.id = k.parent_id WHERE k.kind = 'birth' AND m.sex = 2 GROUP BY k.child_id"
    )
    numbered = (
        "SELECT c.id, o.mother_id, ROW_NUMBER() OVER (PARTITION BY o.mother_id "  # noqa: S608 - own names
        f"ORDER BY c.birth_year, {_DAY.format('c')}, c.id) AS nth "
        f"FROM ({mothers}) o JOIN {person} c ON c.id = o.child_id WHERE c.birth_year IS NOT NULL"
    )
    before = f"CASE WHEN {_DAY.format('p')} < {_DAY.format('m')} THEN 1 ELSE 0 END"
    age = f"(p.birth_year - m.birth_year - {before})"
    sql = (
        "SELECT t.code, p.birth_year, p.sex, "  # noqa: S608 - own names
        f"CASE WHEN {age} BETWEEN 15 AND 49 THEN ({age} - 15) / 5 ELSE 7 END, "
        f"CASE WHEN n.nth IS NULL THEN 0 WHEN n.nth > {ORDERS} THEN {ORDERS} ELSE n.nth END, COUNT(*) "
        f"FROM {person} p JOIN {area} a ON a.id = p.registered_area_id "
        f"LEFT JOIN {area} v ON v.id = CASE WHEN a.level = 'group' THEN a.parent_id ELSE a.id END "
        f"LEFT JOIN {area} t ON t.id = v.parent_id "
        f"LEFT JOIN ({numbered}) n ON n.id = p.id LEFT JOIN {person} m ON m.id = n.mother_id "
        f"WHERE {inside} AND p.birth_year >= %s GROUP BY 1, 2, 3, 4, 5"
    )
    return read_frame(sql, (*bounds, since), SCHEMA).sort(*list(SCHEMA)[:-1])


def children_born(as_of: dt.date, inside: str, bounds: tuple[int, ...], area: str) -> pl.DataFrame:
    """Women of 15 to 49 by township of registration and first of five years of age, in sums alone.

    ``children`` are those on record as theirs, dead ones included; ``recent`` those of them born in the
    twelve months up to the day. A birth known to the year counts as on 1 July, one known to the month as on
    its first day.
    """
    person, kinship = table_name("person"), table_name("kinship")
    born = f"(c.birth_year * 10000 + {_DAY.format('c')})"
    day = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    mothers = (
        f"SELECT k.parent_id AS id, COUNT(*) AS children, "  # noqa: S608 - own names
        f"SUM(CASE WHEN {born} > %s THEN 1 ELSE 0 END) AS recent FROM {kinship} k "
        f"JOIN {person} c ON c.id = k.child_id "
        f"WHERE k.kind = 'birth' AND COALESCE({born}, 0) <= %s GROUP BY k.parent_id"
    )
    age = f"(%s - m.birth_year - CASE WHEN {_DAY.format('m')} > %s THEN 1 ELSE 0 END)"
    today = (as_of.year, as_of.month * 100 + as_of.day)
    sql = (
        f"SELECT t.code, {age} - {age} %% 5, COUNT(*), CAST(SUM(COALESCE(o.children, 0)) AS BIGINT), "  # noqa: S608 - own names
        f"CAST(SUM(COALESCE(o.recent, 0)) AS BIGINT) FROM {person} m "
        f"JOIN {area} a ON a.id = m.registered_area_id "
        f"LEFT JOIN {area} v ON v.id = CASE WHEN a.level = 'group' THEN a.parent_id ELSE a.id END "
        f"LEFT JOIN {area} t ON t.id = v.parent_id LEFT JOIN ({mothers}) o ON o.id = m.id "
        f"WHERE {inside} AND m.sex = 2 AND NOT m.deceased AND {age} BETWEEN 15 AND 49 GROUP BY 1, 2"
    )
    values = (*today * 2, day - 10_000, day, *bounds, *today)
    return read_frame(sql, values, CHILDREN_SCHEMA).sort("township_code", "age")
