"""What the installations of these tests have in common."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that was just set up, to be copied: making one takes ten seconds."""
    var = tmp_path_factory.mktemp("set-up") / "var"
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tongchou", "setup", "--json"]
    subprocess.run(command, env=environment | {"TONGCHOU_VAR": str(var)}, check=True, capture_output=True)
    return var
