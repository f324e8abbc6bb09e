"""How sure an expectation of life is: Chiang's variance, and drawing deaths anew.

Source: Chiang, The Life Table and its Applications (1984), chapter 8; Silcocks, Jenner and Reza (2001),
Journal of Epidemiology and Community Health 55, 38-43 (the open group varies too); Toson and Baker (2003),
National Statistics Methodological Series 33 (at least 5,000 person-years an area); Perks (1947), Journal of
the Institute of Actuaries 73, 285-334 (one death as what is known beforehand).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.intervals import tails, z_value
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, numbers, ratio, usable
from tongchou.domain.demography.life_table import Choice, LifeTable, Sex, from_rates, life_table

#: Person-years below which an interval of an expectation of life is not to be shown (Toson and Baker 2003).
FEWEST_YEARS: Final = 5_000
#: Numbers held at once while deaths are drawn; 16 MB.
_AT_ONCE = 2_000_000


def chiang(
    table: LifeTable, deaths: npt.ArrayLike, *, open_group: bool = True, level: float = 0.95
) -> Figure:
    """Expectations of life of every age with Chiang's interval.

    Var(eₓ) = Σ_{y≥x} l(y)² (n − a + e(y+n))² Var(q) / l(x)²,   Var(q) = q² (1 − q) / D

    Parameters
    ----------
    table
        Life tables of the areas.
    deaths
        (..., ages) behind them. A group without deaths adds no variance: intervals of areas below
        ``FEWEST_YEARS`` are too narrow, and theirs are to be drawn (``drawn``) or not shown.
    open_group
        Whether the years lived beyond the open age vary too: Var(1/m) = 1/(m² D) (Silcocks).

    Returns
    -------
    Figure
        (..., ages) years.
    """
    died = numbers(deaths, "deaths")
    some = died > 0
    of_q = np.where(some, ratio(table.q**2 * (1 - table.q), died), 0.0)
    after = np.concatenate([table.expectation[..., 1:], np.zeros((*table.q.shape[:-1], 1))], axis=-1)
    n_less_a = np.where(np.isfinite(table.widths), table.widths - table.a, 0.0)
    parts = table.survivors**2 * (n_less_a + after) ** 2 * of_q
    parts[..., -1] = 0.0
    if open_group:
        parts[..., -1] = ratio(table.survivors[..., -1] ** 2, table.m[..., -1] ** 2 * died[..., -1])
    variance = np.flip(np.flip(parts, axis=-1).cumsum(axis=-1), axis=-1)
    half = z_value(level) * np.sqrt(ratio(variance, table.survivors**2))
    return Figure(
        table.expectation, table.expectation - half, table.expectation + half, level, table.left_out
    )


def drawn(
    deaths: npt.ArrayLike,
    exposure: npt.ArrayLike,
    ages: npt.ArrayLike,
    *,
    at: int = 0,
    ax: npt.ArrayLike | Choice = "greville",
    sex: Sex = "both",
    draws: int = 1000,
    seed: int = 0,
    prior: float | None = None,
    level: float = 0.95,
) -> Figure:
    """Expectation of life at one age, with the interval of tables whose deaths are drawn anew.

    Rates are drawn as Gamma(D + c) / N, so groups without deaths vary too and no end is beyond sense.

    Parameters
    ----------
    deaths, exposure, ages, ax, sex
        As in ``life_table``.
    at
        The place, among ``ages``, of the age whose expectation is wanted; the table begins there, so that
        ages below do not matter.
    draws, seed
        Tables drawn for each area; equal seeds give equal figures.
    prior
        c, deaths known beforehand in each group; one death spread over all groups without it (Perks).

    Returns
    -------
    Figure
        (...) years. Areas with fewer than ``FEWEST_YEARS`` keep their interval, which is wide.
    """
    died, lived, left_out = usable(deaths, exposure)
    table = life_table(died, lived, ages, ax=ax, sex=sex)
    size = died.shape[-1]
    flat_d, flat_n = died.reshape(-1, size), lived.reshape(-1, size)
    shape = np.where(np.isnan(flat_d), 1.0, flat_d + (1 / size if prior is None else prior))
    if not isinstance(ax, str):
        ax = np.broadcast_to(numbers(ax, "ax"), died.shape).reshape(-1, 1, size)
    low, high = np.full(flat_d.shape[0], np.nan), np.full(flat_d.shape[0], np.nan)
    random = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // (draws * size))
    for begin in range(0, flat_d.shape[0], step):
        some = slice(begin, begin + step)
        rates = ratio(random.standard_gamma(shape[some, None, :], (shape[some].shape[0], draws, size)),
                      flat_n[some, None, :])  # fmt: skip
        rates = np.where(np.isnan(flat_d[some, None, :]), np.nan, rates)
        part = ax if isinstance(ax, str) else np.broadcast_to(np.asarray(ax)[some], rates.shape)
        tables = from_rates(rates, ages, ax=part, sex=sex)
        low[some], high[some] = _ends(tables.expectation[..., at], level)
    value = table.expectation[..., at]
    empty = (lived == 0).any(axis=-1)
    if empty.any():
        left_out += LeftOut({Why.EMPTY_AREA: empty.astype(np.int64)})
    known = ~np.isnan(value)
    return Figure(
        value,
        np.where(known, low.reshape(value.shape), np.nan),
        np.where(known, high.reshape(value.shape), np.nan),
        level,
        left_out,
    )


def _ends(values: Floats, level: float) -> tuple[Floats, Floats]:
    below, above = tails(level)
    ends = np.quantile(values, [below, above], axis=-1)
    return ends[0], ends[1]
