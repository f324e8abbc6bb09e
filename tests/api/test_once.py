"""Writes with an idempotency key: the second try does nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.core.models import AuditEntry

V1 = "/api/v1"
JSON = "application/json"
KEY = {"idempotency-key": "exchange-0001"}


def test_a_second_try_gets_the_first_answer(township_officer: Any, make_program: Any, county: Any) -> None:
    program, content = make_program(township_officer), workbook(demo_people())

    def hand_in() -> Any:
        sent = {"village": county.village.pk, "file": SimpleUploadedFile("1.xlsx", content)}
        return program.post(f"{V1}/files", sent, headers=KEY)

    first = hand_in()
    rows = AuditEntry.objects.count()
    second = hand_in()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true" and not first.has_header("Idempotency-Replayed")
    assert AuditEntry.objects.count() == rows


def test_a_key_serves_one_request(township_officer: Any, make_program: Any, stage: Any) -> None:
    program, file = make_program(township_officer), stage()
    assert program.post(f"{V1}/files/{file.pk}/discard", headers=KEY).status_code == 200
    answer = program.post(f"{V1}/files/{file.pk}/apply", {"seen": 1}, content_type=JSON, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.other_request")


def test_a_refusal_is_not_kept(township_officer: Any, make_program: Any, stage: Any) -> None:
    program, file = make_program(township_officer), stage()
    address = f"{V1}/files/{file.pk}/apply"
    wrong = program.post(address, {"seen": 9}, content_type=JSON, headers=KEY)
    assert wrong.json()["code"] == "intake.changed_since"
    right = program.post(address, {"seen": 1}, content_type=JSON, headers=KEY)
    assert right.status_code == 202


def test_the_answer_dies_with_the_permission(
    county_reviewer: Any, make_program: Any, seeded: Any, frozen_clock: Any
) -> None:
    from tongchou.core import actions
    from tongchou.core.models import Assignment

    program = make_program(county_reviewer)
    assert program.post(f"{V1}/evaluations/refresh", headers=KEY).status_code == 202
    held = Assignment.objects.get(account=county_reviewer)
    actions.end_assignment(assignment=held, by=None, at=frozen_clock)
    assert program.post(f"{V1}/evaluations/refresh", headers=KEY).status_code == 403


@pytest.mark.parametrize("key", ["short", "x" * 101, "with space", "赵赵赵赵赵赵赵赵"])
def test_a_key_that_is_none(county_reviewer: Any, make_program: Any, key: str) -> None:
    program = make_program(county_reviewer)
    answer = program.post(f"{V1}/evaluations/refresh", headers={"idempotency-key": key})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "Idempotency-Key"
