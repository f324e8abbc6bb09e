"""Killed at any statement, decisions about many, a notice's end and the yearly check come to the same."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests import killing
from tongchou.apps.intake.tests import copies
from tongchou.apps.notices import api as notices
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

pytestmark = pytest.mark.django_db(transaction=True)
#: Children with an application, people whose list hangs, people approved the year before.
CHILDREN, HANGING, APPROVED = 6, 9, 10


def _rows() -> list[RegisterRow]:
    """A household each: a child of last year, or somebody of 64 with one child."""
    rows = []
    for place in range(CHILDREN + HANGING + APPROVED):
        child = place < CHILDREN
        born = dt.date(2025, 2, 3) if child else dt.date(1962, 3, 1) + dt.timedelta(days=place)
        more = {} if child else {"marital": "30", "living_sons": 1, "living_daughters": 0, "children_ever": 1}
        rows.append(
            RegisterRow(
                row_no=place + 5, household_no=f"{place:04d}", name=f"{'苗' if child else '根'}{place:02d}",
                relation="02", sex=1, birth=PartialDate(born.year, born.month, born.day),
                id_number=identity.compose("520599", born, place * 2 + 1), hukou_kind="agricultural",
                converted=False, **more,
            )
        )  # fmt: skip
    return rows


@pytest.fixture
def cases(county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    """Applications of children; a notice that hangs, with an objection to one entry; approved rewards."""
    rows = _rows()
    registry.apply_register(
        rows, village_id=county.village.pk, source="b" * 64, by=office.township, at=frozen_clock
    )
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    at, by = frozen_clock, office.village
    begun = []
    for place, person in enumerate(people):
        child = place < CHILDREN
        made = casework.open_case(
            person_id=person, kind="childcare_subsidy" if child else "elderly_reward", year=killing.YEAR,
            channel="home", applicant="parent" if child else "self",
            application=casework.Application(name="家长" if child else "", statement=not child), by=by, at=at,
        )  # fmt: skip
        begun.append(made.pk)
        payee = casework.PayTo(
            rows[place].name, rows[place].id_number or "", "县农商银行", f"6217{made.pk:012d}",
            "child" if child else "self",
        )  # fmt: skip
        casework.set_payee(case_id=made.pk, payee=payee, by=by, at=at)
    hanging = begun[CHILDREN : CHILDREN + HANGING]
    casework.accept_many(numbers=hanging, by=office.clerk, at=at)
    assert len(casework.pass_many(numbers=hanging, by=office.township_two, at=at).done) == HANGING
    notice = notices.post(
        area_id=county.village.pk, kind="elderly_reward", year=killing.YEAR, stage_code="village_notice",
        place="村务公开栏", by=by, at=at,
    )  # fmt: skip
    notices.object_to(
        notice_id=notice.pk, position=2, ground="residence", words="请核对", contact="", by=None, at=at
    )
    approved = Case.objects.filter(pk__in=begun[CHILDREN + HANGING :])
    approved.update(state="approved", desk="", decided_at=at)


@pytest.fixture
def plan(cases: None, var_folder: Path, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The database as it is, for copies of it."""
    with copies.as_it_is(var_folder, tmp_path, "killed_case") as given:
        yield given


@pytest.mark.parametrize(
    ("kills", "seed"),
    [(3, 1), pytest.param(50, dt.date.today().toordinal(), marks=pytest.mark.long)],  # noqa: DTZ011
)
def test_killed_anywhere_it_comes_to_the_same(kills: int, seed: int, plan: dict[str, Any]) -> None:
    """Of each: deciding about many, a notice whose days are over, the yearly check."""
    whole = {one["what"]: one for one in copies.run(killing, plan, [(what, []) for what in killing.DAYS])}
    assert whole["decide"]["awards"] == CHILDREN
    assert whole["decide"]["states"]["approved"] == CHILDREN + APPROVED
    assert whole["notice"]["closed"] == 1
    assert (whole["renew"]["carried"], whole["renew"]["jobs"]) == (APPROVED, ["done"])
    chance = random.Random(seed)
    lists: list[tuple[str, list[int]]] = []
    for number in range(kills):
        what = list(killing.DAYS)[number % len(killing.DAYS)]
        places = [chance.randint(1, whole[what]["steps"])]
        if number % 5 == 0:  # who goes on is killed as well
            places.append(chance.randint(1, max(1, whole[what]["steps"] // 3)))
        lists.append((what, places))
    for found in copies.run(killing, plan, lists):
        assert found["killed"] >= 1, (seed, found)
        assert found["twice"] == [] and found["chain"], (seed, found)
        same = {name: found[name] for name in ("hash", "states", "jobs", "awards", "carried", "closed")}
        assert same == {name: whole[found["what"]][name] for name in same}, (seed, found)
