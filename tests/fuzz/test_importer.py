"""Whatever bytes are chosen as a register or list: rows or words of refusal, in bounded time and memory."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run(*given: str) -> str:
    """What the driver prints; it runs as a program so that its memory can be bounded."""
    done = subprocess.run(
        [sys.executable, str(HERE / "importer.py"), *given],
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[1],
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.wide
def test_spoiled_files_and_bombs_are_read_or_refused() -> None:
    told = run("--rounds", "60", "--bombs")
    assert {"rows", "damaged", "no_header", "missing_columns", "text_encoding"} <= set(told.split())
    bombs = [line for line in told.splitlines() if line.startswith("bomb:")]
    assert len(bombs) == 9
    assert not any("rows" in line.rpartition(":")[2] for line in bombs), "one was read"


@pytest.mark.long
def test_many_spoiled_files() -> None:
    run("--rounds", "4000", "--seed", "2")


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
def test_files_that_take_new_paths() -> None:
    run("--seconds", "180")
