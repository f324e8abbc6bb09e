"""Services open to everyone who asks, as data: nobody is looked for, nothing is evaluated.

Declining is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text


@dataclass(frozen=True, slots=True)
class Service:
    """What it is, for whom, where to go and what it rests on."""

    code: str
    title: Text
    who: Text
    where: Text
    source: Text


@lru_cache(maxsize=1)
def services() -> tuple[Service, ...]:
    """All services in the order of the file.

    Raises
    ------
    LoadError
        With file and line: a missing word in one of the languages, a code given twice.
    """
    text = (resources.files("tongchou.policies") / "services.yaml").read_text(encoding="utf-8")
    return read_services(text, "services.yaml")


def read_services(text: str, source: str) -> tuple[Service, ...]:
    """The services of a YAML text; see :func:`services`."""
    reader = Reader(source)
    root = composed(text, source)
    if not isinstance(root, yaml.SequenceNode):
        raise reader.refuse(root, "a list of services is expected here")
    found: dict[str, Service] = {}
    for node in root.value:
        parts = reader.mapping(node, ("code", "title", "who", "where", "source"))
        code = str(parts["code"].value)
        if code in found:
            raise reader.refuse(parts["code"], f"{code} is given twice")
        words = {name: reader.text(parts[name]) for name in ("title", "who", "where", "source")}
        found[code] = Service(code=code, **words)
    return tuple(found.values())


__all__ = ["Service", "read_services", "services"]
