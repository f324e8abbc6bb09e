"""The database file is read once at the start, where there is room for it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tongchou.core.sqlite import reading_ahead


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "some.sqlite3"
    path.write_bytes(b"x" * (reading_ahead.BLOCK + 17))
    monkeypatch.setattr(
        reading_ahead, "connection", SimpleNamespace(vendor="sqlite", settings_dict={"NAME": path})
    )
    return path


def test_the_whole_file_is_read(file: Path) -> None:
    assert reading_ahead.read_ahead() == file.stat().st_size


def test_not_where_it_would_push_out_the_work(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "free_memory", lambda: file.stat().st_size)
    assert reading_ahead.read_ahead() == 0


def test_a_system_that_does_not_say_what_is_free_is_left_alone(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "_MEMORY", tmp_path / "nowhere")
    assert file.exists()
    assert reading_ahead.read_ahead() == 0


def test_a_missing_file_is_somebody_else_s_trouble(file: Path) -> None:
    file.unlink()
    assert reading_ahead.read_ahead() == 0


def test_another_database_keeps_its_own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "connection", SimpleNamespace(vendor="postgresql", settings_dict={}))
    assert reading_ahead.read_ahead() == 0


def test_it_runs_beside(file: Path) -> None:
    thread = reading_ahead.read_ahead_aside()
    thread.join(10)
    assert thread.daemon and not thread.is_alive()
