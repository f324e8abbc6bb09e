"""Formulas of indicators: a small typed language over published counts.

::

    formula := product (("+" | "−") product)*
    product := factor (("×" | "÷") factor)*
    factor  := number | name | "(" formula ")" | name "(" formula ("," formula)* ")"

``-``, ``*`` and ``/`` stand for ``−``, ``×`` and ``÷``. A name is a count of the catalogue, or an indicator.

A count is a table by area and month; a figure is one number of a unit and a period. Four functions lead from
the one to the other, or divide figures:

    sum(x)        over the unit's areas and the period's months, of what happens (a flow)
    last(x)       over the areas at the end of the period's last month, of what there is (a stock)
    average(x)    over the areas, the mean of the months, of what there is
    ratio(x, y)   a part of a whole, both figures of one unit: a share with Wilson's interval
    rate(x, y)    events per exposure: Garwood's interval

Inside ``sum``, ``last`` and ``average`` counts may be added and subtracted, and multiplied by a number;
tables are not divided, because a sum of quotients is no quotient of sums. There is no other function, no
condition, no text and no access to anything: the language cannot say more than a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tongchou.domain.policy.words import Text

Operator: TypeAlias = Literal["+", "-", "*", "/"]
Function: TypeAlias = Literal["sum", "last", "average", "ratio", "rate"]
#: Functions that make a figure of a table, and those that divide two figures.
OVER_TABLE: Final[tuple[Function, ...]] = ("sum", "last", "average")
OF_TWO: Final[tuple[Function, ...]] = ("ratio", "rate")
FUNCTIONS: Final[tuple[Function, ...]] = (*OVER_TABLE, *OF_TWO)
#: Formulas are short; a longer or deeper one is a mistake.
LONGEST, DEEPEST = 2_000, 40


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A count or an indicator, by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: Function
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Name | Binary | Call


#: What stands for a formula that could not be read; no text names it.
BROKEN: Final = Name("?")


class FormulaError(ValueError):
    """A text that is no formula; ``text`` says why in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def parse(text: str) -> Node:
    """The tree of a formula.

    Raises
    ------
    FormulaError
        Naming the place (counted from 1) and what was expected there.

    Examples
    --------
    >>> parse("sum(a) ÷ 2")
    Binary(operator='/', left=Call(function='sum', arguments=(Name(code='a'),)), right=Number(value=2.0))
    """
    if len(text) > LONGEST:
        raise FormulaError(Text(f"公式超过{LONGEST}个字符。", f"longer than {LONGEST} characters."))
    return _Parser(text).whole()


def names(node: Node) -> Iterator[str]:
    """Every count and indicator a formula names, as often as it does."""
    if isinstance(node, Name):
        yield node.code
    for one in children(node):
        yield from names(one)


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a formula, one level down."""
    if isinstance(node, Binary):
        return node.left, node.right
    return node.arguments if isinstance(node, Call) else ()


def written(node: Node) -> str:
    """The formula as text, with no more brackets than it needs; ``parse`` gives the same tree back.

    Examples
    --------
    >>> written(parse("(sum(a)+sum(b))*2-ratio(sum(a),(sum(b)))"))
    '(sum(a) + sum(b)) × 2 − ratio(sum(a), sum(b))'
    """
    if isinstance(node, Number):
        return f"{node.value:.15g}" if float(f"{node.value:.15g}") == node.value else repr(node.value)
    if isinstance(node, Name):
        return node.code
    if isinstance(node, Call):
        return f"{node.function}({', '.join(written(one) for one in node.arguments)})"
    strength = _STRENGTH[node.operator]
    left, right = written(node.left), written(node.right)
    if isinstance(node.left, Binary) and _STRENGTH[node.left.operator] < strength:
        left = f"({left})"
    if isinstance(node.right, Binary) and _STRENGTH[node.right.operator] <= strength:
        right = f"({right})"
    return f"{left} {_SIGNS[node.operator]} {right}"


_STRENGTH: Final[dict[Operator, int]] = {"+": 1, "-": 1, "*": 2, "/": 2}
_SIGNS: Final[dict[Operator, str]] = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_OPERATORS: Final[dict[str, Operator]] = {
    "+": "+", "-": "-", "−": "-", "*": "*", "×": "*", "/": "/", "÷": "/",
}  # fmt: skip
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[-+*/−×÷(),]))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


class _Parser:
    """Recursive descent; one token is looked at before it is taken."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        found = self.formula()
        if self.next.kind != "end":
            raise self.unexpected("一个运算符", "an operator")
        return found

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at += 1
        return token

    def unexpected(self, zh: str, en: str) -> FormulaError:
        token = self.next
        if token.kind == "end":
            return FormulaError(
                Text(f"公式没有写完，还应有{zh}。", f"the formula ends where {en} is expected.")
            )
        return FormulaError(
            Text(
                f"第{token.place}个字符处应为{zh}，写的是“{token.text}”。",
                f"{en} is expected at character {token.place}, not {token.text!r}.",
            )
        )

    def formula(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(Text(f"括号超过{DEEPEST}层。", f"brackets deeper than {DEEPEST}."))
        found = self.product()
        while self.next.text in {"+", "-", "−"}:
            found = Binary(_OPERATORS[self.take().text], found, self.product())
        self.depth -= 1
        return found

    def product(self) -> Node:
        found = self.factor()
        while self.next.text in {"*", "/", "×", "÷"}:
            found = Binary(_OPERATORS[self.take().text], found, self.factor())
        return found

    def factor(self) -> Node:
        if self.next.kind == "number":
            value = float(self.next.text)
            if value in (float("inf"), float("-inf")):
                raise self.unexpected("一个有限的数", "a finite number")
            self.take()
            return Number(value)
        if self.next.text == "(":
            self.take()
            found = self.formula()
            self.closing()
            return found
        if self.next.kind != "name":
            raise self.unexpected("一个数、计数、指标或括号", "a number, a count, an indicator or a bracket")
        name = self.take()
        return self.call(name) if self.next.text == "(" else Name(name.text)

    def call(self, name: _Token) -> Node:
        function = next((one for one in FUNCTIONS if one == name.text), None)
        if function is None:
            raise FormulaError(
                Text(
                    f"没有函数{name.text}；可用的是{'、'.join(FUNCTIONS)}。",
                    f"there is no function {name.text}; functions are {', '.join(FUNCTIONS)}.",
                )
            )
        self.take()
        arguments = [self.formula()]
        while self.next.text == ",":
            self.take()
            arguments.append(self.formula())
        self.closing()
        wanted = 2 if function in OF_TWO else 1
        if len(arguments) != wanted:
            raise FormulaError(
                Text(
                    f"{function}要{wanted}个参数，写了{len(arguments)}个。",
                    f"{function} takes {wanted}, not {len(arguments)}.",
                )
            )
        return Call(function, tuple(arguments))

    def closing(self) -> None:
        if self.next.text != ")":
            raise self.unexpected("右括号", "a closing bracket")
        self.take()


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise FormulaError(
                Text(
                    f"第{place + 1}个字符“{text[place]}”不能用在公式里。",
                    f"character {place + 1}, {text[place]!r}, has no meaning in a formula.",
                )
            )
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind) + 1)
        at = found.end()
    yield _Token("end", "", len(text) + 1)
