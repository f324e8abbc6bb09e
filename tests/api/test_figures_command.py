"""``tongchou stats indicators``, ``show``, ``pyramid`` and ``quality``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tongchou.apps.statistics import api
from tongchou.cli import main
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.domain.statistics.tabular import cube_from

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str, county_reviewer: Any) -> Run:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    by = ["--account", county_reviewer.username]
    return lambda *words, by=by: CliRunner().invoke(main, ["stats", *words, *by])


def test_the_indicators_are_listed_without_an_account() -> None:
    listed = json.loads(CliRunner().invoke(main, ["stats", "indicators", "--json"]).stdout)
    assert [one["code"] for one in listed] == list(INDICATORS)
    assert all(one["formula"] and one["source"] for one in listed)
    table = CliRunner().invoke(main, ["stats", "indicators"])
    assert table.exit_code == 0 and "Crude death rate" in table.stdout


def test_a_series_as_json_csv_and_table(run: Run, make_cubes: Any, county: Any) -> None:
    built = make_cubes(months=30, people=6000)
    words = ("show", "cdr", "--step", "month", "--basis", "resident", "--last", "2")
    rows = json.loads(run(*words, "--json").stdout)
    cube = api.months(built, Basis.RESIDENT)
    assert [row["period"] for row in rows] == ["2026-05", "2026-06"]
    assert rows[-1]["area"] == county.county.code
    assert rows[-1]["over"] == cube.deaths[:, -1].sum()
    lines = list(csv.DictReader(io.StringIO(run(*words, "--csv").stdout)))
    assert [float(line["value"]) for line in lines] == [row["value"] for row in rows]
    done = run(*words)
    assert str(rows[-1]["value"]) in done.stdout and "date of birth not known" in done.stderr


def test_areas_by_their_codes_padded_or_not(run: Run, make_cubes: Any, county: Any) -> None:
    make_cubes(months=14)
    area = county.township.code
    words = ("show", "population", "--area", f"{area}000", "--json")
    rows = json.loads(run(*words, "--step", "month").stdout)
    assert {row["area"] for row in rows} == {area}
    none = run(*words)  # no calendar year lies within the fourteen months
    assert json.loads(none.stdout) == [] and "whole period" in none.stderr


def test_why_a_value_is_unknown(run: Run, make_cubes: Any) -> None:
    make_cubes(months=14, last="2026-06")
    (row,) = json.loads(
        run("show", "births_recorded_next_month", "--step", "month", "--last", "1", "--json").stdout
    )
    assert row["value"] is None and row["unknown"] == "too_recent"


def test_a_pyramid_and_the_quality_of_records(run: Run, make_cubes: Any, county: Any) -> None:
    built = make_cubes(months=14)
    rows = json.loads(run("pyramid", county.county.code, "--json").stdout)
    cube = api.months(built, Basis.REGISTERED)
    assert sum(row["men"] + row["women"] for row in rows) == cube.stock[:, -1].sum()
    (row,) = json.loads(run("quality", "--json").stdout)
    assert row["area"] == county.county.code and row["deaths_expected"] >= row["deaths_recorded"]


def test_counts_are_saved_for_a_notebook(run: Run, make_cubes: Any, county: Any, tmp_path: Path) -> None:
    built = make_cubes(months=14)
    file = tmp_path / "county.npz"
    done = json.loads(run("save", str(file), "--json").stdout)
    assert (done["areas"], done["months"], done["sha256"]) == (1, 14, built.sha256)
    saved = cube_from(np.load(file))
    cube = api.months(built, Basis.REGISTERED)
    assert saved.areas == (county.township.code,)
    np.testing.assert_array_equal(saved.mothers[0], cube.mothers.sum(axis=0))
    assert saved.left_out.totals() == cube.left_out.totals()
    assert run("save", str(tmp_path / "villages.npz"), "--level", "village").exit_code == 2


def test_refusals_are_said_in_one_line(run: Run, make_cubes: Any, village_worker: Any, county: Any) -> None:
    assert "尚无" in run("show", "cdr").output or "Nobody has counted" in run("show", "cdr").output
    make_cubes(months=14)
    for words in (
        ("show", "tfr", "--level", "village"),
        ("show", "happiness"),
        ("pyramid", "520522"),
        ("pyramid", county.county.code, "--month", "1999-01"),
    ):
        refused = run(*words)
        assert refused.exit_code == 1 and "Traceback" not in refused.output, words
    refused = run("pyramid", county.county.code, by=["--account", village_worker.username])
    assert refused.exit_code == 1
