"""A database as a test has made it, copied for processes that are killed, and the program that kills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from django.db import connection

from tongchou.apps.intake.tests.killing import of_its_own


@contextmanager
def as_it_is(folder: Path, room: Path, name: str, **more: Any) -> Iterator[dict[str, Any]]:
    """What the killing program needs of the database: ``name`` is its copy's on PostgreSQL."""
    given: dict[str, Any] = {"folder": str(folder), "copy": str(room / "copy"), "server": "", "database": ""}
    given |= more
    (room / "copy").mkdir()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "tongchou.sqlite3")])
        yield given
        return
    values = {key: quote(str(value), safe="") for key, value in connection.settings_dict.items()}
    given["server"] = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/postgres".format_map(values)
    given["database"] = f"{name}_{os.getpid()}"
    tests = connection.settings_dict["NAME"]
    connection.close()  # a database with readers is no template
    of_its_own(given["server"], given["database"], tests)
    yield given
    of_its_own(given["server"], given["database"], None)


def run(program: ModuleType, plan: dict[str, Any], lists: list[Any]) -> list[dict[str, Any]]:
    """What the killing program says of each list of places."""
    environment = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "tongchou.config.settings"}
    environment["TONGCHOU_VAR"] = plan["folder"]
    if not plan["server"]:
        environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", program.__name__],
        input=json.dumps(plan | {"lists": lists}),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
