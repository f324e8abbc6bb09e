"""What people are to a new head: read from ties alone, and never against them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import codes
from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import HEAD, Member, derive
from tongchou.domain.relations import Relative, Ties, toward

#: 1 grandfather and 2 grandmother, their son 3 and his wife 4, their daughter 5, and 6 her younger brother.
FAMILY = {
    1: Relative(1, 1, PartialDate(1940)),
    2: Relative(2, 2, PartialDate(1942)),
    3: Relative(3, 1, PartialDate(1965)),
    4: Relative(4, 2, PartialDate(1966)),
    5: Relative(5, 2, PartialDate(1990)),
    6: Relative(6, 1, PartialDate(1995)),
}
TIES = Ties(
    {(3, 1): "birth", (3, 2): "birth", (5, 3): "birth", (5, 4): "birth", (6, 3): "birth", (6, 4): "birth"},
    [(1, 2), (3, 4)],
)


def said(head: int) -> dict[int, str]:
    return toward(FAMILY[head], FAMILY.values(), TIES)


def test_each_member_as_the_head() -> None:
    assert said(3) == {1: "51", 2: "52", 4: "12", 5: "30", 6: "20"}
    assert said(4) == {1: "53", 2: "54", 3: "11", 5: "30", 6: "20"}
    assert said(1) == {2: "12", 3: "20", 4: "38", 5: "42", 6: "41"}
    assert said(6) == {1: "61", 2: "62", 3: "51", 4: "52", 5: "75"}
    assert said(5)[6] == "73"


def test_what_is_not_recorded_is_asked() -> None:
    unknown = Relative(9, None)
    assert toward(FAMILY[3], [unknown, Relative(8, 1)], Ties({(9, 3): "birth"})) == {}
    same_year = Relative(7, 1, PartialDate(1990))
    assert toward(FAMILY[5], [same_year, FAMILY[3]], Ties({(7, 3): "birth", (5, 3): "birth"})) == {3: "51"}


def test_adopted_and_step_children_are_not_called_by_birth() -> None:
    ties = Ties({(5, 3): "adoptive", (6, 4): "birth"}, [(3, 4)])
    assert toward(FAMILY[3], FAMILY.values(), ties) == {4: "12", 5: "37"}  # of 6 nobody has said whether
    assert toward(FAMILY[5], [FAMILY[3]], ties) == {3: "57"}


@given(st.permutations(sorted(FAMILY)), st.integers(0, 6), st.sets(st.integers(0, 7)))
def test_no_proposal_contradicts_a_tie(order: list[int], cut: int, without: set[int]) -> None:
    """Whoever of the family lives together, and whichever tie is missing: what the codes say was recorded."""
    together = order[: max(cut, 1)]
    head, *others = together
    links = [*TIES.parents.items()]
    kept = {pair: kind for place, (pair, kind) in enumerate(links) if place not in without}
    couples = [pair for place, pair in enumerate(TIES.couples) if place + len(links) not in without]
    found = toward(FAMILY[head], [FAMILY[one] for one in others], Ties(kept, couples))
    assert set(found.values()) <= set(codes.RELATION.labels) - HEAD
    whole = toward(FAMILY[head], [FAMILY[one] for one in others], TIES)
    assert found.items() <= whole.items()
    members = [Member(head, "02", FAMILY[head].sex, FAMILY[head].birth)]
    members += [Member(one, code, FAMILY[one].sex, FAMILY[one].birth) for one, code in found.items()]
    assert {(link.child, link.parent) for link in derive(members).parents} <= TIES.parents.keys()
    assert set(derive(members).couples) <= set(TIES.couples)
