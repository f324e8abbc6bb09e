"""Births on several lists: page, API and command line tell the same, of whole counties, in numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from tongchou.apps.intake.lists.models import BirthsOnLists
from tongchou.apps.statistics import grouping
from tongchou.apps.statistics.grouping import Group
from tongchou.cli import main
from tongchou.domain.statistics.listed_births import FEWEST

ADDRESS = "/api/v1/statistics/compared-lists"
YEARS = {2024: ([40, 60, 20, 900, 30, 500, 8000], True), 2025: ([40, 60, 0, 900, 0, 0, 0], False)}
FEW = [4, 6, 2, 90, 3, 5, 8]


@pytest.fixture(autouse=True)
def kept(make_cubes: Any, county: Any) -> None:
    make_cubes(months=14)
    area = county.county
    told = {**YEARS, 2023: (FEW, True)}
    for year, (cells, vaccination) in told.items():
        BirthsOnLists.objects.create(
            area=area, scope_no=area.scope_no, year=year, cells=cells, hospital=True, vaccination=vaccination,
            outside=3, counted_on="2026-06-01",
        )  # fmt: skip


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Callable[..., Result]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return lambda account, *words: CliRunner().invoke(
        main, ["stats", "births-on-lists", "--account", account.username, *words]
    )


def test_page_program_and_command_tell_the_same(
    client: Client, county_reviewer: Any, make_program: Any, run: Callable[..., Result]
) -> None:
    client.force_login(county_reviewer)
    page = client.get("/statistics/quality").context["quality"].listed.years
    told = make_program(county_reviewer).get(ADDRESS).json()
    rows = json.loads(run(county_reviewer, "--json").stdout)
    assert told["fewest"] == FEWEST and [one["year"] for one in told["years"]] == [2025, 2024]
    said = [(one["year"], item) for one in told["years"] for item in one["items"]]
    shown = [(one.year, line) for one in page for line in one.lines]
    assert len(said) == len(shown) == len(rows) == 5
    for (year, item), (of, line), row in zip(said, shown, rows, strict=True):
        assert year == of == row["year"]
        births, share = item["total"], item["registered_percent"]
        assert line.births == f"{round(births['value']):,}"
        assert line.births_interval == f"{round(births['low']):,}–{round(births['high']):,}"
        assert line.share == f"{share['value']:.1f}%"
        assert line.share_interval == f"{share['low']:.1f}–{share['high']:.1f}%"
        assert row["lists"] == " ".join(item["lists"])
        names = {
            "births": births["value"], "births_low": births["low"], "births_high": births["high"],
            "registered_percent": share["value"], "registered_low": share["low"],
            "registered_high": share["high"],
            "models_low": item["models_low"], "models_high": item["models_high"],
        }  # fmt: skip
        for name, value in names.items():
            assert row[name] == pytest.approx(value, abs=1e-4), name
    three = told["years"][1]
    assert three["items"][-1]["lists"] == ["hospital", "register", "vaccination"]
    assert three["on_lists"] == {"hospital": 8970, "register": 9460, "vaccination": 8550}
    assert told["years"][0]["on_lists"] == {"hospital": 940, "register": 960}  # no list of the clinics
    table = list(csv.DictReader(io.StringIO(run(county_reviewer, "--csv").stdout)))
    assert [float(line["births"]) for line in table] == [row["births"] for row in rows]


def test_nothing_is_told_of_less_than_a_county(
    client: Client,
    county: Any,
    county_reviewer: Any,
    township_officer: Any,
    village_worker: Any,
    make_program: Any,
    run: Callable[..., Result],
) -> None:
    for account in (township_officer, village_worker):
        answer = make_program(account).get(ADDRESS)
        told = answer.json()
        assert told.get("code") == "statistics.not_shown" or told["years"] == []
        done = run(account, "--json")
        assert done.exit_code or json.loads(done.stdout) == []
    program = make_program(county_reviewer)
    assert program.get(ADDRESS, {"area": county.county.pk}).json()["years"]
    for part in (county.township, county.village):
        told = program.get(ADDRESS, {"area": part.pk}).json()
        assert told.get("code") == "statistics.not_shown" or told["years"] == []
        done = run(county_reviewer, "--area", part.code, "--json")
        assert done.exit_code or json.loads(done.stdout) == []
    assert len(json.loads(run(county_reviewer, "--area", county.county.code, "--json").stdout)) == 5
    assert run(county_reviewer, "--area", "999999", "--json").exit_code


def test_a_county_without_lists_makes_all_of_them_untold(
    county_reviewer: Any, make_program: Any, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = grouping.groups

    def with_another(built: Any, level: Any, *, villages: Any) -> Any:
        found = real(built, level, villages=villages)
        return [*found, Group("520599", "别县", "", ())] if level == "county" else found

    monkeypatch.setattr(grouping, "groups", with_another)
    assert make_program(county_reviewer).get(ADDRESS).json()["years"] == []
    done = run(county_reviewer, "--json")
    assert json.loads(done.stdout) == [] and str(FEWEST) in done.stderr
