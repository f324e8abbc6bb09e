"""The packaged tables a synthetic county starts from: 2010 census, life table, birth rates."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from tongchou.synth.errors import UnknownCounty

Floats = npt.NDArray[np.float64]

#: Census time of the 2010 census.
CENSUS_DAY = dt.date(2010, 11, 1)
#: Lower limits of the census age groups; the last one is open.
GROUP_STARTS = (0, 1, *range(5, 90, 5))
#: Single ages of the model are 0 … 100; nobody is older.
AGES = 101


@dataclass(frozen=True, slots=True)
class County:
    """A county of the 2010 census. ``residents`` is indexed [sex, age group]; sex 0 is male, 1 female."""

    code: str  # GB/T 2260 code now
    former_code: str  # the code of the census
    name: str  # name now
    residents: Floats
    urban: int
    rural: int
    registered: int
    births_per_1000: float


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("tongchou.reference") / "synth" / name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def counties() -> list[County]:
    """The eight counties of Bijie, in the order of the census table.

    Source: National Bureau of Statistics of China, Tabulation on the 2010 Population Census by County.
    """
    return [
        County(
            code=row["code"],
            former_code=row["code_2010"],
            name=row["name"],
            residents=np.array([[float(row[f"{sex}{age}"]) for age in GROUP_STARTS] for sex in "mf"]),
            urban=int(row["urban"]),
            rural=int(row["rural"]),
            registered=int(row["hukou_registered"]),
            births_per_1000=float(row["cbr_per_1000"]),
        )
        for row in _rows("census_2010_bijie.csv")
    ]


def county_by_code(code: str) -> County:
    """The county that has, or had in 2010, this code.

    Raises
    ------
    UnknownCounty
        For any other code; the message lists the known ones.
    """
    known = counties()
    for county in known:
        if code in (county.code, county.former_code):
            return county
    listed = ", ".join(f"{c.code} {c.name} ({c.former_code})" for c in known)
    raise UnknownCounty(
        f"没有代码为 {code} 的县级人口表，可用代码见后。No census table for county {code}; known: {listed}"
    )


def survivors() -> Floats:
    """``l(x)`` for exact ages 0 … 101, indexed [sex, x], with ``l(0) = 1`` and ``l(101) = 0``.

    ``l(x + 1) = l(x) · (1 − q(x))``. Source: UN World Population Prospects 2024, China 2023.
    """
    dying = np.zeros((2, AGES))
    for row in _rows("life_table_china_2023.csv"):
        dying[0 if row["sex"] == "male" else 1, int(row["age"])] = float(row["qx"])
    return np.concatenate([np.ones((2, 1)), np.cumprod(1.0 - dying, axis=1)], axis=1)


def birth_rates() -> dict[int, float]:
    """Births per 1000 residents of Guizhou by calendar year, 2010 on."""
    return {int(row["year"]): float(row["per_1000"]) for row in _rows("birth_rates_guizhou.csv")}
