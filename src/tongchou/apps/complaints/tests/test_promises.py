"""From a complaint about a promise to a breach in public, and to its clearing: on both records."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.tests.conftest import letter, words
from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Breach
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope

__all__ = ["letter", "words"]
pytestmark = pytest.mark.django_db
EVERYWHERE = Scope.everything()


@pytest.fixture
def promise(letter: Any) -> commitments.Promise:
    return letter().promises.get()


@pytest.fixture
def later(frozen_clock: dt.datetime) -> dt.datetime:
    return frozen_clock + dt.timedelta(days=9)


def test_an_upheld_complaint_breaks_the_promise_until_it_is_mended(
    promise: Any, complaint: Any, office: Any, later: dt.datetime
) -> None:
    complaint("find", kind="promise", promise_id=promise.pk, at=later)
    promise.refresh_from_db()
    assert promise.state == "owed"  # a proposal says nothing in public yet
    complaint("approve", kind="promise", promise_id=promise.pk, at=later)
    promise.refresh_from_db()
    breach = Breach.objects.get()
    assert (promise.state, promise.broken_on, promise.remedy_due) == ("broken", later.date(), breach.due)
    assert commitments.open_breaches(scope=EVERYWHERE) == [promise]
    complaints.report_mended(breach_id=breach.pk, words="补报 12 份", by=office.village, at=later)
    complaints.confirm(breach_id=breach.pk, mended=False, words="差 2 份", by=office.township, at=later)
    promise.refresh_from_db()
    assert promise.state == "broken"
    complaints.report_mended(breach_id=breach.pk, words="齐了", by=office.village, at=later)
    complaints.confirm(breach_id=breach.pk, mended=True, words="看过", by=office.township, at=later)
    promise.refresh_from_db()
    breach.refresh_from_db()
    assert (promise.state, promise.kept_on, breach.state) == ("kept", later.date(), "cleared")
    assert not commitments.as_domain(promise).on_time
    assert commitments.open_breaches(scope=EVERYWHERE) == []
    assert list(promise.steps.order_by("pk").values_list("act", flat=True)) == ["upheld", "mended"]


def test_a_complaint_that_is_not_upheld_changes_nothing(promise: Any, complaint: Any, later: Any) -> None:
    complaint("approve", kind="promise", promise_id=promise.pk, finding="not_upheld", at=later)
    promise.refresh_from_db()
    assert promise.state == "owed" and not promise.steps.exists()


def test_two_complaints_about_one_promise_are_both_mended_first(
    promise: Any, complaint: Any, office: Any, later: dt.datetime
) -> None:
    for _time in range(2):
        complaint("approve", kind="promise", promise_id=promise.pk, at=later)
    for number, breach in enumerate(Breach.objects.order_by("pk")):
        complaints.report_mended(breach_id=breach.pk, words="补报", by=office.village, at=later)
        complaints.confirm(breach_id=breach.pk, mended=True, words="看过", by=office.township, at=later)
        promise.refresh_from_db()
        assert promise.state == ("broken", "kept")[number]


def test_what_the_level_above_found_itself_families_confirm(
    promise: Any, complaint: Any, office: Any, later: dt.datetime
) -> None:
    commitments.find_broken(promise_id=promise.pk, said="三户未办", by=office.township, at=later)
    promise.refresh_from_db()
    owed = promise.remedy_due
    complaint("approve", kind="promise", promise_id=promise.pk, at=later)
    breach = Breach.objects.get()
    complaints.report_mended(breach_id=breach.pk, words="补报", by=office.village, at=later)
    complaints.confirm(breach_id=breach.pk, mended=True, words="看过", by=office.township, at=later)
    promise.refresh_from_db()
    assert (promise.state, promise.remedy_due) == ("broken", owed)


def test_a_promise_of_another_unit_is_refused(
    promise: Any, complaint: Any, county: Any, later: dt.datetime
) -> None:
    with pytest.raises(Invalid):
        complaint(unit=county.township.code, kind="promise", promise_id=promise.pk, at=later)
