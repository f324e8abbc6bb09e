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
A value that changes time that has passed says since when it is known (``known_from``). ``assumed: true``
marks a default that no law of the area has set. A parameter others than the State may set says who and how:

.. code-block:: yaml

    starting_age:
      …
      local:
        levels: [province, prefecture, county]
        how: lower
        reference: {zh: …, en: …}

Values outside the walls of their unit (:data:`~tongchou.domain.policy.dated.WALLS`) are refused. A parameter
may declare narrower ones, within which every level's values must lie, so that a slip of the pen is seen:

.. code-block:: yaml

    starting_age:
      …
      plausible: {least: 45, most: 60}

A list of values may be empty when ``local`` names somebody: the programme waits until a level has set it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

import yaml

from tongchou.domain.policy.dated import (
    HOW,
    LEVELS,
    UNITS,
    WALLS,
    DatedValue,
    How,
    Level,
    Local,
    Parameter,
    in_force,
)
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.words import Text, number

_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
#: Days outside of these are slips of the pen: no programme is older than the State.
_FIRST_DAY, _LAST_DAY = dt.date(1949, 10, 1), dt.date(2100, 12, 31)


def read_parameters(text: str, source: str) -> dict[str, Parameter]:
    """The parameters of a YAML text, by name.

    ``source`` names the file in messages.

    Raises
    ------
    LoadError
        With file and line: what is not a mapping, a missing or unknown key, a key given twice, a value that
        is not a whole number or beyond what can be meant, a date that is none, dates out of order or
        overlapping, an unknown unit, a missing reference.
    """
    root = composed(text, source)
    reader = Reader(source)
    return {name: reader.parameter(name, node) for name, node in reader.mapping(root).items()}


def composed(text: str, source: str) -> yaml.Node:
    """The nodes of a YAML text, with their lines."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise LoadError(f"{source}{_where(error)}") from error
    if root is None:
        raise LoadError(f"{source}, line 1: no parameters; the file is empty")
    return root


def _where(error: yaml.YAMLError) -> str:
    """Line and reason in one line; what the parser was at when it stumbled is left out."""
    mark = getattr(error, "problem_mark", None)
    line = f", line {mark.line + 1}" if mark is not None else ""
    reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"{line}: not to be read as YAML: {reason}"


class Reader:
    """Reads parameters and overlays; every refusal names file and line."""

    def __init__(self, source: str) -> None:
        self.source = source

    def place(self, node: yaml.Node) -> str:
        return f"{self.source}, line {node.start_mark.line + 1}"

    def refuse(self, node: yaml.Node, reason: str) -> LoadError:
        return LoadError(reason, self.place(node))

    def mapping(
        self, node: yaml.Node, needed: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.refuse(node, "names with values are expected here")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.single(key, "a name")
            if name in found:
                raise self.refuse(key, f"{name} is given twice")
            if needed and name not in needed + optional:
                raise self.refuse(key, f"unknown key {name}; known: {', '.join(needed + optional)}")
            found[name] = value
        for name in needed:
            if name not in found:
                raise self.refuse(node, f"{name} is missing")
        return found

    def single(self, node: yaml.Node, expected: str) -> str:
        """The words of one value; where a list or names with values stand, what was expected is said."""
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        found = "a list" if isinstance(node, yaml.SequenceNode) else "names with values"
        raise self.refuse(node, f"{expected} is expected here, and {found} stands here")

    def name_of(self, node: yaml.Node, name: str) -> yaml.Node:
        """The node of a name in a mapping: what is wrong with the name is told with its own line."""
        found: yaml.Node = next(key for key, _value in node.value if key.value == name)
        return found

    def parameter(self, name: str, node: yaml.Node) -> Parameter:
        parts = self.mapping(node, ("label", "unit", "values"), ("local", "plausible"))
        unit = self.single(parts["unit"], f"one unit ({', '.join(UNITS)})")
        if unit not in UNITS:
            raise self.refuse(parts["unit"], f"unit {unit!r}; units are {', '.join(UNITS)}")
        local = self.local(parts["local"]) if "local" in parts else None
        bounds = self.bounds(parts["plausible"], WALLS[unit]) if "plausible" in parts else None
        meant = Parameter(
            name,
            self.text(parts["label"]),
            unit,
            (),
            local=local,
            plausible=bounds,
            place=self.place(node),
        )
        values = self.values(meant, parts["values"], empty=local is not None)
        return replace(meant, values=in_force(values), history=values)

    def bounds(self, node: yaml.Node, walls: tuple[int, int]) -> tuple[int, int]:
        """The declared least and greatest value, which narrow those of the unit."""
        parts = self.mapping(node, ("least", "most"))
        least, most = self.whole(parts["least"], ""), self.whole(parts["most"], "")
        if not walls[0] <= least <= most <= walls[1]:
            raise self.refuse(node, f"{least} to {most} does not lie within {walls[0]} to {walls[1]}")
        return least, most

    def values(
        self, meant: Parameter, node: yaml.Node, *, empty: bool = False, level: Level = "national"
    ) -> tuple[DatedValue, ...]:
        """Values in the order of the file, which is the order in which they became known."""
        if not isinstance(node, yaml.SequenceNode) or not (node.value or empty):
            raise self.refuse(node, f"{meant.name} needs a list of values")
        dated: list[DatedValue] = []
        for item in node.value:
            following = self.dated(item, meant, level)
            if dated:
                self.after(item, dated[-1], following)
            dated.append(following)
        return tuple(dated)

    def local(self, node: yaml.Node) -> Local:
        parts = self.mapping(node, ("levels", "how", "reference"))
        below = LEVELS[1:]
        levels = parts["levels"]
        if not isinstance(levels, yaml.SequenceNode) or not levels.value:
            raise self.refuse(levels, f"levels is a list of {', '.join(below)}")
        named: list[Level] = []
        for item in levels.value:
            said = self.single(item, f"one of {', '.join(below)}")
            found = next((level for level in below if level == said), None)
            if found is None:
                raise self.refuse(item, f"{said!r} is not one of {', '.join(below)}")
            named.append(found)
        said = self.single(parts["how"], f"one of {', '.join(HOW)}")
        how: How | None = next((way for way in HOW if way == said), None)
        if how is None:
            raise self.refuse(parts["how"], f"{said!r} is not one of {', '.join(HOW)}")
        return Local(tuple(named), how, self.text(parts["reference"]))

    def whole(self, node: yaml.Node, unit: str) -> int:
        # YAML knows other integers too (0x1F, 0b10, 1440:00): nobody who means money writes them.
        said = self.single(node, "one whole number")
        if node.tag != "tag:yaml.org,2002:int" or not _WHOLE.fullmatch(said):
            hint = "; money is in fen: 144000 is 1,440 yuan" if unit.startswith("fen") else ""
            raise self.refuse(node, f"{said!r} is not a plain whole number{hint}")
        return int(said)

    def meant(self, node: yaml.Node, meant: Parameter) -> int:
        """The value, within what can be meant: nothing matches everyone by a slip of the pen."""
        value, (least, most) = self.whole(node, meant.unit), meant.bounds
        if least <= value <= most:
            return value
        unit = meant.year_unit
        raise self.refuse(
            node,
            f"{meant.name} cannot be {value}"
            + (f" ({number(value, 'en', 'fen')})" if unit == "fen" else "")
            + f": from {number(least, 'en', unit)} to {number(most, 'en', unit)} is plausible",
        )

    def dated(self, node: yaml.Node, meant: Parameter, level: Level) -> DatedValue:
        parts = self.mapping(node, ("from", "value", "reference"), ("until", "known_from", "assumed"))
        value = self.meant(parts["value"], meant)
        start = self.date(parts["from"])
        until = self.date(parts["until"]) if "until" in parts else None
        if until is not None and until < start:
            raise self.refuse(parts["until"], f"until {until} lies before from {start}")
        if meant.unit == "fen_per_month":
            self.whole_months(node, start, until)
        return DatedValue(
            start,
            value,
            self.text(parts["reference"]),
            until,
            self.date(parts["known_from"]) if "known_from" in parts else None,
            "assumed" in parts and self.yes(parts["assumed"]),
            level,
            self.place(node),
        )

    def whole_months(self, node: yaml.Node, start: dt.date, until: dt.date | None) -> None:
        if start.day != 1 or (until is not None and (until + dt.timedelta(days=1)).day != 1):
            raise self.refuse(
                node, "an amount by the month begins on the first and ends on the last of a month"
            )

    def yes(self, node: yaml.Node) -> bool:
        said = self.single(node, "true")
        if said != "true":
            raise self.refuse(node, f"{said!r}; write true or leave it out")
        return True

    def after(self, node: yaml.Node, earlier: DatedValue, later: DatedValue) -> None:
        if later.known > earlier.known and later.known_from is not None:
            return  # made known later: it may change what was
        if later.start <= earlier.start:
            raise self.refuse(node, f"from {later.start} does not follow {earlier.start}")
        if earlier.until is not None and later.start <= earlier.until:
            raise self.refuse(node, f"from {later.start} overlaps the value that holds until {earlier.until}")

    def date(self, node: yaml.Node) -> dt.date:
        said = self.single(node, "a date such as 2025-01-01")
        try:
            day = dt.date.fromisoformat(said)
        except ValueError as error:
            raise self.refuse(node, f"{said!r} is not a date such as 2025-01-01") from error
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise self.refuse(node, f"{day} cannot be meant: days lie from {_FIRST_DAY} to {_LAST_DAY}")
        return day

    def text(self, node: yaml.Node) -> Text:
        parts = self.mapping(node, ("zh", "en"))
        zh, en = (self.single(parts[name], "a text").strip() for name in ("zh", "en"))
        if not zh or not en:
            raise self.refuse(node, "both the Chinese and the English text are needed")
        return Text(zh, en)


__all__ = ["UNITS", "DatedValue", "Local", "Parameter", "Reader", "composed", "read_parameters"]
