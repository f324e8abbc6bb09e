"""``tongchou lists`` as an administrator types it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.intake.lists.models import ListFile
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(
    tmp_path: Path, county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> Path:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    made = tmp_path / "lists"
    made.mkdir()
    rows = books.death("赵大山"), books.death("赵强", written=None)
    (made / "deaths.xlsx").write_bytes(books.deaths(*rows))
    (made / "births.xlsx").write_bytes(books.births())
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str) -> Any:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)

    def typed(*words: object) -> tuple[int, dict[str, Any], str]:
        given = [str(word) for word in ("lists", "--account", "zhoumin", "--json", *words)]
        result = CliRunner().invoke(main, given)
        said = result.stdout.strip().splitlines()
        return result.exit_code, json.loads(said[-1]) if said else {}, result.output

    return typed


def test_a_folder_is_brought_in_and_questions_stay(run: Any, folder: Path) -> None:
    status, said, _output = run(folder)
    assert status == 0
    assert (said["files"], said["recorded"], said["offers"], said["waiting"]) == (2, 1, 1, 1)
    assert said["states"]["public_security_deaths"] == {"new": 1, "choose": 1}
    assert list(Person.objects.filter(deceased=True).values_list("name", flat=True)) == ["赵大山"]


def test_checking_changes_nothing(run: Any, folder: Path) -> None:
    status, said, _output = run("--check", folder)
    assert (status, said["recorded"]) == (0, 0)
    assert not Person.objects.filter(deceased=True).exists()
    assert not ListFile.objects.exclude(status="discarded").exists()


def test_a_list_that_is_none_is_refused_in_words(run: Any, folder: Path) -> None:
    (folder / "other.xlsx").write_bytes(books.workbook(("甲", "乙"), ("1", "2")))
    status, said, output = run("--county", "520521", folder / "other.xlsx")
    assert status == 1 and said["refused"] == 1 and "other.xlsx" in output
    status, _said, output = run("--county", "999999", folder)
    assert status == 1 and "999999" in output
    status, _said, output = run("--kind", "nonsense", folder)
    assert status == 2 and "hospital_births" in output


def test_naming_the_kind_reads_it_as_such(run: Any, folder: Path) -> None:
    rows = [["赵强", books.NUMBERS["赵强"], "职工基本医疗保险", "20200101", "正常参保"]]
    (folder / "insurance.xlsx").write_bytes(
        books.workbook(("姓名", "证件号码", "险种类型", "参保日期", "参保状态"), *rows)
    )
    status, said, _output = run("--check", folder / "insurance.xlsx")
    assert said["states"] == {"social_insurance_medical": {"new": 1}}  # told by what stands below the headers
    status, said, _output = run("--kind", "social_insurance_pension", folder / "insurance.xlsx")
    assert (status, said["recorded"]) == (0, 0) and said["states"]["social_insurance_pension"] == {
        "nothing": 1
    }
