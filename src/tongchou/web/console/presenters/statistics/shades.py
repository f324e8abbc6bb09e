"""Classes of values for a surface or a map: shades from light to dark, each with its bounds and count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

#: Shades there are, as the style sheet numbers them; more are not told apart.
MOST: Final = 5
Kind = Literal["quantile", "equal"]


@dataclass(frozen=True, slots=True)
class Class:
    """A shade with the values it stands for, both ends included, and how many they are."""

    shade: int
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Shades:
    """The classes in rising order; values of nobody have the shade 0."""

    bounds: tuple[float, ...]
    classes: tuple[Class, ...]

    def place(self, value: float) -> int:
        """The shade of a value: 1 for the lowest class; 0 when it is not known."""
        if np.isnan(value):
            return 0
        return 1 + int(np.searchsorted(np.asarray(self.bounds), value, side="left"))


def shades(values: npt.ArrayLike, *, kind: Kind = "quantile", most: int = MOST) -> Shades:
    """Classes of values that are known.

    Parameters
    ----------
    values
        Any numbers; ``nan`` is unknown and of no class.
    kind
        ``quantile``: about as many values in each class. ``equal``: classes as wide as each other.

    Returns
    -------
    Shades
        No more classes than values that differ; equal values never fall into two.

    Examples
    --------
    >>> found = shades([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    >>> [(one.low, one.high, one.count) for one in found.classes]
    [(1.0, 2.0, 2), (3.0, 4.0, 2), (5.0, 6.0, 2), (7.0, 8.0, 2), (9.0, 10.0, 2)]
    >>> [one.count for one in shades([1, 1, 1, 1, 9], kind="equal").classes]
    [4, 1]
    >>> shades([]).classes
    ()
    """
    known = np.sort(np.asarray(values, dtype=np.float64).ravel())
    known = known[~np.isnan(known)]
    if not known.size:
        return Shades((), ())
    if kind == "equal":
        ends = np.linspace(known[0], known[-1], most + 1)[1:-1]
    else:
        ends = known[[max(0, -(-known.size * part // most) - 1) for part in range(1, most)]]
    bounds = [float(end) for end in np.unique(ends) if end < known[-1]]
    classes = _classes(known, bounds)
    kept = tuple(one for one in classes if one.count)
    # Empty classes in the middle would leave gaps in the legend: bounds stay where values change.
    inner = tuple(one.high for one in kept[:-1])
    return Shades(
        inner, tuple(Class(place, one.low, one.high, one.count) for place, one in enumerate(kept, 1))
    )


def _classes(known: npt.NDArray[np.float64], bounds: Iterable[float]) -> list[Class]:
    found, before = [], 0
    for place, end in enumerate([*bounds, float(known[-1])], start=1):
        upto = int(np.searchsorted(known, end, side="right"))
        inside = known[before:upto]
        found.append(
            Class(place, float(inside[0]), float(inside[-1]), inside.size)
            if inside.size
            else Class(place, end, end, 0)
        )
        before = upto
    return found
