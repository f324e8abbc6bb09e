"""Outlines are loaded whole or not at all, within the own areas, and written down."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tongchou.apps.places import api as places
from tongchou.core.errors import Invalid, NotAllowed
from tongchou.core.models import Account, AuditEntry
from tongchou.core.scope import Scope

SQUARE = [[105.0, 27.0], [105.1, 27.0], [105.1, 27.1], [105.0, 27.1], [105.0, 27.0]]


def file(*codes: str, shift: float = 0.0) -> bytes:
    ring = [[x + shift, y] for x, y in SQUARE]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": "某地"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code in codes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def keeper(make_account: Any, county: Any) -> Account:
    return make_account("draws", "statistician", county.county)


def test_they_are_kept_and_replaced(
    county: Any, keeper: Account, frozen_clock: dt.datetime, audited: Any
) -> None:
    codes = [county.township.code, county.village.code]
    with audited():
        drawn = places.draw(content=file(*codes), by=keeper, at=frozen_clock)
    assert (drawn.areas, drawn.missing) == (2, ())
    scope = Scope.of_area(county.county)
    assert set(places.outlines_of(codes, within=scope)) == set(codes)
    places.draw(content=file(county.township.code, shift=1), by=keeper, at=frozen_clock)
    found = places.outlines_of(codes, within=scope)
    assert found[county.township.code][0][0] == (106.0, 27.0)
    assert found[county.village.code][0][0] == (105.0, 27.0)
    rows = AuditEntry.objects.filter(action="places.draw").order_by("pk")
    assert [row.detail["areas"] for row in rows] == [2, 1]
    assert "某地" not in str([row.detail for row in rows])
    assert places.without_outline(scope) == (1, 0)


def test_a_wrong_area_keeps_all_of_them_out(county: Any, keeper: Account, frozen_clock: dt.datetime) -> None:
    with pytest.raises(Invalid) as caught:
        places.draw(content=file(county.township.code, "999999"), by=keeper, at=frozen_clock)
    assert [(one.place, one.wrong.value) for one in caught.value.data["problems"]] == [(2, "unknown_code")]
    assert places.outlines_of([county.township.code], within=Scope.everything()) == {}


def test_other_areas_are_unknown(county: Any, make_account: Any, frozen_clock: dt.datetime) -> None:
    narrow = make_account("narrow", "statistician", county.village)
    with pytest.raises(Invalid, match="bad_outlines"):
        places.draw(content=file(county.other_village.code), by=narrow, at=frozen_clock)
    with pytest.raises(NotAllowed):
        worker = make_account("worker-2", "village_worker", county.village)
        places.draw(content=file(county.village.code), by=worker, at=frozen_clock)


def test_who_reaches_nothing_sees_no_outline(county: Any, keeper: Account, frozen_clock: dt.datetime) -> None:
    places.draw(content=file(county.village.code), by=keeper, at=frozen_clock)
    assert places.outlines_of([county.village.code], within=Scope.nothing()) == {}
    assert places.outlines_of([county.village.code], within=Scope.of_area(county.other_village)) == {}
