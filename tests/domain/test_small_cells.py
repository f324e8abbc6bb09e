"""Closed cells, against an oracle that asks by ranks whether a figure follows from what is shown."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.small_cells import FEWEST, closed_cells, determined

PROGRAMMES, MEASURES = ("p", "q"), ("claimed", "open")
Cell = tuple[str, str, str]


def table(numbers: list[list[int]]) -> tuple[dict[Cell, int], list[tuple[Cell, list[Cell]]]]:
    """Units × programmes × measures with all their margins; four numbers a unit."""
    units = [str(place) for place in range(len(numbers))]
    cells: dict[Cell, int] = {}
    for unit, four in zip(units, numbers, strict=True):
        for (programme, measure), number in zip(itertools.product(PROGRAMMES, MEASURES), four, strict=True):
            cells[unit, programme, measure] = number
    sums: list[tuple[Cell, list[Cell]]] = []

    def add(total: Cell, parts: list[Cell]) -> None:
        cells[total] = sum(cells[part] for part in parts)
        sums.append((total, parts))

    for unit, programme in itertools.product(units, PROGRAMMES):
        add((unit, programme, "both"), [(unit, programme, measure) for measure in MEASURES])
    for unit, measure in itertools.product(units, (*MEASURES, "both")):
        add((unit, "all", measure), [(unit, programme, measure) for programme in PROGRAMMES])
    for programme, measure in itertools.product((*PROGRAMMES, "all"), (*MEASURES, "both")):
        add(("all", programme, measure), [(unit, programme, measure) for unit in units])
    for programme in (*PROGRAMMES, "all"):
        sums.append((("all", programme, "both"), [("all", programme, measure) for measure in MEASURES]))
    for measure in (*MEASURES, "both"):
        sums.append((("all", "all", measure), [("all", programme, measure) for programme in PROGRAMMES]))
    for unit in units:
        sums.append(((unit, "all", "both"), [(unit, "all", measure) for measure in MEASURES]))
    return cells, sums


def rank(rows: list[list[Fraction]]) -> int:
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in range(found, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for other in range(found + 1, len(rows)):
            times = rows[other][column] / rows[found][column]
            rows[other] = [a - times * b for a, b in zip(rows[other], rows[found], strict=True)]
        found += 1
    return found


def follows(cell: Cell, closed: frozenset[Cell], sums: list[tuple[Cell, list[Cell]]]) -> bool:
    """The oracle: a value follows from the equations when adding "it is x" to them gives no new rank."""
    unknown = sorted(closed)
    matrix = [
        [Fraction((one in parts) - (one == total)) for one in unknown]
        for total, parts in sums
        if closed & {total, *parts}
    ]
    asked = [Fraction(one == cell) for one in unknown]
    return rank(matrix) == rank([*matrix, asked])


units = st.lists(
    st.lists(st.sampled_from([0, 1, 2, 5, 9, 10, 11, 30, 400]), min_size=4, max_size=4),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25)
@given(numbers=units)
def test_no_small_cell_is_shown_or_follows_from_what_is(numbers: list[list[int]]) -> None:
    cells, sums = table(numbers)
    closed = closed_cells(cells, sums)
    small = {cell for cell, number in cells.items() if 0 < number < FEWEST}
    assert small <= closed
    assert all(cells[cell] > 0 for cell in closed)
    assert [cell for cell in small if follows(cell, closed, sums)] == []


@settings(max_examples=25)
@given(numbers=units)
def test_what_is_closed_under_an_open_total_is_many_families(numbers: list[list[int]]) -> None:
    cells, sums = table(numbers)
    closed = closed_cells(cells, sums)
    for total, parts in sums:
        hidden = [part for part in parts if part in closed]
        if hidden and total not in closed:
            assert len(hidden) > 1 and sum(cells[part] for part in hidden) >= FEWEST


@settings(max_examples=25)
@given(numbers=units, data=st.data())
def test_determined_agrees_with_the_ranks(numbers: list[list[int]], data: st.DataObject) -> None:
    cells, sums = table(numbers)
    closed = frozenset(data.draw(st.sets(st.sampled_from(sorted(cells)), max_size=12)))
    assert determined(closed, sums) == {cell for cell in closed if follows(cell, closed, sums)}


def test_a_table_without_small_cells_stays_open() -> None:
    assert closed_cells(*table([[10, 20, 30, 40], [11, 0, 0, 12]])) == frozenset()


def test_a_bridge_between_two_squares_is_not_mistaken_for_closed() -> None:
    """Each row and column has two closed cells or none, and yet two of them follow."""
    rows, columns = "abcdef", "uvwxyz"
    small = {"au", "av", "bu", "bv", "cv", "cw", "dw", "dx", "ew", "ex"}
    cells: dict[str, int] = {r + c: 5 if r + c in small else 100 for r in rows for c in columns}
    sums = [(r, [r + c for c in columns]) for r in rows] + [(c, [r + c for r in rows]) for c in columns]
    cells |= {total: sum(cells[part] for part in parts) for total, parts in sums}
    assert determined(small, sums) == {"cv", "cw"}
    closed = closed_cells(cells, sums)
    assert not determined(closed, sums) & small


@pytest.mark.long
def test_a_prefecture_of_250_townships_takes_seconds() -> None:
    cells, sums = table([[place % 12, 40 + place, place % 7, 60 + place] for place in range(250)])
    begun = time.monotonic()
    closed_cells(cells, sums)
    assert time.monotonic() - begun < 30
