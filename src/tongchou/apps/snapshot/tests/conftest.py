"""A register of 青山村 whose facts are known by heart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.registry import api as registry
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

RURAL = {"hukou_kind": "agricultural", "converted": False}
REGISTER = (
    # 赵大山 and 钱小兰, both over 59, with their son and his daughter
    RegisterRow(
        5,
        "001",
        "赵大山",
        "02",
        sex=1,
        birth=PartialDate(1960, 3, 12),
        marital="20",
        hukou_kind="unified",
        determined_rural=True,
        living_sons=1,
        living_daughters=0,
        children_ever=1,
        id_number="520599196003121237",
    ),
    RegisterRow(
        6,
        "001",
        "钱小兰",
        "12",
        sex=2,
        birth=PartialDate(1962, 7),
        marital="20",
        hukou_kind="non_agricultural",
        converted=True,
        converted_on=PartialDate(2023, 5),
        urban_pension=True,
        urban_pension_from=PartialDate(2024),
        urban_medical=True,
        living_sons=1,
        living_daughters=0,
        children_ever=1,
    ),
    RegisterRow(7, "001", "赵强", "21", sex=1, birth=PartialDate(1985, 1, 2), marital="20", **RURAL),
    RegisterRow(8, "001", "孙丽", "38", sex=2, birth=PartialDate(1988), marital="20"),
    RegisterRow(9, "001", "赵小雨", "42", sex=2, birth=PartialDate(2021, 8, 30), marital="10", **RURAL),
    # alone: married to somebody who is not registered here; widowed; silent
    RegisterRow(10, "002", "李老三", "02", sex=1, birth=PartialDate(1955), marital="21", **RURAL),
    RegisterRow(11, "003", "周奶奶", "02", sex=2, birth=PartialDate(1950), marital="30", **RURAL),
    RegisterRow(12, "004", "吴阿公", "02", sex=1, birth=PartialDate(1950, 12)),
    # the spouse of somebody old is young
    RegisterRow(13, "005", "郑有田", "02", sex=1, birth=PartialDate(1966), marital="22", **RURAL),
    RegisterRow(
        14, "005", "王小妹", "12", sex=2, birth=PartialDate(1990), marital="20", hukou_kind="unified"
    ),
)


@pytest.fixture
def apply(county: Any, township_officer: Any, frozen_clock: Any) -> Callable[..., Any]:
    def act(rows: Any = REGISTER, *, source: str = "a" * 64, village: Any = None) -> Any:
        return registry.apply_register(
            list(rows),
            village_id=(village or county.village).pk,
            source=source,
            by=township_officer,
            at=frozen_clock,
        )

    return act
