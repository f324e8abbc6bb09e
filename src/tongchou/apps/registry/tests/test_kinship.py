"""What follows from the relations to the head, and what is left open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import Kin, Member, derive


def members(*relations: str, **more: object) -> list[Member]:
    return [Member(number, relation, **more) for number, relation in enumerate(relations, 1)]  # type: ignore[arg-type]


def pairs(kin: Kin) -> list[tuple[int, int]]:
    return [(link.child, link.parent) for link in kin.parents]


def test_head_spouse_child_and_parent() -> None:
    kin = derive(members("02", "12", "30", "51", "52"))
    assert kin.couples == ((1, 2), (4, 5))
    assert pairs(kin) == [(1, 4), (1, 5), (3, 1)]


def test_a_grandchild_belongs_to_the_only_son() -> None:
    assert pairs(derive(members("02", "20", "42"))) == [(2, 1), (3, 2)]


def test_with_two_sons_a_grandchild_stays_unlinked() -> None:
    assert pairs(derive(members("02", "22", "23", "41"))) == [(2, 1), (3, 1)]


def test_of_two_sons_the_unmarried_one_is_not_the_husband() -> None:
    family = [Member(1, "02"), Member(2, "22", marital="10"), Member(3, "23", marital="20"), Member(4, "38")]
    assert derive(family).couples == ((3, 4),)


def test_two_sons_and_one_daughter_in_law_give_no_couple() -> None:
    assert derive(members("02", "22", "23", "38")).couples == ()


@pytest.mark.parametrize("code", ["27", "37", "57", "58"])
def test_the_code_does_not_say_whether_adopted_or_step(code: str) -> None:
    assert [link.kind for link in derive(members("02", code)).parents] == ["adoptive_or_step"]


def test_a_divorced_head_and_a_listed_spouse_contradict_each_other() -> None:
    assert derive([Member(1, "02", marital="40"), Member(2, "12")]).couples == ()


def test_two_heads_tell_nothing() -> None:
    assert derive(members("02", "02", "20")) == Kin()


def test_a_parent_is_older_than_the_child() -> None:
    family = [Member(1, "02", birth=PartialDate(1980)), Member(2, "20", birth=PartialDate(1975))]
    assert derive(family).parents == ()


CODES = st.sampled_from(
    ["02", "12", "20", "23", "30", "38", "28", "41", "43", "51", "52", "53", "61", "70", "99"]
)
FAMILIES = st.lists(
    st.tuples(
        CODES,
        st.sampled_from([None, 1, 2]),
        st.none() | st.integers(1900, 2025),
        st.sampled_from([None, "10", "20", "30"]),
    ),
    max_size=12,
).map(
    lambda parts: [
        Member(number, code, sex, PartialDate(year) if year else None, marital)
        for number, (code, sex, year, marital) in enumerate(parts, 1)
    ]
)


@given(FAMILIES)
def test_links_hold_together(family: list[Member]) -> None:
    kin = derive(family)
    born = {m.person_id: m.birth for m in family}
    married = [person for couple in kin.couples for person in couple]
    assert len(married) == len(set(married)), "nobody is in two couples"
    assert all(a < b for a, b in kin.couples)
    for link in kin.parents:
        child, parent = born[link.child], born[link.parent]
        assert link.child != link.parent
        assert child is None or parent is None or parent.year < child.year


@given(FAMILIES, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(family: list[Member], random: object) -> None:
    shuffled = list(family)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert derive(shuffled) == derive(family)
