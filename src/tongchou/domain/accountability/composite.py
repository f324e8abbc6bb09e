"""The composite of a unit: how far each indicator is reached, weighted; what would lift it most.

    attainment: min(value / full, 1), or min(full / value, 1) where lower is better
    composite:  Σ w a / Σ w over the indicators by which the unit can be measured

An indicator with nothing to be measured by (no complaint was due) is left out and the other weights are
scaled up; with less than half of the weight left there is no composite. An indicator that was not reported
leaves the unit without a composite: silence never raises a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from tongchou.domain.accountability.definitions import Catalogue, Composite, Direction
from tongchou.domain.accountability.figures import UnitFigure
from tongchou.domain.demography.left_out import Floats, ratio
from tongchou.domain.ranking import DRAWS, Ranking, State, draw, leaning, ranked


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Composites of units.

    Attributes
    ----------
    indicators, units
        In the order of the arrays.
    attainment
        (indicators, units), 0 … 1; ``nan`` where not known or nothing was there to be measured by.
    weight
        (indicators, units): of the composite, 0 where left out; they sum to 1 where there is a composite.
    value
        (units,), 0 … 1; ``nan`` without a composite.
    """

    indicators: tuple[str, ...]
    units: tuple[str, ...]
    attainment: Floats
    weight: Floats
    value: Floats


@dataclass(frozen=True, slots=True)
class Lift:
    """What one indicator could add to a unit's composite.

    ``gain`` is what reaching the full value would add; ``cases`` how many more have to be done for that, and
    ``per_case`` what each adds (``nan`` where the figure is not of cases).
    """

    indicator: str
    gain: float
    cases: float
    per_case: float


def attainment(value: Floats, full: Fraction, direction: Direction) -> Floats:
    """How far values reach the full one, 0 … 1; ``nan`` stays.

    Examples
    --------
    >>> attainment(np.array([0.5, 1.0, np.nan]), Fraction(4, 5), "higher").tolist()
    [0.625, 1.0, nan]
    """
    whole = float(full)
    if direction == "higher":
        return np.minimum(value / whole, 1.0)
    with np.errstate(divide="ignore"):
        return np.minimum(np.divide(whole, value), 1.0)


def score(
    catalogue: Catalogue, composite: Composite, figures: Mapping[str, UnitFigure], units: Sequence[str]
) -> Scored:
    """The composite of each unit.

    Parameters
    ----------
    figures
        By indicator, of the units in their order; one for each weight.

    Raises
    ------
    KeyError
        When a figure is missing.
    """
    codes = tuple(composite.weights)
    reached = np.stack([_reached(catalogue, composite, code, figures[code].value) for code in codes])
    idle = np.stack([figures[code].idle for code in codes])
    given = np.array([float(composite.weights[code]) for code in codes])[:, None]
    usable = np.where(~np.isnan(reached), given, 0.0)
    total = usable.sum(axis=0)
    silent = (np.isnan(reached) & ~idle).any(axis=0)
    known = ~silent & (total >= 0.5)
    weight = np.where(known, ratio(usable, np.broadcast_to(total, usable.shape)), 0.0)
    value = np.where(known, (weight * np.where(np.isnan(reached), 0.0, reached)).sum(axis=0), np.nan)
    return Scored(codes, tuple(units), reached, weight, value)


def rank_composite(
    catalogue: Catalogue,
    composite: Composite,
    figures: Mapping[str, UnitFigure],
    units: Sequence[str],
    *,
    first_of: int = 3,
    last_of: int = 3,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[Scored, Ranking]:
    """The composites, and the units in their order with what is known of it.

    The interval is that of a sum of independent figures (Zou and Donner 2008): v − √Σ w²(a − l)² and likewise
    upwards. Draws are of the parts, each leaning on the other units, weighted as the composite is.
    """
    scored = score(catalogue, composite, figures, units)
    drawn = np.zeros((draws, len(units)))
    down, up = np.zeros(len(units)), np.zeros(len(units))
    values = _drawn(figures, scored.indicators, units, draws, seed)
    for at, code in enumerate(scored.indicators):
        used, weight = scored.weight[at] > 0, scored.weight[at]
        drawn += np.where(used, weight * _reached(catalogue, composite, code, values[code]), 0.0)
        ends = [_reached(catalogue, composite, code, one) for one in (figures[code].low, figures[code].high)]
        least, most = np.minimum(*ends), np.maximum(*ends)
        down += np.where(used, (weight * (scored.attainment[at] - least)) ** 2, 0.0)
        up += np.where(used, (weight * (most - scored.attainment[at])) ** 2, 0.0)
    known = ~np.isnan(scored.value)
    state = np.where(known, State.RANKED, State.UNKNOWN).astype(np.int64)
    low, high = scored.value - np.sqrt(down), scored.value + np.sqrt(up)
    return scored, ranked(
        units,
        scored.value,
        low,
        high,
        drawn,
        state,
        better="higher",
        first_of=first_of,
        last_of=last_of,
        level=level,
    )


def _drawn(
    figures: Mapping[str, UnitFigure], codes: Sequence[str], units: Sequence[str], draws: int, seed: int
) -> dict[str, Floats]:
    """(draws, units) of each figure; all figures of one chance are fitted in one step."""
    found = {
        code: np.broadcast_to(figures[code].value, (draws, len(units)))
        for code in codes
        if figures[code].chance == "none"
    }
    kinds: tuple[Literal["share", "rate"], ...] = ("share", "rate")
    for chance in kinds:
        several = [code for code in codes if figures[code].chance == chance]
        if not several:
            continue
        known = np.stack([~np.isnan(figures[code].value) for code in several])
        over, under = (
            np.where(known, np.stack([getattr(figures[code], name) for code in several]), np.nan)
            for name in ("over", "under")
        )
        fit = leaning(over, under, chance)
        for at, code in enumerate(several):
            found[code] = draw(
                units, fit.value[at], fit.variance[at], chance, draws=draws, seed=seed, salt=code
            )
    return found


def lifts(
    catalogue: Catalogue, composite: Composite, figures: Mapping[str, UnitFigure], scored: Scored, unit: str
) -> tuple[Lift, ...]:
    """What would lift a unit most: the largest gain first, equal ones by code; nothing that is reached."""
    place = scored.units.index(unit)
    found = []
    for at, code in enumerate(scored.indicators):
        weight, reached = float(scored.weight[at, place]), float(scored.attainment[at, place])
        if not weight or reached >= 1:
            continue
        gain = weight * (1 - reached)
        figure = figures[code]
        cases = per_case = float("nan")
        if figure.chance == "share" and catalogue.indicators[code].direction == "higher":
            needed = float(composite.full[code]) * figure.under[place] - figure.over[place]
            cases = float(np.ceil(needed - 1e-9))
            per_case = weight / (float(composite.full[code]) * float(figure.under[place]))
        found.append(Lift(code, gain, cases, per_case))
    return tuple(sorted(found, key=lambda one: (-one.gain, one.indicator)))


def _reached(catalogue: Catalogue, composite: Composite, code: str, value: Floats) -> Floats:
    return attainment(value, composite.full[code], catalogue.indicators[code].direction)
