"""What the rules propose for officials and units: each condition alone does not do, tenure counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.accountability.consequences import (
    Effect,
    OfficialSubject,
    Proof,
    Tenure,
    UnitSubject,
    VetoCause,
    VetoFinding,
    YearResult,
    proposals,
)
from tongchou.domain.accountability.problems import AccountabilityError

LONG = Tenure("o", "secretary", "u", dt.date(2019, 3, 1))


def good(year: int, **more: Any) -> YearResult:
    return replace(YearResult("u", year, True, 0.97, 3, 9), **more)


def bad(year: int, **more: Any) -> YearResult:
    return replace(YearResult("u", year, False, 0.79, 9, 9, True), **more)


def effects(results: list[YearResult], held: list[Tenure] | None = None, **more: Any) -> list[Effect]:
    return [one.effect for one in proposals(2026, held or [LONG], results, **more)]


THREE = [good(2024), good(2025), good(2026)]


def test_three_years_met_and_in_the_top_third() -> None:
    (found,) = proposals(2026, [LONG], THREE)
    assert found.effect == Effect.PRIORITY_PROMOTION and found.subject == OfficialSubject("o")
    assert found.reasons[0].en == "2024: targets met, rank 3 of 9 (top third)."
    assert found.rests_on == ("settlement u 2024", "settlement u 2025", "settlement u 2026")


@pytest.mark.parametrize(
    "results",
    [
        THREE[1:],
        [*THREE[:2], good(2026, met=False)],
        [*THREE[:2], good(2026, met=None)],
        [*THREE[:2], good(2026, rank=4)],
        [*THREE[:2], good(2026, rank=3, ranked=8)],
        [*THREE[:2], good(2026, rank=0)],
        [good(2023), *THREE[:2]],
        [replace(one, unit="other") for one in THREE],
    ],
)
def test_one_year_less_is_not_three(results: list[YearResult]) -> None:
    assert effects(results) == []


def test_two_last_years_below_the_floor() -> None:
    (found,) = proposals(2026, [LONG], [bad(2025), bad(2026)])
    assert found.effect == Effect.NO_PROMOTION
    assert found.reasons[1].en == "2026: composite 79.0%, below 80%, and certainly the last."
    assert "综合得分79.0%" in found.reasons[1].zh


@pytest.mark.parametrize(
    "results",
    [
        [bad(2026)],
        [bad(2024), bad(2026)],
        [bad(2025), bad(2026, last=False)],
        [bad(2025, last=False), bad(2026)],
        [bad(2025), bad(2026, composite=0.80)],
        [bad(2025, composite=0.81), bad(2026)],
        [bad(2025), bad(2026, composite=None)],
    ],
)
def test_half_of_the_conditions_bars_nobody(results: list[YearResult]) -> None:
    assert effects(results) == []


def test_a_year_counts_for_who_held_the_post_in_most_of_it() -> None:
    short = replace(LONG, since=dt.date(2024, 7, 2))  # 183 days of 2024
    assert effects(THREE, [short]) == [Effect.PRIORITY_PROMOTION]
    assert effects(THREE, [replace(LONG, since=dt.date(2024, 7, 3))]) == []
    left = [replace(LONG, until=dt.date(2026, 3, 1)), Tenure("p", "secretary", "u", dt.date(2026, 3, 2))]
    assert effects([bad(2025), bad(2026)], left) == []
    two_posts = [replace(LONG, until=dt.date(2025, 4, 1)), Tenure("o", "deputy", "u", dt.date(2025, 4, 2))]
    assert effects([bad(2025), bad(2026)], two_posts) == [Effect.NO_PROMOTION]


FINDING = VetoFinding(
    VetoCause.FALSIFICATION, "u", 2026, ("o",), Proof("县纪〔2026〕3号", dt.date(2026, 9, 1), "县纪委", True)
)


@pytest.mark.parametrize("cause", list(VetoCause))
def test_a_veto_takes_awards_and_the_priority(cause: VetoCause) -> None:
    found = proposals(2026, [LONG], THREE, [replace(FINDING, cause=cause)])
    assert {(one.subject, one.effect) for one in found} == {
        (UnitSubject("u"), Effect.AWARD_VETO),
        (OfficialSubject("o"), Effect.PROMOTION_VETO),
    }
    assert all("县纪〔2026〕3号" in one.reasons[0].zh for one in found)


def test_a_veto_needs_a_final_decision_of_the_year() -> None:
    open_ = replace(FINDING, proof=replace(FINDING.proof, final=False))
    assert effects(THREE, vetoes=[open_]) == [Effect.PRIORITY_PROMOTION]
    assert effects(THREE, vetoes=[replace(FINDING, year=2025)]) == [Effect.PRIORITY_PROMOTION]
    with pytest.raises(AccountabilityError, match="number or authority is missing"):
        effects(THREE, vetoes=[replace(FINDING, proof=replace(FINDING.proof, number=" "))])


def test_contradictions_are_refused() -> None:
    with pytest.raises(AccountabilityError, match="two results of 2026"):
        effects([good(2026), bad(2026)])
    with pytest.raises(AccountabilityError, match="ends before it begins"):
        effects(THREE, [replace(LONG, until=dt.date(2018, 1, 1))])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([2024, 2025, 2026]),
            st.sampled_from([True, False, None]),
            st.one_of(st.none(), st.floats(0, 1)),
            st.integers(0, 9),
            st.booleans(),
        ),
        unique_by=lambda one: one[0],
    )
)
def test_nobody_is_both_put_forward_and_barred(
    rows: list[tuple[int, bool | None, float | None, int, bool]],
) -> None:
    results = [
        YearResult("u", year, met, composite, rank, 9, last and rank == 9)
        for year, met, composite, rank, last in rows
    ]
    found = effects(results)
    assert len(found) <= 1
    for one in proposals(2026, [LONG], results):
        assert one.reasons and len(one.reasons) == len(one.rests_on)
