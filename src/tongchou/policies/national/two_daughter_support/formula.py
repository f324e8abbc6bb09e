"""双女家庭扶持: what a county pays to rural parents of two daughters of the only-child period.

Legacy, and a county's own: the programme waits until the county has set an amount. What is new is open to all
families alike; this only keeps what was promised then.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import Condition, Param
from tongchou.domain.policy.words import Text
from tongchou.policies.national.amounts import SET_HERE, whole_year
from tongchou.policies.national.children import two_daughters
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import POPULATION_LAW_31
from tongchou.policies.national.transition import rural_in_year

TITLE = Text("农村双女家庭扶持", "Support of rural families with two daughters")
ABOUT = Text(
    "独生子女时期农村双女家庭的父母，按年给予扶持；标准由本县规定。",
    "Yearly support of rural parents of two daughters of the only-child period; the county sets the amount.",
)
children = Condition(
    "children",
    Text("现存两个女孩、无男孩（2015年底前生育、收养）", "Two living daughters and no son (up to 2015)"),
    two_daughters,
    citation=POPULATION_LAW_31,
    hint=Text("由本人申报", "as declared by the person"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="two_daughter_support",
        title=TITLE,
        summary=ABOUT,
        kind="legacy",
        finding="application",
        version="1",
        first_year=first_full_year(parameters, 2004),
        since=SET_HERE,
        citations=(POPULATION_LAW_31,),
        conditions=(
            alive_in_year(POPULATION_LAW_31),
            rural_in_year("", "rural_self", Text("本人", "the person"), POPULATION_LAW_31),
            children,
        ),
        amount=Param("yearly_amount"),
        notes=(whole_year(Param("yearly_amount")),),
        parameters=parameters,
        plausible=(0, 200),
    )
