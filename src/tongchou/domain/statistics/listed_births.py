"""How complete the register's births are, by how hospital's list, register and clinics' lists overlap.

Numbers of a county and a year go in, never names. Lists that depend on each other (a child born in hospital
is likelier to be registered and vaccinated) hide those on none: an estimate from two lists is then the least
there can be, and the three-list models say how far apart they lie.

Source: ``domain.demography.capture_recapture``; International Working Group for Disease Monitoring and
Forecasting (1995), American Journal of Epidemiology 142, 1047-1058 and 1059-1068.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.demography.capture_recapture import CELLS, chapman, three_lists
from tongchou.domain.demography.left_out import Figure, Floats, ratio

#: Places of the lists in ``CELLS``.
HOSPITAL, REGISTER, VACCINATION = range(3)
#: Their names for programs.
LISTS: Final = ("hospital", "register", "vaccination")
PAIRS: Final = ((HOSPITAL, REGISTER), (REGISTER, VACCINATION), (HOSPITAL, VACCINATION))
#: Of fewer births on all lists together an estimate is chance, and a number of one list could be a family.
FEWEST: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What some lists say of all births.

    Attributes
    ----------
    lists
        The places of the lists used.
    births
        How many there were, with its interval.
    share
        Of them those in the register, with its interval; above 1 the lists contradict each other.
    models
        The least and the most births by all models of three lists but the saturated one; of two lists the
        births themselves.
    """

    lists: tuple[int, ...]
    births: Figure
    share: Figure
    models: tuple[float, float]


def on_each(cells: npt.ArrayLike) -> Floats:
    """(3,) births on each list.

    Examples
    --------
    >>> on_each([10, 20, 5, 100, 2, 30, 800]).tolist()
    [912.0, 950.0, 837.0]
    """
    return np.asarray(np.asarray(cells, dtype=float) @ np.array(CELLS, dtype=float))


def estimates(
    cells: npt.ArrayLike, *, hospital: bool = True, vaccination: bool = True, level: float = 0.95
) -> list[Estimate]:
    """What each pair of lists says, and then all three together; nothing of too few births.

    Parameters
    ----------
    cells
        (7,) births in the order of ``CELLS``.
    hospital, vaccination
        Whether that list is there.

    Raises
    ------
    ValueError
        When there are not seven numbers.

    Examples
    --------
    >>> found = estimates([40, 60, 20, 900, 30, 500, 8000])
    >>> [one.lists for one in found], round(float(found[-1].births.value))
    ([(0, 1), (1, 2), (0, 2), (0, 1, 2)], 9577)
    """
    n = np.asarray(cells, dtype=float)
    if n.shape != (len(CELLS),):
        raise ValueError(f"cells: {len(CELLS)} numbers")
    there = {REGISTER} | ({HOSPITAL} if hospital else set()) | ({VACCINATION} if vaccination else set())
    on = np.array(CELLS, dtype=bool)
    if len(there) == 1 or n[on[:, sorted(there)].any(axis=1)].sum() < FEWEST:
        return []
    sizes = on_each(n)
    found = []
    for pair in PAIRS:
        if there.issuperset(pair):
            one, other = pair
            both = n[on[:, one] & on[:, other]].sum()
            births = chapman(sizes[one], sizes[other], both, level=level)
            value = float(births.value)
            found.append(Estimate(pair, births, _share(sizes[REGISTER], births), (value, value)))
    if len(there) == len(CELLS[0]):
        # A quarter for each cell: Evans and Bonett; else an empty one lets a model run away.
        three = three_lists(n, add=0.25, level=level)
        models = three.by_model[:-1]
        if not np.isnan(three.total.value):
            ends = (float(np.nanmin(models)), float(np.nanmax(models)))
            births = three.total
            found.append(
                Estimate((HOSPITAL, REGISTER, VACCINATION), births, _share(sizes[REGISTER], births), ends)
            )
    return found


def _share(registered: float, births: Figure) -> Figure:
    return Figure(
        ratio(registered, births.value),
        ratio(registered, births.high),
        ratio(registered, births.low),
        births.level,
        births.left_out,
    )
