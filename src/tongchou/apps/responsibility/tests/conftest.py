"""Supervisors of the prefecture, officers of county, township and village, posts held at three levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api

YEAR, CODE = "2026", "paid_on_time"


@pytest.fixture
def units(county: Any, make_account: Callable[..., Any], county_reviewer: Any, village_worker: Any) -> Any:
    """Two officers at each level that sets targets, two who sign at the lower ones; no posts yet."""
    return SimpleNamespace(
        prefecture=county.county.parent,
        county=county.county,
        township=county.township,
        village=county.village,
        villages=county.villages,
        above=make_account("shi", "prefecture_supervisor", county.county.parent, "市级（示例）"),
        second=make_account("shier", "prefecture_supervisor", county.county.parent, "市级二（示例）"),
        officer=county_reviewer,
        officer_two=make_account("xian", "county_reviewer", county.county, "县级二（示例）"),
        town=make_account("zhen", "township_officer", county.township, "镇（示例）"),
        town_two=make_account("zhener", "township_officer", county.township, "镇二（示例）"),
        worker=village_worker,
    )


@pytest.fixture
def act(frozen_clock: dt.datetime) -> Callable[..., dict[str, Any]]:
    """``act(account)``: by whom and when."""
    return lambda by: {"by": by, "at": frozen_clock}


@pytest.fixture
def wanted() -> Callable[..., api.Wanted]:
    """``wanted(unit, 95, weight=100)``: a target in per cent."""

    def make(unit: Any, value: float, **given: Any) -> api.Wanted:
        key = unit if isinstance(unit, str) else unit.code
        weight = given.pop("weight", None)
        return api.Wanted(
            **{"unit": key, "indicator": CODE, "period": YEAR, "value": Decimal(str(value)) / 100}
            | {"weight": None if weight is None else Decimal(weight)}
            | given
        )

    return make


@pytest.fixture
def in_force(units: Any, wanted: Any, act: Any) -> Callable[..., None]:
    """``in_force(makers, unit=95, …)``: targets set by one and accepted by the other."""

    def make(makers: tuple[Any, Any], *rows: api.Wanted, although: str = "") -> None:
        api.propose(rows, **act(makers[0]))
        waiting = api.Version.objects.filter(state="waiting").values_list("pk", flat=True)
        api.accept(list(waiting), although=although, **act(makers[1]))

    return make


@pytest.fixture
def held(units: Any, act: Any) -> Any:
    """Heads of the three levels and a contact cadre of the village, none of whom has an account."""
    made = {}
    for name, area, by, duty, title in (
        ("county", units.county, units.above, "head", "县委书记"),
        ("township", units.township, units.officer, "head", "镇党委书记"),
        ("village", units.village, units.town, "head", "村支书"),
        ("contact", units.village, units.town, "contact", "联系干部"),
    ):
        post = posts.add_post(area_id=area.pk, duty=duty, title=title, phone="0857-8222222", **act(by))
        made[name] = posts.appoint(
            post_id=post.pk, holder=f"{title}某（示例）", since=dt.date(2025, 1, 6), **act(by)
        )
    return SimpleNamespace(**made)
