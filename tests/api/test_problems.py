"""Refusals: one form, everything at once, two languages, never an echo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tongchou.core.errors import AppError
from tongchou.core.tokens import api as tokens
from tongchou.core.tokens import checking
from tongchou.web.api.service import description

V1 = "/api/v1"
JSON = "application/json"
#: What is read as a file instead.
FILES = {"application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def test_everything_wrong_is_told_at_once(village_worker: Any, make_program: Any) -> None:
    program = make_program(village_worker)
    answer = program.post(f"{V1}/claims", {"person_id": "x", "year": 1, "extra": 1}, content_type=JSON)
    problem = answer.json()
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    assert problem["code"] == "api.invalid" and problem["type"] == "urn:tongchou:problem:api.invalid"
    assert {one["field"]: one["detail"] for one in problem["errors"]} == {
        "person_id": "This is not a whole number.",
        "programme": "This is missing.",
        "year": "This number is too small.",
        "extra": "This is not known here.",
    }
    assert all(one["fix"] for one in problem["errors"])


def test_it_speaks_the_language_asked_for(village_worker: Any, make_program: Any) -> None:
    program = make_program(village_worker, language="zh-CN,zh;q=0.9")
    problem = program.post(f"{V1}/people/search", {"text": "x"}, content_type=JSON).json()
    assert problem["title"] == "发送的内容无法使用"
    assert problem["errors"][0] == {
        "field": "text",
        "cell": "",
        "detail": "内容过短。",
        "fix": "请至少填写2个字符。",
    }


def test_what_was_sent_is_not_repeated(village_worker: Any, make_program: Any) -> None:
    program = make_program(village_worker)
    mark = "520599196503071125"
    for path, body in (("/people/search", {"text": f"{mark}\x00"}), ("/claims", {mark: mark})):
        answer = program.post(V1 + path, body, content_type=JSON)
        assert answer.status_code == 422 and mark[:12] not in answer.json()["detail"]
    answer = program.post(f"{V1}/people/search", {"text": f"{mark}\x00"}, content_type=JSON)
    assert mark not in answer.content.decode()
    assert mark not in program.get(f"{V1}/worklist", {"after": mark}).content.decode()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nowhere", 404, "api.no_such_address"),
        ("get", f"/people/{'9' * 30}", 422, "api.invalid"),
        ("get", f"/people/{'9' * 5000}", 404, "api.no_such_address"),
        ("delete", "/areas", 405, "api.no_such_method"),
        ("get", "/claims", 405, "api.no_such_method"),
        ("get", "/people/999999", 404, "registry.no_person"),
    ],
)
def test_every_answer_has_the_one_form(
    village_worker: Any, make_program: Any, method: str, path: str, status: int, code: str
) -> None:
    answer = getattr(make_program(village_worker), method)(V1 + path)
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Cache-Control"] == "no-store"
    assert answer.has_header("Allow") == (status == 405)


def test_a_body_that_is_no_json(village_worker: Any, make_program: Any) -> None:
    answer = make_program(village_worker).post(f"{V1}/claims", "{", content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "api.unreadable")


def test_a_body_larger_than_is_read(village_worker: Any, make_program: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = make_program(village_worker).post(f"{V1}/claims", {"programme": "x" * 2000}, content_type=JSON)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_a_file_larger_than_is_taken(
    township_officer: Any, make_program: Any, county: Any, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    sent = {"village": county.village.pk, "file": SimpleUploadedFile("1.xlsx", b"x" * 2000)}
    answer = make_program(township_officer).post(f"{V1}/files", sent)
    assert answer.status_code == 422 and "20 MB" in answer.json()["detail"]


def test_a_fault_of_ours_says_nothing_of_itself(
    village_worker: Any, make_program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.web.api import people

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(people.registry, "open_person", fail)
    program = make_program(village_worker)
    program.raise_request_exception = False
    answer = program.get(f"{V1}/people/1")
    assert answer.status_code == 500 and answer["Content-Type"] == "application/problem+json"
    assert "secret inside" not in answer.content.decode()


def test_a_refusal_of_the_installation_keeps_its_code(
    village_worker: Any, make_program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise AppError("keys.missing", "a key is missing", 500)

    program = make_program(village_worker)
    monkeypatch.setattr(tokens, "account_of", fail)
    answer = program.get(f"{V1}/areas")
    assert (answer.status_code, answer.json()["code"]) == (500, "keys.missing")


def test_too_many_requests_say_how_long_to_wait(
    village_worker: Any, make_program: Any, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime
) -> None:
    monkeypatch.setattr(checking, "A_MINUTE", 2)
    program = make_program(village_worker)
    statuses = [program.get(f"{V1}/areas").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert program.get(f"{V1}/areas")["Retry-After"] == "60"


@pytest.mark.parametrize(
    "header", ["Bearer nothing", "Bearer tongchou_x", "Basic eDp5", "Bearer", "tongchou_x"]
)
def test_a_token_that_is_none(db: None, header: str) -> None:
    answer = Client(headers={"authorization": header}).get(f"{V1}/areas")
    assert answer.status_code == 401
    assert answer.json()["code"] in {"token.unknown", "token.missing"}


def test_the_description_is_for_the_signed_in(client: Client, village_worker: Any, make_program: Any) -> None:
    address = f"{V1}/openapi.json"
    assert client.get(address).json()["code"] == "token.missing"
    assert make_program(village_worker).get(address).json()["openapi"].startswith("3.1")
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "zh-hans"
    assert client.get(address).json()["paths"]["/api/v1/areas/{area_id}"]["get"]["summary"] == "一个地区"


def test_no_page_loads_anything_from_elsewhere(client: Client, village_worker: Any) -> None:
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/docs", "/redoc", "/"):
        assert client.get(V1 + path).status_code == 404


def test_every_refusal_is_described(db: None) -> None:
    for operations in description()["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                told = set(answer["content"])
                if int(status) >= 400:
                    assert told == {"application/problem+json"}
                else:
                    assert told == {JSON} or (told and told <= FILES)
