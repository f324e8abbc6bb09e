"""Single ages of grouped counts by the area's own single ages: of its register, or an earlier census.

Cohorts of 1959-61, 1963 and the 1990s differ from their neighbours by a third; every smooth method misses
them. A register knows them, even when it is not complete: its single ages give the pattern within each
group, the counts its sum. Where the register knows few of a group, a larger area's pattern stands in, as if
it had been seen on so many people.

Source: Denton (1971), JASA 66, 99-102 (proportional first differences), with the usual starting condition of
Cholette (1984).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.graduation import scaled
from tongchou.domain.demography.left_out import Floats, ages_last, numbers, ratio
from tongchou.domain.demography.life_table import groups


def by_own_ages(
    people: npt.ArrayLike,
    ages: npt.ArrayLike,
    own: npt.ArrayLike,
    *,
    larger: npt.ArrayLike | None = None,
    like: float = 50.0,
    smooth: bool = True,
) -> Floats:
    """Single ages that follow the pattern of a register and keep the sums of the groups.

    Parameters
    ----------
    people
        (..., groups) of 0 or more; the last group is open and stays as it is.
    ages
        (groups,) first full ages from 0, of any widths.
    own
        (..., open age) people of the register by single age from 0; ages from the open one on are not
        looked at.
    larger
        (open age,) or (..., open age) people by single age of a larger area. Its pattern counts as ``like``
        people of the register in every group.
    like
        How many people the pattern of the larger area is worth.
    smooth
        The share of the register in the count changes as little as it can from age to age (Denton), so that
        there is no step between groups; without it, it is the same within each group.

    Returns
    -------
    Floats
        (..., open age + 1) people by single age, the open group last. An area with an unknown or negative
        group is unknown. In a group of which neither register nor larger area knows anybody ages are even.

    Raises
    ------
    ValueError
        When ages or patterns do not fit.

    Examples
    --------
    >>> by_own_ages([30, 20, 9], [0, 2, 4], [1, 2, 3, 1], smooth=False).tolist()
    [10.0, 20.0, 15.0, 5.0, 9.0]
    """
    number = numbers(people, "people")
    first, _widths = groups(ages, number.shape[-1] if number.ndim else 0)
    if first[0] != 0 or (first != np.floor(first)).any():
        raise ValueError("ages: full years from 0 are needed")
    size = int(first[-1])
    pattern = _pattern(own, size, "own")
    starts, widths = first[:-1].astype(np.int64), np.diff(first).astype(np.int64)
    if larger is not None:
        aside = _pattern(larger, size, "larger")
        sums = np.repeat(np.add.reduceat(aside, starts, axis=-1), widths, axis=-1)
        pattern = pattern + like * np.where(sums > 0, ratio(aside, sums), 0.0)
    bad = ~(number >= 0).all(axis=-1, keepdims=True)
    number = np.where(bad, np.nan, number)
    closed, pattern = number[..., :-1], np.broadcast_to(pattern, (*number.shape[:-1], size))
    plain = scaled(pattern, closed, first)
    if smooth and starts.size > 1:
        plain = _denton(pattern, plain, closed, widths)
    return np.concatenate([plain, number[..., -1:]], axis=-1)


def _pattern(values: npt.ArrayLike, size: int, name: str) -> Floats:
    given = numbers(values, name)
    if given.ndim == 0 or given.shape[-1] < size:
        raise ValueError(f"{name}: {size} single ages are needed")
    given = ages_last(given[..., :size], size, name)
    return np.where(given > 0, given, 0.0)  # unknown or impossible: nobody is known there


def _denton(pattern: Floats, plain: Floats, sums: Floats, widths: npt.NDArray[np.int64]) -> Floats:
    """x = r w that keeps the sums, with the least Σ (r(i) − r(i−1))²; ``plain`` where it falls below 0."""
    size, count = plain.shape[-1], sums.shape[-1]
    member = np.repeat(np.eye(count), widths, axis=1)
    weight, result = pattern.reshape(-1, size), plain.reshape(-1, size).copy()
    wanted = sums.reshape(-1, count)
    known = (wanted > 0).all(axis=1) & (weight @ member.T > 0).all(axis=1)
    w = weight[known]
    step = np.diff(np.eye(size), axis=0)
    system = np.zeros((w.shape[0], size + count, size + count))
    system[:, :size, :size] = step.T @ step
    system[:, size:, :size] = member * w[:, None, :]
    system[:, :size, size:] = np.swapaxes(system[:, size:, :size], 1, 2)
    right = np.concatenate([np.zeros((w.shape[0], size)), wanted[known]], axis=1)
    found = np.linalg.solve(system, right[..., None])[:, :size, 0] * w
    result[known] = np.where((found >= 0).all(axis=1, keepdims=True), found, result[known])
    return result.reshape(plain.shape)
