"""Rural or urban in a year: the transition of people who become urban.

Rural rules apply to a person with agricultural registration; where the kinds of registration were unified, to
one determined to be a rural resident (界定为农村居民). Who was converted from agricultural to urban
registration keeps them until urban pension *and* urban medical insurance are both enjoyed, for the rest of
that year, and for three calendar years more (start 2023: 2024 to 2026); then urban rules apply.

Readings, each the one that protects the family:

* The transition counts from the latest of conversion, urban pension and urban medical insurance.
* "The latest of three years plus three has not passed" is written as "one of the three plus three has not
  passed", so that a missing date is asked for only where it decides.
"""

from __future__ import annotations

from tongchou.domain.policy.tree import (
    FALSE,
    TRUE,
    Add,
    Any,
    Case,
    Compare,
    Condition,
    Expr,
    Fact,
    In,
    IsTrue,
    MaxOf,
    Param,
    Year,
)
from tongchou.domain.policy.words import Citation, Text

#: Names of the parameters a programme that uses the transition must bring.
YEARS = "transition_years"


def rural_in_year(prefix: str, code: str, who: Text, citation: Citation) -> Condition:
    """Whether rural rules apply in the year to the person (``prefix=""``) or the spouse (``"spouse_"``).

    Needs the parameter :data:`YEARS`.
    """
    kind = Fact(prefix + "hukou_kind")
    agricultural = Condition(
        f"{code}.agricultural",
        Text("农业户口", "Agricultural registration"),
        In(kind, ("agricultural",)),
        detail=Text("{kind}", "{kind}"),
        shows=(("kind", kind),),
        hint=Text("居民户口簿", "household register booklet"),
    )
    determined = Condition(
        f"{code}.determined_rural",
        Text(
            "户口统一登记后界定为农村居民", "Determined to be a rural resident after registration was unified"
        ),
        IsTrue(Fact(prefix + "determined_rural")),
        hint=Text(
            "村民委员会或乡镇的界定记录", "record of the determination at the village committee or township"
        ),
    )
    converted = Condition(
        f"{code}.converted",
        Text("由农业户口转为城镇户口", "Converted from agricultural to urban registration"),
        IsTrue(Fact(prefix + "converted")),
        hint=Text("派出所户口迁移记录", "record of the conversion at the police station"),
    )
    as_converted = Case(((converted, _in_transition(prefix, code)),), FALSE)
    return Condition(
        code,
        Text(f"{who.zh}当年适用农村政策", f"Rural rules apply to {who.en} in the year"),
        Case(
            (
                (agricultural, TRUE),
                (In(kind, ("unified",)), Case(((determined, TRUE),), as_converted)),
            ),
            as_converted,
        ),
        citation=citation,
        begins=Text("自{from_year}年1月1日起适用农村政策", "rural rules apply from {from_year}-01-01"),
        ends=Text(
            "农村政策适用至{last_year}年12月31日，自{from_year}年1月1日起适用城镇政策",
            "rural rules until {last_year}-12-31, urban rules from {from_year}-01-01",
        ),
    )


def _in_transition(prefix: str, code: str) -> Condition:
    converted_year = Fact(prefix + "converted_year")
    pension_year, medical_year = Fact(prefix + "urban_pension_year"), Fact(prefix + "urban_medical_year")
    return Condition(
        f"{code}.in_transition",
        Text(
            "仍在过渡期（城镇养老、医疗待遇尚未都享受，或都享受后当年及其后三年内）",
            "Still in transition (urban pension and medical benefits not both enjoyed, "
            "or enjoyed in this year or the three before)",
        ),
        Any(
            (
                _open(
                    f"{code}.pension",
                    Text(
                        "城镇养老保险待遇未享受，或享受后过渡期未满",
                        "Urban pension not enjoyed, or its transition not over",
                    ),
                    Fact(prefix + "urban_pension"),
                    pension_year,
                ),
                _open(
                    f"{code}.medical",
                    Text(
                        "城镇医疗保险待遇未享受，或享受后过渡期未满",
                        "Urban medical insurance not enjoyed, or its transition not over",
                    ),
                    Fact(prefix + "urban_medical"),
                    medical_year,
                ),
                _within(
                    f"{code}.conversion",
                    Text("转户后过渡期未满", "Transition after the conversion not over"),
                    converted_year,
                ),
            )
        ),
        detail=Text("过渡期最后一年为{last}年", "last year of the transition: {last}"),
        shows=(("last", Add(MaxOf((converted_year, pension_year, medical_year)), Param(YEARS))),),
    )


def _not_passed(start: Expr) -> Compare:
    return Compare(Year(), "≤", Add(start, Param(YEARS)))


def _within(code: str, label: Text, start: Fact) -> Condition:
    return Condition(
        code,
        label,
        _not_passed(start),
        detail=Text("{start}年起，过渡至{last}年底", "from {start}, transition to the end of {last}"),
        shows=(("start", start), ("last", Add(start, Param(YEARS)))),
        hint=Text("派出所户口迁移记录", "record of the conversion at the police station"),
    )


def _open(code: str, label: Text, enjoyed: Fact, start: Fact) -> Condition:
    return Condition(
        code,
        label,
        Case(((IsTrue(enjoyed), _not_passed(start)),), TRUE),
        detail=Text(
            "{start}年起享受，过渡至{last}年底", "enjoyed from {start}, transition to the end of {last}"
        ),
        shows=(("start", start), ("last", Add(start, Param(YEARS)))),
        hint=Text(
            "人社、医保部门参保缴费记录",
            "insurance records of the social-security and medical-insurance offices",
        ),
    )
