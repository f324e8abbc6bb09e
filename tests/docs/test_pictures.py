"""The tutorial's pictures: small, of the window's size, each shown in both languages and told in words."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
PICTURES = sorted((TUTORIAL / "pictures").glob("*"))
MOST = 120 * 1024
SHOWN = re.compile(r"!\[([^\]]*)\]\(pictures/([^)]+)\)")


def test_there_are_pictures() -> None:
    assert len(PICTURES) >= 10


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_a_small_png_of_the_window(picture: Path) -> None:
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (1366, 768)
    assert len(data) <= MOST
    assert b"tIME" not in data and b"tEXt" not in data, "a moment or a program's name would change every time"


@pytest.mark.parametrize("language", ["village-worker.md", "village-worker.zh-CN.md"])
def test_each_picture_is_shown_once_in_order_and_told(language: str) -> None:
    shown = SHOWN.findall((TUTORIAL / language).read_text(encoding="utf-8"))
    names = [name for _, name in shown]
    assert names == [path.name for path in PICTURES]
    assert all(len(words) >= 3 for words, _ in shown), (
        "a picture without words says nothing to who cannot see it"
    )


def test_the_journey_takes_exactly_these() -> None:
    journey = (TUTORIAL.parents[1] / "tests/journeys/test_tutorial.py").read_text(encoding="utf-8")
    taken = sorted(re.findall(r'pictures\.take\([^,]+, "([^"]+)"', journey))
    assert [f"{name}.png" for name in taken] == [path.name for path in PICTURES]
