"""A programme that cannot be trusted is refused when put together; nothing matches everyone by accident."""

from __future__ import annotations

from typing import Any

import pytest

from tongchou import policies
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.parameters import Parameter, read_parameters
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.tree import (
    TRUE,
    Add,
    All,
    Case,
    Compare,
    Condition,
    Const,
    Expr,
    Fact,
    In,
    IsTrue,
    MaxOf,
    Mul,
    Not,
    Note,
    Param,
    Year,
)
from tongchou.domain.policy.words import Citation, Text

LAW = Citation(Text("试行办法", "Trial Measure"))
AMOUNT = """
amount:
  label: {zh: 标准, en: amount}
  unit: fen
  values:
    - {from: 2020-01-01, value: 100, reference: {zh: 文件, en: act}}
"""


def parameters(text: str = AMOUNT) -> dict[str, Parameter]:
    return read_parameters(text, "parameters.yaml")


def condition(expression: Expr, code: str = "asked", **more: Any) -> Condition:
    return Condition(code, Text("条件", "condition"), expression, LAW, **more)


def build(*conditions: Condition, **more: Any) -> Programme:
    given: dict[str, Any] = {
        "code": "trial",
        "title": Text("试行", "Trial"),
        "kind": "open",
        "version": "1",
        "first_year": 2020,
        "citations": (LAW,),
        "conditions": conditions,
        "amount": Param("amount"),
        "parameters": parameters(),
    }
    return Programme(**{**given, **more})


ADULT = Compare(Add(Fact("birth_year"), Const(18)), "≤", Year())


def test_a_good_programme_loads() -> None:
    assert build(condition(ADULT)).evaluate_one({"birth_year": 2000}, 2026).amount_fen == 100


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (Compare(Fact("birth_yaer"), "≤", Year()), "unknown fact 'birth_yaer'"),
        (Compare(Fact("birth_year"), "≤", Param("amuont")), "unknown parameter 'amuont'"),
        (Compare(Fact("birth_year"), "!=", Year()), "unsupported operator '!='"),  # type: ignore[arg-type]
        (Compare(Fact("deceased"), "=", Const(1)), "Fact is bool, int is needed"),
        (Compare(Fact("hukou_kind"), "=", Const(1)), "Fact is text, int is needed"),
        (IsTrue(Fact("birth_year")), "Fact is int, bool is needed"),
        (Fact("deceased"), "needs IsTrue"),
        (All((Fact("deceased"),)), "needs IsTrue"),
        (All(()), "All without terms"),
        (Not(Const(1)), "Const is int, bool is needed"),
        (In(Fact("hukou_kind"), ("rural",)), "cannot be one of"),
        (In(Fact("hukou_kind"), ()), "cannot be one of"),
        (In(Fact("area_code"), ("520521",)), "cannot be one of"),
        (Case((), TRUE), "Case without branches"),
        (Case(((ADULT, Const(1)),), TRUE), "Const is int, bool is needed"),
        (Compare(Mul(Fact("birth_year"), Fact("birth_month")), "≤", Year()), "product of two facts"),
        (Compare(MaxOf((Year(),)), "≤", Year()), "two terms or more"),
        (Compare(Const(1.5), "≤", Year()), "whole number"),  # type: ignore[arg-type]
        ("birth_year <= year", "not part of the rule language"),
    ],
)
def test_a_wrong_expression_is_refused(expression: Any, reason: str) -> None:
    with pytest.raises(LoadError, match=reason.replace("!", "[!]")) as refusal:
        build(condition(expression))
    assert str(refusal.value).startswith("trial > asked: ")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"conditions": ()}, "needs conditions"),
        ({"citations": ()}, "citations"),
        ({"amount": Compare(Year(), "=", Year())}, "int is needed"),
        ({"claim_by": TRUE}, "int is needed"),
        ({"claim_by": Year()}, "go together"),
        ({"first_year": 2019}, "no value in 2019"),
        ({"title": Text("试行", "")}, "title"),
        ({"notes": (Note(TRUE, Text("{x}", "{x}"), ()),)}, "which is not given"),
    ],
)
def test_a_wrong_programme_is_refused(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        build(*([] if "conditions" in more else [condition(ADULT)]), **more)


def test_two_conditions_cannot_share_a_name() -> None:
    with pytest.raises(LoadError, match="two conditions are called 'asked'"):
        build(condition(ADULT), condition(IsTrue(Fact("deceased"))))


@pytest.mark.parametrize("code", ["", "Born", "a;b", "年龄"])
def test_a_condition_name_must_be_plain(code: str) -> None:
    with pytest.raises(LoadError, match="lower-case letters"):
        build(condition(ADULT, code=code))


@pytest.mark.parametrize("sentence", ["{other}", "{born.real}", "{born!r}", "{born:>9}", "{", "{0}"])
def test_a_sentence_shows_only_what_it_is_given(sentence: str) -> None:
    with pytest.raises(LoadError, match="sentence"):
        build(condition(ADULT, detail=Text(sentence, "ok"), shows=(("born", Fact("birth_year")),)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("value: 100", "value: 1.5"), "line 6: '1.5' is not a plain whole number"),
        (("value: 100", "value: 0100"), "not a plain whole number"),
        (("value: 100", "value: yes"), "not a plain whole number"),
        (("value: 100", "value: 0x2EE00"), "line 6: '0x2EE00' is not a plain whole number"),
        (("value: 100", "value: 0b1010"), "not a plain whole number"),
        (("value: 100", "value: -0x1"), "not a plain whole number"),
        (("value: 100", "value: 1440:00"), "line 6: '1440:00' is not a plain whole number"),
        (("2020-01-01", "1020-01-01"), "line 6: 1020-01-01 cannot be meant"),
        (("2020-01-01", "2206-01-01"), "line 6: 2206-01-01 cannot be meant"),
        (("2020-01-01", "2020-13-01"), "line 6: '2020-13-01' is not a date"),
        (("2020-01-01", "2020"), "is not a date"),
        (("unit: fen", "unit: yuan"), "line 4: unit 'yuan'"),
        (("zh: 文件, en: act", "zh: 文件"), "en is missing"),
        (("zh: 文件, en: act", "zh: 文件, en: ''"), "both the Chinese and the English"),
        ((", reference: {zh: 文件, en: act}", ""), "reference is missing"),
        (("value: 100", "value: 100, note: x"), "unknown key note"),
        (("  unit: fen", "  unit: fen\n  unit: fen"), "unit is given twice"),
        (("from: 2020-01-01", "from: 2020-01-01, until: 2019-12-31"), "lies before"),
        ((AMOUNT, ""), "line 1: no parameters; the file is empty"),
        ((AMOUNT, "[1, 2]"), "names with values"),
        ((AMOUNT, "a: [}"), "line 1: not to be read as YAML: "),
        (("value: 100", "value: '1,440'"), "money is in fen: 144000 is 1,440 yuan"),
    ],
)
def test_wrong_parameters_are_refused_with_their_line(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        parameters(AMOUNT.replace(*change))


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("    - {from: 2020-01-01, value: 2, reference: {zh: 文, en: a}}\n", "does not follow"),
        ("    - {from: 2019-01-01, value: 2, reference: {zh: 文, en: a}}\n", "does not follow"),
    ],
)
def test_dates_must_follow_each_other(second: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        parameters(AMOUNT + second)


def test_a_value_may_end_but_not_overlap() -> None:
    ended = AMOUNT.replace("from: 2020-01-01", "from: 2020-01-01, until: 2024-12-31")
    with pytest.raises(LoadError, match="overlaps"):
        parameters(ended + "    - {from: 2024-06-01, value: 2, reference: {zh: 文, en: a}}\n")
    amount = parameters(ended)["amount"]
    assert amount.in_year(2024).value == 100
    with pytest.raises(LoadError, match="no value in 2025"):
        amount.in_year(2025)


def test_a_yearly_rule_refuses_a_value_that_changes_within_a_year() -> None:
    changing = AMOUNT + "    - {from: 2022-07-01, value: 200, reference: {zh: 文, en: a}}\n"
    with pytest.raises(LoadError, match="changes within 2022"):
        build(condition(ADULT), parameters=parameters(changing))


def test_a_gap_in_the_years_is_refused() -> None:
    gap = AMOUNT.replace("from: 2020-01-01", "from: 2020-01-01, until: 2022-12-31")
    later = gap + "    - {from: 2025-01-01, value: 2, reference: {zh: 文, en: a}}\n"
    with pytest.raises(LoadError, match="no value in 2023"):
        build(condition(ADULT), parameters=parameters(later))


def test_amounts_of_a_year_are_those_of_the_law() -> None:
    reward = next(p for p in policies.load() if p.code == "elderly_reward")
    found = {
        year: reward.parameters["yearly_amount"].in_year(year).value
        for year in (2004, 2008, 2009, 2011, 2012)
    }
    assert found == {2004: 60000, 2008: 60000, 2009: 72000, 2011: 72000, 2012: 96000}


def test_the_digest_follows_rules_and_parameters() -> None:
    one = build(condition(ADULT))
    assert policies.digest([one]) == policies.digest([build(condition(ADULT))])
    dearer = build(condition(ADULT), parameters=parameters(AMOUNT.replace("100", "101")))
    stricter = build(condition(Compare(Add(Fact("birth_year"), Const(19)), "≤", Year())))
    assert len({policies.digest([p]) for p in (one, dearer, stricter)}) == 3
    both = policies.load()
    assert policies.digest(both) == policies.digest(both[::-1])
