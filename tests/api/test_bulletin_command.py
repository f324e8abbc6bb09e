"""``tongchou stats bulletin`` and ``stats yearbook`` write what the pages show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.yearbook.models import Volume
from tongchou.cli import main


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Callable[..., Any]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return lambda *words: CliRunner().invoke(main, ["stats", *words, "--account", "zhoumin", "--json"])


@pytest.mark.django_db
def test_a_bulletin_is_the_same_file_twice(
    run: Callable[..., Any], make_cubes: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    make_cubes(people=2000)
    files = [tmp_path / name for name in ("a.pdf", "b.pdf", "c.xlsx", "d.json")]
    told = []
    for file in files:
        made = run("bulletin", "--month", "2026-05", "--area", county.county.code, "--out", str(file))
        assert made.exit_code == 0, made.output
        told.append(json.loads(made.stdout)["sha256"])
    assert len(set(told)) == 1
    assert files[0].read_bytes() == files[1].read_bytes() and files[0].read_bytes().startswith(b"%PDF-")
    assert files[2].read_bytes().startswith(b"PK")
    assert json.loads(files[3].read_text(encoding="utf-8"))["period"] == "2026-05"
    wrong = run(
        "bulletin", "--month", "2026-05", "--area", county.county.code, "--out", str(tmp_path / "x.doc")
    )
    assert wrong.exit_code == 2
    village = run("bulletin", "--month", "2026-05", "--area", county.village.code, "--out", str(files[0]))
    assert village.exit_code == 1 and "Traceback" not in village.output


@pytest.mark.django_db
def test_a_yearbook_is_made_once(
    run: Callable[..., Any], make_cubes: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    given = ("yearbook", "--year", "2025", "--area", county.county.code)
    assert run(*given, "--out", str(tmp_path / "a.pdf")).exit_code == 1  # nothing was counted yet
    make_cubes(people=2000)
    for name, language in (("a.pdf", "zh"), ("b.pdf", "en"), ("c.xlsx", "zh")):
        made = run(*given, "--out", str(tmp_path / name), "--language", language)
        assert made.exit_code == 0, made.output
    assert Volume.objects.count() == 1
