"""Targets of units, whether a breakdown adds up, and their revisions.

A target is of one unit, indicator and period. What is stated for a whole is compared with its parts: counts
by their sum, percentages by their mean weighted with the parts' denominators. A unit that lies inside others
(百里杜鹃管理区 has its people inside 大方 and 黔西) is not added to them a second time: its share of each
denominator is taken out of the host first, and when nobody knows that share there is no sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from tongchou.domain.accountability.definitions import Catalogue, Use
from tongchou.domain.accountability.periods import Period, period
from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.policy.words import Text

#: How parts make a whole.
Making: TypeAlias = Literal["sum", "mean"]


@dataclass(frozen=True, slots=True)
class TargetUnit:
    """An area or department. ``until`` is its last day; ``successors`` took over from it."""

    code: str
    name: str
    since: dt.date | None = None
    until: dt.date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A target as it is written down, before it is checked. ``period`` may be missing or wrong."""

    unit: str
    indicator: str
    period: str
    value: Fraction
    line: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """A target that can be used, in the unit of its indicator (a share is 0 … 1)."""

    unit: str
    indicator: str
    period: Period
    value: Fraction


def read_targets(
    rows: Iterable[Row], units: Mapping[str, TargetUnit], catalogue: Catalogue, *, where: str = "targets"
) -> tuple[Target, ...]:
    """The targets of some rows.

    Raises
    ------
    AccountabilityError
        With every problem: an unknown unit or indicator, one that is not declared for targets, a missing or
        unreadable period, a share above 1, a value below 0, the same target twice, a period before the unit
        began or after it closed.
    """
    found: list[Problem] = []
    made: dict[tuple[str, str, Period], Target] = {}
    for row in rows:
        before = len(found)

        def problem(field: str, zh: str, en: str, line: int = row.line) -> None:
            found.append(Problem(where, field, Text(zh, en), line))

        unit = units.get(row.unit)
        if unit is None:
            problem("unit", f"没有单位{row.unit}。", f"there is no unit {row.unit}.")
        indicator = catalogue.indicators.get(row.indicator)
        if indicator is None:
            problem("indicator", f"没有指标{row.indicator}。", f"there is no indicator {row.indicator}.")
        elif Use.TARGETED not in indicator.uses:
            problem(
                "indicator",
                f"{indicator.title.zh}不得设目标。",
                f"no target may be set for {row.indicator}: {indicator.title.en}.",
            )
        elif str(indicator.unit) == "share" and row.value > 1:
            problem("value", "比例大于100%。", "a share above 100 %.")
        if row.value < 0:
            problem("value", "小于0。", "below 0.")
        if not row.period:
            problem("period", "没有写期间。", "the period is missing.")
            continue
        try:
            span = period(row.period)
        except ValueError:
            problem(
                "period",
                f"“{row.period}”不是期间；写法如2026、2026-H1、2026-Q2、2026-03。",
                f"{row.period!r} is no period; write 2026, 2026-H1, 2026-Q2 or 2026-03.",
            )
            continue
        if unit is not None:
            for text in _lifetime(unit, span):
                problem("period", text.zh, text.en)
        key = (row.unit, row.indicator, span)
        if key in made:
            problem("unit", "同一目标写了两次。", "the same target is given twice.")
        if len(found) == before:
            made[key] = Target(*key, row.value)
    none_of(found)
    return tuple(made.values())


def _lifetime(unit: TargetUnit, span: Period) -> Iterator[Text]:
    if unit.since is not None and unit.since > span.starts:
        yield Text(
            f"{unit.name}自{unit.since}才设立，期间{span}从{span.starts}开始。",
            f"{unit.name} exists since {unit.since}; {span} starts on {span.starts}.",
        )
    if unit.until is not None and unit.until < span.ends:
        next_zh = f"，其后由{'、'.join(unit.successors)}承接" if unit.successors else ""
        next_en = f", its successors are {', '.join(unit.successors)}" if unit.successors else ""
        yield Text(
            f"{unit.name}已于{unit.until}撤销{next_zh}；期间{span}到{span.ends}，请按日期分开设目标。",
            f"{unit.name} closed on {unit.until}{next_en}; {span} ends on {span.ends}: set one for each.",
        )


@dataclass(frozen=True, slots=True)
class SumCheck:
    """A stated whole beside what its parts make. Values in the unit of the table (per cent, persons …)."""

    name: Text
    making: Making
    stated: Fraction
    computed: Fraction
    tolerance: Fraction

    @property
    def difference(self) -> Fraction:
        """Computed less stated."""
        return self.computed - self.stated

    @property
    def agrees(self) -> bool:
        return abs(self.difference) <= self.tolerance

    @property
    def text(self) -> Text:
        """What to tell: that it adds up, or by how much it does not."""
        stated, computed = shown(self.stated), shown(self.computed)
        zh = "合计" if self.making == "sum" else "加权平均"
        en = "sum" if self.making == "sum" else "weighted mean"
        if self.agrees:
            return Text(
                f"{self.name.zh}：各单位{zh}{computed}，与所列{stated}相符。",
                f"{self.name.en}: the {en} of the units, {computed}, agrees with {stated}.",
            )
        by = shown(abs(self.difference))
        more_zh, more_en = ("多", "more") if self.difference > 0 else ("少", "less")
        return Text(
            f"{self.name.zh}：各单位{zh}{computed}，比所列{stated}{more_zh}{by}。",
            f"{self.name.en}: the {en} of the units is {computed}, {by} {more_en} than the {stated} stated.",
        )


def sum_check(
    name: Text,
    stated: Fraction | int,
    parts: Mapping[str, Fraction | int],
    *,
    making: Making,
    weights: Mapping[str, Fraction | int] | None = None,
    inside: Mapping[str, Mapping[str, Fraction | int]] | None = None,
    tolerance: Fraction | int = Fraction(0),
) -> SumCheck:
    """Whether the parts of a table make its stated whole.

    Parameters
    ----------
    parts
        By unit. A sum is of counts that belong to one unit alone, so an inner unit's count is added.
    making
        ``sum`` of counts, or ``mean`` of percentages.
    weights
        By unit, the denominator of its percentage; needed for a mean.
    inside
        By inner unit and host, how much of the inner unit's denominator is the host's. It is taken out of the
        host's weight; of a host without a number the sum cannot be made.
    tolerance
        The largest difference that is none, in the unit of the table: half of the last digit stated.

    Raises
    ------
    AccountabilityError
        Naming every unit without a weight, weights not above 0, and an inner unit whose part of the hosts is
        not known or exceeds them.
    """
    exact = {unit: Fraction(value) for unit, value in parts.items()}
    if making == "sum":
        return SumCheck(name, making, Fraction(stated), sum(exact.values(), Fraction()), Fraction(tolerance))
    net = disjoint(weights or {}, inside or {}, tuple(exact), where=name.en)
    mean = sum((exact[unit] * net[unit] for unit in exact), Fraction()) / sum(net.values(), Fraction())
    return SumCheck(name, making, Fraction(stated), mean, Fraction(tolerance))


def disjoint(
    weights: Mapping[str, Fraction | int],
    inside: Mapping[str, Mapping[str, Fraction | int]],
    units: Sequence[str],
    *,
    where: str = "weights",
) -> dict[str, Fraction]:
    """Denominators in which nobody stands twice, by unit.

    Raises
    ------
    AccountabilityError
        As ``sum_check``.

    Examples
    --------
    >>> found = disjoint({"大方": 900, "百里杜鹃": 100}, {"百里杜鹃": {"大方": 100}}, ("大方", "百里杜鹃"))
    >>> {unit: int(weight) for unit, weight in found.items()}
    {'大方': 800, '百里杜鹃': 100}
    """
    found: list[Problem] = []
    net: dict[str, Fraction] = {}
    for unit in units:
        weight = Fraction(weights.get(unit, 0))
        if weight <= 0:
            text = Text(f"{unit}没有分母，不能加权。", f"{unit} has no denominator to be weighted with.")
            found.append(Problem(where, unit, text))
        net[unit] = weight
    for inner, hosts in inside.items():
        if inner not in net:
            continue
        if sum((Fraction(part) for part in hosts.values()), Fraction()) != net[inner]:
            text = Text(
                f"{inner}的人口在{'、'.join(hosts)}之内：请写明各含多少，否则重复计算。",
                f"the people of {inner} are inside {', '.join(hosts)}: say how many in each.",
            )
            found.append(Problem(where, inner, text))
        for host, part in hosts.items():
            if host not in net:
                continue
            net[host] -= Fraction(part)
            if net[host] <= 0:
                text = Text(f"{host}扣除{inner}后没有人口。", f"nobody is left in {host} without {inner}.")
                found.append(Problem(where, host, text))
    none_of(found)
    return net


@dataclass(frozen=True, slots=True)
class Revision:
    """A target changed, from a day on, with its reason."""

    target: Target
    value: Fraction
    on: dt.date
    reason: str


def revised(targets: Iterable[Target], revisions: Sequence[Revision]) -> tuple[Target, ...]:
    """The targets after their revisions, in the order of the targets.

    Raises
    ------
    AccountabilityError
        For a revision without a reason, of a target that is not as it says, one after the end of the period
        (the figure is known by then), or out of order.
    """
    found: list[Problem] = []
    current = {(one.unit, one.indicator, one.period): one for one in targets}
    last: dict[tuple[str, str, Period], dt.date] = {}
    for number, one in enumerate(revisions, 1):
        key = (one.target.unit, one.target.indicator, one.target.period)

        def problem(zh: str, en: str, field: str = f"{one.target.unit}", line: int = number) -> None:
            found.append(Problem("revisions", field, Text(zh, en), line))

        if not one.reason.strip():
            problem("没有写原因。", "the reason is missing.")
        if one.on > one.target.period.ends:
            problem(
                f"期间{one.target.period}已经结束，不能再改目标。",
                f"{one.target.period} is over: its target is not changed any more.",
            )
        if one.on < last.get(key, one.on):
            problem("早于上一次调整。", "it is dated before the revision it follows.")
        if current.get(key) != one.target:
            problem("所改的目标与现行目标不一致。", "the target in force is another one.")
            continue
        last[key] = one.on
        current[key] = replace(one.target, value=one.value)
    none_of(found)
    return tuple(current.values())


def shown(value: Fraction) -> str:
    """A number with at most two decimals.

    Examples
    --------
    >>> shown(Fraction(611, 20)), shown(Fraction(9840))
    ('30.55', '9,840')
    """
    return f"{float(round(value, 2)):,.2f}".rstrip("0").rstrip(".")
