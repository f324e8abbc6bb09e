"""The page of recalculations says in words what is wrong; codes are for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tongchou.apps.snapshot import api as snapshots


@pytest.mark.django_db
def test_a_day_before_every_snapshot_is_refused_in_words(
    client: Client, county: Any, county_reviewer: Any, frozen_clock: Any
) -> None:
    client.force_login(county_reviewer)
    year = str(frozen_clock.year)
    asked = {"since": "2025-01-01", "first": year, "last": year, "purpose": "标准追溯调整"}
    page = client.post("/recalculations", asked, headers={"accept-language": "en"})
    assert page.status_code == 422
    assert page.context["form"].errors["since"] == [
        "There is no snapshot of that day or before to compare with."
    ]
    assert "entitlements.no_then" not in page.content.decode()
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    page = client.post("/recalculations", asked, headers={"accept-language": "en"})
    assert "; the first is of 2026-06-30." in page.content.decode()
