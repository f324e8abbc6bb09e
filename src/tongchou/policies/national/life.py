"""Conditions about being alive and of an age that several programmes share."""

from __future__ import annotations

from tongchou.domain.policy.tree import TRUE, Add, Case, Compare, Condition, Fact, IsTrue, Param, Year
from tongchou.domain.policy.words import Citation, Text

ID_CARD = Text("居民身份证", "identity card")


def alive_in_year(citation: Citation) -> Condition:
    """Alive in the year, or died in it: the year of death keeps its benefit."""
    return Condition(
        "alive",
        Text(
            "健在，或于当年及以后死亡（死亡当年仍可享受）",
            "Alive, or died in the year or later (the year of death counts)",
        ),
        Case(((IsTrue(Fact("deceased")), Compare(Fact("death_year"), "≥", Year())),), TRUE),
        citation=citation,
        detail=Text("死亡年份：{death_year}", "year of death: {death_year}"),
        shows=(("death_year", Fact("death_year")),),
        hint=Text("死亡登记、户口注销记录", "death registration or cancelled household registration"),
    )


def born_from(citation: Citation) -> Condition:
    """Born in or after the parameter ``earliest_birth_year``."""
    born = Fact("birth_year")
    return Condition(
        "born_from_1933",
        Text("1933年1月1日以后出生", "Born on or after 1933-01-01"),
        Compare(born, "≥", Param("earliest_birth_year")),
        citation=citation,
        detail=Text("{born}年出生", "born in {born}"),
        shows=(("born", born),),
        hint=ID_CARD,
    )


def age_reached(citation: Citation, label: Text) -> Condition:
    """The parameter ``starting_age`` is reached in the year, whatever the day of the birthday."""
    born = Fact("birth_year")
    turns = Add(born, Param("starting_age"))
    return Condition(
        "age_reached",
        label,
        Compare(turns, "≤", Year()),
        citation=citation,
        detail=Text("{born}年出生，{turns}年满{age}周岁", "born in {born}, turns {age} in {turns}"),
        shows=(("born", born), ("turns", turns), ("age", Param("starting_age"))),
        hint=ID_CARD,
        begins=Text("自{from_year}年起符合", "holds from {from_year} on"),
    )
