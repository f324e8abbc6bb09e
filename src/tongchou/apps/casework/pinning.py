"""The reasons a case rests on: worked out by the rules, kept with the case under a keyed hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from tongchou.apps.casework import sealing
from tongchou.apps.casework.models import Case, Decision, Pinned
from tongchou.apps.entitlements import api as entitlements
from tongchou.domain.casework.kinds import CaseKind
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.nodes import Node
from tongchou.domain.policy.words import value_words

Told = Mapping[int, Mapping[str, Any]]


def ask(kind: CaseKind, people: Told, *, year: int, on: dt.date) -> dict[int, Explanation]:
    """What the rules answer for these people; empty for a kind that rests on no rule."""
    if not kind.programme:
        return {}
    return entitlements.answers(programme=kind.programme, people=people, year=year, as_of=on)


def record_of(answer: Explanation) -> dict[str, Any]:
    """An answer as it is kept: outcome, clauses, facts used and the whole why in both languages."""
    family = entitlements.withheld(answer)
    return {
        "programme": answer.programme,
        "year": answer.year,
        "outcome": str(answer.outcome),
        "amount_fen": answer.amount_fen,
        "failing": list(answer.failing),
        "missing": list(answer.missing),
        "claim_by": answer.claim_by.isoformat() if answer.claim_by else None,
        "facts": {name: answer.facts.get(name) for name in answer.rules.facts},
        "conditions": [
            {
                "code": node.code,
                "state": answer.state_of(node.code),
                "zh": node.label("zh"),
                "en": node.label("en"),
                **_basis(node, family=node.code in family),
            }
            for node in answer.conditions
        ],
        "zh": answer.lines("zh"),
        "en": answer.lines("en"),
    }


def _basis(node: Node, *, family: bool) -> dict[str, Any]:
    """What a condition rests on, for the letter: the act and the reference of its limits, the value seen.

    ``family``: it reads a fact on the family, whose value stands on the household's page alone (rule 7).
    """
    said: dict[str, Any] = {"family": family}
    for language in ("zh", "en"):
        law = [node.condition.citation.of(language)] if node.condition.citation else []
        law += [one.reference.of(language) for one in node.thresholds]
        # An act that a longer reference begins with is not named twice.
        said[f"law_{language}"] = [
            one for one in dict.fromkeys(law) if not any(two != one and two.startswith(one) for two in law)
        ]
        said[f"seen_{language}"] = [] if family else list(dict.fromkeys(_seen(node, language)))
    said["born"] = not family and any(one.fact == "birth_year" for one in node.seen)
    return said


def _seen(node: Node, language: str) -> Iterator[str]:
    """The values a condition looked at, in words, and those of the parts that mattered."""
    detail = node.detail(language)
    colon = "：" if language == "zh" else ": "
    if detail:
        yield detail
    elif not node.children:
        for one in node.seen:
            if one.value is not None:
                yield f"{one.short(language)}{colon}{value_words(one.value, language)}"
    for part in node.children:
        yield from _seen(part, language)


def pin(case: Case, answer: Explanation | None, at: dt.datetime) -> str:
    """Keep the answer with the case; the hash that names it, empty without an answer. Twice keeps it once."""
    if answer is None:
        return ""
    record = record_of(answer)
    mark, sealed = sealing.mark_record(record), sealing.seal_record(record, case.pk)
    Pinned.objects.get_or_create(case=case, mark=mark, defaults={"sealed": sealed, "at": at})
    return mark


def mark_of(answer: Explanation | None) -> str:
    """The hash that names an answer, without keeping it; empty without one."""
    return "" if answer is None else sealing.mark_record(record_of(answer))


def same(answer: Explanation | None, record: Mapping[str, Any] | None) -> bool:
    """Whether an answer gives what a pinned record gave: the outcome and the amount."""
    if answer is None or record is None:
        return answer is None and record is None
    return (str(answer.outcome), answer.amount_fen) == (record["outcome"], record["amount_fen"])


def latest(cases: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The record each of these cases was last decided on: the one its newest mark names. One query.

    Not the newest row: an answer that came back to what it was is kept once, under its first row.
    """
    marked = Decision.objects.filter(case=OuterRef("case")).exclude(mark="").order_by("-pk")
    found = Pinned.objects.filter(case__in=cases, mark=Subquery(marked.values("mark")[:1]))
    rows = found.values_list("case_id", "sealed")
    return {case: sealing.unseal_record(sealed, case) for case, sealed in rows}
