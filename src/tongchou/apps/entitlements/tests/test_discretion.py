"""What programs are told of changes: nothing that lets anybody conclude on a family."""

from __future__ import annotations

from typing import Any

import pytest

from tongchou import policies
from tongchou.apps.entitlements import api

REWARD = next(one for one in policies.load() if one.code == "elderly_reward")
CHILDCARE = next(one for one in policies.load() if one.code == "childcare_subsidy")
RURAL: dict[str, Any] = {
    "birth_year": 1960, "deceased": False, "hukou_kind": "agricultural", "has_spouse": False,
    "living_sons": 0, "living_daughters": 1, "children_ever": 1,
}  # fmt: skip
TOWN: dict[str, Any] = {
    "hukou_kind": "non_agricultural", "converted": True, "converted_year": 2023, "urban_pension": True,
    "urban_pension_year": 2020, "urban_medical": True, "urban_medical_year": 2020,
}  # fmt: skip


def test_a_programme_that_reads_no_family_fact_tells_all() -> None:
    child = {"birth_year": 2025, "deceased": False, "chinese_national": True}
    answer = CHILDCARE.evaluate_one(child, 2026)
    assert answer.alternatives and api.told_alternatives(answer) == answer.alternatives


@pytest.mark.parametrize(
    "facts",
    [
        {**RURAL, "birth_year": 1967},  # from next year on: all else holds, the family too
        {**RURAL, **TOWN, "converted_year": 2010},  # if the record is wrong: the same
        {**RURAL, "hukou_kind": None},  # this answer leads to entitlement: the same
        {**RURAL, "living_sons": None, "living_daughters": None, "children_ever": None},
    ],
)
def test_what_would_lead_to_entitlement_tells_of_the_family_and_is_kept_back(facts: dict[str, Any]) -> None:
    answer = REWARD.evaluate_one(facts, 2026)
    assert answer.alternatives and api.told_alternatives(answer) == ()


def test_an_end_is_told_unless_it_comes_from_the_family() -> None:
    own = REWARD.evaluate_one({**RURAL, **TOWN}, 2026)
    (one,) = api.told_alternatives(own)
    assert (one.kind, one.from_year) == ("time", 2027)
    spouse = {f"spouse_{name}": value for name, value in TOWN.items()}
    theirs = REWARD.evaluate_one({**RURAL, **spouse, "has_spouse": True}, 2026)
    assert [one.from_year for one in theirs.alternatives] == [2027]
    assert api.told_alternatives(theirs) == ()
