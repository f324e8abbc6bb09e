"""``tongchou policies check``: the files of an area before they are put in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou.cli import main
from tongchou.policies import areas, law

GOOD = """level: province
area: {code: "990000", zh: 某省, en: A Province}
programmes:
  elderly_reward:
    yearly_amount:
      - from: 2026-01-01
        value: 144000
        reference: {zh: 文件, en: document}
"""


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["policies", "check", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.exit_code, done.output


def test_what_is_set_is_listed(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(GOOD, encoding="utf-8-sig")  # as a Windows editor saves it
    status, said = run(tmp_path, "--json")
    assert status == 0
    (row,) = json.loads(said)
    assert (row["programme"], row["parameter"], row["value"]) == ("elderly_reward", "yearly_amount", 144000)
    assert "elderly_reward" in run(tmp_path)[1]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("en: document}", "en: document"), 9, "not to be read as YAML"),
        (("level: province", "level: township"), 1, "level 'township'"),
        (("  elderly_reward", "  elder_reward"), 4, "unknown programme elder_reward"),
        (("yearly_amount", "yearly_sum"), 5, "no parameter yearly_sum"),
        (("144000", "90000"), 6, "the law leaves at least 96000"),
        (("144000", "1440.50"), 7, "money is in fen"),
        (("2026-01-01", "2026-02-30"), 6, "is not a date"),
        (("        reference: {zh: 文件, en: document}\n", ""), 6, "reference is missing"),
        (("        value", "        until: 2025-01-01\n        value"), 7, "lies before"),
        (("        value", "        amount: 3\n        value"), 7, "unknown key amount"),
        ((GOOD, ""), 1, "the file is empty"),
        ((GOOD, GOOD + "  elderly_reward: {}\n"), 9, "elderly_reward is given twice"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    tmp_path: Path, change: tuple[str, str], line: int, reason: str
) -> None:
    (tmp_path / "1-province.yaml").write_text(GOOD.replace(*change), encoding="utf-8")
    status, said = run(tmp_path)
    assert status == 1
    assert f"1-province.yaml, line {line}: " in said and reason in said, said
    assert "Traceback" not in said and said.count("\n") == 1


def test_a_wrong_file_in_force_ends_every_command_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.yaml").write_bytes(GOOD.encode("gbk"))
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    areas.laws.cache_clear()
    try:
        assert run() == (1, "Error: 1.yaml, line 8: not UTF-8; save the file as UTF-8\n")
    finally:
        areas.laws.cache_clear()
