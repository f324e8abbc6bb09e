"""The law once more, in plain Python: what each programme says for one person of whom everything is known.

Written from the readings in the programmes' own words and ``docs/reference/programmes.md``, not from their
trees; imports nothing of the engine. Amounts and ages are those of the made-up province and county of
``everything.py``, written down here a second time. Money is fen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """Outcome, fen (``None`` unless money is due), the conditions that fail, the year to claim by."""

    outcome: str
    amount_fen: int | None
    failing: tuple[str, ...]
    claim_year: int | None = None


def _answer(
    checks: dict[str, bool],
    amount: Callable[[], int] | None,
    *,
    granted: str = "entitled",
    claim: int | None = None,
) -> Answer:
    failing = tuple(code for code, holds in checks.items() if not holds)
    if failing:
        return Answer("not_entitled", None, failing)
    return Answer(granted, None if amount is None else amount(), (), claim)


def _not_yet() -> Answer:
    return Answer("not_entitled", None, ("in_force",))


# ── what several programmes ask ──


def alive(facts: Facts, year: int) -> bool:
    """Who dies in a year keeps that year."""
    if not facts["deceased"]:
        return True
    return bool(facts["death_year"] >= year)


def age_in(year: int, born: int) -> int:
    """The age reached in the year, whatever the day of the birthday."""
    return year - born


def rural(facts: Facts, year: int, prefix: str = "") -> bool:
    """Agricultural, determined rural after the kinds were unified, or converted and still in transition."""
    kind = facts[prefix + "hukou_kind"]
    if kind == "agricultural":
        return True
    if kind == "unified" and facts[prefix + "determined_rural"]:
        return True
    if not facts[prefix + "converted"]:
        return False
    if not (facts[prefix + "urban_pension"] and facts[prefix + "urban_medical"]):
        return True
    both_since = max(
        facts[prefix + "converted_year"],
        facts[prefix + "urban_pension_year"],
        facts[prefix + "urban_medical_year"],
    )
    return bool(year - both_since <= 3)


def living(facts: Facts) -> int:
    return int(facts["living_sons"] + facts["living_daughters"])


def one_two_daughters_or_none_left(facts: Facts) -> bool:
    if living(facts) == 0:
        return bool(facts["children_ever"] > 0)
    if living(facts) == 1:
        return True
    return living(facts) == 2 and facts["living_daughters"] == 2


def over_twelve_months(year: int, steps: list[tuple[int, int, int]]) -> int:
    """Twelve monthly amounts; each step is (year, month, amount) from which month on."""
    total = 0
    for month in range(1, 13):
        amount = 0
        for from_year, from_month, value in steps:
            if (from_year, from_month) <= (year, month):
                amount = value
        total += amount
    return total


# ── the programmes ──


def childcare_subsidy(facts: Facts, year: int) -> Answer:
    if year < 2025:
        return _not_yet()
    born, third = facts["birth_year"], facts["birth_year"] + 3
    if born > year:
        months = 0
    elif year < third:
        months = 12
    elif year == third and born < 2025:
        months = facts["birth_month"]
    else:
        months = 0
    checks = {
        "chinese_national": facts["chinese_national"],
        "under_three": months > 0,
        "alive": alive(facts, year),
    }
    return _answer(checks, lambda: months * 30_000, claim=year + 1 if born == year else year)


def elderly_reward(facts: Facts, year: int) -> Answer:
    if year < 2004:
        return _not_yet()
    from_age = 58 if year >= 2024 else 60  # the county begins earlier
    if year >= 2020:
        amount = 144_003  # the province pays more
    elif year >= 2012:
        amount = 96_000
    elif year >= 2009:
        amount = 72_000
    else:
        amount = 60_000
    checks = {
        "born_from_1933": facts["birth_year"] >= 1933,
        "age_reached": age_in(year, facts["birth_year"]) >= from_age,
        "alive": alive(facts, year),
        "rural_self": rural(facts, year),
        "rural_spouse": rural(facts, year, "spouse_") if facts["has_spouse"] else True,
        "children": one_two_daughters_or_none_left(facts),
    }
    return _answer(checks, lambda: amount, granted="entitled_subject_to_statement")


def _special(facts: Facts, year: int, child: tuple[str, bool], amount: int) -> Answer:
    man_with_wife = facts["sex"] != 2 and facts["has_spouse"]
    counted = facts["spouse_birth_year"] if man_with_wife else facts["birth_year"]
    checks = {
        "born_from_1933": facts["birth_year"] >= 1933,
        "age_reached": age_in(year, counted) >= 49,
        "alive": alive(facts, year),
        child[0]: child[1],
    }
    return _answer(checks, lambda: amount)


def bereaved_assistance(facts: Facts, year: int) -> Answer:
    if year < 2018:
        return _not_yet()
    none_left = living(facts) == 0 and facts["children_ever"] > 0
    amount = over_twelve_months(year, [(2018, 1, 45_000), (2022, 7, 59_000), (2025, 3, 100_007)])
    return _special(facts, year, ("child", none_left), amount)


def disabled_child_assistance(facts: Facts, year: int) -> Answer:
    if year < 2018:
        return _not_yet()
    disabled = living(facts) == 1 and facts["child_disability_grade"] in (1, 2, 3)
    amount = over_twelve_months(year, [(2018, 1, 35_000), (2022, 7, 46_000)])
    return _special(facts, year, ("child_and_grade", disabled), amount)


def aftereffects_assistance(facts: Facts, year: int) -> Answer:
    if year < 2022:
        return _not_yet()
    before, since = {1: (40_000, 52_000), 2: (30_000, 39_000), 3: (20_000, 26_000)}.get(
        facts["aftereffects_grade"], (0, 0)
    )
    checks = {"alive": alive(facts, year), "found": facts["aftereffects_grade"] != 0}
    return _answer(checks, lambda: over_twelve_months(year, [(2022, 1, before), (2022, 7, since)]))


def only_child_reward(facts: Facts, year: int) -> Answer:
    if year < 2004:
        return _not_yet()
    last = facts["only_child_birth_year"] + 14
    checks = {
        "certificate": facts["only_child_certificate"],
        "child_young": year <= last,
        "alive": alive(facts, year),
    }
    fen = (12 if year < last else facts["only_child_birth_month"]) * 2_001
    return _answer(checks, lambda: fen, granted="entitled_subject_to_statement")


def pension_contribution(facts: Facts, year: int) -> Answer:
    if year < 2014:
        return _not_yet()
    checks = {
        "contributing_age": 16
        <= age_in(year, facts["birth_year"])
        <= 60,  # 60: the year of the birthday counts
        "alive": alive(facts, year),
        "enrolled": facts["resident_pension"],
        "children": one_two_daughters_or_none_left(facts),
    }
    return _answer(checks, lambda: 10_000)


def medical_contribution(facts: Facts, year: int) -> Answer:
    if year < 2026:
        return _not_yet()
    checks = {
        "alive": alive(facts, year),
        "enrolled": facts["resident_medical"],
        "children": one_two_daughters_or_none_left(facts),
    }
    return _answer(checks, lambda: 40_000)


def urban_pension_support(facts: Facts, year: int) -> Answer:
    if year < 2004:
        return _not_yet()
    checks = {
        "age_reached": age_in(year, facts["birth_year"]) >= 60,
        "alive": alive(facts, year),
        "urban": not rural(facts, year),
        "not_state_employed": not facts["state_employed"],
        "children": one_two_daughters_or_none_left(facts),
    }
    return _answer(checks, lambda: 120_000)


def two_daughter_support(facts: Facts, year: int) -> Answer:
    if year < 2004:
        return _not_yet()
    checks = {
        "alive": alive(facts, year),
        "rural_self": rural(facts, year),
        "children": facts["living_daughters"] == 2 and facts["living_sons"] == 0,
    }
    return _answer(checks, lambda: 60_000)


def boarding_subsidy(facts: Facts, year: int) -> Answer:
    if year < 2021:
        return _not_yet()
    stage = facts["school_stage"]
    checks = {
        "attends": stage in ("primary", "junior", "senior"),
        "hardship": facts["low_income"],
        "alive": alive(facts, year),
    }
    if stage == "primary":
        amount = 100_000 if facts["boards"] else 50_000
    elif stage == "senior":
        amount = 200_000
    else:
        amount = 125_000 if facts["boards"] else 62_500
    return _answer(checks, lambda: amount)


def child_checks(facts: Facts, year: int) -> Answer:
    if year < 2017:
        return _not_yet()
    checks = {"young": 0 <= age_in(year, facts["birth_year"]) <= 6, "alive": alive(facts, year)}
    return _answer(checks, None)


PROGRAMMES: dict[str, Callable[[Facts, int], Answer]] = {
    rule.__name__: rule
    for rule in (
        childcare_subsidy,
        elderly_reward,
        bereaved_assistance,
        disabled_child_assistance,
        aftereffects_assistance,
        only_child_reward,
        pension_contribution,
        medical_contribution,
        urban_pension_support,
        two_daughter_support,
        boarding_subsidy,
        child_checks,
    )
}


def possible(facts: Facts) -> bool:
    """Whether the facts can be true together: no more children live than there ever were."""
    return living(facts) <= facts["children_ever"]
