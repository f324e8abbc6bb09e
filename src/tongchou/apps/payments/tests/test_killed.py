"""Killed at any statement of building, freezing, exporting or recording, money balances all the same."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tongchou.apps.intake.tests.killing import of_its_own
from tongchou.apps.payments.tests import killing
from tongchou.apps.payments.tests.many import FEN, approved_awards

pytestmark = pytest.mark.django_db(transaction=True)
AWARDS = 40


@pytest.fixture
def plan(
    fund: Any, money: Callable[..., Any], county: Any, clerk: Any, second: Any, county_reviewer: Any,
    var_folder: Path, tmp_path: Path, frozen_clock: dt.datetime,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """A database with approved cases, and the money for them."""
    approved_awards(AWARDS, area=county.village, by=county_reviewer, at=frozen_clock)
    money(AWARDS * FEN)
    given: dict[str, Any] = {
        "folder": str(var_folder), "copy": str(tmp_path / "copy"), "server": "", "database": "",
        "fund": fund.pk,
    }  # fmt: skip
    (tmp_path / "copy").mkdir()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(var_folder / "tongchou.sqlite3")])
        yield given
        return
    values = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
    given["server"] = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/postgres".format_map(values)
    given["database"] = f"killed_pay_{os.getpid()}"
    tests = connection.settings_dict["NAME"]
    connection.close()  # a database with readers is no template
    of_its_own(given["server"], given["database"], tests)
    yield given
    of_its_own(given["server"], given["database"], None)


def run(plan: dict[str, Any], lists: list[tuple[str, list[int]]]) -> list[dict[str, Any]]:
    environment = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "tongchou.config.settings"}
    environment["TONGCHOU_VAR"] = plan["folder"]
    if not plan["server"]:
        environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", killing.__name__],
        input=json.dumps(plan | {"lists": lists}),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    ("kills", "seed"),
    [(4, 1), pytest.param(50, dt.date.today().toordinal(), marks=pytest.mark.long)],  # noqa: DTZ011
)
def test_killed_anywhere_a_batch_comes_to_the_same(kills: int, seed: int, plan: dict[str, Any]) -> None:
    """Of each step: building, freezing, the bank file, recording the answer."""
    whole = {one["until"]: one for one in run(plan, [(until, []) for until in killing.ORDER])}
    assert whole["record"]["states"] == ["paid", "returned"]
    assert whole["record"]["issued"] == AWARDS * FEN
    chance = random.Random(seed)
    lists: list[tuple[str, list[int]]] = []
    for number in range(kills):
        until = killing.ORDER[number % len(killing.ORDER)]
        places = [chance.randint(1, whole[until]["steps"])]
        if number % 5 == 0:  # who goes on is killed as well
            places.append(chance.randint(1, max(1, whole[until]["steps"] // 3)))
        lists.append((until, places))
    for found in run(plan, lists):
        assert found["killed"] >= 1, (seed, found)
        assert found["broken"] == [] and found["twice"] == [] and found["chain"], (seed, found)
        same = {name: found[name] for name in ("hash", "states", "jobs", "issued")}
        assert same == {name: whole[found["until"]][name] for name in same}, (seed, found)
