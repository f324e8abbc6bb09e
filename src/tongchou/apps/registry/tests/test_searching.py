"""Search: what is found, for whom, in how many queries, and how many rows are met on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tongchou.apps.registry import api as registry
from tongchou.apps.registry import searching
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.domain.names import initials
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
    ("text", "queries"),
    [("赵大", 7), ("zds", 6), ("520599196003121237", 3), ("13800001234", 3), ("青山村 赵", 12), ("钱大", 5)],
)
def test_search_takes_few_queries(
    text: str, queries: int, scope: Scope, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(queries):
        registry.search(text, scope=scope)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("001", ["赵大山"]),
        ("01", ["赵大山"]),
        ("0001", []),
        ("青山村", ["赵大山"]),
        ("青山", ["赵大山"]),
        ("青山村 赵", ["赵大山", "赵小雨", "赵强"]),
        ("云岭 z", ["赵大山", "赵小雨", "赵强"]),
        ("qs 001", ["赵大山"]),
        ("青山村 钱", ["钱小兰"]),
        ("白水村 赵", []),
        ("白水村", []),
        ("村 赵", []),
    ],
)
def test_a_household_is_found_by_its_number_or_its_village(
    text: str, names: list[str], scope: Scope, county: Any
) -> None:
    found = [hit.name for hit in registry.search(text, scope=Scope.of_area(county.county))]
    assert sorted(found) == sorted(names)
    assert registry.search(text, scope=Scope.of_area(county.other_village)) == []


def test_a_number_is_found_with_and_without_leading_zeros(apply: Callable[..., Any], county: Any) -> None:
    apply(
        [
            RegisterRow(5, "0012", "吴一", "02"),
            RegisterRow(6, "12", "吴二", "02"),
            RegisterRow(7, "112", "吴三", "02"),
        ]
    )
    reach = Scope.of_area(county.village)
    assert [hit.name for hit in registry.search("12", scope=reach)] == ["吴一", "吴二"]


def test_a_household_without_head_is_shown_by_its_first_member(
    apply: Callable[..., Any], county: Any
) -> None:
    apply([RegisterRow(5, "0012", "吴一", "20"), RegisterRow(6, "0012", "吴二", "20")])
    assert [hit.name for hit in registry.search("0012", scope=Scope.of_area(county.village))] == ["吴一"]


def test_both_ways_find_the_same(scope: Scope, apply: Callable[..., Any], county: Any) -> None:
    apply(crowd(30, start=100), source="b" * 64)
    wide = Scope.of_area(county.county)
    for text in ("wy", "吴", "zd", "小", "赵小", "nobody"):
        for field in ("initials", "name_key", "given_key"):
            one, other = (
                sorted(searching.beginning(field, text, wide, 100, few=few)) for few in (True, False)
            )
            assert one == other, (field, text)


def crowd(size: int, *, start: int = 5) -> list[RegisterRow]:
    """People of one surname and one pair of initials."""
    signs = [sign for sign in map(chr, range(0x4E00, 0x9FA5)) if initials(f"吴{sign}") == "wy"]
    return [RegisterRow(start + n, str(start + n), f"吴{signs[n]}", "02") for n in range(size)]


@contextmanager
def met() -> Iterator[list[int]]:
    """How much the database does inside: steps of SQLite's machine, rows of PostgreSQL's plans."""
    done = [0]
    if connection.vendor == "sqlite":

        def step() -> int:
            done[0] += 1
            return 0

        connection.ensure_connection()
        connection.connection.set_progress_handler(step, 1)
        try:
            yield done
        finally:
            connection.connection.set_progress_handler(None, 0)
    else:

        def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.startswith("SELECT"):
                with connection.cursor().cursor as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                    done[0] += rows_of(cursor.fetchone()[0][0]["Plan"])
            return execute(sql, params, many, context)

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE registry_person")
            cursor.execute("SET LOCAL enable_seqscan = off")
        with connection.execute_wrapper(explained):
            yield done


def rows_of(plan: dict[str, Any]) -> int:
    """Rows a plan and its parts gave, and rows they read and passed over."""
    own = int(plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * int(plan["Actual Loops"])
    return own + sum(rows_of(part) for part in plan.get("Plans", ()))


def effort(text: str, scope: Scope, limit: int = 5) -> int:
    with met() as done:
        registry.search(text, scope=scope, limit=limit)
    return done[0]


def test_a_search_ends_when_it_has_enough(apply: Callable[..., Any], county: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(searching, "FEW", 3)
    apply(crowd(40), source="c" * 64)
    everywhere = Scope.of_area(county.county)
    small = effort("wy", everywhere)
    apply(crowd(400, start=1000), source="d" * 64, village=county.other_village)
    assert effort("wy", everywhere) <= 1.3 * small + 20


def test_a_narrow_scope_does_not_pay_for_people_elsewhere(apply: Callable[..., Any], county: Any) -> None:
    apply(crowd(10), source="c" * 64)
    own = Scope.of_area(county.village)
    small = effort("wy", own)
    apply(crowd(400, start=1000), source="d" * 64, village=county.other_village)
    assert effort("wy", own) <= 1.3 * small + 20


@pytest.mark.parametrize(
    ("field", "index"),
    [("initials", "person_by_initials"), ("name_key", "person_by_name"), ("given_key", "person_by_given")],
)
def test_a_key_is_walked_in_order_without_reading_people(
    field: str, index: str, apply: Callable[..., Any], county: Any
) -> None:
    apply(crowd(60))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE registry_person")
            cursor.execute("SET LOCAL enable_seqscan = off")
    walk = searching.beginning(field, "wy", Scope.of_area(county.village), 51, few=False)
    plan = walk.explain()
    assert index in plan, plan
    assert ("COVERING INDEX" if connection.vendor == "sqlite" else "Index Only Scan") in plan, plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan
    assert "SCAN registry_person" not in plan, plan


def test_few_people_are_met_through_their_scope(apply: Callable[..., Any], county: Any) -> None:
    apply(crowd(60))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = searching.beginning("initials", "wy", Scope.of_area(county.village), 51, few=True).explain()
    assert "person_registered_scope" in plan and "person_resident_scope" in plan, plan
    assert "person_by_" not in plan, plan
