"""奖励扶助 (奖扶): the yearly reward, from 60 on, for rural parents of the only-child period.

A legacy programme: present law keeps it for births up to 2015-12-31 (Population and Family Planning Law, Art.
31). It pays each spouse on their own and is closed to later births, so it shrinks; children born from 2016 on
count neither for nor against anybody.

Readings, each the one that protects the family:

* 60 is reached in the year of the sixtieth birthday, so the month of birth does not matter.
* Death in a year keeps that year.
* Living children are among the children ever had, so the one tells of the other: with one child ever the
  condition holds whichever children live, and nobody is asked. Counts that contradict one another (more
  living than ever had) settle nothing, neither for nor against the family: they are asked for again.
* A person without a living spouse needs no second rural status.
* The condition of the old scheme about births from 1973 to 2001 is a statement of the applicant on this
  application. Nobody computes, stores or checks it.
* The national rule sets no last day for the claim; the county's own calendar does.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Statement
from tongchou.domain.policy.tree import (
    TRUE,
    Case,
    Condition,
    Fact,
    IsTrue,
    Note,
    Param,
)
from tongchou.domain.policy.words import Text
from tongchou.policies.national.children import DAUGHTERS, SONS, one_or_two_daughters_or_none_left
from tongchou.policies.national.life import age_reached, alive_in_year, born_from
from tongchou.policies.national.sources import POPULATION_LAW_31, REWARD_PILOT, REWARD_RULES
from tongchou.policies.national.transition import rural_in_year

TITLE = Text("农村部分计划生育家庭奖励扶助", "Elderly reward (legacy)")
ABOUT = Text(
    "独生子女时期的农村父母，从60周岁起每人每年领取，夫妻各算各的。",
    "A yearly reward from 60 on for rural parents of the only-child period, each spouse on their own.",
)
AGE = Text("已满60周岁", "Has turned 60")
rural_self = rural_in_year("", "rural_self", Text("本人", "the person"), REWARD_RULES)
spouse_rural = rural_in_year("spouse_", "rural_spouse.rural", Text("配偶", "the spouse"), REWARD_RULES)
has_spouse = Condition(
    "rural_spouse.has_spouse",
    Text("现有配偶", "Has a living spouse"),
    IsTrue(Fact("has_spouse")),
    hint=Text("婚姻登记信息、居民户口簿", "marriage registration or household register booklet"),
)
rural_spouse = Condition(
    "rural_spouse",
    Text(
        "配偶当年适用农村政策，或现无配偶",
        "Rural rules apply to the spouse in the year, or there is no spouse",
    ),
    Case(((has_spouse, spouse_rural),), TRUE),
    citation=REWARD_RULES,
)
children = Condition(
    "children",
    Text(
        "现存一个子女、两个女孩，或曾有子女而现无存活子女（2015年底前生育、收养）",
        "One living child, or two daughters, or had children and none lives (born or adopted up to 2015)",
    ),
    one_or_two_daughters_or_none_left,
    citation=REWARD_PILOT,
    detail=Text("现存男孩{sons}人、女孩{daughters}人", "living sons: {sons}, daughters: {daughters}"),
    shows=(("sons", SONS), ("daughters", DAUGHTERS)),
    hint=Text("由本人申报", "as declared by the person"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="elderly_reward",
        title=TITLE,
        summary=ABOUT,
        kind="legacy",
        version="1",
        first_year=parameters["first_year"].values[0].value,
        citations=(REWARD_PILOT, REWARD_RULES, POPULATION_LAW_31),
        conditions=(
            born_from(REWARD_PILOT),
            age_reached(REWARD_PILOT, AGE),
            alive_in_year(REWARD_RULES),
            rural_self,
            rural_spouse,
            children,
        ),
        amount=Param("yearly_amount"),
        notes=(
            Note(
                TRUE,
                Text("每人每年{amount}", "per person and year: {amount}"),
                (("amount", Param("yearly_amount")),),
            ),
        ),
        statement=Statement(
            "births_1973_2001",
            Text(
                ""
                "由申请人本人在本次申请中就1973年至2001年期间的生育情况作出声明，本系统不登记、不计算、不核查。",
                "On this application the applicant alone makes the statement on births from 1973 to 2001; "
                "this system does not record, compute or check it.",
            ),
        ),
        parameters=parameters,
        plausible=(0, 200),
    )
