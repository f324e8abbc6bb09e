"""Tables of an area and its parts as publications tell them: by month, age, area, and as they were known."""

from __future__ import annotations

from typing import Final

import numpy as np

from tongchou.domain.demography import structure
from tongchou.domain.small_cells import FEWEST
from tongchou.domain.statistics import figures
from tongchou.domain.statistics.content import (
    WIDE,
    Cell,
    Label,
    Mark,
    Place,
    Row,
    Table,
    with_totals,
)
from tongchou.domain.statistics.counted import Counted
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS
from tongchou.domain.statistics.facts_told import (
    FLOWS,
    three,
    waits,
)

#: Months of the trend, so that each month of a year stands beside that of the year before.
TREND: Final = 25
#: Months whose figures may have changed since the last bulletin.
RESTATED: Final = 12
_DIFFERENCES: Final = (
    ("births_less_deaths", ("births",), ("deaths",)),
    ("net_migration", ("arrivals",), ("departures",)),
)


def trend(counted: Counted, month: np.datetime64, months: int = TREND) -> Table:
    """Births, deaths, arrivals and departures month by month, with what is foreseen of those that wait."""
    columns = (
        "births", "births_expected", "births_low", "births_high",
        "deaths", "deaths_expected", "deaths_low", "deaths_high",
        "births_less_deaths", "arrivals", "departures", "net_migration", "villages_reported",
    )  # fmt: skip
    first = max(counted.cube.months[0], month - np.timedelta64(months - 1, "M"))
    rows = []
    for one in np.arange(first, month + 1):
        said: dict[str, Cell] = {}
        for kind in FLOWS:
            said[kind] = cell(counted.events(kind, one, one)[0])
        for kind in ("births", "deaths"):
            waiting = waits(counted, kind, one, one)
            foreseen = counted.expected(kind, one, one) if waiting else None
            ends = three(foreseen) or (None, None, None)
            for name, value in zip(("expected", "low", "high"), ends, strict=True):
                said[f"{kind}_{name}"] = Mark.UNKNOWN if value is None else cell(value)
        said["births_less_deaths"] = minus(said["births"], said["deaths"])
        said["net_migration"] = minus(said["arrivals"], said["departures"])
        said["villages_reported"] = int(counted.villages_reported[counted.at(one)])
        provisional = any(waits(counted, kind, one, one) for kind in ("births", "deaths"))
        rows.append(Row(Label("month", str(one)), tuple(said[name] for name in columns), provisional))
    return Table("trend", columns, tuple(rows), sums=_DIFFERENCES)


def ages_table(counted: Counted, month: np.datetime64) -> Table:
    """People by age group and sex at the end of a month, of the whole area."""
    ages = counted.ages(month)
    rows = [
        Row(Label("age", str(start)), (cell(men), cell(women), cell(men + women)))
        for start, (men, women) in zip(AGE_STARTS, ages, strict=True)
    ]
    return with_totals(
        "ages", ("men", "women", "people"), rows, summed=("men", "women", "people"),
        sums=(("people", ("men", "women"), ()),),
    )  # fmt: skip


def parts_tables(counted: Counted, month: np.datetime64) -> list[Table]:
    """People of the parts; births, deaths and moves too where the parts are townships or wider."""
    if not counted.place.parts:
        return []
    found = [people_table(counted, month)]
    if counted.place.parts[0].level in WIDE:
        first = month - np.timedelta64(11, "M")
        found.append(flows_table(counted, first, month, "parts_year"))
        found.append(shares_table(counted, month))
    return found


def people_table(counted: Counted, month: np.datetime64, code: str = "parts_people", of: str = "") -> Table:
    """Men and women of each part at the end of a month; where nobody reported a mark stands."""
    _total, people = counted.people(month)
    known = _part_known(counted, month, month)
    rows = [
        Row(area(part), (*map(cell, numbers), cell(numbers.sum())) if there else (Mark.UNKNOWN,) * 4)
        for part, numbers, there in zip(counted.place.parts, people, known, strict=True)
    ]
    columns = ("men", "women", "unknown", "people")
    return with_totals(
        code, columns, rows, summed=columns, sums=(("people", ("men", "women", "unknown"), ()),), of=of
    )  # fmt: skip


def flows_table(counted: Counted, first: np.datetime64, last: np.datetime64, code: str) -> Table:
    """Births, deaths, moves of each part in some months; rates of at least ten events alone."""
    by_kind = {kind: counted.events(kind, first, last)[1] for kind in FLOWS}
    known = _part_known(counted, first, last)
    years = counted.years(first, last)[1]
    rows = []
    for place, part in enumerate(counted.place.parts):
        if not known[place]:
            rows.append(Row(area(part), (Mark.UNKNOWN,) * 8))
            continue
        births, deaths, came, went = (cell(by_kind[kind][place]) for kind in FLOWS)
        rows.append(
            Row(
                area(part),
                (
                    births,
                    _rate(births, years[place]),
                    deaths,
                    _rate(deaths, years[place]),
                    minus(births, deaths),
                    came,
                    went,
                    minus(came, went),
                ),
            )
        )
    columns = (
        "births", "cbr", "deaths", "cdr", "births_less_deaths",
        "arrivals", "departures", "net_migration",
    )  # fmt: skip
    summed = ("births", "deaths", "births_less_deaths", "arrivals", "departures", "net_migration")
    return with_totals(code, columns, rows, summed=summed, sums=_DIFFERENCES)


def shares_table(counted: Counted, month: np.datetime64, code: str = "parts_shares") -> Table:
    """Shares of the young, of working age and of the old of each part, and of the whole."""
    known = [*_part_known(counted, month, month), counted.has(month, month)]
    # Shares are those of the counts that may be shown; the median age needs all groups.
    whole, parts = counted.broad(month)
    ages = counted.parts.stock[:, counted.at(month)].sum(axis=-1)
    medians = structure.age_at(np.vstack([ages, ages.sum(axis=0)]), np.array(AGE_STARTS))
    labels = [*(area(part) for part in counted.place.parts), Label("whole", "")]
    columns = figures.STRUCTURE
    rows = []
    for label, people, median, there in zip(labels, [*parts, whole], medians, known, strict=True):
        told: tuple[Cell, ...] = (Mark.UNKNOWN,) * len(columns)
        if there and people.sum() >= FEWEST:
            shares = (figures.of_broad(people, code) for code in columns)
            told = tuple(cell(float(median) if one is None else one, 1) for one in shares)
        elif there and people.sum():
            told = (Mark.CLOSED,) * len(columns)
        rows.append(Row(label, told))
    return Table(code, columns, tuple(rows))


def restatements(counted: Counted, month: np.datetime64) -> Table:
    """What was known of each month at its end and a month ago, and now: how figures told before change."""
    columns = ("births_first", "births_last", "births_now", "deaths_first", "deaths_last", "deaths_now")
    now = counted.cube.months.size - 1
    rows = []
    first = max(0, counted.at(month) - RESTATED + 1)
    for at in range(first, counted.at(month) + 1):
        cells: list[Cell] = []
        for kind in ("births", "deaths"):
            delay, age = counted.delay(kind)[at], now - at
            # At the end of the month; before the last month's records; with them.
            for upto in (1, min(age, DELAYS), min(age + 1, DELAYS)):
                known = delay[:upto].sum() if upto else np.nan
                # Named by the month alone: who reads twelve bulletins sees one number rounded one way.
                name = f"{kind}:{counted.cube.months[at]}"
                if counted.villages_reported[at] == 0:
                    known = np.nan
                if np.isnan(known):
                    cells.append(Mark.UNKNOWN)
                else:
                    cells.append(cell(counted.table(np.array([[known]]), name)[0][0]))
        rows.append(Row(Label("month", str(counted.cube.months[at])), tuple(cells)))
    return Table("restatements", columns, tuple(rows))


def reporting(counted: Counted, month: np.datetime64) -> Table:
    """Villages of each part, and those that reported the month."""
    at = counted.at(month)
    rows = []
    for part in counted.place.parts or (counted.place,):
        one = Counted(counted.cube, part, counted.edition, counted.key)
        rows.append(Row(area(part), (one.villages, int(one.villages_reported[at]))))
    columns = ("villages", "villages_reported")
    return with_totals("reporting", columns, rows, summed=columns)


def _part_known(counted: Counted, first: np.datetime64, last: np.datetime64) -> list[bool]:
    """Whether some village of each part reported in each of these months."""
    return [
        Counted(counted.cube, part, counted.edition, counted.key).has(first, last)
        for part in counted.place.parts
    ]


def _rate(events: Cell, years: float) -> Cell:
    """Per thousand; closed where few stand behind it, as shown: a rounded count has no exact rate."""
    if isinstance(events, Mark) or not years > 0:
        return Mark.UNKNOWN
    return Mark.CLOSED if events < FEWEST else round(1000 * events / float(years), 2)


def area(place: Place) -> Label:
    return Label("area", place.name)


def minus(first: Cell, second: Cell) -> Cell:
    """The difference; a mark where either is one."""
    if isinstance(first, Mark):
        return first
    return second if isinstance(second, Mark) else first - second


def cell(value: float, digits: int = 0) -> Cell:
    """A number for a table: whole unless digits are asked for; a mark for what is not known."""
    if np.isnan(value):
        return Mark.UNKNOWN
    return round(float(value), digits) if digits else round(float(value))
