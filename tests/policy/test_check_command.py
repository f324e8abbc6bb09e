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


VALUE = """elderly_reward:
    yearly_amount:
      - from: 2026-01-01
        value: 144000
"""
DEARER = """childcare_subsidy:
    yearly_amount:
      - from: 2026-01-01
        value: 480000
"""
ENDED = """only_child_reward:
    monthly_amount:
      - until: 2026-12-31
        from: 2026-01-01
        value: 1000
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
        (("144000", "-144000"), 7, "yearly_amount cannot be -144000 (-1,440 yuan): from 600 yuan to 20,000"),
        (("144000", "14400000"), 7, "yearly_amount cannot be 14400000 (144,000 yuan)"),
        (("yearly_amount", "starting_age"), 7, "starting_age cannot be 144000: from 45 to 70"),
        (
            (VALUE, VALUE.replace("yearly_amount", "starting_age").replace("144000", "0")),
            7,
            "cannot be 0: from",
        ),
        (("2026-01-01", "2026-07-01"), 6, "elderly_reward: parameter yearly_amount changes within 2026"),
        (("        value", "        until: 2026-06-30\n        value"), 6, "changes within 2026"),
        (
            (VALUE, DEARER),
            6,
            "30000 fen are not the 480000 fen of 2026; set yearly_amount and monthly_amount",
        ),
        ((VALUE, ENDED), 6, "only_child_reward: parameter monthly_amount has no value in 2027"),
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


@pytest.mark.parametrize(
    ("files", "status", "reasons"),
    [
        (["1.yml", "notes.txt"], 1, ["no .yaml file was found", "1.yml", "notes.txt"]),
        (["notes.txt"], 1, ["no .yaml file was found", "notes.txt"]),
        (["1.yaml", "2.yml"], 1, ["not read: 2.yml"]),
        (["1.yaml", "2.YAML"], 1, ["not read: 2.YAML"]),
        (
            ["1.yaml", "notes.txt", ".hidden"],
            0,
            ["not read, for their names do not end in .yaml: notes.txt\n"],
        ),
        ([], 0, ["no .yaml file in", "national law alone"]),
    ],
)
def test_no_file_is_passed_over_in_silence(
    tmp_path: Path, files: list[str], status: int, reasons: list[str]
) -> None:
    for name in files:
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    found, said = run(tmp_path)
    assert found == status and all(reason in said for reason in reasons), said


def test_whatever_a_level_may_set_says_what_is_plausible() -> None:
    """Else a slip of the pen would be held against nothing but the walls of its unit."""
    settable = [one for named in law.national().values() for one in named.values() if one.local]
    assert len(settable) > 10 and all(one.plausible for one in settable)
    for one in settable:
        assert all(one.bounds[0] <= dated.value <= one.bounds[1] for dated in one.history)
