"""What a family reads: clause by clause, with numbers, sources, what is missing and what changes when."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tongchou import policies
from tongchou.domain.policy.explanation import Explanation

CHILDCARE, REWARD = policies.listed()
#: 在册老人：两个女儿，2019年农转城，2022年起有城镇养老保险，2023年起有城镇医疗保险。
CONVERTED: dict[str, Any] = {
    "birth_year": 1966,
    "deceased": False,
    "hukou_kind": "unified",
    "determined_rural": False,
    "converted": True,
    "converted_year": 2019,
    "urban_pension": True,
    "urban_pension_year": 2022,
    "urban_medical": True,
    "urban_medical_year": 2023,
    "has_spouse": False,
    "living_sons": 0,
    "living_daughters": 2,
}


def line(result: Explanation, start: str, language: str = "zh") -> str:
    return next(text.strip() for text in result.lines(language) if text.strip().startswith(start))


def test_each_condition_says_its_numbers_and_answer() -> None:
    result = REWARD.evaluate_one(CONVERTED, 2026)
    assert line(result, "已满60周岁").startswith("已满60周岁（1966年出生，2026年满60周岁） — 符合")
    assert "［" in line(result, "已满60周岁") and "国办发〔2004〕21号" in line(result, "已满60周岁")
    assert line(result, "Has turned 60", "en").startswith(
        "Has turned 60 (born in 1966, turns 60 in 2026) — met"
    )
    assert line(result, "金额") == "金额：每人每年960元"
    assert line(result, "申请人声明")


def test_the_transition_tells_what_changes_when() -> None:
    result = REWARD.evaluate_one(CONVERTED, 2026)
    assert "农村政策适用至2026年12月31日，自2027年1月1日起适用城镇政策" in line(
        result, "本人当年适用农村政策"
    )
    assert "urban rules from 2027-01-01" in line(result, "Rural rules apply to the person", "en")
    assert line(result, "城镇医疗保险待遇").endswith("（2023年起享受，过渡至2026年底） — 是")
    assert line(result, "城镇养老保险待遇").endswith("（2022年起享受，过渡至2025年底） — 否")
    assert REWARD.evaluate_one(CONVERTED, 2027).failing == ("rural_self",)


@pytest.mark.parametrize(
    ("born", "year", "from_year"), [(1968, 2026, 2028), (1967, 2026, 2027), (1981, 2026, 2041)]
)
def test_a_refusal_that_time_ends_says_so_and_then_it_does(born: int, year: int, from_year: int) -> None:
    facts = {**CONVERTED, "birth_year": born, "hukou_kind": "agricultural"}
    node = next(n for n in REWARD.evaluate_one(facts, year).conditions if n.code == "age_reached")
    assert node.change is not None and (node.change.from_year, node.change.holds) == (from_year, True)
    assert REWARD.evaluate_one(facts, from_year - 1).failing == ("age_reached",)
    assert REWARD.evaluate_one(facts, from_year).failing == ()


def test_what_lies_too_far_ahead_is_not_promised() -> None:
    child = {"birth_year": 2020, "deceased": False}
    node = next(n for n in REWARD.evaluate_one(child, 2026).conditions if n.code == "age_reached")
    assert node.change is None


def test_the_last_year_of_a_child_is_told() -> None:
    facts = {"birth_year": 2025, "deceased": False, "chinese_national": True}
    node = next(n for n in CHILDCARE.evaluate_one(facts, 2026).conditions if n.code == "under_three")
    assert node.change_text("zh") == "最后领取年度为2027年"
    assert node.change_text("en") == "2027 is the last year"


def test_the_last_year_takes_a_death_into_account() -> None:
    """Of a child that died in 2026 nobody reads that 2028 is the last year."""
    born = {"birth_year": 2026, "chinese_national": True}
    died = {**born, "deceased": True, "death_year": 2026}
    result = CHILDCARE.evaluate_one(died, 2026)
    assert result.outcome == "entitled"
    said = line(result, "当年有可领补贴的月份")
    assert "最后领取年度为2026年" in said and "出生年：2026" in said
    assert not [year for year in range(2028, 2032) if str(year) in "".join(result.lines("zh"))]
    (ends,) = [node.change for node in result.conditions if node.change is not None]
    assert (ends.from_year, ends.holds) == (2027, False)
    unknown = CHILDCARE.evaluate_one({**born, "deceased": True}, 2026)
    assert unknown.outcome == "needs_information"
    assert [node.change for node in unknown.conditions if node.change is not None] == []
    # What begins or ends before the death is told as it is; what would begin after it is not.
    man = {**CONVERTED, "birth_year": 1968, "hukou_kind": "agricultural", "deceased": True}
    begins = {
        year: next(
            node.change
            for node in REWARD.evaluate_one({**man, "death_year": year}, 2026).conditions
            if node.code == "age_reached"
        )
        for year in (2027, 2028)
    }
    assert begins[2027] is None and begins[2028] is not None and begins[2028].from_year == 2028


def test_a_refusal_asks_nothing_about_the_family() -> None:
    result = REWARD.evaluate_one({"birth_year": 1995, "deceased": False}, 2026)
    assert result.missing == ()
    told = "\n".join(result.lines("zh")) + json.dumps(result.as_dict("zh"), ensure_ascii=False)
    assert "女孩" not in told and "配偶" not in told


def test_what_is_missing_is_named_with_where_to_look() -> None:
    result = REWARD.evaluate_one({**CONVERTED, "urban_medical_year": None, "converted_year": 2010}, 2026)
    assert result.missing == ("urban_medical_year",)
    assert "缺少：本人城镇医疗保险起始年份" in result.summary("zh")
    assert "可查：人社、医保部门参保缴费记录" in line(result, "城镇医疗保险待遇")
    prorated = CHILDCARE.evaluate_one({"birth_year": 2023, "deceased": False, "chinese_national": True}, 2026)
    assert line(prorated, "金额") == "金额：待核实（缺少：出生月）"


def test_values_thresholds_and_references_are_there_for_every_node() -> None:
    content = REWARD.evaluate_one(CONVERTED, 2026).as_dict("en")
    age = next(c for c in content["conditions"] if c["code"] == "age_reached")
    assert age["state"] == "true" and age["seen"][0] == {
        "fact": "birth_year", "label": "year of birth", "value": 1966, "text": "1966",
    }  # fmt: skip
    assert age["thresholds"][0]["value"] == 60 and "国办发〔2004〕21号" in age["thresholds"][0]["reference"]
    assert content["amount"]["thresholds"][0]["value"] == 96_000
    assert content["amount_fen"] == 96_000 and content["claim_by"] is None
    assert json.loads(json.dumps(content)) == content


def test_branches_not_taken_are_not_told() -> None:
    result = REWARD.evaluate_one({**CONVERTED, "hukou_kind": "agricultural"}, 2026)
    rural = next(n for n in result.conditions if n.code == "rural_self")
    assert [child.code for child in rural.children] == ["rural_self.agricultural"]
    spouse = next(n for n in result.conditions if n.code == "rural_spouse")
    assert [(child.code, child.state) for child in spouse.children] == [("rural_spouse.has_spouse", False)]


def test_answers_are_recorded_at_every_depth() -> None:
    result = REWARD.evaluate_one(CONVERTED, 2026)
    assert result.state_of("rural_self.medical") is True
    assert result.state_of("rural_self.pension") is False
    assert result.state_of("rural_spouse.rural") is None
    with pytest.raises(KeyError):
        result.state_of("unheard_of")


def test_reasons_do_not_follow_later_changes_of_the_facts() -> None:
    facts = dict(CONVERTED)
    result = REWARD.evaluate_one(facts, 2026)
    facts["birth_year"] = 1990
    assert "1966年出生" in line(result, "已满60周岁")


def test_before_its_first_year_a_programme_only_says_so() -> None:
    result = CHILDCARE.evaluate_one({"birth_year": 2023}, 2024)
    assert result.failing == ("in_force",)
    assert [node.code for node in result.conditions] == ["in_force"]
    assert "自2025年1月1日起符合" in line(result, "制度已经实施")
    assert result.amount is None
