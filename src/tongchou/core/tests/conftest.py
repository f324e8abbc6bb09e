"""A database for tests with several connections or processes."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection, connections


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("core") / "migrated.sqlite3"


@pytest.fixture
def database_of_its_own(
    transactional_db: None, var_folder: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A database other threads and processes can use as well; gives the environment for a process.

    On SQLite a file, as in an installation, with the tables of core: threads that share a database in memory
    do not wait for one another.
    """
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TONGCHOU_VAR": str(var_folder), "DJANGO_SETTINGS_MODULE": "tongchou.config.settings"}
    if connection.vendor == "postgresql":
        values = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
        place = "{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(values)
        yield environment | {"DATABASE_URL": f"postgresql://{place}"}
        return
    usual = connections["default"]
    own = copy.deepcopy(connections.settings["default"])
    own["NAME"] = str(var_folder / "tongchou.sqlite3")
    monkeypatch.setitem(connections.settings, "default", own)
    if migrated_file.exists():
        shutil.copy(migrated_file, own["NAME"])
    connections["default"] = connections.create_connection("default")
    if not migrated_file.exists():
        call_command("migrate", "core", verbosity=0, skip_checks=True)
        connections["default"].close()
        shutil.copy(own["NAME"], migrated_file)
    yield environment
    connections["default"].close()
    connections["default"] = usual
