"""Which reasons a program is not told: those that rest on family facts (rights rule 7).

On a family's own page they stand beside the family; sent to programs they would add up to a register of
families.
"""

from __future__ import annotations

from tongchou.domain import facts as schema
from tongchou.domain.policy import tree
from tongchou.domain.policy.explanation import Explanation


def withheld(answer: Explanation) -> frozenset[str]:
    """Codes of the conditions of an answer that read a fertility-sensitive fact at any depth."""
    return frozenset(node.code for node in answer.conditions if _names(node.condition) & schema.SENSITIVE)


def told_missing(answer: Explanation) -> tuple[str, ...]:
    """The missing facts that may be named."""
    return tuple(name for name in answer.missing if name not in schema.SENSITIVE)


def _names(condition: tree.Condition) -> set[str]:
    return {part.name for part in tree.walk(condition) if isinstance(part, tree.Fact)}
