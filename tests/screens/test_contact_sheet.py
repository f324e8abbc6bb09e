"""The contact sheet shows every picture, and says where one is missing."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "contact_sheet.py"


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contact_sheet_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_picture_is_shown_and_gaps_are_named(tool: ModuleType, tmp_path: Path) -> None:
    for name in ("home.zh.png", "home.zh.full.png", "home.en.png", "jobs.zh.png"):
        (tmp_path / name).touch()
    tool.main(tmp_path)
    sheet = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'href="home.zh.full.png"' in sheet and 'src="home.en.png"' in sheet
    assert sheet.count("<section>") == 2 and "en: no picture" in sheet


def test_an_empty_folder_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make screens"):
        tool.main(tmp_path)
