"""How many years those who die in an age group lived in it: the a(x) of a life table.

Of single ages one half, but for the first year. Of groups of five years, where the rates rise, more than
half.

Source: Coale and Demeny, Regional Model Life Tables (2nd ed. 1983), West, with Preston, Heuveline and Guillot
(2001), table 3.3 (a₀ and ₄a₁); Andreev and Kingkade (2015), Demographic Research 33, 363-390, table 3-2 (a₀
since 1970); Greville (1943), Record of the American Institute of Actuaries 32, 29-42 (groups, from the
slope of the rates); Keyfitz and Flieger (1968), as in Preston and others 3.2.2 (groups, from the deaths of
the neighbours).
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, numbers, ratio

_ROUNDS: Final = 20
#: By sex: a₀ and ₄a₁ where ₁m₀ is 0.107 or more, and the lines below it (level, slope by ₁m₀).
_COALE_DEMENY: Final = {
    "male": (0.330, 1.352, (0.045, 2.684), (1.651, -2.816)),
    "female": (0.350, 1.361, (0.053, 2.800), (1.522, -1.518)),
}
#: By sex: ₁m₀ up to which a line holds, its level and slope.
_ANDREEV_KINGKADE: Final = {
    "male": ((0.02300, 0.14929, -1.99545), (0.08307, 0.02832, 3.26021), (np.inf, 0.29915, 0.0)),
    "female": ((0.01724, 0.14903, -2.05527), (0.06891, 0.04667, 3.88089), (np.inf, 0.31411, 0.0)),
}


def coale_demeny(
    infant: npt.ArrayLike, sex: Literal["male", "female", "both"] = "both"
) -> tuple[Floats, Floats]:
    """a₀ and ₄a₁ from the death rate of the first year.

    Parameters
    ----------
    infant
        ₁m₀, deaths per person-year before the first birthday, any shape.
    sex
        For both together the mean of the two.

    Examples
    --------
    >>> first, next_four = coale_demeny(0.008743, "male")
    >>> round(float(first), 3), round(float(next_four), 3)
    (0.068, 1.626)
    """
    if sex == "both":
        boys, girls = coale_demeny(infant, "male"), coale_demeny(infant, "female")
        return (boys[0] + girls[0]) / 2, (boys[1] + girls[1]) / 2
    m = numbers(infant, "infant")
    high_0, high_1, (level_0, slope_0), (level_1, slope_1) = _COALE_DEMENY[sex]
    high = m >= 0.107
    first = np.where(high, high_0, level_0 + slope_0 * m)
    next_four = np.where(high, high_1, level_1 + slope_1 * m)
    return np.where(np.isnan(m), np.nan, first), np.where(np.isnan(m), np.nan, next_four)


def andreev_kingkade(infant: npt.ArrayLike, sex: Literal["male", "female", "both"] = "both") -> Floats:
    """a₀ from the death rate of the first year, where infant mortality is low; arguments as above.

    Parameters
    ----------
    infant
        ₁m₀, deaths per person-year before the first birthday, any shape.
    sex
        For both together the mean of the two.

    Returns
    -------
    Floats
        Years lived in the first year by those who die in it.

    Examples
    --------
    >>> round(float(andreev_kingkade(0.005, "female")), 4)
    0.1388
    """
    if sex == "both":
        return (andreev_kingkade(infant, "male") + andreev_kingkade(infant, "female")) / 2
    m = numbers(infant, "infant")
    result = np.full_like(m, np.nan)
    for limit, level, slope in reversed(_ANDREEV_KINGKADE[sex]):
        result = np.where(m < limit, level + slope * m, result)
    return result


def chosen(
    m: Floats, first: Floats, widths: Floats, way: str, sex: Literal["male", "female", "both"]
) -> Floats:
    """a of every group, (..., ages), by a way: ``half``, ``greville`` or ``keyfitz_flieger``.

    The first year follows Andreev and Kingkade, ages 1 to 4 as one group Coale and Demeny. The open group is
    left for the life table.

    Raises
    ------
    ValueError
        When there is no such way.
    """
    a = np.broadcast_to(np.where(np.isfinite(widths), widths / 2, np.nan), m.shape).copy()
    ends = first + widths
    if way == "greville":
        a[..., 1:-1] = _greville(m, first, widths)[..., 1:-1]
    elif way == "keyfitz_flieger":
        _keyfitz_flieger(a, m, widths)
    elif way != "half":
        raise ValueError(f"ax: no way {way!r}; half, greville or keyfitz_flieger")
    if first[0] == 0 and ends[0] == 1:
        a[..., 0] = andreev_kingkade(m[..., 0], sex)
        if first.size > 2 and ends[1] == 5:
            a[..., 1] = coale_demeny(m[..., 0], sex)[1]
    return a


def _greville(m: Floats, first: Floats, widths: Floats) -> Floats:
    """n/2 + n²/12 (k − m), with the slope k of ln m between the neighbours; else half.

    The correction is bounded to a tenth and nine tenths of the group, where rates jump.
    """
    n = np.where(np.isfinite(widths), widths, np.nan)
    a = np.broadcast_to(n / 2, m.shape).copy()
    # Single ages are too narrow for it to matter; below 15 rates fall and turn, and half is nearer.
    fits = (n[1:-1] >= 2) & (first[1:-1] >= 15)
    if not fits.any():
        return a
    before, here, after = m[..., :-2], m[..., 1:-1], m[..., 2:]
    rising = (before > 0) & (after > 0)
    reach = n[:-2] / 2 + n[1:-1] + np.where(np.isnan(n[2:]), n[1:-1], n[2:]) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(rising, np.log(after / before), 0.0) / reach
    middle = n[1:-1]
    found = middle / 2 + middle**2 / 12 * (slope - here)
    a[..., 1:-1] = np.where(fits, np.clip(found, 0.1 * middle, 0.9 * middle), middle / 2)
    return np.where(np.isnan(m), np.nan, a)


def _keyfitz_flieger(a: Floats, m: Floats, widths: Floats) -> None:
    """(−n/24 d(x−n) + n/2 d(x) + n/24 d(x+n)) / d(x), repeated; of groups between two as wide."""
    size = widths.size
    inner = [x for x in range(1, size - 2) if widths[x - 1] == widths[x] == widths[x + 1] and widths[x] >= 2]
    if not inner:
        return
    at = np.array(inner)
    n = widths[at]
    for _round in range(_ROUNDS):
        q = np.minimum(widths[:-1] * m[..., :-1] / (1 + (widths[:-1] - a[..., :-1]) * m[..., :-1]), 1.0)
        survivors = np.concatenate([np.ones((*m.shape[:-1], 1)), np.cumprod(1 - q, axis=-1)], axis=-1)
        d = survivors[..., :-1] * q
        found = -n / 24 * d[..., at - 1] + n / 2 * d[..., at] + n / 24 * d[..., at + 1]
        a[..., at] = np.clip(np.where(d[..., at] > 0, ratio(found, d[..., at]), n / 2), 0.1 * n, 0.9 * n)
