"""From cubes of villages to the counts of a table, and what was not in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.utils.translation import gettext_lazy as _

from tongchou.apps.statistics import api as statistics
from tongchou.core.errors import Conflict, Invalid
from tongchou.domain.releases.cells import UNKNOWN, Cell, Layout, Place, chain
from tongchou.domain.releases.crossing import age_group
from tongchou.domain.releases.definition import Measure, TableDefinition
from tongchou.domain.releases.labels import CODES
from tongchou.domain.statistics import compute
from tongchou.domain.statistics.cube import AGE_STARTS, Counts, MonthCube, people
from tongchou.domain.statistics.series import Step

_MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
#: Dimensions that the cube of months knows; the others are counted of the last day alone.
IN_CUBE = frozenset({"sex", "age", "month"})


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of all cells; of an indicator, its value with the interval by area, and whom it is among."""

    layout: Layout
    counts: dict[Cell, int]
    among: dict[Cell, int]
    values: dict[str, tuple[float, float, float]]
    missing: int  # months of villages without a report
    left_out: int  # people and events that could not be counted


def periods_of(step: str, months: np.ndarray) -> list[str]:
    """The periods that months hold whole, the newest first."""
    texts = [str(one) for one in months]
    if step == "month":
        return texts[::-1]
    years = dict.fromkeys(text[:4] for text in texts[::-1])
    return [year for year in years if sum(text[:4] == year for text in texts) == 12]


def counted(definition: TableDefinition, period: str, built: statistics.Built, *, county: str) -> Counted:
    """What a table counts of a county.

    Raises
    ------
    Invalid
        ``releases.period``: the cubes do not hold the whole period; ``releases.county``: no village of it.
    Conflict
        When the files of the cubes are damaged.
    """
    cube = statistics.months(built, definition.basis)
    areas = statistics.areas_of(built)
    rows = np.flatnonzero((areas["county_code"] == county).to_numpy())
    if not rows.size:
        raise Invalid("releases.county", _("The counts hold no village of this county."))
    span = _span(definition, period, cube)
    places = chain(_places(areas[rows.tolist()]), definition.levels)
    layout = Layout(definition, places, tuple(_categories(definition, name) for name in definition.by))
    here = cube.between(span[0], span[-1])
    of_villages = _grouped(here, rows, layout)
    missing = int((~here.reported[rows]).sum())
    left_out = sum(int(number[rows].sum()) for number in cube.left_out.counts.values())
    if definition.indicator:
        return _indicator(definition, layout, cube, rows, span, missing, left_out)
    finest: dict[Cell, int] = {}
    for measure in definition.measures:
        if set(definition.by) <= IN_CUBE:
            finest |= _of_cube(definition, measure, of_villages, layout)
        else:
            finest |= _of_stock(definition, measure, period, cube, statistics.stock(built), layout)
    return Counted(layout, layout.added(finest), {}, {}, missing, left_out)


def _span(definition: TableDefinition, period: str, cube: MonthCube) -> np.ndarray:
    """The months of a period."""
    if period not in periods_of(definition.step, cube.months):
        raise Invalid("releases.period", _("The counts do not hold the whole of this period."))
    months = [period] if definition.step == "month" else [f"{period}-{month}" for month in _MONTHS]
    return np.array(months, dtype="datetime64[M]")


def _places(areas: pl.DataFrame) -> Iterable[Place]:
    """County, townships and villages in the order of the tree."""
    county = areas.row(0, named=True)
    yield Place(county["county_code"], county["county_name"], "county", "", frozenset(areas["code"]))
    for (code,), part in areas.group_by("township_code", maintain_order=True):
        first = part.row(0, named=True)
        yield Place(
            str(code), first["township_name"], "township", county["county_code"], frozenset(part["code"])
        )
        for row in part.iter_rows(named=True):
            yield Place(row["code"], row["name"], "village", str(code), frozenset({row["code"]}))


def _categories(definition: TableDefinition, name: str) -> tuple[str, ...]:
    if name == "month":
        return _MONTHS
    if name == "age":
        groups = tuple(age_group(start, definition.ages) for start in definition.ages)
        return (*groups, UNKNOWN)
    return (*CODES[name], UNKNOWN)


def _grouped(cube: MonthCube, rows: np.ndarray, layout: Layout) -> MonthCube:
    """The cube of the lowest areas of a table."""
    at = {code: place for place, code in enumerate(cube.areas)}
    wanted = {int(row) for row in rows}
    members = [[at[code] for code in one.villages if at[code] in wanted] for one in layout.finest]
    return cube.grouped([sorted(one) for one in members], [one.code for one in layout.finest])


def _of_cube(
    definition: TableDefinition, measure: Measure, cube: MonthCube, layout: Layout
) -> dict[Cell, int]:
    """Counts of the lowest areas by sex, age group and month."""
    finest: dict[Cell, int] = {}
    by = definition.by
    for place, area in enumerate(layout.finest):
        for at, month in enumerate(cube.months):
            if definition.of_stock(measure) and at + 1 < cube.months.size:
                continue
            for (sex, age), number in _one(definition, measure, cube, place, at).items():
                named = {"sex": sex, "age": age, "month": str(month)[5:]}
                cell = (area.code, str(measure), *(named[name] for name in by))
                finest[cell] = finest.get(cell, 0) + number
    return finest


def _one(
    definition: TableDefinition, measure: Measure, cube: MonthCube, place: int, at: int
) -> dict[tuple[str, str], int]:
    """Counts of an area and month by sex and age group, whichever are asked for."""
    if measure in (Measure.POPULATION, Measure.DEATHS):
        source = cube.stock if measure is Measure.POPULATION else cube.deaths
        found = _by_sex_and_age(definition, source[place, at])
        if measure is Measure.POPULATION:
            found[(UNKNOWN, UNKNOWN)] = found.get((UNKNOWN, UNKNOWN), 0) + _whole(cube.unknown[place, at])
        return found
    if measure is Measure.BIRTHS:
        boys, girls = (_whole(one) for one in cube.births[place, at])
        rest = max(_whole(cube.mothers[place, at].sum()) - boys - girls, 0)
        return {("M", ""): boys, ("F", ""): girls, (UNKNOWN, ""): rest}
    number = {
        Measure.ARRIVALS: cube.arrivals,
        Measure.DEPARTURES: cube.departures,
        Measure.UNKNOWN: cube.unknown,
        Measure.LATE_DEATHS: cube.deaths_delay[..., 3:].sum(axis=-1),
    }[measure]
    return {("", ""): _whole(number[place, at])}


def _by_sex_and_age(definition: TableDefinition, counts: Counts) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for age, start in enumerate(AGE_STARTS):
        group = age_group(start, definition.ages) if definition.ages else ""
        for sex, code in enumerate(("M", "F")):
            found[(code, group)] = found.get((code, group), 0) + _whole(counts[age, sex])
    return found


def _whole(number: float) -> int:
    """A village that was split counts parts of people."""
    return round(float(number))


def _of_stock(
    definition: TableDefinition,
    measure: Measure,
    period: str,
    cube: MonthCube,
    stock: pl.DataFrame,
    layout: Layout,
) -> dict[Cell, int]:
    """Counts of the lowest areas by what is counted of the last day alone."""
    if str(cube.months[-1])[: len(period)] != period or (
        len(period) == 4 and str(cube.months[-1])[5:] != "12"
    ):
        message = _("This table is counted of the last day of the counts alone: choose their last month.")
        raise Invalid("releases.period", message)
    area_of = {village: one.code for one in layout.finest for village in one.villages}
    known = {"1": "M", "2": "F"}
    columns = {
        "hukou": pl.col("hukou_kind"),
        "residence": pl.col("residence"),
        "education": pl.col("education").str.slice(0, 1),
        "sex": pl.col("sex").cast(pl.String).replace_strict(known, default=None),
        "age": pl.col("age").map_elements(
            lambda age: age_group(max(start for start in AGE_STARTS if start <= age), definition.ages),
            return_dtype=pl.String,
        ),
    }
    chosen = [columns[name].alias(name) for name in definition.by]
    rows = (
        stock.filter(pl.col("area_code").is_in(list(area_of)))
        .select("area_code", "people", *chosen)
        .group_by("area_code", *definition.by)
        .agg(pl.col("people").sum())
    )
    finest: dict[Cell, int] = {}
    for village, *codes, number in rows.iter_rows():
        named = [
            code if code in categories else UNKNOWN
            for code, categories in zip(codes, layout.categories, strict=True)
        ]
        cell = (area_of[village], str(measure), *named)
        finest[cell] = finest.get(cell, 0) + _whole(number)
    return finest


def _indicator(
    definition: TableDefinition,
    layout: Layout,
    cube: MonthCube,
    rows: np.ndarray,
    span: np.ndarray,
    missing: int,
    left_out: int,
) -> Counted:
    """An indicator of every area, the counts it rests on, and the people it is among."""
    at = {code: place for place, code in enumerate(cube.areas)}
    members = [sorted(at[code] for code in one.villages) for one in layout.places]
    grouped = cube.between(span[0], span[-1]).grouped(members, [one.code for one in layout.places])
    step = Step.YEAR if definition.step == "year" else Step.MONTH
    made = compute.series(grouped, definition.indicator, step=step)
    figure = made.figure
    values = {
        one.code: (
            float(figure.value[place, -1]),
            float(figure.low[place, -1]),
            float(figure.high[place, -1]),
        )
        for place, one in enumerate(layout.places)
    }
    ages = [place for place, start in enumerate(AGE_STARTS) if start >= definition.from_age]
    everybody = people(grouped)[:, -1]
    of = {
        Measure.POPULATION: grouped.stock[:, -1][:, ages].sum(axis=(1, 2))
        if definition.from_age
        else everybody,
        Measure.DEATHS: grouped.deaths[:, :, ages].sum(axis=(1, 2, 3)),
        Measure.BIRTHS: grouped.mothers.sum(axis=(1, 2)),
        Measure.ARRIVALS: grouped.arrivals.sum(axis=1),
        Measure.DEPARTURES: grouped.departures.sum(axis=1),
        Measure.UNKNOWN: grouped.unknown[:, -1],
        Measure.LATE_DEATHS: grouped.deaths_delay[..., 3:].sum(axis=(1, 2)),
    }
    if definition.counts is None:
        raise Conflict("releases.definition", _("The definition of this table does not say what it counts."))
    measured = str(Measure.INDICATOR)
    places = [one.code for one in layout.finest]
    order = {one.code: place for place, one in enumerate(layout.places)}
    counts = layout.added({(code, measured): _whole(of[definition.counts][order[code]]) for code in places})
    among = layout.added({(code, measured): _whole(everybody[order[code]]) for code in places})
    return Counted(layout, counts, among, values, missing, left_out)
