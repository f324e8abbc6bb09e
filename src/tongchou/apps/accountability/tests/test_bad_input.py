"""What is wrong with definitions or counts is said in words, all at once, and nothing is published."""

from __future__ import annotations

from typing import Any

import pytest

from tongchou import indicators
from tongchou.apps.accountability import api, computing
from tongchou.apps.accountability.tests.conftest import MONTH, feeds, good, units
from tongchou.apps.accountability.tests.test_closing import AT, close
from tongchou.core.errors import Conflict
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.feed import UnitCount
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.reading import read_catalogue

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


def made(units: Any) -> api.Issue:
    return api.make(area_id=units.county.pk, kind="month", period="2026-05", by=units.maker, at=AT)


def broken(old: str, new: str) -> dict[str, str]:
    texts = indicators.texts()
    assert any(old in text for text in texts.values())
    return {name: text.replace(old, new) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("paid_on_time: 0.25", "paid_on_time: 0.35"),  # weights that do not sum
        ("ratio(sum(payments_on_time), sum(payments_due))", "paid_on_time"),  # in a circle
    ],
)
def test_definitions_that_break_a_law_are_refused_and_nothing_is_published(
    units: Any, good: Any, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    good()
    close(units)
    texts = broken(old, new)
    with pytest.raises(AccountabilityError):
        read_catalogue(texts)
    monkeypatch.setattr(computing.indicators, "load", lambda: read_catalogue(texts))
    with pytest.raises(Conflict) as told:
        made(units)
    assert told.value.code == "accountability.wrong" and str(told.value.message)
    assert not api.Issue.objects.exists()


def test_a_part_above_its_whole_is_named_and_nothing_is_published(units: Any, feeds: Any) -> None:
    village = units.villages[0].code
    feeds[MONTH] = [UnitCount(village, "payments_due", 3), UnitCount(village, "payments_on_time", 4)]
    close(units)
    with pytest.raises(Conflict) as told:
        made(units)
    assert told.value.code == "accountability.wrong" and "520521801" in str(told.value.message)
    assert not api.Issue.objects.exists()


def test_nothing_due_is_no_value_and_not_zero(units: Any, feeds: Any) -> None:
    feeds[MONTH] = [UnitCount(one.code, "households", 100) for one in units.villages]
    close(units)
    rows = bulletin_text.read(bytes(made(units).content)).rows
    assert {row.cells["paid_on_time"].value for row in rows} == {None}
    assert all(row.cells["paid_on_time"].idle and row.composite is None for row in rows)
