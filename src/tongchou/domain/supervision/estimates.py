"""The share of right records when a sample was drawn by stratum or in two stages, with Wilson's interval.

The interval is that of a simple sample as large as the design is worth, n* = p(1 − p)/v(p), and never larger
than that of the records checked with the finite correction, n(N − 1)/(N − n): a variance that comes out small
by chance narrows nothing. Where all or none were right there is no variance, and the latter stands alone.

Source: Wilson (1927), JASA 22, 209-212; Korn and Graubard (1998), Survey Methodology 24, 193-201, and Franco
et al. (2019), Journal of Survey Statistics and Methodology 7, 334-364 (the effective sample size); Cochran
(1977), Sampling Techniques, 3rd edition, 5.3 and 9A; Hansen and Hurwitz (1943), Annals of Mathematical
Statistics 14, 333-362.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tongchou.domain.demography.intervals import z_value
from tongchou.domain.verification import Estimate


@dataclass(frozen=True, slots=True)
class Counts:
    """By stratum or area: records found right, records checked, and records there are."""

    right: Mapping[str, int]
    checked: Mapping[str, int]
    population: Mapping[str, int]

    def __post_init__(self) -> None:
        """They fit together.

        Raises
        ------
        ValueError
            Unless 0 ≤ right ≤ checked ≤ population in each, with something checked.
        """
        for name in {*self.right, *self.checked}:
            k, n, whole = (of.get(name, 0) for of in (self.right, self.checked, self.population))
            if not 0 <= k <= n <= whole:
                raise ValueError(f"{name}: {k} right of {n} checked of {whole}")
        if not sum(self.checked.values()):
            raise ValueError("nothing was checked")


def wilson(value: float, variance: float, checked: int, population: int, level: float = 0.95) -> Estimate:
    """Wilson's interval of a share whose variance under the design is known.

    Raises
    ------
    ValueError
        For a share outside 0 … 1, or more checked than there are.

    Examples
    --------
    >>> found = wilson(0.95, 0.95 * 0.05 / 100, 100, 10**9)
    >>> round(found.low, 4), round(found.high, 4)
    (0.8882, 0.9785)
    >>> wilson(1.0, 0.0, 10, 10)
    Estimate(value=1.0, low=1.0, high=1.0, level=0.95)
    """
    if not (0 <= value <= 1 and 0 < checked <= population):
        raise ValueError(f"{value} of {checked} checked of {population}")
    if checked == population:
        return Estimate(value, value, value, level)
    worth = checked * (population - 1) / (population - checked)
    if variance > 0:
        worth = min(worth, value * (1 - value) / variance)
    z2 = z_value(level) ** 2
    middle = (value + z2 / (2 * worth)) / (1 + z2 / worth)
    half = math.sqrt(z2 * (value * (1 - value) / worth + z2 / (4 * worth**2))) / (1 + z2 / worth)
    return Estimate(value, max(0.0, min(value, middle - half)), min(1.0, max(value, middle + half)), level)


def of_strata(counts: Counts, certain: frozenset[str] = frozenset(), level: float = 0.95) -> Estimate:
    """Σ W p over strata; v = Σ W² (1 − f) p(1 − p)/(n − 1).

    Parameters
    ----------
    certain
        Of no meaning here: every stratum is in the sample.

    Raises
    ------
    ValueError
        When a stratum has fewer than two checked, unless all of it was.
    """
    total = sum(counts.population.values())
    value, variance = Fraction(0), 0.0
    for name, people in counts.population.items():
        n = counts.checked.get(name, 0)
        if n < min(2, people):
            raise ValueError(f"{name}: {n} checked of {people}")
        value += Fraction(people * counts.right.get(name, 0), total * n)
        variance += (people / total) ** 2 * _within(counts, name)
    return wilson(float(value), variance, sum(counts.checked.values()), total, level)


def of_two_stages(counts: Counts, certain: frozenset[str] = frozenset(), level: float = 0.95) -> Estimate:
    """Areas by size, records within: certain areas for themselves, the mean of the others for all the rest.

    v = Σ W² (1 − f) p(1 − p)/(n − 1) over certain areas + W₀² s²/m, where s² is the variance of the shares of
    the m drawn areas: it holds what the second stage adds, and errs on the safe side (Hansen and Hurwitz).

    Raises
    ------
    ValueError
        With fewer than two areas besides the certain ones, while others were not drawn.
    """
    total = sum(counts.population.values())
    seen = {name for name, n in counts.checked.items() if n}
    own = sorted(seen & certain)
    value = sum((counts.population[name] * _share(counts, name) / total for name in own), Fraction(0))
    variance = sum((counts.population[name] / total) ** 2 * _within(counts, name) for name in own)
    left = total - sum(counts.population[name] for name in own)
    if left:
        shares = [_share(counts, name) for name in sorted(seen - certain)]
        if len(shares) < 2:
            raise ValueError("two areas at least, besides those taken for certain")
        mean = sum(shares, Fraction(0)) / len(shares)
        spread = float(sum((one - mean) ** 2 for one in shares) / (len(shares) - 1))
        value += left * mean / total
        variance += (left / total) ** 2 * spread / len(shares)
    return wilson(float(value), variance, sum(counts.checked.values()), total, level)


def _share(counts: Counts, name: str) -> Fraction:
    return Fraction(counts.right.get(name, 0), counts.checked[name])


def _within(counts: Counts, name: str) -> float:
    """The variance of the share of one stratum."""
    n, whole, p = counts.checked[name], counts.population[name], float(_share(counts, name))
    return (1 - n / whole) * p * (1 - p) / (n - 1) if n < whole else 0.0
