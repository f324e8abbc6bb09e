"""Targets and agreements by program and by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.responsibility import api
from tongchou.apps.responsibility.tests.conftest import act, held, in_force, units, wanted
from tongchou.apps.responsibility.tests.test_files import workbook
from tongchou.cli import main

__all__ = ["act", "held", "in_force", "units", "wanted"]
pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def agreement(units: Any, held: Any, wanted: Any, in_force: Any, act: Any) -> api.Agreement:
    in_force((units.officer, units.officer_two), wanted(units.township, 97, weight=100))
    words = {"promises": "按时足额发放", "given": "经费2万元"}
    in_force((units.town, units.town_two), wanted(units.village, 98, weight=50))
    one = api.draft(unit=units.village.code, period="2026", **words, **act(units.town))
    return api.offer(agreement_id=one.pk, **act(units.town))


def test_by_program(agreement: api.Agreement, units: Any, make_program: Any) -> None:
    program = make_program(units.town, {api.VIEW})
    page = program.get(f"{V1}/targets", {"period": "2026", "limit": 1}).json()
    assert (page["total"], page["next"]) == (2, 1)
    found = {one["unit"]: one["value"] for one in program.get(f"{V1}/targets").json()["items"]}
    assert found == {units.township.code: 0.97, units.village.code: 0.98}
    (line,) = program.get(f"{V1}/agreements").json()["items"]
    assert (line["stage"], line["seal"], line["unit_signed_at"]) == ("offered", agreement.sha256, None)
    whole = program.get(f"{V1}/agreements/{agreement.pk}").json()
    assert whole["aims"] == [{"indicator": "paid_on_time", "value": 0.98}]
    assert whole["promises"] == ["按时足额发放"]
    assert program.get(f"{V1}/agreements/{agreement.pk + 9}").status_code == 404


def test_by_command(
    agreement: api.Agreement, units: Any, password: str, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    run = CliRunner()
    who = ["--account", units.town.username]
    listed = json.loads(run.invoke(main, ["targets", "list", "--json", *who]).stdout)
    assert {row["unit"]: row["value"] for row in listed} == {
        units.township.code: "0.97",
        units.village.code: "0.98",
    }
    told = run.invoke(main, ["targets", "check", units.township.code, "--period", "2026", "--json", *who])
    (row,) = json.loads(told.stdout)
    assert (row["indicator"], row["checked"]) == ("paid_on_time", False)
    assert row["missing"] == units.villages[1].name
    file = tmp_path / "t.xlsx"
    file.write_bytes(workbook(("999", "", "paid_on_time", "", "2026", 97)))
    bad = run.invoke(main, ["targets", "import", str(file), *who])
    assert bad.exit_code == 1 and "A4" in bad.output
    file.write_bytes(workbook((units.villages[1].code, "", "paid_on_time", "", "2026", 96, 50)))
    assert run.invoke(main, ["targets", "import", str(file), *who]).exit_code == 0
    (line,) = json.loads(run.invoke(main, ["agreements", "list", "--json", *who]).stdout)
    assert line["sha256"] == agreement.sha256
    sheets = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for sheet in sheets:
        made = run.invoke(main, ["agreements", "pdf", str(agreement.pk), str(sheet), *who])
        assert made.exit_code == 0, made.output
    assert sheets[0].read_bytes() == sheets[1].read_bytes()
