"""The table that is compared: a row a person (or a row of a list), columns as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tongchou.domain.matching.writing import Ints, NameTable, name_table

#: What is compared. ``id_key`` stands for a usable identity number (its blind index); every fact may be null.
SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "person": pl.Int64,
    "name": pl.String,
    "sex": pl.Int8,  # GB/T 2261.1
    "birth_year": pl.Int16,
    "birth_month": pl.Int8,
    "birth_day": pl.Int8,
    "id_key": pl.String,
    "household": pl.Int64,
    "village": pl.String,
    "township": pl.String,
    "county": pl.String,
    "phone_key": pl.String,
    "father": pl.String,  # names of kin as that register has them
    "mother": pl.String,
    "spouse": pl.String,
    "ethnicity": pl.String,  # GB/T 3304
    "education": pl.String,  # GB/T 4658
    "away": pl.Boolean,  # the register says that the person lives elsewhere
}
NAMES: Final = ("name", "father", "mother", "spouse")
PLACES: Final = ("household", "village", "township", "county")
#: A number no row has: the fact is not known.
NONE: Final = -1


@dataclass(frozen=True, slots=True)
class People:
    """``SCHEMA`` as int32 arrays of one length; ``NONE`` where a fact is not known (names: row 0)."""

    person: npt.NDArray[np.int64]
    names: NameTable
    columns: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, column: str) -> Ints:
        return self.columns[column]


def people_of(frame: pl.DataFrame) -> People:
    """The columns of ``SCHEMA`` as arrays.

    Raises
    ------
    ValueError
        When a column is missing or a person comes twice.
    """
    absent = [column for column in SCHEMA if column not in frame.columns]
    if absent:
        raise ValueError(f"columns are missing: {', '.join(absent)}")
    if frame["person"].n_unique() != frame.height:
        raise ValueError("a person comes twice")
    written = pl.concat([frame[column].drop_nulls().unique() for column in NAMES]).unique().sort()
    names = name_table(written.to_list())
    columns: dict[str, Ints] = {}
    for column in NAMES:
        rows = frame[column].replace_strict(names.number, default=0, return_dtype=pl.Int32)
        columns[column] = rows.fill_null(0).to_numpy().astype(np.int32)
    for column in (*PLACES, "id_key", "phone_key", "ethnicity"):
        ranked = frame[column].rank("dense").cast(pl.Int32) - 1
        columns[column] = ranked.fill_null(NONE).to_numpy().astype(np.int32)
    for column in ("sex", "birth_year", "birth_month", "birth_day", "education", "away"):
        columns[column] = (
            frame[column].cast(pl.Int32, strict=False).fill_null(NONE).to_numpy().astype(np.int32)
        )
    return People(frame["person"].to_numpy().astype(np.int64), names, columns)
