"""Which years of the childcare subsidy a family can still claim: Management Rules (trial), Art. 12."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou import policies
from tongchou.domain.policy.outcomes import NOT_ENTITLED
from tongchou.domain.policy.windows import Window, windows
from tongchou.policies.law import codes

TODAY = dt.date(2026, 11, 28)
CHILDCARE = next(one for one in policies.load() if one.code == "childcare_subsidy")
ALIVE = {"deceased": False, "chinese_national": True}


def of(on: dt.date = TODAY, **facts: Any) -> list[Window]:
    return list(windows(CHILDCARE, {**ALIVE, **facts}, on=on))


def brief(found: list[Window], on: dt.date = TODAY) -> list[tuple[int, int | None, str, str, str]]:
    """Year, yuan, first day, last day, where it stands."""
    return [
        (
            one.year, None if one.amount_fen is None else one.amount_fen // 100,
            one.first.isoformat(), one.last.isoformat(), one.state(on),
        )
        for one in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        # Born before 2025: the first application by the end of 2025, the next within the next year.
        ((2022, 12), [(2025, 3600, "2025-08-24", "2025-12-31", "over")]),
        (
            (2023, 2),
            [
                (2025, 3600, "2025-08-24", "2025-12-31", "over"),
                (2026, 600, "2026-01-01", "2026-12-31", "open"),
            ],
        ),
        (
            (2024, 8),
            [
                (2025, 3600, "2025-08-24", "2025-12-31", "over"),
                (2026, 3600, "2026-01-01", "2026-12-31", "open"),
                (2027, 2400, "2027-01-01", "2027-12-31", "coming"),
            ],
        ),
        # From 2025 on: the year of birth or the year after, then year by year.
        (
            (2025, 12),
            [
                (2025, 3600, "2025-12-01", "2026-12-31", "open"),
                (2026, 3600, "2026-01-01", "2026-12-31", "open"),
                (2027, 3600, "2027-01-01", "2027-12-31", "coming"),
            ],
        ),
        ((2021, 12), []),
    ],
)
def test_each_year_has_its_days(born: tuple[int, int], expected: list[Any]) -> None:
    year, month = born
    assert brief(of(birth_year=year, birth_month=month)) == expected


def test_first_and_last_day_count() -> None:
    (only,) = of(birth_year=2022, birth_month=12)
    day = dt.timedelta(days=1)
    states = [only.state(on) for on in (only.first - day, only.first, only.last, only.last + day)]
    assert states == ["coming", "open", "open", "over"]


def test_of_the_dead_no_later_year_is_told() -> None:
    """The year of death is kept; also when only the death is known and not its year, nothing is promised."""
    child = {"birth_year": 2026, "birth_month": 2, "deceased": True}
    assert [one.year for one in of(birth_year=2026, birth_month=2)] == [2026, 2027, 2028]
    assert [one.year for one in of(**child, death_year=2026)] == [2026]
    assert [one.year for one in of(**child, death_year=None)] == [2026]


def test_what_is_unknown_is_no_promise() -> None:
    (_over, now) = of(birth_year=2023, birth_month=None)
    assert (now.outcome, now.amount_fen) == ("needs_information", None)
    assert of(birth_year=None) == []


@given(
    born=st.integers(2019, 2032),
    month=st.integers(1, 12) | st.none(),
    died=st.integers(0, 4) | st.none(),
    on=st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)),
)
def test_a_window_is_what_the_answer_of_its_year_says(
    born: int, month: int | None, died: int | None, on: dt.date
) -> None:
    facts = {**ALIVE, "birth_year": born, "birth_month": month, "deceased": died is not None}
    if died is not None:
        facts["death_year"] = born + died
    told = {one.year: one for one in windows(CHILDCARE, facts, on=on)}
    for year in range(2020, on.year + 10):
        answer = CHILDCARE.evaluate_one(facts, year)
        if answer.outcome == NOT_ENTITLED:
            assert year not in told
            continue
        one = told[year]
        assert (one.outcome, one.amount_fen, one.last) == (answer.outcome, answer.amount_fen, answer.claim_by)
        assert dt.date(year, 1, 1) <= one.first <= one.last
        assert died is None or year <= born + died


@pytest.mark.parametrize("code", codes())
def test_a_last_day_stands_with_its_words_and_source(code: str) -> None:
    for one in policies.load():
        if one.code == code and one.claim_by is not None:
            assert one.claiming is not None and one.claiming.citation.article is not None


def test_a_programme_without_days_has_no_windows() -> None:
    reward = next(one for one in policies.load() if one.code == "elderly_reward")
    assert windows(reward, {"birth_year": 1960, "deceased": False}, on=TODAY) == ()
