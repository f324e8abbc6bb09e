"""Single ages from five-year groups: Sprague, Beers and a monotone spline, keeping the sum of each group.

The first two multiply each group and its neighbours by published numbers; they are smooth, and may fall below
zero where groups jump, so that such a group takes the monotone spline's ages instead. The spline runs through
the cumulated numbers and never falls. See ``graduation_pclm`` and ``graduation_own`` for two more, and for
Chinese ages, whose waves no smooth method can know, use the latter.

Source: Sprague (1880), Journal of the Institute of Actuaries 22, 270-285; Beers (1944), Record of the
American Institute of Actuaries 33, 245-260, and (1945) 34, 14-20; multipliers as printed in Shryock and
Siegel, The Methods and Materials of Demography (1973), appendix C. Forsythe, Malcolm and Moler (1977),
Computer Methods for Mathematical Computations, chapter 4, with the filter of Hyman (1983), SIAM Journal on
Scientific and Statistical Computing 4, 645-654.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, numbers, ratio
from tongchou.domain.demography.life_table import groups

Method: TypeAlias = Literal["sprague", "beers", "beers_modified", "mono"]
_Panels: TypeAlias = tuple[tuple[tuple[int, ...], ...], ...]
#: Ten-thousandths: rows are the five ages of a group, columns five neighbouring groups. The first panel is
#: for the first group of all, the second for the second, the third for those with two groups on either
#: side; the last two groups mirror the first two.
_MULTIPLIERS: Final[Mapping[str, _Panels]] = {
    "sprague": (
        ((3616, -2768, 1488, -336, 0), (2640, -960, 400, -80, 0), (1840, 400, -320, 80, 0),
         (1200, 1360, -720, 160, 0), (704, 1968, -848, 176, 0)),
        ((336, 2272, -752, 144, 0), (80, 2320, -480, 80, 0), (-80, 2160, -80, 0, 0),
         (-160, 1840, 400, -80, 0), (-176, 1408, 912, -144, 0)),
        ((-128, 848, 1504, -240, 16), (-16, 144, 2224, -416, 64), (64, -336, 2544, -336, 64),
         (64, -416, 2224, 144, -16), (16, -240, 1504, 848, -128)),
    ),
    "beers": (
        ((3333, -1636, -210, 796, -283), (2595, -780, 130, 100, -45), (1924, 64, 184, -256, 84),
         (1329, 844, 54, -356, 129), (819, 1508, -158, -284, 115)),
        ((404, 2000, -344, -128, 68), (93, 2268, -402, 28, 13), (-108, 2272, -248, 112, -28),
         (-198, 1992, 172, 72, -38), (-191, 1468, 822, -84, -15)),
        ((-117, 804, 1570, -284, 27), (-20, 160, 2200, -400, 60), (50, -280, 2460, -280, 50),
         (60, -400, 2200, 160, -20), (27, -284, 1570, 804, -117)),
    ),
    "beers_modified": (
        ((3332, -1938, 702, -118, 22), (2569, -753, 205, -27, 6), (1903, 216, -146, 32, -5),
         (1334, 969, -351, 59, -11), (862, 1506, -410, 54, -12)),
        ((486, 1831, -329, 21, -9), (203, 1955, -123, -31, -4), (8, 1893, 193, -97, 3),
         (-108, 1677, 577, -153, 7), (-159, 1354, 972, -170, 3)),
        ((-160, 973, 1321, -121, -13), (-129, 590, 1564, 18, -43), (-85, 260, 1650, 260, -85),
         (-43, 18, 1564, 590, -129), (-13, -121, 1321, 973, -160)),
    ),
}  # fmt: skip


def graduated(
    people: npt.ArrayLike, ages: npt.ArrayLike, method: Method = "mono", *, keep_sums: bool = True
) -> Floats:
    """Single ages of grouped counts.

    Parameters
    ----------
    people
        (..., groups) of 0 or more; the last group is open and stays as it is.
    ages
        (groups,) first full ages from 0. Groups of five years for all methods but ``mono``, which takes any
        (0, 1, 5, 10 … as well), and at least five closed ones; four for ``mono``.
    method
        ``sprague``, ``beers`` (ordinary), ``beers_modified`` (smoother) or ``mono``.
    keep_sums
        Ages of a group are scaled to its sum, which changes nothing but for ``beers_modified``, whose own
        sums differ, and for groups that would hold a number below zero, which take those of ``mono``.
        Without it the multipliers' own numbers are returned.

    Returns
    -------
    Floats
        (..., open age + 1) people by single age, the open group last. Areas with an unknown or negative
        group are unknown.

    Raises
    ------
    ValueError
        When the groups are too few or not of five years.

    Examples
    --------
    >>> single = graduated([100, 90, 80, 70, 60, 200], [0, 5, 10, 15, 20, 25], "sprague")
    >>> single[:5].round(2).tolist(), round(float(single[:5].sum()), 9), float(single[-1])
    ([20.8, 20.4, 20.0, 19.6, 19.2], 100.0, 200.0)
    """
    number, first, widths = _closed(people, ages)
    if method == "mono":
        return np.concatenate([_mono(number[..., :-1], first), number[..., -1:]], axis=-1)
    if (widths != 5).any() or widths.size < 5:
        raise ValueError(f"{method}: five or more closed groups of five years are needed")
    single = number[..., :-1] @ _matrix(method, widths.size).T
    if not keep_sums:
        return np.concatenate([single, number[..., -1:]], axis=-1)
    by_group = single.reshape(*single.shape[:-1], widths.size, 5)
    bad = (by_group < 0).any(axis=-1) | (by_group.sum(axis=-1) == 0)
    if bad.any():
        other = _mono(number[..., :-1], first).reshape(by_group.shape)
        by_group = np.where(bad[..., None], other, by_group)
    return np.concatenate(
        [scaled(by_group.reshape(single.shape), number[..., :-1], first), number[..., -1:]], -1
    )


def scaled(single: Floats, sums: Floats, first: Floats) -> Floats:
    """Single ages scaled to the sums of their closed groups; even where they were all 0.

    Parameters
    ----------
    single, sums
        (..., ages) and (..., groups).
    first
        (groups + 1,) first ages, with the open one.
    """
    starts = first[:-1].astype(np.int64)
    widths = np.diff(first).astype(np.int64)
    have = np.add.reduceat(single, starts, axis=-1)
    factor = ratio(sums, have)
    even = np.repeat(sums / widths, widths, axis=-1)
    spread = single * np.repeat(np.where(have > 0, factor, 0.0), widths, axis=-1)
    return np.where(np.repeat(have > 0, widths, axis=-1), spread, even)


def _closed(people: npt.ArrayLike, ages: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    number = numbers(people, "people")
    first, _widths = groups(ages, number.shape[-1] if number.ndim else 0)
    if first[0] != 0 or (first != np.floor(first)).any():
        raise ValueError("ages: full years from 0 are needed")
    bad = ~(number >= 0).all(axis=-1, keepdims=True)
    return np.where(bad, np.nan, number), first, np.diff(first)


def _matrix(method: str, size: int) -> Floats:
    """(5 × groups, groups): what each group gives to each single age."""
    one, two, middle = (np.array(panel) / 10_000 for panel in _MULTIPLIERS[method])
    result = np.zeros((5 * size, size))
    result[:5, :5], result[5:10, :5] = one, two
    for at in range(2, size - 2):
        result[5 * at : 5 * at + 5, at - 2 : at + 3] = middle
    result[-10:-5, -5:], result[-5:, -5:] = two[::-1, ::-1], one[::-1, ::-1]
    return result


def _mono(number: Floats, first: Floats) -> Floats:
    """Differences of a spline through the cumulated groups that never falls."""
    if first.size < 5:
        raise ValueError("mono: four or more closed groups are needed")
    knots = first
    width = np.diff(knots)
    total = np.concatenate([np.zeros((*number.shape[:-1], 1)), number.cumsum(axis=-1)], axis=-1)
    rise = number / width
    slope = rise @ _slopes(knots).T
    before = np.concatenate([rise[..., :1], rise], axis=-1)
    after = np.concatenate([rise, rise[..., -1:]], axis=-1)
    # Hyman: a slope of at most three times the flatter side keeps the spline from falling.
    slope = np.clip(slope, 0.0, 3 * np.minimum(before, after))
    x = np.arange(knots[0], knots[-1] + 1)
    at = np.minimum(np.searchsorted(knots, x, side="right") - 1, width.size - 1)
    h = width[at]
    t = (x - knots[at]) / h
    value = (
        total[..., at] * (1 + 2 * t) * (1 - t) ** 2
        + h * slope[..., at] * t * (1 - t) ** 2
        + total[..., at + 1] * t * t * (3 - 2 * t)
        + h * slope[..., at + 1] * t * t * (t - 1)
    )
    return np.maximum(np.diff(value, axis=-1), 0.0)


def _slopes(x: Floats) -> Floats:
    """(knots, groups): slopes of the cubic spline at its knots, as weights of the rises between them.

    The ends follow the cubics through the four outermost knots (Forsythe, Malcolm and Moler).
    """
    n, h = x.size, np.diff(x)
    rises = np.eye(n - 1)
    left, right = np.zeros((n, n)), np.zeros((n, n - 1))
    for at in range(1, n - 1):
        left[at, at - 1 : at + 2] = h[at - 1], 2 * (h[at - 1] + h[at]), h[at]
        right[at] = rises[at] - rises[at - 1]
    left[0, :2], left[-1, -2:] = (-h[0], h[0]), (h[-1], -h[-1])
    start = (rises[2] - rises[1]) / (x[3] - x[1]) - (rises[1] - rises[0]) / (x[2] - x[0])
    end = (rises[-1] - rises[-2]) / (x[-1] - x[-3]) - (rises[-2] - rises[-3]) / (x[-2] - x[-4])
    right[0], right[-1] = start * h[0] ** 2 / (x[3] - x[0]), -end * h[-1] ** 2 / (x[-1] - x[-4])
    bend = np.linalg.solve(left, right)
    result = np.empty((n, n - 1))
    result[:-1] = rises - h[:, None] * (bend[1:] + 2 * bend[:-1])
    result[-1] = rises[-1] + h[-1] * (bend[-2] + 2 * bend[-1])
    return result
