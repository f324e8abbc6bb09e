"""How much of the facts is unknown: counted once for all villages of a snapshot, then added up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from tongchou.domain import facts as schema

#: The year of a status is asked only of people who have it.
_OF = {
    "converted_year": "converted",
    "urban_pension_year": "urban_pension",
    "urban_medical_year": "urban_medical",
}
#: Facts everybody has, told by their names. What rights rule 7 protects is not among them.
FACTS = (
    "household_id",
    "birth_year",
    "birth_month",
    "birth_day",
    "sex",
    "chinese_national",
    "hukou_kind",
    "converted",
    "converted_year",
    "urban_pension",
    "urban_pension_year",
    "urban_medical",
    "urban_medical_year",
)
COLUMNS = ("area_code", "deceased", *FACTS)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Of how many people a fact is asked, and of how many of them it is unknown."""

    fact: schema.Fact
    asked: int
    unknown: int


def count(facts: pl.DataFrame) -> pl.DataFrame:
    """Living people by ``area_code``, with columns ``<fact>_asked`` and ``<fact>_unknown``."""
    alive = facts.filter(~pl.col("deceased").fill_null(False))
    sums = []
    for name in FACTS:
        asked = pl.col(_OF[name]).fill_null(False) if name in _OF else pl.lit(True)
        sums.append((asked & pl.lit(True)).cast(pl.Int64).alias(f"{name}_asked"))
        sums.append((asked & pl.col(name).is_null()).cast(pl.Int64).alias(f"{name}_unknown"))
    return alive.select("area_code", *sums).group_by("area_code").agg(pl.all().sum())


def total(counted: pl.DataFrame, area_codes: Collection[str]) -> list[Unknown]:
    """The facts of people registered in these areas, in the order of the facts table."""
    summed = counted.filter(pl.col("area_code").is_in(list(area_codes))).select(pl.exclude("area_code").sum())
    row = summed.row(0, named=True) if summed.height else {}
    return [
        Unknown(fact, int(row.get(f"{fact.name}_asked") or 0), int(row.get(f"{fact.name}_unknown") or 0))
        for fact in schema.FACTS
        if fact.name in FACTS
    ]
