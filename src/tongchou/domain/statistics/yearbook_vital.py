"""Births, deaths and life tables of a yearbook, by year, age, sex and age of the mother."""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography.left_out import ratio
from tongchou.domain.demography.life_table import LifeTable, Sex
from tongchou.domain.demography.life_table_intervals import FEWEST_YEARS
from tongchou.domain.statistics import figures
from tongchou.domain.statistics.content import (
    Cell,
    Edition,
    Label,
    Mark,
    Row,
    Table,
    with_totals,
)
from tongchou.domain.statistics.counted import Counted
from tongchou.domain.statistics.cube import AGE_STARTS, MOTHER_STARTS, WOMEN
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.series import Step
from tongchou.domain.statistics.tables import tables
from tongchou.domain.statistics.tables_told import (
    cell,
    minus,
    trend,
)


def span(year: int) -> tuple[np.datetime64, np.datetime64]:
    """The first and the last month of a year."""
    return np.datetime64(f"{year}-01", "M"), np.datetime64(f"{year}-12", "M")


def decembers(counted: Counted, year: int) -> list[int]:
    """The years up to one whose December is in the cube, the oldest first."""
    found = [int(str(month)[:4]) for month in counted.cube.months if str(month).endswith("-12")]
    return [one for one in found if one <= year]


def whole_years(counted: Counted, year: int) -> list[int]:
    """Those of them all of whose months are there."""
    return [one for one in decembers(counted, year) if span(one)[0] >= counted.cube.months[0]]


def year_row(year: int, *cells: object) -> Row:
    """The row of a year: cells, or several of them together."""
    told: list[Cell] = []
    for one in cells:
        if isinstance(one, int | float | Mark):
            told.append(one)
        else:
            told += list(one)  # type: ignore[call-overload]
    return Row(Label("year", str(year)), tuple(told))


_RATIO = ("men", "women")


def births_deaths(counted: Counted, year: int) -> list[Table]:
    return [
        _vital(counted, year),
        trend(counted, span(year)[1], 12),
        *([_births_by_sex(counted, year)] if "srb" in figures.rates_of(counted.place.level) else []),
        _mothers(counted, year),
        _deaths_by_age(counted, year),
    ]


def _vital(counted: Counted, year: int) -> Table:
    columns = ("births", "cbr", "cbr_low", "cbr_high", "deaths", "cdr", "cdr_low",
               "cdr_high", "births_less_deaths", "natural_increase")  # fmt: skip
    rows = []
    for one in whole_years(counted, year):
        first, last = span(one)
        births, deaths = (cell(counted.events(kind, first, last)[0]) for kind in ("births", "deaths"))
        of_births, of_deaths, of_both = (
            figures.of_year(counted, code, last) for code in ("cbr", "cdr", "natural_increase")
        )
        waiting = any(_waits(counted, kind, one) for kind in ("births", "deaths"))
        told = [cell(float(figure), 2) for figure in (of_births.value, of_births.low, of_births.high)]
        also = [cell(float(figure), 2) for figure in (of_deaths.value, of_deaths.low, of_deaths.high)]
        cells = (births, *told, deaths, *also, minus(births, deaths), cell(float(of_both.value), 2))
        rows.append(Row(Label("year", str(one)), cells, waiting))
    return Table("vital", columns, tuple(rows), sums=(("births_less_deaths", ("births",), ("deaths",)),))


def _waits(counted: Counted, kind: str, year: int) -> bool:
    first, last = span(year)
    return bool(counted.provisional(kind)[counted.at(first) : counted.at(last) + 1].any())


def _births_by_sex(counted: Counted, year: int) -> Table:
    rows = []
    for one in whole_years(counted, year):
        first, last = span(one)
        told: list[Cell] = [Mark.UNKNOWN] * 6
        if counted.has(first, last):
            cube = counted.own.between(first, last)
            (boys, girls), _rows = counted.table(cube.births.sum(axis=1), f"births_by_sex:{first}:{last}")
            figure = figures.of_year(counted, "srb", last)
            told = [cell(boys), cell(girls), cell(boys + girls)]
            told += [cell(float(bound), 1) for bound in (figure.value, figure.low, figure.high)]
        rows.append(Row(Label("year", str(one)), tuple(told), _waits(counted, "births", one)))
    columns = ("boys", "girls", "births_of_known_sex", "srb", "srb_low", "srb_high")
    return Table(
        "births_by_sex", columns, tuple(rows), sums=(("births_of_known_sex", ("boys", "girls"), ()),)
    )


def _mothers(counted: Counted, year: int) -> Table:
    """Births by the mother's age, of the whole area: never of a village."""
    first, last = span(year)
    columns = ("births", "women_years", "fertility_rate")
    labels = [*(str(age) for age in MOTHER_STARTS), "other"]
    if not counted.has(first, last):
        empty = (Mark.UNKNOWN,) * 3
        return Table("mothers", columns, tuple(Row(Label("mother", one), empty) for one in labels))
    cube = counted.own.between(first, last)
    _total, births = counted.table(cube.mothers[0].sum(axis=0)[:, None], f"mothers:{year}")
    women = cube.person_years[0].sum(axis=0)[[AGE_STARTS.index(age) for age in MOTHER_STARTS], WOMEN]
    _total, lived = counted.table(np.rint(women)[:, None], f"women:{year}")
    rows = []
    for place, label in enumerate(labels):
        born = cell(births[place, 0])
        if place == len(MOTHER_STARTS):
            rows.append(Row(Label("mother", label), (born, Mark.UNKNOWN, Mark.UNKNOWN)))
            continue
        rate = 1000 * ratio(births[place, 0], lived[place, 0])
        rows.append(Row(Label("mother", label), (born, cell(lived[place, 0]), cell(float(rate), 2))))
    return with_totals("mothers", columns, rows, summed=("births", "women_years"))


def _deaths_by_age(counted: Counted, year: int) -> Table:
    first, last = span(year)
    columns = ("men", "women", "people")
    if not counted.has(first, last):
        rows = [Row(Label("age", str(age)), (Mark.UNKNOWN,) * 3) for age in AGE_STARTS]
        return Table("deaths_ages", columns, tuple(rows))
    true = counted.own.between(first, last).deaths[0].sum(axis=0)
    _total, deaths = counted.table(true, f"deaths_ages:{year}")
    rows = [
        Row(Label("age", str(age)), (cell(men), cell(women), cell(men + women)))
        for age, (men, women) in zip(AGE_STARTS, deaths, strict=True)
    ]
    return with_totals("deaths_ages", columns, rows, summed=columns, sums=(("people", _RATIO, ()),))


#: Columns of a life table; the public edition has the last alone: with the others and the people of an age
#: its few deaths could be worked out.
_LIFE: Final = (
    "rate",
    "years_of_dying",
    "dying_chance",
    "survivors",
    "dying",
    "lived",
    "left",
    "expectation",
)


#: Born at the head of a life table.
_RADIX: Final = 1e5


def life(counted: Counted, year: int) -> list[Table]:
    """Life tables of men, women and both; none where fewer than 5,000 person-years were lived."""
    first, last = span(year)
    if not counted.has(first, last):
        return []
    periods = Periods(counted.own.between(first, last), Step.YEAR)
    found = []
    sexes: tuple[tuple[str, Sex], ...] = (
        ("life_men", "male"),
        ("life_women", "female"),
        ("life_both", "both"),
    )
    for code, sex in sexes:
        made, _deaths, years = tables(periods, sex)
        if years.sum() >= FEWEST_YEARS:
            found.append(_life_table(made, code, public=counted.edition is Edition.PUBLIC))
    return found


def _life_table(made: LifeTable, code: str, *, public: bool) -> Table:
    rows = []
    for place, start in enumerate(made.ages):
        m, a, q, survivors, deaths, lived, left, expectation = (
            float(column[0, 0, place])
            for column in (
                made.m,
                made.a,
                made.q,
                made.survivors,
                made.deaths,
                made.lived,
                made.left,
                made.expectation,
            )
        )
        label = Label("age_open" if place == made.ages.size - 1 else "age_from", str(int(start)))
        cells: tuple[Cell, ...] = (cell(expectation, 1 if public else 2),)
        if not public:
            radix = (cell(_RADIX * one) for one in (survivors, deaths, lived, left))
            cells = (cell(m, 6), cell(a, 3), cell(q, 6), *radix, *cells)
        rows.append(Row(label, cells))
    return Table(code, _LIFE[-1:] if public else _LIFE, tuple(rows))
