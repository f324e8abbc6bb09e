"""Single ages of grouped counts by the penalised composite link model: the smoothest that fit the groups.

    γ = exp(Xβ),  μ = Cγ,  yᵢ ~ Poisson(μᵢ);  maximise  ℓ(β) − λ/2 ‖D₂ β‖²

X are cubic B-splines, C sums single ages to groups, D₂ takes second differences. λ is chosen by AIC unless
it is given. The open group is fitted too, over the ages up to a last one, so that the ages below it do not
curl.

Source: Rizzi, Gampe and Eilers (2015), American Journal of Epidemiology 182, 138-147; Eilers (2007),
Statistical Modelling 7, 239-254; Eilers and Marx (1996), Statistical Science 11, 89-121.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.graduation import scaled
from tongchou.domain.demography.left_out import Floats, numbers, ratio
from tongchou.domain.demography.life_table import groups

#: Years between the knots of the splines.
_APART: Final = 4
_ROUNDS: Final = 60
#: Areas fitted at a time.
_ROWS: Final = 64
PENALTIES: Final = tuple(10.0**power for power in range(-2, 7))


def pclm(
    people: npt.ArrayLike,
    ages: npt.ArrayLike,
    *,
    penalty: float | None = None,
    last: int = 110,
    keep_sums: bool = True,
) -> Floats:
    """Single ages of grouped counts, fitted as a smooth curve.

    Parameters
    ----------
    people
        (..., groups) of 0 or more; the last group is open.
    ages
        (groups,) first full ages from 0, of any widths.
    penalty
        λ: the greater, the smoother. Without it, of ``PENALTIES`` the one with the least AIC, for each area.
    last
        Nobody of the open group is older than this.
    keep_sums
        Scale the ages of each group to its sum, as tables that must add up want; without it the fit is
        returned.

    Returns
    -------
    Floats
        (..., open age + 1) people by single age, the open group last. Areas with an unknown or negative
        group, or without anybody, are unknown.

    Raises
    ------
    ValueError
        When the ages are not full years from 0, or ``last`` is not above the open age.

    Examples
    --------
    >>> single = pclm([500, 400, 300, 200, 100, 50], [0, 5, 10, 15, 20, 25], last=40)
    >>> single.shape, bool((np.diff(single[:25]) < 0).all()), round(float(single[:5].sum()), 6)
    ((26,), True, 500.0)
    """
    number = numbers(people, "people")
    first, _widths = groups(ages, number.shape[-1] if number.ndim else 0)
    if first[0] != 0 or (first != np.floor(first)).any() or last <= first[-1]:
        raise ValueError("ages, last: full years from 0, and a last age above the open one, are needed")
    flat = number.reshape(-1, first.size)
    known = (flat >= 0).all(axis=1) & (flat.sum(axis=1) > 0)
    open_age = int(first[-1])
    result = np.full((flat.shape[0], open_age + 1), np.nan)
    basis = _splines(last + 1)
    member = np.zeros((first.size, last + 1))
    for at, (begin, end) in enumerate(zip(first, [*first[1:], last + 1], strict=True)):
        member[at, int(begin) : int(end)] = 1
    rows = np.flatnonzero(known)
    for begin in range(0, rows.size, _ROWS):
        some = rows[begin : begin + _ROWS]
        result[some, :-1] = _chosen(flat[some], basis, member, penalty)[:, :open_age]
    result[rows, -1] = flat[rows, -1]
    if keep_sums and rows.size:
        result[rows, :-1] = scaled(result[rows, :-1], flat[rows, :-1], first)
    return result.reshape(*number.shape[:-1], open_age + 1)


def _chosen(y: Floats, basis: Floats, member: Floats, penalty: float | None) -> Floats:
    if penalty is not None:
        return _fit(y, basis, member, penalty)[0]
    best, least = np.zeros((y.shape[0], basis.shape[0])), np.full(y.shape[0], np.inf)
    for one in PENALTIES:
        curve, aic = _fit(y, basis, member, one)
        better = aic < least
        best[better], least[better] = curve[better], aic[better]
    return best


def _fit(y: Floats, basis: Floats, member: Floats, penalty: float) -> tuple[Floats, Floats]:
    """The curve (rows, ages) and its AIC, by iteratively reweighted least squares."""
    size = basis.shape[1]
    roughness = np.diff(np.eye(size), n=2, axis=0)
    punish = penalty * roughness.T @ roughness
    # Start from a level curve of the right sum.
    beta = np.repeat(np.log(y.sum(axis=1, keepdims=True) / basis.shape[0]), size, axis=1)
    curve, mean, slope, bend = _working(beta, basis, member)
    for _round in range(_ROUNDS):
        pull = np.swapaxes(slope, 1, 2) @ ((y - mean) / mean)[..., None]
        wanted = bend @ beta[..., None] + pull
        after = np.linalg.solve(bend + punish, wanted)[..., 0]
        # A long step may overshoot where there are few people; e⁵ a round is enough.
        change = np.clip(after - beta, -5, 5)
        beta = beta + change
        curve, mean, slope, bend = _working(beta, basis, member)
        if np.abs(change).max(initial=0.0) < 1e-8:
            break
    free = np.trace(np.linalg.solve(bend + punish, bend), axis1=1, axis2=2)
    logs = np.log(np.where(y > 0, ratio(y, mean), 1.0))
    deviance = 2 * (y * logs - (y - mean)).sum(axis=1)
    return curve, deviance + 2 * free


def _working(beta: Floats, basis: Floats, member: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    curve = np.exp(np.clip(beta @ basis.T, -30, 30))
    mean = np.maximum(curve @ member.T, 1e-12)
    slope = (member * curve[:, None, :]) @ basis
    bend = np.swapaxes(slope, 1, 2) @ (slope / mean[..., None])
    return curve, mean, slope, bend + 1e-10 * np.eye(beta.shape[1])


def _splines(ages: int) -> Floats:
    """(ages, splines): cubic B-splines at the middle of each single age, knots ``_APART`` years apart."""
    count = -(-ages // _APART)
    knots = np.arange(-3, count + 4) * float(_APART)
    x = np.arange(ages)[:, None] + 0.5
    value = ((x >= knots[:-1]) & (x < knots[1:])).astype(float)
    for degree in range(1, 4):
        left = (x - knots[: -degree - 1]) / (degree * _APART) * value[:, :-1]
        right = (knots[degree + 1 :] - x) / (degree * _APART) * value[:, 1:]
        value = left + right
    return value
