"""Supervision by program and by command: samples that are made again, and where notices stand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.places import api as places
from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision.models import Draw, Item
from tongchou.apps.supervision.tests.conftest import TODAY, drawn, finished, notice, on, site
from tongchou.cli import main
from tongchou.core import clock

__all__ = ["drawn", "finished", "notice", "site"]
V1 = "/api/v1/supervision"


@pytest.fixture(autouse=True)
def today(frozen_clock: dt.datetime) -> Iterator[None]:
    with clock.frozen(TODAY):
        yield


def test_samples_and_notices_by_program(notice: Any, site: Any, make_program: Any) -> None:
    one = notice()
    program = make_program(site.officer, {supervision.INSPECT})
    page = program.get(f"{V1}/draws").json()
    assert page["total"] == 1 and page["next"] is None
    (line,) = page["items"]
    assert line == program.get(f"{V1}/draws/{one.draw_id}").json()
    assert line["seed"] == one.draw.seed and line["level"] == 0.95
    assert 0 < line["low"] < line["share"] < line["high"] <= 1
    (row,) = program.get(f"{V1}/rectifications").json()["items"]
    assert row == program.get(f"{V1}/rectifications/{one.pk}").json()
    assert (row["state"], row["days_left"], row["level"]) == ("issued", 10, "township")
    assert one.demand not in json.dumps(row) and "更正" not in json.dumps(row, ensure_ascii=False)


def test_what_is_elsewhere_is_not_there(notice: Any, site: Any, make_account: Any, make_program: Any) -> None:
    one = notice()
    far = make_account("yuanfang", "county_reviewer", places.area_by_code("520522"))
    program = make_program(far, {supervision.INSPECT})
    for path in (f"draws/{one.draw_id}", f"rectifications/{one.pk}"):
        assert program.get(f"{V1}/{path}").status_code == 404
    assert program.get(f"{V1}/draws").json()["total"] == 0


def test_drawn_shown_and_made_again_by_command(
    site: Any, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    run = CliRunner()
    as_officer = ("--account", site.officer.username, "--json")
    made = run.invoke(
        main, ["supervision", "draw", site.village.code, "staff", "2026-05", "--margin", "20", *as_officer]
    )
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["population"] == 30 and told["drawn"] == Item.objects.count()
    shown = run.invoke(main, ["supervision", "show", str(told["draw"]), *as_officer])
    assert [row["position"] for row in json.loads(shown.stdout)] == list(range(1, told["drawn"] + 1))
    verified = run.invoke(main, ["supervision", "verify", str(told["draw"]), *as_officer])
    assert verified.exit_code == 0 and json.loads(verified.stdout)["right"] is True
    assert json.loads(verified.stdout)["secret"] == ""
    Draw.objects.update(seed="0" * 64)
    broken = run.invoke(main, ["supervision", "verify", str(told["draw"]), *as_officer])
    assert broken.exit_code == 1 and json.loads(broken.stdout)["seed"] is False
    worker = ["--account", site.worker.username]
    refused = run.invoke(main, ["supervision", "verify", str(told["draw"]), *worker])
    assert refused.exit_code == 1 and "Traceback" not in refused.output
    again = ["supervision", "draw", site.village.code, "staff", "2026-05", *as_officer]
    assert run.invoke(main, again).exit_code == 1
    done = json.loads(run.invoke(main, ["supervision", "go-on", "--json"]).stdout)
    assert done == {"committed": True, "gone_up": 0}


def test_late_notices_go_up_by_command(notice: Any, site: Any) -> None:
    notice()
    with clock.frozen(on("2026-08-01")):
        done = CliRunner().invoke(main, ["supervision", "go-on", "--json"])
    assert json.loads(done.stdout)["gone_up"] == 1
