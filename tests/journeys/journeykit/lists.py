"""Small department lists about the demo families, drawn by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from journeykit import register

DEATHS = ("XM姓名", "XB性别", "GMSFHM公民身份号码", "HJDZ户籍地址", "SWRQ死亡日期", "ZXYY注销原因")
CONVERSIONS = ("序号", "姓名", "公民身份号码", "变更前户口性质", "变更后户口性质", "变更日期", "住址")
BIRTHS = (
    "序号", "出生医学证明编号", "新生儿姓名", "性别", "出生时间", "接生机构", "母亲姓名",
    "母亲有效身份证件号码",
    "父亲姓名", "父亲有效身份证件号码", "母亲户籍地址", "联系电话", "孕次", "准生证号",
)  # fmt: skip


def number_of(name: str, year: int) -> str:
    return next(
        one.number for family in register.families(year) for one in family.members if one.name == name
    )


def write(path: Path, header: Sequence[str], *rows: Sequence[Any], title: str = "") -> Path:
    """A list as a department exports it."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("名单")
    for at, line in enumerate([*([[title]] if title else []), header, *rows]):
        for column, value in enumerate(line):
            if value is not None:
                page.write(at, column, value)
    book.close()
    return path


def deaths(path: Path, year: int) -> Path:
    """陈秀英 by her number; a death of 罗德贵 without any number."""
    return write(
        path, DEATHS,
        ["陈秀英", "女", number_of("陈秀英", year), "青山村一组", f"{year - 1}1203", "死亡注销"],
        ["罗德贵", "男", None, "青山村一组", f"{year - 1}1220", "死亡注销"],
        ["周玉成", "男", "520599194001011014", "四川省", f"{year - 1}1111", "死亡注销"],
        title="大方县死亡注销人员名单",
    )  # fmt: skip


def conversions(path: Path, year: int) -> Path:
    """罗小燕, who is new; and a converted man with another date than the register's."""
    converted = next(
        one for family in register.families(year) for one in family.members
        if one.cells.get("农转城.是否") == "是"
    )  # fmt: skip
    kinds = ("农业家庭户口", "非农业家庭户口")
    return write(
        path, CONVERSIONS,
        [1, "罗小燕", number_of("罗小燕", year), *kinds, f"{year - 1}0915", "青山村一组"],
        [2, converted.name, converted.number, *kinds, f"{year - 2}0820", "青山村"],
        title="户口性质变更（农转城）花名册",
    )  # fmt: skip


def births(path: Path, year: int) -> Path:
    """A child of 罗小燕 whom nobody has registered yet."""
    born = dt.date(year - 1, 12, 24)
    return write(
        path, BIRTHS,
        [1, "Z520000731", "罗小燕之女", "女", f"{born} 08:15", "大方县人民医院", "罗小燕",
         number_of("罗小燕", year), None, None, "青山村一组", "13885730077", 2, "准000731"],
        title="新生儿出生信息登记表",
    )  # fmt: skip
