"""How many are on no list, from how many are on several: births of hospital, household and vaccination lists.

Lists are matched first; what comes here are numbers of an area, never names. The number on none is
estimated from how lists overlap. It is a figure of the lists' completeness: nobody is looked for.

Source: Chapman (1951), University of California Publications in Statistics 1, 131-160; Seber (1970),
Biometrika 57, 337 (variance); Fienberg (1972), Biometrika 59, 591-603 (log-linear models); Evans and Bonett
(1994), Biometrics 50, 388-396 (a quarter added to each cell); Chao (1987), Biometrics 43, 783-791
(interval).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import z_value
from tongchou.domain.demography.left_out import Figure, Floats, Ints, LeftOut, Why, ages_last, numbers, ratio

#: Order of the seven cells: on which of the lists 1, 2, 3.
CELLS: Final = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1))
_PAIRS: Final = ((0, 1), (0, 2), (1, 2))
#: Times those seen: more than this on no list is no estimate.
_MOST_UNSEEN: Final = 1000
#: The eight models of three lists: which pairs depend on each other. The last has nothing left to check it.
MODELS: Final = tuple(pairs for size in range(4) for pairs in combinations(_PAIRS, size))


def chapman(
    first: npt.ArrayLike, second: npt.ArrayLike, both: npt.ArrayLike, *, level: float = 0.95
) -> Figure:
    """How many there are, from two independent lists: N = (n₁ + 1)(n₂ + 1)/(m + 1) − 1.

    Parameters
    ----------
    first, second, both
        Numbers on the first list, on the second, and on both; of any one shape. More on both than on one,
        or a negative number, makes an area unknown.

    Returns
    -------
    Figure
        Numbers, the interval by the logarithm of those on neither list (never below those seen). Positive
        dependence (who is on one is likelier on the other) makes it too low: then it is a lower bound.

    Examples
    --------
    >>> found = chapman(200, 150, 120)
    >>> found.value.round(2).tolist(), found.low.round(1).tolist(), found.high.round(1).tolist()
    (249.83, 240.7, 266.7)
    """
    a, b, m = np.broadcast_arrays(numbers(first, "first"), numbers(second, "second"), numbers(both, "both"))
    bad = (m > a) | (m > b) | (m < 0)
    a, b, m = (np.where(bad, np.nan, one) for one in (a, b, m))
    value = (a + 1) * (b + 1) / (m + 1) - 1
    variance = (a + 1) * (b + 1) * (a - m) * (b - m) / ((m + 1) ** 2 * (m + 2))
    low, high = _unseen_interval(a + b - m, value - (a + b - m), variance, level)
    left_out = LeftOut({Why.NEGATIVE_EVENTS: bad.astype(np.int64)} if bad.any() else {})
    return Figure(np.asarray(value), low, high, level, left_out)


@dataclass(frozen=True, slots=True, eq=False)
class ThreeLists:
    """How many there are, by the model chosen for each area.

    Attributes
    ----------
    total
        (...) with its interval; ``completeness`` is each list's share of it, (..., 3).
    model
        (...) place in ``MODELS``; ``nan`` areas have −1.
    by_model, aic
        (..., 8) totals and AIC of all models: how far they lie apart is the honest doubt.
    """

    total: Figure
    completeness: Floats
    model: Ints
    by_model: Floats
    aic: Floats
    left_out: LeftOut = field(default_factory=LeftOut)


def three_lists(
    cells: npt.ArrayLike, *, model: int | None = None, add: float = 0.0, level: float = 0.95
) -> ThreeLists:
    """How many there are, from three lists that may depend on each other in pairs.

    ln E(n) = u + u₁ + u₂ + u₃ + some of u₁₂, u₁₃, u₂₃;  on none: exp(u)

    Parameters
    ----------
    cells
        (..., 7) numbers on each combination of lists, in the order of ``CELLS``.
    model
        Place in ``MODELS``; without it the one with the least AIC, for each area. The saturated one is
        chosen only when it is asked for: nothing checks it.
    add
        Added to each cell, for small numbers; Evans and Bonett add a quarter.

    Returns
    -------
    ThreeLists
        Areas with an unknown or negative cell, or in which lists overlap so little that there is no
        estimate, are unknown and counted.

    Raises
    ------
    ValueError
        When there are not seven cells or there is no such model.
    """
    seen = ages_last(numbers(cells, "cells"), 7, "cells")
    if model is not None and model not in range(len(MODELS)):
        raise ValueError(f"model: 0 to {len(MODELS) - 1}")
    flat = seen.reshape(-1, 7)
    negative = (flat < 0).any(axis=1)
    known = ~np.isnan(flat).any(axis=1) & ~negative & (flat[:, 3:].sum(axis=1) > 0)
    n = np.where(known[:, None], flat, 1.0) + add
    fits = [_fit(n, pairs) for pairs in MODELS]
    unseen, variance, aic = (np.stack([fit[part] for fit in fits], axis=1) for part in range(3))
    # A model that runs away (nobody on two lists it takes as dependent) is no answer.
    lost = unseen > _MOST_UNSEEN * n.sum(axis=1, keepdims=True)
    unseen, aic = np.where(lost, np.nan, unseen), np.where(lost, np.inf, aic)
    if model is None:
        chosen = np.asarray(aic[:, :-1].argmin(axis=1))
    else:
        chosen = np.full(n.shape[0], model)
    row = np.arange(n.shape[0])
    observed = np.where(known, flat.sum(axis=1), np.nan)
    low, high = _unseen_interval(observed, unseen[row, chosen], variance[row, chosen], level)
    total = observed + unseen[row, chosen]
    lists = flat @ np.array(CELLS, dtype=float)
    shape = seen.shape[:-1]
    known &= ~np.isnan(total)
    told = {Why.NEGATIVE_EVENTS: negative, Why.EMPTY_AREA: ~known & ~negative}
    left_out = LeftOut({why: one.reshape(shape).astype(np.int64) for why, one in told.items() if one.any()})
    return ThreeLists(
        Figure(total.reshape(shape), low.reshape(shape), high.reshape(shape), level, left_out),
        ratio(lists, total[:, None]).reshape(*shape, 3),
        np.where(known, chosen, -1).reshape(shape).astype(np.int64),
        (observed[:, None] + unseen).reshape(*shape, 8),
        np.where(known[:, None], aic, np.nan).reshape(*shape, 8),
        left_out,
    )


def _fit(n: Floats, pairs: tuple[tuple[int, int], ...]) -> tuple[Floats, Floats, Floats]:
    """Those on no list, the variance of that, and AIC; a Poisson regression on the seven cells."""
    on = np.array(CELLS, dtype=float)
    design = np.column_stack([np.ones(7), on, *(on[:, i] * on[:, j] for i, j in pairs)])
    size = design.shape[1]
    ridge = 1e-9 * np.eye(size)
    mean = n + 0.5
    for _round in range(50):
        pseudo = np.log(mean) + (n - mean) / mean
        bend = np.einsum("ci,rc,cj->rij", design, mean, design) + ridge
        right = np.einsum("ci,rc->ri", design, mean * pseudo)
        beta = np.linalg.solve(bend, right[..., None])[..., 0]
        after = np.exp(np.clip(beta @ design.T, -30, 30))
        still = np.abs(after - mean).max(initial=0.0) < 1e-9 * max(1.0, float(mean.max(initial=1.0)))
        mean = after
        if still:
            break
    unseen = np.exp(np.clip(beta[:, 0], -30, 30))
    bend = np.einsum("ci,rc,cj->rij", design, mean, design) + ridge
    of_level = np.linalg.inv(bend)[:, 0, 0]
    logs = np.log(np.where(n > 0, n / mean, 1.0))
    deviance = 2 * (n * logs - (n - mean)).sum(axis=1)
    return unseen, unseen**2 * of_level + unseen, deviance + 2 * size


def _unseen_interval(seen: Floats, unseen: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """Log-normal around those not seen (Chao)."""
    some = unseen > 1e-9
    spread = np.sqrt(np.log1p(np.where(some, ratio(variance, unseen * unseen), 0.0)))
    factor = np.exp(z_value(level) * spread)
    unknown = np.isnan(seen + unseen)
    low = np.where(unknown, np.nan, seen + np.maximum(unseen, 0) / factor)
    return low, np.where(unknown, np.nan, seen + np.maximum(unseen, 0) * factor)
