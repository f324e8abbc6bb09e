"""Random families around every threshold of the law, some of what is asked about them unknown."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import Any

import polars as pl

from tongchou.domain import facts as schema

#: Years in which a programme begins, an amount changes or an overlay does, and the years beside them.
YEARS = (2003, 2004, 2009, 2012, 2014, 2017, 2018, 2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027)
#: Ages (or years before the evaluated one) at which an answer turns.
_AGES = (0, 3, 6, 7, 16, 49, 58, 60, 61)
_TYPES = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
SCHEMA = {fact.name: _TYPES[fact.kind] for fact in schema.FACTS}
_STATUS = (
    "hukou_kind", "determined_rural", "converted", "converted_year", "urban_pension", "urban_pension_year",
    "urban_medical", "urban_medical_year",
)  # fmt: skip
#: Never hidden: who the row is about.
_NAMES = ("person_id", "household_id", "area_code")


def families(seed: int, count: int, year: int, unknown: float) -> list[dict[str, Any]]:
    """``count`` families of one or two adults and perhaps a child; of each fact a share is ``unknown``."""
    draw = random.Random(seed)
    rows = [row for number in range(count) for row in _family(draw, number, year)]
    return [{"person_id": number, **hide(draw, row, unknown)} for number, row in enumerate(rows)]


def hide(draw: random.Random, row: dict[str, Any], share: float) -> dict[str, Any]:
    return {
        name: None if name not in _NAMES and draw.random() < share else value for name, value in row.items()
    }


def possible_values(name: str, year: int) -> list[Any]:
    """Values of a fact on both sides of what the programmes ask of it."""
    fact = schema.BY_NAME[name]
    if fact.kind == "bool":
        return [True, False]
    if fact.values:
        return list(fact.values)
    if name in ("birth_year", "spouse_birth_year"):
        return sorted({1932, 1933, 2022, 2024, 2025, *(year - age for age in _AGES)})
    if name == "only_child_birth_year":
        return [min(2015, year - age) for age in (15, 14, 13)]
    if name == "death_year":
        return [year - 1, year]
    if name.endswith("_year"):
        return [year - 4, year - 3, year]
    if name.endswith("_month"):
        return [1, 12]
    if name in ("child_disability_grade", "aftereffects_grade"):
        return [0, 1, 3, 4] if name.startswith("child") else [0, 1, 2, 3]
    return [1, 2] if name == "sex" else [0, 1, 2, 3]


def _family(draw: random.Random, number: int, year: int) -> list[dict[str, Any]]:
    sons, daughters = draw.choice((0, 0, 1, 2)), draw.choice((0, 1, 1, 2, 3))
    children = {
        "living_sons": sons,
        "living_daughters": daughters,
        "children_ever": sons + daughters + draw.choice((0, 0, 1)),
    }
    adults = [_person(draw, number, year, sex) for sex in (1, 2)[: draw.choice((1, 2, 2))]]
    if len(adults) == 1:
        adults[0]["sex"] = draw.choice((1, 2))
    for own, other in itertools.zip_longest(adults, adults[::-1]):
        own |= children
        own["has_spouse"] = len(adults) == 2
        spouse = other if len(adults) == 2 else _person(draw, number, year, 1)
        own |= {f"spouse_{name}": spouse[name] for name in (*_STATUS, "birth_year")}
    child = _person(draw, number, year, draw.choice((1, 2)))
    nobody = {"has_spouse": False, "living_sons": 0, "living_daughters": 0, "children_ever": 0}
    spouse = _person(draw, number, year, 1)
    child |= nobody | {f"spouse_{name}": spouse[name] for name in (*_STATUS, "birth_year")}
    born = _around(draw, year - draw.randrange(8))
    child |= {"birth_year": born.year, "birth_month": born.month, "birth_day": born.day}
    return [*adults, *([child] if draw.random() < 0.5 else [])]


def _around(draw: random.Random, year: int) -> dt.date:
    """A first of January, the day before or the day after; now and then any day of the year."""
    days = draw.choice((-1, 0, 1, draw.randrange(365)))
    return dt.date(year, 1, 1) + dt.timedelta(days=days)


def _person(draw: random.Random, number: int, year: int, sex: int) -> dict[str, Any]:
    born = _around(
        draw, draw.choice((1933, 1933, *(year - age for age in _AGES[5:]), draw.randrange(1940, 2000)))
    )
    child_born = min(_around(draw, year - draw.choice((13, 14, 15))), dt.date(2015, 12, 31))

    def begun() -> int:
        return _around(draw, year - draw.randrange(6)).year

    return {
        "household_id": number,
        "area_code": "990101001",
        "birth_year": born.year,
        "birth_month": born.month,
        "birth_day": born.day,
        "sex": sex,
        "deceased": draw.random() < 0.15,
        "death_year": _around(draw, year).year,
        "chinese_national": draw.random() < 0.9,
        "hukou_kind": draw.choice(schema.BY_NAME["hukou_kind"].values),
        "determined_rural": draw.random() < 0.5,
        "converted": draw.random() < 0.6,
        "converted_year": begun(),
        "urban_pension": draw.random() < 0.7,
        "urban_pension_year": begun(),
        "urban_medical": draw.random() < 0.8,
        "urban_medical_year": begun(),
        "only_child_certificate": draw.random() < 0.7,
        "only_child_birth_year": child_born.year,
        "only_child_birth_month": child_born.month,
        "child_disability_grade": draw.randrange(5),
        "aftereffects_grade": draw.randrange(4),
        "state_employed": draw.random() < 0.4,
        "resident_pension": draw.random() < 0.7,
        "resident_medical": draw.random() < 0.7,
        "school_stage": draw.choice(schema.SCHOOL_STAGES),
        "boards": draw.random() < 0.5,
        "low_income": draw.random() < 0.6,
    }


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: kind for name, kind in SCHEMA.items() if name in rows[0]})
