"""Every app that says it tells counts tells those, of units there are, and never of births."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou import indicators
from tongchou.core import unit_feeds

pytestmark = pytest.mark.django_db
APPS = ("casework", "commitments", "complaints", "corrections", "guarantees", "payments", "registry")


def test_what_is_told_is_in_the_catalogue_and_told_by_one_app() -> None:
    feeds = unit_feeds.all_feeds()
    assert {one.app for one in feeds} >= set(APPS)
    every = [count for one in feeds for count in one.counts]
    assert len(every) == len(set(every)) and set(every) <= set(indicators.load().counts)


@pytest.mark.parametrize("app", APPS)
def test_an_app_tells_what_it_says_it_tells(app: str, county: Any) -> None:
    (feed,) = (one for one in unit_feeds.all_feeds() if one.app == app)
    for row in feed.of(dt.date(2026, 5, 1)):
        assert row.count in feed.counts and row.value >= 0
