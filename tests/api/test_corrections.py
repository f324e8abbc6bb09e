"""Corrections by programs: the same two people, the same areas, no full number."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, EventKind, Person
from tongchou.domain.dates import PartialDate

V1 = "/api/v1"
JSON = "application/json"
ASKED = {"birth": "2025-03-02", "reason": "mistyped", "document": "birth_certificate", "document_words": "7"}


def ask(program: Any, seeded: Any, **more: Any) -> Any:
    address = f"{V1}/people/{seeded.people['陈小苗']}/corrections"
    return program.post(address, ASKED | more, content_type=JSON)


def test_one_program_asks_and_the_program_of_another_decides(
    village_worker: Any, township_officer: Any, make_program: Any, seeded: Any
) -> None:
    worker, officer = make_program(village_worker), make_program(township_officer)
    asked = ask(worker, seeded).json()
    assert (asked["state"], asked["own"], asked["may_decide"]) == ("waiting", True, False)
    assert asked["changes"] == [{"field": "birth", "before": "2025-02-03", "after": "2025-03-02"}]
    address = f"{V1}/corrections/{asked['correction_id']}"
    refused = worker.post(f"{address}/approve", {"seen": asked["seen"]}, content_type=JSON)
    assert refused.status_code == 403
    listed = officer.get(f"{V1}/corrections").json()["items"]
    assert [one["correction_id"] for one in listed] == [asked["correction_id"]]
    seen = officer.get(address).json()["seen"]
    assert officer.post(f"{address}/approve", {"seen": "x"}, content_type=JSON).status_code == 409
    done = officer.post(f"{address}/approve", {"seen": seen}, content_type=JSON).json()
    assert (done["state"], done["decided_by"], done["asked_by"]) == (
        "approved", "李文（示例）", "王芳（示例）",
    )  # fmt: skip
    assert Person.objects.get(name="陈小苗").birth_month == 3
    assert officer.get(f"{V1}/corrections").json()["items"] == []
    assert len(worker.get(f"{V1}/corrections?decided=true").json()["items"]) == 1


def test_nobody_approves_the_own_request(township_officer: Any, make_program: Any, seeded: Any) -> None:
    officer = make_program(township_officer)
    asked = ask(officer, seeded).json()
    address = f"{V1}/corrections/{asked['correction_id']}"
    for act, sent in (("approve", {"seen": asked["seen"]}), ("refuse", {"reason": "evidence"})):
        answer = officer.post(f"{address}/{act}", sent, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (403, "registry.needs_two")
    assert officer.post(f"{address}/withdraw").json()["state"] == "withdrawn"


def test_a_refusal_names_its_reason(
    village_worker: Any, township_officer: Any, make_program: Any, seeded: Any
) -> None:
    number = ask(make_program(village_worker), seeded).json()["correction_id"]
    officer = make_program(township_officer)
    address = f"{V1}/corrections/{number}/refuse"
    assert officer.post(address, {"reason": "because"}, content_type=JSON).status_code == 422
    assert officer.post(address, {"reason": "evidence"}, content_type=JSON).json()["refusal"] == "evidence"
    assert officer.post(address, {"reason": "evidence"}, content_type=JSON).status_code == 409


def test_a_number_is_not_corrected_here(village_worker: Any, make_program: Any, seeded: Any) -> None:
    program = make_program(village_worker)
    assert ask(program, seeded, id_number="520599202503021234").status_code == 422
    assert ask(program, seeded, birth="2025-02-03").status_code == 409  # nothing new
    assert ask(program, seeded, reason="because").status_code == 422
    assert not Correction.objects.exists()


def test_a_request_sent_twice_is_one(village_worker: Any, make_program: Any, seeded: Any) -> None:
    program = make_program(village_worker)
    address = f"{V1}/people/{seeded.people['陈小苗']}/corrections"
    first, second = (
        program.post(address, ASKED, content_type=JSON, headers={"idempotency-key": "once-and-only"})
        for _time in range(2)
    )
    assert first.json() == second.json() and Correction.objects.count() == 1


def test_taking_entries_back_is_for_the_pages(
    township_officer: Any, county_reviewer: Any, make_program: Any, seeded: Any, frozen_clock: dt.datetime
) -> None:
    registry.record_death(
        person_id=seeded.people["陈老根"], died=PartialDate(2026, 5), by=county_reviewer, at=frozen_clock
    )
    event = Event.objects.get(kind=EventKind.DEATH_RECORDED).pk
    one = corrections.ask_reversal(event_id=event, reason="not_so", by=county_reviewer, at=frozen_clock)
    officer = make_program(township_officer)
    assert officer.get(f"{V1}/corrections").json()["items"] == []
    assert officer.get(f"{V1}/corrections/{one.pk}").status_code == 404
    sent = {"reason": "evidence"}
    answer = officer.post(f"{V1}/corrections/{one.pk}/refuse", sent, content_type=JSON)
    assert answer.status_code == 404 and Correction.objects.get().waiting


def test_the_list_is_read_to_its_end(
    village_worker: Any, township_officer: Any, make_program: Any, seeded: Any, county: Any
) -> None:
    worker, officer = make_program(village_worker), make_program(township_officer)
    for name in ("陈小苗", "陈勇", "吴秀英"):
        said = {key: text for key, text in ASKED.items() if key != "birth"} | {"name": f"{name}改"}
        address = f"{V1}/people/{seeded.people[name]}/corrections"
        assert worker.post(address, said, content_type=JSON).status_code == 200
    read, after = [], None
    while True:
        query = {"limit": 2} | ({"after": after} if after else {})
        part = officer.get(f"{V1}/corrections", query).json()
        read += [one["name"] for one in part["items"]]
        after = part["next"]
        if after is None:
            break
    assert read == ["陈小苗", "陈勇", "吴秀英"]
    other = {"area": county.other_village.pk}
    assert officer.get(f"{V1}/corrections", other).json()["items"] == []


def test_several_are_decided_at_once(
    village_worker: Any, township_officer: Any, make_program: Any, seeded: Any
) -> None:
    officer = make_program(township_officer)
    number = ask(make_program(village_worker), seeded).json()["correction_id"]
    seen = officer.get(f"{V1}/corrections/{number}").json()["seen"]
    pairs = [{"correction_id": number, "seen": seen}, {"correction_id": 987654, "seen": "x"}]
    address = f"{V1}/corrections/approve"
    done = officer.post(address, {"corrections": pairs}, content_type=JSON).json()
    assert done["done"] == [number]
    assert [(one["correction_id"], one["code"]) for one in done["left"]] == [(987654, "corrections.none")]
    assert officer.post(address, {"corrections": []}, content_type=JSON).status_code == 422
    many = [{"correction_id": n, "seen": "x"} for n in range(1, 102)]
    assert officer.post(address, {"corrections": many}, content_type=JSON).status_code == 422
    worker = make_program(village_worker)
    assert worker.post(address, {"corrections": pairs}, content_type=JSON).status_code == 403


def test_several_are_refused_at_once(
    village_worker: Any, township_officer: Any, make_program: Any, seeded: Any
) -> None:
    officer = make_program(township_officer)
    number = ask(make_program(village_worker), seeded).json()["correction_id"]
    address = f"{V1}/corrections/refuse"
    sent = {"corrections": [number], "reason": "evidence"}
    assert officer.post(address, sent | {"reason": "because"}, content_type=JSON).status_code == 422
    assert officer.post(address, sent, content_type=JSON).json() == {"done": [number], "left": []}
    assert officer.post(address, sent, content_type=JSON).json()["left"][0]["code"] == "corrections.settled"
