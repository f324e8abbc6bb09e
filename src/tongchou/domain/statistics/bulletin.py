"""The monthly bulletin of an area: what it says in figures, from counts by month.

A difference to a year before is told as up or down only when its interval leaves out nothing having changed
(``demography.news``), at a level for all comparisons of the bulletin together. Births, natural increase and
the sex ratio are told as they are: no order, target or judgement follows; areas stand as in the tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from tongchou.domain.demography import structure
from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.demography.news import Verdict, level_for, news
from tongchou.domain.rounding import BASE
from tongchou.domain.small_cells import FEWEST
from tongchou.domain.statistics import figures
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
from tongchou.domain.statistics.counted import Counted, around, years_of
from tongchou.domain.statistics.cube import AGE_STARTS, DELAYS, MonthCube
from tongchou.domain.statistics.series import Step

#: Months of the trend, so that each month of a year stands beside that of the year before.
TREND: Final = 25
#: Months whose figures may have changed since the last bulletin.
RESTATED: Final = 12
FLOWS: Final = ("births", "deaths", "arrivals", "departures")
_YEAR = np.timedelta64(12, "M")


def bulletin(
    cube: MonthCube, place: Place, *, month: np.datetime64, edition: Edition, key: str = ""
) -> Content:
    """What the bulletin of a month says.

    Parameters
    ----------
    cube
        Of villages, with months before and, where they are in, after ``month``: the last of them is what is
        known by now.
    place
        A township or wider.
    month
        The month told of.
    key
        For the rounding of the public edition, kept secret.

    Raises
    ------
    ValueError
        For a village, or a month that is not in the cube.
    """
    if place.level not in WIDE:
        raise ValueError("a bulletin is of a township or a wider area")
    counted = Counted(cube, place, edition, key)
    try:
        at = counted.at(month)
    except KeyError:
        raise ValueError(f"no records of {month}") from None
    return Content(
        kind=Kind.BULLETIN,
        area=place.code,
        area_name=place.name,
        level=place.level,
        period=str(month),
        edition=edition,
        basis=str(cube.basis),
        boundaries=cube.boundaries.isoformat(),
        known_until=str(cube.months[-1]),
        reported=(int(counted.villages_reported[at]), counted.villages),
        facts=tuple(_facts(counted, month)),
        tables=tuple(_tables(counted, month)),
        left_out=left_out(counted),
        inputs=digest(cube, place),
    )


def digest(cube: MonthCube, place: Place) -> str:
    """SHA-256 of the counts of an area's villages: of what everything said of it is made."""
    own = Counted(cube, place, Edition.INTERNAL, "").cube
    rows = np.array([place_ for place_, code in enumerate(own.areas) if code in set(place.villages)], int)
    found = hashlib.sha256(f"{own.basis}\0{own.boundaries}\0{own.months.astype(str).tolist()}".encode())
    found.update("\0".join(own.areas[row] for row in rows).encode())
    for name in ("stock", "person_years", "deaths", "births", "mothers", "arrivals", "departures",
                 "births_delay", "deaths_delay", "unknown", "reported"):  # fmt: skip
        found.update(np.ascontiguousarray(getattr(own, name)[rows]).tobytes())
    return found.hexdigest()


def left_out(counted: Counted) -> tuple[tuple[str, int], ...]:
    """What could not be counted, by reason; in the public edition as a multiple of the base."""
    public = counted.edition is Edition.PUBLIC
    told = {
        why: BASE * round(number / BASE) if public else number
        for why, number in counted.own.left_out.totals().items()
    }
    return tuple(sorted((str(why), number) for why, number in told.items() if number))


def _facts(counted: Counted, month: np.datetime64) -> list[Fact]:
    january = month.astype("datetime64[Y]").astype("datetime64[M]")
    spans = [("month", month), ("to_date", january)] if month != january else [("month", month)]
    level = level_for(
        len(spans) * (len(FLOWS) + 1) + len(figures.rates_of(counted.place.level)) + len(figures.STRUCTURE)
    )
    found = people_facts(counted, month)
    for span, first in spans:
        found += flow_facts(counted, first, month, span, level)
    found += rate_facts(counted, month, "rolling_year", level)
    return [*found, *timeliness(counted, month)]


def people_facts(counted: Counted, month: np.datetime64) -> list[Fact]:
    """Who there is at the end of a month, and a year before."""
    (now, _), (then, _) = counted.people(month), counted.people(month - _YEAR)
    found = [Fact("people", "end", number(now.sum()), before=number(then.sum()))]
    for place, code in enumerate(("men", "women", "unknown")):
        found.append(Fact(code, "end", number(now[place]), before=number(then[place])))
    return found


def flow_facts(
    counted: Counted, first: np.datetime64, last: np.datetime64, span: str, level: float
) -> list[Fact]:
    """Births, deaths, natural increase, arrivals and departures of some months, beside a year before.

    Of months that wait for records what is foreseen is compared, not what is known by now.
    """
    found = []
    totals: dict[str, tuple[float, float]] = {}
    for kind in FLOWS:
        now, then = (counted.events(kind, first - back, last - back)[0] for back in (0, _YEAR))
        totals[kind] = now, then
        open_ = kind in ("births", "deaths") and waits(counted, kind, first, last)
        expected = counted.expected(kind, first, last) if open_ else None
        compared: Figure | None = around(np.array(now), level)
        if open_:
            compared = _widened(expected, level)
        verdict = Verdict.UNKNOWN
        if compared is not None:
            verdict = Verdict(int(news(around(np.array(then), level), compared).verdict))
        found.append(
            Fact(
                kind,
                span,
                number(now),
                before=number(then),
                verdict=int(verdict),
                provisional=open_,
                expected=_three(expected),
            )
        )
    (born, born_then), (died, died_then) = totals["births"], totals["deaths"]
    found.append(
        Fact(
            "births_less_deaths",
            span,
            number(born - died),
            before=number(born_then - died_then),
            provisional=any(one.provisional for one in found),
        )
    )
    return found


def waits(counted: Counted, kind: str, first: np.datetime64, last: np.datetime64) -> bool:
    """Whether any of these months still waits for records."""
    if not counted.has(first, last):
        return False
    return bool(counted.provisional(kind)[counted.at(first) : counted.at(last) + 1].any())


def _widened(expected: Figure | None, level: float) -> Figure | None:
    """What is foreseen, with the interval of its mean: of the least and of the most that may come."""
    if expected is None:
        return None
    low, high = around(expected.low, level).low, around(expected.high, level).high
    return Figure(expected.value, low, high, level)


def rate_facts(counted: Counted, last: np.datetime64, span: str, level: float) -> list[Fact]:
    """Rates and ratios of the twelve months up to one, beside those of the twelve before."""
    found = []
    for code in (*figures.rates_of(counted.place.level), *figures.STRUCTURE):
        now, then = (figures.of_year(counted, code, last - back, level=level) for back in (0, _YEAR))
        open_ = code in figures.RATES and any(
            waits(counted, kind, last - np.timedelta64(11, "M"), last) for kind in figures.MADE_OF[code]
        )
        # What still waits for records would always seem to fall.
        verdict = int(Verdict.UNKNOWN if open_ else news(then, now).verdict)
        plain = figures.of_year(counted, code, last)
        found.append(
            Fact(
                code,
                "end" if code in figures.STRUCTURE else span,
                number(plain.value),
                number(plain.low),
                number(plain.high),
                number(then.value),
                None if code in figures.STRUCTURE else verdict,
                provisional=open_,
            )
        )
    return found


def timeliness(counted: Counted, month: np.datetime64) -> list[Fact]:
    """Shares of the events of twelve months recorded in the same and by the next month.

    Of the newest twelve months up to ``month`` that are old enough to tell.
    """
    found = []
    for code in figures.RECORDS:
        series = counted.series(code, Step.ROLLING_YEAR, 0.95)
        known = np.flatnonzero((series.periods <= month) & ~np.isnan(series.figure.value[0]))
        value = series.figure.value[0, known[-1]] if known.size else np.nan
        found.append(Fact(code, "rolling_year", number(value)))
    return found


def _tables(counted: Counted, month: np.datetime64) -> list[Table]:
    return [
        trend(counted, month),
        ages_table(counted, month),
        *parts_tables(counted, month),
        restatements(counted, month),
        reporting(counted, month),
    ]


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
            three = _three(foreseen) or (None, None, None)
            for name, value in zip(("expected", "low", "high"), three, strict=True):
                said[f"{kind}_{name}"] = Mark.UNKNOWN if value is None else cell(value)
        said["births_less_deaths"] = minus(said["births"], said["deaths"])
        said["net_migration"] = minus(said["arrivals"], said["departures"])
        said["villages_reported"] = int(counted.villages_reported[counted.at(one)])
        provisional = any(waits(counted, kind, one, one) for kind in ("births", "deaths"))
        rows.append(Row(Label("month", str(one)), tuple(said[name] for name in columns), provisional))
    return Table("trend", columns, tuple(rows), sums=_DIFFERENCES)


_DIFFERENCES: Final = (
    ("births_less_deaths", ("births",), ("deaths",)),
    ("net_migration", ("arrivals",), ("departures",)),
)


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
    years = _part_years(counted, first, last)
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
                name = f"{kind}:{counted.cube.months[at]}:{upto}"
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


def _part_years(counted: Counted, first: np.datetime64, last: np.datetime64) -> Floats:
    if not counted.has(first, last):
        return np.full(len(counted.parts.areas), np.nan)
    return years_of(counted.parts.between(first, last))


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


def number(value: float | Floats) -> float | None:
    """A number to be stored; None for what is not known."""
    plain = float(value)
    return None if np.isnan(plain) else round(plain, 6)


def _three(figure: Figure | None) -> tuple[float, float, float] | None:
    if figure is None or np.isnan(figure.value):
        return None
    return float(figure.value), float(figure.low), float(figure.high)


__all__: Sequence[str] = ("bulletin", "digest")
