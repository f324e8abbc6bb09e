"""The four outcomes of a programme, their words, and how conditions and amount make one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from tongchou.domain.policy.closures import Facts
from tongchou.domain.policy.rules import Rules
from tongchou.domain.policy.words import Text

ENTITLED: Final = "entitled"
SUBJECT_TO_STATEMENT: Final = "entitled_subject_to_statement"
NOT_ENTITLED: Final = "not_entitled"
NEEDS_INFORMATION: Final = "needs_information"
#: In the order of their codes in ``batch``.
OUTCOMES: Final = (ENTITLED, SUBJECT_TO_STATEMENT, NEEDS_INFORMATION, NOT_ENTITLED)
#: Outcomes that pay.
GRANTED: Final = frozenset((ENTITLED, SUBJECT_TO_STATEMENT))

OUTCOME_WORDS: Final = {
    ENTITLED: Text("符合条件", "Entitled"),
    SUBJECT_TO_STATEMENT: Text(
        "符合条件，须由申请人本人声明", "Entitled, subject to the applicant's statement"
    ),
    NOT_ENTITLED: Text("不符合条件", "Not entitled"),
    NEEDS_INFORMATION: Text("需补充信息", "Needs information"),
}


def outcome_of(rules: Rules, states: Collection[bool | None], amount: int | None) -> str:
    """The outcome of the conditions' answers and the amount in fen (``None``: unknown)."""
    if False in states:
        return NOT_ENTITLED
    if None in states or amount is None:
        return NEEDS_INFORMATION
    return SUBJECT_TO_STATEMENT if rules.statement else ENTITLED


def decide(rules: Rules, facts: Facts, year: int) -> tuple[str, int | None]:
    """Outcome and fen for facts already checked, without the reasons.

    Fen are ``None`` unless the outcome is one of :data:`GRANTED`.
    """
    ready = rules.at(year)
    record = ready.closures.blank()
    states = [closure(facts, record) for _condition, closure in ready.conditions]
    amount = None if False in states else ready.amount(facts, record)
    outcome = outcome_of(rules, states, amount)
    return outcome, amount if outcome in GRANTED else None
