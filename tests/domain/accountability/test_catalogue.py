"""Definitions: the shipped ones load; every mistake of a file is told at once, with its line."""

from __future__ import annotations

import pytest
from tests.domain.accountability.made import COUNTS, indicator, read

from tongchou import indicators
from tongchou.domain.accountability.definitions import Kind, Use
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.reading import read_catalogue


def refused(*of: str, more: str = "") -> list[str]:
    with pytest.raises(AccountabilityError) as raised:
        read(*of, more=more)
    assert all(line for line in raised.value.lines("zh"))
    return raised.value.lines("en")


def test_what_ships_is_whole_and_every_kind_has_an_indicator() -> None:
    catalogue = indicators.load()
    assert {one.kind for one in catalogue.used(Use.SCORED)} == set(Kind)
    assert sum(catalogue.composites["county_year"].weights.values()) == 1
    assert catalogue.sets["qualified_village"].criteria
    for one in [*catalogue.counts.values(), *catalogue.indicators.values()]:
        assert one.title.zh and one.title.en
    assert all(one.source.zh and one.source.en for one in catalogue.indicators.values())
    assert [one.code for one in catalogue.indicators.values() if not one.uses] == [
        "households_in_contact_share"
    ]


@pytest.mark.parametrize(
    ("formula", "unit", "said"),
    [
        ("ratio(sum(paid), sum(gone))", "share", "there is no count or indicator gone"),
        ("sum(paid) + sum(days)", "cases", "cases and days are not added"),
        ("ratio(sum(paid), sum(days))", "share", "the two of a ratio are in cases and days"),
        ("rate(sum(days), sum(paid))", "share", "the formula is in days/cases, not in share"),
        ("sum(paid ÷ due)", "share", "multiplied by a number alone"),
        ("paid", "cases", "it gives no figure"),
        ("5", "share", "it gives no figure"),
        ("sum(posts)", "posts", "posts is a stock, which months do not add up"),
        ("last(paid)", "cases", "paid is a flow, which has no value at an end"),
        ("ratio(paid, due)", "share", "ratio is taken of two figures"),
        ("sum(paid) + due", "cases", "counts are not added to a figure"),
        ("sum(3)", "share", "sum is taken of counts"),
        ("sum(paid) ÷ 0", "cases", "it divides by 0"),
        ("sum(", "share", "the formula ends"),
        ("sum(paid) + 1", "cases", "cases and share are not added"),
        ("x × 1", "share", "it is defined by itself: x → x"),
    ],
)
def test_a_formula_that_cannot_be(formula: str, unit: str, said: str) -> None:
    lines = refused(indicator(formula, unit=unit))
    assert any(said in line for line in lines), lines
    assert all(line.startswith("x.yaml, line 2, x.") for line in lines)


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("1 − ratio(sum(paid), sum(due))", "share"),
        ("sum(due − 0.5 × paid)", "cases"),
        ("rate(sum(days), sum(paid))", "days/cases"),
        ("sum(days) ÷ sum(paid)", "days/cases"),
        ("last(posts) − average(posts)", "posts"),
    ],
)
def test_a_formula_that_can(formula: str, unit: str) -> None:
    assert str(read(indicator(formula, unit=unit)).indicators["x"].unit) == unit


def test_a_circle_is_shown_from_each_of_its_members() -> None:
    lines = refused(
        indicator("one_b × 1", code="one_a"),
        indicator("one_c × 1", code="one_b"),
        indicator("one_a × 1", code="one_c"),
    )
    assert [line.split(": ", 2)[2] for line in lines] == [
        "one_a → one_b → one_c → one_a.",
        "one_b → one_c → one_a → one_b.",
        "one_c → one_a → one_b → one_c.",
    ]


def test_everything_wrong_is_told_at_once() -> None:
    more = (
        "sets:\n"
        "  - {code: s, title: {zh: 甲, en: s}, criteria: [{indicator: none, at_least: 5}, {indicator: x}], "
        "source: {zh: 文, en: act}}\n"
        "composites:\n"
        "  - {code: c, title: {zh: 甲, en: c}, weights: {x: 0.5, y: 0.4}, full: {x: 1, y: 0}, "
        "source: {zh: 文, en: act}}\n"
        "weights: 3\n"
    )
    said = "\n".join(refused(indicator("sum(gone)", kind="births"), "  - {code: Y}\n", more=more))
    for part in (
        "x.kind: 'births' is none of paid_on_time",
        "x.formula: there is no count or indicator gone",
        "indicators.code: 'Y' is not made of small letters",
        "s.criteria: there is no indicator none",
        "s.criteria: give one of at_least and at_most",
        "c.weights: the weights sum to 0.9, not to 1",
        "c.weights: weight and full value of y are above 0",
        "-.weights: is not known",
    ):
        assert part in said, said


def test_a_code_stands_once_in_all_files() -> None:
    with pytest.raises(AccountabilityError, match=r"already stands in a\.yaml:3"):
        read_catalogue({"a.yaml": COUNTS, "b.yaml": COUNTS})


@pytest.mark.parametrize("text", ["", "[1, 2", "- 1", "counts: 5"])
def test_a_file_that_is_none_is_told(text: str) -> None:
    with pytest.raises(AccountabilityError, match=r"broken\.yaml"):
        read_catalogue({"broken.yaml": text})


def test_a_set_and_a_composite_take_declared_indicators_alone() -> None:
    more = (
        "composites:\n"
        "  - {code: c, title: {zh: 甲, en: c}, weights: {households_told: 1}, full: {households_told: 1}, "
        "source: {zh: 文, en: act}}\n"
    )
    told = indicator("ratio(sum(paid), sum(due))", code="households_told").replace(
        "uses: [scored, ranked, targeted]", "uses: [targeted]"
    )
    said = refused(told, more=more)
    assert [line.split("weights: ")[1] for line in said] == [
        "indicator households_told is not declared as ranked.",
        "indicator households_told is not declared as scored.",
    ]


def test_criteria_are_known_failed_or_not_known() -> None:
    one = indicators.load().sets["qualified_village"]
    full = {criterion.indicator: 1.0 for criterion in one.criteria}
    assert one.met(full) is True
    assert one.met(full | {"paid_on_time": 0.94}) is False
    assert one.met(full | {"paid_on_time": 0.95}) is True  # the bound itself counts
    assert one.met({key: value for key, value in full.items() if key != "paid_on_time"}) is None
    assert one.met({"records_accurate": 0.1}) is False
