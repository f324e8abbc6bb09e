"""A list, or names with values, where one value belongs: refused with file, line and what was expected.

Every value of every kind of file is put into a list, and then under a name, once each; nobody reads what the
parser calls its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import pytest
import yaml

from tongchou.domain.casework.kinds import read_kind
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlaps import read_overlaps
from tongchou.domain.policy.overlays import read_overlay
from tongchou.domain.policy.parameters import read_parameters
from tongchou.policies.law import codes, national
from tongchou.policies.services import read_services

POLICIES = resources.files("tongchou.policies")
OVERLAY = """level: county
area: {code: "990101", zh: 某县, en: A County}
programmes:
  elderly_reward:
    yearly_amount:
      - {from: 2026-01-01, until: 2026-12-31, known_from: 2026-01-01, value: 120000,
         reference: {zh: 文件, en: document}}
"""

SERVICES = """- code: one
  title: {zh: 甲, en: a}
  who: {zh: 乙, en: b}
  where: {zh: 丙, en: c}
  source: {zh: 丁, en: d}
  programmes: [childcare_subsidy]
"""


def text_of(*path: str) -> str:
    file = POLICIES
    for name in path:
        file = file / name
    return file.read_text(encoding="utf-8")


READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "overlay": (OVERLAY, lambda text: read_overlay(text, "file.yaml", national())),
    "overlaps": (
        text_of("national", "overlaps.yaml"),
        lambda text: read_overlaps(text, "file.yaml", codes()),
    ),
    "services": (SERVICES, lambda text: read_services(text, "file.yaml")),
    **{
        f"parameters of {code}": (
            text_of("national", code, "parameters.yaml"),
            lambda text: read_parameters(text, "file.yaml"),
        )
        for code in ("childcare_subsidy", "only_child_reward")
    },
    **{
        f"kind {code}": (
            text_of("case_kinds", f"{code}.yaml"),
            lambda text: read_kind(text, "file.yaml"),
        )
        for code in ("childcare_subsidy", "priority_certificate")
    },
}


def slips(text: str) -> Iterator[str]:
    """The text with one value put into a list, and with it under a name, for each value."""
    count = sum(1 for _node in places(yaml.compose(text, Loader=yaml.SafeLoader)))
    for number in range(count):
        for wrap in (wrapped_in_list, wrapped_in_names):
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            holder, where = list(places(root))[number]
            holder[where] = wrap(holder[where])
            yield yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True)


def places(node: Any) -> Iterator[tuple[Any, int]]:
    """Where the values stand that are one value, as what holds them and the place in it."""
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            if isinstance(item, yaml.ScalarNode):
                yield node.value, number
            else:
                yield from places(item)
    elif isinstance(node, yaml.MappingNode):
        node.value = [list(pair) for pair in node.value]
        for pair in node.value:
            if isinstance(pair[1], yaml.ScalarNode):
                yield pair, 1
            else:
                yield from places(pair[1])


def wrapped_in_list(node: Any) -> Any:
    return yaml.SequenceNode("tag:yaml.org,2002:seq", [node])


def wrapped_in_names(node: Any) -> Any:
    return yaml.MappingNode(
        "tag:yaml.org,2002:map", [(yaml.ScalarNode("tag:yaml.org,2002:str", "name"), node)]
    )


@pytest.mark.parametrize("kind", READERS)
def test_what_was_expected_is_said_wherever_one_value_belongs(kind: str) -> None:
    text, read = READERS[kind]
    read(text)
    for slip in slips(text):
        with pytest.raises(LoadError, match=r"^file\.yaml, line \d+: ") as refusal:
            read(slip)
        said = str(refusal.value)
        assert "Node(" not in said and "tag:yaml" not in said, said
        assert re.search(r"expected here|needs a list|is a list of", said), said
