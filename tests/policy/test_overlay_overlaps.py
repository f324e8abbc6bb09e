"""What an area may say of several programmes for one person: declared as data, held to the law, explained."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou import policies
from tongchou.cli import main
from tongchou.core import clock
from tongchou.domain.policy.batch import OUTPUT
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.outcomes import ENTITLED, NEEDS_INFORMATION, OUTCOMES
from tongchou.domain.policy.overlaps import Overlap, settle
from tongchou.domain.policy.overlays import read_overlay
from tongchou.domain.policy.settled import concerned, settled
from tongchou.domain.policy.words import Text
from tongchou.policies import law

#: As a municipality has it: of the reward of the elderly and special assistance the higher is paid.
RULE = """level: province
area: {code: "990000", zh: 某市, en: A City}
overlaps:
  - code: reward_or_assistance
    how: higher
    programmes: [elderly_reward, bereaved_assistance, disabled_child_assistance]
    from: 2026-01-01
    words: {zh: 奖励扶助与特别扶助就高享受, en: of reward and special assistance the higher is paid}
    reference: {zh: 某市文件, en: document of the city}
"""
RULED = "[elderly_reward, bereaved_assistance, disabled_child_assistance]"
WORDS = Text("文", "act")


def build(*texts: str) -> policies.Law:
    overlays = [read_overlay(text, f"{n}.yaml", law.national()) for n, text in enumerate(texts, 1)]
    return law.build(tuple(overlays))


def test_a_province_says_of_two_programmes_which_is_paid() -> None:
    found = build(RULE)
    assert [(one.code, one.level) for one in found.overlaps] == [
        ("one_special_assistance", "national"),
        ("reward_or_assistance", "province"),
    ]
    amounts = {"elderly_reward": 96000, "bereaved_assistance": 708000}
    both = [one for one in found.overlaps if one.holds_in(2026)]
    paid = {one.programme: one for one in settle(amounts, both)}
    assert paid["elderly_reward"].amount_fen == 0 and paid["elderly_reward"].instead == "bereaved_assistance"
    assert paid["bereaved_assistance"].amount_fen == 708000
    before = [one for one in found.overlaps if one.holds_in(2025)]
    assert all(one.overlap is None for one in settle(amounts, before))
    assert policies.build().overlaps == found.overlaps[:1]  # elsewhere both are paid


COUNTY = RULE.replace("province", "county").replace("990000", "990101").replace("某市", "某县")
PREFECTURE = RULE.replace("province", "prefecture").replace("990000", "990100")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (RULE.replace("disabled_child_assistance", "disabled"), 6, "unknown programme disabled; known:"),
        (RULE.replace("how: higher", "how: highest"), 5, "'highest' is not one of higher, first, additive"),
        (
            RULE.replace("    reference: {zh: 某市文件, en: document of the city}\n", ""),
            4,
            "reference is missi",
        ),
        (RULE.replace("zh: 某市文件", "zh: ''"), 9, "both the Chinese and the English text"),
        (RULE.replace("    from: 2026-01-01\n", ""), 4, "from is missing"),
        (RULE.replace("2026-01-01", "2026-07-01"), 7, "whole years; let it begin on 1 January"),
        (RULE.replace("from: 2026-01-01", "from: 2026-01-01\n    until: 2027-06-30"), 8, "on 31 December"),
        (RULE.replace(RULED, "[elderly_reward]"), 6, "two programmes or more are needed"),
        (COUNTY, 4, "a county may not keep one of several programmes from being paid (may: province)"),
        (PREFECTURE, 4, "a prefecture may not keep one of several"),
        (
            RULE.replace(RULED, "[elderly_reward, childcare_subsidy]"),
            4,
            "the State gives childcare_subsidy beside everything else",
        ),
        (RULE.replace(RULED, "[boarding_subsidy, child_checks]"), 4, "boarding_subsidy, child_checks beside"),
        (
            RULE.replace("from: 2026-01-01", "from: 2026-01-01\n    known_from: 2026-05-01"),
            4,
            "what keeps money from families does not hold backwards",
        ),
        (
            RULE.replace("higher", "additive", 1),
            4,
            "says additive of bereaved_assistance and disabled_child_assistance, for which "
            "one_special_assistance (national, Management Rules",
        ),
        (RULE.replace("how: higher", "how: first"), 4, "(national, Management Rules"),
        (RULE.replace("reward_or_assistance", "one_special_assistance"), 4, "is declared above already"),
        (RULE[: RULE.index("overlaps")], 1, "neither programmes nor overlaps"),
    ],
)
def test_what_the_law_does_not_leave_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(LoadError) as refusal:
        build(text)
    assert str(refusal.value).startswith(f"1.yaml, line {line}: ") and reason in str(refusal.value)


ADDITIVE = COUNTY.replace("how: higher", "how: additive").replace(
    RULED, "[elderly_reward, urban_pension_support]"
)


def test_every_level_may_say_that_both_are_paid_where_nobody_above_says_otherwise() -> None:
    found = build(ADDITIVE)
    assert [one.way for one in found.overlaps] == ["higher", "additive"]
    assert all(one.overlap is None for one in settle({"elderly_reward": 1, "urban_pension_support": 2},
                                                     found.overlaps))  # fmt: skip
    against = ADDITIVE.replace("reward_or_assistance", "both").replace(
        "urban_pension_support", "bereaved_assistance"
    )
    with pytest.raises(LoadError, match=r"2\.yaml, line 4: both says additive of bereaved_assistance and"):
        build(RULE, against)
    over = RULE.replace("from: 2026-01-01", "from: 2020-01-01\n    until: 2024-12-31")
    assert len(build(over, against).overlaps) == 3  # once the province's rule is over


def test_nothing_that_is_listed_can_be_kept_back_for_something_else_that_is_listed() -> None:
    """So lists, forecasts of money and simulations need no settling: no group has two of their programmes."""
    listed = {one.code for one in policies.here().listed}
    assert len(listed) > 1 and len(listed & {one.code for one in law.LEGACY}) < 2
    assert all(len(listed & set(one.programmes)) < 2 for one in build(RULE).overlaps)


# ── one person, and many ──


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, int], list[Overlap]]:
    names = "abcde"
    amounts = draw(st.dictionaries(st.sampled_from(names), st.integers(0, 4), min_size=1))
    groups = [
        Overlap(
            f"g{number}",
            draw(st.sampled_from(["higher", "first", "additive"])),
            tuple(draw(st.permutations(names))[: draw(st.integers(2, 4))]),
            WORDS,
            WORDS,
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    return amounts, groups


@given(cases())
@settings(max_examples=400)
def test_nobody_loses_anything_for_what_is_not_paid(case: Any) -> None:
    """No two of a group are paid; whoever is paid nothing is paid the other; else everything is paid."""
    amounts, groups = case
    found = {one.programme: one for one in settle(amounts, groups)}
    assert list(found) == list(amounts)
    paid = {code for code, one in found.items() if one.amount_fen > 0}
    bars = [set(one.programmes) for one in groups if one.way != "additive"]
    assert all(len(paid & group) < 2 for group in bars)
    for code, one in found.items():
        if one.overlap is None:
            assert one.amount_fen == amounts[code] and not one.instead
        else:
            assert one.amount_fen == 0 < amounts[code] and one.instead in paid
            assert {code, one.instead} <= set(one.overlap.programmes) and one.overlap.way != "additive"
    if all(one.way == "higher" for one in groups):
        assert all(amounts[one.instead] >= amounts[code] for code, one in found.items() if one.instead)


@given(st.lists(cases(), min_size=1, max_size=6), st.data())
@settings(max_examples=100, deadline=None)
def test_many_are_settled_as_each_one_is(people: Any, data: st.DataObject) -> None:
    groups = people[0][1]
    rows: list[dict[str, Any]] = []
    for person, (amounts, _groups) in enumerate(people):
        for code, fen in amounts.items():
            outcome = data.draw(st.sampled_from(OUTCOMES))
            rows.append(
                {"person_id": person, "programme": code, "year": 2026, "outcome": outcome, "amount_fen": fen}
            )
    table = pl.DataFrame(rows, schema_overrides=OUTPUT).select(
        *(name if name in rows[0] else pl.lit(None, dtype=kind).alias(name) for name, kind in OUTPUT.items())
    )
    found = settled(table, concerned(groups, "abcde", 2026))
    assert found.select(table.columns).equals(table)
    granted = set(OUTCOMES[:2])
    for person in range(len(people)):
        mine = [row for row in rows if row["person_id"] == person]
        alone = settle(
            {one["programme"]: one["amount_fen"] for one in mine if one["outcome"] in granted}, groups
        )
        expected = {one.programme: (one.amount_fen, one.instead) for one in alone}
        for row in found.filter(pl.col("person_id") == person).iter_rows(named=True):
            told = (row["paid_fen"], row["instead"])
            assert told == expected.get(row["programme"], (None, "")), row


# ── what is said ──


@pytest.fixture
def ruled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime) -> Iterator[Path]:
    (tmp_path / "city.yaml").write_text(RULE, encoding="utf-8")
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    policies.laws.cache_clear()
    yield tmp_path
    policies.laws.cache_clear()


#: A widow of 63 with an agricultural registration whose only child died; and one whose child lives.
FACTS = """person_id,area_code,sex,birth_year,deceased,hukou_kind,converted,has_spouse,living_sons,\
living_daughters,children_ever
1,990101001001,2,1963,否,agricultural,否,否,0,0,1
2,990101001001,2,1963,否,agricultural,否,否,1,0,1
"""


def test_the_answer_tells_the_rule_and_its_source(ruled: Path) -> None:
    rules = {one.code: one for one in policies.here().programmes}
    reward = rules["elderly_reward"]
    granted = reward.evaluate_one(
        {"birth_year": 1960, "deceased": False, "hukou_kind": "agricultural", "converted": False,
         "has_spouse": False, "living_sons": 1, "living_daughters": 0, "children_ever": 1},
        2026,
    )  # fmt: skip
    said = "奖励扶助与特别扶助就高享受（某市文件）"
    assert granted.beside("zh") == [said] and granted.as_dict("zh")["overlaps"] == [said]
    assert f"　与其他待遇：{said}" in granted.lines("zh")
    assert reward.evaluate_one({**granted.facts, "birth_year": 1990}, 2026).beside("zh") == []
    assert reward.evaluate_one({**granted.facts, "birth_year": 1950}, 2025).beside("zh") == []
    assert rules["childcare_subsidy"].overlaps == ()
    with_rule, without = policies.laws().version(), policies.Laws(()).version()
    assert with_rule != without


def test_policies_check_lists_the_groups(ruled: Path) -> None:
    done = CliRunner().invoke(main, ["policies", "check", str(ruled), "--json"])
    (row,) = json.loads(done.stdout)
    assert (row["parameter"], row["value"], row["from"]) == ("reward_or_assistance", "higher", "2026-01-01")
    (ruled / "city.yaml").write_text(RULE.replace("2026-01-01", "2027-01-01\n    known_from: 2026-11-01"))
    said = CliRunner().invoke(main, ["policies", "check", str(ruled)]).output
    assert "city.yaml, line 4: reward_or_assistance: known from 2026-11-01: not in force before" in said
    policies.laws.cache_clear()
    assert len(policies.here().overlaps) == 1
    with clock.frozen(dt.datetime(2026, 11, 1, tzinfo=clock.SHANGHAI)):
        assert len(policies.here().overlaps) == 2


@pytest.mark.parametrize("folder", [False, True])
def test_a_file_of_people_says_what_is_paid(ruled: Path, folder: bool) -> None:
    csv = ruled / "facts.csv"
    csv.write_text(FACTS, encoding="utf-8")
    facts, out = csv, ruled / "out.parquet"
    if folder:
        from tongchou.policies.files import read_facts

        facts, out = ruled / "parts", ruled / "results"
        facts.mkdir()
        read_facts(csv).write_parquet(facts / "1.parquet")
    done = CliRunner().invoke(
        main,
        ["evaluate", "--facts", str(facts), "--out", str(out), "--year", "2026", "--json", "--programme",
         "elderly_reward", "--programme", "bereaved_assistance"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = pl.read_parquet(sorted(out.glob("*.parquet"))[0] if folder else out)
    told = {
        (row["person_id"], row["programme"]): (row["outcome"], row["paid_fen"], row["instead"])
        for row in found.iter_rows(named=True)
    }
    reward = told[1, "elderly_reward"]
    assert reward[1:] == (0, "bereaved_assistance") and reward[0] != NEEDS_INFORMATION
    assert told[1, "bereaved_assistance"] == (ENTITLED, 708000, "")
    assert told[2, "elderly_reward"][1:] == (96000, "")
    if folder:
        assert not (out / "_defaults.json").exists()
        return
    assert json.loads(done.stdout)["elderly_reward not paid beside bereaved_assistance"] == 1


def test_one_person_is_told_what_is_paid(ruled: Path) -> None:
    (ruled / "facts.csv").write_text(FACTS, encoding="utf-8")

    def said(person: int, *more: str) -> str:
        words = ["explain", "--facts", str(ruled / "facts.csv"), "--year", "2026", "--person", str(person)]
        done = CliRunner().invoke(main, [*words, "--language", "en", "--programme", "all", *more])
        assert done.exit_code == 0, done.output
        return done.output

    line = (
        "is not paid beside Special assistance for bereaved parents: "
        "of reward and special assistance the higher is paid (document of the city)"
    )
    assert line in said(1), said(1)[-600:]
    assert "is not paid beside" not in said(2)
    assert '"overlaps": ["of reward' in said(2, "--json")


def test_one_programme_alone_is_not_settled(ruled: Path) -> None:
    (ruled / "facts.csv").write_text(FACTS, encoding="utf-8")
    words = ["evaluate", "--facts", str(ruled / "facts.csv"), "--out", str(ruled / "out.csv")]
    assert CliRunner().invoke(main, [*words, "--year", "2026"]).exit_code == 0
    assert "paid_fen" not in (ruled / "out.csv").read_text(encoding="utf-8-sig")
