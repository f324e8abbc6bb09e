"""A table with nobody in it that can be pointed at: closed cells, or rounded ones."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from typing import Any, Final, TypeAlias

from tongchou.domain import rounding
from tongchou.domain.releases.cells import TOTAL, Cell, Layout
from tongchou.domain.releases.definition import Control, Method
from tongchou.domain.releases.intervals import bounds
from tongchou.domain.small_cells import Sum, closed_cells

#: What is shown of each cell; None where it is closed.
Shown: TypeAlias = dict[Cell, int | None]
Progress: TypeAlias = Callable[[int, int], None]
#: Rounds of closing more; each closes at least one cell, so that small tables end long before.
_ROUNDS: Final = 500


def protected(
    layout: Layout, counts: Mapping[Cell, int], *, key: str, before: Mapping[Cell, int | None] | None = None
) -> Shown:
    """The table as it may be shown, by the method of its definition.

    Parameters
    ----------
    counts
        The true count of every cell, totals included.
    key
        Secret of the installation and name of the table; rounding alone uses it.
    before
        What the version before showed, for a restatement of a rounded table.
    """
    if layout.definition.control.method is Method.SUPPRESSION:
        closed = suppressed(counts, layout.sums(), layout.definition.control)
        return {cell: None if cell in closed else count for cell, count in counts.items()}
    return dict(_rounded(layout, counts, key=key, before=before))


def suppressed(
    counts: Mapping[Any, int],
    sums: Sequence[Sum],
    control: Control,
    also: Set[Hashable] = frozenset(),
) -> frozenset[Hashable]:
    """The cells to close, so that what can be said about a small one spans ``control.protection`` people.

    Beside what ``small_cells.closed_cells`` closes, the least and greatest value of every small cell is
    worked out, and more is closed until they lie far enough apart.
    """
    wanted: set[Hashable] = set(also)
    small = {cell for cell, count in counts.items() if 0 < count < control.threshold}
    lines: dict[Hashable, list[Sum]] = {}
    for one in sums:
        for cell in (one[0], *one[1]):
            lines.setdefault(cell, []).append(one)
    for _round in range(_ROUNDS):
        closed = closed_cells(counts, sums, fewest=control.threshold, also=frozenset(wanted))
        spans = bounds(small, closed, counts, sums)
        narrow = sorted(
            (cell for cell, (least, most) in spans.items() if most - least < control.protection), key=str
        )
        wanted |= closed
        more = {cell for one in narrow if (cell := _least_open(lines[one], wanted, counts)) is not None}
        if narrow and not more:  # around them all is closed: open a wider circle
            touched = [one for cell in wanted for one in lines.get(cell, ())]
            next_one = _least_open(touched, wanted, counts)
            more = set() if next_one is None else {next_one}
        if not more:
            return frozenset(closed)
        wanted |= more
    raise ArithmeticError("the table has too many small cells to be protected: use larger areas or groups")


def _least_open(lines: Sequence[Sum], closed: Set[Hashable], counts: Mapping[Any, int]) -> Hashable | None:
    """The least cell of some sums that is not closed: a part before a total, and never an empty one."""
    left = [
        (cell == total, counts[cell], str(cell), cell)
        for total, parts in lines
        for cell in (total, *parts)
        if cell not in closed and counts[cell] > 0
    ]
    return min(left)[-1] if left else None


def _rounded(
    layout: Layout, counts: Mapping[Cell, int], *, key: str, before: Mapping[Cell, int | None] | None
) -> dict[Cell, int]:
    """Multiples of the base, with totals that are the sums of their parts.

    A figure that was out already stays while it lies less than the base from the truth: what did not change
    is not rounded a second time, and what changed by few does not show.
    """
    base = layout.definition.control.base
    shown: dict[Cell, int] = {}
    rows = [one.code for one in layout.finest]
    for measure in layout.definition.measures:
        columns = (
            [cell[1:] for cell in layout.cells() if cell[0] == rows[0] and cell[1] == measure] if rows else []
        )
        columns = [cell for cell in columns if TOTAL not in cell[1:]]
        table = [[counts[(area, *column)] for column in columns] for area in rows]
        made = rounding.rounded(table, key=f"{key}\0{measure}", base=base) if before is None else None
        for i, area in enumerate(rows):
            for j, column in enumerate(columns):
                cell = (area, *column)
                shown[cell] = (
                    made[i][j]
                    if made is not None
                    else _kept(cell, table[i][j], (before or {}).get(cell), key, base)
                )
    return layout.added(shown)


def _kept(cell: Cell, count: int, before: int | None, key: str, base: int) -> int:
    """The figure of the version before, or one of the two multiples beside the count, right on average."""
    if before is not None and abs(before - count) < base:
        return before
    seed = hashlib.sha256(f"{key}\0{base}\0{cell}\0{count}".encode()).digest()
    rest = count % base
    up = random.Random(seed).random() * base < rest  # noqa: S311 - the key is the secret
    return count - rest + (base if up else 0)


def rates_closed(
    layout: Layout, counted: Mapping[Cell, int], people: Mapping[Cell, int]
) -> frozenset[Hashable]:
    """The areas whose rate is closed: where what is counted, or who it is counted among, may not be shown."""
    sums, control = layout.sums(), layout.definition.control
    closed = suppressed(counted, sums, control)
    while True:
        more = suppressed(
            people, sums, control, frozenset(cell for cell in closed if isinstance(cell, tuple))
        )
        again = suppressed(
            counted, sums, control, frozenset(cell for cell in more if isinstance(cell, tuple))
        )
        if again == closed:
            return closed | more
        closed = again
