"""A bank's return file: its rows, and what is wrong with them, by cell.

Nothing is judged here that takes the batch to know; see ``reconcile``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from tongchou.domain.date_parsing import parse_date
from tongchou.domain.lists.columns import Columns, ListColumn
from tongchou.domain.payments.templates import Template
from tongchou.domain.payments.writing import account_key
from tongchou.domain.register.header import find_header
from tongchou.domain.register.problems import RegisterError
from tongchou.domain.register.sheet import Sheet, cell_name

Result = Literal["paid", "returned"]
Level = Literal["error", "warning"]

#: What can be wrong. An error keeps its row out; a warning is shown and the row counts.
LEVELS: Final[dict[str, Level]] = {
    "row_number_missing": "error",
    "row_unknown": "error",
    "row_repeated": "error",
    "amount_unreadable": "error",
    "amount_above": "error",
    "amount_below": "error",
    "account_missing": "error",
    "account_digits_lost": "error",
    "other_account": "error",
    "other_name": "error",
    "other_batch": "error",
    "status_missing": "error",
    "status_unknown": "error",
    "day_unreadable": "error",
    "day_in_future": "error",
    "day_before_issue": "error",
    "contradicts": "error",
    "cell_error": "error",
    "came_back": "warning",
    "already_known": "warning",
    "reason_unknown": "warning",
    "sum_differs": "warning",
}

#: Why a payment came back: words banks use, in the order they are looked for, and the code they mean.
REASONS: Final[tuple[tuple[str, str], ...]] = (
    ("死亡|去世|已故", "payee_died"),
    ("户名|姓名不|名称不符|户名不符|姓名与", "name_differs"),
    ("销户|已注销|账户关闭|已关闭", "account_closed"),
    ("不存在|无此账|无此户|账号错|卡号错|账号有误|无效账号|账号不正确", "account_unknown"),
    ("金融功能|未开通|功能未", "function_off"),
    ("未激活|未启用|不动户|睡眠户|久悬", "not_activated"),
    ("限额|超限|Ⅱ类|Ⅲ类|II类|III类|二类户|三类户", "limit"),
    ("冻结|止付|挂失|只收不付|不收不付|状态异常|控制", "blocked"),
)
OTHER: Final = "other"
REASON_CODES: Final = (*(code for _words, code in REASONS), OTHER)
#: Reasons after which the same account would only come back again.
NEED_ANOTHER_ACCOUNT: Final = frozenset({"name_differs", "account_closed", "account_unknown", "payee_died"})

#: Longest words of a bank that are kept.
MOST_WORDS: Final = 60
#: A number this long has lost its last digits in a spreadsheet.
_LOST: Final = 10**15


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Something wrong at a cell.

    ``row`` as the spreadsheet counts, ``column`` a field of the template, ``cell`` its name (``"E12"``).
    ``params`` fill the message: amounts in fen and row numbers, nothing personal.
    """

    code: str
    row: int
    column: str = ""
    cell: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return LEVELS[self.code]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One line of the answer. ``bad`` says that an error stands against it already; None is what it lacks."""

    row: int
    seq: int | None
    name: str
    account: str
    fen: int | None
    result: Result | None
    reason: str = ""
    words: str = ""
    paid_on: dt.date | None = None
    batch: str = ""
    bad: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)

    def problem(self, code: str, name: str = "", **params: str | int) -> CellProblem:
        """Something wrong with this row, at the cell of a field."""
        return CellProblem(code, self.row, name, self.cells.get(name, ""), params)


@dataclass(frozen=True, slots=True)
class Answer:
    """All rows of a file in order, what is wrong with them, and what its first line says of the batch."""

    rows: tuple[AnswerRow, ...]
    problems: tuple[CellProblem, ...]
    batch: str = ""
    said_rows: int | None = None
    said_fen: int | None = None


def text_sheet(text: str, separator: str) -> Sheet:
    """The cells of a text answer; one kept as text by a formula is that text.

    Raises
    ------
    RegisterError
        ``damaged`` when the text cannot be parted.
    """
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise RegisterError("damaged") from error
    return Sheet(cells=[[_plain_text(cell) for cell in row] for row in found])


def _plain_text(cell: str) -> str:
    kept = re.fullmatch(r'\s*="([^"]*)"\s*', cell)
    return kept[1] if kept else cell


def vocabulary(template: Template) -> Columns:
    """The headings of an answer, for finding its header."""
    listed = [one for one in template.answer if one.field != "blank"]
    amount = "yuan" if any(one.field == "yuan" for one in listed) else "fen"
    number = "seq" if any(one.field == "seq" for one in listed) else "reference"
    return Columns(
        tuple(ListColumn(one.field, one.title or one.field, one.title, one.words) for one in listed),
        ((number,), (amount,), ("account",), ("status",)),
    )


def read_answer(sheet: Sheet, template: Template, *, latest_year: int) -> Answer:
    """The rows of an answer.

    Parameters
    ----------
    latest_year
        The year of the day it is read on; decides the century of short dates.

    Raises
    ------
    RegisterError
        ``empty_sheet``, ``no_header``, ``missing_columns``, ``column_twice``, ``no_people`` (no rows).
    """
    first, columns = _columns(sheet, template)
    reader = _RowReader(sheet, template, columns, latest_year)
    told = reader.summary() if template.summary and not template.answer_heading else {}
    if told:
        first += 1
    rows = []
    for number in range(first, len(sheet.cells)):
        if any(sheet.value(number, column) is not None for column in columns.values()):
            one = reader.row(number)
            if one is not None:
                rows.append(one)
    if not rows:
        raise RegisterError("no_people")
    return Answer(
        tuple(rows),
        tuple(reader.problems),
        batch=str(told.get("batch", "")),
        said_rows=told.get("rows"),  # type: ignore[arg-type]
        said_fen=told.get("fen"),  # type: ignore[arg-type]
    )


def _columns(sheet: Sheet, template: Template) -> tuple[int, dict[str, int]]:
    if template.answer_heading:
        header = find_header(sheet, vocabulary=vocabulary(template).vocabulary)
        return header.first_person_row, header.columns
    if not any(sheet.value(0, column) is not None for column in range(sheet.width)):
        raise RegisterError("empty_sheet")
    places = {one.field: place for place, one in enumerate(template.answer) if one.field != "blank"}
    return 0, places


class _RowReader:
    def __init__(self, sheet: Sheet, template: Template, columns: dict[str, int], latest_year: int) -> None:
        self.sheet, self.template, self.columns = sheet, template, columns
        self.latest_year = latest_year
        self.problems: list[CellProblem] = []
        self._bad = False
        self._row = 0

    def summary(self) -> dict[str, str | int]:
        """What the first line says of the batch; nothing when it is a row already."""
        values = [_text(self.sheet.value(0, place)) for place in range(len(self.template.summary))]
        told: dict[str, str | int] = {}
        for name, value in zip(self.template.summary, values, strict=True):
            if name == "batch":
                told[name] = value
            elif name == "rows":
                if not value.isdigit():
                    return {}
                told[name] = int(value)
            else:
                amount = fen_of(value, name)
                if amount is None:
                    return {}
                told["fen"] = amount
        rest = range(len(self.template.summary), self.sheet.width)
        return {} if any(_text(self.sheet.value(0, place)) for place in rest) else told

    def row(self, number: int) -> AnswerRow | None:
        """One row; None for a line of sums below the table."""
        self._bad, self._row = False, number
        seq = self._seq()
        words = _text(self._value("seq"))
        if seq is None and re.match(r"合计|总计|小计|制表|经办|复核|审核|备注[:：]|说明[:：]", words):
            return None
        for name, column in self.columns.items():
            if (number, column) in self.sheet.errors:
                self._note("cell_error", name)
        if seq is None:
            self._note("row_number_missing", "seq" if "seq" in self.columns else "reference")
        result = self._result()
        reason, said = self._reason() if result == "returned" else ("", "")
        return AnswerRow(
            row=number + 1,
            seq=seq,
            name=_text(self._value("name")),
            account=self._account(),
            fen=self._amount(),
            result=result,
            reason=reason,
            words=said,
            paid_on=self._day(),
            batch=self._batch(),
            bad=self._bad,
            cells={name: cell_name(number, column) for name, column in self.columns.items()},
        )

    def _value(self, name: str) -> object:
        column = self.columns.get(name)
        return None if column is None else self.sheet.value(self._row, column)

    def _note(self, code: str, name: str, **params: str | int) -> None:
        cell = cell_name(self._row, self.columns[name]) if name in self.columns else ""
        self.problems.append(CellProblem(code, self._row + 1, name, cell, params))
        self._bad = self._bad or LEVELS[code] == "error"

    def _seq(self) -> int | None:
        written = _text(self._value("seq"))
        if not written and "reference" in self.columns:
            written = _text(self._value("reference")).rpartition("-")[2]
        written = written.removesuffix(".0")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None

    def _batch(self) -> str:
        """The batch the row names: in a column of its own, or in what named the row when it was written."""
        written = _text(self._value("reference"))
        named = re.fullmatch(r"([0-9A-Za-z]+)-[0-9]{5}", written)
        return _text(self._value("batch")) or (named[1] if named else "")

    def _account(self) -> str:
        value = self._value("account")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= _LOST:
            self._note("account_digits_lost", "account")
            return ""
        written = account_key(_text(value))
        if re.fullmatch(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+", written):
            self._note("account_digits_lost", "account")
            return ""
        if not written:
            self._note("account_missing", "account")
        return written

    def _amount(self) -> int | None:
        name = "yuan" if "yuan" in self.columns else "fen"
        found = fen_of(self._value(name), name)
        if found is None:
            self._note("amount_unreadable", name)
        return found

    def _result(self) -> Result | None:
        written = _text(self._value("status"))
        if written in self.template.done:
            return "paid"
        if written in self.template.failed:
            return "returned"
        self._note("status_unknown" if written else "status_missing", "status")
        return None

    def _reason(self) -> tuple[str, str]:
        written = _text(self._value("reason"))[:MOST_WORDS]
        code = reason_of(written)
        if code == OTHER:
            self._note("reason_unknown", "reason")
        return code, written

    def _day(self) -> dt.date | None:
        value = self._value("paid_on")
        if value is None or not _text(value):
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        found = parse_date(value, latest_year=self.latest_year, base_1904=self.sheet.base_1904).date
        if found is None or found.month is None or found.day is None:
            self._note("day_unreadable", "paid_on")
            return None
        return dt.date(found.year, found.month, found.day)


def reason_of(words: str) -> str:
    """The code a bank's words mean; ``other`` for words that are not known.

    Examples
    --------
    >>> reason_of("户名不符"), reason_of("社保卡金融功能未开通"), reason_of("")
    ('name_differs', 'function_off', 'other')
    """
    return next((code for pattern, code in REASONS if re.search(pattern, words)), OTHER)


def fen_of(value: object, name: str = "yuan") -> int | None:
    """An amount in fen; None when it is none, is negative, or has more than two decimals.

    Examples
    --------
    >>> fen_of("3,600.00元"), fen_of(3600.0), fen_of("360000", "fen"), fen_of("1.234"), fen_of("-5")
    (360000, 360000, 360000, None, None)
    """
    if isinstance(value, bool):
        return None
    # A spreadsheet's binary number of two decimals: its shortest form is what was typed.
    written = repr(value) if isinstance(value, float) else _text(value)
    written = re.sub(r"[\s,，元¥￥]", "", written)
    try:
        amount = Decimal(written)
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or amount > 10**12:
        return None
    scaled = amount * (100 if name == "yuan" else 1)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip().lstrip("'").strip()
