"""Search and pages: what is found, for whom, and in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.identifiers import mask_id, mask_phone
from tongchou.core.errors import Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.register.row import RegisterRow


@pytest.fixture
def scope(apply: Callable[..., Any], county: Any) -> Scope:
    apply()
    return Scope.of_area(county.village)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("赵大", {"赵大山"}),
        ("大山", {"赵大山"}),
        ("赵 大 山", {"赵大山"}),
        ("zds", {"赵大山"}),
        ("ZX", {"赵小雨"}),
        ("zq", {"赵强"}),
        ("520599196003121237", {"赵大山"}),
        ("520599600312123", {"赵大山"}),
        ("13900005678", {"赵大山"}),
        ("+86 139 0000 5678", {"赵大山"}),
        ("520599196003121245", set()),
        ("王五", set()),
    ],
)
def test_search_finds(text: str, names: set[str], scope: Scope) -> None:
    assert {hit.name for hit in registry.search(text, scope=scope)} == names


@pytest.mark.parametrize("text", ["", "赵", " z ", "·", "（赵大山）"[:1]])
def test_no_list_of_everybody(text: str, scope: Scope) -> None:
    with pytest.raises(Invalid):
        registry.search(text, scope=scope)


@pytest.mark.parametrize("text", ["赵大山", "zds", "520599196003121237", "13800001234"])
def test_search_ends_at_the_areas_of_the_account(text: str, scope: Scope, county: Any) -> None:
    assert registry.search(text, scope=Scope.of_area(county.other_village)) == []
    assert registry.search(text, scope=Scope.nothing()) == []
    assert len(registry.search(text, scope=Scope.of_area(county.county))) == 1


def test_search_stops_at_its_limit(apply: Callable[..., Any], county: Any) -> None:
    rows = [RegisterRow(n, str(n), f"吴{chr(0x4E00 + n)}", "02") for n in range(5, 65)]
    apply(rows)
    assert len(registry.search("w" * 1 + "y", scope=Scope.of_area(county.village), limit=3)) <= 3
    assert len(registry.people(range(1, 61), scope=Scope.of_area(county.village))) == 60


@pytest.mark.parametrize(
    ("text", "queries"), [("赵大", 4), ("zds", 4), ("520599196003121237", 2), ("13800001234", 2)]
)
def test_search_takes_few_queries(
    text: str, queries: int, scope: Scope, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(queries):
        registry.search(text, scope=scope)


@pytest.mark.parametrize("size", [3, 30])
def test_a_household_takes_three_queries(
    size: int, apply: Callable[..., Any], county: Any, django_assert_num_queries: Any
) -> None:
    rows = [RegisterRow(5, "001", "赵大山", "02")]
    rows += [RegisterRow(5 + n, "001", f"赵{chr(0x4E00 + n)}", "20") for n in range(1, size)]
    apply(rows)
    with django_assert_num_queries(3):
        house = registry.open_household(1, scope=Scope.of_area(county.village))
    assert len(house.members) == size
    assert len(house.ties) == size - 1


def test_a_household_shows_its_members_and_ties(scope: Scope) -> None:
    house = registry.open_household(1, scope=scope)
    assert house.head is not None and house.head.name == "赵大山"
    assert (house.village_name, house.group_name) == ("青山村（示例）", "一组（示例）")
    assert {(tie.kind, tie.one, tie.other) for tie in house.ties} == {
        ("couple", 1, 2),
        ("couple", 3, 4),
        ("birth", 3, 1),
        ("birth", 5, 3),
    }
    assert [member.hukou_kind for member in house.members[:2]] == ["agricultural", "agricultural"]
    assert (house.members[2].lives_away, house.members[2].lives_at) == (True, "浙江省杭州市")
    assert house.members[4].lives_away is None


def test_out_of_reach_and_not_there_look_the_same(scope: Scope, county: Any) -> None:
    elsewhere = Scope.of_area(county.other_village)
    for number in (1, 999):
        for read in (registry.open_household, registry.open_person, registry.require_household):
            with pytest.raises(NotFound):
                read(number, scope=elsewhere)  # type: ignore[operator]
        with pytest.raises(NotFound):
            registry.history(person_id=number, scope=elsewhere)
    assert registry.people([1], scope=elsewhere) == {}
    assert list(registry.person_ids_in(elsewhere)) == []
    registry.require_household(1, scope=scope)


def test_history_says_that_and_not_what(scope: Scope) -> None:
    (line,) = registry.history(person_id=1, scope=scope)
    assert (line.kind, line.source_row) == ("person_enrolled", 5)
    assert not hasattr(line, "payload")


def test_events_are_read_from_a_cursor(scope: Scope) -> None:
    first = registry.events_after(0, limit=2)
    rest = registry.events_after(first[-1][0])
    assert [number for number, *_ in first + rest] == [1, 2, 3, 4, 5, 6]


@given(st.dates(min_value=__import__("datetime").date(1900, 1, 1)), st.integers(1, 999))
def test_a_mask_beside_birth_and_sex_leaves_forty_numbers_open(birth: Any, sequence: int) -> None:
    """What a page shows (mask, date of birth, sex) must not give the number away."""
    number = identity.compose("520599", birth, sequence)
    shown = mask_id(number)
    assert len(shown) == 18
    possible = [
        n
        for n in (identity.compose("520599", birth, s) for s in range(1, 1000) if s % 2 == sequence % 2)
        if mask_id(n) == shown
    ]
    assert number in possible
    assert len(possible) >= 40


def test_a_telephone_keeps_four_digits_hidden() -> None:
    assert mask_phone("13800001234").count("*") >= 4
    assert mask_phone("12345").count("*") >= 3
