"""Breaking a target down: the papers' own table, units inside others, and what stops a sum."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tongchou import indicators
from tongchou.domain.responsibility.breakdown import Part, breakdown, in_table, making

CATALOGUE = indicators.load()
SHARE = CATALOGUE.indicators["qualified_villages"]
DAYS = CATALOGUE.indicators["mean_waiting_days"]
INNER = "local-bailidujuan"
#: Share of qualified villages to reach in the first and second stage, in per cent (Bijie reform plan,
#: sub-plan 1, III(2)3), with the people registered in each county (2010 census by county; of the inner unit
#: made up).
PAPER = {
    "522401": ("毕节市", 30, 50, 1483122),
    "522422": ("大方县", 35, 55, 1085893),
    "522423": ("黔西县", 35, 55, 907179),
    "522424": ("金沙县", 35, 55, 673134),
    "522425": ("织金县", 30, 50, 1085835),
    "522426": ("纳雍县", 30, 50, 923473),
    "522427": ("威宁县", 25, 45, 1398827),
    "522428": ("赫章县", 30, 50, 779899),
    INNER: ("百里杜鹃风景名胜区", 30, 55, 50000),
}
STATED = {1: Fraction(30, 100), 2: Fraction(50, 100)}
HOSTS = {INNER: ("522422", "522423")}


def parts(stage: int, **inner: object) -> list[Part]:
    return [
        Part(
            code,
            str(row[0]),
            Fraction(int(row[stage]), 100),
            Fraction(int(row[3])),
            inner.get("inside") if code == INNER else None,  # type: ignore[arg-type]
        )
        for code, row in PAPER.items()
    ]


def test_the_papers_own_table_does_not_add_up_and_by_how_much() -> None:
    """Stated 30 and 50 per cent; the units make 30.73 and 50.76: those above weigh more than 威宁 below."""
    inside = {"522422": Fraction(20000), "522423": Fraction(30000)}
    said = {}
    for stage in (1, 2):
        found = breakdown(SHARE, STATED[stage], parts(stage, inside=inside), hosts=HOSTS)
        assert found.check is not None and not found.agrees
        said[stage] = found.check.text
    assert "30.73, 0.73 more than the 30 stated" in said[1].en
    assert "50.76, 0.76 more than the 50 stated" in said[2].en
    assert "比所列50多0.76" in said[2].zh


def test_which_rows_keep_it_from_adding_up() -> None:
    """Without the rows that are not the stated share the rest is exactly it."""
    kept = [one for one in parts(1) if one.value == STATED[1]]
    assert {one.name for one in parts(1)} - {one.name for one in kept} == {
        "大方县",
        "黔西县",
        "金沙县",
        "威宁县",
    }
    found = breakdown(SHARE, STATED[1], kept)
    assert found.check is not None and found.check.difference == 0


def test_people_inside_other_units_are_told_before_anything_is_added() -> None:
    found = breakdown(SHARE, STATED[1], parts(1), hosts=HOSTS)
    assert found.check is None and not found.agrees
    (why,) = found.why
    assert "大方县, 黔西县: say how many in each" in why.en
    # without the hosts' names known nobody would notice: the people would count twice
    doubled = breakdown(SHARE, STATED[1], parts(1))
    assert doubled.check is not None


def test_parts_without_a_denominator_are_all_named() -> None:
    some = [Part("a", "甲乡", Fraction(9, 10)), Part("b", "乙乡", Fraction(8, 10))]
    found = breakdown(SHARE, Fraction(9, 10), some)
    assert {text.en.split(" has")[0] for text in found.why} == {"甲乡", "乙乡"} and not found.agrees


def test_nothing_is_compared_before_all_have_a_target_or_without_a_whole() -> None:
    some = [Part("a", "甲乡", Fraction(9, 10), Fraction(10)), Part("b", "乙乡", None)]
    found = breakdown(SHARE, Fraction(9, 10), some)
    assert (found.check, found.missing, found.agrees) == (None, ("乙乡",), True)
    assert breakdown(SHARE, None, some[:1]).stated is False


def test_quotients_are_averaged_and_shares_written_in_per_cent() -> None:
    assert making(DAYS) == making(SHARE) == "mean"
    assert in_table(SHARE, Fraction(19, 20)) == 95 and in_table(DAYS, Fraction(3)) == 3
    some = [Part("a", "甲乡", Fraction(2), Fraction(30)), Part("b", "乙乡", Fraction(5), Fraction(10))]
    found = breakdown(DAYS, Fraction("2.75"), some)
    assert found.check is not None and found.check.computed == Fraction(11, 4) and found.agrees


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 10**6)), min_size=1, max_size=8),
    st.integers(0, 100),
)
def test_equal_parts_always_agree_and_the_mean_lies_between_them(
    some: list[tuple[int, int]], same: int
) -> None:
    given_parts = [
        Part(str(at), str(at), Fraction(value, 100), Fraction(weight))
        for at, (value, weight) in enumerate(some)
    ]
    found = breakdown(SHARE, Fraction(same, 100), given_parts)
    assert found.check is not None
    assert min(value for value, _w in some) <= found.check.computed <= max(value for value, _w in some)
    equal = [Part(one.unit, one.name, Fraction(same, 100), one.weight) for one in given_parts]
    again = breakdown(SHARE, Fraction(same, 100), equal)
    assert again.check is not None and again.check.difference == 0
