"""An installation on disk in a process of its own, as an administrator has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

PASSPHRASE = "十八弯的山路-2026-夏"


@dataclass
class Installation:
    """A folder and a database; commands run in it."""

    var: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("TONGCHOU_", "DATABASE_"))
        }
        own = {"TONGCHOU_VAR": str(self.var), "TONGCHOU_BACKUP_PASSPHRASE": PASSPHRASE}
        if self.database:
            own["DATABASE_URL"] = self.database
        return kept | own | self.more

    def try_to(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tongchou", *words],
            env=self.environment,
            cwd=self.var.parent,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *words: str, expect: int = 0) -> dict[str, Any]:
        done = self.try_to(*words, "--json")
        assert done.returncode == expect, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else {}


@pytest.fixture
def installation(
    tmp_path: Path, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Callable[[str], Installation]]:
    """``installation("name")``: an empty one, on the engine of this run of the tests."""
    made: list[str] = []

    def make(name: str) -> Installation:
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        if connection.vendor != "postgresql":
            return Installation(folder)
        database = f"upkeep_{uuid.uuid4().hex[:12]}"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
        made.append(database)
        values = {key: quote(str(text), safe="") for key, text in connection.settings_dict.items()}
        place = "{USER}:{PASSWORD}@{HOST}:{PORT}".format_map(values)
        return Installation(folder, f"postgresql://{place}/{database}")

    yield make
    for database in made:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")
