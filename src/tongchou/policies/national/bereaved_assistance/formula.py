"""特别扶助, for parents of the only-child period who have lost their child.

See ``support.py`` for the readings.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.tree import Condition
from tongchou.domain.policy.words import Text
from tongchou.policies.national.children import none_left
from tongchou.policies.national.sources import REWARD_RULES
from tongchou.policies.national.support import special_assistance

TITLE = Text("计划生育特殊家庭扶助金（失独）", "Special assistance for bereaved parents")
ABOUT = Text(
    "独生子女时期失去子女的父母，从女方49周岁起按月给予扶助；不公示，不上门查问。",
    "Monthly assistance for parents of the only-child period who lost their child, from the woman's "
    "49th year; never posted, nobody is questioned at the door.",
)
child = Condition(
    "child",
    Text(
        "曾有子女而现无存活子女（2015年底前生育、收养）",
        "Had children of whom none lives (born or adopted up to 2015)",
    ),
    none_left,
    citation=REWARD_RULES,
    hint=Text(
        "由本人申报；户口注销证明由经办人向公安部门核实，不要求本人提供",
        "as declared; the officer asks the police for the record, the parents need bring none",
    ),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return special_assistance(
        parameters,
        code="bereaved_assistance",
        title=TITLE,
        about=ABOUT,
        neutral=Text("家庭扶助（甲）", "Family support A"),
        child=child,
    )
