"""独生子女父母奖励: each parent who holds the certificate of the only-child period, until the child is grown.

The State leaves amount and age to the provinces; until a province's overlay has set the amount the programme
waits and answers nobody.

Readings, each the one that protects the family:

* A certificate that still holds is enough; why there was one child is nobody's question.
* Whole years, and in the year of the last birthday the months up to and with it.
* No child born or adopted since ends anything here, and none is asked for. The law gives the reward to
  couples who have obtained the certificate, as the State and the provinces provide (Art. 31), and it is the
  provinces that say whether a family with a further child keeps the certificate: some take it back then, and
  leave what has been paid. Which it is cannot be known here, so nothing is promised: the answer is subject to
  the applicant's statement that the certificate holds. It speaks of the paper, not of children.
* Both parents are asked and paid each on their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Statement, first_full_year
from tongchou.domain.policy.tree import (
    Add,
    Case,
    Compare,
    Condition,
    Const,
    Fact,
    IsTrue,
    Mul,
    Note,
    Param,
    Year,
)
from tongchou.domain.policy.words import Text
from tongchou.policies.national.amounts import SET_HERE
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import POPULATION_LAW_31

TITLE = Text("独生子女父母奖励费", "Reward of parents with the only-child certificate")
ABOUT = Text(
    "持有《独生子女父母光荣证》的父母，在子女达到规定年龄以前每月领取；标准由本省规定。",
    "A monthly reward of parents with the only-child certificate until the child is grown; the "
    "province sets the amount.",
)
CHILD_BORN = Fact("only_child_birth_year")
LAST = Add(CHILD_BORN, Param("until_age"))
WHOLE_YEAR = Compare(Year(), "<", LAST)

VALID = Statement(
    "certificate_holds",
    Text(
        "本人所持《独生子女父母光荣证》仍然有效：没有退回，也没有按本省规定收回或者注销。"
        "（领证后又有子女的家庭能否继续领取，各省规定不同，以本省规定为准；本系统不询问、不登记、不核查。）",
        "My only-child certificate still holds: it was neither given back nor withdrawn or cancelled under "
        "the rules of the province. (Provinces differ on whether a family that has had another child since "
        "goes on with the reward; the rules of the province decide. This system does not ask, record or "
        "check it.)",
    ),
)

certificate = Condition(
    "certificate",
    Text("持有《独生子女父母光荣证》", "Holds the only-child certificate"),
    IsTrue(Fact("only_child_certificate")),
    citation=POPULATION_LAW_31,
    hint=Text(
        "《独生子女父母光荣证》；遗失的由经办人查档案", "the certificate; if lost the officer looks it up"
    ),
)
child_young = Condition(
    "child_young",
    Text("子女当年未超过领取年龄", "The child has not passed the last age in the year"),
    Compare(Year(), "≤", LAST),
    citation=POPULATION_LAW_31,
    detail=Text("{born}年出生，{last}年满{age}周岁", "born in {born}, turns {age} in {last}"),
    shows=(("born", CHILD_BORN), ("last", LAST), ("age", Param("until_age"))),
    hint=Text("居民户口簿", "household register booklet"),
    ends=Text("最后领取年度为{last_year}年", "{last_year} is the last year"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="only_child_reward",
        title=TITLE,
        summary=ABOUT,
        kind="legacy",
        finding="application",
        version="2",
        first_year=first_full_year(parameters, 2002),
        since=SET_HERE,
        citations=(POPULATION_LAW_31,),
        conditions=(certificate, child_young, alive_in_year(POPULATION_LAW_31)),
        amount=Case(
            ((WHOLE_YEAR, Mul(Const(12), Param("monthly_amount"))),),
            Mul(Fact("only_child_birth_month"), Param("monthly_amount")),
        ),
        notes=(
            Note(
                WHOLE_YEAR,
                Text("12个月，每月{amount}", "12 months, {amount} each"),
                (("amount", Param("monthly_amount")),),
            ),
            Note(
                Compare(Year(), "=", LAST),
                Text(
                    "1月至满{age}周岁当月共{months}个月，每月{amount}",
                    "January to the month of turning {age}: months {months}, {amount} each",
                ),
                (
                    ("age", Param("until_age")),
                    ("months", Fact("only_child_birth_month")),
                    ("amount", Param("monthly_amount")),
                ),
            ),
        ),
        statement=VALID,
        parameters=parameters,
        plausible=(0, 300),
    )
