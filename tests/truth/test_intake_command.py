"""``tongchou intake`` as an administrator types it, where a register contradicts the registry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou.apps.intake.models import FileStatus, RegisterFile
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.apps.registry.models import Person
from tongchou.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, password: str, township_officer: Any, county: Any) -> Any:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)

    def typed(*words: object) -> dict[str, Any]:
        given = ["intake", "--account", township_officer.username, "--village", county.village.code, "--json"]
        result = CliRunner().invoke(main, [*given, *(str(word) for word in words)])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout.strip().splitlines()[-1])

    return typed


@pytest.mark.parametrize("wait", [False, True])
def test_a_register_with_rows_in_question_waits_when_asked_to(run: Any, tmp_path: Path, wait: bool) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    people = demo_people()
    first.write_bytes(workbook(people))
    people[1] |= {"姓名": "李秀瑛"}
    people[3] |= {"联系电话": "14000003333"}
    second.write_bytes(workbook(people))
    assert run(first)["applied"] == 1
    said = run(second, *(["--wait"] if wait else []))
    assert (said["applied"], said["waiting"]) == ((0, 1) if wait else (1, 0))
    file = RegisterFile.objects.latest("pk")
    assert file.status == (FileStatus.STAGED if wait else FileStatus.APPLIED)
    assert Person.objects.filter(name="李秀英").exists(), "the settled name stays either way"
