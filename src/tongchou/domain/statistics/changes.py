"""When a change of a figure is news, and when it is chance: said in words, for no order and no colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import Figure, Floats
from tongchou.domain.demography.news import News, Verdict, level_for, news
from tongchou.domain.statistics.definition import Kind, quotient
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.series import Series, Step

#: The period a period is set beside: the same time a year before, so that seasons are no news and the two
#: share no month.
YEAR_BEFORE: Final[Mapping[Step, int]] = {
    Step.MONTH: 12,
    Step.QUARTER: 4,
    Step.YEAR: 1,
    Step.ROLLING_YEAR: 12,
}


def at_level(series: Series, level: float) -> Figure:
    """The figure of a series with intervals of another level.

    Exact where the interval follows from what was divided; else (``Kind.OTHER``, and areas that lean on their
    group) its two sides are stretched like those of a normal one.

    Parameters
    ----------
    series
        Of any indicator.
    level
        Probability of the intervals.
    """
    own = series.figure
    if level == own.level:
        return own
    what = INDICATORS[series.indicator]
    if what.kind is Kind.OTHER or series.shrunk:
        wider = intervals.z_value(level) / intervals.z_value(own.level)
        low, high = (own.value + wider * (ends - own.value) for ends in (own.low, own.high))
        return Figure(own.value, low, high, level, own.left_out)
    return quotient(what.kind, series.over, series.under, what.factor, level)


def news_of(series: Series, *, back: int | None = None, comparisons: int | None = None) -> News:
    """Whether each value differs from the one before by more than chance explains.

    Parameters
    ----------
    series
        Of any indicator. Of births a verdict is a remark in a text: nothing is ordered or coloured by it.
    back
        How many periods before stands what a value is compared with; the same time a year before when left
        out. Fewer than ``YEAR_BEFORE`` would compare rolling years that share months.
    comparisons
        How many differences stand on the page; as many as the series has when left out. The level of each is
        raised, so that all of them hold together with the level of the series.

    Returns
    -------
    News
        (areas, periods) each, in the indicator's unit; ``Verdict.UNKNOWN`` for the first periods, and where
        either value is unknown.

    Raises
    ------
    ValueError
        When ``back`` is below 1, or below 12 for rolling years.

    Examples
    --------
    >>> from tongchou.domain.statistics.compute import series
    >>> from tongchou.synth.months import made_months
    >>> found = news_of(series(made_months(villages=100, months=24), "cdr", step=Step.MONTH))
    >>> sorted({Verdict(one).name for one in found.verdict.ravel().tolist()})
    ['NO_NEWS', 'UNKNOWN']
    """
    before = YEAR_BEFORE[series.step] if back is None else back
    if before < 1 or (series.step is Step.ROLLING_YEAR and before < YEAR_BEFORE[series.step]):
        raise ValueError("back: 1 at least, 12 for rolling years")
    areas, periods = series.figure.value.shape
    pairs = areas * max(periods - before, 0)
    level = level_for(max(comparisons or pairs, 1), series.figure.level)
    figure = at_level(series, level)
    found = news(_cut(figure, slice(None, -before)), _cut(figure, slice(before, None)))
    first = np.full((areas, min(before, periods)), Verdict.UNKNOWN, dtype=np.int8)
    difference, low, high = (_behind(part, first.shape) for part in (found.difference, found.low, found.high))
    return News(difference, low, high, np.concatenate([first, found.verdict], axis=1))


def _cut(figure: Figure, some: slice) -> Figure:
    return Figure(figure.value[:, some], figure.low[:, some], figure.high[:, some], figure.level)


def _behind(values: Floats, first: tuple[int, ...]) -> Floats:
    """(areas, periods), unknown for the first periods, which have none before them."""
    return np.concatenate([np.full(first, np.nan), values], axis=1)
