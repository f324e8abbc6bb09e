"""Inspections look at offices and institutions; whoever complained stays unknown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Complaint
from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision.models import Inspection
from tongchou.apps.supervision.tests.conftest import TODAY, on, site
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry

__all__ = ["site"]
pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 7, 13)


def planned(site: Any, **given: Any) -> Inspection:
    said = {"unit": site.village.code, "checklist": "village_office", "day": DAY, "by": site.officer}
    return supervision.plan(**{**said, "at": TODAY, **given})


def answers(one: Inspection, *wrong: str) -> dict[str, str]:
    return {q.code: "no" if q.code in wrong else "yes" for q in supervision.list_of(one).questions}


def test_planned_recorded_and_told_to_the_unit(site: Any) -> None:
    one, later = planned(site), on("2026-07-13")
    given = {"inspection_id": one.pk, "by": site.officer}
    said = {"answers": answers(one, "hours_posted"), "words": {"hours_posted": "公示牌脱落"}}
    with pytest.raises(Conflict):
        supervision.record(**given, **said, at=TODAY)
    with pytest.raises(Invalid):
        supervision.record(**given, answers=answers(one, "hours_posted"), words={}, at=later)
    with pytest.raises(Invalid):
        supervision.record(**given, answers={"hours_posted": "yes"}, words={}, at=later)
    supervision.record(**given, **said, at=later)
    with pytest.raises(Conflict):
        supervision.record(**given, **said, at=later)
    notice = supervision.issue(inspection_id=one.pk, demand="重新张贴", by=site.officer, at=later)
    assert notice.found == [["hours_posted", 1, []]] and notice.about == "village_office"
    with pytest.raises(Conflict):  # made-up figures are said after a sample alone
        supervision.say(notice_id=notice.pk, words="造假", by=site.officer, at=later)


@pytest.mark.parametrize(
    "wrong",
    [
        {"checklist": "families"},
        {"checklist": "institution_ultrasound"},
        {"institution": "某诊所"},
        {"day": dt.date(2026, 7, 7)},
        {"why": "complaint"},
        {"checklist": "institution_licences", "institution": "隔壁那家超生的诊所"},
    ],
)
def test_what_does_not_fit_is_refused(site: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        planned(site, **wrong)


def test_an_institution_is_inspected_and_its_unit_answers(site: Any) -> None:
    one = planned(
        site, unit=site.township.code, checklist="institution_ultrasound", institution="云岭镇卫生院",
        by=site.reviewer,
    )  # fmt: skip
    assert one.institution == "云岭镇卫生院"
    for listed in supervision.checklists().values():
        for question in listed.questions:
            assert "姓名" not in question.zh and "patient" not in question.en


def test_after_a_complaint_without_a_word_of_it(site: Any) -> None:
    said = complaints.Said(
        unit=site.village.code, nature="complaint", kind="coercion", words="有人威胁我", privacy="named",
        own=True, who=complaints.Who("石长庚", "13800001234"),
    )  # fmt: skip
    complaints.send(said=said, token=f"{1:032x}", at=TODAY)
    mild = complaints.Said(unit=site.village.code, nature="complaint", kind="service", words="办事太慢")
    complaints.send(said=mild, token=f"{2:032x}", at=TODAY)
    serious, slow = Complaint.objects.order_by("pk")
    given = {"why": "complaint", "by": site.reviewer}
    with pytest.raises(Conflict):
        planned(site, complaint_id=slow.pk, **given)
    with pytest.raises((NotFound, NotAllowed)):  # it bypasses the township
        planned(site, complaint_id=serious.pk, why="complaint", by=site.officer)
    one = planned(site, complaint_id=serious.pk, **given)
    entry = AuditEntry.objects.filter(action="supervision.plan").get()
    assert set(entry.detail) == {"unit", "checklist", "day"}
    at = on("2026-07-13")
    said = {"answers": answers(one, "hours_posted"), "words": {"hours_posted": "无"}}
    supervision.record(inspection_id=one.pk, **said, by=site.reviewer, at=at)
    notice = supervision.issue(inspection_id=one.pk, demand="改正", by=site.reviewer, at=at)
    view = supervision.notice_view(notice.pk, by=site.worker, on=at.date(), unit=True)
    assert "石长庚" not in repr(view) and "威胁" not in repr(view)
