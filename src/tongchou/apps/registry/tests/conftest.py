"""A small named household, and registers made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

FILE = "a" * 64
#: 赵大山 (1960) and 钱小兰 (1962), their son 赵强 (1985) with 孙丽 (1988), and their daughter 赵小雨 (2021).
FAMILY = (
    RegisterRow(
        row_no=5,
        household_no="001",
        group_name="一组",
        name="赵大山",
        relation="02",
        sex=1,
        birth=PartialDate(1960, 3, 12),
        id_number="520599196003121237",
        ethnicity="97",
        ethnicity_text="穿青人",
        education="70",
        marital="20",
        hukou_kind="agricultural",
        converted=False,
        urban_pension=False,
        urban_medical=False,
        resident_here=True,
        living_sons=1,
        living_daughters=0,
        children_ever=1,
        phones=("13800001234", "13900005678"),
    ),
    RegisterRow(
        row_no=6,
        household_no="001",
        group_name="一组",
        name="钱小兰",
        relation="12",
        sex=2,
        birth=PartialDate(1962, 7),
        marital="20",
        hukou_kind="agricultural",
        converted=True,
        converted_on=PartialDate(2023, 5),
        urban_pension=True,
        urban_pension_from=PartialDate(2024),
        living_sons=1,
        living_daughters=0,
        children_ever=1,
    ),
    RegisterRow(
        row_no=7,
        household_no="001",
        group_name="一组",
        name="赵强",
        relation="21",
        sex=1,
        birth=PartialDate(1985, 1, 2),
        marital="20",
        hukou_kind="unified",
        determined_rural=True,
        resident_here=False,
        resident_elsewhere="浙江省杭州市",
        away_since=PartialDate(2019, 2),
        living_sons=0,
        living_daughters=1,
        children_ever=1,
    ),
    RegisterRow(
        row_no=8,
        household_no="001",
        group_name="一组",
        name="孙丽",
        relation="38",
        sex=2,
        birth=PartialDate(1988),
        marital="20",
    ),
    RegisterRow(
        row_no=9,
        household_no="001",
        group_name="一组",
        name="赵小雨",
        relation="42",
        sex=2,
        birth=PartialDate(2021, 8, 30),
        marital="10",
    ),
)


@pytest.fixture
def family() -> tuple[RegisterRow, ...]:
    return FAMILY


@pytest.fixture
def changed() -> Callable[..., list[RegisterRow]]:
    """``changed(6, name="…")``: the family's register with one line changed."""

    def change(row_no: int, **fields: Any) -> list[RegisterRow]:
        return [replace(row, **fields) if row.row_no == row_no else row for row in FAMILY]

    return change


@pytest.fixture
def apply(county: Any, township_officer: Any, frozen_clock: Any) -> Callable[..., registry.ApplyReport]:
    """``apply(rows, source=…)``: records a register of 青山村."""

    def act(
        rows: Any = FAMILY, *, source: str = FILE, village: Any = None, by: Any = None, **more: Any
    ) -> Any:
        return registry.apply_register(
            list(rows),
            village_id=(village or county.village).pk,
            source=source,
            by=by or township_officer,
            at=frozen_clock,
            **more,
        )

    return act


@pytest.fixture
def person(apply: Callable[..., Any]) -> Callable[[str], int]:
    """``person("赵强")``: the number of a person of the recorded family."""
    from tongchou.apps.registry.models import Person

    apply()
    return lambda name: Person.objects.get(name=name).pk
