"""Counts of villages from the table of people at the end of the last month: by single age, and by part."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from tongchou.apps.statistics import files
from tongchou.domain.demography.left_out import Floats
from tongchou.domain.statistics.composition import PARTS, Part

#: Full years from which on ages are told together.
OLDEST: Final = 100


# ``sha256`` is part of what is remembered: a folder that was written anew is read again.
@lru_cache(maxsize=4)
def single_ages(path: str, sha256: str) -> Floats:
    """(villages, ages): registered people by full age from 0 to 100 and over; of unknown age in none."""
    at, stock = _placed(path, pl.col("age") >= 0)
    found = np.zeros((_villages(path), OLDEST + 1))
    np.add.at(found, (at, stock["age"].clip(upper_bound=OLDEST).to_numpy()), stock["people"].to_numpy())
    return found


@lru_cache(maxsize=4)
def parts(path: str, sha256: str) -> Floats:
    """(villages, parts, 3): people inside each of ``PARTS``, outside it, and of whom it is not known."""
    found = np.zeros((_villages(path), len(PARTS), 3))
    for number, part in enumerate(PARTS):
        at, stock = _placed(path, pl.col("age") >= part.youngest)
        kind = stock.select(_kind(part)).to_series().to_numpy()
        np.add.at(found[:, number], (at, kind), stock["people"].to_numpy())
    return found


def _kind(part: Part) -> pl.Expr:
    """0 inside a part, 1 outside it, 2 where the fact is not known."""
    value = pl.col(part.column)
    if part.column == "education":
        value = value.str.slice(0, 1)
    return (
        pl.when(value.is_in(part.inside)).then(0).when(value.is_in(part.known)).then(1).otherwise(2)
    ).alias("kind")


def _placed(path: str, condition: pl.Expr) -> tuple[np.ndarray, pl.DataFrame]:
    """The rows that hold a condition and lie in a village of the cubes, with its place."""
    at = files.read_table(path, "areas").select(pl.col("code").alias("area_code")).with_row_index("at")
    stock = files.read_table(path, "stock").filter(condition).join(at, on="area_code")
    return stock["at"].to_numpy(), stock


def _villages(path: str) -> int:
    return files.read_table(path, "areas").height
