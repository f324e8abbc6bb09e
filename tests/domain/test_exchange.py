"""Lists for other systems: what is written reads back, and every cell that does not fit is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.domain.exchange import templates, writing
from tongchou.domain.exchange.reading import LEVELS, Sent, key_text, read_results
from tongchou.domain.exchange.templates import FIELDS, REASONS, Template, TemplateError, read_template
from tongchou.domain.exchange.writing import Line
from tongchou.domain.payments.answers import text_sheet
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

ON = dt.date(2026, 6, 30)
CODES = ("childcare_subsidy", "elderly_reward", "one_form", "one_card", "budget")


def packaged(code: str) -> Template:
    text = (resources.files("tongchou.reference") / "exchange" / f"{code}.yaml").read_text("utf-8")
    return read_template(text, f"{code}.yaml")


def id_number(seq: int) -> str:
    return f"5205991960031{seq:04d}X"


names = st.text(st.characters(codec="gb18030", exclude_categories=("Cs",)), max_size=12)
lines = st.lists(
    st.builds(
        Line,
        seq=st.just(0),
        case_number=st.just(""),
        name=names,
        place=names,
        holder=names,
        bank=names,
        account=st.from_regex(r"[0-9]{10,25}", fullmatch=True),
        fen=st.integers(1, 10**10),
        birth=st.dates(dt.date(1933, 1, 1), ON).map(str),
        year=st.just(2026),
    ),
    min_size=1,
    max_size=8,
).map(
    lambda made: [
        replace(one, seq=no, case_number=f"2026-{no:06d}", id_number=id_number(no))
        for no, one in enumerate(made, 1)
    ]
)


def sent_of(template: Template, made: list[Line]) -> dict[str, list[Sent]]:
    assert template.answer is not None
    return {
        key_text(getattr(one, template.answer.key)): [
            Sent(one.seq, getattr(one, template.answer.key), one.fen, one.year)
        ]
        for one in made
    }


def answered(template: Template, made: list[Line], form: str) -> Sheet:
    """The list as a system gives it back: the same columns with its result and its own number behind."""
    assert template.answer is not None
    titles = {one.field: one.title for one in template.answer.columns}
    more = [[titles["result"], titles["external"]]]
    more += [[sorted(template.answer.done)[0], f"GJ{one.seq}"] for one in made]
    if form == "workbook":
        rows = [[line.format(year=2026)] for line in template.above]
        body = list(writing.table(template, made))
        return Sheet(cells=[*rows, *([*row, *end] for row, end in zip(body, more, strict=True))])
    text = writing.write_text(template, made, year=2026).decode(template.encoding)
    parsed = text_sheet(text, template.separator)
    skip = len(template.above)
    rows = [list(row) for row in parsed.cells]  # type: ignore[arg-type]
    return Sheet(cells=[*rows[:skip], *([*row, *end] for row, end in zip(rows[skip:], more, strict=True))])


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("form", "encoding", "text_as"),
    [
        ("workbook", "utf-8-sig", "plain"),
        ("text", "utf-8-sig", "plain"),
        ("text", "gb18030", "tab"),
        ("text", "gb18030", "formula"),
    ],
)
@settings(max_examples=20)
@given(made=lines)
def test_what_is_written_reads_back_to_the_same_keys_and_amounts(
    code: str, form: str, encoding: str, text_as: str, made: list[Line]
) -> None:
    template = replace(packaged(code), form=form, encoding=encoding, text_as=text_as)  # type: ignore[arg-type]
    read = read_results(answered(template, made, form), template, sent_of(template, made), on=ON)
    assert [(one.case_id, one.result, one.external) for one in read.rows] == [
        (one.seq, "taken", f"GJ{one.seq}") for one in made
    ]
    assert not read.problems  # amounts and years were compared: one that differs is an error
    assert read.not_named == 0


@given(text=names)
def test_no_cell_of_a_text_file_is_run(text: str) -> None:
    template = packaged("one_form")
    line = Line(1, "2026-000001", name=text, place=text, id_number=text, fen=1, year=2026)
    written = writing.write_text(template, [line], year=2026).decode(template.encoding)
    import csv
    import io

    row = list(csv.reader(io.StringIO(written, newline="")))[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_no_field_is_about_births_or_marriage() -> None:
    for word in (
        "parity",
        "order",
        "children",
        "marital",
        "marriage",
        "contraception",
        "pregnan",
        "birth_no",
    ):
        assert not any(word in name for name in FIELDS)
    with pytest.raises(TemplateError, match="marital"):
        read_template(yaml_of(columns="[{field: marital, title: 婚姻}]"), "x")


def yaml_of(**given: str) -> str:
    values: dict[str, Any] = {
        "code": "own",
        "title": "{zh: 名单, en: List}",
        "columns": "[{field: case_number, title: 编号}, {field: name, title: 姓名}]",
        **given,
    }
    return "\n".join(f"{name}: {value}" for name, value in values.items())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"colour": "red"}, "unknown: colour"),
        ({"form": "pdf"}, "form"),
        ({"encoding": "big5"}, "encoding"),
        ({"columns": "[{field: name, title: 姓名}]"}, "case_number or id_number"),
        ({"columns": "[{field: case_number, title: 编号}, {field: case_number, title: 号}]"}, "two columns"),
        ({"columns": "[{field: case_number}]"}, "title"),
        ({"columns": "[{field: case_number, title: 编号, date: iso}]"}, "not written that way"),
        (
            {
                "private": "true",
                "columns": "[{field: case_number, title: 编号}, {field: birth, title: 出生日期}]",
            },
            "only",
        ),
        ({"file_name": "'a b'"}, "file_name"),
        ({"above": "['=1']"}, "above"),
        ({"sheet": "'a/b'"}, "sheet"),
        ({"answer": "{key: id_number}"}, "id_number"),
        (
            {"answer": "{columns: [{field: case_number, title: 编号}, {field: result, title: 结果}]}"},
            "done",
        ),
        (
            {
                "answer": "{columns: [{field: case_number, title: 编号}, {field: result, title: 结果}], "
                "done: [好], failed: [坏], reasons: {x: bad}}"
            },
            "reasons",
        ),
        (
            {
                "answer": "{columns: [{field: case_number, title: 编号}, {field: result, title: 编号}], "
                "done: [好], failed: [坏]}"
            },
            "names two columns",
        ),
    ],
)
def test_a_wrong_template_is_told(given: dict[str, str], told: str) -> None:
    with pytest.raises(TemplateError, match=told):
        read_template(yaml_of(**given), "own.yaml")


def test_private_programmes_only_where_a_payment_needs_them() -> None:
    assert {code for code in CODES if packaged(code).private} == {"one_card", "budget"}
    assert {
        one.field for code in ("one_card", "budget") for one in packaged(code).columns
    } <= templates.PAYMENT


HEAD = ["业务编号", "补贴金额（元）", "补贴年度", "导入结果", "失败原因", "系统受理号", "处理日期"]
SENT = {
    f"2026-00000{no}": [Sent(no, f"2026-00000{no}", 360_000, 2026, "OLD" if no == 9 else "")]
    for no in range(1, 10)
}


def read(*rows: list[object]) -> Any:
    return read_results(Sheet(cells=[["标题"], HEAD, *rows]), packaged("childcare_subsidy"), SENT, on=ON)


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (["2027-000001", "3600", "2026", "成功", "", "", ""], "key_unknown", "A3"),
        (["", "3600", "2026", "成功", "", "", ""], "key_missing", "A3"),
        ([5.20599e17, "3600", "2026", "成功", "", "", ""], "key_digits_lost", "A3"),
        (["2026-000001", "3500", "2026", "成功", "", "", ""], "amount_differs", "B3"),
        (["2026-000001", "三千", "2026", "成功", "", "", ""], "amount_unreadable", "B3"),
        (["2026-000001", "3600", 2025.0, "成功", "", "", ""], "other_year", "C3"),
        (["2026-000001", "3600", "2026", "", "", "", ""], "result_missing", "D3"),
        (["2026-000001", "3600", "2026", "处理中", "", "", ""], "result_unknown", "D3"),
        (["2026-000001", "3600", "2026", "成功", "", "=A1", ""], "external_odd", "F3"),
        (["2026-000001", "3600", "2026", "成功", "", "", "2026-07-01"], "day_in_future", "G3"),
        (["2026-000001", "3600", "2026", "成功", "", "", "某日"], "day_unreadable", "G3"),
    ],
)
def test_a_cell_that_does_not_fit_is_named_and_keeps_its_row_out(
    row: list[object], code: str, cell: str
) -> None:
    found = read(row, ["2026-000002", 3600.0, "2026年", "成功", "", "GJ2", "2026/6/30"])
    (problem,) = found.problems
    assert (problem.code, problem.cell, problem.level) == (code, cell, "error")
    assert [one.case_id for one in found.rows] == [2]


def test_all_problems_at_once_and_of_one_row_too() -> None:
    found = read(["2026-000001", "1", "2025", "？", "", "", "2027-01-01"])
    assert {one.code for one in found.problems} == {
        "amount_differs", "other_year", "result_unknown", "day_in_future",
    }  # fmt: skip
    assert not found.rows


def test_twice_neither_counts() -> None:
    found = read(
        ["2026-000001", "3600", "2026", "成功", "", "", ""],
        ["２０２６-000001", "3600", "2026", "失败", "查无此人", "", ""],
        ["2026-000002", "3600", "2026", "成功", "", "GJ", ""],
        ["2026-000003", "3600", "2026", "成功", "", "GJ", ""],
        ["合计", "14400", "", "", "", "", ""],
    )
    assert not found.rows
    assert [one.code for one in found.problems] == ["key_twice"] * 2 + ["external_twice"] * 2
    assert (found.lines, found.not_named) == (4, 6)


def test_warnings_are_shown_and_the_row_counts() -> None:
    found = read(
        ["2026-000001", "3600", "2026", "失败", "系统繁忙", "", ""],
        ["2026-000002", "3600", "2026", "失败", "该儿童已在外省领取", "", ""],
        ["2026-000009", "3600", "2026", "成功", "", "NEW", ""],
    )
    assert [(one.reason, one.words) for one in found.rows] == [
        ("other", "系统繁忙"), ("other", "该儿童已在外省领取"), ("", ""),
    ]  # fmt: skip
    assert [one.code for one in found.problems] == ["reason_unknown", "reason_unknown", "external_differs"]


def test_reasons_are_mapped_to_the_closed_list() -> None:
    for code in CODES:
        answer = packaged(code).answer
        assert answer is not None
        assert {reason for _words, reason in answer.reasons} <= set(REASONS)
    answer = packaged("childcare_subsidy").answer
    assert answer is not None
    assert answer.reason_of("重复申报") == "paid_elsewhere"


def test_two_cases_under_one_number_are_not_told_apart() -> None:
    template = packaged("elderly_reward")
    sent = {id_number(1): [Sent(1, id_number(1), 96_000, 2026), Sent(2, id_number(1), 96_000, 2026)]}
    found = read_results(
        Sheet(cells=[["身份证号码", "核对结果", "金额（元）"], [id_number(1), "通过", "960"]]),
        template,
        sent,
        on=ON,
    )
    assert [one.code for one in found.problems] == ["key_of_two"]
    assert not found.rows


def test_an_error_cell_and_files_that_are_none() -> None:
    sheet = Sheet(
        cells=[HEAD, ["2026-000001", "3600", "2026", "成功", "", "#N/A", ""]], errors=frozenset({(1, 5)})
    )
    found = read_results(sheet, packaged("childcare_subsidy"), SENT, on=ON)
    assert "cell_error" in {one.code for one in found.problems}
    for cells in ([[""]], [["甲", "乙"], ["1", "2"]], [HEAD]):
        with pytest.raises(RegisterError):
            read_results(Sheet(cells=cells), packaged("childcare_subsidy"), SENT, on=ON)
    assert set(LEVELS.values()) == {"error", "warning"}
