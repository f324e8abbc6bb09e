"""Two officers of one township and the small family of the registry's tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

#: 赵大山 and 钱小兰, married, and their son 赵强.
FAMILY = (
    RegisterRow(
        row_no=5, household_no="001", name="赵大山", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
        id_number="520599196003121237", marital="20",
    ),
    RegisterRow(
        row_no=6, household_no="001", name="钱小兰", relation="12", sex=2, birth=PartialDate(1962, 7),
        marital="20",
    ),
    RegisterRow(
        row_no=7, household_no="001", name="赵强", relation="21", sex=1, birth=PartialDate(1985, 1, 2)
    ),
)  # fmt: skip


@pytest.fixture
def second_officer(make_account: Callable[..., Any], county: Any) -> Any:
    """陈静, another officer of 云岭镇."""
    return make_account("chenjing", "township_officer", county.township, "陈静（示例）")


@pytest.fixture
def person(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> Callable[[str], int]:
    """``person("赵强")``: the number of a person of the recorded family."""
    registry.apply_register(
        list(FAMILY), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return lambda name: Person.objects.get(name=name).pk


@pytest.fixture
def ask(person: Callable[[str], int], village_worker: Any, frozen_clock: dt.datetime) -> Callable[..., int]:
    """``ask("赵强", name="赵墙")``: the number of a request the village worker makes."""

    def act(whom: str, *, by: Any = None, **new: str) -> int:
        return corrections.ask_correction(
            person_id=person(whom),
            new=new,
            reason="mistyped",
            evidence_kind="id_card",
            evidence_words="2020-05-01 签发",
            by=by or village_worker,
            at=frozen_clock,
        ).pk

    return act


@pytest.fixture
def seen(second_officer: Any, frozen_clock: dt.datetime) -> Callable[..., str]:
    """``seen(number)``: the mark of what the second officer is shown."""
    return lambda number, by=None: (
        corrections.open_correction(number, by=by or second_officer, at=frozen_clock).seen
    )
