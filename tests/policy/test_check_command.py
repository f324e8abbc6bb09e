"""``tongchou policies check``: the files of an area before they are put in force."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou.cli import main
from tongchou.core import clock
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
            ["1.yaml", "notes.txt", ".2.yaml"],
            0,
            [
                "notes.txt: not read, for its name does not end in .yaml\n",
                ".2.yaml: not read, for its name begins with a dot\n",
            ],
        ),
        (
            ["1.yaml", "counties/2.yaml", "old/a/3.yml", ".git/description"],
            0,
            [
                "counties/2.yaml: not read, for it lies in a folder below; move it up\n",
                "old/a/3.yml: not read, for it lies in a folder below; move it up\n",
            ],
        ),
        ([], 0, ["no .yaml file in", "national law alone"]),
    ],
)
def test_no_file_is_passed_over_in_silence(
    tmp_path: Path, files: list[str], status: int, reasons: list[str]
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    found, said = run(tmp_path)
    assert found == status and all(reason in said for reason in reasons), said
    assert "description" not in said


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("52000O", "'52000O' is no division code: six digits such as 520521 (GB/T 2260); write 520000"),
        ("abcdef", "'abcdef' is no division code: six digits such as 520521 (GB/T 2260)\n"),
        ("５２００００", "is no division code: six digits such as 520521 (GB/T 2260); write 520000"),
        ("٥٢٠٠٠٠", "is no division code"),
        ("520000000000", "is no division code: six digits such as 520521 (GB/T 2260); write 520000"),
        ("520521101203", "is no division code: six digits such as 520521 (GB/T 2260)\n"),
        ("52", "is no division code"),
        ("020000", "is no division code"),
        ("520500", "520500 is the code of a prefecture, not of a province"),
        ("", "the code of the area is missing"),
    ],
)
def test_a_code_no_area_can_have_is_refused(tmp_path: Path, code: str, told: str) -> None:
    (tmp_path / "1.yaml").write_text(GOOD.replace('"990000"', f'"{code}"'), encoding="utf-8")
    status, said = run(tmp_path)
    assert status == 1 and "1.yaml, line 2: " in said and told in said, said


def several(*values: str) -> str:
    """The province's amount of the elderly reward as several values, each ``from …, value …``."""
    lines = [f"      - {{{one}, reference: {{zh: 文件, en: document}}}}\n" for one in values]
    return GOOD[: GOOD.index("      - from")] + "".join(lines)


def test_a_value_that_is_not_known_yet_is_told(tmp_path: Path, frozen_clock: dt.datetime) -> None:
    """In mid-2026 the raise made known in 2027 is no law; the table says since when and until when."""
    text = several(
        "from: 2025-01-01, until: 2026-12-31, value: 120000",
        "from: 2027-01-01, known_from: 2027-03-01, value: 144000",
    )
    (tmp_path / "1.yaml").write_text(text, encoding="utf-8")
    status, said = run(tmp_path)
    assert status == 0
    name = "elderly_reward.yearly_amount"
    assert f"1.yaml, line 7: {name}: known from 2027-03-01: not in force before\n" in said
    gap = f"1.yaml, line 6: {name}: nothing is set here from 2027-01-01 on; then 960 yuan of the State hold\n"
    assert gap in said, said
    # Once the raise is known there is no gap left.
    assert said.count("nothing is set") == 1 and "as will be known" not in said
    rows = json.loads(CliRunner().invoke(main, ["policies", "check", str(tmp_path), "--json"]).stdout)
    assert [(row["from"], row["until"], row["known_from"]) for row in rows] == [
        ("2025-01-01", "2026-12-31", None),
        ("2027-01-01", None, "2027-03-01"),
    ]
    for word in ("until", "known_from", "2026-12-31", "2027-03-01"):
        assert word in said.partition("file")[2]
    with clock.frozen(dt.datetime(2027, 3, 1, tzinfo=clock.SHANGHAI)):
        assert "not in force" not in run(tmp_path)[1] and "nothing is set" not in run(tmp_path)[1]


def test_what_holds_in_a_gap_is_told(tmp_path: Path) -> None:
    text = several("from: 2022-01-01, until: 2023-12-31, value: 120000", "from: 2026-01-01, value: 144000")
    (tmp_path / "1.yaml").write_text(text, encoding="utf-8")
    status, said = run(tmp_path)
    assert status == 0
    assert (
        "1.yaml, line 6: elderly_reward.yearly_amount: nothing is set here from 2024-01-01 to 2025-12-31; "
        "then 960 yuan of the State hold\n"
    ) in said, said
    joined = several("from: 2022-01-01, until: 2025-12-31, value: 120000", "from: 2026-01-01, value: 144000")
    (tmp_path / "1.yaml").write_text(joined, encoding="utf-8")
    assert "nothing is set" not in run(tmp_path)[1]


def test_a_gap_that_stays_is_told_as_it_will_be_known(tmp_path: Path, frozen_clock: dt.datetime) -> None:
    text = several(
        "from: 2025-01-01, until: 2026-12-31, value: 120000",
        "from: 2028-01-01, known_from: 2027-03-01, value: 144000",
    )
    (tmp_path / "1.yaml").write_text(text, encoding="utf-8")
    name = "elderly_reward.yearly_amount"
    said = run(tmp_path)[1]
    assert f"line 6: {name}: nothing is set here from 2027-01-01 on; then 960 yuan" in said
    later = (
        f"line 6: as will be known on 2027-03-01, {name}: nothing is set here from 2027-01-01 to 2027-12-31;"
    )
    assert later in said, said


def test_what_becomes_wrong_on_a_later_day_is_refused_now(tmp_path: Path, frozen_clock: dt.datetime) -> None:
    text = several(
        "from: 2025-01-01, value: 120000", "from: 2027-07-01, known_from: 2027-03-01, value: 144000"
    )
    (tmp_path / "1.yaml").write_text(text, encoding="utf-8")
    status, said = run(tmp_path)
    assert status == 1 and "1.yaml, line 7" in said and "changes within 2027" in said


def test_whatever_a_level_may_set_says_what_is_plausible() -> None:
    """Else a slip of the pen would be held against nothing but the walls of its unit."""
    settable = [one for named in law.national().values() for one in named.values() if one.local]
    assert len(settable) > 10 and all(one.plausible for one in settable)
    for one in settable:
        assert all(one.bounds[0] <= dated.value <= one.bounds[1] for dated in one.history)
