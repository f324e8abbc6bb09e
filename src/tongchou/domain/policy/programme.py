"""A programme answers for one person, with reasons."""

from __future__ import annotations

from typing import Any

from tongchou.domain import facts as schema
from tongchou.domain.policy.closures import Facts, Record, missing_of
from tongchou.domain.policy.errors import FactsError, FactsProblem
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, NOT_ENTITLED, outcome_of
from tongchou.domain.policy.rules import Rules, YearRules, last_day
from tongchou.domain.policy.words import Text

_ORDER = [fact.name for fact in schema.FACTS]
_TYPES: dict[schema.Kind, type] = {"int": int, "bool": bool, "text": str}


class Programme(Rules):
    """Rules that can be asked: :meth:`evaluate_one` here, ``batch.evaluate_many`` for a whole table."""

    def evaluate_one(self, facts: Facts, year: int) -> Explanation:
        """The answer for one person in one year, reasons included.

        Facts that are absent or ``None`` are unknown. The facts are copied: later changes do not alter the
        reasons.

        Raises
        ------
        FactsError
            A name that is no fact, or a value of a used fact that no fact of that name can have.
        """
        self._check(facts)
        ready = self.at(year)
        record = ready.closures.blank()
        states = [(condition.code, closure(facts, record)) for condition, closure in ready.conditions]
        failing = tuple(code for code, state in states if state is False)
        amount = ready.amount(facts, record)
        outcome = outcome_of(self, [state for _code, state in states], amount)
        refused, unclear = outcome == NOT_ENTITLED, outcome == NEEDS_INFORMATION
        claim_year = None if refused or ready.claim_by is None else ready.claim_by(facts, record)
        return Explanation(
            rules=self,
            year=year,
            facts=dict(facts),
            outcome=outcome,
            amount_fen=None if refused or unclear or self.benefit == "service" else amount,
            failing=failing,
            missing=self._missing(facts, ready, record) if unclear else (),
            claim_by=last_day(claim_year),
            record=record,
        )

    def _missing(self, facts: Facts, ready: YearRules, record: Record) -> tuple[str, ...]:
        found = missing_of(self.amount, facts, ready.closures, record)
        for condition, _closure in ready.conditions:
            found |= missing_of(condition, facts, ready.closures, record)
        return tuple(name for name in self.facts if name in found)

    def _check(self, facts: Facts) -> None:
        unknown = facts.keys() - schema.BY_NAME.keys()
        if unknown:
            raise FactsError([_no_such_fact(name) for name in sorted(unknown)])
        wrong = [name for name in self.facts if not _possible(schema.BY_NAME[name], facts.get(name))]
        if wrong:
            raise FactsError([_impossible(schema.BY_NAME[name], facts[name]) for name in wrong])


def _possible(fact: schema.Fact, value: Any) -> bool:
    if value is None:
        return True
    if type(value) is not _TYPES[fact.kind]:
        return False
    if isinstance(value, int):
        return (fact.least is None or value >= fact.least) and (fact.most is None or value <= fact.most)
    return not fact.values or value in fact.values


def _no_such_fact(name: str) -> FactsProblem:
    return FactsProblem(
        name,
        Text(
            f"没有名为“{name}”的事实，可用名称见 docs/reference/facts.md。",
            f"{name!r} is not a fact; see docs/reference/facts.md.",
        ),
    )


def _impossible(fact: schema.Fact, value: Any) -> FactsProblem:
    allowed = allowed_words(fact)
    return FactsProblem(
        fact.name,
        Text(f"{fact.name}：{value!r} 不是{allowed.zh}。", f"{fact.name}: {value!r} is not {allowed.en}."),
        1,
    )


def allowed_words(fact: schema.Fact) -> Text:
    """What values a fact can have, in words."""
    if fact.kind == "bool":
        return Text("是或否（true 或 false）", "yes or no (true or false)")
    if fact.values:
        return Text(f"{'、'.join(fact.values)} 之一", f"one of {', '.join(fact.values)}")
    if fact.kind == "text":
        return Text("文字", "text")
    least, most = fact.least, fact.most
    if least is not None and most is not None:
        return Text(f"{least}至{most}的整数", f"a whole number from {least} to {most}")
    return Text(f"不小于{least}的整数", f"a whole number of {least} or more")
