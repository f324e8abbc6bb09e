"""育儿补贴, the national childcare subsidy: for every child under three, whatever the family.

The rule asks when the child was born, that it lives and that it is a Chinese national. It asks nothing about
parents, marriage, brothers and sisters, or how the birth came about, and no overlay may add such a question.

Readings, each the one that protects the family:

* A child born in 2025 or later has three yearly payments: the years of birth, first and second birthday.
* A child born from 2022 to 2024 has whole years from 2025 on first and, in the year of the third birthday,
  300 yuan for each month up to and with the month of that birthday (a part of a month counts whole). The
  month of birth matters in that year alone.
* A child who dies in a year keeps that year. Deaths before 2025 were before the programme.
* The claim for the year of birth can be made until the end of the next year; other years end with themselves.
  A year is applied for year by year (Art. 12), so not before it begins: the family may have moved until then,
  and would be bound to the place it applied at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from tongchou.domain.policy.dated import LEVELS
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import Claiming
from tongchou.domain.policy.tree import (
    Add,
    All,
    Any,
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
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import CHILDCARE_PLAN, childcare_rules

TITLE = Text("育儿补贴", "Childcare subsidy")
ABOUT = Text(
    "3周岁以下的孩子每人每年一笔补贴，2025年以前出生的按月折算；不问家庭情况。",
    "A yearly subsidy for every child under three, by the month for births before 2025; nothing is "
    "asked about the family.",
)
#: Whoever sets the year's amount sets the month's with it.
TWELFTHS = {"monthly_amount": "yearly_amount"}
BORN = Fact("birth_year")
#: The year in which the child turns three.
THIRD_BIRTHDAY = Add(BORN, Param("eligible_years"))
WHO = childcare_rules("第五条", "Art. 5")

CLAIMING = Claiming(
    Text(
        "按年度申请：每年度的补贴在当年1月1日至12月31日申请，不提前受理下一年度；"
        "出生当年的补贴自出生起申请，最迟到次年12月31日。"
        "逾期未申请的，当年不再发放，以后年度的仍可申请。"
        "2025年度自管理规范印发之日（2025年8月24日）起申请。",
        "Year by year: the subsidy of a year is claimed from its 1 January to its 31 December, and not "
        "before the year begins; that of the year of birth from the birth on and until 31 December of the "
        "year after. Whoever applies too late loses that year; the years after can still be claimed. Claims "
        "for 2025 began on the day the rules were issued, 2025-08-24.",
    ),
    childcare_rules("第十二条", "Art. 12"),
    dt.date(2025, 8, 24),
)

chinese_national = Condition(
    "chinese_national",
    Text("具有中国国籍", "Is a Chinese national"),
    IsTrue(Fact("chinese_national")),
    citation=CHILDCARE_PLAN,
    hint=Text("居民户口簿或出生医学证明", "household register booklet or medical certificate of birth"),
)
under_three = Condition(
    "under_three",
    Text("当年有可领补贴的月份（3周岁以下）", "Has months of the year under the age of three"),
    All(
        (
            Compare(BORN, "≤", Year()),
            Any(
                (
                    Compare(Year(), "<", THIRD_BIRTHDAY),
                    All((Compare(Year(), "=", THIRD_BIRTHDAY), Compare(BORN, "<", Param("first_year")))),
                )
            ),
        )
    ),
    citation=WHO,
    detail=Text("{born}年出生，{third}年满{age}周岁", "born in {born}, turns {age} in {third}"),
    shows=(("born", BORN), ("third", THIRD_BIRTHDAY), ("age", Param("eligible_years"))),
    hint=Text("出生医学证明", "medical certificate of birth"),
    ends=Text("最后领取年度为{last_year}年", "{last_year} is the last year"),
)


def _refuse_two_scales(parameters: Mapping[str, Parameter]) -> None:
    """A province that raises the year's amount raises the month's with it."""
    yearly, monthly = parameters["yearly_amount"], parameters["monthly_amount"]
    for year in {*yearly.change_years(), *monthly.change_years()}:
        if (whole := yearly.in_year(year).value) != 12 * (part := monthly.in_year(year).value):
            # The level that set one of the two alone is the one to set the other.
            values = (yearly.in_year(year), monthly.in_year(year))
            culprit = max(values, key=lambda one: (LEVELS.index(one.level), one.start))
            raise LoadError(
                f"childcare_subsidy: twelve months of {part} fen are not the {whole} fen of {year}; set "
                "yearly_amount and monthly_amount together",
                culprit.place,
            )


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters.

    Raises
    ------
    LoadError
        When the amount of a month is not a twelfth of the year's.
    """
    _refuse_two_scales(parameters)
    return Programme(
        code="childcare_subsidy",
        title=TITLE,
        summary=ABOUT,
        kind="open",
        version="1",
        first_year=parameters["first_year"].values[0].value,
        citations=(WHO, CHILDCARE_PLAN, childcare_rules("第十二条、第十四条", "Art. 12 and 14")),
        conditions=(chinese_national, under_three, alive_in_year(WHO)),
        amount=Case(
            ((Compare(Year(), "<", THIRD_BIRTHDAY), Param("yearly_amount")),),
            Mul(Fact("birth_month"), Param("monthly_amount")),
        ),
        notes=(
            Note(
                Compare(Year(), "<", THIRD_BIRTHDAY),
                Text("全年{amount}", "the whole year: {amount}"),
                (("amount", Param("yearly_amount")),),
            ),
            Note(
                Compare(Year(), "=", THIRD_BIRTHDAY),
                Text(
                    "1月至满{age}周岁当月共{months}个月，每月{amount}",
                    "January to the month of turning {age}: months {months}, {amount} each",
                ),
                (
                    ("age", Param("eligible_years")),
                    ("months", Fact("birth_month")),
                    ("amount", Param("monthly_amount")),
                ),
            ),
        ),
        claim_by=Case(((Compare(BORN, "=", Year()), Add(Year(), Const(1))),), Year()),
        claiming=CLAIMING,
        parameters=parameters,
        plausible=(0, 100),
    )
