"""Shares of a population by what is known beside age and sex: where people live, registration, schooling.

Of the end of the last month alone. People of whom the fact is not known are in neither part; the figure
stands beside the least and the most it may be whatever they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Figure, LeftOut, Why
from tongchou.domain.demography.missing_facts import Band, share_band
from tongchou.domain.demography.structure import share

_NBS: Final = "National Bureau of Statistics of China, China Statistical Yearbook, explanatory notes"
_SCHOOLING: Final = f"{_NBS}; codes: GB/T 4658-2006"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the people, in per cent of those of whom the fact is known.

    ``column`` is the fact, ``inside`` its values that belong to the part; ``known`` all values that tell it
    (of schooling: first digits). ``youngest`` is the first full age of the people looked at.
    """

    code: str
    name: str
    formula: str
    source: str
    column: str
    inside: tuple[str, ...]
    known: tuple[str, ...]
    youngest: int = 0


def _schooling(code: str, name: str, words: str, inside: tuple[str, ...]) -> Part:
    formula = f"100 × people aged 15 and over with {words} / people aged 15 and over whose schooling is known"
    return Part(
        code, name, formula, _SCHOOLING, "education", inside, ("1", "2", "3", "4", "6", "7", "8", "9"), 15
    )


#: In the order in which they stand on a page.
PARTS: Final = (
    Part(
        "living_away_share",
        "Share living away",
        "100 × registered people who live outside the county / those of whom it is known",
        _NBS,
        "residence",
        ("away",),
        ("away", "here"),
    ),
    Part(
        "non_agricultural_share",
        "Share with non-agricultural registration",
        "100 × people with non-agricultural registration / people with agricultural or non-agricultural one; "
        "unified registration tells neither",
        _NBS,
        "hukou_kind",
        ("non_agricultural",),
        ("agricultural", "non_agricultural"),
    ),
    _schooling("schooling_other", "Share without schooling", "no schooling, or other schooling", ("9",)),
    _schooling("schooling_primary", "Share with primary schooling", "primary schooling", ("8",)),
    _schooling(
        "schooling_lower_secondary",
        "Share with lower secondary schooling",
        "lower secondary schooling",
        ("7",),
    ),
    _schooling(
        "schooling_upper_secondary",
        "Share with upper secondary schooling",
        "upper secondary or secondary vocational schooling",
        ("4", "6"),
    ),
    _schooling(
        "schooling_college", "Share with college or university", "college or university", ("1", "2", "3")
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """Shares of areas in per cent, (areas,): value and interval, and the band that unknown facts leave."""

    figure: Figure
    band: Band


def composition(
    inside: npt.ArrayLike, outside: npt.ArrayLike, unknown: npt.ArrayLike, *, level: float = 0.95
) -> Composition:
    """Shares of areas.

    Parameters
    ----------
    inside, outside, unknown
        (areas,) people of the part, of the other part, and of whom it is not known.
    level
        Probability of the interval (Wilson), which is of chance alone; the band is of what is not known.

    Examples
    --------
    >>> found = composition([40], [50], [10])
    >>> found.figure.value.round(1).tolist(), found.band.least.tolist(), found.band.most.tolist()
    ([44.4], [0.4], [0.5])
    """
    some, other, apart = (np.asarray(one, dtype=np.float64) for one in (inside, outside, unknown))
    figure = share(some, some + other, level=level).times(100)
    told = np.where(np.isnan(apart), 0, apart).astype(np.int64)
    left_out = figure.left_out + LeftOut({Why.UNKNOWN_CELL: told} if told.any() else {})
    return Composition(
        Figure(figure.value, figure.low, figure.high, level, left_out), share_band(some, other, apart)
    )
