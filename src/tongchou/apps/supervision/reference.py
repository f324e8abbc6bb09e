"""The days and checklists that come with the installation, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from tongchou.domain.supervision.checklists import Checklist, Days, read_checklists, read_days


def _read(name: str) -> Any:
    file = resources.files("tongchou.reference") / "supervision" / name
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def days() -> Days:
    """The days of supervision.

    Raises
    ------
    ListProblem
        When the file is wrong.
    """
    return read_days(_read("days.yaml"))


@lru_cache(maxsize=1)
def checklists() -> dict[str, Checklist]:
    """The closed lists of inspections, by code.

    Raises
    ------
    ListProblem
        When the file is wrong, or a list asks about people.
    """
    return read_checklists(_read("checklists.yaml"))
