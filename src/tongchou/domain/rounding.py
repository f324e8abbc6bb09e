"""Controlled rounding: a table whose every figure is a multiple of a base, and whose sums still add up.

Each figure goes to one of the two multiples beside it, with a chance such that it is right on average; a
multiple stays. Nobody can subtract a small number back, as none is exact. One key gives one result: the same
table published twice is not averaged to the truth.

Source: Cox, L. H. (1987), A Constructive Procedure for Unbiased Controlled Rounding, Journal of the American
Statistical Association 82, 520-524.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Final

#: The usual base: a figure of 1 to 4 becomes 0 or 5.
BASE: Final = 5


def rounded(table: Sequence[Sequence[int]], *, key: str, base: int = BASE) -> list[list[int]]:
    """A table of counts, rounded with its margins.

    Parameters
    ----------
    table
        Rows of counts, all of one length, without margins.
    key
        What is kept secret of the installation and the name of the table: the same key and table round alike.
    base
        The multiple.

    Returns
    -------
    list of list of int
        The rounded table with a last column of row totals and a last row of column totals. Every figure,
        totals included, lies less than ``base`` from the true one.

    Raises
    ------
    ValueError
        For rows of different lengths, a negative count, or a base below 2.

    Examples
    --------
    >>> rounded([[5, 10], [0, 20]], key="k")
    [[5, 10, 15], [0, 20, 20], [5, 30, 35]]
    >>> made = rounded([[1, 2], [3, 1]], key="k")
    >>> sum(made[0][:2]) == made[0][2], all(one % 5 == 0 for row in made for one in row)
    (True, True)
    """
    if base < 2:
        raise ValueError("the base is at least 2")
    width = len(table[0]) if table else 0
    if any(len(row) != width for row in table):
        raise ValueError("rows of different lengths")
    if any(count < 0 for row in table for count in row):
        raise ValueError("a count below zero")
    # Margins with the opposite sign close every row and column to zero: then only whole cycles remain.
    rests = [[count % base for count in row] for row in table]
    for row in rests:
        row.append(-sum(row) % base)
    rests.append([-sum(column) % base for column in zip(*rests, strict=True)])
    seed = hashlib.sha256(f"{key}\0{base}\0{[list(row) for row in table]}".encode()).digest()
    _settle(rests, base, random.Random(seed))  # noqa: S311 - the key is the secret, not the generator
    made = [
        [count - count % base + rests[i][j] for j, count in enumerate(row)] for i, row in enumerate(table)
    ]
    for row in made:
        row.append(sum(row))
    made.append([sum(column) for column in zip(*made, strict=True)])
    return made


def _settle(rests: list[list[int]], base: int, chance: random.Random) -> None:
    """Move all rests to 0 or ``base`` along cycles of cells that are neither, rows and columns kept.

    Sums of rows and columns are multiples of the base, so a line with one open cell has another: from any
    open cell a walk along rows and columns in turn comes back to where it was.
    """
    open_rows = [{j for j, rest in enumerate(row) if 0 < rest < base} for row in rests]
    open_columns: list[set[int]] = [set() for _column in rests[0]] if rests else []
    for i, row in enumerate(open_rows):
        for j in row:
            open_columns[j].add(i)
    for start in range(len(open_rows)):
        while open_rows[start]:
            cycle = _cycle(start, open_rows, open_columns)
            up, down = cycle[::2], cycle[1::2]
            # As far as one of its cells allows, either way, with chances that make each right on average.
            forth = min(*(base - rests[i][j] for i, j in up), *(rests[i][j] for i, j in down))
            back = min(*(rests[i][j] for i, j in up), *(base - rests[i][j] for i, j in down))
            step = forth if chance.random() * (forth + back) < back else -back
            for sign, cells in ((step, up), (-step, down)):
                for i, j in cells:
                    rests[i][j] += sign
                    if rests[i][j] in (0, base):
                        open_rows[i].discard(j)
                        open_columns[j].discard(i)


def _cycle(start: int, rows: list[set[int]], columns: list[set[int]]) -> list[tuple[int, int]]:
    """Open cells, each sharing a row, then a column, with the next, in turn, and the last with the first."""
    path: list[tuple[int, int]] = []
    row_at: dict[int, int] = {}
    column_at: dict[int, int] = {}
    i, came_by = start, -1
    while i not in row_at:
        row_at[i] = len(path)
        j = min(one for one in rows[i] if one != came_by)
        if j in column_at:
            return [*path[column_at[j] + 1 :], (i, j)]
        column_at[j] = len(path)
        k = min(one for one in columns[j] if one != i)
        path += [(i, j), (k, j)]
        i, came_by = k, j
    return path[row_at[i] :]
