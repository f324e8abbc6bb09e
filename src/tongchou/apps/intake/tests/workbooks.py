"""Small registers for tests: people as dictionaries, any order of columns, any headers, planted dirt."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path as FilePath
from typing import Any

import xlsxwriter

from tongchou.domain import identity
from tongchou.synth import xls_file

Path = tuple[str, ...]

COLUMNS: tuple[Path, ...] = (
    ("序号",),
    ("户编号",),
    ("村民组",),
    ("姓名",),
    ("与户主关系",),
    ("性别",),
    ("民族",),
    ("出生日期",),
    ("公民身份号码",),
    ("文化程度",),
    ("婚姻状况",),
    ("户口性质",),
    ("界定为农村居民", "是否"),
    ("界定为农村居民", "界定时间"),
    ("农转城", "是否"),
    ("农转城", "转户时间"),
    ("城镇职工养老保险", "是否"),
    ("城镇职工养老保险", "起始时间"),
    ("城镇职工医疗保险", "是否"),
    ("城镇职工医疗保险", "起始时间"),
    ("现居住地", "是否在本村"),
    ("现居住地", "外出地"),
    ("现居住地", "外出时间"),
    ("60周岁以上填报", "存活男孩数"),
    ("60周岁以上填报", "存活女孩数"),
    ("60周岁以上填报", "曾生育（含收养）子女数"),
    ("联系电话",),
    ("避孕措施",),
    ("落实时间",),
    ("政策内外",),
    ("备注",),
)
TITLE = "大方县（示例）云岭镇青山村户籍人口登记表"
UNIT_LINE = "填报单位：云岭镇青山村村民委员会    填报日期：2026年6月1日"

Person = dict[str, Any]


def number(birth: str, sequence: int) -> str:
    return identity.compose("520599", dt.date.fromisoformat(birth), sequence)


def person(household: str, name: str, relation: str, birth: str, sequence: int, **more: Any) -> Person:
    """A person by column; keywords use the column's last word (转户时间=…), or 组 for the group."""
    cells = {
        "户编号": household,
        "村民组": more.pop("组", "一组"),
        "姓名": name,
        "与户主关系": relation,
        "性别": "男" if sequence % 2 else "女",
        "民族": "苗族",
        "出生日期": birth,
        "公民身份号码": number(birth, sequence),
        "户口性质": "农业户口",
    }
    return cells | more


def demo_people() -> list[Person]:
    """Three households: a couple of 66 with two daughters recorded, a young family, a widow who is away."""
    return [
        person(
            "001",
            "杨光明",
            "户主",
            "1960-03-07",
            101,
            婚姻状况="已婚",
            存活男孩数=0,
            存活女孩数=2,
            **{"曾生育（含收养）子女数": 2, "联系电话": "14000001111"},
        ),
        person(
            "001",
            "李秀英",
            "妻",
            "1961-11-20",
            102,
            婚姻状况="已婚",
            存活男孩数=0,
            存活女孩数=2,
            **{"曾生育（含收养）子女数": 2},
        ),
        person(
            "002",
            "王建国",
            "户主",
            "1990-05-01",
            103,
            婚姻状况="已婚",
            农转城="",
            **{"农转城/是否": "是", "转户时间": "2023年5月", "民族": "穿青人"},
        ),
        person("002", "陈 红", "妻", "1992-08-15", 104, 婚姻状况="已婚", 存活女孩数=1),
        person("002", "王小明", "长子", "2024-02-29", 105, 组="一组"),
        person(
            "003",
            "赵桂芳",
            "户主",
            "1950-01-31",
            106,
            组="第2组",
            婚姻状况="丧偶",
            是否在本村="否",
            外出地="广东省东莞市",
            外出时间="2019.3",
        ),
    ]


def workbook(
    people: Sequence[Person],
    *,
    columns: Sequence[Path] = COLUMNS,
    rename: Mapping[str, str] | None = None,
    title: str = TITLE,
    notes: Sequence[str] = (UNIT_LINE,),
    merge: bool = True,
    foot: bool = True,
    sheet: str = "登记表",
    tweak: Callable[[Any, Any, int], None] | None = None,
    more_sheets: Sequence[str] = (),
) -> bytes:
    """The bytes of a register. ``tweak(book, page, first_row)`` may change the page before it is closed."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    # Else the moment of writing makes two equal workbooks two files.
    book.set_properties({"created": dt.datetime(2026, 6, 1)})  # noqa: DTZ001
    page = book.add_worksheet(sheet)
    names = rename or {}
    last = len(columns) - 1
    page.merge_range(0, 0, 0, last, title)
    for row, note in enumerate(notes, start=1):
        page.merge_range(row, 0, row, last, note)
    top = 1 + len(notes)
    column = 0
    for group, members in groupby(columns, key=lambda path: path[0]):
        paths = list(members)
        if paths == [(group,)]:
            page.merge_range(top, column, top + 1, column, names.get(group, group))
        else:
            if len(paths) > 1:
                page.merge_range(top, column, top, column + len(paths) - 1, names.get(group, group))
            else:
                page.write(top, column, names.get(group, group))
            for offset, path in enumerate(paths):
                page.write(top + 1, column + offset, names.get(path[-1], path[-1]))
        column += len(paths)
    first = top + 2
    _people(book, page, people, columns, first, merge)
    if foot:
        page.write(first + len(people), 0, "合计")
        page.write(first + len(people), 3, f"{len(people)}人")
        page.merge_range(
            first + len(people) + 1, 0, first + len(people) + 1, last, "备注：一式两份  填表人（签字）："
        )
    for extra in more_sheets:
        book.add_worksheet(extra).write(0, 0, "说明")
    if tweak:
        tweak(book, page, first)
    book.close()
    return target.getvalue()


def value(cells: Person, path: Path) -> Any:
    return cells.get("/".join(path), cells.get(path[-1]) if path[-1] not in ("是否", "起始时间") else None)


def _people(
    book: Any, page: Any, people: Sequence[Person], columns: Sequence[Path], first: int, merge: bool
) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    spans = {}
    row = first
    for _household, members in groupby(people, key=lambda cells: cells.get("户编号")):
        size = len(list(members))
        spans |= {row + n: (row, size) for n in range(size)}
        row += size
    for at, cells in enumerate(people, start=first):
        for column, path in enumerate(columns):
            shown = at - first + 1 if path == ("序号",) else value(cells, path)
            if merge and path in (("户编号",), ("村民组",)):
                start, size = spans[at]
                if at == start and size > 1:
                    page.merge_range(at, column, at + size - 1, column, shown)
                elif at == start and shown is not None:
                    page.write(at, column, shown)
            elif isinstance(shown, dt.date):
                page.write_datetime(at, column, dt.datetime.combine(shown, dt.time()), day)
            elif shown is not None and shown != "":
                page.write(at, column, shown)


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with each part passed through ``change(name, bytes)``."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target.getvalue()


def grid(
    people: Sequence[Person],
    *,
    columns: Sequence[Path] = COLUMNS,
    title: str = TITLE,
    notes: Sequence[str] = (UNIT_LINE,),
) -> list[list[Any]]:
    """A register as a system exports it: two header rows without merges, every cell written out."""
    blank = [""] * (len(columns) - 1)
    groups, before = [], ""
    for path in columns:
        groups.append(path[0] if path[0] != before else "")
        before = path[0]
    leaves = [path[-1] if len(path) > 1 else "" for path in columns]
    rows = [[value(cells, path) for path in columns] for cells in people]
    return [
        [title, *blank],
        *([note, *blank] for note in notes),
        groups,
        leaves,
        *([number, *row[1:]] for number, row in enumerate(rows, start=1)),
        ["合计", *blank],
    ]


def text_table(rows: Sequence[Sequence[Any]], *, encoding: str = "gb18030", mark: str = ",") -> bytes:
    """Rows as .csv."""
    target = io.StringIO()
    csv.writer(target, delimiter=mark).writerows(["" if one is None else one for one in row] for row in rows)
    return target.getvalue().encode(encoding)


def old_workbook(rows: Sequence[Sequence[Any]], folder: FilePath) -> bytes:
    """Rows as .xls."""
    path = folder / "register.xls"
    xls_file.write(path, "登记表", rows)
    return path.read_bytes()


def archive_of(files: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    """A .zip; with ``gbk`` its names are written as Chinese Windows writes them, without saying so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    content = target.getvalue()
    if not gbk:
        return content
    changed = bytearray(content)
    for name in files:
        coded, written = name.encode("gb18030"), name.encode()
        assert len(coded) <= len(written)
        # A name may not change its length: fill up in front with a folder.
        fitting = (
            b"g" * (len(written) - len(coded) - 1) + b"/" + coded if len(coded) < len(written) else coded
        )
        start = 0
        while (at := changed.find(written, start)) >= 0:
            changed[at : at + len(written)] = fitting
            start = at + len(written)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (at := changed.find(signature, start)) >= 0:
            changed[at + flags + 1] &= ~0x08
            start = at + 4
    return bytes(changed)
