"""A family written in two villages, and two officers of the township."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.duplicates.models import Pair
from tongchou.apps.registry import api as registry
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

#: 赵大山 with a number, 钱小兰, their twins 赵远 and 赵近.
FAMILY = (
    RegisterRow(
        row_no=5, household_no="001", name="赵大山", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
        id_number="520599196003121237", marital="20", phones=("13800001234",),
    ),
    RegisterRow(
        row_no=6, household_no="001", name="钱小兰", relation="12", sex=2, birth=PartialDate(1962, 7, 4),
        marital="20",
    ),
    RegisterRow(
        row_no=7, household_no="001", name="赵远", relation="21", sex=1, birth=PartialDate(2015, 1, 2)
    ),
    RegisterRow(
        row_no=8, household_no="001", name="赵近", relation="22", sex=1, birth=PartialDate(2015, 1, 2)
    ),
)  # fmt: skip
#: 赵大山 once more, where he has moved to; there nobody wrote his number down.
AGAIN = (replace(FAMILY[0], household_no="077", id_number=None),)


@pytest.fixture
def reviewer(county_reviewer: Any) -> Any:
    return county_reviewer


@pytest.fixture
def second_officer(make_account: Callable[..., Any], county: Any) -> Any:
    """陈静, another officer of 云岭镇."""
    return make_account("chenjing", "township_officer", county.township, "陈静（示例）")


@pytest.fixture
def recorded(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> None:
    for number, (rows, village) in enumerate(((FAMILY, county.village), (AGAIN, county.other_village))):
        registry.apply_register(
            list(rows), village_id=village.pk, source=f"{number:064x}", by=township_officer, at=frozen_clock
        )


@pytest.fixture
def find(recorded: None, county_reviewer: Any, frozen_clock: dt.datetime) -> Callable[[], Any]:
    return lambda: duplicates.find(by=county_reviewer, at=frozen_clock, purpose="test")


@pytest.fixture
def pair(find: Callable[[], Any]) -> Pair:
    """The two records of 赵大山."""
    from tongchou.apps.registry.models import Person

    find()
    one, other = Person.objects.filter(name="赵大山").order_by("pk").values_list("pk", flat=True)
    return Pair.objects.get(a_id=one, b_id=other)


@pytest.fixture
def choice(frozen_clock: dt.datetime) -> Callable[..., duplicates.Choice]:
    """``choice(pair, officer)``: the older record stays, as the officer is shown it."""

    def choose(pair: Pair, by: Any, keep: int | None = None) -> duplicates.Choice:
        view = duplicates.open_pair(pair.pk, by=by, at=frozen_clock)
        return duplicates.Choice(pair.pk, keep or pair.a_id, pair.a_id, view.seen)

    return choose
