"""Between which numbers a closed cell must lie, for somebody who holds everything that is published.

The open cells and the sums are equations in the closed ones; a closed cell counts somebody. The least and the
greatest value that fit are two linear programmes (simplex method). People are whole: a bound counts only when
a corner with whole numbers alone reaches it, for a table of three ways has corners with halves, which nobody
has to believe. Cells that share no sum do not matter to each other, so each group is worked out alone.

Source: Hundepool and others, Statistical Disclosure Control (2012), section 4.4.1 (the attacker's problem).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.small_cells import Sum

Floats: TypeAlias = npt.NDArray[np.float64]
_TINY: Final = 1e-7
#: Pivots after which Bland's rule is taken, which cannot run in circles.
_PATIENCE: Final = 200
_MOST: Final = 20_000


def bounds(
    asked: Iterable[Hashable],
    closed: Set[Hashable],
    counts: Mapping[Hashable, int],
    sums: Sequence[Sum],
) -> dict[Hashable, tuple[int, float]]:
    """Values between which some closed cells may lie, both reached by whole-numbered tables that fit.

    Infinite where nothing bounds a cell. In tables of two ways these are the least and greatest value; in
    others they may lie within them, never outside.

    Parameters
    ----------
    asked
        Closed cells.
    closed
        All closed cells; each counts at least one.
    counts
        The true count of every cell of the sums.

    Examples
    --------
    >>> table = {"a": 3, "b": 8, "c": 60, "all": 71}
    >>> bounds(["a"], {"a", "b"}, table, [("all", ["a", "b", "c"])])
    {'a': (1, 10)}
    """
    found: dict[Hashable, tuple[int, float]] = {}
    asked = set(asked)
    for cells, lines in _groups(closed, sums):
        here = [cell for cell in cells if cell in asked]
        if not here:
            continue
        at = {cell: place for place, cell in enumerate(cells)}
        table = np.zeros((len(lines), len(cells)))
        for row, (total, parts) in zip(table, lines, strict=True):
            for part in parts:
                if part in at:
                    row[at[part]] += 1
            if total in at:
                row[at[total]] -= 1
        # A closed cell counts somebody: what is above one is the unknown.
        above = np.array([max(counts[cell] - 1, 0) for cell in cells], dtype=float)
        programme = _Simplex(table, above)
        for cell in here:
            programme.climb_to(at[cell], -1)
            programme.climb_to(at[cell], 1)
        for cell in here:
            place = at[cell]
            least, most = programme.least[place], programme.most[place]
            found[cell] = (1 + round(least), math.inf if math.isinf(most) else 1 + round(most))
    return found


def _groups(closed: Set[Hashable], sums: Sequence[Sum]) -> list[tuple[list[Hashable], list[Sum]]]:
    """Closed cells that hang together by sums, with those sums."""
    over: dict[Hashable, Hashable] = {cell: cell for cell in closed}

    def head(cell: Hashable) -> Hashable:
        while over[cell] != cell:
            over[cell] = over[over[cell]]
            cell = over[cell]
        return cell

    lines = []
    for total, parts in sums:
        inside = [cell for cell in (total, *parts) if cell in closed]
        if inside:
            lines.append((inside[0], (total, parts)))
            for cell in inside[1:]:
                over[head(cell)] = head(inside[0])
    cells: dict[Hashable, list[Hashable]] = {}
    for cell in sorted(closed, key=str):
        cells.setdefault(head(cell), []).append(cell)
    of: dict[Hashable, list[Sum]] = {}
    for cell, one in lines:
        of.setdefault(head(cell), []).append(one)
    return [(members, of.get(first, [])) for first, members in cells.items()]


class _Simplex:
    """Values of at least 0 that solve some equations; asked to climb along one of them at a time.

    ``least`` and ``most`` hold what each unknown was in the truth and in every corner with whole numbers that
    was met.
    """

    def __init__(self, table: Floats, truth: Floats) -> None:
        rows, columns = table.shape
        self.least, self.most = truth.copy(), truth.copy()
        right = table @ truth
        sign = np.where(right < 0, -1.0, 1.0)
        self.rows = np.hstack([table * sign[:, None], np.eye(rows), (right * sign)[:, None]])
        self.basis = list(range(columns, columns + rows))
        self.width = columns + rows
        goal = np.zeros(self.width + 1)
        goal[columns : columns + rows] = -1
        self._climb(goal)
        for row in range(rows):  # what was made up leaves, or its equation says nothing new
            if self.basis[row] >= columns:
                place = int(np.argmax(np.abs(self.rows[row, :columns])))
                if abs(self.rows[row, place]) > _TINY:
                    self._turn(row, place)
        kept = [row for row in range(rows) if self.basis[row] < columns]
        self.rows = np.hstack([self.rows[kept][:, :columns], self.rows[kept][:, -1:]])
        self.basis = [self.basis[row] for row in kept]
        self.width = columns
        self._note()

    def climb_to(self, place: int, sign: int) -> None:
        """Go to the greatest value of ``sign`` times an unknown."""
        goal = np.zeros(self.width + 1)
        goal[place] = sign
        if not self._climb(goal) and self._whole():
            self.most[place] = math.inf

    def _whole(self) -> bool:
        values = self.rows[:, -1]
        return bool((np.abs(values - np.rint(values)) < 1e-6).all())

    def _note(self) -> None:
        if self._whole():
            values = np.zeros(self.width)
            values[self.basis] = np.rint(self.rows[:, -1])
            np.minimum(self.least, values, out=self.least)
            np.maximum(self.most, values, out=self.most)

    def _climb(self, goal: Floats) -> bool:
        """Whether a goal has a greatest value, which is reached then."""
        first_phase = self.width > self.least.size
        line = goal.copy()
        for row, place in enumerate(self.basis):
            if goal[place]:
                line -= goal[place] * self.rows[row]
        for number in range(_MOST):
            gains = line[: self.width]
            if number < _PATIENCE:
                place = int(np.argmax(gains)) if self.width else 0
            else:
                better = np.flatnonzero(gains > _TINY)
                place = int(better[0]) if better.size else 0
            if not self.width or gains[place] <= _TINY:
                return True
            column = self.rows[:, place]
            possible = np.flatnonzero(column > _TINY)
            if not possible.size:
                return False
            ratios = self.rows[possible, -1] / column[possible]
            least = ratios.min()
            row = int(min(possible[ratios <= least + 1e-12], key=lambda one: self.basis[one]))
            self._turn(row, place)
            line -= line[place] * self.rows[row]
            if not first_phase:
                self._note()
        raise ArithmeticError("the simplex method did not end")

    def _turn(self, row: int, place: int) -> None:
        self.rows[row] /= self.rows[row, place]
        times = self.rows[:, place].copy()
        times[row] = 0
        touched = np.flatnonzero(times)
        self.rows[touched] -= times[touched, None] * self.rows[row]
        self.basis[row] = place
