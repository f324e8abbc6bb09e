"""The demo has records of a day before, and a correction since: a past year has something to work out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.apps.snapshot import api as snapshots
from tongchou.cli import demo_corrected
from tongchou.core.models import Assignment
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

pytestmark = pytest.mark.django_db
#: A widower of 66 with one child, registered as not agricultural; that he was converted was left out.
LEFT_OUT = RegisterRow(
    row_no=5, household_no="0001", name="方远", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
    id_number=identity.compose("520599", dt.date(1960, 3, 12), 7), marital="30", living_sons=1,
    living_daughters=0, children_ever=1, hukou_kind="non_agricultural", converted=False,
)  # fmt: skip


def test_a_correction_since_gives_arrears(
    county: Any,
    county_reviewer: Any,
    township_officer: Any,
    village_worker: Any,
    frozen_clock: dt.datetime,
) -> None:
    Assignment.objects.update(valid_from=dt.date(2025, 1, 1))
    registry.apply_register(
        [LEFT_OUT], village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    (person,) = Person.objects.values_list("pk", flat=True)
    for _twice in range(2):  # an interrupted set-up goes on
        day = demo_corrected.read_before(by=county_reviewer, at=frozen_clock)
        corrected = demo_corrected.correct(by=township_officer, worker=village_worker, at=frozen_clock)
        assert corrected == [person]
    today = frozen_clock.date()
    assert day == today - dt.timedelta(days=demo_corrected.EARLIER)
    snapshots.take_snapshot(by=county_reviewer, at=frozen_clock, as_of=today, purpose="test")
    assert snapshots.days(on=today, limit=5) == [today, day]
    found = entitlements.recalculate_since(
        since=day, years=[today.year], by=county_reviewer, at=frozen_clock, purpose="test"
    )
    (row,) = found.rows.iter_rows(named=True)
    assert (row["person_id"], row["programme"], row["kind"]) == (person, "elderly_reward", "arrears")
    assert (row["before_fen"], row["after_fen"], row["law_fen"], row["facts_fen"]) == (0, 96000, 0, 96000)
