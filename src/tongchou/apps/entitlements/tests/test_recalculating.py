"""Years that have passed, worked out again from the snapshots of then and now."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.entitlements import api
from tongchou.apps.entitlements.models import Claim, Entitlement
from tongchou.apps.entitlements.tests.conftest import YEAR
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import AuditEntry
from tongchou.domain.dates import PartialDate

pytestmark = pytest.mark.django_db


def test_a_record_corrected_since_is_told_and_nothing_is_done(
    evaluated: dict[str, int], county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    act = {"by": township_officer, "at": frozen_clock}
    asked = {"since": frozen_clock.date(), "years": [YEAR], "by": county_reviewer, "purpose": "trial"}
    api.record_claim(person_id=evaluated["陈老根"], programme="elderly_reward", year=YEAR, **act)
    later = frozen_clock + dt.timedelta(days=1)
    registry.record_conversion(
        person_id=evaluated["陈老根"], converted_on=PartialDate(2010), hukou_kind="non_agricultural", **act
    )
    for scheme in ("urban_pension", "urban_medical"):
        registry.record_insurance(
            person_id=evaluated["陈老根"], scheme=scheme, held=True, since=PartialDate(2012), **act
        )
    snapshots.take_snapshot(by=county_reviewer, at=later, as_of=later.date(), purpose="test")
    rows = set(Entitlement.objects.values_list("pk", "state", "amount_fen"))
    found = api.recalculate_since(**asked, at=later)
    (row,) = found.rows.filter(found.rows["person_id"] == evaluated["陈老根"]).iter_rows(named=True)
    assert (row["kind"], row["difference_fen"], row["claimed"]) == ("overpayment", -96000, True)
    assert found.totals().rows() == [("elderly_reward", YEAR, "overpayment", 1, -96000)]
    # Told, and nothing else: claims and list are as they were, the chain says who asked and why.
    assert set(Entitlement.objects.values_list("pk", "state", "amount_fen")) == rows
    assert Claim.objects.standing().count() == 1
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.purpose) == ("entitlements.recalculate", "trial")


def test_nothing_changed_gives_nothing(
    evaluated: dict[str, int], county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    asked = {
        "since": frozen_clock.date(),
        "years": [YEAR - 1, YEAR],
        "by": county_reviewer,
        "at": frozen_clock,
    }
    assert api.recalculate_since(**asked, purpose="trial").rows.height == 0
    with pytest.raises(Invalid):
        api.recalculate_since(**asked, purpose=" ")


def test_who_may_and_what_is_needed(
    evaluated: dict[str, int], county_reviewer: Any, village_worker: Any, frozen_clock: dt.datetime
) -> None:
    asked = {"years": [YEAR], "at": frozen_clock, "purpose": "trial"}
    with pytest.raises(NotAllowed):
        api.recalculate_since(since=frozen_clock.date(), by=village_worker, **asked)
    with pytest.raises(Conflict):
        api.recalculate_since(since=dt.date(2020, 1, 1), by=county_reviewer, **asked)
