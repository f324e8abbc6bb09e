"""``tongchou policies simulate`` over a file of facts, and over the registry."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.cli import main
from tongchou.core.models import AuditEntry

RAISED = ("policies", "simulate", "--set", "childcare_subsidy.yearly_amount=4800", "--year", "2027")
FACTS = """person_id,household_id,area_code,birth_year,birth_month,sex,deceased,chinese_national
1,1,a,2026,3,1,0,1
2,1,a,2024,4,2,0,1
3,2,b,2025,,2,0,1
4,3,b,2024,,1,0,1
5,4,b,1960,1,1,0,1
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts.csv"
    file.write_text(FACTS, encoding="utf-8")
    return file


def run(*words: str, expect: int = 0) -> str:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == expect, done.output
    return done.output


def test_over_a_file(facts: Path) -> None:
    (row,) = json.loads(run(*RAISED, "--facts", str(facts), "--json"))
    assert row["entitled_now"] == {"people": 3, "fen": 2 * 360000 + 4 * 30000}
    assert row["entitled_then"] == {"people": 3, "fen": 2 * 480000 + 4 * 40000}
    assert row["gain"]["people"] == 3 and row["lose"]["people"] == 0
    assert row["open_then"] == {"people": 1, "fen": 12 * 40000}
    assert row["difference_fen"] == 280000 and row["difference_if_all_entitled_fen"] == 400000
    by_area = json.loads(run(*RAISED, "--facts", str(facts), "--by", "area", "--by", "sex", "--json"))
    assert [(one["area_code"], one["sex"], one["gain"]["fen"]) for one in by_area] == [
        ("a", 1, 120000),
        ("a", 2, 40000),
        ("b", 1, 0),
        ("b", 2, 120000),
    ]
    lines = run(*RAISED, "--facts", str(facts)).splitlines()
    assert lines[0].split()[:2] == ["programme", "now"] and "+2,800.00" in lines[1]


def test_what_is_wrong_is_told(facts: Path, tmp_path: Path) -> None:
    def refused(*words: str) -> str:
        done = CliRunner().invoke(main, ["policies", "simulate", "--year", "2027", *words])
        assert done.exit_code in {1, 2}
        return done.output

    over = ("--facts", str(facts))
    lower = refused("--set", "childcare_subsidy.yearly_amount=2400", *over)
    assert "2,400 yuan is beyond the law, which leaves nobody less than 3,600 yuan" in lower
    uneven = refused("--set", "childcare_subsidy.yearly_amount=4801", *over)
    assert "such as 4,800 yuan" in uneven
    age = refused("--set", "elderly_reward.starting_age=0", *over)
    assert "0 years is not plausible; 45 years to 70 years is" in age
    assert "is too much" in refused("--set", "childcare_subsidy.yearly_amount=99999999", *over)
    for said in (lower, uneven, age):
        assert "fen" not in said and "twelfths" not in said
    unknown = refused("--set", "bereaved_assistance.monthly_amount=1", *over)
    assert "elderly_reward.starting_age" in unknown and "transition_years" not in unknown
    assert "is no value in yuan" in refused("--set", "childcare_subsidy.yearly_amount=x", *over)
    assert "give --facts" in refused("--set", "childcare_subsidy.yearly_amount=4800")
    assert "--by goes with" in refused("--set", "childcare_subsidy.yearly_amount=4800", "--by", "sex")
    missing = refused("--set", "childcare_subsidy.yearly_amount=4800", "--facts", str(tmp_path / "no.csv"))
    assert "no.csv" in missing


def test_over_the_registry(
    county: Any, county_reviewer: Any, frozen_clock: dt.datetime, password: str, monkeypatch: Any
) -> None:
    from tongchou.apps.registry import api as registry
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.web.tests.test_role_pages import family

    rows = [row for number in range(1, 13) for row in family(number)]
    registry.apply_register(
        rows, village_id=county.village.pk, source="a" * 64, by=county_reviewer, at=frozen_clock
    )
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    asked = ("--account", "zhoumin", "--purpose", "budget")
    found = json.loads(run(*RAISED, *asked, "--json"))
    assert [(row["unit"], row["difference_fen"]) for row in found] == [
        ("云岭镇（示例）", 12 * 120000),
        ("all", 12 * 120000),
    ]
    assert AuditEntry.objects.get(action="policy.simulate").purpose == "budget"
    *_units, first, second = json.loads(run(*RAISED, *asked, "--villages", "--json"))
    assert first["unit"] == "云岭镇（示例）/青山村（示例）"
    assert first["gain"] == {"people": 12, "fen": 12 * 120000}
    assert second["gain"] == {"people": 0, "fen": 0} and "difference_fen" not in second
    assert "云岭镇（示例）/青山村（示例）" in run(*RAISED, *asked, "--villages")
    assert "goes with the registry" in run(*RAISED, "--facts", "x.csv", "--villages", expect=2)
    later = [*RAISED[:-1], "2040", *asked]
    assert "2031" in run(*later, expect=1)
