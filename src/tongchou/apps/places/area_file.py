"""A list of areas as an office keeps it: a workbook or CSV file with Chinese or English headers.

What is read goes to ``loading``; what is wrong comes back with the cell it stands in and how to mend it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook

from tongchou.apps.places.models import Level
from tongchou.apps.places.queries import normal_code
from tongchou.apps.places.rows import COLUMNS, REQUIRED, Problem
from tongchou.core.errors import Invalid
from tongchou.domain.register.sheet import column_letters

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
#: Header as it is written → column of ``rows``.
HEADERS = {
    "代码": "code",
    "区划代码": "code",
    "名称": "name",
    "区划名称": "name",
    "级别": "level",
    "层级": "level",
    "上级代码": "parent_code",
    "启用日期": "valid_from",
    "设立日期": "valid_from",
    "本地单位": "local",
    "曾用代码": "former_codes",
    "涉及县": "overlaps",
    **{name: name for name in COLUMNS},
}
#: How the columns are called in the template, in their order.
CHINESE = dict(
    zip(
        COLUMNS,
        ("代码", "名称", "级别", "上级代码", "启用日期", "本地单位", "曾用代码", "涉及县"),
        strict=True,
    )
)
LEVEL_WORDS = {
    "省": Level.PROVINCE,
    "省级": Level.PROVINCE,
    "自治区": Level.PROVINCE,
    "直辖市": Level.PROVINCE,
    "市": Level.PREFECTURE,
    "地级市": Level.PREFECTURE,
    "市州": Level.PREFECTURE,
    "市级": Level.PREFECTURE,
    "县": Level.COUNTY,
    "区": Level.COUNTY,
    "县级市": Level.COUNTY,
    "县级": Level.COUNTY,
    "县区": Level.COUNTY,
    "乡": Level.TOWNSHIP,
    "镇": Level.TOWNSHIP,
    "街道": Level.TOWNSHIP,
    "乡镇": Level.TOWNSHIP,
    "乡级": Level.TOWNSHIP,
    "村": Level.VILLAGE,
    "社区": Level.VILLAGE,
    "居委会": Level.VILLAGE,
    "村级": Level.VILLAGE,
    "组": Level.GROUP,
    "村民组": Level.GROUP,
    "居民组": Level.GROUP,
}
_TRUTHS = {"是": "1", "否": "0"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
#: How to mend a column, when the message alone does not say it.
FIXES: dict[str, str | Promise] = {
    "code": gettext_lazy(
        "National code: 6 digits for a county, 9 for a township, 12 for a village; groups may stay empty."
    ),
    "name": gettext_lazy("Write the name as it stands on official documents."),
    "level": gettext_lazy("Write one of 省, 市, 县, 乡镇, 村, 组."),
    "parent_code": gettext_lazy(
        "Write the code of the area right above. It may stand in this file, in any row."
    ),
    "valid_from": gettext_lazy("Write the day since when the area exists, like 2011-10-22."),
    "local": gettext_lazy("Write 是 only for a unit without a national code, otherwise leave it empty."),
    "former_codes": gettext_lazy("Write code=name@first day/last day, several separated by semicolons."),
    "overlaps": gettext_lazy(
        "Only for a local unit: codes of the counties it was taken from, separated by semicolons."
    ),
    "": gettext_lazy("Use the template."),
}


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing to mend: where, what is wrong, what to write."""

    cell: str
    column: str
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class AreaSheet:
    """Rows as ``loading`` takes them, and where each stood in the file."""

    rows: list[dict[str, str]]
    row_numbers: tuple[int, ...]
    columns: dict[str, int]
    header_row: int

    def numbered(self) -> list[tuple[int, dict[str, str]]]:
        """Each row with its number in the file."""
        return list(zip(self.row_numbers, self.rows, strict=True))

    def examples(self) -> list[Problem]:
        """Rows that are still the template's made-up examples: they must never become areas."""
        text = gettext_lazy("This row is an example of the template and no area of yours.")
        fix = gettext_lazy("Delete the example rows, or write your own areas in their place.")
        return [
            Problem(number, "name", text, fix)
            for number, row in self.numbered()
            if tuple(row.get(name, "") for name in _MARKS_EXAMPLE) in MADE_UP
        ]

    def refuse_examples(self) -> None:
        """Where no preview stands before the loading.

        Raises
        ------
        Invalid
            ``places.bad_list`` with ``problems`` when example rows are left.
        """
        if problems := self.examples():
            raise Invalid("places.bad_list", problems[0].fix, problems=problems)

    def cell_problems(self, problems: Sequence[Problem]) -> list[CellProblem]:
        """Problems of ``loading`` with their cells and how to mend them."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> CellProblem:
        column = self.columns.get(problem.column)
        row = str(problem.line or "")
        return CellProblem(
            cell=f"{column_letters(column - 1)}{row}" if column and row else row,
            column=CHINESE.get(problem.column, problem.column),
            text=str(problem.message),
            fix=str(problem.fix or FIXES.get(problem.column, FIXES[""])),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "row_numbers": list(self.row_numbers),
            "columns": self.columns,
            "header_row": self.header_row,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> AreaSheet:
        return cls(content["rows"], tuple(content["row_numbers"]), content["columns"], content["header_row"])


def read_file(content: bytes, file_name: str) -> AreaSheet:
    """The rows of a workbook (.xlsx, .xls, .et, .ods) or CSV file.

    Raises
    ------
    Invalid
        ``places.unreadable`` when it is no table; ``places.no_header`` with what is missing, when the row of
        column names is not found.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("places.unreadable", gettext_lazy("This file is larger than 20 MB."))
    table = _table(content, file_name)
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in table[:30]:
        columns = {}
        for place, value in enumerate(cells, start=1):
            name = HEADERS.get(_text(value).lower())
            if name:
                columns.setdefault(name, place)
        if len(columns) > len(best[1]):
            best = (number, columns)
    missing = [CHINESE[name] for name in REQUIRED if name not in best[1]]
    if missing:
        raise Invalid(
            "places.no_header",
            gettext_lazy("The row with the column names is missing or incomplete. Missing: %(names)s")
            % {"names": "、".join(missing)},
            missing=missing,
        )
    header_row, columns = best
    rows, numbers = [], []
    for number, cells in table:
        if number <= header_row or not any(_text(value) for value in cells):
            continue
        if _text(cells[0]).startswith("#"):
            continue
        rows.append({name: _cell(name, cells, place) for name, place in columns.items()})
        numbers.append(number)
    if not rows:
        raise Invalid("places.unreadable", gettext_lazy("There are no areas below the column names."))
    if len(rows) > MOST_ROWS:
        raise Invalid("places.unreadable", gettext_lazy("More than 100,000 rows: load one county a file."))
    return AreaSheet(rows, tuple(numbers), columns, header_row)


def _table(content: bytes, file_name: str) -> list[tuple[int, list[Any]]]:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            page = book.get_sheet_by_index(0)
            return list(enumerate(page.to_python(skip_empty_area=False), start=1))
        except (CalamineError, IndexError, ValueError) as error:
            raise Invalid(
                "places.unreadable",
                gettext_lazy("This workbook cannot be opened: damaged or with a password."),
            ) from error
    if not content.strip():
        raise Invalid("places.unreadable", gettext_lazy("The file is empty."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = "\0"
    if "\0" in text:
        raise Invalid(
            "places.unreadable",
            gettext_lazy("This is neither an Excel workbook nor a CSV file. Use the template."),
        )
    return list(enumerate(csv.reader(io.StringIO(text)), start=1))


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()


def _cell(name: str, cells: list[Any], place: int) -> str:
    text = _text(cells[place - 1]) if place <= len(cells) else ""
    if name == "level":
        return str(LEVEL_WORDS.get(text, text))
    if name == "local":
        return _TRUTHS.get(text, text)
    if name == "valid_from" and (found := _DATE.fullmatch(text)):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    if name == "code" and re.fullmatch(r"\d{12}", text) and text.endswith("000"):
        return normal_code(text)
    return text


#: What the template shows, to be replaced by the unit's own lines. Made-up names below real codes.
EXAMPLES = (
    ("520000", "贵州省", "省", "", "1980-01-01", "", "", ""),
    ("520500", "毕节市", "市", "520000", "1980-01-01", "", "", ""),
    ("520521", "大方县", "县", "520500", "1980-01-01", "", "", ""),
    ("520521901", "云岭镇（示例）", "乡镇", "520521", "2010-11-01", "", "", ""),
    ("520521901201", "青山村（示例）", "村", "520521901", "2010-11-01", "", "", ""),
    ("", "一组（示例）", "组", "520521901201", "2010-11-01", "", "", ""),
)
_MARKS_EXAMPLE = ("code", "name", "parent_code")
#: What the template's made-up rows bear in those columns: such rows are refused.
MADE_UP = frozenset((row[0], row[1], row[3]) for row in EXAMPLES if "示例" in row[1])


def template_workbook() -> bytes:
    """The template: column names, example rows to be replaced, and a sheet that explains each column."""
    import xlsxwriter  # for the template alone

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8F1FC", "border": 1})
        plain = book.add_format({"num_format": "@", "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet("区划")
        page.write_row(0, 0, [CHINESE[name] for name in COLUMNS], head)
        for number, row in enumerate(EXAMPLES, start=1):
            for place, value in enumerate(row):
                page.write_string(number, place, value, plain)
        page.set_column(0, 0, 16, plain)
        page.set_column(1, 1, 24, plain)
        page.set_column(2, 7, 14, plain)
        page.freeze_panes(1, 0)
        page.data_validation(
            1, 2, 20_000, 2, {"validate": "list", "source": ["省", "市", "县", "乡镇", "村", "组"]}
        )
        notes = book.add_worksheet("填写说明")
        notes.write_row(0, 0, ["列", "怎么填"], head)
        for number, (name, text) in enumerate(_notes(), start=1):
            notes.write_string(number, 0, name)
            notes.write_string(number, 1, text, wrap)
        notes.set_column(0, 0, 12)
        notes.set_column(1, 1, 90)
    return out.getvalue()


def template_csv() -> bytes:
    """The same as CSV text in UTF-8 with the mark Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CHINESE[name] for name in COLUMNS)
    writer.writerows(EXAMPLES)
    return ("\ufeff" + out.getvalue()).encode()


def _notes() -> list[tuple[str, str]]:
    """Chinese on purpose, whatever the page's language: the sheet goes to those who fill it in."""
    return [
        (
            "代码",
            "国家统计局统计用区划代码：省、市、县6位，乡镇9位，村12位；村民组可以留空，由系统编号。"
            "没有国家代码的单位写 local- 加拼音，如 local-bailidujuan。",
        ),
        ("名称", "与公章一致的全称，最多60个字。"),
        ("级别", "省、市、县、乡镇、村、组，六选一。"),
        ("上级代码", "上一级的代码；上级可以写在本表任意一行，也可以是系统里已有的。省留空。"),
        ("启用日期", "该区划设立的日期，如 2011-10-22。"),
        ("本地单位", "没有国家代码的县级管理单位填“是”，其余留空。"),
        ("曾用代码", "如 522422=大方县@1980-01-01/2011-10-22，多个用分号隔开；没有就留空。"),
        ("涉及县", "仅本地单位填写：从哪些县划出，写县代码，用分号隔开。"),
        ("示例行", "表中的示例行请替换成本单位的；省、市、县三行如已在系统中且一致，可以保留。"),
    ]
