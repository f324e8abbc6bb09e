"""养老保险缴费补助: the lowest contribution of the residents' pension.

From 16 until the pension begins at 60.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.tree import Add, All, Compare, Condition, Fact, Param, Year
from tongchou.domain.policy.words import Text
from tongchou.policies.national.contributions import contribution, enrolled
from tongchou.policies.national.life import ID_CARD, alive_in_year
from tongchou.policies.national.sources import PENSION_OPINIONS

TITLE = Text("城乡居民养老保险缴费补助", "Pension contribution paid for the person")
ABOUT = Text(
    "由财政为独生子女时期的父母缴纳居民养老保险的个人部分；标准由本地规定。",
    "The individual's pension contribution is paid for parents of the only-child period; the area "
    "sets the amount.",
)
BORN = Fact("birth_year")
contributing = Condition(
    "contributing_age",
    Text("年满16周岁、未满60周岁", "Aged 16 and not yet 60"),
    All(
        (
            Compare(Add(BORN, Param("first_age")), "≤", Year()),
            Compare(Year(), "≤", Add(BORN, Param("pension_age"))),
        )
    ),
    citation=PENSION_OPINIONS,
    detail=Text("{born}年出生", "born in {born}"),
    shows=(("born", BORN),),
    hint=ID_CARD,
    begins=Text("自{from_year}年起符合", "holds from {from_year} on"),
    ends=Text("最后缴费年度为{last_year}年", "{last_year} is the last year"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return contribution(
        parameters,
        code="pension_contribution",
        title=TITLE,
        about=ABOUT,
        citation=PENSION_OPINIONS,
        conditions=(
            contributing,
            alive_in_year(PENSION_OPINIONS),
            enrolled(
                "resident_pension",
                Text("参加城乡居民养老保险", "Enrolled in the residents' pension insurance"),
                PENSION_OPINIONS,
            ),
        ),
    )
