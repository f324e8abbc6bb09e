"""YAML read with its lines, so that everything wrong is named at once and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import yaml

from tongchou.domain.accountability.problems import Problem
from tongchou.domain.policy.words import Text


class Nodes:
    """Reads nodes of one file. What is wrong is noted, and something harmless given back in its place."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def root(self, text: str) -> yaml.Node | None:
        try:
            found = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            self.problems.append(Problem(self.source, "-", Text("不是YAML。", "this is no YAML."), line))
            return None
        if found is None:
            self.problems.append(Problem(self.source, "-", Text("文件是空的。", "the file is empty.")))
        return found

    def wrong(self, node: yaml.Node, field: str, zh: str, en: str) -> None:
        self.problems.append(Problem(self.source, field, Text(zh, en), node.start_mark.line + 1))

    def mapping(
        self, node: yaml.Node, field: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping[str, yaml.Node]:
        """The parts of a mapping. With no names given any are allowed."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, field, "应为若干“名称: 值”。", "names with values are expected.")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self.wrong(key, f"{field}.{name}", "写了两次。", "is given twice.")
            elif (needed or optional) and name not in needed + optional:
                known = ", ".join(needed + optional)
                self.wrong(
                    key, f"{field}.{name}", f"没有这一项；可写{known}。", f"is not known; known: {known}."
                )
            else:
                found[name] = value
        for name in needed:
            if name not in found:
                self.wrong(node, f"{field}.{name}", "没有写。", "is missing.")
        return found

    def items(self, node: yaml.Node | None, field: str) -> Iterator[yaml.Node]:
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, field, "应为列表。", "a list is expected.")
            return
        yield from node.value

    def word(self, node: yaml.Node | None, field: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
            self.wrong(node, field, "应为一个词。", "a word is expected.")
            return ""
        return str(node.value).strip()

    def one_of(self, node: yaml.Node | None, field: str, known: Mapping[str, Any]) -> str:
        """A word of a closed list; empty when it is none."""
        found = self.word(node, field)
        if node is not None and found and found not in known:
            names = ", ".join(known)
            self.wrong(node, field, f"“{found}”不在可选项中：{names}。", f"{found!r} is none of {names}.")
            return ""
        return found

    def text(self, node: yaml.Node | None, field: str) -> Text:
        if node is None:
            return Text("", "")
        parts = self.mapping(node, field, ("zh", "en"))
        return Text(self.word(parts.get("zh"), f"{field}.zh"), self.word(parts.get("en"), f"{field}.en"))

    def number(self, node: yaml.Node | None, field: str) -> Fraction:
        """An exact number: a decimal such as 0.85, or a percentage such as 85 %."""
        said = self.word(node, field)
        if node is None or not said:
            return Fraction(0)
        percent = said.endswith("%")
        try:
            found = Fraction(said.rstrip("%").strip().replace("_", " "))
        except (ValueError, ZeroDivisionError):
            self.wrong(node, field, f"“{said}”不是数。", f"{said!r} is no number.")
            return Fraction(0)
        return found / 100 if percent else found
