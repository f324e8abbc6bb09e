"""What would change an answer: each change proved by evaluating again, none about a family."""

from __future__ import annotations

import datetime as dt
import json
import re
from importlib import resources
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou import policies
from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.alternatives import CORRECTABLE, SPOKEN, Alternative, alternatives
from tongchou.domain.policy.outcomes import GRANTED, decide
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.thresholds import spans, ways
from tongchou.domain.policy.words import Citation, Text

PROGRAMMES = policies.load()
BY_CODE = {programme.code: programme for programme in PROGRAMMES}
REWARD, CHILDCARE = BY_CODE["elderly_reward"], BY_CODE["childcare_subsidy"]
FAMILY = schema.SENSITIVE | {"sex", "deceased", "death_year"}
quietly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
#: 在册老人：两个女儿，农转城后的过渡期至2026年底。
CONVERTED: dict[str, Any] = {
    "birth_year": 1966,
    "birth_month": 3,
    "birth_day": 4,
    "deceased": False,
    "hukou_kind": "unified",
    "determined_rural": False,
    "converted": True,
    "converted_year": 2019,
    "urban_pension": True,
    "urban_pension_year": 2022,
    "urban_medical": True,
    "urban_medical_year": 2023,
    "has_spouse": False,
    "living_sons": 0,
    "living_daughters": 2,
}
RURAL = {**CONVERTED, "hukou_kind": "agricultural"}


def _bases() -> list[dict[str, Any]]:
    """The people of every programme's cases: near the edges, and some entitled."""
    found = []
    for folder in resources.files("tongchou.policies.national").iterdir():
        file = folder / "cases.yaml"
        if file.is_file():
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
            base = content.get("base", {})
            found += [base, *({**base, **case.get("facts", {})} for case in content["cases"])]
    return [{name: value for name, value in one.items() if name in schema.BY_NAME} for one in found]


def _values(fact: schema.Fact) -> list[Any]:
    if fact.kind == "bool":
        return [True, False, None]
    if fact.kind == "text":
        return [*fact.values, None]
    low, most = fact.least or 0, fact.most
    years = [1932, 1933, 1960, 1965, 1966, 1967, 1970, *range(2009, 2029)]
    numbers = years if fact.name.endswith("_year") else [low, low + 1, low + 2, low + 11]
    return [*(number for number in numbers if most is None or number <= most), None]


#: A person of a case with up to four facts otherwise or unknown.
PEOPLE = st.builds(
    lambda base, changed: {**base, **changed},
    st.sampled_from([*_bases(), CONVERTED, RURAL]),
    st.lists(
        st.sampled_from([fact.name for fact in schema.FACTS if fact.name not in ("person_id", "area_code")]),
        max_size=4,
        unique=True,
    ).flatmap(
        lambda names: st.fixed_dictionaries(
            {name: st.sampled_from(_values(schema.BY_NAME[name])) for name in names}
        )
    ),
)
YEARS = st.sampled_from([2011, 2024, 2025, 2026, 2027])


def of_kind(programme: Programme, facts: dict[str, Any], kind: str, year: int = 2026) -> list[Alternative]:
    return [one for one in alternatives(programme, facts, year) if one.kind == kind]


@quietly
@given(facts=PEOPLE, year=YEARS)
def test_each_change_leads_where_it_says_and_no_part_of_it_does(facts: dict[str, Any], year: int) -> None:
    for programme in PROGRAMMES:
        now, _fen = decide(programme, facts, year)
        for one in alternatives(programme, facts, year):
            if one.kind == "time":
                assert one.from_year is not None and not one.facts
                assert (now, one.outcome) in _flips(now, one.outcome)
                assert decide(programme, facts, one.from_year) == (one.outcome, one.amount_fen)
                for between in range(year + 1, one.from_year):
                    after, _fen = decide(programme, facts, between)
                    assert after != "not_entitled" if now in GRANTED else after not in GRANTED
                continue
            assert now == ("needs_information" if one.kind == "answer" else "not_entitled")
            for way in one.ways:
                for changed in way.samples():
                    assert set(changed) == set(one.facts)
                    assert decide(programme, {**facts, **changed}, year) == (way.outcome, way.amount_fen)
                    if way.outcome not in GRANTED:
                        continue
                    assert way.outcome == one.outcome and one.amount_fen in (None, way.amount_fen)
                    for dropped in changed:
                        less = {name: value for name, value in changed.items() if name != dropped}
                        assert decide(programme, {**facts, **less}, year)[0] not in GRANTED


def _flips(before: str, after: str | None) -> set[tuple[str, str | None]]:
    if before in GRANTED:
        return {(before, "not_entitled")}
    return {("not_entitled", granted) for granted in GRANTED}


@quietly
@given(facts=PEOPLE, year=YEARS)
def test_a_flip_within_the_horizon_is_found(facts: dict[str, Any], year: int) -> None:
    for programme in PROGRAMMES:
        now, _fen = decide(programme, facts, year)
        if now == "needs_information" or facts.get("deceased"):
            continue
        outcomes = {later: decide(programme, facts, later)[0] for later in range(year + 1, year + 16)}
        first = next(
            (
                later
                for later, after in outcomes.items()
                if (after == "not_entitled" if now in GRANTED else after in GRANTED)
            ),
            None,
        )
        assert [one.from_year for one in of_kind(programme, facts, "time", year)] == [first] * bool(first)


@quietly
@given(facts=PEOPLE, year=YEARS)
def test_the_ways_of_an_answer_are_all_there_are(facts: dict[str, Any], year: int) -> None:
    for programme in PROGRAMMES:
        for one in of_kind(programme, facts, "answer", year):
            if len(one.facts) != 1 or not one.ways:
                continue
            (name,) = one.facts
            fact = schema.BY_NAME[name]
            possible = (
                range(fact.least or 0, (fact.most or 0) + 1)
                if fact.kind == "int"
                else fact.values or (True, False)
            )
            for value in possible:
                (way,) = [way for way in one.ways if way.spans[0].admits(value)]
                assert decide(programme, {**facts, name: value}, year) == (way.outcome, way.amount_fen)


@quietly
@given(facts=PEOPLE, year=YEARS)
def test_no_family_fact_is_changed_or_spelled_out(facts: dict[str, Any], year: int) -> None:
    for programme in PROGRAMMES:
        for one in alternatives(programme, facts, year):
            said = {span.fact for way in one.ways for span in way.spans}
            assert not said & FAMILY
            if set(one.facts) & FAMILY:
                # Asked for by name alone, where the programme needs it: no value, no outcome, no money.
                assert one.kind == "answer" and not one.ways
                assert (one.outcome, one.amount_fen) == (None, None)
                assert "→" not in one.text.zh and "→" not in one.text.en
                labels = [schema.BY_NAME[name] for name in one.facts]
                bare = one.text.zh
                for fact in labels:
                    bare = bare.replace(fact.zh, "")
                assert not re.search(r"\d|符合条件", bare)


@quietly
@given(
    facts=PEOPLE,
    families=st.lists(st.tuples(*(st.sampled_from([0, 1, 2, 3]) for _ in range(3))), min_size=2, max_size=6),
)
def test_families_with_the_same_answers_read_the_same(
    facts: dict[str, Any], families: list[tuple[int, int, int]]
) -> None:
    """Whichever children there are: what is said depends on the conditions' answers alone."""
    read: dict[Any, Any] = {}
    for sons, daughters, ever in families:
        family = {
            "living_sons": sons,
            "living_daughters": daughters,
            "children_ever": max(ever, sons + daughters),
        }
        for programme in PROGRAMMES:
            result = programme.evaluate_one({**facts, **family}, 2026)
            states = tuple(node.state for node in result.conditions)
            key = (programme.code, result.outcome, result.failing, result.missing, states)
            assert read.setdefault(key, result.alternatives) == result.alternatives


@quietly
@given(facts=PEOPLE)
def test_the_same_person_reads_the_same_twice(facts: dict[str, Any]) -> None:
    for programme in PROGRAMMES:
        again = {name: facts[name] for name in reversed(list(facts))}
        assert alternatives(programme, facts, 2026) == alternatives(programme, again, 2026)


def test_the_closed_lists_hold_no_fact_of_a_family() -> None:
    assert not CORRECTABLE & FAMILY and not SPOKEN & FAMILY
    assert CORRECTABLE < SPOKEN <= schema.BY_NAME.keys()
    assert not [name for name in SPOKEN if re.search("child|son|daughter|spouse|marri|death|sex", name)]


def test_nothing_is_proposed_where_nothing_can_change() -> None:
    three = {**RURAL, "living_daughters": 3, "children_ever": 3}
    assert REWARD.evaluate_one(three, 2026).failing == ("children",)
    assert alternatives(REWARD, three, 2026) == ()
    adult = {"birth_year": 1980, "deceased": False, "chinese_national": True}
    assert alternatives(CHILDCARE, adult, 2026) == ()
    dead = {**RURAL, "deceased": True, "death_year": 2024}
    assert alternatives(REWARD, dead, 2026) == ()


def test_turning_sixty_is_told_with_its_day() -> None:
    young = {**RURAL, "birth_year": 1967}
    (one,) = of_kind(REWARD, young, "time")
    assert (one.from_year, one.day, one.amount_fen) == (2027, dt.date(2027, 3, 4), 96_000)
    assert one.turning == ("age_reached",)
    assert one.text.zh == (
        "其他情况不变时，自2027年起符合条件，须由申请人本人声明（2027年度960元；2027年3月4日满60周岁）。"
    )
    assert "turns 60 on 2027-03-04" in one.text.en
    (one,) = of_kind(REWARD, {**young, "birth_day": None}, "time")
    assert one.day is None and "2027年满60周岁" in one.text.zh
    (one,) = of_kind(REWARD, {**young, "birth_month": 2, "birth_day": 29}, "time")
    assert one.day is None


def test_a_loss_ahead_is_told_and_why() -> None:
    (one,) = of_kind(REWARD, CONVERTED, "time")
    assert (one.from_year, one.outcome, one.amount_fen) == (2027, "not_entitled", None)
    assert "最后符合的年度为2026年" in one.text.zh and "本人当年适用农村政策" in one.text.zh
    child = {
        "birth_year": 2025,
        "birth_month": 5,
        "birth_day": 6,
        "deceased": False,
        "chinese_national": True,
    }
    (one,) = alternatives(CHILDCARE, child, 2026)
    assert one.text.en == "If nothing else changes, 2027 is the last year (turns 3 on 2028-05-06)."


def test_the_end_of_a_spouse_s_transition_names_no_fact_of_the_spouse() -> None:
    spouse = {
        f"spouse_{name}": value for name, value in CONVERTED.items() if f"spouse_{name}" in schema.BY_NAME
    }
    (one,) = alternatives(REWARD, {**RURAL, **spouse, "has_spouse": True}, 2026)
    assert one.text.zh == "其他情况不变时，最后符合的年度为2026年，自2027年起不再符合条件。"


def test_nothing_is_foretold_of_the_dead() -> None:
    dead = {**RURAL, "deceased": True, "death_year": 2026}
    assert decide(REWARD, dead, 2026)[0] in GRANTED
    assert alternatives(REWARD, dead, 2026) == ()


def test_a_missing_year_is_told_with_its_limit() -> None:
    facts = {**CONVERTED, "urban_medical_year": None}
    (one,) = alternatives(REWARD, facts, 2026)
    assert one.facts == ("urban_medical_year",)
    assert [(way.spans[0].least, way.spans[0].most, way.outcome) for way in one.ways] == [
        (1850, 2022, "not_entitled"),
        (2023, 2150, "entitled_subject_to_statement"),
    ]
    assert "2022年或以前 → 不符合条件；2023年或以后 → 符合条件" in one.text.zh
    assert "可查：人社、医保部门参保缴费记录" in one.text.zh


def test_two_facts_where_no_single_one_settles() -> None:
    (one,) = alternatives(
        REWARD, {**RURAL, "birth_year": None, "hukou_kind": None, "urban_medical_year": 2022}, 2026
    )
    assert one.facts == ("birth_year", "hukou_kind")
    assert any(way.outcome in GRANTED for way in one.ways)


def test_a_month_that_sets_the_amount_is_summed_up() -> None:
    facts = {"birth_year": 2023, "deceased": False, "chinese_national": True}
    (one,) = alternatives(CHILDCARE, facts, 2026)
    assert one.facts == ("birth_month",) and len(one.ways) == 12 and one.amount_fen is None
    assert "不论何种情况 → 符合条件（300元至3,600元）" in one.text.zh


def test_family_facts_are_asked_for_and_not_answered() -> None:
    facts = {**RURAL, "living_sons": None, "living_daughters": None}
    (one,) = alternatives(REWARD, facts, 2026)
    assert (one.outcome, one.ways) == (None, ())
    assert set(one.facts) == set(REWARD.evaluate_one(facts, 2026).missing)
    assert "如实" in one.text.zh and "由本人申报" in one.text.zh


def test_a_question_that_spares_the_family_comes_first() -> None:
    facts = {**CONVERTED, "urban_medical_year": None, "living_sons": None, "living_daughters": None}
    first, last = alternatives(REWARD, facts, 2026)
    assert first.facts == ("urban_medical_year",) and first.outcome == "not_entitled"
    assert {way.outcome for way in first.ways} == {"not_entitled", "needs_information"}
    assert "living_sons" in last.facts and last.ways == ()


def test_a_wrong_record_is_told_with_the_need_of_evidence() -> None:
    lost = {**CONVERTED, "urban_medical_year": 2022}
    found = of_kind(REWARD, lost, "record")
    assert [one.facts for one in found] == [
        ("urban_pension_year",), ("urban_medical_year",), ("hukou_kind",),
    ]  # fmt: skip
    for one in found:
        assert one.text.zh.startswith("如登记有误：") and one.text.zh.endswith("更正登记须凭证明材料。")
        assert one.text.en.startswith("If the records are wrong:")
        assert one.text.en.endswith("Corrections need evidence.")
        assert one.amount_fen == 96_000


def test_two_records_only_where_no_single_one_does() -> None:
    town = {
        **RURAL,
        "birth_year": 1968,
        "hukou_kind": "non_agricultural",
        "converted": False,
        "urban_pension_year": 2010,
        "urban_medical_year": 2010,
        "converted_year": 2010,
    }
    assert {one.facts for one in of_kind(REWARD, town, "record")} == {("birth_year", "hukou_kind")}


@pytest.mark.parametrize(
    ("programme", "facts"),
    [
        (REWARD, {**RURAL, "birth_year": 1980}),  # too far off to be a slip of the pen
        (CHILDCARE, {"birth_year": 2022, "birth_month": 3, "deceased": False, "chinese_national": True}),
        (REWARD, {**RURAL, "living_daughters": 3}),
        (REWARD, {**RURAL, "birth_year": 1967, "living_daughters": 3}),
        (REWARD, {**RURAL, "deceased": True, "death_year": 2020}),
    ],
)
def test_no_record_is_doubted(programme: Programme, facts: dict[str, Any]) -> None:
    assert programme.evaluate_one(facts, 2026).outcome == "not_entitled"
    assert of_kind(programme, facts, "record") == []


def test_the_explanation_carries_them() -> None:
    result = REWARD.evaluate_one({**RURAL, "birth_year": 1967}, 2026)
    lines = result.lines("zh")
    place = lines.index("　什么会改变结果：")
    assert lines[place + 1].strip().startswith("其他情况不变时，自2027年起")
    told = result.as_dict("en")["alternatives"]
    assert [one["kind"] for one in told] == ["time", "record"]
    assert told[0]["day"] == "2027-03-04" and told[0]["from_year"] == 2027
    assert told[1]["ways"][0]["values"] == [{"fact": "birth_year", "least": 1933, "most": 1966}]
    assert json.loads(json.dumps(told)) == told
    settled = REWARD.evaluate_one({**RURAL, "living_daughters": 3}, 2026)
    assert "　什么会改变结果：" not in settled.lines("zh")


# Random numbers of the language, so that the cuts hold for more than today's programmes.
def _numbers() -> st.SearchStrategy[tree.Expr]:
    names = ("birth_year", "converted_year", "birth_month")
    leaves = st.one_of(
        st.sampled_from([tree.Fact(name) for name in names]),
        st.builds(tree.Const, st.integers(-3, 2030)),
        st.just(tree.Year()),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(tree.Add, inner, inner),
            st.builds(tree.Sub, inner, inner),
            st.builds(tree.Mul, inner, st.builds(tree.Const, st.integers(-3, 3))),
            st.builds(tree.MaxOf, st.tuples(inner, inner)),
            st.builds(tree.MinOf, st.tuples(inner, inner)),
            st.builds(
                tree.Case, st.tuples(st.tuples(st.just(tree.IsTrue(tree.Fact("converted"))), inner)), inner
            ),
        ),
        max_leaves=5,
    )


@quietly
@given(
    left=_numbers(),
    operator=st.sampled_from(tree.OPERATORS),
    right=_numbers(),
    facts=st.fixed_dictionaries(
        {"birth_year": st.integers(1990, 1992), "converted": st.sampled_from([True, False, None])}
    ),
)
def test_cuts_hold_for_any_number(
    left: tree.Expr, operator: tree.Operator, right: tree.Expr, facts: dict[str, Any]
) -> None:
    nothing = Text("无", "none")
    programme = Programme(
        code="any",
        title=nothing,
        kind="open",
        version="1",
        first_year=2004,
        citations=(Citation(nothing),),
        conditions=(tree.Condition("any", nothing, tree.Compare(left, operator, right)),),
        amount=tree.Const(100),
        parameters={},
    )
    known = {**facts, "birth_month": 5}
    cut = spans(programme, "converted_year", known, 2026)
    assert (cut[0].least, cut[-1].most) == (1850, 2150)
    for span in cut:
        outcomes = {
            decide(programme, {**known, "converted_year": year}, 2026)
            for year in range(span.least, span.most + 1)
        }
        assert len(outcomes) == 1
    ready = programme.at(2026)
    states = [closure(known, ready.closures.blank()) for _condition, closure in ready.conditions]
    together = ways(programme, ("converted_year",), known, 2026, states)
    assert sum(way.spans[0].most - way.spans[0].least + 1 for way in together) == 301


def test_facts_that_one_comparison_joins_are_not_cut_apart() -> None:
    nothing = Text("无", "none")
    later = tree.Compare(tree.Fact("converted_year"), "≥", tree.Fact("birth_year"))
    programme = Programme(
        code="any",
        title=nothing,
        kind="open",
        version="1",
        first_year=2004,
        citations=(Citation(nothing),),
        conditions=(tree.Condition("any", nothing, later),),
        amount=tree.Const(100),
        parameters={},
    )
    (one,) = alternatives(programme, {}, 2026)
    assert one.facts == ("birth_year", "converted_year") and one.ways == ()
