"""A small village register as staff keep it, drawn by hand: the demo families of the browser journeys.

Years hang on the year the journeys run in, so that what a family is entitled to stays the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from tongchou.domain.identity import compose

#: Area prefix nobody was ever assigned: all demo people have it.
AREA = "520599"
GROUPED = "分组"

#: (group or "", header) in the order of the sheet.
COLUMNS = (
    ("", "序号"),
    ("", "户编号"),
    ("", "村民组"),
    ("", "姓名"),
    ("", "与户主关系"),
    ("", "性别"),
    ("", "民族"),
    ("", "出生日期"),
    ("", "公民身份号码"),
    ("", "文化程度"),
    ("", "婚姻状况"),
    ("", "户口性质"),
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
    ("", "联系电话"),
    ("", "避孕措施"),
    ("", "备注"),
)
PLACE = {
    name: place
    for place, name in enumerate(header if not group else f"{group}.{header}" for group, header in COLUMNS)
}


@dataclass
class Member:
    """One line; ``cells`` holds what its columns say beyond the usual, by header (``group.header``)."""

    name: str
    relation: str
    sex: str
    born: dt.date
    sequence: int
    cells: dict[str, object] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return compose(AREA, self.born, self.sequence)


@dataclass
class Family:
    group: str
    members: list[Member]


def families(year: int) -> list[Family]:
    """The demo families in a year.

    罗 family: a child of last year (childcare subsidy) and grandparents with two daughters (elderly reward);
    杨 family: a grandfather who became urban two years ago; 陈 family: of its head nobody has said it.
    """
    unified = {"户口性质": "居民户口", "界定为农村居民.是否": "是", "界定为农村居民.界定时间": "2017-01"}
    two_girls = {
        "60周岁以上填报.存活男孩数": 0,
        "60周岁以上填报.存活女孩数": 2,
        "60周岁以上填报.曾生育（含收养）子女数": 2,
    }
    girl = {
        "60周岁以上填报.存活男孩数": 0,
        "60周岁以上填报.存活女孩数": 1,
        "60周岁以上填报.曾生育（含收养）子女数": 1,
    }
    converted = {
        "户口性质": "居民户口",
        "界定为农村居民.是否": "否",
        "农转城.是否": "是",
        "农转城.转户时间": f"{year - 2}-06",
        "城镇职工养老保险.是否": "是",
        "城镇职工养老保险.起始时间": f"{year - 2}-07",
        "城镇职工医疗保险.是否": "是",
        "城镇职工医疗保险.起始时间": f"{year - 2}-07",
    }
    return [
        Family(
            "一组",
            [
                Member(
                    "罗德贵",
                    "户主",
                    "男",
                    dt.date(year - 63, 3, 7),
                    11,
                    unified | two_girls | {"联系电话": "13885730012"},
                ),
                Member("陈秀英", "妻", "女", dt.date(year - 61, 5, 12), 22, unified | two_girls),
                Member("罗小燕", "女儿", "女", dt.date(year - 34, 8, 2), 24, unified | {"避孕措施": "上环"}),
                Member(
                    "罗雨桐", "外孙女", "女", dt.date(year - 1, 3, 21), 26, unified | {"婚姻状况": "未婚"}
                ),
            ],
        ),
        Family(
            "一组",
            [
                Member("杨正华", "户主", "男", dt.date(year - 64, 11, 3), 31, converted | girl),
                Member("王桂芝", "妻", "女", dt.date(year - 60, 2, 18), 42, converted | girl),
            ],
        ),
        Family(
            "二组",
            [
                Member("陈国强", "户主", "男", dt.date(year - 62, 6, 9), 51, {"户口性质": "居民户口"} | girl),
                Member("李桂兰", "妻", "女", dt.date(year - 62, 9, 30), 62, unified | girl),
            ],
        ),
        Family(
            "二组",
            [
                Member("穆永康", "户主", "男", dt.date(year - 31, 1, 15), 71, unified | {"民族": "穿青人"}),
                Member(
                    "赵丽",
                    "妻",
                    "女",
                    dt.date(year - 29, 4, 4),
                    82,
                    unified
                    | {
                        "现居住地.是否在本村": "否",
                        "现居住地.外出地": "浙江省宁波市",
                        "现居住地.外出时间": f"{year - 1}-02",
                    },
                ),
                Member("穆子轩", "儿子", "男", dt.date(year - 2, 10, 10), 91, unified | {"婚姻状况": "未婚"}),
            ],
        ),
    ]


def write(
    path: Path,
    *,
    year: int,
    village: str = "青山村（示例）",
    township: str = "云岭镇（示例）",
    mistakes: bool = False,
    listed: list[Family] | None = None,
) -> Path:
    """The register as a workbook; with ``mistakes`` three cells are wrong in the ways registers often are.

    ``listed`` are the families it names; the demo families when left out.
    """
    listed = families(year) if listed is None else listed
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": dt.datetime(year, 1, 10)})  # noqa: DTZ001 - equal registers are equal files
    sheet = book.add_worksheet("户籍人口登记表")
    bold = book.add_format({"bold": True, "align": "center", "border": 1, "text_wrap": True})
    last = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, f"大方县（示例）{township}{village}户籍人口登记表", bold)
    sheet.merge_range(1, 0, 1, last, f"填报单位：{village}村民委员会    填报日期：{year}年1月10日")
    _header(sheet, bold)
    row = 4
    for number, family in enumerate(listed, start=1):
        row = _family(sheet, row, number, family)
    if mistakes:
        _plant(sheet, listed)
    sheet.write(row, 0, "合计")
    sheet.write(row, 3, sum(len(family.members) for family in listed))
    sheet.merge_range(row + 1, 0, row + 1, last, "备注：本表一式两份。填表人签字：")
    book.close()
    return path


def _header(sheet: xlsxwriter.worksheet.Worksheet, bold: object) -> None:
    place = 0
    while place < len(COLUMNS):
        group, name = COLUMNS[place]
        if not group:
            sheet.merge_range(2, place, 3, place, name, bold)
            place += 1
            continue
        width = sum(1 for other, _name in COLUMNS if other == group)
        sheet.merge_range(2, place, 2, place + width - 1, group, bold)
        for offset in range(width):
            sheet.write(3, place + offset, COLUMNS[place + offset][1], bold)
        place += width


def _family(sheet: xlsxwriter.worksheet.Worksheet, row: int, number: int, family: Family) -> int:
    first = row
    for member in family.members:
        usual: dict[str, object] = {
            "序号": row - 3,
            "姓名": member.name,
            "与户主关系": member.relation,
            "性别": member.sex,
            "民族": "汉族",
            "出生日期": member.born.isoformat(),
            "公民身份号码": member.number,
            "文化程度": "初中",
            "婚姻状况": "已婚",
            "现居住地.是否在本村": "是",
        }
        for name, value in (usual | member.cells).items():
            sheet.write(row, PLACE[name], value)
        row += 1
    for name, value in (("户编号", f"{number:04d}"), ("村民组", family.group)):
        if first == row - 1:  # one cell is no range
            sheet.write(first, PLACE[name], value)
        else:
            sheet.merge_range(first, PLACE[name], row - 1, PLACE[name], value)
    return row


def _plant(sheet: xlsxwriter.worksheet.Worksheet, listed: list[Family]) -> None:
    """An ID number stored as a number, a date that does not exist, a relation nobody knows."""
    sheet.write_number(4, PLACE["公民身份号码"], float(listed[0].members[0].number[:17] + "0"))
    sheet.write(8, PLACE["出生日期"], "1962-02-30")
    sheet.write(12, PLACE["与户主关系"], "邻居")
