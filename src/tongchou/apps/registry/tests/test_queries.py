"""Pages of a person or a household: what is shown, to whom, and in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.identifiers import mask_id, mask_phone
from tongchou.core.errors import NotFound
from tongchou.core.scope import Scope
from tongchou.domain import identity
from tongchou.domain.register.row import RegisterRow


@pytest.fixture
def scope(apply: Callable[..., Any], county: Any) -> Scope:
    apply()
    return Scope.of_area(county.village)


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
