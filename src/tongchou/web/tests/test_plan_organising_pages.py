"""Groups, steps, stages, pilots, village meetings, boards and briefing packs on their pages."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.casework.tests.conftest import family
from tongchou.apps.commitments.tests.conftest import letter, words
from tongchou.apps.plans import api as plans
from tongchou.apps.plans.models import Acceptance, Assembly, Group, Seat, Task, Told
from tongchou.apps.plans.tests.conftest import meeting, office, task
from tongchou.apps.posts import api as posts
from tongchou.core import clock
from tongchou.web.console import formatters

__all__ = ["family", "letter", "meeting", "office", "task", "words"]
pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_group_is_formed_and_posts_sit_in_it(county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    officer, worker = signed_in(office.township), signed_in(office.village)
    post = posts.add_post(
        area_id=county.village.pk, duty="contact", title="联系干部", by=office.township, at=frozen_clock
    )
    new = reverse("console:plan-group-new")
    assert worker.get(new).status_code == 403
    assert "select" in officer.get(new, {"area": county.township.pk}).content.decode()
    said = {
        "area": county.township.pk, "name": "专班", "purpose": "托位", "lead": county.township.code,
        "shares": [county.village.code],
    }  # fmt: skip
    assert officer.post(new, said | {"purpose": "孕检"}).status_code == 422
    assert officer.post(new, said).status_code == 302
    group = Group.objects.get()
    page = reverse("console:plan-group", args=[group.pk])
    assert "联系干部" in officer.get(page).content.decode()
    act = lambda name, **given: officer.post(reverse("console:plan-group-act", args=[group.pk, name]), given)  # noqa: E731
    assert act("seat", post_id=post.pk, leads="on").status_code == 302
    assert act("seat", post_id=post.pk).status_code == 422
    seat = Seat.objects.get()
    assert seat.leads and "专班" in officer.get(reverse("console:plan-groups")).content.decode()
    assert "专班" in officer.get(reverse("console:plan-meeting-new")).content.decode()
    assert act("unseat", seat=seat.pk).status_code == 302 and act("end").status_code == 302
    assert act("x").status_code == 404


def test_a_task_is_broken_into_steps(task: Any, county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    one, worker, today = task(due_in=20), signed_in(office.village), clock.today()
    address = reverse("console:plan-task-act", args=[one.pk, "step"])
    step = {"unit_key": county.village.code, "what": "汇总需求", "starts": today.isoformat()}
    assert worker.post(address, step | {"due": "2020-01-01"}).status_code == 422
    assert worker.post(address, step | {"due": one.due.isoformat()}).status_code == 302
    page = worker.get(reverse("console:plan-task", args=[one.pk])).content.decode()
    assert "汇总需求" in page and "<svg" in page
    part = Task.objects.get(parent=one)
    assert one.what in worker.get(reverse("console:plan-task", args=[part.pk])).content.decode()


def test_a_stage_is_asked_for_and_accepted(county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    officer, above = signed_in(office.township), signed_in(office.county)
    act = lambda client, name, **given: client.post(reverse("console:plan-stages-act", args=[name]), given)  # noqa: E731
    asked = {"year": 2026, "area": county.township.pk, "stage": "push", "evidence": "台账 1 份"}
    assert act(officer, "ask", **(asked | {"evidence": ""})).status_code == 422
    assert act(officer, "ask", **(asked | {"stage": "develop"})).status_code == 409
    assert act(officer, "ask", **asked).status_code == 302
    one = Acceptance.objects.get()
    assert act(officer, "decide", year=2026, which=one.pk, accept="1").status_code == 403
    address = reverse("console:plan-stages")
    assert "台账 1 份" in above.get(address, {"year": 2026}).content.decode()
    assert act(above, "decide", year=2026, which=one.pk, accept="1").status_code == 302
    one.refresh_from_db()
    assert one.state == "accepted"
    assert (
        act(above, "tell", year=2026, area=county.county.pk, initiative="folk_troupes", number=4).status_code
        == 302
    )
    assert Told.objects.get().number == 4
    assert above.get(address).context["initiatives"]["told"] == [4, 0, 0]
    assert act(above, "x").status_code == 404


def test_a_village_meets_and_names_nobody(
    task: Any, county: Any, office: Any, family: Any, frozen_clock: dt.datetime
) -> None:
    task()
    worker, address = signed_in(office.village), reverse("console:plan-assemblies")
    said = {"area": county.village.pk, "on": clock.today().isoformat(), "words": "陈老根家补材料"}
    assert worker.post(address, said).status_code == 422 and not Assembly.objects.exists()
    assert worker.post(address, said | {"words": "公开栏更新"}).status_code == 302
    one = Assembly.objects.get()
    record = reverse("console:plan-assembly-record", args=[one.pk])
    worker.post(record, {"record": "核对孕妇名单"})
    one.refresh_from_db()
    assert one.record == ""
    worker.post(record, {"record": "周五前更新公开栏"})
    page = worker.get(address).content.decode()
    assert "周五前更新公开栏" in page and "公开栏更新" in page


def test_the_board_is_a_sheet(letter: Any, county: Any, office: Any, family: Any, monkeypatch: Any) -> None:
    letter()
    worker, address = signed_in(office.village), reverse("console:plan-board")
    answer = worker.get(address, {"area": county.village.pk, "month": f"{clock.today():%Y-%m}"})
    assert answer.content.startswith(b"%PDF")
    assert worker.get(address, {"area": county.village.pk, "month": "x"}).status_code == 404
    assert worker.get(address, {"area": county.village.pk, "month": "2031-01"}).status_code == 302


def test_the_board_s_words_name_no_person_and_no_small_sum(
    letter: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    from tongchou.apps.payments import api as payments
    from tongchou.web.console.presenters.plan_papers import board

    letter()
    later = frozen_clock + dt.timedelta(days=9)
    told = plans.disclosure(county.village.pk, month=later.date().replace(day=1), by=office.village, at=later)
    sums = (
        payments.PaidSum("childcare_subsidy", 12, 4_320_000),
        payments.PaidSum("elderly_reward", None, None),
    )
    told = plans.Disclosure(
        **({name: getattr(told, name) for name in told.__dataclass_fields__} | {"paid": sums})
    )
    said = str(board(told))
    assert formatters.yuan(4_320_000) in said and "王大山" not in said and told.promises[0].promise in said


def test_a_briefing_pack_as_page_paper_and_workbook(task: Any, county: Any, office: Any) -> None:
    task()
    officer = signed_in(office.township)
    page = officer.get(reverse("console:plan-briefing"), {"area": county.township.pk})
    assert page.context["sections"]
    for kind, magic in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = officer.get(reverse("console:plan-briefing-file", args=[county.township.pk, kind]))
        assert answer.content.startswith(magic)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert any(
        row[1].value == county.village.name and row[3].value == 1 for row in sheet.iter_rows(min_row=5)
    )
    assert (
        officer.get(reverse("console:plan-briefing-file", args=[county.county.pk, "pdf"])).status_code == 404
    )
    assert signed_in(office.village).get(reverse("console:plan-briefing")).status_code == 403


def test_pilots_need_a_closed_period(county: Any, office: Any) -> None:
    officer, address = signed_in(office.county), reverse("console:plan-pilots")
    assert officer.get(address).status_code == 200
    assert officer.get(address, {"area": county.county.pk, "period": "2026-05"}).status_code == 409
    assert officer.get(address, {"area": county.county.pk, "period": "x"}).status_code == 422


def test_pages_ask_as_often_for_many(county: Any, office: Any, frozen_clock: dt.datetime) -> None:
    officer, counts = signed_in(office.township), {}
    names = ("plan-groups", "plan-assemblies", "plan-stages")
    for number in (1, 6):
        for at in range(Group.objects.count(), number):
            where = {"area_id": county.village.pk, "scope_no": county.village.scope_no, "area_name": "x"}
            Group.objects.create(
                **where, name=f"g{at}", purpose="p", since=clock.today(), made_by=office.township
            )
            Assembly.objects.create(
                **where, on=clock.today() - dt.timedelta(days=at), points=[["tasks_open", 1]],
                called_by=office.village, called_at=frozen_clock,
            )  # fmt: skip
            Acceptance.objects.create(
                **where, year=clock.today().year, stage=f"s{at}", evidence="x", asked_on=clock.today(),
                asked_by=office.township_two,
            )  # fmt: skip
        for name in names:
            officer.get(reverse(f"console:{name}"))
            with CaptureQueriesContext(connection) as asked:
                assert officer.get(reverse(f"console:{name}")).status_code == 200
            counts.setdefault(name, []).append(len(asked))
    assert all(first == second for first, second in counts.values()), counts
