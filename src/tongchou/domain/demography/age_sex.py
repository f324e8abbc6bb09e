"""How even the five-year groups of both sexes are: the age–sex accuracy index of the United Nations.

    age ratio   100 · 2 P(x) / (P(x−5) + P(x+5)),   sex ratio   100 · M(x) / F(x)

The index is the mean distance of age ratios from 100, of both sexes, and three times the mean step of the
sex ratio from group to group: below 20 accurate, to 40 inaccurate, above very. True waves of cohorts and
migration raise it: read it beside a neighbour's.

Source: United Nations, Population Bulletin 2 (1952), 59-79; Methods of Appraisal of Quality of Basic Data,
Manual II (1955), chapter III.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.left_out import Floats, numbers, ratio


@dataclass(frozen=True, slots=True, eq=False)
class Accuracy:
    """Scores of areas, (...): ``index`` = 3 × ``sex_ratio`` + ``male`` + ``female``."""

    index: Floats
    male: Floats
    female: Floats
    sex_ratio: Floats


def age_sex_accuracy(male: npt.ArrayLike, female: npt.ArrayLike, *, last: int = 70) -> Accuracy:
    """The index of the United Nations.

    Parameters
    ----------
    male, female
        (..., groups) of five years from 0; the open group is not looked at if it begins above ``last``.
    last
        First age of the last group used.

    Returns
    -------
    Accuracy
        ``nan`` where a group is unknown, negative or empty beside another.

    Raises
    ------
    ValueError
        When there are no groups up to ``last``.

    Examples
    --------
    >>> age_sex_accuracy(np.arange(20, 4, -1), np.arange(20, 4, -1)).index.round(6).tolist()
    0.0
    """
    m, f = np.broadcast_arrays(numbers(male, "male"), numbers(female, "female"))
    size = last // 5 + 1
    if m.ndim == 0 or m.shape[-1] < size or size < 3:
        raise ValueError(f"male, female: groups of five years from 0 to {last} are needed")
    m, f = (np.where(one < 0, np.nan, one)[..., :size] for one in (m, f))
    of_male, of_female = _ages(m), _ages(f)
    step = np.abs(np.diff(100 * ratio(m, f), axis=-1)).mean(axis=-1)
    return Accuracy(3 * step + of_male + of_female, of_male, of_female, np.asarray(step))


def _ages(number: Floats) -> Floats:
    beside = number[..., :-2] + number[..., 2:]
    return np.asarray(np.abs(100 * ratio(2 * number[..., 1:-1], beside) - 100).mean(axis=-1))
