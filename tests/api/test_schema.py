"""The API tried with what its description allows and what it does not (schemathesis)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tongchou.config.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
LOOSE = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.generate),
    "derandomize": True,
    "database": None,
}


def try_everything(program: Any, examples: int, modes: tuple[GenerationMode, ...]) -> int:
    """Calls every route with generated requests; returns how many were sent."""
    headers = {"Authorization": program.token, "Accept-Language": "en"}
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", app=application, headers=headers, config=config
    )
    sent = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in modes:
            if mode is GenerationMode.NEGATIVE and not (list(operation.iter_parameters()) or operation.body):
                continue  # nothing to get wrong

            @settings(max_examples=examples, **LOOSE)
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: schemathesis.Case) -> None:
                nonlocal sent
                sent += 1
                case.call_and_validate(headers=headers, checks=CHECKS)

            one()
    return sent


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server closes old connections around each request; a test's transaction must outlive many."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def program(
    one_connection: None, seeded: Any, stage: Any, make_account: Any, make_program: Any, monkeypatch: Any
) -> Any:
    """A reviewer's program over a county with a family, a waiting file and a job; no limit a minute."""
    from tongchou.core.tokens import checking

    monkeypatch.setattr(checking, "A_MINUTE", 10**6)
    stage()
    return make_program(make_account("fuzzer", "county_reviewer", seeded.county.county))


def test_a_few_tries(program: Any) -> None:
    assert try_everything(program, 3, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)) > 50


@pytest.mark.long
def test_many_tries(program: Any) -> None:
    assert try_everything(program, 150, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)) > 3000


def test_no_two_bodies_share_a_name() -> None:
    """In the schema the later of two would stand for both."""
    files = (Path(__file__).parents[2] / "src/tongchou/web/api").glob("*.py")
    names = [
        name
        for path in files
        for name in re.findall(r"^class (\w+)\(", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert [name for name in set(names) if names.count(name) > 1] == []
