"""From what was found to its closing: whose turn it is, who looks again, what is late, what repeats."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tongchou.apps.accountability.models import ProvenCase
from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision.going_on import follow_days
from tongchou.apps.supervision.models import Notice, Step
from tongchou.apps.supervision.tests.conftest import JPEG, TODAY, drawn, finished, notice, on, site
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound

__all__ = ["drawn", "finished", "notice", "site"]
pytestmark = pytest.mark.django_db
LATER = on("2026-07-10")


def replied(one: Notice, by: Any, at: dt.datetime = LATER) -> Notice:
    return supervision.reply(notice_id=one.pk, words="已更正并重新张贴", files=[JPEG], by=by, at=at)


def test_notice_reply_recheck_closed(notice: Any, site: Any) -> None:
    one = notice()
    assert one.due == dt.date(2026, 7, 22) and one.found == [["date", 2, one.found[0][2]]]
    assert [line.notice_id for line in supervision.own_notices(by=site.worker, on=TODAY.date())] == [one.pk]
    with pytest.raises(Invalid) as bare:
        supervision.reply(notice_id=one.pk, words="已更正", files=[], by=site.worker, at=LATER)
    assert bare.value.code == "supervision.file"
    with pytest.raises(Conflict):
        supervision.recheck(notice_id=one.pk, mended=True, words="已看", by=site.second, at=LATER)
    replied(one, site.worker)
    with pytest.raises(NotAllowed) as maker:
        supervision.recheck(notice_id=one.pk, mended=True, words="已看", by=site.officer, at=LATER)
    assert maker.value.code == "supervision.maker"
    with pytest.raises(NotAllowed):  # the unit does not look at itself
        supervision.recheck(notice_id=one.pk, mended=True, words="已看", by=site.worker, at=LATER)
    again = supervision.recheck(notice_id=one.pk, mended=False, words="仍差一份", by=site.second, at=LATER)
    assert again.state == "issued" and again.due == dt.date(2026, 7, 24)
    replied(one, site.worker, on("2026-07-13"))
    done = supervision.recheck(
        notice_id=one.pk, mended=True, words="看过公开栏", by=site.second, at=on("2026-07-14")
    )
    assert done.state == "closed"
    with pytest.raises(Conflict):
        replied(one, site.worker, on("2026-07-15"))
    view = supervision.notice_view(one.pk, by=site.officer, on=TODAY.date())
    assert [step.act for step in view.steps] == ["issue", "reply", "again", "reply", "close"]
    assert view.way.repeats == 1 and view.steps[1].words == "已更正并重新张贴"
    assert view.steps[1].evidence and view.demand == "更正公示日期并重新张贴"
    (record,) = supervision.records(by=site.officer, on=TODAY.date())
    assert (record.issued, record.open, record.late, record.repeated) == (1, 0, 0, 0)


def test_steps_are_only_ever_added(notice: Any) -> None:
    step = Step.objects.get(notice=notice())
    for change in (lambda: step.delete(), lambda: Step.objects.update(late=True)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_unit_sees_its_own_notices_alone(notice: Any, site: Any, make_account: Any) -> None:
    one = notice()
    neighbour = make_account("linju", "village_worker", site.other)
    assert supervision.own_notices(by=neighbour, on=TODAY.date()) == []
    for by in (neighbour, site.reviewer):
        with pytest.raises(NotFound):
            supervision.notice_view(one.pk, by=by, on=TODAY.date(), unit=True)
        with pytest.raises(NotFound):
            replied(one, by)
    assert supervision.notice_view(one.pk, by=site.worker, on=TODAY.date(), unit=True)
    with pytest.raises(NotAllowed):
        supervision.notice_view(one.pk, by=site.worker, on=TODAY.date())
    assert supervision.notice_view(one.pk, by=site.reviewer, on=TODAY.date()).line.level == "township"


def test_what_is_late_stands_before_the_next_level(notice: Any, site: Any) -> None:
    one, late = notice(), on("2026-07-23")
    assert [_days_pass(at) for at in (TODAY, on("2026-07-22"), late, late)] == [0, 0, 1, 0]
    one.refresh_from_db()
    assert one.escalated_on == late.date()
    (line,) = supervision.lines_of(
        list(supervision.notices(by=site.reviewer, on=late.date(), of="late")), late.date()
    )
    assert line.level == "county" and line.left == -1
    with pytest.raises(Conflict):
        supervision.extend(notice_id=one.pk, due=dt.date(2026, 8, 1), words="忘了", by=site.officer, at=late)
    replied(one, site.worker, late)
    assert Step.objects.get(act="reply").late
    done = supervision.recheck(notice_id=one.pk, mended=True, words="已看", by=site.reviewer, at=late)
    assert done.state == "closed"


def _days_pass(at: dt.datetime) -> int:
    """Lets the follower work until nothing is left; how many notices it escalated."""
    before = Step.objects.filter(act="escalate").count()
    while follow_days(at):
        pass
    return Step.objects.filter(act="escalate").count() - before


def test_a_last_day_moves_later_with_a_reason(notice: Any, site: Any) -> None:
    one = notice()
    given = {"notice_id": one.pk, "by": site.officer, "at": LATER}
    with pytest.raises(Conflict):
        supervision.extend(due=one.due, words="道路中断", **given)
    with pytest.raises(Invalid):
        supervision.extend(due=dt.date(2026, 8, 1), words=" ", **given)
    with pytest.raises(Invalid):
        supervision.extend(due=dt.date(2027, 8, 1), words="道路中断", **given)
    moved = supervision.extend(due=dt.date(2026, 8, 3), words="道路中断", **given)
    assert moved.due == dt.date(2026, 8, 3)


def test_a_second_notice_of_a_kind_is_a_repeat(notice: Any, site: Any) -> None:
    first, second = notice(), notice()
    assert (first.repeats, second.repeats) == (0, 1)
    assert notice(kind="staff").repeats == 0
    (record,) = supervision.records(by=site.officer, on=TODAY.date())
    assert (record.issued, record.open, record.repeated) == (3, 3, 1)


def test_nothing_found_and_nothing_finished_give_no_notice(drawn: Any, finished: Any, site: Any) -> None:
    for one, code in (
        (finished(wrong=0), "supervision.nothing_found"),
        (drawn(kind="staff"), "supervision.unfinished"),
    ):
        with pytest.raises(Conflict) as refused:
            supervision.issue(draw_id=one.pk, demand="改正", by=site.officer, at=TODAY)
        assert refused.value.code == code


def test_made_up_figures_are_said_answered_and_decided_by_three(notice: Any, site: Any) -> None:
    one = notice(wrong=10)
    given = {"notice_id": one.pk, "at": LATER}
    supervision.say(words="十份公示均无张贴痕迹，登记日期雷同", by=site.officer, **given)
    with pytest.raises(Conflict) as heard:
        supervision.decide(proven=True, words="查实", by=site.second, **given)
    assert heard.value.code == "supervision.not_heard"
    with pytest.raises(NotFound):
        supervision.answer(words="不是我们", by=site.reviewer, **given)
    supervision.answer(words="当月值班人员漏张贴，事后补登", by=site.worker, **given)
    with pytest.raises(NotAllowed):
        supervision.decide(proven=True, words="查实", by=site.officer, **given)
    found = supervision.decide(proven=True, words="三名证人与台账证实", by=site.second, **given)
    assert found.proven and not ProvenCase.objects.exists()
    with pytest.raises(Invalid):
        supervision.hand_over(number="云督〔2026〕1号", final=False, by=site.second, **given)
    supervision.hand_over(number="云督〔2026〕1号", final=True, by=site.second, **given)
    case = ProvenCase.objects.get()
    assert (case.unit, case.cause, case.year) == (site.village.code, "falsification", 2026)
    with pytest.raises(Conflict):
        supervision.hand_over(number="云督〔2026〕2号", final=True, by=site.second, **given)


def test_a_silent_unit_is_decided_about_after_its_days(notice: Any, site: Any) -> None:
    one = notice()
    said = supervision.say(notice_id=one.pk, words="台账雷同", by=site.officer, at=LATER)
    assert said.hear_by == dt.date(2026, 7, 17)
    after = on("2026-07-18")
    found = supervision.decide(notice_id=one.pk, proven=False, words="证据不足", by=site.second, at=after)
    assert found.proven is False
    with pytest.raises(Conflict):
        supervision.hand_over(notice_id=one.pk, number="1", final=True, by=site.second, at=after)
