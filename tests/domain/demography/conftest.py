"""Published tables that the tests compare with; each file's first line names its source."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parent / "data"
Table = dict[str, np.ndarray]


def read(name: str, **where: str) -> Table:
    """Columns of a file, of the rows in which the named columns hold these words."""
    text = (DATA / f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    rows = [row for row in rows if all(row[key] == value for key, value in where.items())]
    assert rows, f"{name}: no row with {where}"
    columns: Table = {}
    for key in rows[0]:
        words = [row[key] for row in rows]
        try:
            columns[key] = np.array([float(word) for word in words])
        except ValueError:
            columns[key] = np.array(words)
    return columns


@pytest.fixture
def table() -> Callable[..., Table]:
    return read
