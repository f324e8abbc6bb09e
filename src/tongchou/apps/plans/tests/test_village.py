"""A village's monthly meeting names nobody; its board tells sums, and small ones not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework.tests.conftest import family
from tongchou.apps.commitments.tests.conftest import letter, words
from tongchou.apps.plans import api as plans
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import AuditEntry

__all__ = ["family", "letter", "words"]
pytestmark = pytest.mark.django_db


def test_an_agenda_of_numbers_and_words(
    task: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    task()
    given = {"by": office.village, "at": frozen_clock}
    one = plans.call_assembly(area_id=county.village.pk, on=frozen_clock.date(), words="公开栏更新", **given)
    assert one.points == [["tasks_open", 1]] and one.words == "公开栏更新"
    with pytest.raises(Conflict):
        plans.call_assembly(area_id=county.village.pk, on=frozen_clock.date(), words="", **given)
    done = plans.record_assembly(assembly_id=one.pk, record="议定：周五前更新公开栏", **given)
    assert done.record and not AuditEntry.objects.filter(
        action="plans.call_assembly", detail__has_key="words"
    )
    with pytest.raises(Conflict):
        plans.record_assembly(assembly_id=one.pk, record="改过", **given)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("陈老根家补材料", "name"), ("通知陈 老 根", "name"), ("核对孕妇名单", "pregnancy"),
        ("电话 13800000000", "number"),
        ("邻居家超生", "family"), ("落实结扎任务", "closed_matter"),
    ],
)  # fmt: skip
def test_words_that_name_or_press_are_refused(
    county: Any, office: Any, family: Any, frozen_clock: dt.datetime, text: str, fault: str
) -> None:
    given = {"by": office.village, "at": frozen_clock}
    with pytest.raises(Invalid) as refused:
        plans.call_assembly(area_id=county.village.pk, on=frozen_clock.date(), words=text, **given)
    assert fault in [one.value for one in refused.value.data["faults"]]
    one = plans.call_assembly(area_id=county.village.pk, on=frozen_clock.date(), words="", **given)
    with pytest.raises(Invalid):
        plans.record_assembly(assembly_id=one.pk, record=text, **given)


def test_only_in_the_own_village(
    county: Any, office: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    other = make_account("otherworker", "village_worker", county.other_village)
    given = {"by": other, "at": frozen_clock}
    with pytest.raises(NotFound):
        plans.call_assembly(area_id=county.village.pk, on=frozen_clock.date(), words="", **given)
    with pytest.raises(NotFound):
        plans.disclosure(county.village.pk, month=frozen_clock.date().replace(day=1), **given)


def test_the_board_tells_promises_and_services_and_names_nobody(
    letter: Any, county: Any, office: Any, family: Any, frozen_clock: dt.datetime
) -> None:
    letter()
    later = frozen_clock + dt.timedelta(days=9)
    with CaptureQueriesContext(connection) as asked:
        told = plans.disclosure(
            county.village.pk, month=later.date().replace(day=1), by=office.village, at=later
        )
    assert len(asked) <= 20
    assert len(told.promises) == 1 and told.services and told.paid == () and told.households == 2
    private = ("特别扶助", "特扶", "并发症")
    assert not any(word in name for word in private for name in told.services)
    with pytest.raises(Invalid):
        plans.disclosure(county.village.pk, month=dt.date(2031, 1, 1), by=office.village, at=later)
