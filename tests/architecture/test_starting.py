"""What a command pays before it does anything: starting Django loads nothing that takes long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Each takes a noticeable part of the start of a small command, or brings along one that does.
LATE = ("duckdb", "narwhals", "numpy", "openpyxl", "polars", "rich", "structlog", "xlsxwriter")
PROGRAM = f"""
import sys
from tongchou.cli import main
from tongchou.cli.common import start_django
{{before}}
start_django()
print(*sorted(set({LATE!r}) & set(sys.modules)))
"""


@pytest.mark.parametrize(
    "before",
    ["", "from click.testing import CliRunner; assert CliRunner().invoke(main, ['--help']).exit_code == 0"],
    ids=["for one command", "with all commands listed"],
)
def test_starting_loads_nothing_that_takes_long(before: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)],
        env=os.environ | {"TONGCHOU_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
