"""``tongchou stats build`` and ``stats list``: counted once, listed in one's areas, refused to others."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics import api
from tongchou.cli import main


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Callable[..., Any]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return lambda *words, by: CliRunner().invoke(main, ["stats", *words, "--account", by])


def test_built_and_listed(
    run: Callable[..., Any], county: Any, county_reviewer: Any, township_officer: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    by = county_reviewer.username
    refused = run("build", by=by)
    assert refused.exit_code == 1 and str(api.NO_SNAPSHOT) in refused.output
    snapshot = snapshots.take_snapshot(
        by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test"
    )
    done = run("build", "--json", by=by)
    assert done.exit_code == 0, done.output
    line = json.loads(done.stdout)
    built = api.latest()
    assert built is not None
    assert (line["built"], line["snapshot_id"], line["sha256"]) == (built.pk, snapshot.pk, built.sha256)
    then = run("build", "--boundaries", "2020-01-01", "--snapshot", str(snapshot.pk), "--json", by=by)
    assert json.loads(then.stdout)["boundaries"] == "2020-01-01"
    assert run("build", "--snapshot", "99", by=by).exit_code == 1
    listed = json.loads(run("list", "--json", by=by).stdout)
    assert [one["boundaries"] for one in listed] == ["2020-01-01", built.boundaries.isoformat()]
    assert json.loads(run("list", "--json", by=township_officer.username).stdout) == []
    assert run("build", by=township_officer.username).exit_code == 1
