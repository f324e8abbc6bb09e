"""Programs of the township and what residents sent: listed, shown masked, opened, returned, passed on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.applications.models import Application
from tongchou.apps.applications.tests.conftest import (
    ACCOUNT,
    NOBODY,
    NUMBERS,
    apply,
    family,
    office,
    passed,
    send,
)
from tongchou.apps.casework.models import Case

__all__ = ["apply", "family", "office", "passed", "send"]
V1, JSON = "/api/v1/applications", "application/json"


def post(program: Any, path: str, body: dict[str, Any]) -> Any:
    return program.post(V1 + path, body, content_type=JSON)


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def township(office: Any, family: dict[str, int], make_program: Any) -> Any:
    return make_program(office.township)


def test_an_application_is_shown_masked_and_opened(
    send: Any, township: Any, office: Any, family: dict[str, int], make_program: Any
) -> None:
    send(account={**ACCOUNT, "name": "陈老根", "id_number": NUMBERS["陈老根"]}, note="白天可来电")
    listed = township.get(V1).json()
    (line,) = listed["items"]
    assert (listed["total"], listed["next"], line["state"], line["name"]) == (1, None, "received", "陈老根")
    path = f"/{line['application_id']}"
    answer = township.get(V1 + path)
    shown = answer.json()
    text = answer.content.decode()
    for secret in (NUMBERS["陈老根"], "13800001234", ACCOUNT["account"]):
        assert secret not in text
    (sending,) = shown["sendings"]
    (candidate,) = sending["candidates"]
    assert (sending["account"]["account"], candidate["person_id"]) == ("***5678", family["陈老根"])
    chosen = {"sending_id": sending["sending_id"], "person_id": family["陈老根"]}
    assert refused(post(township, f"{path}/open", chosen | {"confirmed": False})) == (
        422, "applications.confirm",
    )  # fmt: skip
    other = chosen | {"person_id": family["林树"], "confirmed": True}
    assert refused(post(township, f"{path}/open", other)) == (422, "applications.person")
    opened = post(township, f"{path}/open", chosen | {"confirmed": True}).json()
    case = Case.objects.get()
    assert opened == {"application_id": line["application_id"], "state": "opened", "case_id": case.pk}
    assert post(township, f"{path}/open", chosen | {"confirmed": True}).json() == opened
    assert (case.channel, case.opened_by) == ("portal", office.township)
    assert township.get(V1, {"state": "opened"}).json()["items"][0]["case_id"] == case.pk
    assert make_program(office.village).get(V1).status_code == 403


def test_an_application_is_returned_with_reasons(send: Any, township: Any) -> None:
    send("王外人", id_number=NOBODY)
    path = f"/{Application.objects.get().pk}"
    assert refused(post(township, f"{path}/answer", {"why": "not_on_record"})) == (422, "applications.answer")
    given = {"why": "not_on_record", "missing": ["identity"], "words": "请带身份证到窗口"}
    done = post(township, f"{path}/answer", given)
    assert done.json()["state"] == "answered", done.content
    shown = township.get(V1 + path).json()
    assert (shown["why"], shown["missing"], shown["said"]) == (
        "not_on_record",
        ["identity"],
        "请带身份证到窗口",
    )
    chosen = {"sending_id": shown["sendings"][0]["sending_id"], "person_id": 1, "confirmed": True}
    assert refused(post(township, f"{path}/open", chosen)) == (409, "applications.settled")


def test_an_application_is_passed_on(send: Any, township: Any, county: Any) -> None:
    send()
    path = f"/{Application.objects.get().pk}"
    assert refused(post(township, f"{path}/pass-on", {"area_id": county.township.pk})) == (
        422, "applications.area",
    )  # fmt: skip
    assert (
        post(township, f"{path}/pass-on", {"area_id": county.other_village.pk}).json()["state"] == "received"
    )
    assert Application.objects.get().area_id == county.other_village.pk


def test_a_list_asks_no_more_for_more(send: Any, township: Any, frozen_clock: dt.datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert township.get(V1).status_code == 200
        return len(queries)

    send()
    asked()
    few = asked()
    for name in ("陈勇", "林树"):
        send(name, "hardship_aid", situation="住房倒塌")
    assert asked() == few
    parts = township.get(V1, {"limit": 2}).json()
    assert (len(parts["items"]), parts["next"]) == (2, 2)
    rest = township.get(V1, {"limit": 2, "start": parts["next"]}).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
