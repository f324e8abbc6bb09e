"""Vendored files are what their lists say, with a licence beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = [
    ROOT / "src" / "tongchou" / "web" / "static" / "vendor" / "VENDORED.md",
    ROOT / "tests" / "journeys" / "vendor" / "VENDORED.md",
]
ROW = re.compile(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("listing", LISTS, ids=lambda path: path.parents[1].name)
def test_sums_and_licences(listing: Path) -> None:
    rows = dict(ROW.findall(listing.read_text(encoding="utf-8")))
    here = listing.parent
    scripts = {path.relative_to(here).as_posix() for path in here.rglob("*.js")}
    assert set(rows) == scripts
    for name, expected in rows.items():
        assert hashlib.sha256((here / name).read_bytes()).hexdigest() == expected
        assert (here / name).with_name("LICENSE").exists()
