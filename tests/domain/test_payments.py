"""Bank files and return files: what is written comes back, and every cell that does not fit is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.payments import answers, reconcile, writing
from tongchou.domain.payments.reconcile import Issued
from tongchou.domain.payments.templates import Template, TemplateError, read_template
from tongchou.domain.payments.writing import PayLine
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet

FOLDER = resources.files("tongchou.reference") / "banks"
TEMPLATES = {
    one.code: one
    for path in sorted(FOLDER.iterdir(), key=lambda path: path.name)
    if path.name.endswith(".yaml")
    for one in [read_template(path.read_text(encoding="utf-8"), path.name)]
}
TEXTS = [one for one in TEMPLATES.values() if one.form == "text"]
BATCH = "5205212026001"
ISSUED, TODAY = dt.date(2026, 6, 20), dt.date(2026, 6, 30)
NAMES = ("赵大山", "钱小兰", "孙 三", "阿依·古丽")


def line(seq: int, fen: int = 360000, name: str = "") -> PayLine:
    return PayLine(
        seq=seq,
        name=name or NAMES[seq % len(NAMES)],
        id_number="520599196503071125",
        bank="大方县农村信用合作联社",
        account=f"62210000000{seq:08d}",
        fen=fen,
        programme="育儿补贴",
        purpose="2026年",
        batch=BATCH,
    )


def sent(lines: Iterable[PayLine], **standing: str) -> dict[int, Issued]:
    return {
        one.seq: Issued(one.seq, one.name, one.account, one.fen, standing.get(f"_{one.seq}", "issued"))  # type: ignore[arg-type]
        for one in lines
    }


def cells(
    template: Template, one: PayLine, status: str, reason: str = "", day: str = "20260625"
) -> list[str]:
    """A row of the answer as the bank of the template writes it."""
    told = {"status": status, "reason": reason, "paid_on": day, "yuan": writing.yuan(one.fen)}
    return [
        told[column.field] if column.field in told else str(getattr(one, column.field))
        for column in template.answer
    ]


def answered(template: Template, rows: list[list[str]], summary: list[str] | None = None) -> Sheet:
    heading = [[one.title for one in template.answer]] if template.answer_heading else []
    first = [summary] if summary else []
    text = "\n".join(template.separator.join(row) for row in [*heading, *first, *rows])
    return answers.text_sheet(text, template.separator)


def read(template: Template, sheet: Sheet, issued: dict[int, Issued]) -> reconcile.Reconciliation:
    found = answers.read_answer(sheet, template, latest_year=2026)
    return reconcile.reconcile(issued, found, batch=BATCH, issued_on=ISSUED, on=TODAY)


def word(template: Template, paid: bool) -> str:
    return min(template.done if paid else template.failed)


def test_there_are_three_templates_of_two_forms() -> None:
    assert len(TEMPLATES) == 3
    assert {(one.form, one.separator) for one in TEMPLATES.values()} == {
        ("text", ","), ("text", "|"), ("workbook", ","),
    }  # fmt: skip
    assert {one.encoding for one in TEXTS} == {"gbk"}


@pytest.mark.parametrize("template", TEXTS, ids=lambda one: one.code)
def test_a_text_file_is_in_gbk_and_keeps_every_digit(template: Template) -> None:
    lines = [line(1), line(2, fen=5)]
    content = writing.write_text(template, lines, BATCH)
    assert content == writing.write_text(template, lines, BATCH)
    text = content.decode("gbk")
    for one in lines:
        assert one.account in text and one.name in text
    assert text.endswith(template.line_end)
    if template.code == "core_batch":
        assert text.splitlines()[0] == f"{BATCH}|2|360005"
        assert text.splitlines()[2].split("|") == ["2", lines[1].account, lines[1].name, "5", "2026年"]
    else:
        assert text.splitlines()[1].split(",")[4] == f"\t{lines[0].account}"
        assert text.splitlines()[2].split(",")[5] == "0.05"


@pytest.mark.parametrize(
    ("name", "account", "why"),
    [
        ("赵大山", "6221000000000000017", ""),
        (" ", "6221000000000000017", "no_name"),
        ("赵大山", "", "no_account"),
        ("赵大山", "6.221E+18", "account_odd"),
        ("赵大山", "622100000", "account_odd"),
        ("=1+1", "6221000000000000017", "odd_name"),
        ("赵|山", "6221000000000000017", "odd_name"),
        ("赵\n山", "6221000000000000017", "odd_name"),
        ("𬱖大山", "6221000000000000017", "not_in_encoding"),
    ],
)
def test_what_a_file_cannot_carry_is_said_before(name: str, account: str, why: str) -> None:
    assert writing.unfit(TEMPLATES["core_batch"], name, account) == why


OUTCOMES = st.lists(st.tuples(st.booleans(), st.integers(1, 10**9)), min_size=1, max_size=30)


@pytest.mark.parametrize("code", sorted(TEMPLATES))
@given(OUTCOMES)
def test_what_the_bank_answers_is_what_is_read(code: str, planned: list[tuple[bool, int]]) -> None:
    template = TEMPLATES[code]
    lines = [line(seq, fen) for seq, (_paid, fen) in enumerate(planned, start=1)]
    rows = [
        cells(template, one, word(template, paid), "" if paid else "账号不存在")
        for one, (paid, _fen) in zip(lines, planned, strict=True)
    ]
    summary = [BATCH, str(len(rows)), str(sum(one.fen for one in lines))] if template.summary else None
    found = read(template, answered(template, rows, summary), sent(lines))
    assert found.problems == () and found.not_named == 0
    assert [(one.result, one.reason) for one in found.outcomes] == [
        ("paid", "") if paid else ("returned", "account_unknown") for paid, _fen in planned
    ]
    assert {one.paid_on for one in found.outcomes} == {dt.date(2026, 6, 25)}


TEMPLATE = TEMPLATES["rural_credit"]
#: What is done to a row of the answer, by the column it stands in, and what has to be said there.
DIRT = {
    "row_unknown": ("seq", lambda row: "9999"),
    "row_number_missing": ("seq", lambda row: ""),
    "amount_above": ("yuan", lambda row: "3600.01"),
    "amount_below": ("yuan", lambda row: "3599.99"),
    "amount_unreadable": ("yuan", lambda row: "三千六"),
    "other_account": ("account", lambda row: row[:-1] + ("1" if row[-1] != "1" else "2")),
    "account_digits_lost": ("account", lambda row: "6.22100E+18"),
    "account_missing": ("account", lambda row: " "),
    "other_name": ("name", lambda row: "李四"),
    "status_unknown": ("status", lambda row: "处理中"),
    "status_missing": ("status", lambda row: ""),
    "day_in_future": ("paid_on", lambda row: "20260701"),
    "day_before_issue": ("paid_on", lambda row: "2026-06-19"),
    "day_unreadable": ("paid_on", lambda row: "昨天"),
}
FIELDS = [one.field for one in TEMPLATE.answer]


def dirty(row: list[str], code: str) -> None:
    field, change = DIRT[code]
    place = FIELDS.index(field)
    row[place] = change(row[place])
    if code == "row_number_missing":
        row[FIELDS.index("reference")] = ""


@given(st.lists(st.sampled_from(["", *DIRT]), min_size=1, max_size=12))
def test_every_cell_that_does_not_fit_is_named_at_once(planned: list[str]) -> None:
    lines = [line(seq) for seq, _code in enumerate(planned, start=1)]
    rows = [cells(TEMPLATE, one, "成功") for one in lines]
    for row, code in zip(rows, planned, strict=True):
        if code:
            dirty(row, code)
    found = read(TEMPLATE, answered(TEMPLATE, rows), sent(lines))
    named = {(one.row, one.code): one for one in found.problems}
    for number, code in enumerate(planned, start=2):
        if code:
            column = "ABCDEFGHIJK"[FIELDS.index(DIRT[code][0])]
            assert named[number, code].cell == f"{column}{number}"
    assert len(named) == sum(bool(code) for code in planned)
    assert [one.seq for one in found.outcomes] == [
        one.seq for one, code in zip(lines, planned, strict=True) if not code
    ]
    assert found.not_named == sum(bool(code) for code in planned)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_rows_named_twice_count_for_nothing(numbers: list[int]) -> None:
    lines = [line(seq) for seq in range(1, 7)]
    rows = [cells(TEMPLATE, lines[number - 1], "成功") for number in numbers]
    found = read(TEMPLATE, answered(TEMPLATE, rows), sent(lines))
    twice = [number for number in numbers if numbers.count(number) > 1]
    assert sorted(one.params["number"] for one in found.problems) == sorted(twice)
    assert {one.seq for one in found.outcomes} == {one for one in numbers if numbers.count(one) == 1}


def test_an_answer_of_another_batch_is_refused_whole() -> None:
    template = TEMPLATES["core_batch"]
    lines = [line(1), line(2)]
    rows = [cells(template, one, "00") for one in lines]
    found = read(template, answered(template, rows, ["5205212026002", "2", "720000"]), sent(lines))
    assert found.other_batch and found.outcomes == ()
    assert [(one.code, one.cell) for one in found.problems] == [("other_batch", "A1")]
    card = TEMPLATES["one_card"]
    rows = [cells(card, replace(one, batch="5205212026002"), "成功") for one in lines]
    found = read(card, answered(card, rows), sent(lines))
    assert found.other_batch and found.outcomes == ()
    assert [(one.code, one.cell) for one in found.problems] == [("other_batch", "I2"), ("other_batch", "I3")]


def test_an_answer_that_names_another_batch_in_its_remark_is_refused_whole() -> None:
    """A file without a column or first line of the batch still carries it in what named each row."""
    lines = [line(1), line(2)]
    rows = [cells(TEMPLATE, replace(one, batch="5205212026002"), "成功") for one in lines]
    found = read(TEMPLATE, answered(TEMPLATE, rows), sent(lines))
    assert found.other_batch and found.outcomes == ()
    assert [(one.code, one.cell) for one in found.problems] == [("other_batch", "H2"), ("other_batch", "H3")]
    place = FIELDS.index("reference")
    for row in rows:
        row[place] = "育儿补贴"  # the bank's own words say nothing of a batch
    assert len(read(TEMPLATE, answered(TEMPLATE, rows), sent(lines)).outcomes) == 2


def test_the_first_line_may_say_another_number_of_rows() -> None:
    template = TEMPLATES["core_batch"]
    found = read(
        template, answered(template, [cells(template, line(1), "00")], [BATCH, "2", "1"]), sent([line(1)])
    )
    assert [(one.code, one.level) for one in found.problems] == [("sum_differs", "warning")]
    assert len(found.outcomes) == 1


def test_what_was_known_before_is_told_and_not_counted_again() -> None:
    lines = [line(1), line(2), line(3), line(4)]
    known = sent(lines, _1="paid", _2="paid", _3="returned", _4="returned")
    rows = [
        cells(TEMPLATE, lines[0], "成功"),
        cells(TEMPLATE, lines[1], "退票", "户名不符"),
        cells(TEMPLATE, lines[2], "失败", "已销户"),
        cells(TEMPLATE, lines[3], "成功"),
    ]
    found = read(TEMPLATE, answered(TEMPLATE, rows), known)
    assert [one.code for one in found.problems] == [
        "already_known",
        "came_back",
        "already_known",
        "contradicts",
    ]
    assert [(one.seq, one.result, one.came_back) for one in found.outcomes] == [(2, "returned", True)]


def test_numbers_of_a_workbook_are_read_as_they_were_meant() -> None:
    card = TEMPLATES["one_card"]
    row: list[object] = list(cells(card, line(1), "成功"))
    fields = [one.field for one in card.answer]
    row[fields.index("seq")] = 1.0
    row[fields.index("yuan")] = 3600.0
    row[fields.index("paid_on")] = dt.datetime(2026, 6, 25)  # noqa: DTZ001 - as a workbook has it
    head = [one.title for one in card.answer]
    found = read(
        card, Sheet(cells=[["发放花名册"], head, row, ["合计", "", "", "", "", 3600.0]]), sent([line(1)])
    )
    assert found.problems == () and found.outcomes[0].paid_on == dt.date(2026, 6, 25)
    row[fields.index("account")] = 6.221e18
    found = read(card, Sheet(cells=[head, row]), sent([line(1)]))
    assert [(one.code, one.cell) for one in found.problems] == [("account_digits_lost", "E2")]


def test_a_masked_account_has_to_fit() -> None:
    lines = [line(1), line(2)]
    rows = [cells(TEMPLATE, one, "成功") for one in lines]
    place = FIELDS.index("account")
    rows[0][place] = "6221***0001"
    rows[1][place] = "6221***0001"
    found = read(TEMPLATE, answered(TEMPLATE, rows), sent(lines))
    assert [one.seq for one in found.outcomes] == [1]
    assert [(one.code, one.cell) for one in found.problems] == [("other_account", "E3")]


@pytest.mark.parametrize(
    ("cells_of", "code"),
    [([[""]], "empty_sheet"), ([["甲", "乙"], ["1", "2"]], "no_header"),
     ([["序号", "姓名", "账号", "备注"], ["1", "赵", "6", ""]], "missing_columns"),
     ([[one.title for one in TEMPLATE.answer]], "no_people")],
)  # fmt: skip
def test_what_is_no_answer_is_refused_whole(cells_of: list[list[str]], code: str) -> None:
    with pytest.raises(RegisterError) as refused:
        answers.read_answer(Sheet(cells=cells_of), TEMPLATE, latest_year=2026)
    assert refused.value.code == code


@given(
    st.lists(st.lists(st.text(max_size=8) | st.floats() | st.integers() | st.none(), max_size=12), max_size=8)
)
def test_whatever_the_cells_hold_nothing_is_paid_twice(cells_of: list[list[object]]) -> None:
    lines = [line(seq) for seq in range(1, 4)]
    sheet = Sheet(cells=[[one.title for one in TEMPLATE.answer], *cells_of])
    try:
        found = read(TEMPLATE, sheet, sent(lines))
    except RegisterError:
        return
    numbers = [one.seq for one in found.outcomes]
    assert len(numbers) == len(set(numbers)) and set(numbers) <= {1, 2, 3}
    assert found.not_named == 3 - len(numbers)


@pytest.mark.parametrize(("words", "code"), [
    ("户名不符", "name_differs"), ("收款人账号不存在", "account_unknown"), ("卡未激活", "not_activated"),
    ("账户已销户", "account_closed"), ("社保卡金融功能未开通", "function_off"), ("Ⅱ类账户限额", "limit"),
    ("持卡人死亡", "payee_died"), ("账户冻结", "blocked"), ("未知错误", "other"), ("", "other"),
])  # fmt: skip
def test_reasons_of_banks_become_codes(words: str, code: str) -> None:
    assert answers.reason_of(words) == code


GOOD = (FOLDER / "rural_credit.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("encoding: gbk", "encoding: klingon", "klingon"),
        ("separator: comma", "separator: '~'", "separator"),
        ("field: account, title: \"账号\"}", "field: purse}", "purse"),
        ("code: rural_credit", "name: rural_credit", "unknown"),
        ("  - {field: account, title: \"账号\"}\n", "", "account"),
        ("[\"成功\", ", "[\"失败\", ", "both|cannot"),
        ("DF_{batch}", "../{batch}", "file_name"),
        ("DF_{batch}", "{name}", "file_name"),
        ("form: text", "form: pdf", "form"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_is_refused(old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(TemplateError, match=told):
        read_template(GOOD.replace(old, new, 1), "sample.yaml")
