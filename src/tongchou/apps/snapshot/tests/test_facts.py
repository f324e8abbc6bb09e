"""The facts table: columns, the date, spouses, and what is never in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.facts import HELD
from tongchou.domain.facts import SENSITIVE as ALL_SENSITIVE

TODAY = dt.date(2026, 6, 30)


@pytest.fixture
def facts(apply: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """``facts("赵大山")``: the person's row."""
    apply()
    names = {
        hit.name: hit.person_id for hit in registry.people(range(1, 30), scope=Scope.everything()).values()
    }

    def of(name: str, as_of: dt.date = TODAY) -> dict[str, Any]:
        return snapshots.build_facts(person_ids=[names[name]], as_of=as_of).to_dicts()[0]

    return of


def test_columns_and_types_are_those_declared(facts: Callable[..., Any]) -> None:
    kinds = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
    expected = {fact.name: kinds[fact.kind] for fact in HELD}
    assert dict(snapshots.build_facts(as_of=TODAY).schema) == expected
    assert dict(snapshots.build_facts(person_ids=[], as_of=TODAY).schema) == expected


def test_values_stay_within_what_is_declared(facts: Callable[..., Any]) -> None:
    frame = snapshots.build_facts(as_of=TODAY)
    assert frame.height == 10
    for fact in HELD:
        values = frame[fact.name].drop_nulls()
        if fact.least is not None and len(values):
            assert values.min() >= fact.least, fact.name  # type: ignore[operator]
        if fact.most is not None and len(values):
            assert values.max() <= fact.most, fact.name  # type: ignore[operator]
        if fact.values:
            assert set(values) <= set(fact.values), fact.name


def test_a_person_and_the_spouse(facts: Callable[..., Any], county: Any) -> None:
    row = facts("赵大山")
    assert {name: row[name] for name in ("birth_year", "birth_month", "birth_day", "sex", "deceased")} == {
        "birth_year": 1960,
        "birth_month": 3,
        "birth_day": 12,
        "sex": 1,
        "deceased": False,
    }
    assert row["area_code"] == county.village.code
    assert (row["hukou_kind"], row["determined_rural"], row["converted"]) == ("unified", True, None)
    assert row["chinese_national"] is True
    assert (row["living_sons"], row["living_daughters"], row["children_ever"]) == (1, 0, 1)
    assert row["has_spouse"] is True
    assert (row["spouse_hukou_kind"], row["spouse_converted"], row["spouse_converted_year"]) == (
        "non_agricultural",
        True,
        2023,
    )
    assert (row["spouse_urban_pension_year"], row["spouse_urban_medical"]) == (2024, True)
    assert row["spouse_urban_medical_year"] is None, "a date nobody wrote is not invented"


def test_members_of_a_group_carry_the_code_of_their_village(apply: Callable[..., Any], county: Any) -> None:
    from dataclasses import replace

    from tongchou.apps.snapshot.tests.conftest import REGISTER

    apply([replace(REGISTER[0], group_name="二组")])
    assert snapshots.build_facts(as_of=TODAY)["area_code"].to_list() == [county.village.code]


SENSITIVE = ALL_SENSITIVE & {fact.name for fact in HELD}


@pytest.mark.parametrize(
    ("name", "has_spouse"),
    [("钱小兰", True), ("李老三", True), ("周奶奶", False), ("吴阿公", None), ("郑有田", True)],
)
def test_having_a_spouse(name: str, has_spouse: bool | None, facts: Callable[..., Any]) -> None:
    row = facts(name)
    assert row["has_spouse"] is has_spouse
    if name == "李老三":
        assert all(row[column] is None for column in SENSITIVE if column.startswith("spouse_"))


def test_a_dead_spouse_is_no_spouse(
    facts: Callable[..., Any], township_officer: Any, frozen_clock: Any
) -> None:
    registry.record_death(person_id=2, died=PartialDate(2026, 3), by=township_officer, at=frozen_clock)
    assert facts("赵大山")["has_spouse"] is False
    assert facts("赵大山")["spouse_hukou_kind"] is None
    assert facts("赵大山", dt.date(2026, 2, 28))["has_spouse"] is True


def test_nobody_younger_than_59_has_sensitive_facts(facts: Callable[..., Any]) -> None:
    frame = snapshots.build_facts(as_of=TODAY)
    young = frame.filter(pl.col("birth_year") > TODAY.year - 59)
    assert young.height == 4
    for name in SENSITIVE:
        assert young[name].null_count() == young.height, name
    old = frame.filter(pl.col("birth_year") <= TODAY.year - 59)
    assert old["has_spouse"].null_count() == 1


def test_sensitive_columns_of_the_young_are_not_even_read(apply: Callable[..., Any]) -> None:
    apply()
    found = registry.extract(as_of=TODAY, oldest=TODAY.year - 59)
    young = found.people.filter(pl.col("birth_year") > TODAY.year - 59)
    assert young["marital"].null_count() == young.height
    couples = set(found.couples.select("a", "b").rows())
    assert couples == {(1, 2), (9, 10)}, "the young couple is not read"


def test_a_young_spouse_is_read_for_the_old_one_alone(facts: Callable[..., Any]) -> None:
    assert facts("郑有田")["spouse_hukou_kind"] == "unified"
    assert facts("王小妹")["has_spouse"] is None


@pytest.mark.parametrize(
    ("as_of", "converted", "hukou", "pension", "deceased"),
    [
        (dt.date(2023, 4, 30), None, None, None, False),
        (dt.date(2023, 5, 1), True, "non_agricultural", None, False),
        (dt.date(2024, 1, 1), True, "non_agricultural", True, False),
        (dt.date(2026, 2, 28), True, "non_agricultural", True, False),
        (dt.date(2026, 3, 1), True, "non_agricultural", True, True),
    ],
)
def test_spells_that_start_later_are_ignored(
    as_of: dt.date,
    converted: bool | None,
    hukou: str | None,
    pension: bool | None,
    deceased: bool,
    facts: Callable[..., Any],
    township_officer: Any,
    frozen_clock: Any,
) -> None:
    registry.record_death(person_id=2, died=PartialDate(2026, 3), by=township_officer, at=frozen_clock)
    row = facts("钱小兰", as_of)
    assert (row["converted"], row["hukou_kind"], row["urban_pension"]) == (converted, hukou, pension)
    assert (row["deceased"], row["death_year"]) == (deceased, 2026 if deceased else None)


def test_people_born_later_are_not_there(apply: Callable[..., Any]) -> None:
    apply()
    assert 5 not in snapshots.build_facts(as_of=dt.date(2021, 8, 29))["person_id"].to_list()
    assert 5 in snapshots.build_facts(as_of=dt.date(2021, 8, 30))["person_id"].to_list()


def test_a_death_without_a_date_is_a_death(
    facts: Callable[..., Any], township_officer: Any, frozen_clock: Any
) -> None:
    registry.record_death(person_id=7, died=None, by=township_officer, at=frozen_clock)
    row = facts("周奶奶")
    assert (row["deceased"], row["death_year"]) == (True, None)


DATES = st.dates(dt.date(2018, 1, 1), dt.date(2028, 1, 1))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DATES)
def test_one_household_and_everybody_say_the_same(
    facts: Callable[..., Any], county: Any, as_of: dt.date
) -> None:
    """The one builder gives a person the same row however it was asked."""
    everybody = snapshots.build_facts(as_of=as_of)
    in_scope = snapshots.build_facts(as_of=as_of, scope=Scope.of_area(county.village))
    assert in_scope.equals(everybody)
    for household in (1, 2, 5):
        one = snapshots.build_facts(household_id=household, as_of=as_of)
        assert one.equals(everybody.filter(pl.col("person_id").is_in(one["person_id"].implode())))
    for person in (1, 2, 10):
        alone = snapshots.build_facts(person_ids=[person], as_of=as_of)
        assert alone.equals(everybody.filter(pl.col("person_id") == person))


def test_a_household_takes_as_many_queries_whatever_its_size(
    facts: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    for household in (1, 2):
        with django_assert_num_queries(7):
            snapshots.build_facts(household_id=household, as_of=TODAY)
    with django_assert_num_queries(7):
        snapshots.build_facts(person_ids=[1, 2, 3], as_of=TODAY)


def test_a_scope_holds_its_own_people_alone(apply: Callable[..., Any], county: Any) -> None:
    from tongchou.apps.snapshot.tests.conftest import REGISTER

    apply()
    apply(REGISTER[5:7], source="b" * 64, village=county.other_village)
    there = snapshots.build_facts(as_of=TODAY, scope=Scope.of_area(county.other_village))
    assert there["person_id"].to_list() == [11, 12]
    assert snapshots.build_facts(as_of=TODAY, scope=Scope.nothing()).height == 0
