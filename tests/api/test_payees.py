"""Programs and the account of a case: read masked, asked for by one, confirmed by another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongchou.apps.casework.models import Payee
from tongchou.apps.casework.tests.conftest import FAMILY, apply, family, office, passed
from tongchou.domain import identity

__all__ = ["apply", "family", "office", "passed"]
V1, JSON = "/api/v1", "application/json"
NUMBERS = {one.name: one.id_number for one in FAMILY if one.id_number}
SENT = {
    "relation": "parent", "name": "陈勇", "identity": NUMBERS["陈勇"], "bank": "县农商银行",
    "account": "6217000012345678",
}  # fmt: skip
FULL = ("6217000012345678", "6217000099990000", NUMBERS["陈勇"])


def post(program: Any, path: str, body: dict[str, Any]) -> Any:
    return program.post(V1 + path, body, content_type=JSON)


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def test_an_account_is_given_changed_and_confirmed_by_another(
    apply: Any, passed: Any, office: Any, make_program: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    worker, township, second = map(make_program, (office.village, office.township, office.township_two))
    at = f"/cases/{case}/payee"
    assert worker.get(V1 + at).json() == {"case_id": case, "holds": None, "since": None, "waits": None}
    wrong = post(worker, at, SENT | {"name": "陈老根"})
    assert refused(wrong) == (422, "casework.payee")
    assert "name" in str(wrong.json()) and NUMBERS["陈勇"] not in wrong.content.decode()
    assert post(worker, at, SENT).json() == {"case_id": case, "state": "holds", "change_id": None}
    held = worker.get(V1 + at).json()["holds"]
    assert (held["account"], held["tie"], held["id_masked"]) == (
        "***5678",
        "parent",
        f"520599***********{NUMBERS['陈勇'][-1]}",
    )
    post(make_program(office.clerk), f"/cases/{case}/accept", {})
    passed(case, office.township)
    passed(case, office.county)
    asked = post(worker, at, SENT | {"account": "6217000099990000"}).json()
    assert asked["state"] == "waits"
    change = {"change_id": asked["change_id"]}
    shown = second.get(V1 + at).json()
    assert shown["holds"]["account"] == "***5678" and shown["waits"]["account"]["account"] == "***0000"
    assert (shown["waits"]["own"], shown["waits"]["may_confirm"]) == (False, True)
    own = worker.get(V1 + at).json()["waits"]
    assert (own["own"], own["may_confirm"]) == (True, False)
    assert refused(post(worker, f"{at}/confirm", change))[0] == 403
    assert refused(post(second, f"{at}/refuse", change)) == (422, "casework.words")
    assert post(second, f"{at}/confirm", change).json()["state"] == "holds"
    assert refused(post(township, f"{at}/confirm", change)) == (409, "casework.payee_gone")
    for answer in (second.get(V1 + at), second.get(f"{V1}/cases/{case}")):
        assert not [text for text in FULL if text in answer.content.decode()]
    acts = [one["act"] for one in second.get(f"{V1}/cases/{case}").json()["timeline"]]
    assert [one for one in acts if one.startswith("payee")] == ["payee", "payee_propose", "payee_confirm"]


def test_who_asked_takes_it_back_and_a_stranger_needs_a_mandate(
    apply: Any, office: Any, make_program: Any
) -> None:
    case = apply()
    worker, township = map(make_program, (office.village, office.township))
    at = f"/cases/{case}/payee"
    stranger = SENT | {
        "relation": "other",
        "name": "王外人",
        "identity": identity.compose("520599", dt.date(1970, 1, 1), 1),
    }
    assert "mandate" in str(post(worker, at, stranger).json())
    asked = post(worker, at, stranger | {"mandate": "委托书，2026年5月1日，陈勇签字"}).json()
    assert asked["state"] == "waits" and not Payee.objects.exists()
    back = post(worker, f"{at}/refuse", {"change_id": asked["change_id"]}).json()
    assert back["state"] == "withdrawn"
    assert refused(post(township, f"{at}/confirm", {"change_id": asked["change_id"]}))[0] == 409
