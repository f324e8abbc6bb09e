"""As many queries for many rows as for few."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.entitlements.tests.conftest import larger
from tongchou.apps.intake.tests.workbooks import demo_people
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Household, Person
from tongchou.apps.snapshot import api as snapshots

V1 = "/api/v1"
#: Of any route: two for the token, one for the areas, the rest for what is asked.
MOST = 12


def cost(program: Any, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as caught:
        if body is None:
            answer = program.get(V1 + path)
        else:
            answer = program.post(V1 + path, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return len(caught), answer.json()


def grow(seeded: Any, reviewer: Any, officer: Any, at: dt.datetime) -> None:
    rows = [replace(row, household_no="0009") for row in larger(40)]
    village = seeded.county.village.pk
    registry.apply_register(rows, village_id=village, source="b" * 64, by=officer, at=at)
    later = at + dt.timedelta(minutes=1)
    snapshots.take_snapshot(by=reviewer, at=later, as_of=at.date(), purpose="test")
    entitlements.evaluate_latest(year=2026, by=reviewer, at=later, purpose="test")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/areas", None),
        ("/areas/find?text=村", None),
        ("/people/search", {"text": "陈小"}),
        ("/worklist", None),
        ("/population", None),
        ("/jobs", None),
        ("/evaluations", None),
        ("/snapshots", None),
        ("/programmes", None),
    ],
)
def test_lists(
    county_reviewer: Any, township_officer: Any, make_program: Any, seeded: Any,
    frozen_clock: dt.datetime, path: str, body: dict[str, Any] | None,
) -> None:  # fmt: skip
    program = make_program(county_reviewer)
    cost(program, path, body)  # what a process reads once
    few, short = cost(program, path, body)
    grow(seeded, county_reviewer, township_officer, frozen_clock)
    cost(program, path, body)
    many, long = cost(program, path, body)
    assert few == many <= MOST
    if path in ("/people/search", "/worklist"):
        assert len(long["items"]) > len(short["items"]) + 20


def test_a_household_and_a_person(
    county_reviewer: Any, township_officer: Any, make_program: Any, seeded: Any, frozen_clock: dt.datetime
) -> None:
    program = make_program(county_reviewer)
    cost(program, f"/people/{seeded.people['陈小苗']}/benefits")
    small, _body = cost(program, f"/households/{seeded.household_id}")
    one, _body = cost(program, f"/people/{seeded.people['陈小苗']}/benefits")
    grow(seeded, county_reviewer, township_officer, frozen_clock)
    house = Household.objects.exclude(pk=seeded.household_id).get()
    large, body = cost(program, f"/households/{house.pk}")
    other, _body = cost(program, f"/people/{Person.objects.order_by('-pk')[0].pk}/benefits")
    assert len(body["members"]) == 40
    assert small == large <= MOST and one == other <= 2 * MOST


def test_files_and_their_problems(township_officer: Any, make_program: Any, stage: Any) -> None:
    program, people = make_program(township_officer), demo_people()
    wrong = [dict(person, 性别="?") for person in people]
    stage(people[:1])
    few, _body = cost(program, "/files")
    files = [stage(wrong[:size]) for size in range(1, 6)]
    few_problems, _body = cost(program, f"/files/{files[0].pk}/problems")
    many, body = cost(program, "/files")
    many_problems, problems = cost(program, f"/files/{files[-1].pk}/problems")
    assert len(body["items"]) == 6 and few == many <= MOST
    assert problems["total"] >= 5 and many_problems == few_problems <= MOST
