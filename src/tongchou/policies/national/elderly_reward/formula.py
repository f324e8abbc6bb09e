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
    Add,
    All,
    Any,
    Case,
    Compare,
    Condition,
    Const,
    Expr,
    Fact,
    IsTrue,
    Known,
    Note,
    Param,
    Unclear,
    Year,
)
from tongchou.domain.policy.words import Text
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import POPULATION_LAW_31, REWARD_PILOT, REWARD_RULES
from tongchou.policies.national.transition import rural_in_year

BORN = Fact("birth_year")
TURNS = Add(BORN, Param("starting_age"))
SONS, DAUGHTERS, EVER = Fact("living_sons"), Fact("living_daughters"), Fact("children_ever")


def _are(number: Fact, value: int) -> Expr:
    return Compare(number, "=", Const(value))


def _more_than_ever(number: Expr, *parts: Fact) -> Expr:
    """More of these live than there ever were, as far as all that is known; never unknown."""
    return All((*(Known(part) for part in parts), Compare(number, ">", EVER)))


contradictory = All(
    (
        Known(EVER),
        Any(
            (
                _more_than_ever(SONS, SONS),
                _more_than_ever(DAUGHTERS, DAUGHTERS),
                _more_than_ever(Add(SONS, DAUGHTERS), SONS, DAUGHTERS),
            )
        ),
    )
)
#: With two children ever had: no son lives, or both daughters do. What else is unknown then decides nothing.
no_son_of_two = All(
    (
        Known(EVER),
        _are(EVER, 2),
        Any((All((Known(SONS), _are(SONS, 0))), All((Known(DAUGHTERS), _are(DAUGHTERS, 2))))),
    )
)
born_from_1933 = Condition(
    "born_from_1933",
    Text("1933年1月1日以后出生", "Born on or after 1933-01-01"),
    Compare(BORN, "≥", Param("earliest_birth_year")),
    citation=REWARD_PILOT,
    detail=Text("{born}年出生", "born in {born}"),
    shows=(("born", BORN),),
    hint=Text("居民身份证", "identity card"),
)
age_reached = Condition(
    "age_reached",
    Text("已满60周岁", "Has turned 60"),
    Compare(TURNS, "≤", Year()),
    citation=REWARD_PILOT,
    detail=Text("{born}年出生，{turns}年满{age}周岁", "born in {born}, turns {age} in {turns}"),
    shows=(("born", BORN), ("turns", TURNS), ("age", Param("starting_age"))),
    hint=Text("居民身份证", "identity card"),
    begins=Text("自{from_year}年起符合", "holds from {from_year} on"),
)
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
    Case(
        (
            (contradictory, Unclear((SONS, DAUGHTERS, EVER))),
            (All((Known(EVER), Compare(EVER, "≤", Const(1)))), _are(EVER, 1)),
            (no_son_of_two, TRUE),
            (All((_are(SONS, 0), _are(DAUGHTERS, 0))), Compare(EVER, "≥", Const(1))),
        ),
        Any(
            (
                All((_are(SONS, 1), _are(DAUGHTERS, 0))),
                All((_are(SONS, 0), _are(DAUGHTERS, 1))),
                All((_are(SONS, 0), _are(DAUGHTERS, 2))),
            )
        ),
    ),
    citation=REWARD_PILOT,
    detail=Text("现存男孩{sons}人、女孩{daughters}人", "living sons: {sons}, daughters: {daughters}"),
    shows=(("sons", SONS), ("daughters", DAUGHTERS)),
    hint=Text("由本人申报", "as declared by the person"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="elderly_reward",
        title=Text("农村部分计划生育家庭奖励扶助", "Elderly reward (legacy)"),
        kind="legacy",
        version="1",
        first_year=parameters["first_year"].values[0].value,
        citations=(REWARD_PILOT, REWARD_RULES, POPULATION_LAW_31),
        conditions=(
            born_from_1933,
            age_reached,
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
                "由申请人本人在本次申请中就1973年至2001年期间的生育情况作出声明，本系统不登记、不计算、不核查。",
                "On this application the applicant alone makes the statement on births from 1973 to 2001; "
                "this system does not record, compute or check it.",
            ),
        ),
        parameters=parameters,
    )
