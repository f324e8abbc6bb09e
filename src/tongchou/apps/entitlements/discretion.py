"""Which reasons a program is not told: those that rest on family facts (rights rule 7).

On a family's own page they stand beside the family; sent to programs they would add up to a register of
families.
"""

from __future__ import annotations

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.alternatives import Alternative
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import GRANTED


def withheld(answer: Explanation) -> frozenset[str]:
    """Codes of the conditions of an answer that read a fertility-sensitive fact at any depth."""
    return frozenset(node.code for node in answer.conditions if _names(node.condition) & schema.SENSITIVE)


def told_missing(answer: Explanation) -> tuple[str, ...]:
    """The missing facts that may be named."""
    return tuple(name for name in answer.missing if name not in schema.SENSITIVE)


def told_alternatives(answer: Explanation) -> tuple[Alternative, ...]:
    """What would change the answer, as far as it lets nobody conclude on a family.

    "Entitled if this record is wrong", or "entitled from next year on", says that every other condition
    holds, those on the family among them. So of a programme that reads family facts only the end of an
    entitlement is told, and only when it does not come from the family.
    """
    family = {one.code for one in answer.rules.conditions if _names(one) & schema.SENSITIVE}
    if not family:
        return answer.alternatives
    if answer.outcome not in GRANTED:
        return ()
    return tuple(one for one in answer.alternatives if family.isdisjoint(one.turning))


def _names(condition: tree.Condition) -> set[str]:
    return {part.name for part in tree.walk(condition) if isinstance(part, tree.Fact)}
