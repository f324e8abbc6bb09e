"""并发症扶助: for people a medical body has found to suffer from after-effects of an operation back then.

Private. The only thing asked is the grade in the medical finding, brought by the person on this application:
neither the operation nor its date nor anything else about it is recorded, asked or looked for.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import All, Case, Compare, Condition, Const, Fact, Param
from tongchou.domain.policy.words import Text
from tongchou.policies.national.amounts import KNOWN_HERE, whole_year
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import REWARD_RULES, SUPPORT_AMOUNTS_2022

TITLE = Text("手术并发症人员扶助", "Assistance for after-effects of an operation")
ABOUT = Text(
    "经医学鉴定有手术并发症的人，按等级按月给予扶助；只看鉴定等级，不公示。",
    "Monthly assistance by the grade a medical body has found; nothing else is asked, nothing is posted.",
)
GRADE = Fact("aftereffects_grade")
AMOUNT = Case(
    (
        (Compare(GRADE, "=", Const(1)), Param("monthly_amount_1")),
        (Compare(GRADE, "=", Const(2)), Param("monthly_amount_2")),
    ),
    Param("monthly_amount_3"),
)
found = Condition(
    "found",
    Text("经鉴定为一级至三级", "Found to be of grade 1 to 3"),
    All((Compare(GRADE, "≥", Const(1)), Compare(GRADE, "≤", Const(3)))),
    citation=REWARD_RULES,
    detail=Text("鉴定等级：{grade}", "grade found: {grade}"),
    shows=(("grade", GRADE),),
    hint=Text("医学鉴定机构出具的鉴定书", "the finding of the medical body"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="aftereffects_assistance",
        title=TITLE,
        summary=ABOUT,
        kind="private",
        finding="application",
        neutral=Text("家庭扶助（丙）", "Family support C"),
        version="1",
        first_year=first_full_year(parameters, 2022),
        since=KNOWN_HERE,
        citations=(REWARD_RULES, SUPPORT_AMOUNTS_2022),
        conditions=(alive_in_year(REWARD_RULES), found),
        amount=AMOUNT,
        notes=(whole_year(AMOUNT),),
        parameters=parameters,
        plausible=(0, 20),
    )
