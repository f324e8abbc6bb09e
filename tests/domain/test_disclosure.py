"""No two tables betray what neither shows; rounded tables add up, are right on average, and stay the same."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.differencing import Figure, betrayed, follows
from tongchou.domain.rounding import rounded

VILLAGES = tuple("abcdefgh")
COUNTS = st.dictionaries(
    st.sampled_from(VILLAGES), st.integers(0, 40), min_size=len(VILLAGES), max_size=len(VILLAGES)
)
SETS = st.lists(st.frozensets(st.sampled_from(VILLAGES), min_size=1), min_size=1, max_size=12)


def figures(sets: list[frozenset[str]], counts: dict[str, int]) -> list[Figure]:
    return [
        Figure(f"{number}", atoms, sum(counts[one] for one in atoms)) for number, atoms in enumerate(sets)
    ]


@given(COUNTS, SETS, st.integers(0, 12))
def test_every_pair_whose_difference_is_small_is_found_and_no_other(
    counts: dict[str, int], sets: list[frozenset[str]], published: int
) -> None:
    every = figures(sets, counts)
    found = {frozenset((one.whole, one.part)) for one in betrayed(every[:published], every[published:])}
    expected = set()
    for a, b in combinations(every, 2):
        nested = a.atoms <= b.atoms or b.atoms <= a.atoms
        if nested and 0 < abs(a.count - b.count) < 10 and int(max(a.name, b.name, key=int)) >= published:
            expected.add(frozenset((a.name, b.name)))
    assert found == expected


def test_a_restatement_by_few_tells_that_it_does() -> None:
    before, after = Figure("May", frozenset("ab"), 40), Figure("June", frozenset("ab"), 42)
    assert [(one.few) for one in betrayed([before], [after])] == [2]
    assert betrayed([before], [Figure("June", frozenset("ab"), 40)]) == ()


def test_three_figures_betray_what_no_two_do() -> None:
    counts = {"a": 4, "b": 30, "c": 50}
    table = figures([frozenset("ab"), frozenset("bc"), frozenset("abc")], counts)
    assert betrayed([], [table[0], table[1]]) == ()
    assert follows(table, counts) == {"a"}
    assert follows(table[:2], counts) == set()


@given(COUNTS, SETS)
def test_what_follows_is_what_two_counties_alike_in_all_figures_share(
    counts: dict[str, int], sets: list[frozenset[str]]
) -> None:
    table = figures(sets, counts)
    known = follows(table, counts)
    for one in table:
        if len(one.atoms) == 1 and 0 < one.count < 10:
            assert one.atoms <= known
    assert all(0 < counts[str(atom)] < 10 for atom in known)


def test_bad_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        betrayed([], [Figure("x", frozenset("a"), -1)])


ROWS = st.integers(1, 6).map(lambda width: st.lists(st.integers(0, 60), min_size=width, max_size=width))
TABLES = ROWS.flatmap(lambda row: st.lists(row, min_size=1, max_size=7))


@given(TABLES, st.sampled_from([2, 3, 5, 10]), st.text(max_size=5))
def test_a_rounded_table_adds_up_and_each_figure_stays_near(
    table: list[list[int]], base: int, key: str
) -> None:
    made = rounded(table, key=key, base=base)
    assert made == rounded(table, key=key, base=base)
    true = [[*row, sum(row)] for row in table]
    true.append([sum(column) for column in zip(*true, strict=True)])
    for near, exact in zip(made, true, strict=True):
        assert sum(near[:-1]) == near[-1]
        for one, real in zip(near, exact, strict=True):
            assert one % base == 0 and one >= 0 and abs(one - real) < base
            assert one == real or real % base
    assert [sum(column[:-1]) for column in zip(*made, strict=True)] == made[-1]


@pytest.mark.parametrize("table", [[[1, 2], [3, 4]], [[1, 0, 7], [2, 2, 2], [0, 9, 1]], [[4]]])
def test_on_average_it_is_right(table: list[list[int]]) -> None:
    turns = 3000
    sums = [[0] * len(row) for row in table]
    for number in range(turns):
        for i, row in enumerate(rounded(table, key=str(number))[:-1]):
            for j, one in enumerate(row[:-1]):
                sums[i][j] += one
    for i, row in enumerate(table):
        for j, real in enumerate(row):
            # Four times the standard error of a mean of figures that are 0 or 5 apart.
            assert abs(Fraction(sums[i][j], turns) - real) < 4 * 2.5 / turns**0.5


def test_what_cannot_be_rounded_is_refused() -> None:
    for table, base, why in (([[1], [1, 2]], 5, "lengths"), ([[-1]], 5, "below"), ([[1]], 1, "base")):
        with pytest.raises(ValueError, match=why):
            rounded(table, key="k", base=base)
    assert rounded([], key="k") == [[]]
