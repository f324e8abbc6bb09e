"""A generation in a population by age: those born in some years, at the end of a year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats
from tongchou.domain.statistics.cube import AGE_STARTS


def generation(stock: npt.ArrayLike, youngest: int, width: int) -> Floats:
    """How many people are of some full ages, by sex.

    Of an age group that is cut, people are taken as spread evenly over its ages. Of the open group everybody
    counts from its first age on, so that a generation older than that is not told apart from those before it.

    Parameters
    ----------
    stock
        (..., ages, 2) of a cube's groups.
    youngest, width
        Lowest full age, and how many ages: those born in ``width`` years are ``youngest`` to
        ``youngest + width − 1`` at the end of a year.

    Returns
    -------
    Floats
        (..., 2): men, women.

    Raises
    ------
    ValueError
        When the youngest is below 0, or no age is asked for.

    Examples
    --------
    >>> people = np.full((22, 2), 10.0)
    >>> generation(people, 60, 5).tolist(), generation(people, 62, 5).tolist()
    ([10.0, 10.0], [10.0, 10.0])
    >>> generation(people, 0, 2).tolist()
    [12.5, 12.5]
    """
    if youngest < 0 or width < 1:
        raise ValueError("youngest: 0 or more; width: 1 or more")
    values = np.asarray(stock, dtype=np.float64)
    starts = np.array(AGE_STARTS, dtype=np.float64)
    ends = np.append(starts[1:], np.inf)
    inside = np.minimum(ends, youngest + width) - np.maximum(starts, youngest)
    share = np.clip(inside, 0, None) / np.where(np.isinf(ends), 1, ends - starts)
    share[-1] = float(youngest + width > starts[-1])
    return np.asarray((values * share[:, None]).sum(axis=-2))
