"""A first run without a browser, and the doctor's exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "tongchou"]
AREAS = """代码,名称,级别,上级代码,启用日期,本地单位,曾用代码,涉及县
520000,贵州省,省,,1980-01-01,,,
520500,毕节市,市,520000,1980-01-01,,,
520521,大方县,县,520500,1980-01-01,,,
520521901,望山镇（示例）,乡镇,520521,2010-11-01,,,
520521901201,石桥村（示例）,村,520521901,2010-11-01,,,
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("TONGCHOU_", "DATABASE_"))
    }
    return kept | {"TONGCHOU_VAR": str(tmp_path / "own")}


@pytest.mark.wide
def test_a_first_run_without_a_browser(environment: dict[str, str], tmp_path: Path) -> None:
    def run(*words: str, expect: int = 0) -> dict:
        done = subprocess.run(
            [*PROGRAM, *words, "--json"], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == expect, f"{words}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout) if done.stdout.strip().startswith("{") else {}

    first = run("setup", "--areas", "none", "--address", "https://tongchou.example/")
    assert first["link"].startswith("https://tongchou.example/setup?token=") and "areas" not in first
    assert run("doctor", expect=1)["level"] == "error"
    file = tmp_path / "areas.csv"
    file.write_text(AREAS.replace("2010-11-01", "早年", 1), encoding="utf-8")
    run("places", "load", str(file), expect=1)
    file.write_text(AREAS, encoding="utf-8")
    assert run("places", "load", str(file))["created"] == 5
    run("parameters", "list", expect=1)
    assert run("unit", "520521")["unit"] == "大方县"
    for role in ("system_admin", "security_admin", "auditor", "county_reviewer", "township_officer"):
        name = role.replace("_", "-")
        run("account", "create", name, "--name", f"{role}（示例）", "--role", role, "--area", "520521")
    set_months = ("parameters", "set", "childcare_subsidy.payment_months")
    document = ("--source", "某市卫健〔2026〕1号（示例）", "--from", "2026-01-01")
    run(*set_months, "3,9", *document, expect=1)
    assert run(*set_months, "3,6,9,12", *document) == {"changed": 1}
    assert run("parameters", "list")["childcare_subsidy.payment_months"]["value"] == "3, 6, 9, 12"
    run("parameters", "set", "childcare_subsidy.yearly_amount", "1000", *document, expect=1)
    assert run("setup", "--areas", "none", "--finish")["setup"] == "finished"
    assert "link" not in run("setup", "--areas", "none")
    left = {item["name"]: item["done"] for item in run("checklist")["items"]}
    assert left["areas"] and left["accounts"] and not left["parameters"] and not left["registers"]
    report = run("doctor", "--full")
    assert report["level"] == "warning", report
    assert {line["check"] for line in report["checks"]} >= {"audit-whole", "registry"}


def test_the_doctor_speaks_the_language_asked_for(environment: dict[str, str]) -> None:
    for language, word in (("zh", "请运行：tongchou setup"), ("en", "Run: tongchou setup")):
        done = subprocess.run(
            [*PROGRAM, "doctor", "--language", language],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1 and word in done.stdout, done.stdout + done.stderr
