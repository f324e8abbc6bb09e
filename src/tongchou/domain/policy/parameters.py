"""Dated parameters, each value with its own reference, read from the YAML beside a formula.

.. code-block:: yaml

    yearly_amount:
      label: {zh: 每年补贴额, en: subsidy a year}
      unit: fen
      values:
        - from: 2025-01-01
          value: 360000
          reference: {zh: …, en: …}

``from`` is the first day a value holds; it holds until the day before the next one, or to its own ``until``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.words import Text

UNITS = ("fen", "year", "years", "months", "persons")


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from a day on (``until`` the last day, when it was ended without a successor)."""

    start: dt.date
    value: int
    reference: Text
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law that changes over time; ``values`` are in time order and never overlap."""

    name: str
    label: Text
    unit: str
    values: tuple[DatedValue, ...]

    def on(self, day: dt.date) -> DatedValue | None:
        """The value in force on a day; ``None`` before the first and after an ended one."""
        found = None
        for dated in self.values:
            if dated.start <= day:
                found = dated
        if found is None or (found.until is not None and found.until < day):
            return None
        return found

    def in_year(self, year: int) -> DatedValue:
        """The value of a whole calendar year.

        Raises
        ------
        LoadError
            When the year has no value, or more than one: a yearly rule cannot choose between two.
        """
        first, last = self.on(dt.date(year, 1, 1)), self.on(dt.date(year, 12, 31))
        if first is None or last is None:
            raise LoadError(f"parameter {self.name} has no value in {year}")
        if first is not last:
            raise LoadError(f"parameter {self.name} changes within {year}; a yearly rule needs one value")
        return first

    def change_years(self) -> tuple[int, ...]:
        """The years in which a value starts."""
        return tuple(dated.start.year for dated in self.values)


def read_parameters(text: str, source: str) -> dict[str, Parameter]:
    """The parameters of a YAML text, by name.

    ``source`` names the file in messages.

    Raises
    ------
    LoadError
        With file and line: what is not a mapping, a missing or unknown key, a key given twice, a value that
        is not a whole number, a date that is none, dates out of order or overlapping, an unknown unit, a
        missing reference.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise LoadError(f"{source}: {error}") from error
    reader = _Reader(source)
    if root is None:
        raise LoadError(f"{source}: no parameters")
    return {name: reader.parameter(name, node) for name, node in reader.mapping(root).items()}


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source

    def refuse(self, node: yaml.Node, reason: str) -> LoadError:
        return LoadError(f"{self.source}, line {node.start_mark.line + 1}: {reason}")

    def mapping(
        self, node: yaml.Node, needed: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.refuse(node, "names with values are expected here")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in found:
                raise self.refuse(key, f"{key.value} is given twice")
            if needed and key.value not in needed + optional:
                raise self.refuse(key, f"unknown key {key.value}; known: {', '.join(needed + optional)}")
            found[key.value] = value
        for name in needed:
            if name not in found:
                raise self.refuse(node, f"{name} is missing")
        return found

    def parameter(self, name: str, node: yaml.Node) -> Parameter:
        parts = self.mapping(node, ("label", "unit", "values"))
        unit = parts["unit"].value
        if unit not in UNITS:
            raise self.refuse(parts["unit"], f"unit {unit!r}; units are {', '.join(UNITS)}")
        values = parts["values"]
        if not isinstance(values, yaml.SequenceNode) or not values.value:
            raise self.refuse(values, f"{name} needs a list of values")
        dated: list[DatedValue] = []
        for item in values.value:
            following = self.dated(item)
            if dated:
                self.after(item, dated[-1], following)
            dated.append(following)
        return Parameter(name, self.text(parts["label"]), unit, tuple(dated))

    def dated(self, node: yaml.Node) -> DatedValue:
        parts = self.mapping(node, ("from", "value", "reference"), ("until",))
        value = parts["value"]
        if value.tag != "tag:yaml.org,2002:int" or str(int(value.value)) != value.value:
            raise self.refuse(value, f"{value.value!r} is not a plain whole number")
        start = self.date(parts["from"])
        until = self.date(parts["until"]) if "until" in parts else None
        if until is not None and until < start:
            raise self.refuse(parts["until"], f"until {until} lies before from {start}")
        return DatedValue(start, int(value.value), self.text(parts["reference"]), until)

    def after(self, node: yaml.Node, earlier: DatedValue, later: DatedValue) -> None:
        if later.start <= earlier.start:
            raise self.refuse(node, f"from {later.start} does not follow {earlier.start}")
        if earlier.until is not None and later.start <= earlier.until:
            raise self.refuse(node, f"from {later.start} overlaps the value that holds until {earlier.until}")

    def date(self, node: yaml.Node) -> dt.date:
        try:
            return dt.date.fromisoformat(str(node.value))
        except ValueError as error:
            raise self.refuse(node, f"{node.value!r} is not a date such as 2025-01-01") from error

    def text(self, node: yaml.Node) -> Text:
        parts = self.mapping(node, ("zh", "en"))
        zh, en = str(parts["zh"].value).strip(), str(parts["en"].value).strip()
        if not zh or not en:
            raise self.refuse(node, "both the Chinese and the English text are needed")
        return Text(zh, en)
