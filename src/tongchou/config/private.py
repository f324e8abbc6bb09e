"""Files with people's data are for the account that runs the installation alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from django.conf import settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def umask() -> None:
    """Whatever this process creates from now on, no other account can open."""
    os.umask(_OTHERS)


def close_database_files() -> None:
    """Take a SQLite database made by an earlier version, and what lies beside it, away from others."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite"):
        return
    for ending in ("", "-wal", "-shm", "-journal"):
        file = Path(f"{database['NAME']}{ending}")
        try:
            mode = file.stat().st_mode
            if mode & _OTHERS:
                file.chmod(stat.S_IMODE(mode) & ~_OTHERS)
        except FileNotFoundError:
            continue
