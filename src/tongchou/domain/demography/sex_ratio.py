"""The sex ratio at birth with its interval, and drawn together over areas, orders or residences.

Boys per 100 girls. With 1,000 births the interval is thirteen points to either side, so a figure of a village
says nothing by itself; drawn together with the others of its group it says what can be said. It is a figure
of populations: no function here sorts, ranks or colours it, or sets a target.

Source: Wilson (1927), JASA 22, 209-212; partial pooling as in ``small_areas``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import Figure, Floats, LeftOut, Why, numbers, ratio
from tongchou.domain.demography.small_areas import Shrunk, beta_binomial


def sex_ratio(
    boys: npt.ArrayLike,
    girls: npt.ArrayLike,
    *,
    method: Literal["wilson", "log"] = "wilson",
    level: float = 0.95,
) -> Figure:
    """Boys per 100 girls among births.

    Parameters
    ----------
    boys, girls
        Numbers of births, of any one shape (areas, orders, residences).
    method
        ``wilson``: Wilson's interval of the share of boys, p ↦ 100 p/(1 − p); ``log``: of the logarithm,
        known only where there are boys and girls.

    Returns
    -------
    Figure
        ``nan`` without girls or where a number is unknown; areas without births are counted as empty.

    Examples
    --------
    >>> figure = sex_ratio(652073, 537987)
    >>> round(float(figure.value), 4), round(float(figure.low), 4), round(float(figure.high), 4)
    (121.2061, 120.7693, 121.6444)
    """
    m, f, left_out = _births(boys, girls)
    if method == "wilson":
        low, high = (_ratio(share) for share in intervals.wilson(m, m + f, level))
    else:
        low, high = (100 * bound for bound in intervals.log_ratio(m, f, level))
    return Figure(100 * ratio(m, f), low, high, level, left_out)


def pooled_sex_ratio(
    boys: npt.ArrayLike, girls: npt.ArrayLike, *, groups: npt.ArrayLike | None = None, level: float = 0.95
) -> Shrunk:
    """Boys per 100 girls of areas (or orders, residences) that lean on their group.

    Parameters
    ----------
    boys, girls
        (..., areas).
    groups
        (areas,) the number of each area's group; all are one without it.

    Returns
    -------
    Shrunk
        Ratios; ``mean`` is the ratio of the group, ``concentration`` and ``weight`` are of the shares.
    """
    m, f, left_out = _births(boys, girls)
    shares = beta_binomial(m, m + f, groups=groups, level=level)
    return Shrunk(
        _ratio(shares.value),
        _ratio(shares.low),
        _ratio(shares.high),
        level,
        _ratio(shares.mean),
        shares.concentration,
        shares.weight,
        LeftOut({why: number for why, number in left_out.counts.items() if why != Why.EMPTY_AREA})
        + shares.left_out,
    )


def _births(boys: npt.ArrayLike, girls: npt.ArrayLike) -> tuple[Floats, Floats, LeftOut]:
    m, f = np.broadcast_arrays(numbers(boys, "boys"), numbers(girls, "girls"))
    negative = (m < 0) | (f < 0)
    m, f = np.where(negative, np.nan, m), np.where(negative, np.nan, f)
    told = {
        Why.NEGATIVE_EVENTS: negative.astype(np.int64),
        Why.EMPTY_AREA: (m + f == 0).astype(np.int64),
    }
    return m, f, LeftOut({why: number for why, number in told.items() if number.any()})


def _ratio(share: Floats) -> Floats:
    """Boys per 100 girls; unknown where (all but) everybody is a boy."""
    girls = 1 - share
    return 100 * ratio(share, np.where(girls > 1e-12, girls, np.nan))
