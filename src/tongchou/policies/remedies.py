"""What a family can still do against a decision, by how often it was reviewed already.

The text of the first remedy stands with each kind of case, pinned with its version; those that follow it are
the same for all: 《人口与计划生育法》第四十六条, 《行政复议法》第二十条 (60 days), 《行政诉讼法》第四十六条
(six months).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

import yaml

from tongchou.domain.casework.kinds import CaseKind
from tongchou.domain.casework.steps import APPEALS
from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text


def remedy(kind: CaseKind, reviews: int, *, above: str) -> Text:
    """How to object to a decision after so many reviews; ``above`` is who hears the second one.

    Examples
    --------
    >>> from tongchou.policies.case_kinds import case_kinds
    >>> "示例县" in remedy(case_kinds()["childcare_subsidy"], 1, above="示例县").zh
    True
    """
    if reviews < 1:
        return kind.objection
    found = later()[min(reviews, APPEALS)]
    return Text(found.zh.format(above=above), found.en.format(above=above))


@lru_cache(maxsize=1)
def later() -> Mapping[int, Text]:
    """The remedies that are left after the first review and after the second.

    Raises
    ------
    LoadError
        With file and line: a number of reviews that is missing, or a language.
    """
    text = (resources.files("tongchou.policies") / "remedies.yaml").read_text(encoding="utf-8")
    reader = Reader("remedies.yaml")
    root = composed(text, "remedies.yaml")
    if not isinstance(root, yaml.SequenceNode):
        raise reader.refuse(root, "a list of remedies is expected here")
    found: dict[int, Text] = {}
    for node in root.value:
        parts = reader.mapping(node, ("after", "text"))
        found[reader.whole(parts["after"], "")] = reader.text(parts["text"])
    if sorted(found) != list(range(1, APPEALS + 1)):
        raise reader.refuse(root, f"one remedy after each of {APPEALS} reviews is expected here")
    return MappingProxyType(found)
