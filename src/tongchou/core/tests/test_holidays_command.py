"""``tongchou holidays``: a file is looked at, entered once, shown; wrong lines come with their numbers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.cli import main
from tongchou.core.holiday_table import HolidayTable
from tongchou.core.models import AuditEntry

YAML = """source: {zh: 国办发明电〔2026〕9号（示例）, en: notice}
off: [2027-01-01..2027-01-03, 2027-02-05..2027-02-12, 2027-05-01..2027-05-05, 2027-10-01..2027-10-07]
work: [2027-02-14]
"""


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, password: str, make_account: Callable[..., Any], county: Any
) -> Callable[..., Any]:
    make_account("xitong", "system_admin", county.county)
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    return lambda *words: CliRunner().invoke(main, ["holidays", *words])


def test_looked_at_entered_once_and_shown(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(YAML, encoding="utf-8")
    assert run("show", "2027").exit_code == 1
    given = ("add", str(file), "--account", "xitong", "--json")
    looked = json.loads(run(*given, "--look").stdout)
    assert (looked["announced"], looked["newly_worked"]) == (False, ["2027-02-14"])
    assert not HolidayTable.objects.exists()
    first, second = (json.loads(run(*given).stdout) for _ in range(2))
    assert (first["saved"], second["saved"], second["version"]) == (True, False, 1)
    assert AuditEntry.objects.filter(action="holidays.set").count() == 1
    shown = json.loads(run("show", "2027", "--json").stdout)
    assert {"date": "2027-02-14", "kind": "work", "name": ""} in shown["days"]
    assert run("show", "2026").stdout.startswith("date,kind,name\n2026-01-01,off,")


def test_what_is_shown_can_be_entered_again(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "2026.csv"
    file.write_text(run("show", "2026").stdout, encoding="utf-8")
    given = ("add", str(file), "--account", "xitong", "--source", "国务院办公厅通知", "--json")
    assert json.loads(run(*given).stdout)["same"]


def test_wrong_lines_and_wrong_accounts(
    run: Callable[..., Any], tmp_path: Path, county_reviewer: Any
) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(YAML + "holidays: [2027-06-09]\n", encoding="utf-8")
    wrong = run("add", str(file), "--account", "xitong")
    assert wrong.exit_code == 1
    assert "4" in wrong.output.splitlines()[-1]
    file.write_text(YAML, encoding="utf-8")
    assert run("add", str(file), "--account", county_reviewer.username).exit_code == 1
    assert not HolidayTable.objects.exists()


@pytest.mark.django_db
def test_within_a_page_or_a_chunk_the_tables_are_read_once(django_assert_num_queries: Any) -> None:
    from tongchou.core import calendar

    day = dt.date(2026, 11, 26)
    with calendar.steady(), django_assert_num_queries(1):
        first = calendar.add_workdays(day, 5)
        with calendar.steady():
            assert calendar.add_workdays(day, 5) == first
        calendar.workdays_between(day, first.on)
    with django_assert_num_queries(2):
        calendar.add_workdays(day, 5)
        calendar.workdays_between(day, first.on)
    with calendar.steady(), django_assert_num_queries(2):
        calendar.add_workdays(day, 5)
        calendar.entered()
        calendar.add_workdays(day, 5)
