"""Registers as grids: where the header is, what columns mean, what lines become, what is dropped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import identity
from tongchou.domain.register import legacy
from tongchou.domain.register.columns import BY_NAME, match
from tongchou.domain.register.problems import FILE_CODES, LEVELS, RegisterError
from tongchou.domain.register.read import Reading, read_register
from tongchou.domain.register.sheet import Sheet, cell_name, place_of

ON = dt.date(2026, 6, 30)
HEADER = ["户编号", "姓名", "与户主关系", "性别", "出生日期", "公民身份号码"]
HEAD_ID = identity.compose("520599", dt.date(1980, 1, 2), 1)
WIFE_ID = identity.compose("520599", dt.date(1982, 3, 4), 2)
HEAD = ["1", "张三", "户主", "男", "1980-01-02", HEAD_ID]
WIFE = ["1", "李四", "妻", "女", "1982-03-04", WIFE_ID]


def read(*rows: list[Any], header: list[str] | None = None, **sheet: Any) -> Reading:
    return read_register(Sheet([header or HEADER, *rows], **sheet), on=ON)


def codes_of(reading: Reading) -> list[tuple[str, str]]:
    return [(problem.code, problem.cell) for problem in reading.problems]


def with_cells(base: list[Any], **cells: Any) -> list[Any]:
    """The base line with cells changed by header, e.g. 姓名=…"""
    return [cells.get(name, value) for name, value in zip(HEADER, base, strict=True)]


def more(columns: list[str], *values: Any, base: list[Any] = HEAD) -> Reading:
    return read([*base, *values], header=[*HEADER, *columns])


def test_a_plain_register() -> None:
    reading = read(HEAD, WIFE)
    assert reading.problems == [] and [row.name for row in reading.rows] == ["张三", "李四"]
    assert [(row.row_no, row.relation, row.sex, str(row.birth)) for row in reading.rows] == [
        (2, "02", 1, "1980-01-02"),
        (3, "12", 2, "1982-03-04"),
    ]
    assert len(reading.households) == 1 and not reading.households[0].held


@pytest.mark.parametrize("above", range(0, 20, 3))
def test_the_header_is_found_below_titles_and_notes(above: int) -> None:
    rows = [["说明：本表由村民委员会填写" if n % 2 else "", ""] for n in range(above)]
    reading = read_register(Sheet([*rows, HEADER, HEAD]), on=ON)
    assert reading.header.top == above and reading.rows[0].row_no == above + 2


def test_three_header_rows_with_groups() -> None:
    header = [
        ["基本信息", "", "", "", "", "", "转户", ""],
        ["户编号", "姓名", "与户主关系", "性别", "出生日期", "公民身份号码", "农转城", ""],
        ["", "", "", "", "", "", "是否", "转户时间"],
    ]
    sheet = Sheet(
        [*header, [*HEAD, "是", "2019年5月"]],
        merges=[((0, 0), (0, 5)), ((0, 6), (0, 7)), ((1, 6), (1, 7)), *[((1, c), (2, c)) for c in range(6)]],
    )
    row = read_register(sheet, on=ON).rows[0]
    assert (row.converted, str(row.converted_on)) == (True, "2019-05")


def test_a_group_that_is_not_merged_reaches_to_the_right() -> None:
    header = [[*HEADER, "农转城", ""], ["", "", "", "", "", "", "是否", "时间"]]
    row = read_register(Sheet([*header, [*HEAD, "是", "2019"]]), on=ON).rows[0]
    assert (row.converted, str(row.converted_on)) == (True, "2019")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("身份证号码（必填）", "id_number"),
        ("＊姓 名", "name"),
        ("和户主的关系", "relation"),
        ("生日", "birth"),
        ("手机号", "phones"),
        ("家庭编号", "household_no"),
        ("本人身份证件号码", "id_number"),
        ("族别", "ethnicity"),
        ("配偶姓名", None),
        ("户主姓名", None),
        ("监护人身份证号", None),
        ("低保类别", None),
        ("", None),
    ],
)
def test_synonyms(header: str, name: str | None) -> None:
    assert match((header,)) == name


@pytest.mark.parametrize("name", BY_NAME)
def test_every_column_is_found_by_its_own_label(name: str) -> None:
    group, _dot, leaf = BY_NAME[name].zh.partition("·")
    assert match(tuple(part for part in (group, leaf) if part)) == name
    assert match((BY_NAME[name].zh,)) == name


def test_missing_columns_are_named_all_at_once() -> None:
    with pytest.raises(RegisterError) as caught:
        read_register(Sheet([["性别", "民族", "出生日期", "文化程度"], ["男", "苗族", "1980", ""]]), on=ON)
    assert caught.value.code == "missing_columns"
    assert caught.value.params["columns"] == ["household_no", "name", "relation"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([], "empty_sheet"),
        ([["", ""], [None]], "empty_sheet"),
        ([["今天", "天气"], [1, 2]], "no_header"),
        ([HEADER], "no_people"),
        ([HEADER, ["合计", "", "", "", "", ""]], "no_people"),
        ([[*HEADER, "身份证号"], [*HEAD, HEAD_ID]], "column_twice"),
    ],
)
def test_sheets_that_cannot_be_taken(cells: list[list[Any]], code: str) -> None:
    with pytest.raises(RegisterError) as caught:
        read_register(Sheet(cells), on=ON)
    assert caught.value.code == code and code in FILE_CODES


def test_only_merged_cells_fill_down() -> None:
    rows = [["", *WIFE[1:]]]
    merged = read(HEAD, *rows, merges=[((1, 0), (2, 0))])
    assert [row.household_no for row in merged.rows] == ["1", "1"] and merged.problems == []
    plain = read(HEAD, *rows)
    assert ("household_no_missing", "A3") in codes_of(plain)
    names = read(HEAD, [WIFE[0], "", *WIFE[2:]], merges=[((1, 1), (2, 1))])
    assert ("name_missing", "B3") in codes_of(names)  # nobody shares a name


def test_ditto_where_people_share_and_only_there() -> None:
    reading = read([*HEAD, "布依族"], [*WIFE, "同上"], header=[*HEADER, "民族"])
    assert [row.ethnicity for row in reading.rows] == ["09", "09"]
    assert ("ditto_not_here", "B3") in codes_of(read(HEAD, with_cells(WIFE, 姓名="〃")))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["合计", "", "", "", "", ""], "total"),
        (["全村总计：12人", "", "", "", "", ""], "total"),
        (["合计", "12人", "", "", "", ""], "total"),
        (["3户", "合计", "", "", "", ""], "total"),
        (["备注：一式两份", "", "", "", "", ""], "note"),
        (["", "填表人（签字）：王某", "", "", "", ""], "note"),
        (HEADER, "header"),
        ([1, 2, 3, 4, 5, 6], "numbers"),
    ],
)
def test_rows_that_speak_of_nobody(row: list[Any], reason: str) -> None:
    reading = read(row, HEAD, row)
    assert [(skipped.row_no, skipped.reason) for skipped in reading.skipped] == [(2, reason), (4, reason)]
    assert len(reading.rows) == 1 and reading.problems == []


def test_a_person_whose_surname_is_a_note_word_is_a_person() -> None:
    assert read(with_cells(HEAD, 姓名="主任")).rows[0].name == "主任"


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({"姓名": ""}, "name_missing", "B2"),
        ({"姓名": "张3"}, "name_odd", "B2"),
        ({"姓名": 12.0}, "name_odd", "B2"),
        ({"与户主关系": ""}, "relation_missing", "C2"),
        ({"与户主关系": "邻居"}, "unknown_relation", "C2"),
        ({"户编号": "无"}, "household_no_missing", "A2"),
        ({"公民身份号码": float(HEAD_ID[:17] + "0")}, "id_digits_lost", "F2"),
        ({"公民身份号码": HEAD_ID[:17] + "0"}, "id_check_failed", "F2"),
        ({"公民身份号码": "12345"}, "id_length", "F2"),
        ({"公民身份号码": ""}, "id_missing", "F2"),
        ({"公民身份号码": "", "出生日期": ""}, "id_and_birth_missing", "F2"),
        ({"出生日期": "1980-02-30"}, "birth_impossible", "E2"),
        ({"出生日期": "1980-02-01"}, "birth_vs_id", "E2"),
        ({"出生日期": "2027-02-01", "公民身份号码": ""}, "birth_in_future", "E2"),
        ({"出生日期": "2030-01-01"}, "birth_in_future", "E2"),
        ({"性别": "女"}, "sex_vs_id", "D2"),
        ({"出生日期": "1890", "公民身份号码": ""}, "birth_too_early", "E2"),
        ({"性别": "人"}, "unknown_sex", "D2"),
        ({"与户主关系": "妻"}, "relation_vs_sex", "C2"),
        ({"与户主关系": "妻"}, "household_without_head", "C2"),
        ({"出生日期": "农历1980年正月", "公民身份号码": ""}, "date_lunar", "E2"),
    ],
)
def test_cell_problems(cells: dict[str, Any], code: str, cell: str) -> None:
    reading = read(with_cells(HEAD, **cells))
    assert (code, cell) in codes_of(reading)
    assert reading.households[0].held == any(LEVELS[found] == "error" for found, _cell in codes_of(reading))
    assert [skipped.row_no for skipped in reading.skipped] == []  # nobody is lost silently


def test_the_number_prevails_over_what_was_typed() -> None:
    row = read(with_cells(HEAD, 出生日期="1981-01-02", 性别="女")).rows[0]
    assert (str(row.birth), row.sex) == ("1980-01-02", 1)


def test_households_and_repetition() -> None:
    other = [*with_cells(HEAD, 姓名="王五")[:5], identity.compose("520599", dt.date(1980, 1, 2), 3)]
    assert ("two_heads", "C3") in codes_of(read(HEAD, other))
    apart = read(HEAD, ["2", *other[1:]], WIFE)
    assert ("household_apart", "A4") in codes_of(apart) and not any(h.held for h in apart.households)
    twice = read(HEAD, ["2", "张三", *HEAD[2:]])
    assert ("duplicate_in_file", "F3") in codes_of(twice)
    assert [household.held for household in twice.households] == [False, True]
    unnumbered = read(HEAD, ["2", "张 三", "户主", "男", "1980.1.2", ""])
    assert ("same_person_twice", "B3") in codes_of(unnumbered)


def test_a_number_copied_from_another_row_is_the_doubtful_cell() -> None:
    copied = with_cells(WIFE, 公民身份号码=HEAD_ID)
    found = read(HEAD, copied)
    assert codes_of(found) == [("id_of_other_row", "F3")]  # not the right birth date and sex beside it
    assert found.households[0].held
    assert codes_of(read(copied, HEAD)) == [("id_of_other_row", "F2"), ("duplicate_in_file", "F3")]
    again = read(HEAD, ["2", *with_cells(HEAD, 出生日期="1980-02-01")[1:]])  # one person listed twice
    assert {("duplicate_in_file", "F3"), ("birth_vs_id", "E3")} <= set(codes_of(again))


def test_formulas_and_error_values() -> None:
    places = {"formulas": frozenset({(1, 5)}), "errors": frozenset({(1, 3)})}
    assert codes_of(read(HEAD, **places)) == [("cell_error", "D2"), ("formula_cell", "F2")]
    in_total = read(HEAD, ["合计", "", "", "", "", 1.0], formulas=frozenset({(2, 5)}))
    assert in_total.problems == []


@pytest.mark.parametrize(
    ("flag", "since", "expected"),
    [
        ("是", "2019", (True, "2019")),
        ("", "2019.5", (True, "2019-05")),
        ("否", "", (False, None)),
        ("—", "", (False, None)),
        ("", "无", (False, None)),
        ("", "", (None, None)),
        ("2019年5月", "", (True, "2019-05")),
        ("否", "2019", (None, None)),
        ("大概", "", (None, None)),
        ("是", "2027-05", (True, None)),
    ],
)
def test_yes_no_and_date(flag: str, since: str, expected: tuple[bool | None, str | None]) -> None:
    row = more(["农转城", "农转城时间"], flag, since).rows[0]
    assert (row.converted, str(row.converted_on) if row.converted_on else None) == expected


@pytest.mark.parametrize(
    ("here", "where", "since", "expected"),
    [
        ("是", "", "", (True, None)),
        ("否", "广东", "2019", (False, "广东")),
        ("", "广东", "", (False, "广东")),
        ("", "本村", "", (True, None)),
        ("外出", "", "", (False, None)),
        ("", "", "", (None, None)),
        ("是", "", "2019", (None, None)),
        ("是", "云岭镇青山村", "", (True, None)),
        ("否", "广东 已上环", "", (False, None)),
    ],
)
def test_residence(here: str, where: str, since: str, expected: tuple[bool | None, str | None]) -> None:
    row = more(["是否在本村", "外出地", "外出时间"], here, where, since).rows[0]
    assert (row.resident_here, row.resident_elsewhere) == expected


def test_an_away_column_asks_the_opposite() -> None:
    assert more(["是否外出"], "是").rows[0].resident_here is False
    assert more(["是否外出"], "否").rows[0].resident_here is True


CHILDREN = ["存活男孩数", "存活女孩数", "曾生育（含收养）子女数"]


@pytest.mark.parametrize(("year", "kept"), [(1966, True), (1967, True), (1968, False), (1990, False)])
def test_declared_children_are_taken_from_59_years_on(year: int, kept: bool) -> None:
    base = with_cells(HEAD, 出生日期=f"{year}-05-01", 公民身份号码="")
    reading = more(CHILDREN, 1.0, "两三个", 7, base=base)
    row = reading.rows[0]
    assert row.living_sons == (1 if kept else None) and row.children_ever == (7 if kept else None)
    assert any(code == "count_unreadable" for code, _cell in codes_of(reading)) == kept


def test_the_printed_date_of_a_register_can_only_lower_the_age() -> None:
    base = with_cells(HEAD, 出生日期="1970-05-01", 公民身份号码="")
    rows = [["填报日期：2062年1月1日"], [*HEADER, *CHILDREN], [*base, 1, 1, 2]]
    assert read_register(Sheet(rows), on=ON).rows[0].living_sons is None


def test_counts_that_disagree_quote_nothing() -> None:
    base = with_cells(HEAD, 出生日期="1950-05-01", 公民身份号码="")
    problem = next(p for p in more(CHILDREN, 2, 2, 3, base=base).problems if p.code == "counts_disagree")
    assert problem.params == {}


LEGACY_HEADERS = [
    "避孕措施",
    "避 孕",
    "节育（上环）",
    "孕检时间",
    "政策内外",
    "社会抚养费",
    "诚信等级",
    "结扎",
    "落实措施",
    "皮埋",
    "手术日期",
    "孕情",
    "环检",
    "妇检",
    "生育证号",
    "违法生育",
    "重点对象",
    "少生快富",
    "婚育证明",
    "备注（避孕）",
    "存活男孩数（政策内）",
]


@pytest.mark.parametrize("header", LEGACY_HEADERS)
def test_legacy_columns_are_dropped_at_the_door(header: str) -> None:
    secret = "暗号七七三一"
    reading = more([header], secret)
    assert list(reading.header.legacy) == [6] and reading.header.unknown == ()
    assert secret not in repr(reading)
    assert "避孕" not in repr(reading.header) and legacy.matter_in(header)


def test_a_group_of_old_matters_drops_all_its_columns() -> None:
    rows = [
        [*HEADER, "计生手术", "", ""],
        ["", "", "", "", "", "", "姓名", "时间", "地点"],
        [*HEAD, "甲", "乙", "丙"],
    ]
    reading = read_register(Sheet(rows, merges=[((0, 6), (0, 8))]), on=ON)
    assert set(reading.header.legacy) == {6, 7, 8} and reading.rows[0].name == "张三"


def test_unknown_columns_and_remarks_are_not_kept() -> None:
    reading = more(["家庭年收入", "备注"], "暗号甲", "暗号乙")
    assert reading.header.unknown == ("家庭年收入",)
    assert "暗号" not in repr(reading.rows) + repr(reading.problems)


def test_problems_show_no_sensitive_value() -> None:
    reading = read(with_cells(HEAD, 公民身份号码=HEAD_ID[:17] + "0", 姓名="张三9", 出生日期="一九八〇春"))
    shown = repr(reading.problems)
    assert HEAD_ID[6:14] not in shown and "张三" not in shown and "一九" not in shown


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.floats(),
    st.integers(),
    st.dates(),
    st.booleans(),
    st.sampled_from([*HEADER, *HEAD, "农转城", "是否", "避孕", "合计", "同上", "无", "户主", *CHILDREN]),
)


@given(st.lists(st.lists(CELLS, max_size=9), max_size=8))
def test_any_grid_is_read_or_refused(grid: list[list[Any]]) -> None:
    try:
        reading = read_register(Sheet([HEADER, *grid]), on=ON)
    except RegisterError:
        return
    rows = {line.row_no for line in reading.lines} | {skipped.row_no for skipped in reading.skipped}
    asked = {
        n
        for n, row in enumerate(grid, start=2)
        if any(value not in ("", None) for value in row[: len(HEADER)])
    }
    assert asked <= rows  # no row with a wanted cell vanishes
    for problem in reading.problems:
        assert problem.code in LEVELS


@given(st.integers(0, 20_000), st.integers(0, 200))
def test_cell_names_are_read_back(row: int, column: int) -> None:
    assert place_of(cell_name(row, column)) == (row, column)
