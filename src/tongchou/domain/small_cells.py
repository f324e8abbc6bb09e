"""Which cells of a table of sums stay closed, so that no figure points at a few families.

A cell of one family tells everybody who knows that family what it receives; a cell of few tells each of them
about the others. Such cells are closed, and so are as many others that nobody can subtract them back from the
totals, which stay as they are (primary and complementary suppression).

Source of the scheme: Hundepool and others, Statistical Disclosure Control (2012), chapter 4. The limit of ten
families is stricter than the usual three, because amounts of a programme are multiples of few rates.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set

#: Families below which a cell is closed: the one place where this is set.
FEWEST = 10
#: A prime. Rows are reduced modulo it; coefficients begin as 1 and -1.
_PRIME = (1 << 61) - 1

Sum = tuple[Hashable, Sequence[Hashable]]  # (total, its parts)
_Row = dict[Hashable, int]


def closed_cells(
    families: Mapping[Hashable, int],
    sums: Sequence[Sum],
    *,
    fewest: int = FEWEST,
    also: Set[Hashable] = frozenset(),
) -> frozenset[Hashable]:
    """The cells to close.

    Afterwards no cell of 1 to ``fewest - 1`` families is shown, none can be computed from what is shown and
    the sums, and the closed parts of a total that is shown are at least two with ``fewest`` families
    together. Empty cells are never closed: nobody is in them.

    Parameters
    ----------
    families
        Families of each cell, totals included.
    sums
        Which cells add up to which.
    also
        Cells that are closed in any case.

    Examples
    --------
    >>> table = {"a": 3, "b": 40, "c": 60, "all": 103}
    >>> sorted(closed_cells(table, [("all", ["a", "b", "c"])]))
    ['a', 'b']
    >>> sorted(closed_cells({"a": 30, "b": 0, "all": 30}, [("all", ["a", "b"])]))
    []
    """
    small = {cell for cell, number in families.items() if 0 < number < fewest}
    closed = small | also
    totals = {total for total, _parts in sums}
    lines = {cell: [one for one in sums if cell == one[0] or cell in one[1]] for cell in families}
    while True:
        while sum(_tighten(one, closed, families, totals, fewest) for one in sums):
            pass
        told = determined(closed, sums) & small
        if not told:
            return frozenset(closed)
        before = len(closed)
        for cell in sorted(told, key=str):
            for one in lines[cell]:
                _close_another(one, closed, families, totals)
        if len(closed) == before:  # nothing is left to close: all of the table is small
            return frozenset(closed)


def determined(closed: Set[Hashable], sums: Sequence[Sum]) -> set[Hashable]:
    """The closed cells whose value follows from the open cells and the sums.

    The sums are linear equations in the closed cells. A cell is determined exactly when the fully reduced
    system has a row that holds nothing else.

    Examples
    --------
    >>> determined({"a"}, [("all", ["a", "b"])]), determined({"a", "b"}, [("all", ["a", "b"])])
    ({'a'}, set())
    >>> determined({"a"}, [("a", ["a"])])
    set()
    """
    rows: dict[Hashable, _Row] = {}  # by pivot, each free of the other pivots
    for total, parts in sums:
        row: _Row = {part: 1 for part in parts if part in closed}
        if total in closed:
            row[total] = (row.get(total, 0) - 1) % _PRIME
            if not row[total]:  # a total that is its own only part says nothing
                del row[total]
        for pivot in [cell for cell in row if cell in rows]:
            _subtract(row, rows[pivot], row[pivot])
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        inverse = pow(factor, -1, _PRIME)
        row = {cell: value * inverse % _PRIME for cell, value in row.items()}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        rows[pivot] = row
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def _subtract(row: _Row, other: _Row, times: int) -> None:
    for cell, value in other.items():
        rest = (row.get(cell, 0) - times * value) % _PRIME
        if rest:
            row[cell] = rest
        else:
            row.pop(cell, None)


def _tighten(
    one: Sum,
    closed: set[Hashable],
    families: Mapping[Hashable, int],
    totals: Set[Hashable],
    fewest: int,
) -> bool:
    """Close one more cell of a sum that would give its closed ones away; False when it does not."""
    total, parts = one
    inside = [part for part in parts if part in closed]
    if total in closed:
        safe = bool(inside) or families[total] == 0
    else:
        safe = not inside or (len(inside) > 1 and sum(families[part] for part in inside) >= fewest)
    return not safe and _close_another(one, closed, families, totals)


def _close_another(
    one: Sum, closed: set[Hashable], families: Mapping[Hashable, int], totals: Set[Hashable]
) -> bool:
    """Close the least cell of a sum that is still open: a part before a total. False when none is left."""
    total, parts = one
    left = [cell for cell in parts if cell not in closed and families[cell] > 0]
    if not left and total not in closed and families[total] > 0:
        left = [total]
    if not left:
        return False
    closed.add(min(left, key=lambda cell: (cell in totals, families[cell], str(cell))))
    return True
