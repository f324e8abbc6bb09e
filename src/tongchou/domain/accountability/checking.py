"""Whether definitions can be used: names, kinds of values, units, circles, and what nobody is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tongchou.domain.accountability import rights
from tongchou.domain.accountability.definitions import Catalogue, Composite, CriteriaSet, Indicator, Use
from tongchou.domain.accountability.expression import (
    BROKEN,
    OVER_TABLE,
    Binary,
    Call,
    Name,
    Node,
    Number,
    names,
)
from tongchou.domain.accountability.problems import Problem
from tongchou.domain.accountability.units import Unit
from tongchou.domain.policy.words import Text


@dataclass(frozen=True, slots=True)
class Value:
    """What a formula gives: a number as written, a table by area and month, or a figure; and its unit.

    ``unit`` is None when it cannot be known, because something else is wrong.
    """

    form: Literal["number", "table", "figure"]
    unit: Unit | None


def problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Everything wrong with a catalogue; nothing of one that can be used."""
    for count in catalogue.counts.values():
        yield from rights.misnamed(count)
        if count.over and count.over not in catalogue.counts:
            text = Text(f"没有计数{count.over}。", f"there is no count {count.over}.")
            yield Problem(count.where, f"{count.code}.over", text, count.line)
    circles = dict(_circles(catalogue.indicators))
    for indicator in catalogue.indicators.values():
        yield from _of_indicator(indicator, catalogue, circles.get(indicator.code))
    for one in catalogue.sets.values():
        yield from _of_set(one, catalogue)
    for composite in catalogue.composites.values():
        yield from _of_composite(composite, catalogue)


def _of_indicator(one: Indicator, catalogue: Catalogue, circle: tuple[str, ...] | None) -> Iterator[Problem]:
    def problem(zh: str, en: str, field: str = "formula") -> Problem:
        return Problem(one.where, f"{one.code}.{field}", Text(zh, en), one.line)

    if one.formula == BROKEN:
        return
    for code in sorted(set(names(one.formula))):
        if code not in catalogue.counts and code not in catalogue.indicators:
            yield problem(f"没有计数或指标{code}。", f"there is no count or indicator {code}.")
    if circle:
        shown = " → ".join(circle)
        yield problem(f"指标互相引用成环：{shown}。", f"it is defined by itself: {shown}.")
    else:
        typing = _Typing(catalogue)
        given = typing.value(one.formula)
        yield from (problem(text.zh, text.en) for text in typing.wrong)
        if given.form != "figure" and not typing.wrong:
            yield problem(
                "公式没有得出一个数值：请用sum、last或average汇总计数。",
                "it gives no figure: use sum, last or average of counts.",
            )
        elif given.unit is not None and given.unit != one.unit:
            yield problem(
                f"公式的单位是{given.unit}，写的是{one.unit}。",
                f"the formula is in {given.unit}, not in {one.unit}.",
                "unit",
            )
    yield from rights.told_otherwise(one, catalogue)
    if not one.uses:
        return
    if one.kind is None:
        yield problem(
            "计分、设目标、排名或预警的指标要写明类别。",
            "a figure that is scored, targeted, ranked or alarmed needs a kind.",
            "kind",
        )
    for path in sorted(set(rights.paths(one.formula, catalogue, (one.code,)))):
        count = catalogue.counts[path[-1]]
        about = ", ".join(sorted(count.subjects))
        shown = " → ".join(path)
        used = ", ".join(sorted(one.uses))
        yield problem(
            f"{shown}：{count.title.zh}（{about}）不得计分、设目标、排名或预警。",
            f"{shown}: {count.title.en} ({about}) must not be {used}.",
            "uses",
        )


def _of_set(one: CriteriaSet, catalogue: Catalogue) -> Iterator[Problem]:
    for criterion in one.criteria:
        yield from _usable(one, f"{one.code}.criteria", criterion.indicator, (Use.SCORED,), catalogue)
    if not one.criteria:
        yield Problem(
            one.where, f"{one.code}.criteria", Text("没有任何标准。", "there is no criterion."), one.line
        )


def _of_composite(one: Composite, catalogue: Catalogue) -> Iterator[Problem]:
    for code in one.weights:
        yield from _usable(one, f"{one.code}.weights", code, (Use.SCORED, Use.RANKED), catalogue)
    total = sum(one.weights.values(), Fraction())
    if total != 1:
        yield Problem(
            one.where,
            f"{one.code}.weights",
            Text(f"权重合计为{float(total):g}，应为1。", f"the weights sum to {float(total):g}, not to 1."),
            one.line,
        )
    for code, weight in one.weights.items():
        full = one.full.get(code, Fraction(0))
        if weight <= 0 or full <= 0:
            yield Problem(
                one.where,
                f"{one.code}.weights",
                Text(f"{code}的权重和满分值都应大于0。", f"weight and full value of {code} are above 0."),
                one.line,
            )


def _usable(
    one: CriteriaSet | Composite, field: str, code: str, uses: Iterable[Use], catalogue: Catalogue
) -> Iterator[Problem]:
    indicator = catalogue.indicators.get(code)
    if indicator is None:
        yield Problem(one.where, field, Text(f"没有指标{code}。", f"there is no indicator {code}."), one.line)
        return
    for use in uses:
        if use not in indicator.uses:
            text = Text(f"指标{code}没有列为{use}。", f"indicator {code} is not declared as {use}.")
            yield Problem(one.where, field, text, one.line)


def _circles(indicators: Mapping[str, Indicator]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each indicator that leads back to itself, with the shortest way round."""
    after = {code: sorted(set(names(one.formula)) & set(indicators)) for code, one in indicators.items()}
    for start in indicators:
        ways: list[tuple[str, ...]] = [(start,)]
        reached: set[str] = set()
        while ways:
            way = ways.pop(0)
            for code in after[way[-1]]:
                if code == start:
                    yield start, (*way, start)
                    ways = []
                    break
                if code not in reached:
                    reached.add(code)
                    ways.append((*way, code))


class _Typing:
    """Kinds of values and units, from the leaves up; indicators are taken at their word."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.wrong: list[Text] = []

    def value(self, node: Node) -> Value:
        if isinstance(node, Number):
            return Value("number", Unit())
        if isinstance(node, Name):
            return self.name(node)
        if isinstance(node, Call):
            return self.table(node) if node.function in OVER_TABLE else self.two(node)
        return self.binary(node)

    def name(self, node: Name) -> Value:
        if node.code in self.catalogue.counts:
            return Value("table", self.catalogue.counts[node.code].unit)
        indicator = self.catalogue.indicators.get(node.code)
        return Value("figure", indicator.unit if indicator else None)

    def table(self, node: Call) -> Value:
        inner = self.value(node.arguments[0])
        if inner.form != "table" and set(names(node.arguments[0])) <= set(self.catalogue.counts):
            self.refuse(f"{node.function}里应为计数。", f"{node.function} is taken of counts.")
        elif any(code in self.catalogue.indicators for code in names(node.arguments[0])):
            self.refuse(
                f"{node.function}里不能放指标，只能放计数。",
                f"{node.function} is taken of counts, not of indicators.",
            )
        wanted = "flow" if node.function == "sum" else "stock"
        for code in sorted(set(names(node.arguments[0])) & set(self.catalogue.counts)):
            if self.catalogue.counts[code].nature != wanted:
                if wanted == "flow":
                    self.refuse(
                        f"{code}是期末数，不能跨月相加：请用last或average。",
                        f"{code} is a stock, which months do not add up: use last or average.",
                    )
                else:
                    self.refuse(
                        f"{code}是发生数，没有期末值：请用sum。",
                        f"{code} is a flow, which has no value at an end: use sum.",
                    )
        return Value("figure", inner.unit)

    def two(self, node: Call) -> Value:
        over, under = (self.value(one) for one in node.arguments)
        for one in (over, under):
            if one.form != "figure":
                self.refuse(
                    f"{node.function}的两个参数都应是汇总后的数值。",
                    f"{node.function} is taken of two figures.",
                )
        if over.unit is None or under.unit is None:
            return Value("figure", None)
        if node.function == "ratio" and over.unit != under.unit:
            self.refuse(
                f"ratio的两部分单位不同：{over.unit}和{under.unit}。",
                f"the two of a ratio are in {over.unit} and {under.unit}.",
            )
            return Value("figure", None)
        return Value("figure", over.unit / under.unit)

    def binary(self, node: Binary) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in ("+", "-"):
            return self.added(node, left, right)
        forms = {left.form, right.form}
        if "table" in forms and (node.operator == "/" or "number" not in forms):
            self.refuse(
                "未汇总的计数只能乘以一个数：请先用sum、last或average。",
                "counts are multiplied by a number alone: take sum, last or average first.",
            )
        form: Literal["number", "table", "figure"] = (
            "table" if "table" in forms else "figure" if "figure" in forms else "number"
        )
        if isinstance(node.right, Number) and node.right.value == 0 and node.operator == "/":
            self.refuse("除以0。", "it divides by 0.")
        if left.unit is None or right.unit is None:
            return Value(form, None)
        return Value(form, left.unit * right.unit if node.operator == "*" else left.unit / right.unit)

    def added(self, node: Binary, left: Value, right: Value) -> Value:
        if left.unit is not None and right.unit is not None and left.unit != right.unit:
            self.refuse(
                f"{left.unit}和{right.unit}不能相加减。", f"{left.unit} and {right.unit} are not added."
            )
            return Value(left.form, None)
        if "table" in (left.form, right.form) and left.form != right.form:
            self.refuse(
                "未汇总的计数不能与数值相加减：请先用sum、last或average。",
                "counts are not added to a figure: take sum, last or average first.",
            )
        form = left.form if left.form != "number" else right.form
        return Value(form, left.unit if left.unit is not None else right.unit)

    def refuse(self, zh: str, en: str) -> None:
        text = Text(zh, en)
        if text not in self.wrong:
            self.wrong.append(text)
