"""Staged targets: how far a stage of a roll-out is reached.

Townships begin with a set of pilots (ten in each of eight counties, one in the ninth unit), then a share of
all, then all; among households a least share is reached. What is counted is the government's own act: a
township in which every village has published its commitment, a household that has received one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.accountability.targets import shown
from tongchou.domain.policy.words import Text


@dataclass(frozen=True, slots=True)
class Pilots:
    """The first stage: how many townships begin in each unit."""

    by_unit: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_unit.values())


@dataclass(frozen=True, slots=True)
class Rollout:
    """Pilots, then ``share`` of the townships, then all of them, ``townships`` in number.

    ``households`` is the least share of households that have received their village's commitment.
    """

    pilots: Pilots
    share: Fraction
    townships: int
    households: Fraction
    source: Text


@dataclass(frozen=True, slots=True)
class StageResult:
    """A stage: what it needs, what there is, and which units lack how many (of the pilots alone)."""

    stage: str
    needed: int
    have: int
    missing: Mapping[str, int]

    @property
    def reached(self) -> bool:
        return self.have >= self.needed and not self.missing


def stages(
    rollout: Rollout, started: Mapping[str, int], townships: Mapping[str, int]
) -> tuple[StageResult, ...]:
    """How far each stage of the townships is reached.

    Parameters
    ----------
    started
        By unit, townships in which every village has published its commitment.
    townships
        By unit, how many townships there are.

    Raises
    ------
    AccountabilityError
        When units have more townships begun than they have, or fewer townships than pilots, or the townships
        are not as many as the roll-out says.

    Examples
    --------
    >>> plan = Rollout(Pilots({"a": 2, "b": 1}), Fraction(3, 5), 5, Fraction(85, 100), Text("", ""))
    >>> [(one.stage, one.needed, one.have, one.reached) for one in stages(plan, {"a": 3}, {"a": 3, "b": 2})]
    [('pilots', 3, 2, False), ('share', 3, 3, True), ('all', 5, 3, False)]
    """
    found: list[Problem] = []
    for unit in {**townships, **started, **rollout.pilots.by_unit}:
        there, begun = townships.get(unit, 0), started.get(unit, 0)
        if begun > there:
            text = Text(f"已启动{begun}个乡镇，共有{there}个。", f"{begun} of {there} townships have begun.")
            found.append(Problem("rollout", unit, text))
        if rollout.pilots.by_unit.get(unit, 0) > there:
            text = Text(
                f"试点乡镇{rollout.pilots.by_unit[unit]}个，多于全部{there}个。",
                f"{rollout.pilots.by_unit[unit]} pilots of {there} townships.",
            )
            found.append(Problem("rollout", unit, text))
    total = sum(townships.values())
    if total != rollout.townships:
        text = Text(
            f"乡镇共{total}个，方案写的是{rollout.townships}个。",
            f"there are {total} townships, the plan says {rollout.townships}.",
        )
        found.append(Problem("rollout", "townships", text))
    none_of(found)
    short = {
        unit: needed - started.get(unit, 0)
        for unit, needed in sorted(rollout.pilots.by_unit.items())
        if started.get(unit, 0) < needed
    }
    pilots = sum(min(started.get(unit, 0), needed) for unit, needed in rollout.pilots.by_unit.items())
    begun_in_all = sum(started.values())
    needed = -((-rollout.share * total) // 1)
    return (
        StageResult("pilots", rollout.pilots.total, pilots, short),
        StageResult("share", int(needed), begun_in_all, {}),
        StageResult("all", total, begun_in_all, {}),
    )


def households_missing(rollout: Rollout, received: int, households: int) -> int:
    """How many more households have to receive a commitment; 0 when the share is reached.

    Raises
    ------
    AccountabilityError
        When more have received one than there are.

    Examples
    --------
    >>> plan = Rollout(Pilots({}), Fraction(3, 5), 0, Fraction(85, 100), Text("", ""))
    >>> households_missing(plan, 800, 1000), households_missing(plan, 850, 1000)
    (50, 0)
    """
    if received > households:
        text = Text(
            f"已送达{received}户，多于全部{households}户。",
            f"{received} households have received one, of {households}.",
        )
        none_of([Problem("rollout", "households", text)])
    needed = -((-rollout.households * households) // 1)
    return max(0, int(needed) - received)


def share_text(result: StageResult) -> Text:
    """What a stage lacks, in one sentence."""
    if result.reached:
        return Text(f"已完成：{result.have}个。", f"reached: {result.have}.")
    units_zh = "；".join(f"{unit}还差{number}个" for unit, number in result.missing.items())
    units_en = "; ".join(f"{unit} lacks {number}" for unit, number in result.missing.items())
    lacking = shown(Fraction(result.needed - result.have))
    return Text(
        f"还差{lacking}个（应{result.needed}个）" + (f"：{units_zh}。" if units_zh else "。"),
        f"{lacking} of {result.needed} are missing" + (f": {units_en}." if units_en else "."),
    )
