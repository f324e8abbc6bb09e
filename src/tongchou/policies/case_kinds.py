"""The kinds of case as they are loaded, one file each; an unfair or broken one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from tongchou.domain.casework.kinds import CaseKind, read_kind
from tongchou.domain.policy.errors import LoadError
from tongchou.policies.areas import here
from tongchou.policies.law import Law


@lru_cache(maxsize=1)
def case_kinds() -> Mapping[str, CaseKind]:
    """Every kind of case by its code, in the order of the codes; read once in a process.

    Raises
    ------
    LoadError
        When a file is wrong, or says of its programme what the law does not (``agree``).
    """
    folder = resources.files("tongchou.policies") / "case_kinds"
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir()}
    found: dict[str, CaseKind] = {}
    for name in sorted(texts):
        if name.endswith(".yaml"):
            kind = read_kind(texts[name], name)
            if f"{kind.code}.yaml" != name:
                raise LoadError(f"{name}: the code is {kind.code}; name the file after it")
            agree(kind, here(), name)
            if kind.gives == "certificate" and kind.certificate is None:
                raise LoadError(f"{name}: say the certificate's letter and months")
            found[kind.code] = kind
    return MappingProxyType(found)


def agree(kind: CaseKind, law: Law, source: str) -> None:
    """Refuse a kind of case that treats a programme otherwise than the law's own file.

    Raises
    ------
    LoadError
        No such programme, another class, or the neutral name of a private programme is not the same.
    """
    if not kind.programme:
        return
    rules = {one.code: one for one in law.programmes}.get(kind.programme)
    if rules is None:
        if kind.programme not in {one.code for one in law.unset}:
            raise LoadError(f"{source}: no programme is called {kind.programme}")
        return
    if rules.kind != kind.kind:
        raise LoadError(f"{source}: {kind.programme} is {rules.kind}, not {kind.kind}")
    if rules.neutral != kind.neutral:
        raise LoadError(f"{source}: the neutral name differs from that of {kind.programme}")


__all__ = ["agree", "case_kinds"]
