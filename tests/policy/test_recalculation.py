"""Law or facts corrected afterwards: what it changes for years that have passed, to the fen, as proposals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy.overlays import read_overlay
from tongchou.domain.policy.recalculation import OUTPUT, recalculate
from tongchou.policies.law import national

TYPES = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
#: A province raises the subsidy from 2025 on, and says so in March 2026.
RAISED = """
level: province
area: {code: "990000", zh: 某省, en: A Province}
programmes:
  childcare_subsidy:
    yearly_amount:
      - {from: 2025-01-01, known_from: 2026-03-01, value: 480000, reference: {zh: 文, en: act}}
    monthly_amount:
      - {from: 2025-01-01, known_from: 2026-03-01, value: 40000, reference: {zh: 文, en: act}}
"""
OVERLAYS = (read_overlay(RAISED, "raised.yaml", national()),)
THEN = policies.build(OVERLAYS, known=dt.date(2025, 12, 31)).programmes
NOW = policies.build(OVERLAYS).programmes
CHILD = {"deceased": False, "chinese_national": True, "birth_month": 5}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(list(rows), schema={name: TYPES[schema.BY_NAME[name].kind] for name in names})


def differences(then: pl.DataFrame, now: pl.DataFrame, law_then: Any = THEN, year: int = 2025) -> list[Any]:
    found = recalculate(then, now, law_then, NOW, [year])
    assert found.schema == OUTPUT
    columns = ("person_id", "programme", "kind", "before_fen", "after_fen", "law_fen", "facts_fen")
    return found.select(columns).rows()


def test_a_law_made_backwards_gives_arrears() -> None:
    child = table({"person_id": 1, "birth_year": 2024, **CHILD})
    assert differences(child, child) == [(1, "childcare_subsidy", "arrears", 360000, 480000, 120000, 0)]
    assert differences(child, child, NOW) == []


def test_a_corrected_record_is_told_apart_from_the_law() -> None:
    then = table({"person_id": 1, "birth_year": 2022, **CHILD})  # five months of 300 yuan
    now = table({"person_id": 1, "birth_year": 2023, **CHILD})  # a whole year
    assert differences(then, now) == [(1, "childcare_subsidy", "arrears", 150000, 480000, 50000, 280000)]


def test_too_much_is_an_overpayment_to_be_decided_on() -> None:
    then = table({"person_id": 1, "birth_year": 2024, **CHILD})
    now = table({"person_id": 1, "birth_year": 2021, **CHILD})
    assert differences(then, now, NOW) == [(1, "childcare_subsidy", "overpayment", 480000, 0, 0, -480000)]


def test_what_is_unknown_now_takes_nothing_from_anybody() -> None:
    then = table({"person_id": 1, "birth_year": 2024, **CHILD})
    now = table({"person_id": 1, "birth_year": None, **CHILD})
    assert differences(then, now, NOW) == [(1, "childcare_subsidy", "open", 480000, None, None, None)]
    # Where nothing was given before there is nothing to take: the question stands on the list already.
    assert differences(now, now, NOW) == []


def test_who_was_not_known_then_may_have_arrears_and_who_is_gone_owes_nothing() -> None:
    here = table({"person_id": 1, "birth_year": 2024, **CHILD})
    other = table({"person_id": 2, "birth_year": 2024, **CHILD})
    assert differences(other, here, NOW) == [(1, "childcare_subsidy", "arrears", 0, 480000, 0, 480000)]


def test_a_programme_not_known_then_gave_nothing() -> None:
    child = table({"person_id": 1, "birth_year": 2024, **CHILD})
    law = policies.build(OVERLAYS, known=dt.date(2024, 12, 31)).programmes
    assert differences(child, child, law) == [(1, "childcare_subsidy", "arrears", 0, 480000, 480000, 0)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([2021, 2022, 2023, 2024, 2025, None]),
            st.sampled_from([2021, 2022, 2023, 2024, 2025, None]),
            st.sampled_from([1, 5, 12, None]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_every_difference_is_that_of_two_answers_asked_one_by_one(people: list[Any]) -> None:
    then = table(
        *({"person_id": n, **CHILD, "birth_year": a, "birth_month": m} for n, (a, _b, m) in enumerate(people))
    )
    now = table(
        *({"person_id": n, **CHILD, "birth_year": b, "birth_month": m} for n, (_a, b, m) in enumerate(people))
    )
    (law_then,) = (one for one in THEN if one.code == "childcare_subsidy")
    (law_now,) = (one for one in NOW if one.code == "childcare_subsidy")
    found = {
        row["person_id"]: row
        for row in recalculate(then, now, [law_then], [law_now], [2025]).iter_rows(named=True)
    }
    for number, (old, new) in enumerate(zip(then.to_dicts(), now.to_dicts(), strict=True)):
        before, after = law_then.evaluate_one(old, 2025), law_now.evaluate_one(new, 2025)
        paid = before.amount_fen or 0
        if after.outcome == "needs_information":
            assert (number in found) == (paid > 0)
            continue
        difference = (after.amount_fen or 0) - paid
        assert (found[number]["difference_fen"] if number in found else 0) == difference
        if number in found:
            assert found[number]["law_fen"] + found[number]["facts_fen"] == difference


def test_without_years_nothing_is_asked() -> None:
    child = table({"person_id": 1, "birth_year": 2024, **CHILD})
    assert recalculate(child, child, THEN, NOW, []).height == 0


@pytest.mark.parametrize("year", [2025, 2026])
def test_nobody_is_told_of_what_stays(year: int) -> None:
    people = table(*({"person_id": n, "birth_year": 2015 + n, **CHILD} for n in range(12)))
    assert differences(people, people, NOW, year) == []
