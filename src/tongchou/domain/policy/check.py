"""Types of the tree, checked once when a programme loads. What does not fit is refused, never guessed."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Literal

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.parameters import Parameter
from tongchou.domain.policy.words import Text

Type = Literal["int", "bool", "text"]
_CODE = frozenset(string.ascii_lowercase + string.digits + "_.")


class Checker:
    """Checks expressions against the declared facts and the parameters of one programme."""

    def __init__(self, programme: str, parameters: Mapping[str, Parameter]) -> None:
        self.programme = programme
        self.parameters = parameters
        self.conditions: dict[str, tree.Condition] = {}
        self.path: list[str] = []

    def refuse(self, reason: str) -> LoadError:
        return LoadError(f"{' > '.join([self.programme, *self.path])}: {reason}")

    def expect(self, node: tree.Expr, wanted: Type) -> None:
        """Refuse a node of another type."""
        found = self.type_of(node)
        if found != wanted:
            raise self.refuse(f"{type(node).__name__} is {found}, {wanted} is needed here")

    def type_of(self, node: tree.Expr) -> Type:
        """The type of a node; every node below it is checked on the way.

        Raises
        ------
        LoadError
            Unknown fact, parameter, operator, text value or node; a type that does not fit; an empty list.
        """
        match node:
            case tree.Fact(name):
                return self._fact(name).kind
            case tree.Param(name):
                if name not in self.parameters:
                    raise self.refuse(
                        f"unknown parameter {name!r}; known: {', '.join(sorted(self.parameters))}"
                    )
                return "int"
            case tree.Const(value):
                if not isinstance(value, int):
                    raise self.refuse(f"a constant is a whole number or a truth value, not {value!r}")
                return "bool" if isinstance(value, bool) else "int"
            case tree.Year():
                return "int"
            case tree.Add() | tree.Sub() | tree.Mul() | tree.MaxOf() | tree.MinOf():
                return self._arithmetic(node)
            case tree.Compare() | tree.In() | tree.IsTrue() | tree.Known() | tree.Unclear():
                return self._question(node)
            case tree.All() | tree.Any() | tree.Not():
                return self._logic(node)
            case tree.Case():
                return self._case(node)
            case tree.Condition():
                return self._condition(node)
            case _:
                raise self.refuse(f"{type(node).__name__} is not part of the rule language")

    def _fact(self, name: str) -> schema.Fact:
        if name not in schema.BY_NAME:
            raise self.refuse(f"unknown fact {name!r}")
        return schema.BY_NAME[name]

    def _arithmetic(self, node: tree.Add | tree.Sub | tree.Mul | tree.MaxOf | tree.MinOf) -> Type:
        parts = tree.children(node)
        if len(parts) < 2:
            raise self.refuse(f"{type(node).__name__} needs two terms or more")
        for part in parts:
            self.expect(part, "int")
        if isinstance(node, tree.Mul) and all(tree.facts_of(part) for part in parts):
            raise self.refuse("a product of two facts is not part of the rule language")
        return "int"

    def _question(self, node: tree.Compare | tree.In | tree.IsTrue | tree.Known | tree.Unclear) -> Type:
        match node:
            case tree.Compare(left, operator, right):
                if operator not in tree.OPERATORS:
                    raise self.refuse(
                        f"unsupported operator {operator!r}; there are {' '.join(tree.OPERATORS)}"
                    )
                self.expect(left, "int")
                self.expect(right, "int")
            case tree.In(fact, values):
                self.expect(fact, "text")
                allowed = self._fact(fact.name).values
                strange = [value for value in values if value not in allowed]
                if not values or strange or not allowed:
                    raise self.refuse(
                        f"{fact.name} cannot be one of {list(values)}; its values are {list(allowed)}"
                    )
            case tree.IsTrue(fact):
                self.expect(fact, "bool")
            case tree.Known(fact):
                self._fact(fact.name)
            case tree.Unclear(facts):
                if not facts:
                    raise self.refuse("Unclear without facts")
                for fact in facts:
                    self._fact(fact.name)
        return "bool"

    def _logic(self, node: tree.All | tree.Any | tree.Not) -> Type:
        parts = tree.children(node)
        if not parts:
            # An empty All would hold for everyone.
            raise self.refuse(f"{type(node).__name__} without terms")
        for part in parts:
            if isinstance(part, tree.Fact):
                raise self.refuse(f"fact {part.name!r} needs IsTrue, In or a comparison to be a condition")
            self.expect(part, "bool")
        return "bool"

    def _case(self, node: tree.Case) -> Type:
        if not node.branches:
            raise self.refuse("Case without branches")
        wanted = self.type_of(node.otherwise)
        if wanted == "text":
            raise self.refuse("Case gives numbers or truth values, not text")
        for question, result in node.branches:
            self.expect(question, "bool")
            self.expect(result, wanted)
        return wanted

    def _condition(self, node: tree.Condition) -> Type:
        if not node.code or not set(node.code) <= _CODE:
            raise self.refuse(f"condition code {node.code!r}: lower-case letters, digits, '_' and '.' only")
        if self.conditions.setdefault(node.code, node) is not node:
            raise self.refuse(f"two conditions are called {node.code!r}")
        self.path.append(node.code)
        if not node.label.zh or not node.label.en:
            raise self.refuse("a condition needs a Chinese and an English label")
        if isinstance(node.expression, tree.Fact):
            raise self.refuse(
                f"fact {node.expression.name!r} needs IsTrue, In or a comparison to be a condition"
            )
        self.expect(node.expression, "bool")
        for _name, shown in node.shows:
            self.type_of(shown)
        self._sentence(node.detail, {name for name, _shown in node.shows})
        self._sentence(node.begins, {"from_year", "last_year"})
        self._sentence(node.ends, {"from_year", "last_year"})
        self.path.pop()
        return "bool"

    def note(self, node: tree.Note) -> None:
        """Refuse a note whose question or sentence does not fit."""
        self.expect(node.when, "bool")
        for _name, shown in node.shows:
            self.type_of(shown)
        self._sentence(node.text, {name for name, _shown in node.shows})

    def _sentence(self, text: Text | None, names: set[str]) -> None:
        for words in (text.zh, text.en) if text else ():
            try:
                used = [
                    (field, spec, conversion)
                    for _, field, spec, conversion in string.Formatter().parse(words)
                ]
            except ValueError as error:
                raise self.refuse(f"sentence {words!r}: {error}") from error
            for field, spec, conversion in used:
                if field is not None and (field not in names or spec or conversion):
                    raise self.refuse(f"sentence {words!r} shows {field!r}, which is not given")
