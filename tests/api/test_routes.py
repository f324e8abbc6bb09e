"""Each route: the weakest role first, then what it gives."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tongchou import policies
from tongchou.apps.entitlements.models import Claim
from tongchou.apps.intake.models import RegisterFile
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.apps.places import api as places
from tongchou.core.jobs.models import Job
from tongchou.core.roles import PERMISSIONS, Role
from tongchou.web.api.service import description

V1 = "/api/v1"
JSON = "application/json"


def post(program: Any, path: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
    return program.post(V1 + path, body or {}, content_type=JSON, **more)


def code(answer: Any) -> str:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    problem = answer.json()
    assert problem["status"] == answer.status_code and problem["title"] and problem["detail"]
    return problem["code"]


def operations() -> list[tuple[str, str, str]]:
    """Every route as ``(method, path, permission)``."""
    return [
        (method, path, operation["x-permission"])
        for path, found in description()["paths"].items()
        for method, operation in found.items()
    ]


def call(program: Any, method: str, path: str) -> Any:
    path = re.sub(r"{\w+_id}", "1", path).replace("{code}", "childcare_subsidy")
    if method == "get":
        return program.get(path)
    return program.post(path, {}, content_type=JSON)


def test_nothing_opens_without_a_token(client: Any, village_worker: Any) -> None:
    client.force_login(village_worker)  # a cookie is no token
    for method, path, _permission in operations():
        answer = call(client, method, path)
        assert (answer.status_code, code(answer)) == (401, "token.missing"), path
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_each_route_asks_for_its_permission(
    make_account: Any, make_program: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    """A token that holds everything of a role but the route's permission, and everybody without it."""
    reviewer = make_account("reviewer", "county_reviewer", county.county)
    everything = PERMISSIONS[Role.COUNTY_REVIEWER]
    for method, path, needed in operations():
        if needed == "any":
            continue
        without = everything - set(needed.split(" | "))
        answer = call(make_program(reviewer, without), method, path)
        assert (answer.status_code, code(answer)) == (403, "token.lacks_permission"), path
        from tongchou.core.tokens import api as tokens

        for token in tokens.tokens_of(reviewer):
            tokens.revoke_token(token_id=token.pk, by=None, at=frozen_clock)


def test_keepers_read_nothing_about_people(make_account: Any, make_program: Any, county: Any) -> None:
    for role in ("auditor", "security_admin", "system_admin"):
        program = make_program(make_account(f"keeper-{role[:5]}", role, county.county))
        for method, path, needed in operations():
            # Two of them follow their own jobs, of the chain and of the holidays, and no others.
            own = {"auditor": "audit.verify", "system_admin": "holidays.set"}.get(role, "-")
            if needed != "any" and own not in needed:
                assert call(program, method, path).status_code == 403, (role, path)


def test_without_a_role_a_token_opens_nothing(
    village_worker: Any, make_program: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.core import actions
    from tongchou.core.models import Assignment

    program = make_program(village_worker)
    actions.end_assignment(assignment=Assignment.objects.get(), by=None, at=frozen_clock)
    for method, path, needed in operations():
        # A job holder's permissions were never this token's.
        assert call(program, method, path).status_code == 403, (path, needed)


def test_areas(village_worker: Any, township_officer: Any, make_program: Any, county: Any) -> None:
    worker = make_program(village_worker)
    assert [one["name"] for one in worker.get(f"{V1}/areas").json()["items"]] == ["青山村（示例）"]
    for other in (county.other_village.pk, county.township.pk, 10**9):
        for path in (f"{V1}/areas/{other}", f"{V1}/areas/{other}/below"):
            assert code(worker.get(path)) == "places.no_area"
    assert worker.get(f"{V1}/areas/find", {"text": "白水"}).json()["items"] == []
    officer = make_program(township_officer)
    assert officer.get(f"{V1}/areas/{county.village.pk}").json()["code"] == county.village.code
    below = officer.get(f"{V1}/areas/{county.township.pk}/below").json()["items"]
    assert [one["name"] for one in below] == ["青山村（示例）", "白水村（示例）"]
    found = officer.get(f"{V1}/areas/find", {"text": "白水"}).json()["items"]
    assert [one["area_id"] for one in found] == [county.other_village.pk]
    found = officer.get(f"{V1}/areas/find", {"text": county.village.code}).json()["items"]
    assert [one["level"] for one in found] == ["village", "group", "group"]


def test_people_are_found_masked(
    village_worker: Any, make_program: Any, seeded: Any, make_account: Any
) -> None:
    elsewhere = make_program(make_account("other", "village_worker", seeded.county.other_village))
    assert post(elsewhere, "/people/search", {"text": "陈小苗"}).json() == {"items": [], "more": False}
    program = make_program(village_worker)
    found = post(program, "/people/search", {"text": "陈小"}).json()["items"]
    assert [one["person_id"] for one in found] == [seeded.people["陈小苗"]]
    assert found[0]["household_id"] == seeded.household_id and found[0]["sex"] == "female"
    person = program.get(f"{V1}/people/{seeded.people['陈小苗']}").json()
    assert person["birth"] == "2025-02-03"


@pytest.mark.parametrize("text", ["陈", "", " 陈 "])
def test_nobody_browses_the_register(village_worker: Any, make_program: Any, seeded: Any, text: str) -> None:
    answer = post(make_program(village_worker), "/people/search", {"text": text})
    assert answer.status_code == 422
    assert code(answer) in {"api.invalid", "registry.search_too_short"}


def test_a_household(village_worker: Any, make_program: Any, seeded: Any, make_account: Any) -> None:
    elsewhere = make_program(make_account("other", "village_worker", seeded.county.other_village))
    address = f"{V1}/households/{seeded.household_id}"
    assert code(elsewhere.get(address)) == "registry.no_household"
    members = make_program(village_worker).get(address).json()["members"]
    assert [one["name"] for one in members] == ["陈老根", "吴秀英", "陈勇", "陈小苗"]
    assert members[0]["relation"] == "head" or members[0]["relation_code"] == "02"


def test_benefits_with_their_reasons(
    village_worker: Any, make_program: Any, seeded: Any, make_account: Any
) -> None:
    address = f"{V1}/people/{seeded.people['陈小苗']}/benefits"
    elsewhere = make_program(make_account("other", "village_worker", seeded.county.other_village))
    assert code(elsewhere.get(address)) == "registry.no_person"
    program = make_program(village_worker)
    answers = {one["programme"]: one for one in program.get(address).json()["answers"]}
    childcare = answers["childcare_subsidy"]
    assert childcare["outcome"] == "entitled" and childcare["amount_fen"] == 360000
    assert all(one["state"] == "true" for one in childcare["clauses"])
    assert childcare["clauses"][0]["label"]["zh"] and childcare["clauses"][0]["label"]["en"]
    assert childcare["citations"][0]["zh"].startswith("《")
    assert code(program.get(address, {"year": 2010})) == "api.no_such_year"


def test_the_work_list_is_read_from_key_to_key(
    village_worker: Any, make_program: Any, seeded: Any, make_account: Any
) -> None:
    elsewhere = make_program(make_account("other", "village_worker", seeded.county.other_village))
    assert elsewhere.get(f"{V1}/worklist").json()["items"] == []
    program = make_program(village_worker)
    whole = program.get(f"{V1}/worklist").json()
    assert whole["next"] is None and len(whole["items"]) >= 2
    assert {one["name"] for one in whole["items"]} == {"陈老根", "陈小苗"}
    assert {one["responsible"] for one in whole["items"]} == {"王芳（示例）"}
    read, after = [], None
    while True:
        query = {"limit": 1} | ({"after": after} if after else {})
        part = program.get(f"{V1}/worklist", query).json()
        read += part["items"]
        after = part["next"]
        if after is None:
            break
    assert read == whole["items"]
    assert [one["name"] for one in program.get(f"{V1}/worklist", {"unclear": "true"}).json()["items"]] == [
        "吴秀英"
    ]


@pytest.mark.parametrize("after", ["x", "W10", "WzFd", "bnVsbA", "////", "é"])
def test_a_place_that_was_never_given_out(
    village_worker: Any, make_program: Any, seeded: Any, after: str
) -> None:
    assert code(make_program(village_worker).get(f"{V1}/worklist", {"after": after})) == "api.bad_place"


def test_the_work_list_of_one_area_and_programme(
    township_officer: Any, make_program: Any, seeded: Any
) -> None:
    program = make_program(township_officer)

    def listed(**query: Any) -> Any:
        return program.get(f"{V1}/worklist", query)

    assert listed(area=seeded.county.other_village.pk).json()["items"] == []
    only = listed(area=seeded.county.village.pk, programme="childcare_subsidy").json()["items"]
    assert [one["name"] for one in only] == ["陈小苗"]
    assert code(listed(area=seeded.county.county.pk)) == "places.no_area"
    assert code(listed(programme="nothing")) == "api.no_such_programme"


def test_a_claim_is_recorded_once(
    village_worker: Any, make_program: Any, seeded: Any, make_account: Any
) -> None:
    sent = {"person_id": seeded.people["陈小苗"], "programme": "childcare_subsidy", "year": 2026}
    elsewhere = make_program(make_account("other", "village_worker", seeded.county.other_village))
    assert code(post(elsewhere, "/claims", sent)) == "registry.no_person"
    program = make_program(village_worker)
    first, second = post(program, "/claims", sent), post(program, "/claims", sent)
    assert first.status_code == 200 and first.json() == second.json()
    assert Claim.objects.count() == 1
    assert code(post(program, "/claims", sent | {"year": 2020})) == "not_listed"


def hand_in(program: Any, village_id: int, content: bytes | None = None, **more: Any) -> Any:
    file = SimpleUploadedFile("1.xlsx", workbook(demo_people()) if content is None else content)
    return program.post(f"{V1}/files", {"village": village_id, "file": file}, **more)


def test_a_file_from_the_first_look_to_the_job(
    township_officer: Any, make_program: Any, county: Any, make_account: Any
) -> None:
    elsewhere = make_program(make_account("other", "township_officer", county.other_village))
    assert code(hand_in(elsewhere, county.village.pk)) == "intake.unknown_area"
    program = make_program(township_officer)
    answer = hand_in(program, county.village.pk)
    file = answer.json()
    assert answer.status_code == 201 and file["status"] == "staged" and file["errors"] == 0
    assert file["dropped"] and file["new"] == file["people"]
    address = f"{V1}/files/{file['file_id']}"
    for path in ("", "/problems"):
        assert code(elsewhere.get(address + path)) == "intake.no_file"
    for path, body in (("/apply", {"seen": 1}), ("/discard", {})):
        assert code(elsewhere.post(address + path, body, content_type=JSON)) == "intake.no_file"
    seen = program.get(address)
    assert seen.json() == file and seen["ETag"]
    assert [one["file_id"] for one in program.get(f"{V1}/files").json()["items"]] == [file["file_id"]]
    assert elsewhere.get(f"{V1}/files").json()["items"] == []
    wrong = program.post(f"{address}/apply", {"seen": file["seen"] + 1}, content_type=JSON)
    assert code(wrong) == "intake.changed_since"
    assert program.post(f"{address}/apply", {}, content_type=JSON).status_code == 422
    done = program.post(f"{address}/apply", {"seen": file["seen"]}, content_type=JSON)
    assert done.status_code == 202 and done.json()["file_id"] == file["file_id"]
    assert code(program.post(f"{address}/discard", {}, content_type=JSON)) == "intake.being_stored"
    job = f"{V1}/jobs/{done.json()['job_id']}"
    assert code(elsewhere.get(job)) == code(elsewhere.post(f"{job}/cancel")) == "job.unknown"
    assert program.get(job).json()["state"] == "queued"
    assert program.post(f"{job}/cancel").json()["state"] == "cancelled"
    assert code(program.post(f"{job}/cancel")) == "job.ended"
    assert [one["job_id"] for one in program.get(f"{V1}/jobs").json()["items"]] == [done.json()["job_id"]]


def test_problems_of_a_file_with_cell_and_fix(township_officer: Any, make_program: Any, stage: Any) -> None:
    people = demo_people()
    people[0]["姓名"], people[1]["性别"] = "", "?"
    file, program = stage(people), make_program(township_officer)
    address = f"{V1}/files/{file.pk}/problems"
    whole = program.get(address).json()
    assert whole["total"] == len(whole["items"]) >= 2
    first = whole["items"][0]
    assert first["cell"] and first["detail"] == "The name is missing." and first["fix"]
    part = program.get(address, {"limit": 1}).json()
    rest = program.get(address, {"start": part["next"]}).json()
    assert part["items"] + rest["items"] == whole["items"] and rest["next"] is None
    assert program.get(address, {"start": 10**8}).json()["items"] == []


def test_a_file_that_is_no_register(township_officer: Any, make_program: Any, county: Any) -> None:
    answer = hand_in(make_program(township_officer), county.village.pk, b"not a workbook")
    assert code(answer).startswith("intake.")
    assert answer.status_code == 422 and answer.json()["errors"][0]["fix"]
    assert not RegisterFile.objects.exists()


def test_a_discarded_file(township_officer: Any, make_program: Any, stage: Any) -> None:
    program, file = make_program(township_officer), stage()
    for _ in range(2):
        assert program.post(f"{V1}/files/{file.pk}/discard").json()["status"] == "discarded"


def test_lists_are_read_from_number_to_number(
    county_reviewer: Any, make_program: Any, stage: Any, seeded: Any
) -> None:
    program = make_program(county_reviewer)
    people = demo_people()
    files = [stage(people[:size]) for size in (2, 3, 4)]
    part = program.get(f"{V1}/files", {"limit": 2}).json()
    assert [one["file_id"] for one in part["items"]] == [files[2].pk, files[1].pk]
    rest = program.get(f"{V1}/files", {"before": part["next"]}).json()
    assert [one["file_id"] for one in rest["items"]] == [files[0].pk] and rest["next"] is None


def test_population_counts(village_worker: Any, make_program: Any, seeded: Any, make_account: Any) -> None:
    elsewhere = make_program(make_account("other", "village_worker", seeded.county.other_village))
    assert elsewhere.get(f"{V1}/population").json()["total"] == 0
    program = make_program(village_worker)
    counted = program.get(f"{V1}/population").json()
    assert (counted["total"], counted["men"], counted["women"]) == (4, 2, 2)
    assert sum(group["total"] for group in counted["groups"]) == 4
    other = program.get(f"{V1}/population", {"area": seeded.county.other_village.pk})
    assert code(other) == "places.no_area"
    far = make_account("far", "statistician", places.area_by_code("520523"))
    assert code(make_program(far).get(f"{V1}/population")) == "population.not_yet"


def test_evaluations_and_snapshots(
    county_reviewer: Any, make_program: Any, seeded: Any, make_account: Any
) -> None:
    program = make_program(county_reviewer)
    run = program.get(f"{V1}/evaluations").json()["items"][0]
    taken = program.get(f"{V1}/snapshots").json()["items"]
    assert run["current"] and run["year"] == 2026
    assert [one["sha256"] for one in taken] == [run["snapshot_sha256"]]
    narrow = make_account("narrow", "county_reviewer", seeded.county.village)
    assert make_program(narrow).get(f"{V1}/snapshots").json()["items"] == []
    first, second = (post(program, "/evaluations/refresh") for _ in range(2))
    assert first.status_code == 202 and first.json() == second.json()
    assert Job.objects.count() == 1


def test_programmes_with_their_sources(village_worker: Any, make_program: Any) -> None:
    program = make_program(village_worker)
    listed = program.get(f"{V1}/programmes").json()["items"]
    assert {one["code"] for one in listed if one["finding"] == "registry"} == {
        "childcare_subsidy",
        "elderly_reward",
    }
    assert {one["code"] for one in listed} == {one.code for one in policies.load()}
    assert all(one["finding"] == "application" for one in listed if one["kind"] == "private")
    for line in listed:
        whole = program.get(f"{V1}/programmes/{line['code']}").json()
        assert whole["conditions"] and whole["citations"]
        assert all(value["reference"]["zh"] for one in whole["parameters"] for value in one["values"])
    assert code(program.get(f"{V1}/programmes/nothing")) == "policies.no_programme"


def test_rows_in_question_are_decided(
    township_officer: Any, make_program: Any, stage: Any, make_account: Any, county: Any, frozen_clock: Any
) -> None:
    from tongchou.apps.intake import api as intake

    first = stage(demo_people())
    intake.apply_file(file_id=first.pk, by=township_officer, at=frozen_clock)
    people = demo_people()[:5]
    people[1]["姓名"], people[3]["姓名"] = "李秀瑛", "陈虹"
    file = stage(people)
    program = make_program(township_officer)
    address = f"/files/{file.pk}"
    found = program.get(f"{V1}{address}/questions").json()
    assert found["total"] == 2 and found["next"] is None
    one, other = found["items"]
    assert one["may_take"] and one["changes"] == [{"field": "Name", "registry": "李秀英", "file": "李秀瑛"}]
    said = {"verdict": "take", "ground": "paper", "row": one["row"], "seen": one["seen"]}
    assert post(program, f"{address}/decide", said).status_code == 422  # no document
    said |= {"evidence_kind": "id_card", "evidence": "2026"}
    made = post(program, f"{address}/decide", said).json()
    assert made["verdict"] == "take" and made["correction_id"]
    seen = program.get(f"{V1}{address}").json()["seen"]
    kind = {"verdict": "ask", "ground": "unclear", "reason": other["reason"], "seen": seen}
    assert post(program, f"{address}/decide-all", kind).json() == {"decided": 1, "left": 0}
    assert code(post(program, f"{address}/decide-all", kind | {"verdict": "no"})) == "api.invalid"
    outsider = make_program(make_account("outsider", "township_officer", county.other_village))
    assert outsider.get(f"{V1}{address}/questions").status_code == 404
    assert post(outsider, f"{address}/decide", said).status_code == 404


def test_rows_a_stored_file_left_open_are_decided(
    township_officer: Any, make_program: Any, stage: Any, make_account: Any, county: Any, frozen_clock: Any
) -> None:
    from tongchou.apps.corrections import api as corrections
    from tongchou.apps.intake import api as intake

    people = demo_people()[:5]
    intake.apply_file(file_id=stage(demo_people()).pk, by=township_officer, at=frozen_clock)
    people[1]["姓名"], people[3]["姓名"] = "李秀瑛", "陈虹"
    people[1]["联系电话"] = "14000002222"
    file = stage(people)
    intake.apply_file(file_id=file.pk, by=township_officer, at=frozen_clock)
    program = make_program(township_officer)
    address = f"/files/{file.pk}"
    [listed] = program.get(f"{V1}/files", {"left_open": True}).json()["items"]
    assert (listed["file_id"], listed["left_open"]) == (file.pk, 2)
    one, other = program.get(f"{V1}{address}/questions").json()["items"]
    said = {"verdict": "keep", "ground": "paper", "row": other["row"], "seen": other["seen"]}
    assert post(program, f"{address}/decide", said).json()["verdict"] == "keep"
    sent = {"row": one["row"], "seen": one["seen"]}
    assert code(post(program, f"{address}/store-row", sent)) == "intake.changed_since"
    made = corrections.ask_correction(
        person_id=one["person_id"], new={"name": "李秀瑛"}, reason="mistyped", evidence_kind="id_card",
        evidence_words="1", by=township_officer, at=frozen_clock,
    )  # fmt: skip
    second = make_account("second", "township_officer", county.township)
    seen = corrections.open_correction(made.pk, by=second, at=frozen_clock).seen
    corrections.approve(correction_id=made.pk, seen=seen, by=second, at=frozen_clock)
    [free] = program.get(f"{V1}{address}/questions").json()["items"]
    assert free["may_store"] and not free["may_decide"]
    sent = {"row": free["row"], "seen": free["seen"]}
    outsider = make_program(make_account("outsider", "township_officer", county.other_village))
    assert post(outsider, f"{address}/store-row", sent).status_code == 404
    assert post(program, f"{address}/store-row", sent).json() == {"row": free["row"]}
    assert program.get(f"{V1}{address}/questions").json()["total"] == 0


def test_people_not_listed_are_answered_for(
    township_officer: Any, village_worker: Any, make_program: Any, stage: Any, make_account: Any,
    county: Any, frozen_clock: Any,
) -> None:  # fmt: skip
    from tongchou.apps.intake import api as intake

    for people in (demo_people(), demo_people()[:5]):
        intake.apply_file(file_id=stage(people).pk, by=township_officer, at=frozen_clock)
    worker = make_program(village_worker)
    [one] = worker.get(f"{V1}/not-listed").json()["items"]
    assert (one["name"], one["answer"]) == ("赵桂芳", "")
    elsewhere = make_program(make_account("elsewhere", "village_worker", county.other_village))
    assert elsewhere.get(f"{V1}/not-listed").json() == {"total": 0, "items": [], "next": None}
    address = f"/not-listed/{one['task_id']}/answer"
    assert post(elsewhere, address, {"answer": "here"}).status_code == 404
    assert post(worker, address, {"answer": "here"}).json()["answer"] == "here"
    assert worker.get(f"{V1}/not-listed").json()["total"] == 0
