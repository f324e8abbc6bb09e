"""The rates and ratios a bulletin tells of an area and a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from tongchou.domain.demography import life_table, life_table_intervals, rates, sex_ratio, structure
from tongchou.domain.demography.fertility import total_fertility
from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.statistics.content import Edition
from tongchou.domain.statistics.counted import Counted, years_of
from tongchou.domain.statistics.cube import AGE_STARTS, MEN, MOTHER_STARTS, WOMEN

#: Of the twelve months up to one.
RATES: Final = (
    "birth_rate", "death_rate", "natural_increase_rate", "sex_ratio_at_birth", "total_fertility",
    "arrival_rate", "departure_rate", "life_expectancy_men", "life_expectancy_women",
)  # fmt: skip
#: Of the end of a month.
STRUCTURE: Final = (
    "young_share", "working_share", "aged_60_share", "aged_65_share", "dependency", "median_age",
)  # fmt: skip
#: Events behind each.
MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "birth_rate": ("births",),
    "death_rate": ("deaths",),
    "natural_increase_rate": ("births", "deaths"),
    "sex_ratio_at_birth": ("births",),
    "total_fertility": ("births",),
    "arrival_rate": (),
    "departure_rate": (),
    "life_expectancy_men": ("deaths",),
    "life_expectancy_women": ("deaths",),
}
#: Person-years below which a life table says nothing of the area (``docs/methods/demography.md``).
FEWEST_YEARS: Final = 5000
_AGES = np.array(AGE_STARTS)
_MOTHERS = [AGE_STARTS.index(age) for age in MOTHER_STARTS]
#: The open age group of the life tables: above it few die, and a group without deaths has no end.
OPEN_AGE: Final = 85


def of_year(counted: Counted, code: str, last: np.datetime64, *, level: float = 0.95) -> Figure:
    """A figure of the twelve months up to and including ``last``, or of its end for the make-up by age.

    ``nan`` when a month is missing. Crude rates of the public edition are those of the rounded counts that
    are shown.
    """
    first = last - np.timedelta64(11, "M")
    if code in STRUCTURE:
        if not counted.has(last, last):
            return _unknown(level)
        return structural(counted.own.stock[0, counted.at(last)].sum(axis=-1), code, level=level)
    if not counted.has(first, last):
        return _unknown(level)
    cube = counted.own.between(first, last)
    if code.startswith("life_expectancy"):
        return _expectation(cube.deaths[0].sum(axis=0), cube.person_years[0].sum(axis=0), code, level)
    if code == "total_fertility":
        women = cube.person_years[0].sum(axis=0)[_MOTHERS, WOMEN]
        return total_fertility(cube.mothers[0].sum(axis=0)[:-1], women, widths=5, level=level)
    if code == "sex_ratio_at_birth":
        boys, girls = (counted.events(kind, first, last)[0] for kind in ("boys", "girls"))
        if counted.edition is Edition.PUBLIC:
            (boys, girls), _rows = counted.table(cube.births.sum(axis=1), f"births_by_sex:{first}:{last}")
        return sex_ratio.sex_ratio(boys, girls, level=level)
    years = years_of(cube)[0]
    counts = {
        kind: counted.events(kind, first, last)[0] for kind in ("births", "deaths", "arrivals", "departures")
    }
    if code == "natural_increase_rate":
        return rates.natural_increase([counts["births"]], [counts["deaths"]], [years], level=level).times(
            1000
        )
    kind = {
        "birth_rate": "births",
        "death_rate": "deaths",
        "arrival_rate": "arrivals",
        "departure_rate": "departures",
    }[code]
    return rates.crude_rate([counts[kind]], [years], level=level).times(1000)


def structural(people: Floats, code: str, *, level: float = 0.95) -> Figure:
    """A share or ratio of people by age group, (ages,); a register counts all, so it is exact for the day.

    In percent; the median age in years.
    """
    if code == "median_age":
        return _plain(median_age(people), level)
    total = people.sum()
    old = {"aged_60_share": 60, "aged_65_share": 65}
    if code in old:
        return structure.share(people[old[code] <= _AGES].sum(), total, level=level).times(100)
    if code == "dependency":
        return _plain(100 * float(structure.structure(people, _AGES).dependency), level)
    part = people[_AGES < 15] if code == "young_share" else people[(_AGES >= 15) & (_AGES < 60)]
    return structure.share(part.sum(), total, level=level).times(100)


def median_age(people: Floats) -> float:
    """The exact median age of people by age group; ``nan`` for nobody."""
    return float(structure.age_at(people, _AGES))


def table_of_life(deaths: Floats, person_years: Floats, sex: int | None) -> life_table.LifeTable:
    """The abridged life table of men, women or (None) both, from (ages, 2); open from ``OPEN_AGE``."""
    died, lived = (one.sum(axis=-1) if sex is None else one[:, sex] for one in (deaths, person_years))
    cut = AGE_STARTS.index(OPEN_AGE)
    died, lived = (np.append(one[:cut], one[cut:].sum()) for one in (died, lived))
    names: dict[int | None, life_table.Sex] = {MEN: "male", WOMEN: "female", None: "both"}
    return life_table.life_table(died, lived, _AGES[: cut + 1], sex=names[sex])


def _expectation(deaths: Floats, person_years: Floats, code: str, level: float) -> Figure:
    sex = MEN if code.endswith("_men") else WOMEN
    if person_years[:, sex].sum() < FEWEST_YEARS:
        return _unknown(level)
    table = table_of_life(deaths, person_years, sex)
    cut = AGE_STARTS.index(OPEN_AGE)
    died = np.append(deaths[:cut, sex], deaths[cut:, sex].sum())
    found = life_table_intervals.chiang(table, died, level=level)
    return Figure(found.value[..., 0], found.low[..., 0], found.high[..., 0], level)


def _plain(value: float, level: float) -> Figure:
    return Figure(np.array(value), np.array(value), np.array(value), level)


def _unknown(level: float) -> Figure:
    return _plain(np.nan, level)


__all__ = ("MADE_OF", "RATES", "STRUCTURE", "of_year", "structural", "table_of_life")
