"""What the codes of a table mean, in Chinese and English: every file carries both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tongchou.domain.policy.words import Text
from tongchou.domain.releases.cells import TOTAL, UNKNOWN, Layout
from tongchou.domain.releases.definition import Measure, Method, TableDefinition
from tongchou.domain.releases.table import CONCEPTS

TITLES: Final[Mapping[str, Text]] = {
    "area": Text("地区", "Area"),
    "measure": Text("指标", "Measure"),
    "sex": Text("性别", "Sex"),
    "age": Text("年龄", "Age"),
    "month": Text("月份", "Month"),
    "hukou": Text("户口性质", "Kind of registration"),
    "residence": Text("居住情况", "Where people live"),
    "education": Text("受教育程度", "Education"),
    "period": Text("时期", "Period"),
}
MEASURES: Final[Mapping[Measure, Text]] = {
    Measure.POPULATION: Text("人口", "People"),
    Measure.BIRTHS: Text("出生", "Births"),
    Measure.DEATHS: Text("死亡", "Deaths"),
    Measure.ARRIVALS: Text("迁入", "Arrivals"),
    Measure.DEPARTURES: Text("迁出", "Departures"),
    Measure.UNKNOWN: Text("年龄或性别不明", "Age or sex not known"),
    Measure.LATE_DEATHS: Text("迟报死亡", "Deaths recorded late"),
    Measure.INDICATOR: Text("数值", "Value"),
}
#: Codes of each dimension in their order. Sex as SDMX has it, education by the first digit of GB/T 4658.
CODES: Final[Mapping[str, Mapping[str, Text]]] = {
    "sex": {"M": Text("男", "Men"), "F": Text("女", "Women")},
    "hukou": {
        "agricultural": Text("农业户口", "Agricultural"),
        "non_agricultural": Text("非农业户口", "Non-agricultural"),
        "unified": Text("居民户口", "Unified"),
    },
    "residence": {
        "here": Text("住在户籍所在县", "In the county of registration"),
        "away": Text("住在县外", "Outside the county"),
    },
    "education": {
        "1": Text("研究生", "Postgraduate"),
        "2": Text("大学本科", "Bachelor's level"),
        "3": Text("大学专科", "Junior college"),
        "4": Text("中等职业", "Secondary vocational"),
        "6": Text("高中", "Upper secondary"),
        "7": Text("初中", "Lower secondary"),
        "8": Text("小学", "Primary"),
        "9": Text("其他", "Other"),
    },
}
_ALL: Final = Text("合计", "Total")
_NOT_KNOWN: Final = Text("不详", "Not known")
BASES: Final[Mapping[str, Text]] = {
    "registered": Text("户籍人口", "Registered population"),
    "resident": Text("常住人口", "Resident population"),
}
STATUS: Final[Mapping[str, Text]] = {
    "A": Text("正常", "Normal value"),
    "Q": Text("为保护个人信息不予公布", "Not shown, to protect people"),
    "O": Text("无数据", "Not known"),
}


def label(dimension: str, code: str) -> Text:
    """What a code of a dimension means.

    Examples
    --------
    >>> label("age", "Y_GE65").zh, label("age", "Y0T4").en, label("month", "03").zh
    ('65岁及以上', '0 to 4', '3月')
    """
    if code == TOTAL:
        return _ALL
    if code == UNKNOWN:
        return _NOT_KNOWN
    if dimension == "measure":
        return MEASURES[Measure(code)]
    if dimension == "month":
        return Text(f"{int(code)}月", code)
    if dimension == "age":
        if code.startswith("Y_GE"):
            return Text(f"{code[4:]}岁及以上", f"{code[4:]} and over")
        first, last = code[1:].split("T")
        return Text(f"{first}岁", first) if first == last else Text(f"{first}—{last}岁", f"{first} to {last}")
    return CODES[dimension][code]


def period_label(period: str) -> Text:
    """A period in words.

    Examples
    --------
    >>> period_label("2026-06").zh, period_label("2025").zh
    ('2026年6月', '2025年')
    """
    year, _dash, month = period.partition("-")
    return Text(f"{year}年{int(month)}月" if month else f"{year}年", period)


def of_layout(layout: Layout) -> dict[str, dict[str, Any]]:
    """Titles and labels of all dimensions of a table, as data."""
    made: dict[str, dict[str, Any]] = {
        "REF_AREA": {"title": _pair(TITLES["area"]), "codes": {one.code: one.name for one in layout.places}},
        "MEASURE": _codes("measure", [str(one) for one in layout.definition.measures]),
    }
    for name, categories in zip(layout.definition.by, layout.categories, strict=True):
        made[CONCEPTS[name]] = _codes(name, (TOTAL, *categories))
    made["TIME_PERIOD"] = {"title": _pair(TITLES["period"]), "codes": {}}
    made["OBS_STATUS"] = {
        "title": {"zh": "数据状态", "en": "Status"},
        "codes": {code: _pair(text) for code, text in STATUS.items()},
    }
    return made


def method(definition: TableDefinition) -> Text:
    """How a table is protected, in words."""
    control = definition.control
    if control.method is Method.ROUNDING:
        return Text(
            f"各数按随机原则舍入为{control.base}的倍数，合计等于各部分之和。",
            f"Every figure is rounded by chance to a multiple of {control.base}; "
            "totals are the sums of their parts.",
        )
    return Text(
        f"少于{control.threshold}人的数不予公布，并隐去可用来推算的其他数。",
        f"Figures of fewer than {control.threshold} people are not shown, "
        "nor others from which they would follow.",
    )


def _codes(name: str, codes: Iterable[str]) -> dict[str, Any]:
    return {"title": _pair(TITLES[name]), "codes": {code: _pair(label(name, code)) for code in codes}}


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
