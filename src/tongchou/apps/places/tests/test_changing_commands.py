"""Changes of areas from the command line, with the file the how-to shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.places import api as places
from tongchou.cli import main

HOW_TO = Path(__file__).parents[5] / "docs" / "how-to" / "change-areas.md"


def run(*words: str, password: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, words, env={"TONGCHOU_PASSWORD": password})
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.django_db
def test_the_example_of_the_how_to_splits_the_village(
    county: Any, county_reviewer: Any, make_account: Any, password: str, tmp_path: Path
) -> None:
    make_account("second", "county_reviewer", county.county)
    example = re.search(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    file = tmp_path / "plan.yaml"
    file.write_text(example[1], encoding="utf-8")
    first = ("--account", "zhoumin", "--json")
    made = json.loads(run("places", "plan", str(file), *first, password=password))
    number = str(made["change"])
    run("places", "decide", number, "apply", *first, password=password, code=1)  # not by its planner
    second = ("--account", "second", "--json")
    assert (
        json.loads(run("places", "decide", number, "apply", *second, password=password))["state"] == "applied"
    )
    assert places.area_by_code("520521901211") is not None
    listed = json.loads(run("places", "changes", *second, password=password))
    assert [(row["kind"], row["state"]) for row in listed] == [("split", "applied")]


@pytest.mark.django_db
def test_a_plan_that_cannot_be_read_says_why(
    county: Any, county_reviewer: Any, password: str, tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("kind: split\ntakes_effect: tomorrow\narea: '1'\n", encoding="utf-8")
    assert "plan.yaml" in run("places", "plan", str(file), "--account", "zhoumin", password=password, code=1)
    file.write_text("kind: rename\ntakes_effect: 2026-03-01\narea: '520521901201'\n", encoding="utf-8")
    told = run("places", "plan", str(file), "--account", "zhoumin", password=password, code=1)
    assert "name:" in told and "document:" in told
