"""The checks that ship with the product: one YAML file a topic."""

from __future__ import annotations

from functools import cache
from importlib import resources

from tongchou.domain.checks import Check, parse


@cache
def load() -> tuple[Check, ...]:
    """All checks, in order of their codes.

    Raises
    ------
    tongchou.domain.checks.CheckError
        Naming everything that is wrong with the files.
    """
    import yaml  # takes longer to load than what is read with it

    files = sorted(
        (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return parse((entry.name, yaml.safe_load(entry.read_text(encoding="utf-8"))) for entry in files)
