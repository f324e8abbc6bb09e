"""Conditions about being alive that several programmes share."""

from __future__ import annotations

from tongchou.domain.policy.tree import TRUE, Case, Compare, Condition, Fact, IsTrue, Year
from tongchou.domain.policy.words import Citation, Text


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
