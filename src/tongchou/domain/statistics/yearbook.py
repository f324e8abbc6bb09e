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
from tongchou.domain.demography.life_table import LifeTable, Sex
from tongchou.domain.demography.life_table_intervals import FEWEST_YEARS
from tongchou.domain.demography.news import level_for
from tongchou.domain.statistics import figures
from tongchou.domain.statistics.bulletin import (
    FLOWS,
    area,
    cell,
    digest,
    flow_facts,
    flows_table,
    left_out,
    minus,
    number,
    people_facts,
    people_table,
    rate_facts,
    reporting,
    restatements,
    shares_table,
    timeliness,
    trend,
)
from tongchou.domain.statistics.content import (
    WIDE,
    Cell,
    Content,
    Edition,
    Fact,
    Kind,
    Label,
    Mark,
    Place,
    Row,
    Table,
    with_totals,
)
from tongchou.domain.statistics.counted import Counted, years_of
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, MEN, MOTHER_STARTS, WOMEN, MonthCube
from tongchou.domain.statistics.periods import Periods
from tongchou.domain.statistics.series import Step
from tongchou.domain.statistics.tables import tables

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
        "population": _population, "births_deaths": _births_deaths, "ages": _ages, "life_table": _life,
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


def _decembers(counted: Counted, year: int) -> list[int]:
    """The years up to one whose December is in the cube, the oldest first."""
    decembers = [month for month in counted.cube.months if str(month).endswith("-12")]
    return [int(str(month)[:4]) for month in decembers if int(str(month)[:4]) <= year]


def whole_years(counted: Counted, year: int) -> list[int]:
    """Those of them all of whose months are there."""
    return [one for one in _decembers(counted, year) if _span(one)[0] >= counted.cube.months[0]]


def _span(year: int) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(f"{year}-01", "M"), np.datetime64(f"{year}-12", "M")


def _population(counted: Counted, year: int) -> list[Table]:
    rows = []
    for one in _decembers(counted, year):
        people, _parts = counted.people(_span(one)[1])
        men, women, unknown = people
        per_100 = 100 * ratio(men, women)
        rows.append(_year(one, map(cell, (men, women, unknown, people.sum())), cell(float(per_100), 2)))
    columns = ("men", "women", "unknown", "people", "sex_ratio")
    return [
        Table("population", columns, tuple(rows), sums=(("people", ("men", "women", "unknown"), ()),)),
        _averages(counted, year),
    ]


def _averages(counted: Counted, year: int) -> Table:
    """Person-years of each year: what rates are of."""
    rows = []
    for one in whole_years(counted, year):
        first, last = _span(one)
        there = counted.has(first, last)
        years = float(years_of(counted.own.between(first, last))[0]) if there else np.nan
        (shown,), _rows = (
            counted.table(np.array([[years]]), f"years:{one}") if years == years else ([years], 0)
        )
        rows.append(_year(one, (cell(float(shown)),)))
    return Table("averages", ("person_years",), tuple(rows))


def _births_deaths(counted: Counted, year: int) -> list[Table]:
    return [
        _vital(counted, year),
        trend(counted, _span(year)[1], 12),
        *([_births_by_sex(counted, year)] if "srb" in figures.rates_of(counted.place.level) else []),
        _mothers(counted, year),
        _deaths_by_age(counted, year),
    ]


def _vital(counted: Counted, year: int) -> Table:
    columns = ("births", "cbr", "cbr_low", "cbr_high", "deaths", "cdr", "cdr_low",
               "cdr_high", "births_less_deaths", "natural_increase")  # fmt: skip
    rows = []
    for one in whole_years(counted, year):
        first, last = _span(one)
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
    first, last = _span(year)
    return bool(counted.provisional(kind)[counted.at(first) : counted.at(last) + 1].any())


def _births_by_sex(counted: Counted, year: int) -> Table:
    rows = []
    for one in whole_years(counted, year):
        first, last = _span(one)
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
    first, last = _span(year)
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
    first, last = _span(year)
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


def _ages(counted: Counted, year: int) -> list[Table]:
    found = [_ages_of(counted, _span(year)[1], "ages")]
    earlier = [one for one in _decembers(counted, year) if one <= year - _BEFORE] or _decembers(
        counted, year
    )[:1]
    if earlier and earlier[-1] != year:
        found.append(_ages_of(counted, _span(earlier[-1])[1], "ages_then"))
    rows = []
    for one in _decembers(counted, year):
        told = [figures.of_year(counted, code, _span(one)[1]) for code in figures.STRUCTURE]
        rows.append(_year(one, (cell(float(figure.value), 1) for figure in told)))
    return [*found, Table("structure", figures.STRUCTURE, tuple(rows))]


def _ages_of(counted: Counted, month: np.datetime64, code: str) -> Table:
    rows = [
        Row(Label("age", str(age)), (cell(men), cell(women), cell(men + women)))
        for age, (men, women) in zip(AGE_STARTS, counted.ages(month), strict=True)
    ]
    columns = ("men", "women", "people")
    of = str(month)
    return with_totals(code, columns, rows, summed=columns, sums=(("people", _RATIO, ()),), of=of)


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


def _life(counted: Counted, year: int) -> list[Table]:
    """Life tables of men, women and both; none where fewer than 5,000 person-years were lived."""
    first, last = _span(year)
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


#: Born at the head of a life table.
_RADIX: Final = 1e5


def _migration(counted: Counted, year: int) -> list[Table]:
    rows = []
    for one in whole_years(counted, year):
        first, last = _span(one)
        came, went = (cell(counted.events(kind, first, last)[0]) for kind in ("arrivals", "departures"))
        of_came, of_went = (
            cell(float(figures.of_year(counted, code, last).value), 2)
            for code in ("in_migration_rate", "out_migration_rate")
        )
        rows.append(_year(one, (came, of_came, went, of_went, minus(came, went))))
    columns = ("arrivals", "in_migration_rate", "departures", "out_migration_rate", "net_migration")
    return [
        Table("migration", columns, tuple(rows), sums=(("net_migration", ("arrivals",), ("departures",)),))
    ]


def _townships(counted: Counted, year: int) -> list[Table]:
    if not counted.place.parts or counted.place.parts[0].level not in WIDE:
        return []
    first, last = _span(year)
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
    last = _span(year)[1]
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
    last = _span(year)[1]
    return [_delays(counted, year), reporting(counted, last), restatements(counted, last)]


def _delays(counted: Counted, year: int) -> Table:
    """Of the year's births and deaths, shares in percent by months until they were recorded."""
    first, last = _span(year)
    begin, end = counted.at(first), counted.at(last) + 1
    seen = {kind: counted.delay(kind)[begin:end].sum(axis=0) for kind in ("births", "deaths")}
    # Few come very late: they are told together, and in whole percent to the public.
    digits = 0 if counted.edition is Edition.PUBLIC else 1
    rows = []
    for start, end in zip(_LATE, (*_LATE[1:], DELAYS), strict=True):
        shares = (100 * ratio(one[start:end].sum(), one.sum()) for one in seen.values())
        rows.append(Row(Label("delay", str(start)), tuple(cell(float(share), digits) for share in shares)))
    return Table("delays", ("births_share", "deaths_share"), tuple(rows))


#: First months of the groups of delays: the same month, the next, two, three to five, six to eleven, more.
_LATE: Final = (0, 1, 2, 3, 6, 12)


def _year(year: int, *cells: object) -> Row:
    told: list[Cell] = []
    for one in cells:
        if isinstance(one, int | float | Mark):
            told.append(one)
        else:
            told += list(one)  # type: ignore[call-overload]
    return Row(Label("year", str(year)), tuple(told))


__all__ = ("CHAPTERS", "area", "yearbook")
