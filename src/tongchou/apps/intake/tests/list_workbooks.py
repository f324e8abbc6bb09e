"""Small lists as departments export them, about the family of 青山村."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

DEATHS = ("XM姓名", "GMSFHM公民身份号码", "HJDZ户籍地址", "SWRQ死亡日期", "ZXYY注销原因")
PENSION = ("姓名", "社会保障号码", "险种类型", "首次参保年月", "缴费状态")
BIRTHS = (
    "出生医学证明编号", "新生儿姓名", "性别", "出生日期", "接生机构", "母亲姓名", "母亲有效身份证件号码",
    "父亲姓名", "父亲有效身份证件号码", "母亲户籍地址", "联系电话", "孕次", "准生证号",
)  # fmt: skip
CERTIFICATES = ("姓名", "残疾人证号", "残疾类别", "残疾等级", "签发日期", "有效期至")


def number(birth: dt.date, sequence: int) -> str:
    return identity.compose("520599", birth, sequence)


#: name, relation, sex, birth, sequence
PEOPLE = (
    ("赵大山", "02", 1, dt.date(1960, 3, 12), 123),
    ("钱小兰", "12", 2, dt.date(1962, 7, 4), 222),
    ("赵强", "21", 1, dt.date(1985, 1, 2), 111),
    ("孙丽", "38", 2, dt.date(1988, 6, 6), 122),
    ("赵小雨", "42", 2, dt.date(2021, 8, 30), 124),
)
NUMBERS = {name: number(birth, sequence) for name, _relation, _sex, birth, sequence in PEOPLE}


def family() -> list[RegisterRow]:
    """The lines of the family's register."""
    return [
        RegisterRow(
            row_no=at, household_no="001", name=name, relation=relation, sex=sex,
            birth=PartialDate.from_date(birth), id_number=NUMBERS[name], hukou_kind="agricultural",
        )
        for at, (name, relation, sex, birth, _sequence) in enumerate(PEOPLE, start=5)
    ]  # fmt: skip


def workbook(header: Sequence[str], *rows: Sequence[Any], title: str = "") -> bytes:
    """A list as the bytes of an .xlsx."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": dt.datetime(2026, 6, 1, tzinfo=dt.UTC)})  # equal lists are equal files
    page = book.add_worksheet("名单")
    lines = [*([[title]] if title else []), header, *rows]
    for at, line in enumerate(lines):
        for column, value in enumerate(line):
            if value is not None:
                page.write(at, column, value)
    book.close()
    return target.getvalue()


def death(name: str, day: str = "20260501", written: Any = "", reason: str = "死亡注销") -> list[Any]:
    return [name, NUMBERS.get(name) if written == "" else written, "云岭镇青山村一组", day, reason]


def deaths(*rows: Sequence[Any]) -> bytes:
    return workbook(DEATHS, *(rows or [death("赵大山")]))


def birth(
    day: str = "2026-05-01", child: str | None = "孙丽之女", mark: str = "Z5210001", permit: str = ""
) -> list[Any]:
    return [mark, child, "女", day, "县人民医院", "孙丽", NUMBERS["孙丽"], "赵强", NUMBERS["赵强"],
            "青山村一组",            "13885730077", 3, permit]  # fmt: skip


def births(*rows: Sequence[Any]) -> bytes:
    return workbook(BIRTHS, *(rows or [birth()]))


VACCINATIONS = (
    "儿童姓名", "儿童身份证号", "性别", "出生日期", "母亲姓名", "母亲身份证件号码", "疫苗名称", "接种日期",
    "接种单位", "联系电话",
)  # fmt: skip


def vaccination(day: str, child: str | None, *, mother: str | None = "") -> list[Any]:
    """A first vaccination; ``mother`` is the number of 孙丽, another text, or None for nobody."""
    named = [None, None] if mother is None else ["孙丽", mother or NUMBERS["孙丽"]]
    return [child, None, "女", day, *named, "乙肝疫苗", day, "云岭镇卫生院", "13885730077"]


def vaccinations(*rows: Sequence[Any]) -> bytes:
    return workbook(VACCINATIONS, *rows)
