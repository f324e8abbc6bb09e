"""困难学生生活补助: primary and junior pupils of families in hardship, more for those who board.

Open to every child alike; brothers, sisters and the sex of the child are not asked. Tuition and textbooks of
the nine compulsory years are free for everybody and need no application. The amounts are the national basic
ones of 2021, marked as defaults: provinces and the State have raised them since, and the county enters what
holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import Case, Condition, Fact, In, IsTrue, Param
from tongchou.domain.policy.words import Text
from tongchou.policies.national.amounts import KNOWN_HERE, whole_year
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import SCHOOL_FUNDS

TITLE = Text("义务教育家庭经济困难学生生活补助", "Living subsidy of pupils from families in hardship")
ABOUT = Text(
    "家庭经济困难的小学、初中学生的生活补助，寄宿生更多；所有孩子一样。",
    "Living costs of primary and junior pupils from families in hardship, more for boarders; for "
    "every child alike.",
)
STAGE = Fact("school_stage")
PRIMARY, BOARDS = In(STAGE, ("primary",)), IsTrue(Fact("boards"))
AMOUNT = Case(
    ((PRIMARY, Case(((BOARDS, Param("primary_boarding")),), Param("primary_day"))),),
    Case(((BOARDS, Param("junior_boarding")),), Param("junior_day")),
)
attends = Condition(
    "attends",
    Text("就读小学或初中", "Attends primary or junior middle school"),
    In(STAGE, ("primary", "junior")),
    citation=SCHOOL_FUNDS,
    detail=Text("{stage}", "{stage}"),
    shows=(("stage", STAGE),),
    hint=Text("学籍信息由经办人向学校核实", "the officer asks the school"),
)
hardship = Condition(
    "hardship",
    Text("家庭经济困难", "The family is in hardship"),
    IsTrue(Fact("low_income")),
    citation=SCHOOL_FUNDS,
    hint=Text("民政、乡村振兴部门认定名单", "the lists of the civil-affairs and rural-vitalisation offices"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="boarding_subsidy",
        title=TITLE,
        summary=ABOUT,
        kind="open",
        finding="application",
        version="1",
        first_year=first_full_year(parameters, 2021),
        since=KNOWN_HERE,
        citations=(SCHOOL_FUNDS,),
        conditions=(attends, hardship, alive_in_year(SCHOOL_FUNDS)),
        amount=AMOUNT,
        notes=(whole_year(AMOUNT),),
        parameters=parameters,
        plausible=(0, 200),
    )
