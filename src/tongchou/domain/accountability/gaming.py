"""Signs that figures were made up, for supervisors alone: each a question with its evidence, never a finding.

Every test says how often honest figures would look as odd (``chance``) and raises an alert below ``ALPHA``;
the rates measured on simulated honest units stand in ``docs/methods/accountability.md``. An alert opens a
sample or a talk; it changes no rank and no score. Nothing here is about a household: confirmations are looked
at by who records them.

Source: binomial and Poisson-binomial tails; conditional test of two Poisson counts (Przyborowski and Wilenski
1940, Biometrika 31, 313-323); beta-binomial prediction from Jeffreys' prior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, numbers
from tongchou.domain.demography.special import beta_cdf, log_gamma
from tongchou.domain.policy.words import Text

#: An alert is raised when honest figures look as odd less often than this.
ALPHA: Final = 0.001
#: Last digits are looked at from here on: below, honest numbers prefer small digits themselves.
DIGITS_FROM: Final = 50


class Sign(StrEnum):
    """What looks odd."""

    DIGITS = "digits"
    PERFECTION = "perfection"
    COPIED = "copied"
    LATE_REVISIONS = "late_revisions"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Alert:
    """One question to a unit. ``chance`` is how often honest figures look as odd, at most."""

    sign: Sign
    chance: float
    evidence: Text


def digits(figures: npt.ArrayLike, *, alpha: float = ALPHA) -> Alert | None:
    """Too many reported numbers that end in 0 or 5.

    Parameters
    ----------
    figures
        Whole numbers a unit reported, any shape; those below 50 and unknown ones are not looked at.

    Examples
    --------
    >>> found = digits([120, 85, 90, 150, 65, 200, 75, 110])
    >>> found.evidence.en
    '8 of 8 numbers end in 0 or 5; about 2 would be expected.'
    """
    seen = numbers(figures, "figures").ravel()
    seen = seen[seen >= DIGITS_FROM]
    n, k = seen.size, int((seen % 5 == 0).sum())
    chance = _binomial_tail(k, n, 0.2)
    if chance >= alpha:
        return None
    expected = round(0.2 * n)
    return Alert(
        Sign.DIGITS,
        chance,
        Text(
            f"{n}个数中有{k}个以0或5结尾，通常约{expected}个。",
            f"{k} of {n} numbers end in 0 or 5; about {expected} would be expected.",
        ),
    )


def perfection(yes: npt.ArrayLike, total: npt.ArrayLike, *, alpha: float = ALPHA) -> Alert | None:
    """A month at 100 % after months that were not, against what the months before let expect.

    Parameters
    ----------
    yes, total
        (months,), the month in question last; unknown months are left out.

    Raises
    ------
    ValueError
        For arrays of different lengths.
    """
    y, n = numbers(yes, "yes"), numbers(total, "total")
    if y.shape != n.shape or y.ndim != 1 or not y.size:
        raise ValueError("yes and total: one number a month")
    known = ~np.isnan(y[:-1]) & ~np.isnan(n[:-1])
    before, of = float(y[:-1][known].sum()), float(n[:-1][known].sum())
    last, last_of = float(y[-1]), float(n[-1])
    if not last_of > 0 or last != last_of or not of > 0:
        return None
    a, b = before + 0.5, of - before + 0.5
    logs = log_gamma(np.array([a + last_of, a + b, a, a + b + last_of]))
    chance = float(np.exp(logs[0] + logs[1] - logs[2] - logs[3]))
    if chance >= alpha:
        return None
    return Alert(
        Sign.PERFECTION,
        chance,
        Text(
            f"本月{last_of:.0f}件全部达到；此前{of:.0f}件中为{before:.0f}件（{before / of:.1%}）。",
            f"all {last_of:.0f} of the month; of {of:.0f} before it were {before:.0f} ({before / of:.1%}).",
        ),
    )


def copied(before: npt.ArrayLike, now: npt.ArrayLike, *, alpha: float = ALPHA) -> Alert | None:
    """Too many figures that are those of the month before.

    Of two Poisson counts with sum s, however large their means, the first is binomial (s, ½): they are equal
    with probability C(s, s/2)/2^s for an even s, and never for an odd one.

    Parameters
    ----------
    before, now
        Flows of two months by village and count, of one shape; unknown ones are left out. Stocks do not
        belong here: honest ones stay the same.
    """
    a, b = (numbers(one, "figures").ravel() for one in (before, now))
    if a.shape != b.shape:
        raise ValueError("before and now: the same figures")
    known = ~np.isnan(a) & ~np.isnan(b) & (a + b > 0)
    a, s = a[known], (a + b)[known]
    same = int((a == s / 2).sum())
    half = log_gamma(s / 2 + 1)
    equal = np.where(s % 2 == 0, np.exp(log_gamma(s + 1) - 2 * half - s * np.log(2)), 0.0)
    chance = _poisson_binomial_tail(same, equal)
    if chance >= alpha:
        return None
    return Alert(
        Sign.COPIED,
        chance,
        Text(
            f"{a.size}个数中有{same}个与上月完全相同，通常约{equal.sum():.0f}个。",
            f"{same} of {a.size} figures are those of the month before; about {equal.sum():.0f} expected.",
        ),
    )


def late_revisions(
    late: Mapping[str, int], total: Mapping[str, int], *, alpha: float = ALPHA
) -> dict[str, Alert]:
    """Units that changed their figures just before the close more than the others do.

    Parameters
    ----------
    late, total
        By unit: revisions of the last days before the close, and of the whole month.

    Returns
    -------
    dict
        Alerts by unit. Each is compared with all others together; alpha is shared among the units, so that
        one false alarm in any of them is as rare as alpha.
    """
    result = {}
    for unit in sorted(total):
        k, n = late.get(unit, 0), total[unit]
        others, of = sum(late.values()) - k, sum(total.values()) - n
        if not of or not n:
            continue
        chance = _two_shares(k, n, others, of)
        if chance < alpha / len(total):
            result[unit] = Alert(
                Sign.LATE_REVISIONS,
                chance,
                Text(
                    f"{n}次更改中有{k}次在月结前夕；其他单位{of}次中{others}次。",
                    f"{k} of {n} changes just before the close; of the other units {others} of {of}.",
                ),
            )
    return result


def bulk(
    minutes: npt.ArrayLike, *, shortest: float = 1.0, honest: float = 0.3, alpha: float = ALPHA
) -> Alert | None:
    """Confirmations recorded one upon the other, faster than calls can be made.

    Parameters
    ----------
    minutes
        When one recorder entered confirmations of households, in minutes of any clock.
    shortest
        Minutes a call takes at least.
    honest
        The greatest share of shorter gaps that honest work has: notes of several calls entered together.

    Returns
    -------
    Alert or None
        Of the longest run of gaps below ``shortest``; its chance is at most gaps × honest^run.
    """
    when = np.sort(numbers(minutes, "minutes").ravel())
    gaps = np.diff(when[~np.isnan(when)]) < shortest
    longest = run = end = 0
    for at, short in enumerate(gaps.tolist()):
        run = run + 1 if short else 0
        if run > longest:
            longest, end = run, at + 1
    chance = float(min(1.0, gaps.size * honest**longest))
    if not longest or chance >= alpha:
        return None
    took = float(when[end] - when[end - longest])
    return Alert(
        Sign.BULK,
        chance,
        Text(
            f"{took:.0f}分钟内连续录入{longest + 1}户确认，每户不到{shortest:g}分钟。",
            f"{longest + 1} confirmations in a row within {took:.0f} minutes, each in under {shortest:g}.",
        ),
    )


def all_signs(alerts: Sequence[Alert | None]) -> tuple[Alert, ...]:
    """The alerts that were raised, the oddest first."""
    return tuple(sorted((one for one in alerts if one is not None), key=lambda one: (one.chance, one.sign)))


def _binomial_tail(least: int, n: int, p: float) -> float:
    """P(X ≥ least)."""
    if least <= 0:
        return 1.0
    if least > n:
        return 0.0
    return float(beta_cdf(least, n - least + 1, p))


def _two_shares(k: int, n: int, others: int, of: int) -> float:
    """P(so many of all late ones fall on this unit), given all of them: Fisher's exact test, one-sided."""
    marked, population = k + others, n + of
    x = np.arange(max(0, n - (population - marked)), min(n, marked) + 1, dtype=np.float64)

    def choose(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
        whole, part = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
        return log_gamma(whole + 1) - log_gamma(part + 1) - log_gamma(whole - part + 1)

    logs = choose(marked, x) + choose(population - marked, n - x)
    weights = np.exp(logs - logs.max())
    return float(weights[x >= k].sum() / weights.sum())


def _poisson_binomial_tail(least: int, chances: Floats) -> float:
    """P(at least so many happen), each with its own chance; exact, one convolution a chance."""
    left = np.zeros(least + 1)
    left[0] = 1.0
    for p in chances[chances > 0].tolist():
        moved = left[:-1] * p
        top = left[-1]
        left = left * (1 - p)
        left[1:] += moved
        left[-1] += top * p  # the last cell holds "so many or more"
    return float(left[-1])
