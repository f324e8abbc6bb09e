"""Cubes as files: a folder a set below the installation's folder, private, and known by its content.

Arrays are kept as NumPy writes them, so that they are mapped into memory and a page reads the few villages it
shows; tables are Parquet.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import polars as pl

from tongchou.core import folders
from tongchou.domain.demography.left_out import LeftOut, Why
from tongchou.domain.statistics.cube import Basis, MonthCube

FOLDER = "cubes"
#: Villages of the cubes in their order, on the tree of their day.
AREAS = {
    "code": pl.String,
    "name": pl.String,
    "township_code": pl.String,
    "township_name": pl.String,
    "county_code": pl.String,
    "county_name": pl.String,
}
#: Living people by all that is counted of them; one row a combination that somebody has.
STOCK = {
    "area_code": pl.String,  # of the village
    "age": pl.Int16,  # full years; null: unknown
    "sex": pl.Int8,  # GB/T 2261.1: 1 and 2; null: unknown
    "residence": pl.String,  # "here", "away"; null: nobody said
    "hukou_kind": pl.String,
    "education": pl.String,  # GB/T 4658; null: unknown
    "people": pl.Float64,  # no whole number where a village was split
}
#: Marital status, of townships and five-year ages alone (rights rule 7).
MARITAL = {
    "township_code": pl.String,
    "age": pl.Int16,  # first of five years, from 15, 85 open; null: unknown
    "sex": pl.Int8,
    "marital": pl.String,  # first digit of GB/T 2261.2: 1 never, 2 married, 3 widowed, 4 divorced
    "people": pl.Float64,
}
#: Births by order, of townships and years alone (rights rule 7).
BIRTH_ORDERS = {
    "township_code": pl.String,  # of registration on the day of the snapshot
    "year": pl.Int16,
    "sex": pl.Int8,
    "mother": pl.Int8,  # group of MOTHER_STARTS, 7 other or unknown
    "nth": pl.Int8,  # 1, 2, 3, 4 and more; 0 unknown
    "births": pl.Int64,
}
#: Women and the children on record as theirs, of townships and five-year ages alone (rights rule 7).
CHILDREN_BORN = {
    "township_code": pl.String,  # of registration on the day of the snapshot
    "age": pl.Int16,  # first of five years, from 15 to 45
    "women": pl.Int64,
    "children": pl.Int64,
    "recent": pl.Int64,  # of them born in the twelve months up to the day
}
#: Dates of birth of living people, and of death, by the day they name: of any year.
DATES = {
    "township_code": pl.String,
    "event": pl.String,  # "births", "deaths"
    "month": pl.Int8,  # 0: unknown
    "day": pl.Int8,  # 0: unknown
    "people": pl.Int64,
}
#: Tables that came later: empty in cubes built before.
LATER = {"birth_orders": BIRTH_ORDERS, "children_born": CHILDREN_BORN, "dates": DATES}
_ARRAYS = tuple(
    one.name for one in fields(MonthCube) if one.name not in {"basis", "boundaries", "areas", "left_out"}
)


@dataclass(frozen=True, slots=True)
class Cubes:
    """All that is counted of one snapshot.

    ``months`` holds a cube of months for each basis, all of the same villages; ``areas`` names these in the
    same order.
    """

    months: Mapping[Basis, MonthCube]
    stock: pl.DataFrame
    marital: pl.DataFrame
    areas: pl.DataFrame
    birth_orders: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BIRTH_ORDERS))
    children_born: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHILDREN_BORN))
    dates: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DATES))


def write(cubes: Cubes, name: str) -> tuple[str, str]:
    """Write a set of cubes, whole or not at all; its path below the installation's folder, and its digest."""
    path = f"{FOLDER}/{name}"
    with folders.written(path) as draft:
        for basis, cube in cubes.months.items():
            _write_months(cube, draft / basis)
        for frame, schema, table in (
            (cubes.stock, STOCK, "stock"),
            (cubes.marital, MARITAL, "marital"),
            (cubes.birth_orders, BIRTH_ORDERS, "birth_orders"),
            (cubes.children_born, CHILDREN_BORN, "children_born"),
            (cubes.dates, DATES, "dates"),
            (cubes.areas, AREAS, "areas"),
        ):
            kept = frame.select(pl.col(column).cast(kind) for column, kind in schema.items())
            kept.write_parquet(draft / f"{table}.parquet", compression="zstd")
        return path, folders.digest(draft)


def _write_months(cube: MonthCube, place: Path) -> None:
    place.mkdir(mode=0o700)
    for name in _ARRAYS:
        np.save(place / f"{name}.npy", np.ascontiguousarray(getattr(cube, name)), allow_pickle=False)
    about = {
        "boundaries": cube.boundaries.isoformat(),
        "areas": list(cube.areas),
        "left_out": {why: number.tolist() for why, number in cube.left_out.counts.items()},
    }
    (place / "about.json").write_text(json.dumps(about, sort_keys=True), encoding="utf-8")


def read_months(path: str, basis: Basis) -> MonthCube:
    """A cube of months that ``write`` wrote; its arrays are mapped, and read where somebody looks."""
    place = folders.at(path) / basis
    about = json.loads((place / "about.json").read_text(encoding="utf-8"))
    return MonthCube(
        basis=basis,
        boundaries=dt.date.fromisoformat(about["boundaries"]),
        areas=tuple(about["areas"]),
        left_out=LeftOut({Why(why): np.array(number) for why, number in about["left_out"].items()}),
        **{name: np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS},
    )


def read_table(path: str, name: str) -> pl.DataFrame:
    """One of the tables: ``stock``, ``marital``, ``areas`` or one of ``LATER``.

    Cubes built before a table was there have none of it: it is empty.
    """
    file = folders.at(path) / f"{name}.parquet"
    if name in LATER and not file.exists():
        return pl.DataFrame(schema=LATER[name])
    return pl.read_parquet(file)
