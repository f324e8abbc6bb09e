"""Numbers of a plan read from YAML: tables with their stated wholes, the roll-out, the guarantees.

Whether the tables add up is not decided when they are read: a plan's own mistakes are told, not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import yaml

from tongchou.domain.accountability.guarantees import Rules
from tongchou.domain.accountability.nodes import Nodes
from tongchou.domain.accountability.problems import none_of
from tongchou.domain.accountability.rollout import Pilots, Rollout
from tongchou.domain.accountability.targets import Making, SumCheck, sum_check
from tongchou.domain.policy.words import Text

_MAKING: Final[dict[str, Making]] = {"sum": "sum", "mean": "mean"}


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A table of a plan by unit, with the whole it states; ``tolerance`` is half of its last digit."""

    code: str
    title: Text
    making: Making
    stated: Fraction
    tolerance: Fraction
    parts: Mapping[str, Fraction]
    source: Text

    def check(
        self,
        weights: Mapping[str, Fraction | int] | None = None,
        inside: Mapping[str, Mapping[str, Fraction | int]] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> SumCheck:
        """The stated whole beside the parts (``targets.sum_check``).

        ``without`` leaves out of a mean the units whose people already count inside others.
        """
        kept = {
            unit: value for unit, value in self.parts.items() if self.making == "sum" or unit not in without
        }
        return sum_check(
            self.title,
            self.stated,
            kept,
            making=self.making,
            weights=weights,
            inside=inside,
            tolerance=self.tolerance,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan's numbers. ``inside`` names for a unit the units in which its people are counted already."""

    units: Mapping[str, str]
    inside: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, PlanTable]
    rollout: Rollout
    rules: Rules


def read_plan(text: str, source: str) -> Plan:
    """The plan of a YAML text.

    Raises
    ------
    AccountabilityError
        With file and line: what is missing or unknown, is no number, or names a unit that is not listed.
    """
    reader = _Reader(source)
    root = reader.root(text)
    none_of(reader.problems)
    if root is None:  # an empty file is a problem of its own
        raise AssertionError
    parts = reader.mapping(root, "-", ("units", "inside", "tables", "rollout", "guarantees"))
    none_of(reader.problems)
    reader.units = {
        code: reader.word(node, "units") for code, node in reader.mapping(parts["units"], "units", ()).items()
    }
    inside = {
        reader.unit(code, parts["inside"]): tuple(
            reader.unit(reader.word(one, "inside"), one) for one in reader.items(node, "inside")
        )
        for code, node in reader.mapping(parts["inside"], "inside", ()).items()
    }
    tables = [reader.table(node) for node in reader.items(parts["tables"], "tables")]
    rollout = reader.rollout(parts["rollout"])
    rules = reader.rules(parts["guarantees"])
    none_of(reader.problems)
    return Plan(
        reader.units,
        inside,
        {one.code: one for one in tables},
        rollout,
        Rules(*rules),
    )


class _Reader(Nodes):
    units: Mapping[str, str]

    def unit(self, code: str, node: yaml.Node) -> str:
        if code not in self.units:
            self.wrong(node, code, "单位不在名单里。", "is not among the units.")
        return code

    def numbers(self, node: yaml.Node | None, field: str) -> dict[str, Fraction]:
        if node is None:
            return {}
        return {
            self.unit(code, one): self.number(one, f"{field}.{code}")
            for code, one in self.mapping(node, field, ()).items()
        }

    def whole(self, node: yaml.Node | None, field: str) -> int:
        found = self.number(node, field)
        if node is not None and found.denominator != 1:
            self.wrong(node, field, "应为整数。", "a whole number is expected.")
        return int(found)

    def table(self, node: yaml.Node) -> PlanTable:
        needed = ("code", "title", "making", "stated", "tolerance", "parts", "source")
        parts = self.mapping(node, "tables", needed)
        code = self.word(parts.get("code"), "tables.code")
        making = self.one_of(parts.get("making"), f"{code}.making", _MAKING)
        return PlanTable(
            code,
            self.text(parts.get("title"), f"{code}.title"),
            _MAKING.get(making, "sum"),
            self.number(parts.get("stated"), f"{code}.stated"),
            self.number(parts.get("tolerance"), f"{code}.tolerance"),
            self.numbers(parts.get("parts"), f"{code}.parts"),
            self.text(parts.get("source"), f"{code}.source"),
        )

    def rollout(self, node: yaml.Node) -> Rollout:
        parts = self.mapping(node, "rollout", ("pilots", "share", "townships", "households", "source"))
        pilots = self.numbers(parts.get("pilots"), "rollout.pilots")
        return Rollout(
            Pilots({unit: int(number) for unit, number in pilots.items()}),
            self.number(parts.get("share"), "rollout.share"),
            self.whole(parts.get("townships"), "rollout.townships"),
            self.number(parts.get("households"), "rollout.households"),
            self.text(parts.get("source"), "rollout.source"),
        )

    def rules(
        self, node: yaml.Node
    ) -> tuple[tuple[tuple[int | None, int], ...], int, Fraction, Fraction, int, Text]:
        needed = ("bands", "team", "grassroots", "performance", "extra_towns", "source")
        parts = self.mapping(node, "guarantees", needed)
        bands: list[tuple[int | None, int]] = []
        for item in self.items(parts.get("bands"), "guarantees.bands"):
            band = self.mapping(item, "guarantees.bands", ("workers",), ("up_to",))
            most = self.whole(band["up_to"], "guarantees.bands.up_to") if "up_to" in band else None
            bands.append((most, self.whole(band.get("workers"), "guarantees.bands.workers")))
        return (
            tuple(bands),
            self.whole(parts.get("team"), "guarantees.team"),
            self.number(parts.get("grassroots"), "guarantees.grassroots"),
            self.number(parts.get("performance"), "guarantees.performance"),
            self.whole(parts.get("extra_towns"), "guarantees.extra_towns"),
            self.text(parts.get("source"), "guarantees.source"),
        )
