"""A programme and year as expressions for tables with certain columns, built once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from tongchou.domain.policy.columns import Columns
from tongchou.domain.policy.numbers import NOBODY_KNOWS, Number
from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, NOT_ENTITLED, OUTCOMES
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.trinary import YES, Bit, Trinary, both, either, expression, no

#: Numbers of the outcomes in a table.
CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
#: Bits a whole number holds safely on every engine; programmes may read more facts than that.
BITS = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns to add, stage by stage, and what to read off them.

    ``possible`` is the amount of whoever needs information, where the amount itself is known. ``failing`` is
    a sum of powers of two, the place in the conditions; each of ``missing`` likewise for :data:`BITS` of the
    programme's facts, after the stages of ``later``.
    """

    stages: tuple[Mapping[str, nw.Expr], ...]
    outcome: nw.Expr
    amount: nw.Expr
    possible: nw.Expr
    failing: nw.Expr
    claim: nw.Expr
    later: tuple[Mapping[str, nw.Expr], ...]
    missing: Mapping[str, nw.Expr]


def plan_for(programme: Rules, year: int, present: Mapping[str, bool]) -> Plan:
    """The plan for tables with these columns; kept with the programme."""
    key = (year, tuple(sorted(present.items())))
    ready = programme.plans.get(key)
    if not isinstance(ready, Plan):
        ready = programme.plans[key] = _plan(programme, year, present)
    return ready


def staged(frame: nw.LazyFrame[Any], stages: Sequence[Mapping[str, nw.Expr]]) -> nw.LazyFrame[Any]:
    """The table with the columns of all stages."""
    for stage in stages:
        frame = frame.with_columns(**stage) if stage else frame
    return frame


def _plan(programme: Rules, year: int, present: Mapping[str, bool]) -> Plan:
    columns = Columns(programme.at(year).closures, present)
    answer = _answer(columns, programme, year)
    stages = tuple(columns.stages)
    return Plan(
        stages=stages,
        outcome=answer.outcome,
        amount=answer.amount,
        possible=answer.possible,
        failing=_sum([condition.no for condition in answer.conditions]),
        claim=_where(no(answer.refused), answer.claim),
        missing=_missing(columns, programme, year) if programme.at(year).in_force else {},
        later=tuple(columns.later),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    conditions: Sequence[Trinary]
    refused: Bit
    outcome: nw.Expr
    amount: nw.Expr
    possible: nw.Expr
    claim: Number


def _answer(columns: Columns, programme: Rules, year: int) -> _Answer:
    ready = programme.at(year)
    conditions = [columns.truth(condition) for condition, _closure in ready.conditions]
    every = YES
    for condition in conditions:
        every &= condition
    amount = columns.number(programme.amount) if ready.in_force else NOBODY_KNOWS
    claim = columns.number(programme.claim_by) if ready.in_force and programme.claim_by else NOBODY_KNOWS
    refused = every.no
    unclear = both(no(refused), either(no(every.yes), no(amount.known)))
    return _Answer(
        conditions=conditions,
        refused=refused,
        outcome=_outcome(refused, unclear, subject=programme.statement is not None),
        amount=_where(
            no(either(refused, unclear)), NOBODY_KNOWS if programme.benefit == "service" else amount
        ),
        possible=_where(unclear, NOBODY_KNOWS if programme.benefit == "service" else amount),
        claim=claim,
    )


@dataclass(frozen=True, slots=True)
class Together:
    """Several programmes in one pass: what several ask of a fact is computed once.

    ``results`` are ``outcome:…`` and ``amount_fen:…`` with the code of each programme.
    """

    stages: Sequence[Mapping[str, nw.Expr]]
    results: Mapping[str, nw.Expr]


def plan_together(programmes: Sequence[Rules], year: int, present: Mapping[str, bool]) -> Together:
    """The plan for tables with these columns; kept with the first programme."""
    others = tuple(id(programme) for programme in programmes)
    key = (year, tuple(sorted(present.items())), others)
    kept = programmes[0].plans.get(key)
    if isinstance(kept, tuple) and isinstance(kept[0], Together):
        return kept[0]
    made = _together(programmes, year, present)
    programmes[0].plans[key] = (made, tuple(programmes))  # the programmes live as long as their numbers do
    return made


def _together(programmes: Sequence[Rules], year: int, present: Mapping[str, bool]) -> Together:
    stages: list[dict[str, nw.Expr]] = []
    leaves: dict[object, Trinary] = {}
    results: dict[str, nw.Expr] = {}
    for programme in programmes:
        closures = programme.at(year).closures
        columns = Columns(closures, present, stages, leaves=leaves, prefix=f"{programme.code}:")
        answer = _answer(columns, programme, year)
        results[f"outcome:{programme.code}"] = answer.outcome
        if programme.benefit != "service":
            results[f"amount_fen:{programme.code}"] = answer.amount
    return Together(stages, results)


def _missing(columns: Columns, programme: Rules, year: int) -> dict[str, nw.Expr]:
    deciding: dict[str, Bit] = {}
    conditions = [condition for condition, _closure in programme.at(year).conditions]
    for node in (*conditions, programme.amount):
        for name, bit in columns.where_unknown(node).items():
            deciding[name] = either(deciding.get(name, False), bit)
    groups = (programme.facts[start : start + BITS] for start in range(0, len(programme.facts), BITS))
    return {f"~{n}": _sum([deciding.get(name, False) for name in group]) for n, group in enumerate(groups)}


def _outcome(refused: Bit, unclear: Bit, *, subject: bool) -> nw.Expr:
    granted = OUTCOMES[1] if subject else OUTCOMES[0]

    def code(outcome: str) -> nw.Expr:
        return nw.lit(CODES[outcome], dtype=nw.Int8)

    undecided = nw.when(expression(unclear)).then(code(NEEDS_INFORMATION)).otherwise(code(granted))
    return nw.when(expression(refused)).then(code(NOT_ENTITLED)).otherwise(undecided)


def _where(bit: Bit, number: Number) -> nw.Expr:
    """The number where the bit is true, null elsewhere."""
    if number.value is None:
        return nw.lit(None, dtype=nw.Int64)
    return nw.when(expression(bit)).then(number.wide())


def _sum(bits: Sequence[Bit]) -> nw.Expr:
    """The bits as one whole number, the first bit the lowest."""
    total = nw.lit(sum(1 << place for place, bit in enumerate(bits) if bit is True), dtype=nw.Int32)
    for place, bit in enumerate(bits):
        if not isinstance(bit, bool):
            weight = nw.lit(1 << place, dtype=nw.Int32)
            total = total + nw.when(bit).then(weight).otherwise(nw.lit(0, dtype=nw.Int32))
    return total
