"""From a meeting to a task that is done and confirmed, on the pages; the drawing shows it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.plans import api as plans
from tongchou.apps.plans.models import Meeting, Task
from tongchou.apps.plans.tests.conftest import meeting, office, task
from tongchou.core import clock
from tongchou.web.console.presenters.plans import gantt

__all__ = ["meeting", "office", "task"]
pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_from_a_meeting_to_a_confirmed_task(office: Any, county: Any, frozen_clock: dt.datetime) -> None:
    today = clock.today()
    officer, worker = signed_in(office.township), signed_in(office.village)
    given = {"area": county.township.pk, "title": "联席会议", "on": today.isoformat(), "agenda": "托位"}
    assert officer.post(reverse("console:plan-meeting-new"), given | {"agenda": ""}).status_code == 422
    assert worker.get(reverse("console:plan-meeting-new")).status_code == 403
    assert officer.post(reverse("console:plan-meeting-new"), given).status_code == 302
    address = reverse("console:plan-meeting", args=[Meeting.objects.get().pk])
    assert officer.post(address, {"minutes": "议定：报送需求"}).status_code == 302
    item = {
        "unit_key": county.village.code,
        "part": "lead",
        "what": "报送托位需求",
        "starts": today.isoformat(),
        "due": (today + dt.timedelta(days=30)).isoformat(),
    }
    assert officer.post(address, item | {"due": "2020-01-01"}).status_code == 422
    assert officer.post(address, item).status_code == 302
    one = Task.objects.get()
    assert "报送托位需求" in worker.get(reverse("console:plans")).content.decode()

    def act(client: Client, name: str, **given: str) -> int:
        return client.post(reverse("console:plan-task-act", args=[one.pk, name]), given).status_code

    assert act(worker, "report", evidence="") == 422
    assert act(worker, "report", evidence="需求表 1 份") == 302
    assert act(worker, "confirm") == 403
    assert act(officer, "confirm") == 302
    one.refresh_from_db()
    assert one.state == "done"
    page = officer.get(reverse("console:plan-task", args=[one.pk])).content.decode()
    assert "需求表 1 份" in page
    assert "<svg" in officer.get(reverse("console:plans"), {"show": "done"}).content.decode()


def test_the_drawing_shows_late_days_and_escapes(task: Any, frozen_clock: dt.datetime) -> None:
    one = task(due_in=5, what="<b>报送</b>")
    on_time = str(gantt(plans.lines_of([one], one.due), one.due))
    after = one.due + dt.timedelta(days=9)
    late = str(gantt(plans.lines_of([one], after), after))
    assert "#8c1c13" not in on_time and "#8c1c13" in late
    assert "<b>" not in late and "style" not in late


def test_the_page_asks_as_much_for_one_task_as_for_many(task: Any, office: Any) -> None:
    officer, counts = signed_in(office.township), []
    for number in (1, 8):
        for _ in range(number):
            task()
        officer.get(reverse("console:plans"))
        with CaptureQueriesContext(connection) as asked:
            assert officer.get(reverse("console:plans")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_stages_and_the_counts_that_do_not_add_up(office: Any) -> None:
    worker = signed_in(office.village)
    said = worker.get(reverse("console:plan-stages"), {"year": "2026"})
    page = said.content.decode()
    assert said.status_code == 200 and "强力推进阶段" in page and "纳雍县王家寨镇" in page
    assert said.context["initiatives"]["sums"] == [94, 1000, 9840]
    assert said.context["initiatives"]["stated"] == [100, 1000, 10000]
    assert worker.get(reverse("console:plan-stages"), {"year": "x"}).status_code == 200
