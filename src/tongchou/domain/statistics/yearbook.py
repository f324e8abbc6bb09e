"""The yearbook of an area: a year in tables beside the years before, from counts by month.

The same rules as in the bulletin: counts as the edition may show them, nothing ranked, areas as in the tree,
of villages people alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tongchou.domain.demography import age_sex
from tongchou.domain.demography.left_out import ratio
from tongchou.domain.demography.news import level_for
from tongchou.domain.statistics import figures
from tongchou.domain.statistics.bulletin import digest, left_out
from tongchou.domain.statistics.content import (
    WIDE,
    Content,
    Edition,
    Fact,
    Kind,
    Label,
    Place,
    Row,
    Table,
    with_totals,
)
from tongchou.domain.statistics.counted import Counted
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, MEN, WOMEN, MonthCube
from tongchou.domain.statistics.facts_told import (
    FLOWS,
    flow_facts,
    number,
    people_facts,
    rate_facts,
    timeliness,
)
from tongchou.domain.statistics.tables_told import (
    cell,
    flows_table,
    minus,
    people_table,
    reporting,
    restatements,
    shares_table,
)
from tongchou.domain.statistics.yearbook_vital import (
    births_deaths,
    decembers,
    life,
    span,
    whole_years,
    year_row,
)

#: Chapters in their order; each step of the making tells its own.
CHAPTERS: Final = (
    "population", "births_deaths", "ages", "life_table", "migration", "townships", "villages", "quality",
)  # fmt: skip


#: Years between a pyramid and the outline drawn over it.
_BEFORE: Final = 5


_RATIO = ("men", "women")


def yearbook(
    cube: MonthCube,
    place: Place,
    *,
    year: int,
    edition: Edition,
    key: str = "",
    step: Callable[[str], None] = lambda _chapter: None,
) -> Content:
    """What the yearbook of a year says.

    Parameters
    ----------
    cube, place, key
        As for the bulletin; all twelve months of the year are in the cube.
    step
        Called before each chapter with its code; may raise to end the work.

    Raises
    ------
    ValueError
        For a village, or a year that is not over in the cube.
    """
    if place.level not in WIDE:
        raise ValueError("a yearbook is of a township or a wider area")
    counted = Counted(cube, place, edition, key)
    first, last = np.datetime64(f"{year}-01", "M"), np.datetime64(f"{year}-12", "M")
    try:
        counted.at(first), counted.at(last)
    except KeyError:
        raise ValueError(f"the months of {year} are not all there") from None
    made = {
        "population": _population, "births_deaths": births_deaths, "ages": _ages, "life_table": life,
        "migration": _migration, "townships": _townships, "villages": _villages, "quality": _quality,
    }  # fmt: skip
    tables: list[Table] = []
    for chapter in CHAPTERS:
        step(chapter)
        tables += made[chapter](counted, year)
    return Content(
        kind=Kind.YEARBOOK,
        area=place.code,
        area_name=place.name,
        level=place.level,
        period=str(year),
        edition=edition,
        basis=str(cube.basis),
        boundaries=cube.boundaries.isoformat(),
        known_until=str(cube.months[-1]),
        reported=(int(counted.villages_reported[counted.at(last)]), counted.villages),
        facts=tuple(_facts(counted, first, last)),
        tables=tuple(tables),
        left_out=left_out(counted),
        inputs=digest(cube, place),
    )


def _facts(counted: Counted, first: np.datetime64, last: np.datetime64) -> list[Fact]:
    level = level_for(len(FLOWS) + 1 + len(figures.rates_of(counted.place.level)) + len(figures.STRUCTURE))
    return [
        *people_facts(counted, last),
        *flow_facts(counted, first, last, "year", level),
        *rate_facts(counted, last, "year", level),
        *timeliness(counted, last),
        Fact("age_sex_accuracy", "end", _accuracy(counted, last)),
    ]


def _accuracy(counted: Counted, last: np.datetime64) -> float | None:
    """The age-sex accuracy index of the United Nations, of the exact groups of five years."""
    stock = counted.own.stock[0, counted.at(last)]
    fives = np.vstack([stock[:2].sum(axis=0), stock[2:]])
    if not counted.has(last, last) or not (fives[: 70 // 5 + 1] > 0).all():
        return None
    return number(round(float(age_sex.age_sex_accuracy(fives[:, MEN], fives[:, WOMEN]).index), 1))


def _population(counted: Counted, year: int) -> list[Table]:
    rows = []
    for one in decembers(counted, year):
        people, _parts = counted.people(span(one)[1])
        men, women, unknown = people
        per_100 = 100 * ratio(men, women)
        rows.append(year_row(one, map(cell, (men, women, unknown, people.sum())), cell(float(per_100), 2)))
    columns = ("men", "women", "unknown", "people", "sex_ratio")
    return [
        Table("population", columns, tuple(rows), sums=(("people", ("men", "women", "unknown"), ()),)),
        _averages(counted, year),
    ]


def _averages(counted: Counted, year: int) -> Table:
    """Person-years of each year: what rates are of."""
    rows = []
    for one in whole_years(counted, year):
        first, last = span(one)
        rows.append(year_row(one, (cell(counted.years(first, last)[0]),)))
    return Table("averages", ("person_years",), tuple(rows))


def _ages(counted: Counted, year: int) -> list[Table]:
    found = [_ages_of(counted, span(year)[1], "ages")]
    earlier = [one for one in decembers(counted, year) if one <= year - _BEFORE] or decembers(counted, year)[
        :1
    ]
    if earlier and earlier[-1] != year:
        found.append(_ages_of(counted, span(earlier[-1])[1], "ages_then"))
    rows = []
    for one in decembers(counted, year):
        told = [figures.of_year(counted, code, span(one)[1]) for code in figures.STRUCTURE]
        rows.append(year_row(one, (cell(float(figure.value), 1) for figure in told)))
    return [*found, Table("structure", figures.STRUCTURE, tuple(rows))]


def _ages_of(counted: Counted, month: np.datetime64, code: str) -> Table:
    rows = [
        Row(Label("age", str(age)), (cell(men), cell(women), cell(men + women)))
        for age, (men, women) in zip(AGE_STARTS, counted.ages(month), strict=True)
    ]
    columns = ("men", "women", "people")
    of = str(month)
    return with_totals(code, columns, rows, summed=columns, sums=(("people", _RATIO, ()),), of=of)


def _migration(counted: Counted, year: int) -> list[Table]:
    rows = []
    for one in whole_years(counted, year):
        first, last = span(one)
        came, went = (cell(counted.events(kind, first, last)[0]) for kind in ("arrivals", "departures"))
        of_came, of_went = (
            cell(float(figures.of_year(counted, code, last).value), 2)
            for code in ("in_migration_rate", "out_migration_rate")
        )
        rows.append(year_row(one, (came, of_came, went, of_went, minus(came, went))))
    columns = ("arrivals", "in_migration_rate", "departures", "out_migration_rate", "net_migration")
    return [
        Table("migration", columns, tuple(rows), sums=(("net_migration", ("arrivals",), ("departures",)),))
    ]


def _townships(counted: Counted, year: int) -> list[Table]:
    if not counted.place.parts or counted.place.parts[0].level not in WIDE:
        return []
    first, last = span(year)
    return [
        people_table(counted, last),
        flows_table(counted, first, last, "parts_year"),
        shares_table(counted, last),
        *(_part_ages(counted, part, last) for part in counted.place.parts),
    ]


def _part_ages(counted: Counted, part: Place, month: np.datetime64) -> Table:
    """The make-up of a part by age and sex, for its small pyramid."""
    one = Counted(counted.cube, part, counted.edition, counted.key)
    return _fives(one, month, part.name)


def _fives(counted: Counted, month: np.datetime64, name: str) -> Table:
    ages = counted.ages(month)
    fives = np.vstack([ages[:2].sum(axis=0), ages[2:]])
    rows = [
        Row(Label("five", str(5 * place)), (cell(men), cell(women)))
        for place, (men, women) in enumerate(fives)
    ]
    return with_totals("part_ages", _RATIO, rows, summed=_RATIO, of=name)


def _villages(counted: Counted, year: int) -> list[Table]:
    """Men and women of each village, a table a township; people alone."""
    last = span(year)[1]
    found = []
    for place in _of_villages(counted.place):
        one = Counted(counted.cube, place, counted.edition, counted.key)
        found.append(people_table(one, last, "villages_people", of=place.name))
    return found


def _of_villages(place: Place) -> list[Place]:
    """The areas right above villages, in the order of the tree."""
    if place.parts and place.parts[0].level not in WIDE:
        return [place]
    return [below for part in place.parts for below in _of_villages(part)]


def _quality(counted: Counted, year: int) -> list[Table]:
    last = span(year)[1]
    return [_delays(counted, year), reporting(counted, last), restatements(counted, last)]


def _delays(counted: Counted, year: int) -> Table:
    """Of the year's births and deaths, shares in percent by months until they were recorded."""
    first, last = span(year)
    begin, end = counted.at(first), counted.at(last) + 1
    seen = {kind: counted.delay(kind)[begin:end].sum(axis=0) for kind in ("births", "deaths")}
    # Few come very late: they are told together, and in whole percent to the public.
    digits = 0 if counted.edition is Edition.PUBLIC else 1
    rows = []
    for start, end in zip(_LATE, (*_LATE[1:], DELAYS), strict=True):
        shares = (
            100 * ratio(one[start:end].sum(), one.sum())
            if counted.share_may_be_told(one.sum())
            else np.array(np.nan)
            for one in seen.values()
        )
        rows.append(Row(Label("delay", str(start)), tuple(cell(float(share), digits) for share in shares)))
    return Table("delays", ("births_share", "deaths_share"), tuple(rows))


#: First months of the groups of delays: the same month, the next, two, three to five, six to eleven, more.
_LATE: Final = (0, 1, 2, 3, 6, 12)
