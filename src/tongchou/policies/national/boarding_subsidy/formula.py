"""困难学生生活补助、助学金: twelve years of school for pupils in hardship, more for those who board.

Open to every child alike; brothers, sisters and the sex of the child are not asked. Tuition and textbooks of
the nine compulsory years are free for everybody and need no application; for the three years of senior school
there is the State's grant, the same for boarders and day pupils. The amounts are those of 2021 as they are
commonly told; no text of the documents was at hand to hold them against. So they are defaults, and each says
so: provinces and the State have raised them since, and the area confirms or replaces them by its own file.
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
from tongchou.policies.national.sources import SCHOOL_FUNDS, SCHOOL_GRANTS

TITLE = Text(
    "家庭经济困难学生生活补助和助学金", "Living subsidy and grant of pupils from families in hardship"
)
ABOUT = Text(
    "家庭经济困难学生从小学到高中十二年的补助：小学、初中为生活补助，寄宿生更多，高中（含中职）为助学金；所有孩子一样。",
    "Twelve years of school for pupils from families in hardship: living costs in primary and junior school, "
    "more for boarders, and a grant in senior and vocational school; for every child alike.",
)
STAGE = Fact("school_stage")
PRIMARY, SENIOR, BOARDS = In(STAGE, ("primary",)), In(STAGE, ("senior",)), IsTrue(Fact("boards"))
AMOUNT = Case(
    (
        (PRIMARY, Case(((BOARDS, Param("primary_boarding")),), Param("primary_day"))),
        (SENIOR, Param("senior")),
    ),
    Case(((BOARDS, Param("junior_boarding")),), Param("junior_day")),
)
attends = Condition(
    "attends",
    Text("就读小学、初中或高中（含中职）", "Attends primary, junior or senior school"),
    In(STAGE, ("primary", "junior", "senior")),
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
        citations=(SCHOOL_FUNDS, SCHOOL_GRANTS),
        conditions=(attends, hardship, alive_in_year(SCHOOL_FUNDS)),
        amount=AMOUNT,
        notes=(whole_year(AMOUNT),),
        parameters=parameters,
        plausible=(0, 200),
    )
