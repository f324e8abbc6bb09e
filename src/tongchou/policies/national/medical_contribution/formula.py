"""医疗保险缴费补助: the individual contribution of the residents' medical insurance, at any age."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.words import Citation, Text
from tongchou.policies.national.contributions import contribution, enrolled
from tongchou.policies.national.life import alive_in_year

TITLE = Text("城乡居民医疗保险缴费补助", "Medical contribution paid for the person")
ABOUT = Text(
    "由财政为独生子女时期的父母缴纳居民医疗保险的个人部分；标准由本地规定。",
    "The individual's medical contribution is paid for parents of the only-child period; the area "
    "sets the amount.",
)
MEDICAL = Citation(
    Text("城乡居民基本医疗保障工作年度通知", "Yearly notice on the residents' basic medical insurance")
)


def programme(parameters: Mapping[str, Parameter]) -> Programme:
    """The programme with the given dated parameters."""
    return contribution(
        parameters,
        code="medical_contribution",
        title=TITLE,
        about=ABOUT,
        citation=MEDICAL,
        conditions=(
            alive_in_year(MEDICAL),
            enrolled(
                "resident_medical",
                Text("参加城乡居民医疗保险", "Enrolled in the residents' medical insurance"),
                MEDICAL,
            ),
        ),
    )
