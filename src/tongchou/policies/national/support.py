"""What the two kinds of special assistance (特别扶助) share: who it is for, and from which age.

Private (rights rule 3): nobody is looked for, nothing is posted, lists and bank files carry the neutral name.

Readings, each the one that protects the family:

* The age of 49 is the woman's: a married man's wife must have reached it, a man without a spouse counts his
  own years. It is reached in the year of the birthday.
* Children are those born or adopted up to 2015-12-31, as in every legacy programme: a child born or adopted
  later neither ends the assistance nor is asked for.
* Death in a year keeps that year.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rules import first_full_year
from tongchou.domain.policy.tree import (
    Add,
    Case,
    Compare,
    Condition,
    Const,
    Fact,
    IsTrue,
    Param,
    Year,
)
from tongchou.domain.policy.words import Text
from tongchou.policies.national.amounts import KNOWN_HERE, whole_year
from tongchou.policies.national.life import ID_CARD, alive_in_year, born_from
from tongchou.policies.national.sources import POPULATION_LAW_32, REWARD_RULES, SUPPORT_AMOUNTS_2022

OWN, SPOUSES = Fact("birth_year"), Fact("spouse_birth_year")
WOMAN = Compare(Fact("sex"), "=", Const(2))
MARRIED = IsTrue(Fact("has_spouse"))
#: The year of birth that counts: the woman's; a man's own where he has no spouse.
COUNTED = Case(((WOMAN, OWN), (MARRIED, SPOUSES)), OWN)
TURNS = Add(COUNTED, Param("starting_age"))


def _reached(born: Fact) -> Compare:
    return Compare(Add(born, Param("starting_age")), "≤", Year())


#: Asked of whoever counts rather than of the year that counts: where both have reached the age nobody is
#: asked who counts.
REACHED = Case(((WOMAN, _reached(OWN)), (MARRIED, _reached(SPOUSES))), _reached(OWN))

age_reached = Condition(
    "age_reached",
    Text("女方（或无配偶的本人）已满49周岁", "The woman, or a man without a spouse, has turned 49"),
    REACHED,
    citation=REWARD_RULES,
    detail=Text("{turns}年满{age}周岁", "turns {age} in {turns}"),
    shows=(("turns", TURNS), ("age", Param("starting_age"))),
    hint=ID_CARD,
    begins=Text("自{from_year}年起符合", "holds from {from_year} on"),
)


def special_assistance(
    parameters: Mapping[str, Parameter],
    *,
    code: str,
    title: Text,
    about: Text,
    neutral: Text,
    child: Condition,
) -> Programme:
    """The programme for one kind of loss, ``child`` being the condition that tells them apart."""
    return Programme(
        code=code,
        title=title,
        summary=about,
        kind="private",
        finding="application",
        neutral=neutral,
        version="1",
        first_year=first_full_year(parameters, 2018),
        since=KNOWN_HERE,
        citations=(REWARD_RULES, POPULATION_LAW_32, SUPPORT_AMOUNTS_2022),
        conditions=(born_from(REWARD_RULES), age_reached, alive_in_year(REWARD_RULES), child),
        amount=Param("monthly_amount"),
        notes=(whole_year(Param("monthly_amount")),),
        parameters=parameters,
        plausible=(0, 20),
    )
