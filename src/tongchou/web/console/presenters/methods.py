"""Definitions, formulas and sources of what is told: one list for the methods page, bulletins and yearbooks."""

from __future__ import annotations

from typing import Final

from tongchou.domain.statistics.content import Content
from tongchou.web.console.presenters.publication import Definitions

#: Terms in Chinese and English (GB/T 10113, National Bureau of Statistics, United Nations).
GLOSSARY: Final = (
    ("户籍人口", "registered population"),
    ("常住人口", "resident population"),
    ("平均人口数", "average population (person-years)"),
    ("出生人数", "births"),
    ("死亡人数", "deaths"),
    ("自然增长", "natural increase"),
    ("出生率（粗出生率）", "crude birth rate"),
    ("死亡率（粗死亡率）", "crude death rate"),
    ("自然增长率", "rate of natural increase"),
    ("出生人口性别比", "sex ratio at birth"),
    ("总和生育率", "total fertility rate"),
    ("年龄别生育率", "age-specific fertility rate"),
    ("平均预期寿命", "life expectancy at birth"),
    ("简略生命表", "abridged life table"),
    ("人口金字塔", "population pyramid"),
    ("少年儿童比重", "share of the young"),
    ("老年人口比重", "share of the old"),
    ("抚养比", "dependency ratio"),
    ("年龄中位数", "median age"),
    ("迁入、迁出", "arrivals, departures"),
    ("净迁移", "net migration"),
    ("95%区间", "95% interval"),
    ("即时预报", "now-cast"),
    ("暂定数", "provisional figure"),
    ("数据修订", "restatement"),
    ("受控取整", "controlled rounding"),
    ("小单元格抑制", "small-cell suppression"),
    ("统计口径", "basis of a statistic"),
)


def definitions(content: Content) -> Definitions:
    return Definitions(())
