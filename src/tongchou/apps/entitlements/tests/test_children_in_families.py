"""The childcare subsidy is the child's: twins have one each, and who brings it up changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Entitlement
from tongchou.apps.entitlements.tests.conftest import YEAR
from tongchou.apps.registry import api as registry
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db
CHILDCARE = "childcare_subsidy"


@pytest.fixture
def act(township_officer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": township_officer, "at": frozen_clock}


def listed() -> dict[int, tuple[str, int | None, dt.date | None]]:
    rows = Entitlement.objects.filter(evaluation__year=YEAR, evaluation__current=True, programme=CHILDCARE)
    columns = ("person_id", "outcome", "amount_fen", "claim_by")
    return {person: rest for person, *_rest in rows.values_list(*columns) for rest in [tuple(_rest)]}


def test_each_twin_has_a_subsidy_of_its_own(evaluated: dict[str, int], act: dict[str, Any]) -> None:
    before = set(listed())
    for name in ("陈小禾", "陈小谷"):
        registry.record_birth(
            mother_id=evaluated["吴秀英"], name=name, sex=1, birth=PartialDate(2026, 6, 20), relation="97",
            **act,
        )  # fmt: skip
    api.follow(at=act["at"])
    twins = [row for person, row in listed().items() if person not in before]
    assert twins == [("entitled", 360_000, dt.date(2027, 12, 31))] * 2


@pytest.mark.parametrize("way", ["adoption", "custody"])
def test_who_brings_a_child_up_changes_nothing(
    way: str, evaluated: dict[str, int], act: dict[str, Any]
) -> None:
    child, before = evaluated["陈小苗"], listed()
    assert before[child] == ("entitled", 360_000, dt.date(2026, 12, 31))
    proof = {"evidence_kind": "adoption_certificate", "evidence_words": "收养2026-7"}
    if way == "adoption":
        registry.record_adoption(
            person_id=child, adopter_ids=[evaluated["陈勇"]], since=PartialDate(2026, 5, 1), **proof, **act
        )
    else:
        registry.record_custody(
            person_id=child, guardian_ids=[evaluated["陈老根"]], basis="law", since=PartialDate(2026, 5, 1),
            **{**proof, "evidence_kind": "court_decision"}, **act,
        )  # fmt: skip
    step = api.follow(at=act["at"])
    assert step is not None and (step.came, step.changed, step.went) == (0, 0, 0)
    assert listed() == before
