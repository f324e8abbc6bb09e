"""Names of a module that are loaded when somebody first asks for them.

Polars and what it brings along take as long to load as the whole rest. Commands that only look at the
installation do without; ``tests/architecture/test_starting.py`` sees to it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def late(module: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module.

    Parameters
    ----------
    module
        Its name, ``__name__``.
    homes
        Where names come from: a module, and those of it.
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        found = getattr(import_module(home_of[name]), name)
        setattr(sys.modules[module], name, found)  # the next time nobody comes here
        return found

    return find
