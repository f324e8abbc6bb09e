"""A worker killed at any statement of storing a register leaves nothing half done: the next one goes on."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.tests import copies, killing
from tongchou.apps.intake.tests.workbooks import Person, person, workbook

pytestmark = pytest.mark.django_db(transaction=True)

HOUSEHOLDS = 14


def households(first: int, last: int) -> list[Person]:
    """Households of a couple and a child; everybody has a number, the heads a telephone."""
    found: list[Person] = []
    for number in range(first, last):
        home, age = f"{number:03d}", 1950 + number
        found += [
            person(home, "赵大山", "户主", f"{age}-03-07", 201, 婚姻状况="已婚",
                   联系电话=f"1400000{number:04d}"),
            person(home, "钱小兰", "妻", f"{age + 1}-11-20", 202, 婚姻状况="已婚"),
            person(home, "赵小雨", "长女", f"{age + 25}-08-30", 204, 婚姻状况="未婚"),
        ]  # fmt: skip
    return found


def next_years() -> list[Person]:
    """The register a year later: people added, moved away, corrected, converted; one household is new."""
    people = households(1, HOUSEHOLDS + 3)
    for number, one in enumerate(people):
        if number % 4 == 0:
            one |= {"是否在本村": "否", "外出地": "浙江省杭州市", "外出时间": "2019.3"}
        if number % 3 == 0:
            one |= {"联系电话": f"1410000{number:04d}", "文化程度": "初中"}
        if number % 5 == 0:
            one |= {"农转城/是否": "是", "转户时间": "2023年5月"}
    return people


@pytest.fixture
def plan(
    stage: Any, act: dict[str, Any], var_folder: Path, tmp_path: Path, frozen_clock: dt.datetime
) -> Iterator[dict[str, Any]]:
    """A database in which a register of last year is stored and this year's waits for a worker."""
    first = stage(workbook(households(1, HOUSEHOLDS)))
    intake.apply_file(file_id=first.pk, **act)
    second = stage(workbook(next_years()))
    assert second.error_count == 0 and second.conflict_count == 0
    intake.ask_to_apply(file_id=second.pk, **act)
    with copies.as_it_is(var_folder, tmp_path, "killed") as given:
        yield given


@pytest.mark.parametrize(
    ("kills", "seed"),
    [(4, 1), pytest.param(50, dt.date.today().toordinal(), marks=pytest.mark.long)],  # noqa: DTZ011
)
def test_killed_at_any_statement_the_register_is_stored_once_and_whole(
    kills: int, seed: int, plan: dict[str, Any]
) -> None:
    whole = copies.run(killing, plan, [[]])[0]
    assert (whole["job"], whole["chain"], whole["fold"], whole["stored"]) == ("done", True, [], 2), whole
    assert whole["steps"] > 100
    chance = random.Random(seed)
    places = [[chance.randint(1, whole["steps"])] for _ in range(kills)]
    for again in places[::4]:  # the worker that goes on is killed as well
        again.append(chance.randint(1, whole["steps"] // 3))
    for found in copies.run(killing, plan, places):
        assert found["killed"] >= 1, (seed, found)
        same = {name: found[name] for name in ("hash", "job", "stored", "chain", "fold")}
        assert same == {name: whole[name] for name in same}, (seed, found)
