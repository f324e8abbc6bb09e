"""A programme and year as queries for tables with certain columns, built once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import polars as pl

from tongchou.domain.policy.columns import Columns
from tongchou.domain.policy.engine import fetch
from tongchou.domain.policy.numbers import NOBODY_KNOWS, Number
from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, NOT_ENTITLED, OUTCOMES
from tongchou.domain.policy.program import Program, program
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.trinary import YES, Bit, Trinary, both, either, expression, no
from tongchou.domain.policy.validate import CheckedFacts
from tongchou.domain.policy.vectors import Vector, lit, pick, translated

#: Numbers of the outcomes in a table.
CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
#: Bits a whole number holds safely on every engine; programmes may read more facts than that.
BITS = 30


@dataclass(frozen=True)
class Query:
    """Columns to work out from a table of facts: ``results`` after the columns of ``stages``."""

    stages: Sequence[Mapping[str, Vector]]
    results: Mapping[str, Vector]

    def fetched(self, facts: CheckedFacts, kept: Sequence[str]) -> pl.DataFrame:
        """Some columns of the table and the results, in the order the engine gives them."""
        return fetch(self.on(facts.frame, kept)) if facts.table is None else self.of(facts.table, kept)

    def of(self, table: pl.DataFrame, kept: Sequence[str]) -> pl.DataFrame:
        """Some columns of a table in memory and the results, row by row."""
        return pl.DataFrame([*(table.get_column(name) for name in kept), *self._program.run(table)])

    def on(self, frame: nw.LazyFrame[Any], kept: Sequence[str]) -> nw.LazyFrame[Any]:
        """Some columns of the table and the results, still in the engine."""
        *stages, results = self._expressions
        for stage in stages:
            frame = frame.with_columns(**stage) if stage else frame
        return frame.select(*(nw.col(name) for name in kept), **results)

    @cached_property
    def _program(self) -> Program:
        return program(self.results, self.stages)

    @cached_property
    def _expressions(self) -> list[dict[str, nw.Expr]]:
        known: dict[Vector, nw.Expr] = {}
        return [
            {name: translated(vector, known) for name, vector in columns.items()}
            for columns in (*self.stages, self.results)
        ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a programme in a year.

    ``answers`` are the outcome (its place in ``OUTCOMES``) and the amount, ``figures`` also the amount of
    whoever needs information, where it is known. In ``reasons``, ``failing`` is a sum of powers of two, the
    place in the conditions; each of ``missing`` likewise for :data:`BITS` of the programme's facts.
    """

    answers: Query
    figures: Query
    reasons: Query
    missing: Query


def plan_for(programme: Rules, year: int, present: Mapping[str, bool]) -> Plan:
    """The plan for tables with these columns; kept with the programme."""
    key = (year, tuple(sorted(present.items())))
    ready = programme.plans.get(key)
    if not isinstance(ready, Plan):
        ready = programme.plans[key] = _plan(programme, year, present)
    return ready


def _plan(programme: Rules, year: int, present: Mapping[str, bool]) -> Plan:
    columns = Columns(programme.at(year).closures, present)
    answer = _answer(columns, programme, year)
    stages = tuple(columns.stages)
    missing = _missing(columns, programme, year) if programme.at(year).in_force else {}
    return Plan(
        answers=Query(stages, {"outcome": answer.outcome, "amount_fen": answer.amount}),
        figures=Query(
            stages, {"~outcome": answer.outcome, "~amount": answer.amount, "~possible": answer.possible}
        ),
        reasons=Query(stages, _told(answer)),
        missing=Query((*columns.stages, *columns.later), missing),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    conditions: Sequence[Trinary]
    refused: Bit
    outcome: Vector
    amount: Vector
    possible: Vector
    claim: Number


def _answer(columns: Columns, programme: Rules, year: int) -> _Answer:
    ready = programme.at(year)
    conditions = [columns.truth(condition) for condition, _closure in ready.conditions]
    # What is known for everybody first: then its opposite is one step, and not one for each condition.
    every = YES
    for condition in sorted(conditions, key=lambda one: not one.certain):
        every &= condition
    amount = columns.number(programme.amount) if ready.in_force else NOBODY_KNOWS
    claim = columns.number(programme.claim_by) if ready.in_force and programme.claim_by else NOBODY_KNOWS
    granted, refused = both(every.yes, amount.known), every.no
    decided = every.certain and amount.known is True
    unclear = False if decided else no(either(granted, refused))
    return _Answer(
        conditions=conditions,
        refused=refused,
        outcome=_outcome(granted, refused, decided=decided, subject=programme.statement is not None),
        amount=_where(granted, NOBODY_KNOWS if programme.benefit == "service" else amount),
        possible=_where(unclear, NOBODY_KNOWS if programme.benefit == "service" else amount),
        claim=claim,
    )


def plan_together(programmes: Sequence[Rules], year: int, present: Mapping[str, bool]) -> Query:
    """Several programmes in one pass: what several ask of a fact is computed once.

    The results are ``outcome:…`` and ``amount_fen:…`` with the code of each programme. The query is for
    tables with these columns and kept with the first programme.
    """
    others = tuple(id(programme) for programme in programmes)
    key = (year, tuple(sorted(present.items())), others)
    kept = programmes[0].plans.get(key)
    if isinstance(kept, tuple) and isinstance(kept[0], Query):
        return kept[0]
    made = _together(programmes, year, present)
    programmes[0].plans[key] = (made, tuple(programmes))  # the programmes live as long as their numbers do
    return made


def _together(programmes: Sequence[Rules], year: int, present: Mapping[str, bool]) -> Query:
    stages: list[dict[str, Vector]] = []
    leaves: dict[object, Trinary] = {}
    results: dict[str, Vector] = {}
    for programme in programmes:
        closures = programme.at(year).closures
        columns = Columns(closures, present, stages, leaves=leaves, prefix=f"{programme.code}:")
        answer = _answer(columns, programme, year)
        results[f"outcome:{programme.code}"] = answer.outcome
        if programme.benefit != "service":
            results[f"amount_fen:{programme.code}"] = answer.amount
    return Query(stages, results)


def plan_told(programmes: Sequence[Rules], year: int, present: Mapping[str, bool]) -> Query:
    """Several programmes with their reasons in one pass, for an engine that reads a table each time anew.

    The results are ``CODE~outcome``, ``~amount``, ``~failing``, ``~claim``, and ``CODE~0`` and on as in
    ``Plan.missing``.
    """
    stages: list[dict[str, Vector]] = []
    later: list[dict[str, Vector]] = []
    leaves: dict[object, Trinary] = {}
    results: dict[str, Vector] = {}
    for programme in programmes:
        closures = programme.at(year).closures
        columns = Columns(closures, present, stages, later, leaves, prefix=f"{programme.code}:")
        told = _told(_answer(columns, programme, year))
        missing = _missing(columns, programme, year) if programme.at(year).in_force else {}
        results |= {f"{programme.code}{name}": vector for name, vector in (told | missing).items()}
    return Query((*stages, *later), results)


def _told(answer: _Answer) -> dict[str, Vector]:
    return {
        "~outcome": answer.outcome,
        "~amount": answer.amount,
        "~failing": _sum([condition.no for condition in answer.conditions]),
        "~claim": _where(no(answer.refused), answer.claim),
    }


def _missing(columns: Columns, programme: Rules, year: int) -> dict[str, Vector]:
    deciding: dict[str, Bit] = {}
    conditions = [condition for condition, _closure in programme.at(year).conditions]
    for node in (*conditions, programme.amount):
        for name, bit in columns.where_unknown(node).items():
            deciding[name] = either(deciding.get(name, False), bit)
    groups = (programme.facts[start : start + BITS] for start in range(0, len(programme.facts), BITS))
    return {f"~{n}": _sum([deciding.get(name, False) for name in group]) for n, group in enumerate(groups)}


def _outcome(granted: Bit, refused: Bit, *, decided: bool, subject: bool) -> Vector:
    def code(outcome: str) -> Vector:
        return lit(CODES[outcome], "Int8")

    unclear = code(NEEDS_INFORMATION)
    otherwise = code(NOT_ENTITLED) if decided else pick(expression(refused), code(NOT_ENTITLED), unclear)
    return pick(expression(granted), code(OUTCOMES[1] if subject else OUTCOMES[0]), otherwise)


def _where(bit: Bit, number: Number) -> Vector:
    """The number where the bit is true, null elsewhere."""
    if number.value is None:
        return lit(None, "Int64")
    return pick(expression(bit), number.held("Int32" if number.short else "Int64"))


def _sum(bits: Sequence[Bit]) -> Vector:
    """The bits as one whole number, the first bit the lowest."""
    total = lit(sum(1 << place for place, bit in enumerate(bits) if bit is True), "Int32")
    for place, bit in enumerate(bits):
        if not isinstance(bit, bool):
            total = total + pick(bit, lit(1 << place, "Int32"), lit(0, "Int32"))
    return total
