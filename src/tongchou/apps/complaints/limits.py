"""The limits that come with the installation, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml

from tongchou.domain.complaints.limits import Limits, read_limits


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The working days of complaints.

    Raises
    ------
    LimitsProblem
        When the file is wrong.
    """
    file = resources.files("tongchou.reference") / "complaints" / "limits.yaml"
    return read_limits(yaml.safe_load(file.read_text(encoding="utf-8")))
