"""Functions of probability that NumPy lacks, on whole arrays: gamma, beta, normal, and their inverses.

Sources: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), chapters 6 and 26 (6.1.41, 6.3.18,
26.4.14, 26.5.8, 26.5.21); Press and others, Numerical Recipes (3rd ed. 2007), 6.2 and 6.4 for the series
and the continued fractions; Acklam (2003) for the start of the normal quantile, made exact by one Halley
step. Inverses are found by safeguarded Newton steps; for shapes from 0.1 on, the probability they give back
is right to 1e-11.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Flags, Floats

_TINY = 1e-300
_STEPS = 400
_CLOSE = 1e-15
#: Shapes from which on series take too many terms, and normal approximations are right to 1e-7.
_VAST = 1e6


def log_gamma(x: npt.ArrayLike) -> Floats:
    """ln Γ(x) of x > 0, by Stirling's series after the argument is raised above 8.

    Examples
    --------
    >>> [round(float(value), 10) for value in log_gamma([0.5, 1.0, 5.0])]
    [0.5723649429, 0.0, 3.1780538303]
    """
    z = np.array(x, dtype=float)
    lowered = np.zeros_like(z)
    for _step in range(8):
        small = z < 8
        if not small.any():
            break
        lowered += np.where(small, np.log(np.where(small, z, 1.0)), 0.0)
        z = np.where(small, z + 1, z)
    w = 1 / (z * z)
    series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z
    return np.asarray((z - 0.5) * np.log(z) - z + 0.5 * np.log(2 * np.pi) + series - lowered)


def digamma(x: npt.ArrayLike) -> Floats:
    """ψ(x), the slope of ln Γ, of x > 0.

    Examples
    --------
    >>> round(float(digamma(1.0)), 10)
    -0.5772156649
    """
    z = np.array(x, dtype=float)
    result = np.zeros_like(z)
    for _step in range(8):
        small = z < 8
        if not small.any():
            break
        result -= np.where(small, 1 / np.where(small, z, 1.0), 0.0)
        z = np.where(small, z + 1, z)
    w = 1 / (z * z)
    tail = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))))
    return np.asarray(result + np.log(z) - 0.5 / z - tail)


def normal_cdf(z: npt.ArrayLike) -> Floats:
    """Φ(z), the probability that a standard normal number is at most z.

    Examples
    --------
    >>> round(float(normal_cdf(1.96)), 6)
    0.975002
    """
    value = np.asarray(z, dtype=float)
    half = 0.5 * gamma_cdf(0.5, 0.5 * value * value)
    return np.where(value >= 0, 0.5 + half, 0.5 - half)


def normal_quantile(p: npt.ArrayLike) -> Floats:
    """The z with Φ(z) = p, of 0 < p < 1.

    Examples
    --------
    >>> round(float(normal_quantile(0.975)), 8)
    1.95996398
    """
    chance = np.asarray(p, dtype=float)
    z = _acklam(chance)
    slope = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    miss = (normal_cdf(z) - chance) / slope
    return np.asarray(z - miss / (1 + 0.5 * z * miss))


_A = (-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
      2.506628277459239)  # fmt: skip
_B = (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1.0)
_C = (-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783)  # fmt: skip
_D = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)


def _acklam(p: Floats) -> Floats:
    tail = np.minimum(p, 1 - p)
    r = np.sqrt(-2 * np.log(np.maximum(tail, _TINY)))
    outer = np.polyval(_C, r) / np.polyval(_D, r)
    q = p - 0.5
    inner = np.polyval(_A, q * q) * q / np.polyval(_B, q * q)
    return np.where(tail > 0.02425, inner, np.where(p < 0.5, outer, -outer))


def gamma_cdf(shape: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """P(a, x): the probability that a gamma number of shape a and scale 1 is at most x.

    Examples
    --------
    >>> round(float(gamma_cdf(2.0, 2.0)), 8)  # 1 − 3 e⁻²
    0.59399415
    """
    a, value = np.broadcast_arrays(np.asarray(shape, dtype=float), np.asarray(x, dtype=float))
    result = np.full(a.shape, np.nan)
    known = (a > 0) & (value >= 0)
    vast = known & (a > _VAST)
    low = known & ~vast & (value < a + 1)
    high = known & ~vast & ~low
    if vast.any():
        result[vast] = _gamma_vast(a[vast], value[vast])
    if low.any():
        result[low] = _gamma_series(a[low], value[low])
    if high.any():
        result[high] = 1 - _gamma_fraction(a[high], value[high])
    return result


def _gamma_vast(a: Floats, x: Floats) -> Floats:
    """Wilson and Hilferty: the cube root of a gamma number is nearly normal; 26.4.14."""
    return normal_cdf(3 * np.sqrt(a) * (np.cbrt(x / a) - 1 + 1 / (9 * a)))


def _gamma_front(a: Floats, x: Floats) -> Floats:
    return np.exp(a * np.log(np.maximum(x, _TINY)) - x - log_gamma(a))


def _gamma_series(a: Floats, x: Floats) -> Floats:
    term = 1 / a
    total = term.copy()
    for step in range(1, 20 * _STEPS):
        term = term * x / (a + step)
        total += term
        if (term <= total * _CLOSE).all():
            break
    return np.where(x > 0, total * _gamma_front(a, x), 0.0)


def _gamma_fraction(a: Floats, x: Floats) -> Floats:
    b = x + 1 - a
    c = np.full_like(x, 1 / _TINY)
    d = 1 / b
    h = d.copy()
    for step in range(1, 20 * _STEPS):
        by = -step * (step - a)
        b = b + 2
        d = 1 / _away(by * d + b)
        c = _away(b + by / c)
        h *= d * c
        if (np.abs(d * c - 1) < _CLOSE * 4).all():
            break
    return _gamma_front(a, x) * h


def _away(values: Floats) -> Floats:
    return np.where(np.abs(values) < _TINY, _TINY, values)


def beta_cdf(a: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """I_x(a, b): the probability that a beta number of the shapes a and b is at most x.

    Examples
    --------
    >>> round(float(beta_cdf(2.0, 3.0, 0.5)), 10)
    0.6875
    """
    one, two, value = np.broadcast_arrays(
        np.asarray(a, dtype=float), np.asarray(b, dtype=float), np.asarray(x, dtype=float)
    )
    result = np.full(one.shape, np.nan)
    known = (one > 0) & (two > 0) & (value >= 0) & (value <= 1)
    vast = known & (np.minimum(one, two) > _VAST)
    turned = known & ~vast & (value > (one + 1) / (one + two + 2))
    straight = known & ~vast & ~turned
    if vast.any():
        result[vast] = _beta_vast(one[vast], two[vast], value[vast])
    if straight.any():
        result[straight] = _beta_part(one[straight], two[straight], value[straight])
    if turned.any():
        result[turned] = 1 - _beta_part(two[turned], one[turned], 1 - value[turned])
    return result


def _beta_vast(a: Floats, b: Floats, x: Floats) -> Floats:
    """The same of the two gamma numbers behind a beta number; 26.5.21."""
    first, second = np.cbrt(b * x), np.cbrt(a * (1 - x))
    apart = first * (1 - 1 / (9 * b)) - second * (1 - 1 / (9 * a))
    return normal_cdf(3 * apart / np.sqrt(first**2 / b + second**2 / a))


def _beta_part(a: Floats, b: Floats, x: Floats) -> Floats:
    inside = np.clip(x, _TINY, 1 - 1e-16)
    front = np.exp(
        log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * np.log(inside) + b * np.log1p(-inside)
    )
    return np.where(x > 0, front * _beta_fraction(a, b, x) / a, 0.0)


def _beta_fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    c = np.ones_like(x)
    d = 1 / _away(1 - (a + b) * x / (a + 1))
    h = d.copy()
    for step in range(1, 20 * _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d = 1 / _away(1 + even * d)
        c = _away(1 + even / c)
        h *= d * c
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d = 1 / _away(1 + odd * d)
        c = _away(1 + odd / c)
        h *= d * c
        if (np.abs(d * c - 1) < _CLOSE * 4).all():
            break
    return h


def gamma_quantile(shape: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The x with P(a, x) = p; ``nan`` where the shape is not above 0.

    Examples
    --------
    >>> round(float(gamma_quantile(1.0, 0.5)), 10)  # ln 2
    0.6931471806
    """
    a, chance = np.broadcast_arrays(np.asarray(shape, dtype=float), np.asarray(p, dtype=float))
    safe = np.where(a > 0, a, 1.0)
    # Wilson and Hilferty (1931); near zero the first term of the series is closer.
    cube = 1 - 1 / (9 * safe) + normal_quantile(chance) / np.sqrt(9 * safe)
    start = np.where(cube > 0.2, safe * cube**3, np.exp((np.log(chance) + log_gamma(safe + 1)) / safe))
    top = 2 * safe + 200 * np.sqrt(safe) + 800
    found = _solve(
        lambda x, at: gamma_cdf(safe.flat[at], x),
        lambda x, at: _gamma_front(safe.flat[at], x) / np.maximum(x, _TINY),
        np.clip(start, 0, top),
        top,
        chance,
    )
    return np.where(a > 0, found, np.nan)


def beta_quantile(a: npt.ArrayLike, b: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """The x with I_x(a, b) = p; ``nan`` where a shape is not above 0.

    Examples
    --------
    >>> round(float(beta_quantile(2.0, 2.0, 0.5)), 10)
    0.5
    """
    one, two, chance = np.broadcast_arrays(
        np.asarray(a, dtype=float), np.asarray(b, dtype=float), np.asarray(p, dtype=float)
    )
    known = (one > 0) & (two > 0)
    first, second = np.where(known, one, 1.0), np.where(known, two, 1.0)
    const = log_gamma(first + second) - log_gamma(first) - log_gamma(second)

    def slope(x: Floats, at: npt.NDArray[np.intp]) -> Floats:
        inside = np.clip(x, 1e-300, 1 - 1e-16)
        powers = (first.flat[at] - 1) * np.log(inside) + (second.flat[at] - 1) * np.log1p(-inside)
        return np.asarray(np.exp(np.minimum(const.flat[at] + powers, 600.0)))

    found = _solve(
        lambda x, at: beta_cdf(first.flat[at], second.flat[at], x),
        slope,
        first / (first + second),
        np.ones_like(first),
        chance,
    )
    return np.where(known, found, np.nan)


_Part = Callable[[Floats, npt.NDArray[np.intp]], Floats]


def _solve(cdf: _Part, density: _Part, start: Floats, top: Floats, p: Floats) -> Floats:
    """Newton steps that stay inside a bracket which shrinks; halves it when a step would leave."""
    x = np.array(start, dtype=float).ravel()
    low, high = np.zeros_like(x), np.array(top, dtype=float).ravel()
    wanted = np.asarray(p, dtype=float).ravel()
    open_: npt.NDArray[np.intp] = np.arange(x.size)
    for _step in range(200):
        here = x[open_]
        miss = cdf(here, open_) - wanted[open_]
        low[open_] = np.where(miss < 0, here, low[open_])
        high[open_] = np.where(miss > 0, here, high[open_])
        slope = density(here, open_)
        # A slope too flat to divide by sends the step outside, and the bracket is halved.
        step = here - np.divide(miss, slope, out=np.full_like(miss, np.inf), where=slope > 1e-280)
        inside: Flags = (step > low[open_]) & (step < high[open_])
        after = np.where(inside, step, 0.5 * (low[open_] + high[open_]))
        x[open_] = np.where(miss == 0, here, after)
        done = (np.abs(after - here) <= 1e-13 * np.maximum(here, 1e-290)) | (miss == 0)
        open_ = open_[~done]
        if not open_.size:
            break
    result: Floats = x.reshape(np.shape(start))
    return result
