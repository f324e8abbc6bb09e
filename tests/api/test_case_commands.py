"""``tongchou cases`` and ``tongchou notices``: numbers and places, never a name."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import YEAR, apply, family, office, passed
from tongchou.apps.notices import api as notices
from tongchou.cli import main
from tongchou.core import clock

__all__ = ["apply", "family", "office", "passed"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Callable[..., Any]:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return lambda *words, by="": CliRunner().invoke(main, [*words, *(("--account", by) if by else ())])


def test_listed_shown_and_overdue(
    run: Callable[..., Any], apply: Callable[..., int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    first, second = apply(), apply("陈老根", "elderly_reward", applicant="self")
    casework.accept(case_id=first, by=office.clerk, at=frozen_clock)
    officer = office.township.username
    listed = run("cases", "list", "--json", by=officer)
    assert listed.exit_code == 0, listed.output
    rows = json.loads(listed.stdout)
    held = Case.objects.in_bulk()
    assert {one["number"] for one in rows} == {held[first].number, held[second].number}
    assert "陈" not in listed.stdout
    lines = list(csv.DictReader(io.StringIO(run("cases", "list", "--csv", by=officer).stdout)))
    assert [one["number"] for one in lines] == [one["number"] for one in rows]
    assert held[first].number in run("cases", "list", by=officer).stdout  # as a table
    one = json.loads(run("cases", "list", "--kind", "elderly_reward", "--json", by=officer).stdout)
    assert [row["kind"] for row in one] == ["elderly_reward"]
    there = run("cases", "list", "--area", county.other_village.code, "--json", by=officer)
    assert there.exit_code == 0, there.output
    assert json.loads(there.stdout) == []
    assert run("cases", "list", "--area", "999999", by=officer).exit_code == 1
    shown = json.loads(run("cases", "show", held[first].number, "--json", by=officer).stdout)
    assert [step["act"] for step in shown["timeline"]] == ["open", "accept"]
    assert (shown["state"], shown["stage_due"]) == ("running", held[first].stage_due.isoformat())
    assert run("cases", "show", "2026-999999", by=officer).exit_code == 1
    assert json.loads(run("cases", "overdue", "--json", by=officer).stdout) == []
    Case.objects.filter(pk=first).update(stage_due=frozen_clock.date() - dt.timedelta(days=3))
    (late,) = json.loads(run("cases", "overdue", "--json", by=officer).stdout)
    assert (late["number"], late["days_late"]) == (held[first].number, 3)


def test_only_whoever_reads_cases(
    run: Callable[..., Any], apply: Callable[..., int], make_account: Any, county: Any
) -> None:
    apply()
    make_account("tongji", "statistician", county.county)
    for words in (("cases", "list"), ("cases", "overdue"), ("notices", "list")):
        assert run(*words, by="tongji").exit_code == 1


def test_notices_end_when_their_days_are_over(
    run: Callable[..., Any], apply: Callable[..., int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply("陈老根", "elderly_reward", applicant="self")
    casework.accept(case_id=case, by=office.clerk, at=frozen_clock)
    seen = casework.view(case, by=office.township, at=frozen_clock).seen
    casework.pass_on(case_id=case, seen=seen, by=office.township, at=frozen_clock)
    made = notices.post(
        area_id=county.village.pk, kind="elderly_reward", year=YEAR, stage_code="village_notice",
        place="村务公开栏", by=office.village, at=frozen_clock,
    )  # fmt: skip
    (line,) = json.loads(run("notices", "list", "--json", by=office.village.username).stdout)
    assert (line["number"], line["entries"], line["closed"]) == (made.number, 1, False)
    assert json.loads(run("notices", "pass", "--json").stdout) == {"ended": 0, "left": 0}
    over = dt.datetime.combine(made.closes_on + dt.timedelta(days=1), dt.time(9), clock.SHANGHAI)
    with clock.frozen(over):
        assert json.loads(run("notices", "pass", "--json").stdout) == {"ended": 1, "left": 0}
        assert json.loads(run("notices", "pass", "--json").stdout) == {"ended": 0, "left": 0}
    assert Case.objects.get(pk=case).desk == "township"
