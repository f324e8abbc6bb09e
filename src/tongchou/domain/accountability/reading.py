"""Catalogues of indicators read from YAML.

.. code-block:: yaml

    counts:
      - code: payments_on_time
        title: {zh: 按时发放笔数, en: payments made on time}
        unit: cases
        nature: flow
        subjects: [payments]
        over: payments_due
    indicators:
      - code: paid_on_time
        title: {zh: 按时发放率, en: paid on time}
        kind: paid_on_time
        uses: [scored, targeted, ranked, alarmed]
        unit: share
        direction: higher
        formula: ratio(sum(payments_on_time), sum(payments_due))
        source: {zh: …, en: …}
    sets:
      - code: qualified_village
        title: {zh: 合格村, en: qualified village}
        criteria: [{indicator: paid_on_time, at_least: 95%}]
        source: {zh: …, en: …}
    composites:
      - code: county
        title: {zh: 县级综合, en: composite of counties}
        weights: {paid_on_time: 0.6, commitments_kept: 0.4}
        full: {paid_on_time: 98%, commitments_kept: 90%}
        source: {zh: …, en: …}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeVar

import yaml

from tongchou.domain.accountability.checking import problems
from tongchou.domain.accountability.definitions import (
    Catalogue,
    Composite,
    Count,
    CriteriaSet,
    Criterion,
    Indicator,
    Kind,
    Subject,
    Use,
)
from tongchou.domain.accountability.expression import BROKEN, FormulaError, Node, parse
from tongchou.domain.accountability.nodes import Nodes
from tongchou.domain.accountability.problems import Problem, none_of
from tongchou.domain.accountability.units import Unit, unit
from tongchou.domain.policy.words import Text

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)
_NATURES: Final[dict[str, Literal["flow", "stock"]]] = {"flow": "flow", "stock": "stock"}
_DIRECTIONS: Final[dict[str, Literal["higher", "lower"]]] = {"higher": "higher", "lower": "lower"}
_SUBJECTS: Final = {one.value: one for one in Subject}
_USES: Final = {one.value: one for one in Use}
_KINDS: Final = {one.value: one for one in Kind}
T = TypeVar("T", Count, Indicator, CriteriaSet, Composite)


def read_catalogue(files: Mapping[str, str]) -> Catalogue:
    """The catalogue of some YAML texts, by the name of their file.

    Raises
    ------
    AccountabilityError
        Naming everything that is wrong, with file, line and field: what cannot be read, an unknown count or
        indicator, units that do not fit, a circle, weights that do not sum to 1, and any scored, targeted,
        ranked or alarmed figure that rests on what nobody is judged by (``rights``).
    """
    found: list[Problem] = []
    counts: dict[str, Count] = {}
    indicators: dict[str, Indicator] = {}
    sets: dict[str, CriteriaSet] = {}
    composites: dict[str, Composite] = {}
    taken: dict[str, str] = {}
    for source, text in sorted(files.items()):
        reader = _Reader(source)
        root = reader.root(text)
        parts = reader.mapping(root, "-", (), ("counts", "indicators", "sets", "composites")) if root else {}
        for node in reader.items(parts.get("counts"), "counts"):
            _put(counts, reader.count(node), taken, found)
        for node in reader.items(parts.get("indicators"), "indicators"):
            _put(indicators, reader.indicator(node), taken, found)
        for node in reader.items(parts.get("sets"), "sets"):
            _put(sets, reader.criteria_set(node), taken, found)
        for node in reader.items(parts.get("composites"), "composites"):
            _put(composites, reader.composite(node), taken, found)
        found += reader.problems
    catalogue = Catalogue(counts, indicators, sets, composites)
    none_of([*found, *problems(catalogue)])
    return catalogue


def _put(into: dict[str, T], one: T, taken: dict[str, str], found: list[Problem]) -> None:
    """A code names one thing in all files, whatever it is."""
    if not one.code:
        return
    if one.code in taken:
        text = Text(f"代码已用于{taken[one.code]}。", f"this code already stands in {taken[one.code]}.")
        found.append(Problem(one.where, f"{one.code}.code", text, one.line))
        return
    taken[one.code] = f"{one.where}:{one.line}"
    into[one.code] = one


class _Reader(Nodes):
    def count(self, node: yaml.Node) -> Count:
        parts = self.mapping(node, "counts", ("code", "title", "unit", "nature", "subjects"), ("over",))
        code = self.code(parts, "counts")
        subjects = self.several(parts.get("subjects"), f"{code}.subjects", _SUBJECTS)
        if not subjects and "subjects" in parts:
            self.wrong(parts["subjects"], f"{code}.subjects", "至少写一项所涉事项。", "one subject at least.")
        return Count(
            code,
            self.text(parts.get("title"), f"{code}.title"),
            self.unit(parts.get("unit"), code),
            _NATURES.get(self.one_of(parts.get("nature"), f"{code}.nature", _NATURES), "flow"),
            subjects,
            self.word(parts["over"], f"{code}.over") if "over" in parts else "",
            self.source,
            node.start_mark.line + 1,
        )

    def indicator(self, node: yaml.Node) -> Indicator:
        needed = ("code", "title", "uses", "unit", "direction", "formula", "source")
        parts = self.mapping(node, "indicators", needed, ("kind",))
        code = self.code(parts, "indicators")
        kind = self.one_of(parts["kind"], f"{code}.kind", _KINDS) if "kind" in parts else ""
        direction = self.one_of(parts.get("direction"), f"{code}.direction", _DIRECTIONS)
        return Indicator(
            code,
            self.text(parts.get("title"), f"{code}.title"),
            _KINDS.get(kind),
            self.several(parts.get("uses"), f"{code}.uses", _USES),
            self.unit(parts.get("unit"), code),
            _DIRECTIONS.get(direction, "higher"),
            self.formula(parts.get("formula"), code),
            self.text(parts.get("source"), f"{code}.source"),
            self.source,
            node.start_mark.line + 1,
        )

    def criteria_set(self, node: yaml.Node) -> CriteriaSet:
        parts = self.mapping(node, "sets", ("code", "title", "criteria", "source"))
        code = self.code(parts, "sets")
        return CriteriaSet(
            code,
            self.text(parts.get("title"), f"{code}.title"),
            tuple(
                one
                for item in self.items(parts.get("criteria"), f"{code}.criteria")
                if (one := self.criterion(item, code)) is not None
            ),
            self.text(parts.get("source"), f"{code}.source"),
            self.source,
            node.start_mark.line + 1,
        )

    def criterion(self, node: yaml.Node, code: str) -> Criterion | None:
        field = f"{code}.criteria"
        parts = self.mapping(node, field, ("indicator",), ("at_least", "at_most"))
        bounds = [name for name in ("at_least", "at_most") if name in parts]
        if len(bounds) != 1:
            self.wrong(node, field, "写at_least或at_most中的一项。", "give one of at_least and at_most.")
            return None
        bound = self.number(parts[bounds[0]], f"{field}.{bounds[0]}")
        return Criterion(self.word(parts.get("indicator"), field), bound, bounds[0] == "at_least")

    def composite(self, node: yaml.Node) -> Composite:
        parts = self.mapping(node, "composites", ("code", "title", "weights", "full", "source"))
        code = self.code(parts, "composites")
        tables = {
            name: {
                key: self.number(value, f"{code}.{name}.{key}")
                for key, value in self.mapping(parts[name], f"{code}.{name}", ()).items()
            }
            for name in ("weights", "full")
            if name in parts
        }
        return Composite(
            code,
            self.text(parts.get("title"), f"{code}.title"),
            tables.get("weights", {}),
            tables.get("full", {}),
            self.text(parts.get("source"), f"{code}.source"),
            self.source,
            node.start_mark.line + 1,
        )

    def code(self, parts: Mapping[str, yaml.Node], field: str) -> str:
        found = self.word(parts.get("code"), f"{field}.code")
        if found and not _CODE.fullmatch(found):
            self.wrong(
                parts["code"],
                f"{field}.code",
                f"“{found}”不是小写字母、数字和下划线。",
                f"{found!r} is not made of small letters, digits and underscores.",
            )
            return ""
        return found

    def several(self, node: yaml.Node | None, field: str, known: Mapping[str, Any]) -> frozenset[Any]:
        words = [self.one_of(item, field, known) for item in self.items(node, field)]
        return frozenset(known[one] for one in words if one)

    def unit(self, node: yaml.Node | None, code: str) -> Unit:
        said = self.word(node, f"{code}.unit")
        try:
            return unit(said) if said else Unit()
        except ValueError as error:
            if node is not None:
                self.wrong(node, f"{code}.unit", f"没有单位“{said}”。", f"no such unit: {error}.")
            return Unit()

    def formula(self, node: yaml.Node | None, code: str) -> Node:
        said = self.word(node, f"{code}.formula")
        if node is None or not said:
            return BROKEN
        try:
            return parse(said)
        except FormulaError as error:
            self.wrong(node, f"{code}.formula", error.text.zh, error.text.en)
            return BROKEN
