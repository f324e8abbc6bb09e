"""Which pairs are worth comparing: those that agree on one of several keys, found by joins.

A key holds what survives one kind of mistake. Blocks above ``MOST`` are left out: so many people agree on
that key that it says nothing, and other keys find the pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tongchou.domain.matching.people import NONE, People
from tongchou.domain.matching.writing import Ints

Keys = npt.NDArray[np.int64]
#: People a block may hold.
MOST: Final = 150


def _combined(*parts: Ints) -> Keys:
    """One number a row from several; -1 where a part is not known."""
    mixed = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        mixed = (mixed * np.uint64(0x9E3779B97F4A7C15)) ^ (
            part.astype(np.int64).astype(np.uint64) + np.uint64(1)
        )
        mixed ^= mixed >> np.uint64(29)
    # Spread before the last bit goes, else neighbours would fall together.
    keys = ((mixed * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(1)).astype(np.int64)
    for part in parts:
        keys[part == NONE] = NONE
    return keys


def sound_numbers(people: People, column: str) -> Ints:
    """A number for how the name sounds, the same for homophones; ``NONE`` without a name."""
    _unique, number = np.unique(people.names.sounds, axis=0, return_inverse=True)
    heard = number.astype(np.int32).reshape(-1)[people[column]]
    return np.where(people[column] == 0, NONE, heard).astype(np.int32)


def _parts(people: People) -> dict[str, Ints]:
    names, rows = people.names, people["name"]
    surname = names.sounds[rows, 0]
    last = names.sounds[rows, np.maximum(names.length[rows] - 1, 0)]
    first_given = np.where(names.length[rows] > 1, names.sounds[rows, 1], NONE)
    known = rows != 0
    return {
        "sound": sound_numbers(people, "name"),
        "surname": np.where(known, surname, NONE),
        "last": np.where(known, last, NONE),
        "first_given": np.where(known, first_given, NONE),
        "low": np.minimum(people["birth_month"], people["birth_day"]),
        "high": np.maximum(people["birth_month"], people["birth_day"]),
        **{name: sound_numbers(people, name) for name in ("father", "mother", "spouse")},
        **{name: people[name] for name in (
            "sex", "birth_year", "birth_month", "birth_day", "id_key", "village", "township", "phone_key",
            "household",
        )},
    }  # fmt: skip


#: Each key and the mistake it survives.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("id_key",),
    "date and surname": ("birth_year", "birth_month", "birth_day", "surname"),  # given name
    "date and given name": ("birth_year", "birth_month", "birth_day", "first_given", "last"),  # surname
    "date and township": ("birth_year", "birth_month", "birth_day", "township", "sex"),  # the whole name
    "sound and month": ("sound", "birth_year", "birth_month"),  # the day
    "sound and day": ("sound", "birth_year", "birth_day"),  # the month
    "sound and day of the year": ("sound", "birth_month", "birth_day"),  # the year
    "sound, day and month swapped": ("sound", "birth_year", "low", "high"),
    "part of the name and month": ("surname", "last", "sex", "birth_year", "birth_month"),  # name and day
    "other part and month": ("surname", "first_given", "sex", "birth_year", "birth_month"),
    "part of the name and day of the year": ("surname", "last", "sex", "birth_month", "birth_day"),
    "other part and day of the year": ("surname", "first_given", "sex", "birth_month", "birth_day"),
    "part of the name, year and day": ("surname", "last", "sex", "birth_year", "birth_day"),
    "other part, year and day": ("surname", "first_given", "sex", "birth_year", "birth_day"),
    "sound and village": ("sound", "village"),  # the whole date
    "sound, year and township": ("sound", "birth_year", "township"),  # month and day
    "sound and father": ("sound", "father"),
    "sound and mother": ("sound", "mother"),
    "sound and spouse": ("sound", "spouse"),
    "telephone and surname": ("phone_key", "surname"),
    "surname, year and parents": ("surname", "birth_year", "father", "mother"),  # given name and day
}


def candidate_pairs(people: People) -> tuple[Ints, Ints]:
    """Rows ``a < b`` of all pairs that share a key, each pair once."""
    found = [_joined(key) for key in _keys(people)]
    pairs = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def _keys(people: People) -> Iterator[Keys]:
    parts = _parts(people)
    for names in KEYS.values():
        yield _combined(*(parts[name] for name in names))
    # Dates known to the month or year alone agree with every day of it: asked of those few only.
    vague = (people["birth_day"] == NONE) & (people["birth_year"] != NONE)
    if vague.any():
        key = _combined(parts["sound"], parts["birth_year"], parts["sex"])
        shared = np.isin(key, np.unique(key[vague]))
        yield np.where(shared, key, NONE)


def _joined(key: Keys) -> Keys:
    """Pairs of rows with the same key as ``a << 32 | b``."""
    frame = pl.DataFrame({"key": key, "row": np.arange(len(key), dtype=np.int64)}).filter(
        pl.col("key") != NONE
    )
    blocks = frame.group_by("key").agg(pl.col("row"), pl.len().alias("size"))
    blocks = blocks.filter(pl.col("size").is_between(2, MOST)).select("key", "row").explode("row")
    pairs = blocks.lazy().join(blocks.lazy(), on="key").filter(pl.col("row") < pl.col("row_right"))
    coded = pairs.select((pl.col("row") * (1 << 32) + pl.col("row_right")).alias("pair")).collect()
    return coded["pair"].to_numpy()
