"""PostgreSQL's own programs for its backups: pg_dump and pg_restore, when they are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Conflict


def dump(target: Path) -> Callable[[], None]:
    """Fix what is dumped now; the dumping happens when the function returned is called.

    Raises
    ------
    Conflict
        ``backup.no_program`` without pg_dump, ``backup.failed`` when it fails.
    """
    program = _program("pg_dump")
    holder = connection.copy()
    holder.connect()
    cursor = holder.cursor()
    cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    cursor.execute("SELECT pg_export_snapshot()")
    moment = cursor.fetchone()[0]

    def finish() -> None:
        try:
            _run([program, "-Fc", "-x", "-O", f"--snapshot={moment}", "-f", str(target)])
        finally:
            holder.close()

    return finish


def restore(source: Path) -> None:
    """Fill an empty database from a dump.

    Raises
    ------
    Conflict
        ``backup.no_program`` or ``backup.failed``.
    """
    program = _program("pg_restore")
    words = ["-x", "-O", "--exit-on-error", "--single-transaction"]
    _run([program, *words, "-d", str(connection.settings_dict["NAME"]), str(source)])


def _program(name: str) -> str:
    """The newest of the installed programs of that name: an older one refuses a newer server."""

    def version(path: Path) -> int:
        found = re.search(r"/postgresql/(\d+)/", str(path))
        return int(found[1]) if found else 0

    listed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=version)
    found = str(listed[-1]) if listed else shutil.which(name)
    if found is None:
        raise Conflict(
            "backup.no_program",
            _("The program %(name)s is missing. On Debian: apt-get install postgresql-client")
            % {"name": name},
        )
    return found


def _run(words: list[str]) -> None:
    """Run a program on the database of the settings; the password never stands in its arguments."""
    known = connection.settings_dict
    pairs = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = dict(os.environ)
    environment |= {name: str(known[key]) for name, key in pairs.items() if known.get(key)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Conflict(
            "backup.failed",
            _("%(program)s failed: %(reason)s")
            % {"program": Path(words[0]).name, "reason": done.stderr.strip()[-300:]},
        )
