"""特别扶助, for parents of the only-child period whose child is disabled (readings: ``support.py``).

The certificate's grade is read on this application alone. While it is valid nothing is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.tree import All, Compare, Condition, Const, Fact, Param
from tongchou.domain.policy.words import Text
from tongchou.policies.national.children import one_left
from tongchou.policies.national.sources import REWARD_RULES
from tongchou.policies.national.support import special_assistance

TITLE = Text("计划生育特殊家庭扶助金（伤残）", "Special assistance for parents of a disabled only child")
ABOUT = Text(
    "独生子女时期子女残疾（一至三级）的父母，从女方49周岁起按月给予扶助；不公示。",
    "Monthly assistance for parents of the only-child period whose child is disabled (grade 1 to "
    "3), from the woman's 49th year; never posted.",
)
GRADE = Fact("child_disability_grade")
child = Condition(
    "child",
    Text("现存一个子女（2015年底前生育、收养）", "One living child (born or adopted up to 2015)"),
    one_left,
    citation=REWARD_RULES,
    hint=Text("由本人申报", "as declared by the person"),
)
disabled = Condition(
    "disabled",
    Text("该子女残疾证等级为一级至三级", "The child's disability certificate is of grade 1 to 3"),
    All((Compare(GRADE, "≥", Const(1)), Compare(GRADE, "≤", Param("mildest_grade")))),
    citation=REWARD_RULES,
    hint=Text("残疾人证由经办人向残联核实", "the officer asks the disabled persons' federation"),
)
both = Condition(
    "child_and_grade",
    Text("独生子女伤残", "The only child is disabled"),
    All((child, disabled)),
    citation=REWARD_RULES,
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return special_assistance(
        parameters,
        code="disabled_child_assistance",
        title=TITLE,
        about=ABOUT,
        neutral=Text("家庭扶助（乙）", "Family support B"),
        child=both,
    )
