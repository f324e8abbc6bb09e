"""Guarantees: bands at their ends, two tests of a budget, money by level and line, pay, shortfalls."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou import indicators
from tongchou.domain.accountability.guarantees import (
    BudgetYear,
    Guarantee,
    Money,
    Pay,
    Rules,
    VillageStaff,
    budget,
    money,
    performance_pay,
    shortfalls,
    township_teams,
    village_staff,
)
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.policy.words import Text

RULES = indicators.plan().rules
TOWNS = [f"t{number:02d}" for number in range(16)]


@pytest.mark.parametrize(
    ("residents", "workers"),
    [(0, 1), (1, 1), (2024, 1), (2025, 1), (2026, 2), (3999, 2), (4000, 2), (4001, 3), (50_000, 3)],
)
def test_bands_include_their_upper_end(residents: int, workers: int) -> None:
    assert RULES.workers(residents) == workers


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_people_never_need_fewer_workers(one: int, other: int) -> None:
    assert RULES.workers(min(one, other)) <= RULES.workers(max(one, other))


@pytest.mark.parametrize(
    "bands",
    [(), ((2025, 1),), ((4000, 1), (2025, 2), (None, 3)), ((None, 1), (None, 2)), ((2025, 0), (None, 3))],
)
def test_bands_that_are_none(bands: tuple[tuple[int | None, int], ...]) -> None:
    with pytest.raises(AccountabilityError, match="bands rise"):
        Rules(bands, 10, Fraction(4, 5), Fraction(3, 5), 16, Text("", ""))


YUAN = st.integers(1, 10**12)


@given(YUAN, YUAN, YUAN, YUAN)
def test_the_two_rises_are_two_tests(b0: int, r0: int, b1: int, r1: int) -> None:
    rises, faster, *_rest = budget("u", BudgetYear(b0, r0), BudgetYear(b1, r1, 0, 0), RULES)
    assert rises.kept == (b1 > b0)
    assert faster.kept == (b1 * r0 > r1 * b0)
    assert rises.missing is not None and faster.missing is not None
    mended = BudgetYear(b1 + max(rises.missing, faster.missing), r1, 0, 0)
    assert all(one.kept for one in budget("u", BudgetYear(b0, r0), mended, RULES)[:2])
    if faster.missing:
        short = BudgetYear(b1 + faster.missing - 1, r1, 0, 0)
        assert budget("u", BudgetYear(b0, r0), short, RULES)[1].missing == 1


def test_with_falling_revenue_the_second_alone_can_be_kept() -> None:
    found = budget("u", BudgetYear(1000, 9000), BudgetYear(950, 8000, 760, 5), RULES)
    assert [one.kept for one in found] == [False, True, True, True]
    assert [one.missing for one in found] == [51, 0, 0, 0]


def test_without_facts_there_is_no_answer() -> None:
    nothing = budget("u", BudgetYear(None, None), BudgetYear(None, 5), RULES)
    assert [one.kept for one in nothing] == [None] * 4
    zero = budget("u", BudgetYear(0, 100), BudgetYear(10, 100, 7, 0), RULES)
    assert [one.kept for one in zero] == [True, None, False, False]  # a budget of 0 has no speed
    assert zero[2].missing == 1  # 80 % of 10 fen are 8


def test_money_by_level_and_earmarked_line() -> None:
    march, june, july = dt.date(2026, 3, 31), dt.date(2026, 6, 30), dt.date(2026, 7, 15)
    found = money(
        [
            Money("u", "prefecture", "奖扶", 1000, march, june, [(march, 600), (june, 400)], [(june, 300)]),
            Money("u", "prefecture", "奖扶", 500, march, dt.date(2026, 12, 31), [(march, 500)], []),
            Money("u", "county", "救助", 200, dt.date(2026, 9, 1), dt.date(2026, 9, 1), [], []),
        ],
        july,
    )
    arrived, used = found["u", "prefecture", "奖扶"]
    assert (arrived.needed, arrived.have, arrived.missing) == (1500, 1100, 400)  # the 400 came after its day
    assert (arrived.late, used.late) == (400, 0)
    assert (used.needed, used.have, used.missing) == (1000, 300, 700)
    assert [one.kept for one in found["u", "county", "救助"]] == [True, True]  # nothing is due yet


def test_staff_of_villages_and_key_communities() -> None:
    found = village_staff(
        [
            VillageStaff("v1", "t", 2025, 1),
            VillageStaff("v2", "t", 2026, 1),
            VillageStaff("v3", "t", 2025, 1, key=True),
            VillageStaff("v4", "t", None, 1),
        ],
        RULES,
    )
    assert [one.missing for one in found] == [0, 1, 1, None]
    assert list(shortfalls(found)) == ["v2", "v3", "v4"]


def test_township_teams_and_the_sixteen_towns() -> None:
    teams: dict[str, int | None] = dict.fromkeys(TOWNS, 11) | {"t00": 10, "x": 10, "y": 9, "z": None}
    found = {one.unit: one for one in township_teams(teams, TOWNS, RULES)}
    assert {unit: one.missing for unit, one in found.items() if one.missing != 0} == {
        "t00": 1,
        "y": 1,
        "z": None,
    }
    assert found["t00"].guarantee == Guarantee.EXTRA_WORKER and found["y"].needed == 10
    with pytest.raises(AccountabilityError) as raised:
        township_teams(teams, [*TOWNS[:14], "gone"], RULES)
    assert len(raised.value.problems) == 2


def test_pay_follows_scored_indicators_alone() -> None:
    catalogue = indicators.load()
    found = performance_pay(
        [
            Pay("v1", 1000, 600, ("paid_on_time",)),
            Pay("v2", 1001, 600, ("paid_on_time", "commitments_kept_share")),
            Pay("v3", None, 600, ("paid_on_time",)),
        ],
        RULES,
        catalogue,
    )
    assert [one.missing for one in found] == [0, 1, None]
    for pay, said in (
        (Pay("v", 1000, 600, ("households_in_contact_share",)), "is not scored"),
        (Pay("v", 1000, 600, ("births",)), "is not scored"),
        (Pay("v", 1000, 600, ()), "are missing"),
        (Pay("v", 1000, 1001, ("paid_on_time",)), "more than the pay"),
    ):
        with pytest.raises(AccountabilityError, match=said):
            performance_pay([pay], RULES, catalogue)


def test_a_shortfall_names_unit_and_guarantee_in_order() -> None:
    findings = [
        *township_teams(dict.fromkeys(TOWNS, 11), TOWNS, RULES),
        *budget("u", BudgetYear(1000, 5000), BudgetYear(900, 5000, 900, 1), RULES),
    ]
    assert {unit: [one.guarantee for one in several] for unit, several in shortfalls(findings).items()} == {
        "u": [Guarantee.BUDGET_RISES, Guarantee.BUDGET_FASTER]
    }
