"""Whom the checks name: the clauses of ``checks`` asked of a table of facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import polars as pl

from tongchou.domain.checks import AGE, CARER, NAMES, OWN, Check, Clause
from tongchou.domain.facts import BY_NAME

_FOUND: Final = pl.Schema(
    {"check": pl.String, "person_id": pl.Int64, "household_id": pl.Int64, "area_code": pl.String}
)


def found(
    facts: pl.DataFrame, checks: Iterable[Check], *, year: int, alone: Collection[int] | None = None
) -> pl.DataFrame:
    """Who is named by which check.

    Parameters
    ----------
    facts : DataFrame
        Columns of ``domain.facts``; absent ones are unknown for everybody.
    year : int
        Year of the facts, from which ages are counted.
    alone : collection of int, optional
        Children for whom ``carer_recorded`` is false; without it the fact is unknown for everybody.

    Returns
    -------
    DataFrame
        ``check`` (code), ``person_id``, ``household_id``, ``area_code``; one row for each naming, in the
        order of checks and people.
    """
    absent = [name for name in NAMES if name not in OWN and name not in facts.columns]
    kinds = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
    table = facts.lazy().with_columns(
        pl.lit(None, dtype=kinds[BY_NAME[name].kind]).alias(name) for name in absent
    )
    carer = pl.lit(None, pl.Boolean) if alone is None else ~pl.col("person_id").is_in(sorted(alone))
    table = table.with_columns((pl.lit(year) - pl.col("birth_year")).alias(AGE.name), carer.alias(CARER.name))
    parts = [
        table.filter(_names(check))
        .select(pl.lit(check.code).alias("check"), "person_id", "household_id", "area_code")
        .cast(_FOUND)
        .sort("person_id")
        for check in checks
    ]
    if not parts:
        return pl.DataFrame(schema=_FOUND)
    return pl.concat(pl.collect_all(parts))


def _names(check: Check) -> pl.Expr:
    """True for people the check names; never null."""
    return pl.all_horizontal([_holds(clause).fill_null(value=False) for clause in check.where])


def _holds(clause: Clause) -> pl.Expr:
    """True where the clause holds; an unknown fact makes every comparison untrue."""
    column = pl.col(clause.fact)
    if clause.word == "is":
        return {
            "known": column.is_not_null(),
            "unknown": column.is_null(),
            "yes": column.eq(True),
            "no": column.eq(False),
        }[str(clause.operand)]
    other = pl.col(clause.operand) if clause.operand in NAMES else pl.lit(clause.operand)
    compared = {
        "equals": column == other,
        "at_least": column >= other,
        "at_most": column <= other,
        "less_than": column < other,
        "more_than": column > other,
    }[clause.word]
    return compared.fill_null(value=False)
