"""Every programme's cases notice every mistake put into it, and the certification is not fooled."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.cli import main
from tongchou.domain import facts as schema
from tongchou.domain.policy import certify as certifying
from tongchou.domain.policy import tree
from tongchou.domain.policy.boundaries import Boundaries, gaps
from tongchou.domain.policy.certify import WANTED, Answer, Example, Survivor, answer, certify
from tongchou.domain.policy.dated import DatedValue, Parameter
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.mutants import Mutants, mutants
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.rewriting import Swap
from tongchou.domain.policy.words import Citation, Text
from tongchou.policies import cases, certification
from tongchou.policies.cases import certificate, codes, read
from tongchou.policies.law import build_one

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "certification.md"
WORDS, LAW = Text("文", "words"), Citation(Text("法", "Law"))


@pytest.mark.parametrize("code", codes())
def test_the_cases_of_a_programme_notice_its_mistakes(code: str) -> None:
    one = certificate(code)
    assert one.errors == ()
    assert one.open == (), "cases are missing, or a reason in `survivors`"
    assert [gap.words() for gap in one.gaps] == []
    assert one.score >= WANTED
    assert one.holds


def test_the_committed_page_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == certification.certification_markdown(), "run `make docs`"


# ── a programme of four nodes ──


def dated(year: int, value: int) -> DatedValue:
    return DatedValue(dt.date(year, 1, 1), value, WORDS)


PARAMETERS = {
    "age": Parameter("age", WORDS, "years", (dated(2018, 60),)),
    "yearly": Parameter("yearly", WORDS, "fen", (dated(2020, 1000), dated(2022, 1200))),
}
OLD = tree.Condition(
    "old",
    WORDS,
    tree.Compare(tree.Add(tree.Fact("birth_year"), tree.Param("age")), "≤", tree.Year()),
)
NATIONAL = tree.Condition("national", WORDS, tree.IsTrue(tree.Fact("chinese_national")))


def build(parameters: Mapping[str, Parameter]) -> Programme:
    return Programme(
        code="small",
        title=WORDS,
        kind="open",
        version="1",
        first_year=2020,
        citations=(LAW,),
        conditions=(replace(OLD, citation=LAW), NATIONAL),
        amount=tree.Param("yearly"),
        parameters=parameters,
    )


SMALL = build(PARAMETERS)


def example(year: int, born: int | None, *, national: bool = True) -> Example:
    """A case whose expectation is worked out here, from the words above."""
    facts = {"birth_year": born, "chinese_national": national}
    failing = []
    if year < 2020:
        failing = ["in_force"]
    elif born is not None:
        failing = [name for name, fails in (("old", born + 60 > year), ("national", not national)) if fails]
    if failing:
        expect = Answer("not_entitled", failing=tuple(failing))
    elif born is None:
        expect = Answer("needs_information", missing=("birth_year",))
    else:
        expect = Answer("entitled", 1000 if year < 2022 else 1200)
    return Example(Text("例", f"{born} in {year}"), year, facts, expect)


ENOUGH = [
    *(example(year, 1950) for year in (2019, 2021, 2022, 2023)),
    *(example(2020, born) for born in (1959, 1960, 1961, None)),
    example(2022, 1950, national=False),
]


def names(made: Mutants) -> list[str]:
    return [mutant.name for mutant in made.all]


def test_a_small_programme_is_certified() -> None:
    one = certify(SMALL, ENOUGH, [], build)
    assert one.holds and one.score == one.score_of_all == 100
    assert (one.conditions, one.cases, one.open, one.gaps) == (3, len(ENOUGH), (), ())


def test_its_mutants_are_these() -> None:
    made = mutants(SMALL, build)
    assert names(made) == [
        "old: birth_year + age ≤ year ⇒ birth_year + age < year",
        "old: birth_year + age ≤ year ⇒ birth_year + age > year",
        "old: birth_year + age ⇒ birth_year - age",
        "national: chinese_national ⇒ not chinese_national",
        "without condition old",
        "without condition national",
        "first year 2020 ⇒ 2019",
        "first year 2020 ⇒ 2021",
        "parameters: age from 2018-01-01: 60 ⇒ 59",
        "parameters: age from 2018-01-01: 60 ⇒ 61",
        "parameters: age from 2018-01-01 dropped",
        "parameters: yearly from 2020-01-01: 1000 ⇒ 999",
        "parameters: yearly from 2020-01-01: 1000 ⇒ 1001",
        "parameters: yearly from 2020-01-01: 1000 ⇒ 900",
        "parameters: yearly from 2020-01-01: 1000 ⇒ 1100",
        "parameters: yearly from 2020-01-01 ⇒ from 2021-01-01",
        "parameters: yearly from 2020-01-01 dropped",
        "parameters: yearly from 2022-01-01: 1200 ⇒ 1199",
        "parameters: yearly from 2022-01-01: 1200 ⇒ 1201",
        "parameters: yearly from 2022-01-01: 1200 ⇒ 1080",
        "parameters: yearly from 2022-01-01: 1200 ⇒ 1320",
        "parameters: yearly from 2022-01-01 ⇒ from 2021-01-01",
        "parameters: yearly from 2022-01-01 ⇒ from 2023-01-01",
        "parameters: yearly from 2022-01-01 dropped",
    ]
    # 60 years of age hold from before the programme began: a year sooner or later is the same law.
    assert made.same == (
        "parameters: age from 2018-01-01 ⇒ from 2017-01-01",
        "parameters: age from 2018-01-01 ⇒ from 2019-01-01",
        "parameters: yearly from 2020-01-01 ⇒ from 2019-01-01",
    )
    refused = {mutant.name for mutant in made.all if mutant.rules is None}
    assert refused == {
        "first year 2020 ⇒ 2019",
        "parameters: age from 2018-01-01 dropped",
        "parameters: yearly from 2020-01-01 ⇒ from 2021-01-01",
        "parameters: yearly from 2020-01-01 dropped",
    }


@pytest.mark.parametrize("without", range(len(ENOUGH)))
def test_a_case_less_is_noticed(without: int) -> None:
    left = [*ENOUGH[:without], *ENOUGH[without + 1 :]]
    one = certify(SMALL, left, [], build)
    born = ENOUGH[without].facts["birth_year"]
    assert one.holds == (born is None), "nothing but the unknown year of birth can be spared here"


def test_what_is_declared_has_to_be_true() -> None:
    before = "old: birth_year + age ≤ year ⇒ birth_year + age < year"
    killed = certify(SMALL, ENOUGH, [Survivor(before, WORDS)], build)
    assert "is killed" in killed.errors[0] and not killed.holds

    nothing = certify(SMALL, ENOUGH, [Survivor("old: no such change", WORDS)], build)
    assert "names no mutant" in nothing.errors[0] and not nothing.holds

    # Without the case that kills it the mutant lives; declared to be the same rule it is found out.
    left = [one for one in ENOUGH if one.facts["birth_year"] != 1960]
    untrue = certify(SMALL, left, [Survivor("old: * ⇒ birth_year + age < year", WORDS)], build)
    assert list(untrue.declared) == [before]
    assert "is another rule in" in untrue.errors[0] and not untrue.holds


def test_a_case_that_does_not_hold_is_told() -> None:
    wrong = replace(ENOUGH[1], expect=Answer("entitled", 999))
    one = certify(SMALL, [*ENOUGH, wrong], [], build)
    assert one.errors == ("case '1950 in 2021' is not what the programme says",)


def test_a_gap_comes_with_facts_that_close_it() -> None:
    left = [example(2020, 1950), *(one for one in ENOUGH if one.facts["birth_year"] == 1950)]
    found = gaps(SMALL, [(one.facts, one.year) for one in left])
    assert [gap.words() for gap in found] == [
        f"old: birth_year + age ≤ year: {where}" for where in ("just below", "at", "just above")
    ]
    boundaries = Boundaries(SMALL, [])
    _in_force, old = boundaries.asked
    assert [boundaries.distance(old, gap.facts, gap.year) for gap in found] == [-1, 0, 1]
    closed = [*((one.facts, one.year) for one in left), *((gap.facts, gap.year) for gap in found)]
    assert gaps(SMALL, closed) == ()


def test_a_dated_amount_needs_the_years_around_its_first() -> None:
    left = [one for one in ENOUGH if one.year != 2023]
    (gap,) = gaps(SMALL, [(one.facts, one.year) for one in left])
    assert gap.words() == "parameters: yearly from 2022-01-01: just above"
    assert answer(SMALL, gap.facts, gap.year) == Answer("entitled", 1200)


def test_a_case_stands_at_a_boundary_only_where_it_is_asked() -> None:
    """A year of death says nothing of somebody alive; what is proposed has died."""
    written = read("child_checks")
    points = [(one.facts, one.year) for one in written.examples if not one.facts["deceased"]]
    silent = [({**written.base, "death_year": year}, 2026) for year in (2025, 2026, 2027)]
    found = gaps(written.programme, [*points, *silent])
    assert [gap.words() for gap in found] == [
        f"alive: death_year ≥ year: {where}" for where in ("just below", "at", "just above")
    ]
    assert [(gap.facts["deceased"], gap.facts["death_year"], gap.year) for gap in found] == [
        (True, 2025, 2026),
        (True, 2026, 2026),
        (True, 2027, 2026),
    ]


def test_what_a_branch_before_has_answered_is_not_asked_for() -> None:
    """Nobody with one child ever comes to the question whether there were two: facts at it are enough."""
    count = tree.Fact("children_ever")
    two = tree.Condition(
        "two",
        WORDS,
        tree.Case(
            ((tree.Compare(count, "≤", tree.Const(1)), tree.FALSE),),
            tree.Compare(count, "=", tree.Const(2)),
        ),
        citation=LAW,
    )
    rules = replace(SMALL, kind="legacy", conditions=(two,), amount=tree.Const(5))
    facts = [({"children_ever": number}, year) for number in (0, 1, 2, 3) for year in range(2019, 2024)]
    assert gaps(rules, facts) == ()
    (gap,) = gaps(rules, [point for point in facts if point[0]["children_ever"] != 3])
    assert gap.words() == "two: children_ever = 2: just above"
    assert (gap.facts, gap.year) == ({"children_ever": 3}, 2020)


def test_a_condition_in_two_places_is_one_object() -> None:
    inside = tree.Condition("inside", WORDS, tree.Compare(tree.Fact("birth_year"), "≥", tree.Const(1950)))
    twice = tree.Condition(
        "twice",
        WORDS,
        tree.Any((tree.All((inside, tree.IsTrue(tree.Fact("deceased")))), tree.Not(inside))),
        citation=LAW,
    )
    rules = replace(SMALL, conditions=(twice,))
    made = mutants(rules, partial(lambda rules, parameters: replace(rules, parameters=parameters), rules))
    (changed,) = [m for m in made.all if m.name == "twice > inside: birth_year ≥ 1950 ⇒ birth_year > 1950"]
    assert changed.rules is not None
    nodes = [node for node in tree.walk(changed.rules.conditions[0]) if isinstance(node, tree.Condition)]
    first, second = (node for node in nodes if node.code == "inside")
    assert first is second and first.expression == tree.Compare(
        tree.Fact("birth_year"), ">", tree.Const(1950)
    )
    said = [name.removeprefix("twice: ") for name in names(made) if name.startswith("twice: ")]
    assert said == [
        "(inside and deceased) or not inside ⇒ and",
        "(inside and deceased) or not inside without inside and deceased",
        "(inside and deceased) or not inside without not inside",
        "inside and deceased ⇒ or",
        "inside and deceased without inside",
        "inside and deceased without deceased",
        "deceased ⇒ not deceased",
        "not inside ⇒ inside",
    ]


def test_replacing_leaves_the_rest_alone() -> None:
    kept = tree.Compare(tree.Year(), "≥", tree.Const(2000))
    old, new = tree.IsTrue(tree.Fact("deceased")), tree.Known(tree.Fact("deceased"))
    whole = tree.Case(((old, tree.All((kept, old))),), tree.Not(kept))
    swapped = Swap(old, new).of(whole)
    assert swapped == tree.Case(((new, tree.All((kept, new))),), tree.Not(kept))
    assert isinstance(swapped, tree.Case) and swapped.otherwise is whole.otherwise
    assert Swap(old, new).of(kept) is kept


def test_mutants_have_names_of_their_own() -> None:
    for code in codes():
        made = mutants(read(code).programme, partial(build_one, code))
        assert len(set(names(made))) == len(made.all), code


@pytest.mark.wide
@pytest.mark.parametrize("code", codes())
def test_generated_people_tell_every_other_rule_apart(code: str) -> None:
    """What a declaration is tried on would have found each mutant that is known to be another rule."""
    written = read(code)
    people = certifying._people(written.programme, written.examples)
    told = [(facts, year, answer(written.programme, facts, year)) for facts, year in people]
    for mutant in mutants(written.programme, partial(build_one, code)).all:
        if mutant.rules is None or any(one.names(mutant) for one in written.survivors):
            continue
        assert any(answer(mutant.rules, facts, year) != wanted for facts, year, wanted in told), mutant.name


def every_value(name: str, year: int) -> list[Any]:
    """All values that mean something different to a rule: years on both sides of a limit, counts to five."""
    fact = schema.BY_NAME[name]
    if fact.kind == "bool":
        return [True, False, None]
    if fact.kind == "text":
        return [*fact.values, None]
    if name == "birth_year":
        return [*range(year - 5, year + 3), None]
    if name.endswith("_year"):
        return [year - 4, year - 3, None]
    assert fact.least is not None and fact.most is not None
    return [*range(fact.least, min(fact.most, 5) + 1), None]


@pytest.mark.wide
@pytest.mark.parametrize("code", [code for code in codes() if read(code).survivors])
def test_what_survives_is_the_same_rule_for_every_value(code: str) -> None:
    """Whatever the facts of the changed condition are, known or not, a declared survivor says the same."""
    written, declared = read(code), certificate(code).declared
    programme, year = written.programme, 2026
    parts: dict[str, tree.Expr] = {one.code: one for one in programme.conditions}
    parts |= {"amount": programme.amount, "claim_by": programme.claim_by or programme.amount}
    by_part: dict[str, list[Programme]] = {}
    for mutant in mutants(programme, partial(build_one, code)).all:
        if mutant.name in declared:
            assert mutant.rules is not None
            place = mutant.name.split(":")[0].split(".")[0].split(" > ")[0]
            by_part.setdefault(place, []).append(mutant.rules)
    for place, changed in by_part.items():
        reads = sorted(tree.facts_of(parts[place]))
        for values in product(*(every_value(name, year) for name in reads)):
            facts = {**written.base, **dict(zip(reads, values, strict=True))}
            wanted = answer(programme, facts, year)
            assert all(answer(rules, facts, year) == wanted for rules in changed), facts


# ── files and command ──


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({"zh": "文", "en": "two", "none": None, "year": 2026, "facts": {}, "expect": {}}, "unknown none"),
        ({"zh": "文", "en": "words", "year": 2026, "facts": {}, "expect": {}}, "outcome is missing"),
        ({"zh": "文", "en": "words", "year": 2026, "facts": {}, "expect": None}, "not None"),
        (
            {"zh": "", "en": "words", "year": 2026, "facts": {}, "expect": {"outcome": "entitled"}},
            "Chinese and the English",
        ),
        ({"zh": "文", "en": "words", "facts": {}, "expect": {"outcome": "entitled"}}, "year is missing"),
    ],
)
def test_a_case_that_is_not_finished_is_refused(case: dict[str, Any], reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        cases._example(case, {}, "small/cases.yaml")


def test_the_command_prints_the_table() -> None:
    done = CliRunner().invoke(main, ["policies", "certify", "--programme", "aftereffects_assistance"])
    assert done.exit_code == 0, done.output
    heading, row, *others = done.stdout.splitlines()
    assert heading.split()[:4] == ["programme", "conditions", "cases", "mutants"]
    assert row.split()[0] == "aftereffects_assistance" and row.split()[-1] == "0"
    assert any(line.strip().startswith("survives: amount: aftereffects_grade = 1") for line in others)


def test_the_command_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [one for one in ENOUGH if one.facts["birth_year"] != 1960]
    lacking = certify(SMALL, left, [], build)
    monkeypatch.setattr(cases, "certificate", lambda code: lacking)
    monkeypatch.setattr(certification, "read", lambda code: replace(read("child_checks"), base={}))
    arguments = ["policies", "certify", "--programme", "child_checks"]

    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 1 and "not certified: small" in told.stderr
    assert "no case: old: birth_year + age ≤ year: at" in told.stdout
    assert "survives without a reason: old: birth_year + age ≤ year ⇒" in told.stdout

    (one,) = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout)
    assert one["holds"] is False and one["undeclared"] == list(lacking.open)
    assert [gap["where"] for gap in one["gaps"]] == ["old: birth_year + age ≤ year: at"]

    lines = CliRunner().invoke(main, [*arguments, "--skeleton"]).stdout.splitlines()
    assert lines[1] == "  # old: birth_year + age ≤ year: at"
    assert lines[2].startswith('  - {zh: "", en: "", year: 2020, facts: {birth_year: 1960')
    assert lines[2].endswith("expect: {}}")


def test_the_command_knows_its_programmes() -> None:
    done = CliRunner().invoke(main, ["policies", "certify", "--programme", "none_such"])
    assert done.exit_code == 2 and "no programme none_such" in done.output
