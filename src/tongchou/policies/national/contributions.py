"""The individual's share of pension and medical insurance, paid for families of the only-child period.

Legacy: some provinces' laws have local governments subsidise the contributions of parents with one child or
two daughters (such as Henan's regulations, Art. 34). Whether and how much a county pays is its own to set, so
the amounts here are defaults until it does, and every answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import TRUE, Condition, Fact, IsTrue, Note, Param
from tongchou.domain.policy.words import Citation, Text
from tongchou.policies.national.amounts import KNOWN_HERE
from tongchou.policies.national.children import one_or_two_daughters_or_none_left
from tongchou.policies.national.sources import POPULATION_LAW_31

children = Condition(
    "children",
    Text(
        "现存一个子女、两个女孩，或曾有子女而现无存活子女（2015年底前生育、收养）",
        "One living child, or two daughters, or had children and none lives (born or adopted up to 2015)",
    ),
    one_or_two_daughters_or_none_left,
    citation=POPULATION_LAW_31,
    hint=Text("由本人申报", "as declared by the person"),
)


def enrolled(fact: str, label: Text, citation: Citation) -> Condition:
    """Enrolled in the insurance whose contribution is paid."""
    return Condition(
        "enrolled",
        label,
        IsTrue(Fact(fact)),
        citation=citation,
        hint=Text("人社、医保部门参保记录", "records of the insurance offices"),
    )


def contribution(
    parameters: Mapping[str, Parameter],
    *,
    code: str,
    title: Text,
    about: Text,
    citation: Citation,
    conditions: tuple[Condition, ...],
) -> Programme:
    """A programme that pays the year's individual contribution."""
    return Programme(
        code=code,
        title=title,
        summary=about,
        kind="legacy",
        finding="application",
        version="1",
        first_year=first_full_year(parameters, 2014),
        since=KNOWN_HERE,
        citations=(POPULATION_LAW_31, citation),
        conditions=(*conditions, children),
        amount=Param("yearly_amount"),
        notes=(
            Note(
                TRUE,
                Text(
                    "个人缴费{amount}由财政代缴",
                    "the individual contribution of {amount} is paid for the person",
                ),
                (("amount", Param("yearly_amount")),),
            ),
        ),
        parameters=parameters,
        plausible=(0, 400),
    )
