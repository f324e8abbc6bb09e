"""Bulletins made of drawn counts for tests and measurements: the same for the same seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from tongchou import indicators
from tongchou.domain.accountability import composite as composites
from tongchou.domain.accountability.awards import Prize, awards
from tongchou.domain.accountability.bulletin import (
    Bulletin,
    Cell,
    Kind,
    Mark,
    Raise,
    RestatedFigure,
    UnitRow,
    Unranked,
)
from tongchou.domain.accountability.figures import UnitFigure
from tongchou.domain.demography import intervals

COMPOSITE = "county_year"
_NAMES = "云岭河谷松林石桥清泉白马红岩金沙龙潭竹园梨树花溪"


def bulletin(
    *,
    area: str = "520599000000",
    area_name: str = "示例县",
    units: int = 9,
    seed: int = 7,
    least: int = 40,
    kind: Kind = Kind.MONTH,
    period: str = "2026-03",
    restated: tuple[RestatedFigure, ...] = (),
    suffix: str = "乡",
) -> Bulletin:
    """Units of unlike size and care; the last but one had nothing due in one thing, the last is silent."""
    rng = np.random.default_rng(seed)
    catalogue = indicators.load()
    weights = catalogue.composites[COMPOSITE]
    codes = tuple(f"{area[:6]}{100 + at:03d}000" for at in range(units))
    care = rng.uniform(0.7, 0.99, units)
    figures: dict[str, UnitFigure] = {}
    for code in weights.weights:
        under = rng.integers(least, least * 30, units).astype(np.float64)
        over = rng.binomial(under.astype(np.int64), care).astype(np.float64)
        if code == "complaints_on_time" and units > 3:
            under[-2] = over[-2] = 0.0
        if code == "records_accurate" and units > 3:
            under[-1] = over[-1] = np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            value = over / under
        low, high = intervals.wilson(over, under, 0.95)
        figures[code] = UnitFigure(code, value, over, under, "share", 0.95, low, high)
    scored, ranking = composites.rank_composite(catalogue, weights, figures, codes)
    marks = {
        one.unit: Mark.RED_FLAG if one.prize is Prize.RED_FLAG else Mark.YELLOW_CARD
        for one in awards(ranking)
    }
    rows = []
    for at, unit in enumerate(codes):
        known = not np.isnan(scored.value[at])
        better = float(rng.normal(0.01, 0.02)) if known else None
        rows.append(
            UnitRow(
                unit=unit,
                name=f"{_NAMES[at % len(_NAMES)]}{_NAMES[(at * 7 + 3) % len(_NAMES)]}{suffix}",
                composite=float(scored.value[at]) if known else None,
                low=float(ranking.low[at]) if known else None,
                high=float(ranking.high[at]) if known else None,
                rank=int(ranking.rank[at]) or None,
                rank_low=int(ranking.rank_low[at]) or None,
                rank_high=int(ranking.rank_high[at]) or None,
                band=int(ranking.band[at]) or None,
                unranked=Unranked.NO if known else Unranked.UNKNOWN,
                mark=marks.get(unit, Mark.NONE),
                better=better,
                better_low=None if better is None else better - 0.02,
                better_high=None if better is None else better + 0.02,
                raises=_raises(composites.lifts(catalogue, weights, figures, scored, unit)),
                cells=_cells(figures, at),
            )
        )
    rows.sort(key=lambda one: (one.rank is None, one.rank or 0, one.unit))
    return Bulletin(
        area=area,
        area_name=area_name,
        kind=kind,
        period=period,
        made_on=dt.date(2026, 4, 8),
        composite=COMPOSITE,
        weights={code: str(float(one)) for code, one in weights.weights.items()},
        rows=tuple(rows),
        indicators=tuple(weights.weights),
        restated=restated,
        unknown={"records_checked": (codes[-1],)} if units > 3 else {},
        closed_areas={},
        sha256="a5" * 32,
        versions={"rules": "1", "weights": "1"},
    )


def _raises(found: tuple[composites.Lift, ...]) -> tuple[Raise, ...]:
    return tuple(
        Raise(one.indicator, one.gain, None if one.cases != one.cases else one.cases) for one in found
    )


def _cells(figures: Mapping[str, UnitFigure], at: int) -> dict[str, Cell]:
    def told(value: float) -> float | None:
        return None if value != value else float(value)

    return {
        code: Cell(
            value=told(one.value[at]),
            over=told(one.over[at]),
            under=told(one.under[at]),
            low=told(one.low[at]),
            high=told(one.high[at]),
            chance=one.chance,
            idle=bool(one.idle[at]),
        )
        for code, one in figures.items()
    }
