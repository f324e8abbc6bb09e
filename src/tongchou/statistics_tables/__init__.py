"""The public tables that ship with the product: one YAML file a topic."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from tongchou.domain.releases.definition import TableDefinition, parse


@cache
def load() -> tuple[TableDefinition, ...]:
    """All tables, in order of their codes.

    Raises
    ------
    tongchou.domain.releases.definition.DefinitionError
        Naming everything that is wrong with the files.
    """
    import yaml  # takes longer to load than what is read with it

    from tongchou.domain.statistics.indicators import INDICATORS

    files = sorted(
        (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return parse(
        ((entry.name, yaml.safe_load(entry.read_text(encoding="utf-8"))) for entry in files),
        births=frozenset(code for code, one in INDICATORS.items() if one.births),
        lowest={code: str(one.lowest) for code, one in INDICATORS.items()},
    )


def by_code(code: str) -> TableDefinition | None:
    """The table of a code; None for an unknown one."""
    return next((one for one in load() if one.code == code), None)


def digest(definition: TableDefinition) -> str:
    """SHA-256 over all that a definition says: a table whose definition changed has another one."""
    return hashlib.sha256(repr(definition).encode()).hexdigest()
