"""The commands of docs/how-to/use-the-api.md, run as they stand there, and the answers it shows."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.intake.models import RegisterFile
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.core import clock
from tongchou.core.jobs.models import Job
from tongchou.domain import identity

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-api.md"
SITE = "http://testserver"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass
class Command:
    """What ``curl`` would send."""

    address: str
    headers: dict[str, str]
    body: str | None
    form: dict[str, str]


def curl(words: list[str]) -> Command:
    """Reads a command; an option that curl has and this test has not is an error."""
    assert words[0] == "curl"
    found = Command("", {}, None, {})
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            found.headers[name] = value
        elif word == "--json":
            found.body = next(rest)
        elif word == "-F":
            name, _, value = next(rest).partition("=")
            found.form[name] = value
        else:
            assert word.startswith(SITE), word
            assert not found.address
            found.address = word.removeprefix(SITE)
    return found


def run(command: Command, content: bytes) -> Any:
    client = Client(headers=command.headers)
    if command.body is not None:
        return client.post(command.address, command.body, content_type="application/json")
    if command.form:
        sent = {
            name: SimpleUploadedFile(value[1:], content) if value.startswith("@") else value
            for name, value in command.form.items()
        }
        return client.post(command.address, sent)
    return client.get(command.address)


def shape(value: Any) -> Any:
    """Names of a body, of its first rows too."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key != "result"}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


def test_every_command_does_what_the_page_says(seeded: Any, township_officer: Any, make_program: Any) -> None:
    casework.declare(
        numbers=[identity.compose("520599", dt.date(1980, 1, 1), 10)], by=township_officer, at=clock.now()
    )
    people = demo_people()
    people[1]["姓名"] = ""
    content = workbook(people)
    given: dict[str, Any] = {
        "TONGCHOU": SITE,
        "TOKEN": make_program(township_officer).token.removeprefix("Bearer "),
        "AREA": seeded.county.township.pk,
        "VILLAGE": seeded.county.village.pk,
        "PERSON": seeded.people["陈小苗"],
    }
    last, commands, compared = None, 0, 0
    for language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "sh":
            last = run(curl(shlex.split(Template(text).substitute(given))), content)
            commands += 1
            assert last.status_code < 300 or commands == 15, (text, last.content)
            given["FILE"] = getattr(RegisterFile.objects.last(), "pk", None)
            given["CASE"] = getattr(Case.objects.last(), "pk", None)
            given["JOB"] = getattr(Job.objects.last(), "pk", None)
        elif language == "json":
            shown, got = json.loads(text), last.json()
            assert shape(shown) == shape(got), text
            for name in ("status", "code", "title", "state", "errors", "detail"):
                assert shown.get(name) == got.get(name), (name, got)
            compared += 1
    assert (commands, compared) == (15, 9)
    assert last.status_code == 422
