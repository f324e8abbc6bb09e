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
from tongchou.policies.law import codes


@dataclass(frozen=True, slots=True)
class Service:
    """What it is, for whom, where to go and what it rests on; the programmes it goes with, if any."""

    code: str
    title: Text
    who: Text
    where: Text
    source: Text
    programmes: tuple[str, ...] = ()


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
        parts = reader.mapping(node, ("code", "title", "who", "where", "source"), optional=("programmes",))
        code = reader.single(parts["code"], "a code")
        if code in found:
            raise reader.refuse(parts["code"], f"{code} is given twice")
        words = {name: reader.text(parts[name]) for name in ("title", "who", "where", "source")}
        found[code] = Service(code=code, **words, programmes=_programmes(reader, parts.get("programmes")))
    return tuple(found.values())


def _programmes(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise reader.refuse(node, "a list of programmes is expected here")
    named = tuple(reader.single(one, "a programme") for one in node.value)
    for one, name in zip(node.value, named, strict=True):
        if name not in codes():
            raise reader.refuse(one, f"there is no programme {name!r}")
    return named


def income_letter() -> Service:
    """The letter that benefits do not count as income, with the programmes it is written for."""
    return next(one for one in services() if one.code == "income_letter")


__all__ = ["Service", "income_letter", "read_services", "services"]
