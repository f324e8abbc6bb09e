"""The second part of a snapshot: lives over time, read together with the facts and kept beside them.

Of births by the mother's age only her age group is kept with the child, and only of children born in the last
years; of marital status, orders of births and children on record there are numbers of whole townships (rights
rule 7).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path

import polars as pl

from tongchou.apps.registry import api as registry
from tongchou.core import folders
from tongchou.core.scope import Scope
from tongchou.domain.statistics.counting import mother_group
from tongchou.domain.statistics.days import days_of

#: Years of which births and deaths are told apart: whoever died before is left out.
YEARS = 10
_PARTS = ("year", "month", "day")
_DATE = {f"{event}_{part}": pl.Int16 for event in ("birth", "death") for part in _PARTS}
SCHEMAS = {
    "people": {
        "person_id": pl.Int64,
        **_DATE,
        "sex": pl.Int8,
        "deceased": pl.Boolean,
        "education": pl.String,
        "mother": pl.Int8,  # group of MOTHER_STARTS at the birth, 7 other; null: born before these years
        "birth_recorded": pl.Int32,  # months since 1970; null: named by a register first
        "death_recorded": pl.Int32,
    },
    "spells": {
        "person_id": pl.Int64,
        "kind": pl.Int8,  # 0 registered, 1 lived
        "area_id": pl.Int64,  # null: outside the areas of the snapshot
        "start": pl.Int32,  # 0, 2024, 202405 or 20240517
    },
    "areas": {"area_id": pl.Int64, "village_id": pl.Int64},
    "marital": {
        "township_code": pl.String, "age": pl.Int16, "sex": pl.Int8, "marital": pl.String,
        "people": pl.Int64,
    },
    "birth_orders": {
        "township_code": pl.String, "year": pl.Int16, "sex": pl.Int8, "mother": pl.Int8,
        "nth": pl.Int8,  # 1 to 4, which is open; 0 unknown
        "births": pl.Int64,
    },
    "children_born": {
        "township_code": pl.String,
        "age": pl.Int16,  # of women: first of five years, from 15 to 45
        "women": pl.Int64, "children": pl.Int64, "recent": pl.Int64,
    },
}  # fmt: skip
#: Tables that came later: empty in a history written before.
LATER = frozenset({"birth_orders", "children_born"})


@dataclass(frozen=True, slots=True)
class History:
    """Frames of ``SCHEMAS``: people by number, spells by person, kind and start, areas in their order."""

    people: pl.DataFrame
    spells: pl.DataFrame
    areas: pl.DataFrame
    marital: pl.DataFrame
    birth_orders: pl.DataFrame
    children_born: pl.DataFrame


def build_history(*, as_of: dt.date, scope: Scope) -> History:
    """The lives of everybody who is or was registered, or lives or lived, in the areas of a scope."""
    found = registry.read_lives(as_of=as_of, since=as_of.year - YEARS, scope=scope)
    people = found.people.join(found.recorded, on="person_id", how="left", maintain_order="left").join(
        _mothers(found.mothers, found.people, as_of.year - YEARS),
        on="person_id",
        how="left",
        maintain_order="left",
    )
    education = pl.col("education").cast(pl.String).str.pad_start(2, "0")
    people = people.with_columns(education)
    frames = {
        "people": people,
        "spells": found.spells,
        "areas": found.areas,
        "marital": found.marital,
        "birth_orders": found.birth_orders,
        "children_born": found.children_born,
    }
    return History(
        **{
            name: frame.select(pl.col(column).cast(kind) for column, kind in SCHEMAS[name].items())
            for name, frame in frames.items()
        }
    )


def _mothers(mothers: pl.DataFrame, people: pl.DataFrame, since: int) -> pl.DataFrame:
    """The age group of the mother of everybody born since a year; nothing else of her goes further."""
    young = people.filter(pl.col("birth_year") >= since).select("person_id", *_named("birth"))
    both = young.join(
        mothers, on="person_id", how="left", maintain_order="left", suffix="_of_mother"
    ).fill_null(0)
    born, _chosen = days_of(*(both[name] for name in _named("birth")), both["person_id"])
    of_mother, _chosen = days_of(*(both[f"{name}_of_mother"] for name in _named("birth")), both["mother_id"])
    return both.select("person_id", mother=pl.Series(mother_group(of_mother, born)))


def _named(event: str) -> list[str]:
    return [f"{event}_{part}" for part in _PARTS]


def write(history: History, path: str) -> str:
    """Write the frames into a folder of their own; the digest of its files."""
    with folders.written(path) as draft:
        for one in fields(history):
            frame: pl.DataFrame = getattr(history, one.name)
            frame.write_parquet(draft / f"{one.name}.parquet", compression="zstd")
        return folders.digest(draft)


def read(path: str) -> History:
    """What ``write`` wrote; a table that came later is empty in a history written before."""
    place: Path = folders.at(path)
    return History(**{one.name: _table(place / f"{one.name}.parquet") for one in fields(History)})


def _table(file: Path) -> pl.DataFrame:
    if file.stem in LATER and not file.exists():
        return pl.DataFrame(schema=SCHEMAS[file.stem])
    return pl.read_parquet(file)
