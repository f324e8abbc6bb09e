"""Values over time and over knowledge; what provinces, prefectures and counties may set on top."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.everything import COUNTY, LAW, PROVINCE

from tongchou import policies
from tongchou.domain.policy.dated import DatedValue, Parameter, in_force
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlaps import Overlap, read_overlaps, settle
from tongchou.domain.policy.overlays import Overlay, apply, read_overlay
from tongchou.domain.policy.parameters import read_parameters
from tongchou.domain.policy.words import Text
from tongchou.policies.law import OVERLAYS, national, read_overlays

WORDS = Text("文件", "act")
CODES = {"province": "990000", "prefecture": "990100", "county": "990101"}
RAISED = """
amount:
  label: {zh: 标准, en: amount}
  unit: fen
  values:
    - {from: 2020-01-01, value: 100, reference: {zh: 甲, en: a}}
    - {from: 2022-01-01, value: 120, known_from: 2023-06-01, reference: {zh: 乙, en: b}}
    - {from: 2024-01-01, value: 150, known_from: 2023-09-01, reference: {zh: 丙, en: c}}
"""


def parameter(text: str = RAISED) -> Parameter:
    return read_parameters(text, "p.yaml")["amount"]


def values(found: Parameter) -> list[tuple[int, int]]:
    return [(dated.start.year, dated.value) for dated in found.values]


def test_a_raise_made_known_later_counts_backwards() -> None:
    assert [parameter().in_year(year).value for year in range(2020, 2026)] == [100, 100, 120, 120, 150, 150]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2019, 12, 31), []),
        (dt.date(2020, 1, 1), [(2020, 100)]),
        (dt.date(2023, 5, 31), [(2020, 100)]),
        (dt.date(2023, 6, 1), [(2020, 100), (2022, 120)]),
        (dt.date(2023, 8, 31), [(2020, 100), (2022, 120)]),
        (dt.date(2023, 9, 1), [(2020, 100), (2022, 120), (2024, 150)]),
    ],
)
def test_the_law_as_it_was_known_then(day: dt.date, expected: list[tuple[int, int]]) -> None:
    assert values(parameter().known_at(day)) == expected


def test_an_old_answer_is_worked_out_under_the_law_known_then() -> None:
    then = policies.build(known=dt.date(2021, 12, 31))
    codes = {programme.code for programme in then.programmes}
    assert "elderly_reward" in codes and "childcare_subsidy" not in codes
    assert "childcare_subsidy" in {one.code for one in then.unset}


def test_a_value_for_a_past_time_leaves_what_follows() -> None:
    text = RAISED.replace("from: 2022-01-01, value: 120", "from: 2022-01-01, until: 2022-12-31, value: 120")
    assert values(parameter(text)) == [(2020, 100), (2022, 120), (2023, 100), (2024, 150)]


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 10) | st.none(), st.integers(1, 999)),
        min_size=1,
        max_size=8,
    )
)
def test_each_day_has_the_value_made_known_last(given_: list[tuple[int, int | None, int]]) -> None:
    """Against the plain reading: of all values that hold on a day the one made known last."""
    first = dt.date(2020, 1, 1)
    history = [
        DatedValue(
            first + dt.timedelta(days=start),
            value,
            WORDS,
            None if length is None else first + dt.timedelta(days=start + length),
        )
        for start, length, value in given_
    ]
    made = Parameter("p", WORDS, "fen", in_force(history))
    for offset in range(60):
        day = first + dt.timedelta(days=offset)
        holding = [v.value for v in history if v.start <= day and (v.until is None or day <= v.until)]
        found = made.on(day)
        assert (found.value if found else None) == (holding[-1] if holding else None)
    ends = [dated.until for dated in made.values[:-1]]
    assert all(a.start < b.start for a, b in zip(made.values, made.values[1:], strict=False))
    assert all(end is None or end < after.start for end, after in zip(ends, made.values[1:], strict=True))


@given(
    st.lists(
        st.tuples(st.integers(0, 130), st.integers(0, 40) | st.none(), st.integers(1, 999)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["fen", "fen_per_month"]),
)
def test_a_year_is_like_the_one_before_unless_a_value_turns(
    given_: list[tuple[int, int | None, int]], unit: str
) -> None:
    """Only the years a value names itself have to be looked at to know that each year has one."""

    def month(number: int) -> dt.date:
        return dt.date(2020 + number // 12, number % 12 + 1, 1)

    history = [
        DatedValue(
            month(start), value, WORDS, None if many is None else month(start + many + 1) - dt.timedelta(1)
        )
        for start, many, value in given_
    ]
    made = Parameter("p", WORDS, unit, in_force(history))
    turns = {year for dated in made.values for year in dated.turns()}

    def told(year: int) -> int | None:
        try:
            return made.in_year(year).value
        except LoadError:
            return None

    assert all(told(year) == told(year - 1) for year in range(2018, 2040) if year not in turns)


MONTHLY = RAISED.replace("unit: fen", "unit: fen_per_month").replace("from: 2024-01-01", "from: 2024-07-01")


def test_an_amount_by_the_month_is_summed_over_the_year() -> None:
    found = parameter(MONTHLY)
    assert [found.in_year(year).value for year in (2021, 2022, 2024, 2025)] == [1200, 1440, 1620, 1800]
    assert found.in_year(2024).reference.zh == "每月1.20元×6、1.50元×6个月；乙；丙"
    with pytest.raises(LoadError, match="no value in 2019-01"):
        found.in_year(2019)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("from: 2024-07-01", "from: 2024-07-02"), "line 8: an amount by the month"),
        (("value: 150", "value: 150, until: 2025-01-30"), "line 8: an amount by the month"),
        (("value: 150", "value: 150, assumed: yes"), "line 8: 'yes'; write true"),
        (("known_from: 2023-09-01", "known_from: 2023-09-31"), "is not a date"),
        # A list or names where one value belongs: what was expected is said, not what the parser holds.
        (
            ("value: 150", "value: [150]"),
            r"line 8: one whole number is expected here, and a list stands here",
        ),
        (("value: 150", "value: {a: 1}"), "line 8: one whole number .* names with values stands here"),
        (("from: 2024-07-01", "from: [2024-07-01]"), "line 8: a date such as 2025-01-01 is expected here"),
        (("value: 150", "value: 150, assumed: [true]"), "line 8: true is expected here"),
        (("unit: fen_per_month", "unit: [fen]"), "one unit .* is expected here, and a list stands here"),
        (("value: 150", "[a, b]: 150"), "line 8: a name is expected here, and a list stands here"),
    ],
)
def test_wrong_values_are_refused_with_their_line(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        parameter(MONTHLY.replace(*change))


LOCAL = """  local:
    levels: [province, county]
    how: raise
    reference: {zh: 法, en: law}
"""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("[province, county]", "[]"), "levels is a list"),
        (("[province, county]", "[village]"), "'village' is not one of province, prefecture, county"),
        (("how: raise", "how: double"), "'double' is not one of set, raise, lower"),
        (("    reference: {zh: 法, en: law}\n", ""), "reference is missing"),
    ],
)
def test_who_may_set_a_value_must_be_plain(change: tuple[str, str], reason: str) -> None:
    assert parameter(RAISED + LOCAL).local
    with pytest.raises(LoadError, match=reason):
        parameter(RAISED + LOCAL.replace(*change))


def test_only_a_parameter_someone_may_set_may_wait_for_its_value() -> None:
    empty = RAISED[: RAISED.index("  values:")] + "  values: []\n"
    assert parameter(empty + LOCAL).values == ()
    with pytest.raises(LoadError, match="amount needs a list of values"):
        parameter(empty)


# ── overlays ──


def overlay(text: str) -> Overlay:
    return read_overlay(text, "overlay.yaml", national())


def amounts(*texts: str) -> list[tuple[int, int, str]]:
    found = apply(national(), [overlay(text) for text in texts])["elderly_reward"]["yearly_amount"]
    return [(dated.start.year, dated.value, dated.level) for dated in found.values]


def reward(level: str, *dated: tuple[str, int]) -> str:
    lines = "".join(
        f"      - {{from: {start}, value: {value}, reference: {{zh: 文, en: act}}}}\n"
        for start, value in dated
    )
    return (
        f'level: {level}\narea: {{code: "{CODES.get(level, 990000)}", zh: 某地, en: A Place}}\n'
        f"programmes:\n  elderly_reward:\n    yearly_amount:\n{lines}"
    )


def test_each_level_adds_to_the_one_above() -> None:
    province = reward("province", ("2020-01-01", 120000))
    county = reward("county", ("2023-01-01", 150000))
    base = [(2004, 60000, "national"), (2009, 72000, "national"), (2012, 96000, "national")]
    assert amounts() == base
    assert amounts(province) == [*base, (2020, 120000, "province")]
    assert amounts(county, province) == [*base, (2020, 120000, "province"), (2023, 150000, "county")]


def test_families_keep_whichever_is_better() -> None:
    """A county that paid more first is overtaken by its province and does not hold it back."""
    province = reward("province", ("2020-01-01", 120000), ("2022-01-01", 180000), ("2024-01-01", 110000))
    county = reward("county", ("2021-01-01", 150000))
    assert amounts(province, county)[3:] == [
        (2020, 120000, "province"),
        (2021, 150000, "county"),
        (2022, 180000, "province"),
        (2024, 150000, "county"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (reward("county", ("2020-01-01", 95999)), "the law leaves at least 96000"),
        (reward("village", ("2020-01-01", 100000)), "line 1: level 'village'"),
        (PROVINCE.replace("elderly_reward", "elderly_rewart"), "line .*unknown programme elderly_rewart"),
        (PROVINCE.replace("yearly_amount", "amount"), "elderly_reward has no parameter amount"),
        (COUNTY.replace("value: 58", "value: 61"), "the law leaves at most 60"),
        (COUNTY.replace('"990101"', '""'), "code of the area is missing"),
    ],
)
def test_what_the_law_does_not_leave_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason) as refusal:
        apply(national(), [overlay(text)])
    assert "overlay.yaml, line " in str(refusal.value)


def test_a_refusal_names_the_line_of_what_is_wrong() -> None:
    """The third value of a list; the name of a programme; the parameter a level may not set."""
    several = reward("county", ("2020-01-01", 100000), ("2021-01-01", 110000), ("2022-01-01", 90000))
    for text, line in (
        (several, 8),
        (several.replace("elderly_reward", "elderly_rewart"), 4),
        (childcare("county", 480000, 40000), 5),
        (PROVINCE.replace("zh:", "zh", 1) + "\t- x", None),
    ):
        with pytest.raises(LoadError, match=r"^overlay\.yaml, line \d+: [^\n]+$") as refusal:
            apply(national(), [overlay(text)])
        assert line is None or f"line {line}: " in str(refusal.value)


def childcare(level: str, yearly: int, monthly: int) -> str:
    said = "reference: {zh: 文, en: act}"
    return (
        f'level: {level}\narea: {{code: "{CODES[level]}", zh: 某地, en: A Place}}\n'
        "programmes:\n  childcare_subsidy:\n"
        f"    yearly_amount:\n      - {{from: 2027-01-01, value: {yearly}, {said}}}\n"
        f"    monthly_amount:\n      - {{from: 2027-01-01, value: {monthly}, {said}}}\n"
    )


def test_a_county_may_not_set_its_own_childcare_subsidy() -> None:
    with pytest.raises(LoadError, match=r"a county may not set childcare_subsidy\.yearly_amount"):
        overlay(childcare("county", 480000, 40000))
    law = policies.build((overlay(childcare("province", 480000, 40000)),))
    assert law.programmes[0].parameters["yearly_amount"].in_year(2027).value == 480000
    with pytest.raises(LoadError, match="twelve months of 30000 fen are not the 480000 fen of 2027"):
        policies.build((overlay(childcare("province", 480000, 30000)),))


def test_two_overlays_of_one_level_are_refused() -> None:
    with pytest.raises(LoadError, match="is an overlay of a province too"):
        apply(national(), [overlay(PROVINCE), overlay(PROVINCE)])


def test_a_folder_of_overlays(tmp_path: Path) -> None:
    (tmp_path / "1-province.yaml").write_text(PROVINCE, encoding="utf-8")
    (tmp_path / "2-county.yaml").write_text(COUNTY, encoding="utf-8")
    assert [one.level for one in read_overlays(tmp_path)] == ["province", "county"]
    with pytest.raises(LoadError, match=OVERLAYS):
        read_overlays(tmp_path / "nowhere")
    (tmp_path / "3.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LoadError, match=r"3\.yaml, line 1: not UTF-8"):
        read_overlays(tmp_path)


def test_programmes_wait_until_somebody_sets_their_amount() -> None:
    waiting = {one.code: [p.name for p in one.missing] for one in policies.build().unset}
    assert waiting == {
        "only_child_reward": ["monthly_amount"],
        "urban_pension_support": ["yearly_amount"],
        "two_daughter_support": ["yearly_amount"],
    }
    assert LAW.unset == ()


def test_an_answer_says_when_it_rests_on_a_default() -> None:
    (pension,) = (one for one in policies.load() if one.code == "pension_contribution")
    facts = {"birth_year": 1980, "deceased": False, "resident_pension": True, "children_ever": 1}
    answer = pension.evaluate_one(facts, 2026)
    assert [one.name for one in answer.assumed] == ["yearly_amount"]
    assert answer.assumed_text("zh") == "以下数值当地尚未录入，暂按默认值计算：每人每年代缴养老保险费100元。"
    assert answer.assumed_text("en") in "\n".join(answer.lines("en"))
    assert answer.as_dict("zh")["assumed"]
    said = "reference: {zh: 文, en: act}"
    own = overlay(
        'level: county\narea: {code: "990101", zh: 某县, en: A}\nprogrammes:\n  pension_contribution:\n'
        f"    yearly_amount:\n      - {{from: 2026-01-01, value: 20000, {said}}}\n"
    )
    (settled,) = (one for one in policies.build((own,)).programmes if one.code == "pension_contribution")
    assert settled.evaluate_one(facts, 2026).assumed == ()
    assert settled.evaluate_one(facts, 2026).amount_fen == 20000


@pytest.mark.parametrize(
    ("pupil", "used", "words"),
    [
        ({"school_stage": "senior"}, ["senior"], "高中（含中职）每年助学金2,000元"),
        ({"school_stage": "primary", "boards": True}, ["primary_boarding"], "小学寄宿生每年补助1,000元"),
        ({"school_stage": "primary"}, ["primary_boarding", "primary_day"], "小学非寄宿生每年补助500元"),
    ],
)
def test_of_the_defaults_those_are_told_that_the_answer_used(
    pupil: dict[str, object], used: list[str], words: str
) -> None:
    (school,) = (one for one in policies.load() if one.code == "boarding_subsidy")
    answer = school.evaluate_one({"deceased": False, "low_income": True, **pupil}, 2026)
    assert [one.name for one in answer.assumed] == used
    assert words in answer.assumed_text("zh")
    assert answer.amount is not None and [one.parameter for one in answer.amount.thresholds] == used
    if answer.amount_fen is not None:
        assert answer.amount.text.zh == f"全年{answer.amount_fen // 100:,}元"


# ── several programmes for one person ──

BOTH = Overlap("one", "higher", ("a", "b", "c"), WORDS, WORDS)


@pytest.mark.parametrize(
    ("amounts", "way", "paid"),
    [
        ({"a": 5, "b": 7, "d": 3}, "higher", {"a": 0, "b": 7, "d": 3}),
        ({"a": 7, "b": 7}, "higher", {"a": 7, "b": 0}),
        ({"a": 7}, "higher", {"a": 7}),
        ({"a": 5, "b": 7, "c": 9}, "higher", {"a": 0, "b": 0, "c": 9}),
        ({"c": 9, "b": 7}, "first", {"c": 0, "b": 7}),
        ({}, "higher", {}),
    ],
)
def test_of_a_group_one_is_paid(amounts: dict[str, int], way: str, paid: dict[str, int]) -> None:
    overlap = Overlap("one", way, ("a", "b", "c"), WORDS, WORDS)  # type: ignore[arg-type]
    found = settle(amounts, [overlap])
    assert {one.programme: one.amount_fen for one in found} == paid
    assert all((one.overlap is overlap) == (one.amount_fen == 0) for one in found)
    assert all(paid[one.instead] > 0 for one in found if one.instead)


GROUP = """
- code: one
  how: higher
  programmes: [a, b]
  words: {zh: 就高, en: the higher}
  reference: {zh: 法, en: law}
"""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("how: higher", "how: both"), "line 3: 'both' is not one of"),
        (("[a, b]", "[a]"), "two programmes or more"),
        (("[a, b]", "[a, x]"), "line 4: unknown programme x"),
        (("[a, b]", "[a, a]"), "stands twice"),
        ((GROUP, GROUP + GROUP), "one is given twice"),
        ((GROUP, "a: b"), "a list of groups"),
    ],
)
def test_wrong_groups_are_refused(change: tuple[str, str], reason: str) -> None:
    assert read_overlaps(GROUP, "o.yaml", "ab")[0].programmes == ("a", "b")
    with pytest.raises(LoadError, match=reason):
        read_overlaps(GROUP.replace(*change), "o.yaml", "ab")


def test_the_kinds_of_special_assistance_are_not_paid_together() -> None:
    (group,) = policies.here().overlaps
    assert group.programmes == ("bereaved_assistance", "disabled_child_assistance")
