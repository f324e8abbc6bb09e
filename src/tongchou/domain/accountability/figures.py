"""Figures of units and periods from published counts.

A unit is a set of areas of the counts' table; of a period they are added over its months. What was divided by
what is kept beside a share or rate, because intervals and rankings need it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tongchou.domain.accountability.definitions import Catalogue, Indicator
from tongchou.domain.accountability.expression import Binary, Call, Name, Node, Number
from tongchou.domain.accountability.periods import Period
from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.accountability.units import Unit
from tongchou.domain.demography import intervals
from tongchou.domain.demography.left_out import Flags, Floats, Ints, ratio
from tongchou.domain.policy.words import Text
from tongchou.domain.statistics.cube import Months

#: How chance enters: one by one (Wilson), as events over exposure (Garwood), or not at all.
Chance: TypeAlias = Literal["share", "rate", "none"]
#: Units that are counted one by one; of money and days an interval of counts says nothing.
COUNTED: Final = tuple(
    Unit(((name, 1),)) for name in ("persons", "households", "villages", "cases", "posts", "records")
)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Published counts by area and month.

    Attributes
    ----------
    areas, months
        Codes of the areas; months without a gap, the oldest first.
    values
        By count: (areas, months); ``nan`` where it was not reported.
    exists
        (areas, months): False where the area was not there yet or any more; such cells count as 0 and are not
        missing. All are there without it.
    """

    areas: tuple[str, ...]
    months: Months
    values: Mapping[str, Floats]
    exists: Flags | None = None

    def __post_init__(self) -> None:
        """Shapes must fit; ``ValueError`` names the count that does not."""
        shape = (len(self.areas), self.months.size)
        for name, value in self.values.items():
            if value.shape != shape:
                raise ValueError(f"{name}: shape {value.shape}, not {shape}")
        if self.exists is not None and self.exists.shape != shape:
            raise ValueError(f"exists: shape {self.exists.shape}, not {shape}")


@dataclass(frozen=True, slots=True, eq=False)
class UnitFigure:
    """An indicator of each unit, in its unit; ``nan`` is unknown.

    ``over`` and ``under`` are what was divided by what where the formula is a ratio or rate, else ``nan``. A
    unit with ``under`` 0 had nothing to be measured by: its value is unknown and it is ``idle``.
    """

    indicator: str
    value: Floats
    over: Floats
    under: Floats
    chance: Chance
    level: float = 0.95
    low: Floats = field(default_factory=lambda: np.empty(0))
    high: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def idle(self) -> Flags:
        """Units of which everything is known and nothing was there to be measured by."""
        return np.asarray((self.under == 0) & ~np.isnan(self.over))


def evaluate(
    catalogue: Catalogue,
    indicators: Sequence[str],
    counts: Counts,
    units: Mapping[str, Sequence[str]],
    period: Period,
    *,
    level: float = 0.95,
) -> dict[str, UnitFigure]:
    """Some indicators of some units in one period.

    Parameters
    ----------
    indicators
        Codes.
    units
        By code of the unit, codes of its areas. Units may share areas; sums over units are another matter
        (``targets``).
    level
        Probability of the intervals.

    Returns
    -------
    dict
        By indicator, arrays over the units in their order. Division by zero gives no value.

    Raises
    ------
    AccountabilityError
        Naming everything at once: indicators, counts, areas and months that are not there, a part that is
        more than its whole, a negative count.
    """
    found = list(_missing(catalogue, indicators, counts, units, period))
    none_of(found)
    table = _Table(catalogue, counts, units, period)
    result = {code: table.figure(catalogue.indicators[code], level) for code in indicators}
    none_of(table.problems)
    return result


def _missing(
    catalogue: Catalogue,
    indicators: Sequence[str],
    counts: Counts,
    units: Mapping[str, Sequence[str]],
    period: Period,
) -> list[Problem]:
    found: list[Problem] = []

    def problem(field_: str, zh: str, en: str) -> None:
        found.append(Problem("counts", field_, Text(zh, en)))

    for month in period.months():
        if month not in counts.months:
            problem(f"{month}", "没有这个月的计数。", "there are no counts of this month.")
    known = set(counts.areas)
    for code, areas in units.items():
        for area in areas:
            if area not in known:
                problem(f"{code}", f"没有地区{area}的计数。", f"there are no counts of area {area}.")
        if not areas:
            problem(f"{code}", "这个单位没有任何地区。", "this unit has no areas.")
    for code in indicators:
        if code not in catalogue.indicators:
            problem(code, "没有这个指标。", "there is no such indicator.")
            continue
        for name in sorted(grounds(catalogue, catalogue.indicators[code].formula)):
            if name not in counts.values:
                problem(name, f"没有公布这项计数（{code}要用）。", f"is not published; {code} needs it.")
            elif (counts.values[name] < 0).any():
                problem(name, "有小于0的数。", "has a number below 0.")
    return found


def grounds(catalogue: Catalogue, node: Node) -> set[str]:
    """Codes of all counts a formula rests on, those of other indicators included."""
    if isinstance(node, Name):
        if node.code in catalogue.counts:
            return {node.code}
        return grounds(catalogue, catalogue.indicators[node.code].formula)
    parts = (
        (node.left, node.right)
        if isinstance(node, Binary)
        else node.arguments
        if isinstance(node, Call)
        else ()
    )
    return set().union(*(grounds(catalogue, one) for one in parts))


class _Table:
    """Counts of the period's months, added over the areas of each unit."""

    def __init__(
        self, catalogue: Catalogue, counts: Counts, units: Mapping[str, Sequence[str]], period: Period
    ) -> None:
        self.catalogue, self.counts, self.units = catalogue, counts, list(units)
        self.inside = (counts.months >= period.first) & (counts.months <= period.last)
        place = {area: at for at, area in enumerate(counts.areas)}
        members = [[place[area] for area in dict.fromkeys(areas)] for areas in units.values()]
        self.rows: Ints = np.array([one for areas in members for one in areas], dtype=np.int64)
        self.starts: Ints = np.cumsum([0, *(len(areas) for areas in members)])[:-1].astype(np.int64)
        self.problems: list[Problem] = []
        self._known: dict[Node, Floats] = {}

    def figure(self, one: Indicator, level: float) -> UnitFigure:
        value = self.of(one.formula)
        nothing = np.full(len(self.units), np.nan)
        node = self.unwrapped(one.formula)
        if not isinstance(node, Call) or node.function not in ("ratio", "rate"):
            return UnitFigure(one.code, value, nothing, nothing, "none", level, value, value)
        over, under = (self.of(part) for part in node.arguments)
        counted = _unit_of(self.catalogue, node.arguments[0]) in COUNTED
        if node.function == "ratio":
            for at in np.flatnonzero(over > under):
                self.problems.append(
                    Problem(
                        "counts",
                        f"{one.code}, {self.units[at]}",
                        Text(
                            f"部分（{over[at]:g}）大于总数（{under[at]:g}）。",
                            f"the part ({over[at]:g}) is more than the whole ({under[at]:g}).",
                        ),
                    )
                )
            chance: Chance = "share" if counted else "none"
        else:
            chance = "rate" if counted else "none"
        low, high = value, value
        if chance == "share":
            low, high = intervals.wilson(np.minimum(over, under), under, level)
        elif chance == "rate":
            low, high = intervals.rate(over, under, level)
        # Rounding may leave the end of an interval a last digit inside of 0 or 1.
        low, high = np.minimum(low, value), np.maximum(high, value)
        return UnitFigure(one.code, value, over, under, chance, level, low, high)

    def unwrapped(self, node: Node) -> Node:
        """Another name of an indicator is followed: it keeps what was divided by what."""
        while isinstance(node, Name) and node.code in self.catalogue.indicators:
            node = self.catalogue.indicators[node.code].formula
        return node

    def of(self, node: Node) -> Floats:
        if node not in self._known:
            self._known[node] = self._of(node)
        return self._known[node]

    def _of(self, node: Node) -> Floats:
        if isinstance(node, Number):
            return np.full(len(self.units), node.value)
        if isinstance(node, Name):
            return self.of(self.catalogue.indicators[node.code].formula)
        if isinstance(node, Call):
            if node.function in ("ratio", "rate"):
                return ratio(self.of(node.arguments[0]), self.of(node.arguments[1]))
            return self.summed(node)
        left, right = self.of(node.left), self.of(node.right)
        return _applied(node, left, right)

    def summed(self, node: Call) -> Floats:
        cells = self.cells(node.arguments[0])[:, self.inside]
        if self.counts.exists is not None:
            cells = np.where(self.counts.exists[:, self.inside], cells, 0.0)
        by_area = (
            cells.sum(axis=1)
            if node.function == "sum"
            else cells[:, -1]
            if node.function == "last"
            else cells.mean(axis=1)
        )
        return np.asarray(np.add.reduceat(by_area[self.rows], self.starts), dtype=np.float64)

    def cells(self, node: Node) -> npt.NDArray[np.float64]:
        if isinstance(node, Name):
            return self.counts.values[node.code]
        if isinstance(node, Binary):
            return _applied(node, self.cells(node.left), self.cells(node.right))
        if isinstance(node, Number):
            return np.full((len(self.counts.areas), self.counts.months.size), node.value)
        raise ValueError("a figure inside a sum of counts")  # refused when the catalogue was read


def _applied(node: Binary, left: Floats, right: Floats) -> Floats:
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    return left * right if node.operator == "*" else ratio(left, right)


def _unit_of(catalogue: Catalogue, node: Node) -> Unit | None:
    """The unit of a sum; None where it is not of one count or of counts added."""
    if isinstance(node, Name):
        if node.code in catalogue.counts:
            return catalogue.counts[node.code].unit
        return catalogue.indicators[node.code].unit
    if isinstance(node, Call):
        return _unit_of(catalogue, node.arguments[0])
    if isinstance(node, Binary) and node.operator in ("+", "-"):
        return _unit_of(catalogue, node.left)
    return None
