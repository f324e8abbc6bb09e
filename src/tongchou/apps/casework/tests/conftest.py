"""A registered family, two officers a level, each of whom has said who they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tongchou.apps.casework import api as casework
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import FamilyStatement, Person
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

YEAR = 2026
_RURAL = {"hukou_kind": "agricultural", "converted": False}
#: 陈老根 (1960, one child: reward), 陈勇 (1990), 陈小苗 (2025: childcare subsidy), 林树 (1958).
FAMILY = (
    RegisterRow(
        row_no=5, household_no="0001", name="陈老根", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
        id_number="520599196003121237", marital="30", living_sons=1, living_daughters=0, children_ever=1,
        **_RURAL,
    ),
    RegisterRow(
        row_no=7, household_no="0001", name="陈勇", relation="21", sex=1, birth=PartialDate(1990, 1, 2),
        id_number=identity.compose("520599", dt.date(1990, 1, 2), 1), marital="10", **_RURAL,
    ),
    RegisterRow(
        row_no=8, household_no="0001", name="陈小苗", relation="42", sex=2, birth=PartialDate(2025, 2, 3),
        marital="10", **_RURAL,
    ),
    RegisterRow(
        row_no=9, household_no="0002", name="林树", relation="02", sex=1, birth=PartialDate(1958, 5, 6),
        marital="30", living_sons=3, living_daughters=0, children_ever=3, **_RURAL,
    ),
)  # fmt: skip


def with_one_son(name: str = "林树") -> None:
    """Of a family's statement: one son, so that the reward's condition on it is met."""
    person = Person.objects.values_list("pk", flat=True).get(name=name)
    changed = FamilyStatement.objects.filter(person=person).update(living_sons=1, children_ever=1)
    assert changed == 1


@pytest.fixture
def family(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    """The registered family; person numbers by name."""
    registry.apply_register(
        FAMILY, village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return dict(Person.objects.values_list("name", "pk"))


@dataclass(frozen=True)
class Office:
    village: Any
    township: Any
    township_two: Any
    county: Any
    county_two: Any
    prefecture: Any
    #: A third officer of the township, who accepts: who took an application in decides nothing of it.
    clerk: Any


@pytest.fixture
def office(
    make_account: Callable[..., Any], county: Any, village_worker: Any, township_officer: Any,
    county_reviewer: Any, frozen_clock: dt.datetime,
) -> Office:  # fmt: skip
    made = Office(
        village_worker,
        township_officer,
        make_account("chenjing", "township_officer", county.township, "陈静（示例）"),
        county_reviewer,
        make_account("zhouhe", "county_reviewer", county.county, "周和（示例）"),
        make_account("wuhai", "prefecture_supervisor", county.county, "吴海（示例）"),
        make_account("luoping", "township_officer", county.township, "罗萍（示例）"),
    )
    for number, account in enumerate(vars(made).values()):
        own = identity.compose("520599", dt.date(1980, 1, 1 + number), 10 + number)
        casework.declare(numbers=[own], by=account, at=frozen_clock)
    return made


@pytest.fixture
def apply(family: dict[str, int], office: Office, frozen_clock: dt.datetime) -> Callable[..., int]:
    """``apply("陈小苗")``: the number of a case the village worker begins."""

    def act(whom: str = "陈小苗", kind: str = "childcare_subsidy", **given: Any) -> int:
        application = casework.Application(
            **{"name": "陈勇", "relation": "parent", "statement": True, **given.pop("application", {})}
        )
        by = given.pop("by", office.village)
        values = {"year": YEAR, "channel": "home", "applicant": "parent", **given}
        return casework.open_case(
            person_id=family[whom], kind=kind, application=application, by=by, at=frozen_clock, **values
        ).pk

    return act


@pytest.fixture
def passed(frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``passed(case, by)``: the officer looks at the case and passes its stage."""

    def act(case: int, by: Any, at: dt.datetime | None = None, **given: Any) -> Any:
        moment = at or frozen_clock
        seen = casework.view(case, by=by, at=moment).seen
        return casework.pass_on(case_id=case, seen=seen, by=by, at=moment, **given)

    return act
