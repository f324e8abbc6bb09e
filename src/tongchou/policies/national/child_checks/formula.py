"""儿童健康检查: free checks for every child in the year, from the new-born visit to the sixth birthday.

Open to every child where it lives, whatever its registration, and voluntary: nobody is listed or reported for
not coming. In the year of birth up to five visits (after discharge, then at 28 days, 3, 6 and 8 months),
eight by the third birthday, then one each year.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import TRUE, Add, All, Compare, Condition, Const, Fact, Note, Param, Year
from tongchou.domain.policy.words import Text
from tongchou.policies.national.life import alive_in_year
from tongchou.policies.national.sources import PUBLIC_HEALTH

TITLE = Text("0～6岁儿童免费健康检查", "Free health checks of children aged 0 to 6")
ABOUT = Text(
    "每个孩子从出生到6周岁的免费健康检查，在居住地就近做，自愿参加。",
    "Free health checks of every child from birth to six, where it lives; voluntary.",
)
BORN = Fact("birth_year")
LAST = Add(BORN, Param("last_age"))
young = Condition(
    "young",
    Text("当年不满7周岁", "Not yet seven in the year"),
    All((Compare(BORN, "≤", Year()), Compare(Year(), "≤", LAST))),
    citation=PUBLIC_HEALTH,
    detail=Text("{born}年出生，服务至{last}年", "born in {born}, served until {last}"),
    shows=(("born", BORN), ("last", LAST)),
    hint=Text("出生医学证明", "medical certificate of birth"),
    ends=Text("服务至{last_year}年", "{last_year} is the last year"),
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return Programme(
        code="child_checks",
        title=TITLE,
        summary=ABOUT,
        kind="open",
        benefit="service",
        finding="application",
        version="1",
        first_year=first_full_year(parameters, 2017),
        citations=(PUBLIC_HEALTH,),
        conditions=(young, alive_in_year(PUBLIC_HEALTH)),
        amount=Const(0),
        notes=(
            Note(
                TRUE,
                Text(
                    "免费，在居住地的卫生院、社区卫生服务中心",
                    "free, at the health centre where the child lives",
                ),
                (),
            ),
        ),
        parameters=parameters,
    )
