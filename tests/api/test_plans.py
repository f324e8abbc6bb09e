"""Tasks of meetings by program and by command."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tongchou import indicators
from tongchou.apps.plans import api as plans
from tongchou.apps.plans.tests.conftest import meeting, office, task
from tongchou.apps.posts import api as posts
from tongchou.cli import main

__all__ = ["meeting", "office", "task"]
V1 = "/api/v1"
JSON = "application/json"


def test_tasks_by_program(task: Any, office: Any, county: Any, make_program: Any) -> None:
    first, second = task(), task(due_in=3)
    program = make_program(office.village, {plans.VIEW})
    page = program.get(f"{V1}/plans/tasks", {"limit": 1})
    assert page.status_code == 200, page.content
    assert [one["task_id"] for one in page.json()["items"]] == [first.pk]
    rest = program.get(f"{V1}/plans/tasks", {"after": page.json()["next"]}).json()
    assert [one["task_id"] for one in rest["items"]] == [second.pk] and rest["next"] is None
    shown = program.get(f"{V1}/plans/tasks/{second.pk}").json()
    assert (shown["unit_key"], shown["days_late"]) == (county.village.code, 0)
    assert program.get(f"{V1}/plans/tasks/{second.pk + 9}").status_code == 404


def test_tasks_and_meetings_by_command(
    task: Any, office: Any, password: str, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime
) -> None:
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    one, run = task(), CliRunner()
    account = ["--json", "--account", office.village.username]
    listed = run.invoke(main, ["plans", "tasks", "--show", "open", *account])
    assert listed.exit_code == 0, listed.output
    assert [row["task_id"] for row in json.loads(listed.stdout)] == [one.pk]
    (meeting,) = json.loads(run.invoke(main, ["plans", "meetings", *account]).stdout)
    assert meeting["meeting_id"] == one.meeting_id and meeting["minuted"]


def test_working_groups_by_program_and_by_command(
    office: Any, county: Any, make_program: Any, password: str, monkeypatch: pytest.MonkeyPatch,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    maker = make_program(office.township, {plans.VIEW, plans.MAKE})
    town = county.township
    sent = {"area_id": town.pk, "name": "托位专班", "purpose": "托位建设", "lead": town.code}
    made = maker.post(f"{V1}/plans/groups", sent, content_type=JSON)
    assert made.status_code == 200, made.content
    number = made.json()["group_id"]
    post = posts.Post.objects.create(
        area_id=county.township.pk, scope_no=county.township.scope_no, duty="head", title="镇长"
    )
    seated = maker.post(f"{V1}/plans/groups/{number}/seats", {"post_id": post.pk}, content_type=JSON).json()
    assert [one["post_id"] for one in seated["seats"]] == [post.pk]
    (line,) = maker.get(f"{V1}/plans/groups").json()["items"]
    assert (line["group_id"], line["until"]) == (number, None)
    # A village looks at none of its township's, and forms none.
    village = make_program(office.village, {plans.VIEW})
    assert village.get(f"{V1}/plans/groups/{number}").status_code == 404
    assert village.post(f"{V1}/plans/groups/{number}/end", {}, content_type=JSON).status_code == 403
    seat = seated["seats"][0]["seat_id"]
    assert maker.post(f"{V1}/plans/seats/{seat}/end", {}, content_type=JSON).json()["seats"] == []
    ended = maker.post(f"{V1}/plans/groups/{number}/end", {}, content_type=JSON).json()
    assert ended["until"] == frozen_clock.date().isoformat()
    assert maker.post(f"{V1}/plans/groups/{number}/end", {}, content_type=JSON).status_code == 404
    told = CliRunner().invoke(main, ["plans", "groups", "--json", "--account", office.township.username])
    assert [one["group_id"] for one in json.loads(told.stdout)] == [number]


def test_stages_are_accepted_by_the_level_above_by_program_and_by_command(
    office: Any, county: Any, make_program: Any, password: str, monkeypatch: pytest.MonkeyPatch,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    monkeypatch.setenv("TONGCHOU_PASSWORD", password)
    run, year = CliRunner(), frozen_clock.year - 1
    stage = indicators.stages()[0][0].code
    asks = make_program(office.township, {plans.VIEW, plans.MAKE})
    sent = {"area_id": county.township.pk, "year": year, "stage": stage, "evidence": "验收材料"}
    asked = [asks.post(f"{V1}/plans/acceptances", sent, content_type=JSON)]
    assert asked[0].status_code == 200, asked[0].content
    assert asks.post(f"{V1}/plans/acceptances", sent, content_type=JSON).status_code == 409
    number = asked[0].json()["acceptance_id"]
    own = asks.post(f"{V1}/plans/acceptances/{number}/accept", {}, content_type=JSON)
    assert own.status_code == 403  # the level above accepts
    above = make_program(office.county, {plans.VIEW, plans.MAKE})
    back = f"{V1}/plans/acceptances/{number}/return"
    assert above.post(back, {}, content_type=JSON).status_code == 422  # without a reason
    assert above.post(back, {"said": "补材料"}, content_type=JSON).json()["state"] == "returned"
    again = asks.post(f"{V1}/plans/acceptances", sent, content_type=JSON).json()["acceptance_id"]
    account = ["--json", "--account", office.county.username]
    taken = run.invoke(main, ["plans", "accept", str(again), *account])
    assert taken.exit_code == 0 and json.loads(taken.stdout)["state"] == "accepted", taken.output
    states = {one["acceptance_id"]: one["state"] for one in asks.get(
        f"{V1}/plans/acceptances", {"year": year}
    ).json()["items"]}  # fmt: skip
    assert states == {number: "returned", again: "accepted"}
    listed = run.invoke(main, ["plans", "acceptances", "--year", str(year), *account])
    assert {one["acceptance_id"] for one in json.loads(listed.stdout)} == set(states)
