"""Made-up definitions and figures for the tests beside this file."""

from __future__ import annotations

import numpy as np

from tongchou import indicators
from tongchou.domain.accountability.definitions import Catalogue
from tongchou.domain.accountability.figures import UnitFigure
from tongchou.domain.accountability.reading import read_catalogue
from tongchou.domain.demography.intervals import wilson
from tongchou.domain.demography.left_out import ratio

CATALOGUE = indicators.load()
YEAR = CATALOGUE.composites["county_year"]
UNITS = tuple(f"u{number}" for number in range(4))

COUNTS = """
counts:
  - {code: paid, title: {zh: 已发, en: paid}, unit: cases, nature: flow, subjects: [payments], over: due}
  - {code: due, title: {zh: 应发, en: due}, unit: cases, nature: flow, subjects: [payments]}
  - {code: days, title: {zh: 天数, en: days}, unit: days, nature: flow, subjects: [waiting]}
  - {code: posts, title: {zh: 岗位, en: posts}, unit: posts, nature: stock, subjects: [staff]}
"""


def indicator(formula: str, *, code: str = "x", unit: str = "share", kind: str = "paid_on_time") -> str:
    return (
        f"  - {{code: {code}, title: {{zh: 甲, en: x}}, kind: {kind}, uses: [scored, ranked, targeted], "
        f"unit: {unit}, direction: higher, formula: '{formula}', source: {{zh: 文, en: act}}}}\n"
    )


def read(*of: str, more: str = "") -> Catalogue:
    return read_catalogue({"counts.yaml": COUNTS, "x.yaml": "indicators:\n" + "".join(of) + more})


def figure(code: str, over: list[float], under: list[float], level: float = 0.95) -> UnitFigure:
    part, whole = np.array(over, dtype=float), np.array(under, dtype=float)
    low, high = wilson(part, whole, level)
    return UnitFigure(code, ratio(part, whole), part, whole, "share", level, low, high)


def figures(**of: tuple[list[float], list[float]]) -> dict[str, UnitFigure]:
    whole = dict.fromkeys(YEAR.weights, ([90.0] * 4, [100.0] * 4)) | of
    return {code: figure(code, *several) for code, several in whole.items()}
