"""Vectors as a list of steps, each done for all rows of a Polars table at once.

Building a query and planning it takes longer than many a rule for a county, and is the same each time. So the
steps are worked out once, what is equal once for all, and then only run: a step on a million people takes
some ten microseconds, since truth values are bits and facts are held in few bytes.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tongchou.domain.policy.vectors import ACTS, Vector

_EITHER_WAY = frozenset(("and", "or", "+", "*", "="))
_ASKED = frozenset(ACTS[symbol] for symbol in ("<", "≤", "=", "≥", ">"))


@dataclass(frozen=True, slots=True)
class _Step:
    act: Callable[..., Any]
    parts: tuple[int, ...]
    done: tuple[int, ...]  # places nobody needs after this step


@dataclass(frozen=True, slots=True)
class Program:
    """Steps; ``facts`` and ``constants`` stand in the first places, each step's answer in the next one."""

    facts: Mapping[int, str]
    constants: Mapping[int, Any]
    steps: Mapping[int, _Step]
    results: Mapping[str, int]
    same: frozenset[int]  # places with one value for everybody
    granted: frozenset[int]  # of these, amounts for some and null for the others
    _columns: dict[int, dict[int, pl.Series]] = field(default_factory=dict)

    def run(self, table: pl.DataFrame) -> list[pl.Series]:
        """The results for the rows of a table, in order."""
        held: dict[int, Any] = {place: table.get_column(name) for place, name in self.facts.items()}
        held.update(self.constants)
        held.update(self._whole(table.height))
        for place, step in self.steps.items():
            held[place] = step.act(*(held[part] for part in step.parts))
            for part in step.done:
                del held[part]
        return [self._result(held, place, table.height).alias(name) for name, place in self.results.items()]

    def _result(self, held: Mapping[int, Any], place: int, height: int) -> pl.Series:
        one: pl.Series = self.constants[place] if place in self.constants else held[place]
        return one.new_from_index(0, height) if place in self.same else one

    def _whole(self, height: int) -> dict[int, pl.Series]:
        """Amounts as columns of a height: what is null in them is then all that has to be written.

        Those of the last height are kept.
        """
        found = self._columns.get(height)
        if found is None:
            found = {place: self.constants[place].new_from_index(0, height) for place in self.granted}
            self._columns.clear()
            self._columns[height] = found
        return found


def program(results: Mapping[str, Vector], stages: Iterable[Mapping[str, Vector]]) -> Program:
    """The steps that give these results; columns of the stages are what the stages say they are."""
    maker = _Maker({name: vector for stage in stages for name, vector in stage.items()})
    places = {name: maker.place(vector) for name, vector in results.items()}
    kept = set(places.values())
    steps: dict[int, _Step] = {}
    for place, (act, parts) in reversed(list(_in_order(maker))):
        if place not in kept:
            continue
        done = tuple(part for part in dict.fromkeys(parts) if part not in kept)
        kept.update(done)
        steps[place] = _Step(act, parts, done)
    granted = {step.parts[1] for step in steps.values() if step.act is _pick and len(step.parts) == 2}
    granted -= {part for place, step in steps.items() if place in maker.same for part in step.parts}
    return Program(
        maker.facts,
        maker.constants,
        dict(reversed(steps.items())),
        places,
        frozenset(maker.same),
        frozenset(place for place in granted if place in maker.constants),
    )


def _in_order(maker: _Maker) -> Iterator[tuple[int, tuple[Callable[..., Any], tuple[int, ...]]]]:
    """The steps, all questions about one fact behind each other: its column is then still at hand."""
    asked: dict[int, list[int]] = defaultdict(list)
    for place, (act, parts) in maker.steps.items():
        if act in _ASKED and parts[0] in maker.facts and parts[1] in maker.constants:
            asked[parts[0]].append(place)
    done: set[int] = set()
    for place, (_act, parts) in maker.steps.items():
        together = asked[parts[0]] if place in asked[parts[0]] else [place]
        yield from ((one, maker.steps[one]) for one in together if one not in done)
        done.update(together)


@dataclass(slots=True)
class _Maker:
    named: Mapping[str, Vector]
    facts: dict[int, str] = field(default_factory=dict)
    constants: dict[int, object] = field(default_factory=dict)
    steps: dict[int, tuple[Callable[..., Any], tuple[int, ...]]] = field(default_factory=dict)
    same: set[int] = field(default_factory=set)
    _vectors: dict[Vector, int] = field(default_factory=dict)
    _keys: dict[object, int] = field(default_factory=dict)
    _opposite: dict[int, int] = field(default_factory=dict)

    def place(self, vector: Vector) -> int:
        """Where the answer stands; equal vectors have one place."""
        known = self._vectors.get(vector)
        if known is None:
            known = self._vectors[vector] = self._made(vector)
        return known

    def _made(self, vector: Vector) -> int:
        act, value = vector.act, vector.value
        if act == "col" and value in self.named:
            return self.place(self.named[str(value)])
        parts = tuple(self.place(part) for part in vector.parts)
        if act == "not" and parts[0] in self._opposite:
            return self._opposite[parts[0]]
        if act in ("and", "or") and parts[0] == parts[1]:
            return parts[0]
        parts = self._shorter(act, parts)
        return self._step(act, parts, value)

    def _step(self, act: str, parts: tuple[int, ...], value: object = None) -> int:
        key = (act, tuple(sorted(parts)) if act in _EITHER_WAY else parts, repr(value))
        if key in self._keys:
            return self._keys[key]
        place = self._keys[key] = len(self._keys)
        if act == "col":
            self.facts[place] = str(value)
            return place
        if act == "lit":
            self.constants[place] = _constant(value)
            self.same.add(place)
            return place
        self.steps[place] = (_act(act, value), parts)
        if all(part in self.same for part in parts):
            self.same.add(place)
        if act == "not":
            self._opposite |= {place: parts[0], parts[0]: place}
        return place

    def _shorter(self, act: str, parts: tuple[int, ...]) -> tuple[int, ...]:
        """``q and (x or y), or not q and y`` is ``q and x, or y``: one side of the choice is in the other."""
        if act != "or" or not all(self._is(part, "and") for part in parts):
            return parts
        for one, other in (parts, parts[::-1]):
            for q, inner in _both_ways(self.steps[one][1]):
                for asked, y in _both_ways(self.steps[other][1]):
                    if self._opposite.get(q) == asked and self._is(inner, "or") and y in self.steps[inner][1]:
                        x = next((part for part in self.steps[inner][1] if part != y), y)
                        return self._step("and", (q, x)), y
        return parts

    def _is(self, place: int, act: str) -> bool:
        return place in self.steps and self.steps[place][0] is ACTS[act]


def _constant(value: object) -> object:
    """A row of one value; a number without a type stays a number."""
    assert isinstance(value, tuple)
    plain, held = value
    return plain if held is None else pl.Series([plain], dtype=getattr(pl, held))


def _both_ways(pair: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return pair, pair[::-1]


def _act(act: str, value: object) -> Callable[..., Any]:
    match act, value:
        case "pick", _:
            return _pick
        case "cast", str(held):
            return operator.methodcaller("cast", getattr(pl, held))
        case "null", _:
            return pl.Series.is_null
        case "filled", _:
            return _filled
        case _:
            return ACTS[act]


def _pick(question: pl.Series, yes: pl.Series, otherwise: pl.Series | None = None) -> pl.Series:
    # Null in the question counts as false: the test of the two compilers holds Polars to it.
    return yes.zip_with(question, pl.Series([None], dtype=yes.dtype) if otherwise is None else otherwise)


def _filled(answer: pl.Series) -> pl.Series:
    return answer & answer.is_not_null() if answer.null_count() else answer
