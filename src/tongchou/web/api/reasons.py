"""A programme's answer for one person: each clause in both languages, family facts left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from ninja import Schema

from tongchou.apps.entitlements import api as entitlements
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import OUTCOME_WORDS
from tongchou.web.api.types import Words, words


class Clause(Schema):
    """One condition. ``withheld``: it rests on family facts, which stand on the household's page alone."""

    code: str
    label: Words
    state: Literal["true", "false", "unknown", "withheld"]
    detail: Words
    change: Words
    hint: Words
    citation: Words
    parts: list[Clause]


class Alternative(Schema):
    """One change and the outcome it leads to: time, an answer that is missing, or a record that may be wrong.

    ``from_year``: the first year of another outcome, for ``time``; ``amount_fen`` is for that year, else for
    the year of the answer.
    """

    kind: Literal["time", "answer", "record"]
    text: Words
    from_year: int | None
    day: dt.date | None
    outcome: str | None
    amount_fen: int | None


class Answer(Schema):
    """One programme for one year. ``missing`` names the facts that decide, as far as they may be named.

    ``alternatives``: what would change the answer; none that would let anybody conclude on a family.
    """

    programme: str
    title: Words
    kind: str
    version: str
    year: int
    outcome: str
    outcome_text: Words
    amount_fen: int | None
    amount: Words | None
    claim_by: dt.date | None
    claimed: bool
    statement: Words | None
    missing: list[Words]
    clauses: list[Clause]
    overlaps: list[Words]
    citations: list[Words]
    alternatives: list[Alternative]


def answer(found: Explanation, *, claimed: bool) -> Answer:
    """The answer as it is sent."""
    zh, en = found.as_dict("zh"), found.as_dict("en")
    kept_back = entitlements.withheld(found)
    nameable = set(entitlements.told_missing(found))
    return Answer(
        programme=found.programme,
        title=words(found.rules.title),
        kind=found.rules.kind,
        version=found.rules.version,
        year=found.year,
        outcome=found.outcome,
        outcome_text=words(OUTCOME_WORDS[found.outcome]),
        amount_fen=found.amount_fen,
        amount=_both(zh["amount"], en["amount"], "text") if zh["amount"] and found.amount_fen else None,
        claim_by=found.claim_by,
        claimed=claimed,
        statement=_both(zh["statement"], en["statement"], "text") if zh["statement"] else None,
        missing=[
            _both(one, other, "label")
            for one, other in zip(zh["missing"], en["missing"], strict=True)
            if one["fact"] in nameable
        ],
        clauses=[
            _clause(one, other, withheld=one["code"] in kept_back)
            for one, other in zip(zh["conditions"], en["conditions"], strict=True)
        ],
        overlaps=[Words(zh=one, en=other) for one, other in zip(zh["overlaps"], en["overlaps"], strict=True)],
        citations=[
            Words(zh=one, en=other) for one, other in zip(zh["citations"], en["citations"], strict=True)
        ],
        alternatives=[
            Alternative(
                kind=one.kind,
                text=words(one.text),
                from_year=one.from_year,
                day=one.day,
                outcome=one.outcome,
                amount_fen=one.amount_fen,
            )
            for one in entitlements.told_alternatives(found)
        ],
    )


def _clause(zh: Mapping[str, Any], en: Mapping[str, Any], *, withheld: bool) -> Clause:
    nothing = Words(zh="", en="")
    told = not withheld
    return Clause(
        code=zh["code"],
        label=_both(zh, en, "label"),
        state=zh["state"] if told else "withheld",
        detail=_both(zh, en, "detail") if told else nothing,
        change=_both(zh["change"], en["change"], "text") if told and zh["change"] else nothing,
        hint=_both(zh, en, "hint") if told else nothing,
        citation=_both(zh, en, "citation"),
        parts=[
            _clause(one, other, withheld=False)
            for one, other in zip(zh["conditions"], en["conditions"], strict=True)
        ]
        if told
        else [],
    )


def _both(zh: Mapping[str, Any], en: Mapping[str, Any], name: str) -> Words:
    return Words(zh=zh[name], en=en[name])
