"""A year's table as it is handed in: three forms say the same, and every wrong line is named."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.holiday_tables import Problem, Table, TableProblem, read_table

D = dt.date
SOURCE = "国办发明电〔2026〕9号（示例）"
LINES = """date,kind,name
2027-01-01..2027-01-03,off,元旦
2027-02-05..2027-02-12,off,春节
2027-02-14,work,
2027-05-01..2027-05-05,off,劳动节
2027-10-01..2027-10-07,off,国庆节
"""
CHINESE = (
    LINES.replace("date,kind,name", "日期\t类型\t名称").replace(",off,", "\t休\t").replace(",work,", "\t班\t")
)
YAML = f"""source: {{zh: {SOURCE}, en: notice}}
off: [2027-01-01..2027-01-03, 2027-02-05..2027-02-12, 2027-05-01..2027-05-05, 2027-10-01..2027-10-07]
work: [2027-02-14]
"""


def wrong(text: str, *, year: int | None = 2027, source: str = SOURCE) -> list[tuple[int, str]]:
    with pytest.raises(TableProblem) as error:
        read_table(text, year=year, source=source)
    return [(one.line, one.code) for one in error.value.problems]


def test_lines_chinese_lines_and_yaml_say_the_same() -> None:
    read = [read_table(LINES, source=SOURCE), read_table(CHINESE, source=SOURCE), read_table(YAML)]
    assert {one.as_year() for one in read} == {read[0].as_year()}
    assert [one.year for one in read] == [2027] * 3
    assert {one.source for one in read} == {SOURCE}
    assert read[0].days[0].name == read[1].days[0].name == "元旦"
    assert read[0].as_year().work == {D(2027, 2, 14)}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2027-13-01,off,x", "date"),
        ("x,off,x", "date"),
        ("2027-06-02..2027-06-01,off,x", "backwards"),
        ("2026-06-01,off,x", "year"),
        ("2027-06-01,holiday,x", "kind"),
        ("2027-01-02,off,x", "twice"),
        ("2027-01-02,work,x", "twice"),
        ("2027-06-01,work,x", "weekday"),
        ("2027-06-01", "columns"),
        ("2027-06-01,off,a,b", "columns"),
        (f"2027-06-01,off,{'x' * 41}", "name"),
    ],
)
def test_each_wrong_line_is_named_by_its_number(line: str, code: str) -> None:
    assert wrong(LINES + line) == [(7, code)]


def test_everything_wrong_is_said_at_once_in_the_order_of_lines() -> None:
    text = "date,kind,name\n2027-01-01,off,\n2027-02-30,off,\n2026-05-01,off,\n2027-03-01,work,\n"
    assert wrong(text, source="") == [
        (3, "date"), (4, "year"), (5, "weekday"), (0, "missing"), (0, "spring"), (0, "source"),
    ]  # fmt: skip


def test_missing_fixed_holidays_are_named() -> None:
    with pytest.raises(TableProblem) as error:
        read_table(LINES.replace("2027-10-01..", "2027-10-02.."), year=2027, source=SOURCE)
    assert error.value.problems == (Problem(0, "missing", "2027-10-01"),)


def test_a_table_that_is_none() -> None:
    assert wrong(" \n") == [(0, "empty")]
    assert wrong("x" * 60_000) == [(0, "large")]
    assert wrong("off: [2027-01-01")[0][1] == "unreadable"
    assert (2, "key") in wrong("off: []\nholidays: [2027-01-01]\n")
    assert (1, "columns") in wrong("date,name\n2027-01-01,x\n")


def test_the_year_is_the_one_chosen_else_the_one_most_days_are_of() -> None:
    assert wrong(LINES, year=2028)[0] == (2, "year")
    assert read_table(LINES + "2027-06-09,off,端午节\n", source=SOURCE).year == 2027


@given(st.text(alphabet="0123456789-.,offwrkdateknm:[]{}\n 年月日", max_size=300))
def test_whatever_is_pasted_is_a_table_or_is_told_why(text: str) -> None:
    try:
        read = read_table(text, year=2027, source=SOURCE)
    except TableProblem as error:
        assert error.problems
    else:
        assert isinstance(read, Table)
