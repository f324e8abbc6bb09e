"""Rights rule 1: planted programmes that turn on children or sex cannot be loaded; the real ones can."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy.everything import LAW

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.neutrality import refuse_unequal, refuse_unfair
from tongchou.domain.policy.parameters import read_parameters
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.tree import (
    TRUE,
    Add,
    Case,
    Compare,
    Condition,
    Const,
    Expr,
    Fact,
    In,
    IsTrue,
    Mul,
    Not,
    Param,
    Sub,
    Year,
)
from tongchou.domain.policy.tree import (
    Any as AnyOf,
)
from tongchou.domain.policy.words import Citation, Text

LAW_CITED = Citation(Text("某县办法", "County Measure"))
AMOUNT = read_parameters(
    "amount: {label: {zh: 标准, en: amount}, unit: fen, values: "
    "[{from: 2020-01-01, value: 100000, reference: {zh: 文, en: act}}]}",
    "planted",
)
CHILDREN = Add(Fact("living_sons"), Fact("living_daughters"))


def planted(question: Expr = TRUE, amount: Expr | None = None, **more: Any) -> Programme:
    given_: dict[str, Any] = {
        "code": "planted",
        "title": Text("某补贴", "Some subsidy"),
        "kind": "open",
        "version": "1",
        "first_year": 2020,
        "citations": (LAW_CITED,),
        "conditions": (Condition("asked", Text("条件", "condition"), question, LAW_CITED),),
        "amount": amount or Param("amount"),
        "parameters": AMOUNT,
    }
    return Programme(**{**given_, **more})


UNFAIR = {
    "at most two children": planted(Compare(CHILDREN, "≤", Const(2))),
    "exactly one child": planted(Compare(CHILDREN, "=", Const(1))),
    "never had a third": planted(Compare(Fact("children_ever"), "<", Const(3))),
    "only with a son": planted(Compare(Fact("living_sons"), "≥", Const(1))),
    "less for each child": planted(amount=Sub(Param("amount"), Mul(CHILDREN, Const(100)))),
    "daughters weigh more": planted(
        amount=Add(Mul(Fact("living_sons"), Const(100)), Mul(Fact("living_daughters"), Const(200)))
    ),
    "boys only": planted(Compare(Fact("sex"), "=", Const(1))),
    "girls get less": planted(amount=Case(((Compare(Fact("sex"), "=", Const(2)), Const(50)),), Const(100))),
    "married only": planted(IsTrue(Fact("has_spouse"))),
    "unmarried only": planted(Not(IsTrue(Fact("has_spouse")))),
    "asks more of large families": planted(
        AnyOf((Compare(CHILDREN, "≤", Const(2)), IsTrue(Fact("determined_rural"))))
    ),
}


@pytest.mark.parametrize("name", UNFAIR)
def test_the_trial_on_families_refuses_it(name: str) -> None:
    with pytest.raises(LoadError, match="lowers the result"):
        refuse_unequal(UNFAIR[name])


@pytest.mark.parametrize("name", UNFAIR)
def test_loading_refuses_it(name: str) -> None:
    with pytest.raises(LoadError, match=r"only a legacy programme may read|lowers the result"):
        refuse_unfair(UNFAIR[name], policies.LEGACY)


def test_even_a_kind_use_of_a_sensitive_fact_is_refused() -> None:
    kind = planted(amount=Add(Param("amount"), Mul(CHILDREN, Const(100))))
    refuse_unequal(kind)
    with pytest.raises(LoadError, match="living_sons"):
        refuse_unfair(kind, policies.LEGACY)


@pytest.mark.parametrize("name", sorted(schema.SENSITIVE))
def test_no_sensitive_fact_is_open_to_a_new_programme(name: str) -> None:
    fact = schema.BY_NAME[name]
    questions: dict[str, Expr] = {
        "bool": IsTrue(Fact(name)),
        "int": Compare(Fact(name), "≥", Const(0)),
        "text": In(Fact(name), fact.values[:1]),
    }
    with pytest.raises(LoadError, match=name):
        refuse_unfair(planted(questions[fact.kind]), policies.LEGACY)


def test_sentences_cannot_read_what_conditions_may_not() -> None:
    curious = Condition(
        "asked",
        Text("条件", "condition"),
        Compare(Fact("birth_year"), "≤", Year()),
        LAW_CITED,
        detail=Text("{sons}", "{sons}"),
        shows=(("sons", Fact("living_sons")),),
    )
    with pytest.raises(LoadError, match="living_sons"):
        refuse_unfair(planted(conditions=(curious,)), policies.LEGACY)


@pytest.mark.parametrize("kind", ["legacy", "private", "open"])
def test_a_programme_cannot_call_itself_legacy(kind: str) -> None:
    with pytest.raises(LoadError):
        refuse_unfair(planted(Compare(CHILDREN, "≤", Const(2)), kind=kind), policies.LEGACY)


def test_the_legacy_list_is_closed_and_cited() -> None:
    assert [item.code for item in policies.LEGACY] == [
        "elderly_reward",
        "bereaved_assistance",
        "disabled_child_assistance",
        "aftereffects_assistance",
        "only_child_reward",
        "pension_contribution",
        "medical_contribution",
        "urban_pension_support",
        "two_daughter_support",
    ]
    codes = {one.code for one in (*policies.here().programmes, *policies.here().unset)}
    assert {item.code for item in policies.LEGACY} < codes
    assert all(item.citation.of("zh") for item in policies.LEGACY)
    assert isinstance(policies.LEGACY, tuple)


def test_every_programme_in_force_passes() -> None:
    for programme in LAW.programmes:
        refuse_unfair(programme, policies.LEGACY)


def test_private_programmes_are_never_listed_and_have_neutral_names() -> None:
    private = [programme for programme in LAW.programmes if programme.kind == "private"]
    assert {one.code for one in private} == {
        "bereaved_assistance",
        "disabled_child_assistance",
        "aftereffects_assistance",
    }
    telling = ("独", "残", "伤", "术", "症", "bereaved", "disab", "operation", "child")
    for one in private:
        assert one.finding == "application"
        for language in ("zh", "en"):
            assert not [word for word in telling if word in one.listed_title(language).lower()]


@pytest.mark.parametrize("more", [{"neutral": None}, {"finding": "registry"}])
def test_a_private_programme_that_could_be_listed_is_refused(more: dict[str, Any]) -> None:
    private = {
        "kind": "private",
        "finding": "application",
        "neutral": Text("扶助（甲）", "support A"),
        **more,
    }
    with pytest.raises(LoadError, match="private programme needs"):
        planted(**private)


def test_the_childcare_subsidy_knows_nothing_of_the_family() -> None:
    """Rights rule 2: no second door."""
    (childcare,) = (p for p in policies.load() if p.code == "childcare_subsidy")
    assert set(childcare.facts) == {"birth_year", "birth_month", "deceased", "death_year", "chinese_national"}
    assert childcare.statement is None


def test_the_only_child_reward_rests_on_the_paper_and_counts_no_children() -> None:
    """Neither a promise nor a question: provinces differ on a further child; the certificate has to hold."""
    (reward,) = (p for p in LAW.programmes if p.code == "only_child_reward")
    assert not {"children_ever", "living_sons", "living_daughters"} & set(reward.facts)
    holder = {
        "deceased": False, "only_child_certificate": True,
        "only_child_birth_year": 2015, "only_child_birth_month": 3,
    }  # fmt: skip
    answers = [
        reward.evaluate_one({**holder, "children_ever": number, "living_sons": number}, 2026)
        for number in (1, 2, 3, None)
    ]
    assert {(one.outcome, one.amount_fen) for one in answers} == {
        ("entitled_subject_to_statement", answers[0].amount_fen)
    }
    assert answers[0].amount_fen and reward.statement is not None
    for language, paper, province in (("zh", "光荣证", "本省规定"), ("en", "certificate", "province")):
        said = reward.statement.text.of(language)
        assert paper in said and province in said
        assert said in "\n".join(answers[1].lines(language))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    family=st.fixed_dictionaries(
        {
            "sex": st.sampled_from([1, 2]),
            "has_spouse": st.booleans(),
            "living_sons": st.integers(0, 9),
            "living_daughters": st.integers(0, 9),
            "children_ever": st.integers(0, 18),
        }
    ),
    born=st.integers(2020, 2027),
    month=st.integers(1, 12),
    year=st.integers(2025, 2030),
)
def test_the_same_child_gets_the_same_in_every_family(
    family: dict[str, Any], born: int, month: int, year: int
) -> None:
    child = {
        "person_id": 1,
        "birth_year": born,
        "birth_month": month,
        "deceased": False,
        "chinese_national": True,
    }
    childcare = [p for p in policies.load() if p.code == "childcare_subsidy"]
    alone = policies.evaluate_many(pl.DataFrame([child]), childcare, year)
    in_family = policies.evaluate_many(pl.DataFrame([{**child, **family}]), childcare, year)
    assert alone.equals(in_family)
