"""Every identity number in the repository is synthetic (area 520599) or an example of the standard itself."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: GB 11643-1999 prints these two as its worked examples.
FROM_THE_STANDARD = {"11010519491231002X", "440524188001010014"}
NUMBER = re.compile(
    r"(?<![0-9A-Za-z.])([1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX])(?![0-9A-Za-z])"
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_whole(number: str) -> bool:
    """True when the check character is right: a number somebody could have."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def test_the_pattern_finds_a_number() -> None:
    assert NUMBER.findall("a 520599196503071125 b") == ["520599196503071125"]
    assert is_whole("520599196503071125") and not is_whole("520599196503071126")


def test_only_synthetic_numbers_are_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    found = set()
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in {".js", ".mo", ".png", ".lock"} or not path.is_file():
            continue
        for number in NUMBER.findall(path.read_text(encoding="utf-8", errors="ignore")):
            if is_whole(number) and not number.startswith("520599") and number not in FROM_THE_STANDARD:
                found.add(f"{name}: {number[:6]}…")
    assert found == set()
