"""Somebody who makes tables and somebody who seals them, in a county whose population is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tongchou.apps.releases import api as releases
from tongchou.apps.releases.models import Release


@dataclass(frozen=True)
class Desk:
    maker: Any
    sealer: Any
    county: Any
    at: dt.datetime

    def begin(self, code: str = "births_and_deaths", period: str = "2025") -> Release:
        return releases.define(code=code, period=period, area_id=self.county.pk, by=self.maker, at=self.at)

    def checked(self, code: str = "births_and_deaths", period: str = "2025") -> Release:
        one = self.begin(code, period)
        releases.compute(release_id=one.pk, by=self.maker, at=self.at)
        return releases.check(release_id=one.pk, by=self.maker, at=self.at)

    def sealed(self, one: Release) -> Release:
        return releases.seal(
            release_id=one.pk,
            content_sha256=one.content_sha256,
            licence="cc-by-4.0",
            by=self.sealer,
            at=self.at,
        )

    def published(self, code: str = "births_and_deaths", period: str = "2025") -> Release:
        return releases.publish(
            release_id=self.sealed(self.checked(code, period)).pk, by=self.sealer, at=self.at
        )

    def restated(self, one: Release, reason: str = "迟报补登") -> Release:
        again = releases.restate(release_id=one.pk, reason=reason, by=self.maker, at=self.at)
        releases.compute(release_id=again.pk, by=self.maker, at=self.at)
        return releases.check(release_id=again.pk, by=self.maker, at=self.at)


@pytest.fixture
def desk(
    make_cubes: Callable[..., Any], make_account: Any, county: Any, county_reviewer: Any, frozen_clock: Any
) -> Desk:
    make_cubes(months=24, people=2000)
    maker = make_account("tongji", "statistician", county.county, "统计员（示例）")
    return Desk(maker, county_reviewer, county.county, frozen_clock)
