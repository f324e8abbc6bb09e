"""城镇独生子女父母养老扶助: for those who worked for no state body or enterprise and so have no such reward.

The counterpart of the rural reward, for people to whom urban rules apply in the year: the same transition
decides, so nobody falls between the two. The amount is the province's or the county's; the programme waits
until one is set.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import Condition, Fact, IsTrue, Not, Param
from tongchou.domain.policy.words import Text
from tongchou.policies.national.amounts import SET_HERE, whole_year
from tongchou.policies.national.contributions import children
from tongchou.policies.national.life import age_reached, alive_in_year
from tongchou.policies.national.sources import POPULATION_LAW_31
from tongchou.policies.national.transition import rural_in_year

TITLE = Text("城镇独生子女父母养老扶助", "Pension support of urban parents of the only-child period")
ABOUT = Text(
    "城镇独生子女父母中没有机关企事业单位待遇的，年老后给予养老扶助；标准由本地规定。",
    "Support in old age for urban parents of the only-child period who have no benefits from a "
    "state body or enterprise; the area sets the amount.",
)
rural = rural_in_year("", "urban.rural", Text("本人", "the person"), POPULATION_LAW_31)
urban = Condition(
    "urban",
    Text("本人当年适用城镇政策", "Urban rules apply to the person in the year"),
    Not(rural),
    citation=POPULATION_LAW_31,
    begins=Text("自{from_year}年1月1日起适用城镇政策", "urban rules apply from {from_year}-01-01"),
)
not_employed = Condition(
    "not_state_employed",
    Text(
        "非机关企事业单位在职或退休人员", "Neither employed by nor retired from a state body or an enterprise"
    ),
    Not(IsTrue(Fact("state_employed"))),
    citation=POPULATION_LAW_31,
    hint=Text("人社部门参保记录", "records of the social-security office"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="urban_pension_support",
        title=TITLE,
        summary=ABOUT,
        kind="legacy",
        finding="application",
        version="1",
        first_year=first_full_year(parameters, 2004),
        since=SET_HERE,
        citations=(POPULATION_LAW_31,),
        conditions=(
            age_reached(POPULATION_LAW_31, Text("已满起始年龄", "Has reached the starting age")),
            alive_in_year(POPULATION_LAW_31),
            urban,
            not_employed,
            children,
        ),
        amount=Param("yearly_amount"),
        notes=(whole_year(Param("yearly_amount")),),
        parameters=parameters,
        plausible=(0, 100),
    )
