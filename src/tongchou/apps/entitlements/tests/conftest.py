"""A registered family with one member for every outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tongchou import policies
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow
from tongchou.policies import areas, law

YEAR = 2026
_RURAL = {"hukou_kind": "agricultural", "converted": False}
#: 陈老根 (1960, one child: entitled), 吴秀英 (1964, declared nothing: needs information),
#: 陈勇 (1990, nothing), 陈小苗 (2025, entitled).
FAMILY = (
    RegisterRow(
        row_no=5, household_no="0001", name="陈老根", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
        marital="20", living_sons=1, living_daughters=0, children_ever=1, **_RURAL,
    ),
    RegisterRow(
        row_no=6, household_no="0001", name="吴秀英", relation="12", sex=2, birth=PartialDate(1964, 7, 1),
        marital="20", **_RURAL,
    ),
    RegisterRow(
        row_no=7, household_no="0001", name="陈勇", relation="21", sex=1, birth=PartialDate(1990, 1, 2),
        marital="10", **_RURAL,
    ),
    RegisterRow(
        row_no=8, household_no="0001", name="陈小苗", relation="42", sex=2, birth=PartialDate(2025, 2, 3),
        marital="10", **_RURAL,
    ),
)  # fmt: skip


def larger(size: int) -> list[RegisterRow]:
    """A household of ``size`` people under one roof: the family and many children of the son."""
    children = [
        replace(
            FAMILY[3], row_no=20 + n, household_no="0002", name=f"陈小{'苗禾谷豆麦'[n % 5]}{n}", sex=1 + n % 2
        )
        for n in range(size - 3)
    ]
    adults = [replace(row, row_no=row.row_no + 100, household_no="0002") for row in FAMILY[:3]]
    return [*adults, *children]


@pytest.fixture
def family(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    """The registered family; person numbers by name."""
    registry.apply_register(
        FAMILY, village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    from tongchou.apps.registry.models import Person

    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def evaluated(family: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    """The family after a snapshot and an evaluation of 2026."""
    from tongchou.apps.entitlements import api

    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    api.evaluate_latest(year=YEAR, by=county_reviewer, at=frozen_clock, purpose="test")
    return family


_REFERENCE = "reference: {zh: 文件, en: document}"
#: 大方县 pays 1,200 yuan from the age of 60; 金沙县 1,500 from 58; the others what the province pays.
PROVINCE = f"""
level: province
area: {{code: "520000", zh: 贵州省, en: Guizhou}}
programmes:
  elderly_reward:
    yearly_amount:
      - {{from: 2026-01-01, value: 108000, {_REFERENCE}}}
"""
DAFANG = f"""
level: county
area: {{code: "520521", zh: 大方县, en: Dafang}}
programmes:
  elderly_reward:
    yearly_amount:
      - {{from: 2026-01-01, value: 120000, {_REFERENCE}}}
"""
JINSHA = f"""
level: county
area: {{code: "520523", zh: 金沙县, en: Jinsha}}
programmes:
  elderly_reward:
    yearly_amount:
      - {{from: 2026-01-01, value: 150000, {_REFERENCE}}}
    starting_age:
      - {{from: 2026-01-01, value: 58, {_REFERENCE}}}
"""


@pytest.fixture
def counties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[policies.Laws]:
    for name, text in (("1-province", PROVINCE), ("2-dafang", DAFANG), ("3-jinsha", JINSHA)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    areas.laws.cache_clear()
    yield policies.laws()
    areas.laws.cache_clear()


@pytest.fixture
def elsewhere(county: Any, frozen_clock: dt.datetime) -> Any:
    """A village of 金沙县."""
    places.load_areas(
        [
            {"code": code, "name": name, "level": level, "parent_code": above, "valid_from": "2010-11-01"}
            for code, name, level, above in (
                ("520523901", "沙镇（示例）", "township", "520523"),
                ("520523901201", "金村（示例）", "village", "520523901"),
                ("520523901201-01", "一组（示例）", "group", "520523901201"),
            )
        ],
        by=None,
        at=frozen_clock,
    )
    return places.area_by_code("520523901201")
