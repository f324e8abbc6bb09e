"""Brass's P/F ratio of an area's register: children ever recorded beside the births of the last year.

P is the mean number of children on record of women of an age, F what they would have on record if every year
had been like the last one. Where births had been as many for years, P/F above 1 says that births of the last
year are missing from the register. Where fertility has changed it tells of the change: it is shown with that
warning, of counties and above alone, and never of women under 20. It says nothing of any woman.

Source: ``demography.births_completeness.brass_pf``; United Nations, Manual X (1983), chapter II.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain import small_cells
from tongchou.domain.demography.births_completeness import brass_pf
from tongchou.domain.demography.left_out import Floats, numbers, ratio

#: First ages of the seven groups of women.
GROUPS: Final = (15, 20, 25, 30, 35, 40, 45)
#: First ages of the groups that are told: those the method is read by (Manual X, chapter II).
TOLD: Final = (20, 25, 30)
#: Of fewer women in a group the mean is chance.
FEWEST_WOMEN: Final = 200
#: Least share of births whose mother is on record. The older a child, the less often a register names her: P
#: of a register that knows few mothers is too small, and P/F would tell of that.
LEAST_MOTHERS: Final = 0.9
#: Fewest births of the last year in a group.
FEWEST: Final = small_cells.FEWEST


@dataclass(frozen=True, slots=True, eq=False)
class PF:
    """Of each area; ``nan`` where women or births are too few, or too few mothers on record.

    Attributes
    ----------
    ages
        First ages of the groups, ``TOLD``.
    on_record
        (..., groups) P, mean number of children on record.
    by_now
        (..., groups) F, what women of the group would have by the births of the last year.
    ratio
        (..., groups) P/F.
    mothers
        (...) share of the births of the last years whose mother is on record.
    """

    ages: tuple[int, ...]
    on_record: Floats
    by_now: Floats
    ratio: Floats
    mothers: Floats


def pf(
    women: npt.ArrayLike, children: npt.ArrayLike, recent: npt.ArrayLike, mothers: npt.ArrayLike = 1.0
) -> PF:
    """P/F of the groups told.

    Parameters
    ----------
    women, children, recent
        (..., 7) women of each group of ``GROUPS`` on a day, the children on record as theirs, and those of
        them born in the twelve months before it.
    mothers
        (...) share of births whose mother is on record.

    Raises
    ------
    ValueError
        When there are not seven groups.

    Examples
    --------
    >>> found = pf([1000] * 7, [40, 400, 1100, 1500, 1600, 1600, 1600], [20, 90, 110, 60, 20, 4, 0])
    >>> found.on_record.tolist(), found.ratio.round(2).tolist()
    ([0.4, 1.1, 1.5], [1.14, 1.25, 1.16])
    """
    there, all_, last = (
        numbers(one, name) for one, name in ((women, "women"), (children, "children"), (recent, "recent"))
    )
    found = brass_pf(ratio(all_, there), ratio(last, there))
    at = [GROUPS.index(age) for age in TOLD]
    enough = (there[..., at] >= FEWEST_WOMEN) & (last[..., at] >= FEWEST)
    told = (ratio(all_, there)[..., at], found.cumulated[..., at], found.ratio[..., at])
    share = numbers(mothers, "mothers")
    enough &= (share >= LEAST_MOTHERS)[..., None]
    on_record, by_now, quotient = (np.where(enough, one, np.nan) for one in told)
    return PF(TOLD, on_record, by_now, quotient, share)
