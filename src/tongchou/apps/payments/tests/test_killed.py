"""Killed at any statement of building, freezing, exporting or recording, money balances all the same."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tongchou.apps.intake.tests import copies
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
    with copies.as_it_is(var_folder, tmp_path, "killed_pay", fund=fund.pk) as given:
        yield given


@pytest.mark.parametrize(
    ("kills", "seed"),
    [(4, 1), pytest.param(50, dt.date.today().toordinal(), marks=pytest.mark.long)],  # noqa: DTZ011
)
def test_killed_anywhere_a_batch_comes_to_the_same(kills: int, seed: int, plan: dict[str, Any]) -> None:
    """Of each step: building, freezing, the bank file, recording the answer."""
    whole = {one["until"]: one for one in copies.run(killing, plan, [(until, []) for until in killing.ORDER])}
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
    for found in copies.run(killing, plan, lists):
        assert found["killed"] >= 1, (seed, found)
        assert found["broken"] == [] and found["twice"] == [] and found["chain"], (seed, found)
        same = {name: found[name] for name in ("hash", "states", "jobs", "issued")}
        assert same == {name: whole[found["until"]][name] for name in same}, (seed, found)
