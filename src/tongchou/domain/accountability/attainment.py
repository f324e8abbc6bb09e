"""Whether a unit met a target, as far as its figure can say.

A target is met where the whole interval of the figure reaches it, missed where the whole interval falls
short, and not distinguishable in between. A share that is as good as it can be (nothing failed) meets every
target; its interval reaches below only because there were few cases. A figure without chance is its own
interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tongchou.domain.accountability.definitions import Direction


class Verdict(StrEnum):
    """What can be said of a target; ``NONE`` where there is none."""

    NONE = "none"
    MET = "met"
    MISSED = "missed"
    OPEN = "open"  # not distinguishable
    UNKNOWN = "unknown"  # no figure, or nothing fell due


def verdict(
    target: float | None,
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    direction: Direction,
    share: bool = False,
) -> Verdict:
    """What a figure with its interval says of a target, all in the unit of the indicator.

    Parameters
    ----------
    low, high
        The interval; the value itself where there is none.
    share
        Whether the figure is a share, which cannot be better than 1 (or 0 where lower is better).

    Examples
    --------
    >>> [str(verdict(one, 0.96, 0.93, 0.98, direction="higher")) for one in (0.9, 0.95, 0.99)]
    ['met', 'open', 'missed']
    >>> str(verdict(0.95, 1.0, 0.88, 1.0, direction="higher", share=True))
    'met'
    """
    if target is None:
        return Verdict.NONE
    if value is None:
        return Verdict.UNKNOWN
    ends = (value if low is None else low, value if high is None else high)
    if direction == "lower":
        best, worst, sign = ends[0], ends[1], -1.0
    else:
        best, worst, sign = ends[1], ends[0], 1.0
    if share and value == (1.0 if direction == "higher" else 0.0):
        return Verdict.MET
    if sign * worst >= sign * target:
        return Verdict.MET
    return Verdict.MISSED if sign * best < sign * target else Verdict.OPEN


def all_met(found: Iterable[Verdict]) -> bool | None:
    """Whether all targets were met; False where one was missed, None where that cannot be said.

    Examples
    --------
    >>> all_met([Verdict.MET, Verdict.NONE]), all_met([Verdict.MET, Verdict.OPEN]), all_met([Verdict.NONE])
    (True, None, None)
    """
    told = {one for one in found if one is not Verdict.NONE}
    if Verdict.MISSED in told:
        return False
    return True if told == {Verdict.MET} else None
