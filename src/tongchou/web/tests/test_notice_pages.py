"""Public notices on pages: hung out, pictured, objected to by anybody, gone afterwards."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import apply, family, office, passed, with_one_son
from tongchou.apps.local.models import LocalValue
from tongchou.apps.notices import api as notices
from tongchou.apps.notices.models import Ground, Notice, Objection, Proof
from tongchou.apps.notices.passing import follow_days
from tongchou.apps.notices.tests.conftest import photo
from tongchou.core import clock
from tongchou.web.console.presenters import notices as present

__all__ = ["apply", "family", "office", "passed", "photo"]


@pytest.fixture
def waiting(apply: Any, office: Any, passed: Any, frozen_clock: dt.datetime) -> list[int]:
    cases = []
    with_one_son()
    for name in ("陈老根", "林树"):
        cases.append(apply(name, "elderly_reward", applicant="self"))
        casework.accept(case_id=cases[-1], by=office.clerk, at=frozen_clock)
        passed(cases[-1], office.township)
    return cases


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def notice(waiting: list[int], office: Any, county: Any) -> Notice:
    worker = signed_in(office.village)
    page = worker.get("/postings").content.decode()
    assert "elderly_reward:2026:village_notice" in page
    assert f'value="{county.village.pk}" selected' in page  # the only area there is
    assert "data-submit" not in page  # choosing hangs nothing out
    sent = {
        "what": "elderly_reward:2026:village_notice",
        "place": "村务公开栏",
        "area": f"{county.village.pk}",
    }
    answer = worker.post("/postings/new", sent)
    assert answer.status_code == 302, answer.content.decode()
    return Notice.objects.get()


def test_a_worker_hangs_a_list_out_and_keeps_a_photograph(notice: Notice, office: Any, photo: bytes) -> None:
    worker = signed_in(office.village)
    page = worker.get(f"/postings/{notice.pk}").content.decode()
    assert "陈*根" in page
    assert "陈老根" not in page
    assert 'value="2026-06-30"' in page  # as a field of a date wants it
    answer = worker.post(
        f"/postings/{notice.pk}/photographs",
        {"taken_on": "2026-06-30", "photo": SimpleUploadedFile("公示.png", photo)},
    )
    assert answer.status_code == 302
    shown = worker.get(f"/postings/photographs/{Proof.objects.get().pk}")
    assert (shown["Content-Type"], shown.content) == ("image/png", photo)
    wrong = worker.post(
        f"/postings/{notice.pk}/photographs",
        {"taken_on": "2026-06-30", "photo": SimpleUploadedFile("公示.png", b"no picture")},
    )
    assert wrong.status_code == 422


def test_nothing_is_hung_out_without_a_place(waiting: list[int], office: Any, county: Any) -> None:
    worker = signed_in(office.village)
    sent = {"what": "elderly_reward:2026:village_notice", "place": "", "area": f"{county.village.pk}"}
    answer = worker.post("/postings/new", sent)
    assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_anybody_reads_it_while_it_hangs_and_objects(notice: Notice, office: Any) -> None:
    anybody = Client()
    assert f"/notices/{notice.pk}" in anybody.get("/notices").content.decode()
    page = anybody.get(f"/notices/{notice.pk}")
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "陈*根" in page.content.decode()
    wrong = anybody.post(f"/notices/{notice.pk}", {"position": "1", "ground": "births", "words": "超生"})
    assert wrong.status_code == 422
    gone = anybody.post(f"/notices/{notice.pk}", {"position": "9", "ground": "alive", "words": "不在世"})
    assert gone.status_code == 422
    sent = anybody.post(f"/notices/{notice.pk}", {"position": "1", "ground": "alive", "words": "不在世"})
    assert sent.status_code == 200
    code = sent.content.decode().split('translate="no">')[1].split("<")[0]
    followed = anybody.post("/notices/objection", {"code": code}).content.decode()
    assert "2026年6月30日" in followed and "2026-06-30" not in followed
    assert anybody.post("/notices/objection", {"code": "NOBODYS"}).status_code == 422

    officer = signed_in(office.township_two)
    assert "不在世" in officer.get("/postings").content.decode()
    pk = Objection.objects.get().pk
    officer.post(f"/objections/{pk}", {"verdict": "dismissed", "answer": "已入户核实"})
    assert "已入户核实" in anybody.post("/notices/objection", {"code": code}).content.decode()


def test_the_sheet_says_how_where_and_until_when_to_object(
    notice: Notice, office: Any, county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    """Who reads the wall needs no other page: grounds, days, place, telephone, address of the online page."""
    LocalValue.objects.create(
        area=county.county, name="office_phone", value="0857-5231234", source="own",
        effective_from=dt.date(2026, 1, 1), recorded_by=township_officer.pk, recorded_at=frozen_clock,
    )  # fmt: skip
    told = present.sheet(notice, today=frozen_clock.date(), language="zh", online="http://x/notices/1")
    assert told.row.closes in told.objecting
    assert told.grounds == [str(label) for label in Ground.labels]
    assert told.signed == "青山村村民委员会（示例）"  # who hangs it out, not the county
    for client, address in (
        (signed_in(office.village), f"/postings/{notice.pk}"),
        (Client(), f"/notices/{notice.pk}"),
    ):
        page = html.unescape(client.get(address).content.decode())
        sheet = page.split("<article")[1].split("</article>")[0]
        assert all(str(label) in sheet for label in Ground.labels)
        assert "0857-5231234" in sheet and f"http://testserver/notices/{notice.pk}" in sheet
        assert "青山村村民委员会（示例）" in sheet and "<svg" in sheet and told.row.closes in sheet


def test_afterwards_nothing_of_it_is_shown(notice: Notice, frozen_clock: dt.datetime) -> None:
    with clock.frozen(frozen_clock + dt.timedelta(days=11)):
        gone = Client().get(f"/notices/{notice.pk}")
        assert gone.status_code == 404
        assert "陈" not in gone.content.decode()
        assert f"/notices/{notice.pk}" not in Client().get("/notices").content.decode()


def test_elsewhere_it_does_not_exist(notice: Notice, make_account: Any, county: Any, photo: bytes) -> None:
    elsewhere = signed_in(make_account("lijie", "village_worker", county.other_village))
    assert elsewhere.get(f"/postings/{notice.pk}").status_code == 404
    assert elsewhere.post(f"/postings/{notice.pk}/objections", {"position": "1"}).status_code == 404
    assert Client().get("/postings").status_code == 302


def test_an_objection_at_the_window(notice: Notice, office: Any) -> None:
    worker = signed_in(office.village)
    sent = {"position": "2", "ground": "residence", "words": "已迁走", "contact": ""}
    answer = worker.post(f"/postings/{notice.pk}/objections", sent)
    assert answer.status_code == 200
    assert Objection.objects.get().received_by == office.village


def test_the_page_of_a_case_says_for_what_its_notice_waits(
    waiting: list[int], office: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    """Not yet hung out, hanging, objected to, answered: one line each, and in the timeline."""
    client = signed_in(office.township_two)

    def shown() -> Any:
        return client.get(f"/cases/{waiting[0]}").context["page"]

    to_hang = shown().next
    signed_in(office.village).post(
        "/postings/new",
        {"what": "elderly_reward:2026:village_notice", "place": "公开栏", "area": f"{county.village.pk}"},
    )
    hanging = shown()
    assert len({to_hang, hanging.next}) == 2 and "2026年7月10日" in hanging.next
    notice = Notice.objects.get()
    assert notice.number in [one.words for one in hanging.history]
    given = {"notice_id": notice.pk, "position": 1, "ground": "residence", "contact": "", "at": frozen_clock}
    notices.object_to(words="多年不在本村居住", by=None, **given)
    held = shown()
    assert held.next not in (to_hang, hanging.next) and "2026年7月10日" not in held.next
    assert [one.reasons for one in held.history][-1] == str(Ground.RESIDENCE.label)
    assert "多年不在本村居住" not in client.get(f"/cases/{waiting[0]}").content.decode()
    assert client.get(f"/cases/{waiting[1]}").context["page"].next == hanging.next  # the other entry goes on
    notices.decide(
        objection_id=Objection.objects.get().pk, verdict="dismissed", answer="已核实", by=office.township_two,
        at=frozen_clock,
    )  # fmt: skip
    after = shown()
    assert after.next == hanging.next
    assert (after.history[-1].officer, len(after.history)) == (
        office.township_two.shown_name, len(held.history) + 1,
    )  # fmt: skip


def test_when_its_days_have_passed_a_case_goes_on_and_the_page_is_gone(
    notice: Notice, waiting: list[int], office: Any, frozen_clock: dt.datetime
) -> None:
    notices.object_to(
        notice_id=notice.pk, position=1, ground="alive", words="请核对", contact="", by=None, at=frozen_clock
    )
    address, client = f"/notices/{notice.pk}", Client()
    last = frozen_clock + dt.timedelta(days=10)
    with clock.frozen(last):
        assert not follow_days(last)
        assert client.get(address).status_code == 200  # its last day
        assert "陈*根" in client.get(address).content.decode()
    after = frozen_clock + dt.timedelta(days=11)
    with clock.frozen(after):
        page = client.get(address)  # also before the job has ended it
        assert page.status_code == 404 and "陈*根" not in page.content.decode()
        assert follow_days(after) and not follow_days(after)
        assert client.get(address).status_code == 404
        assert "陈*根" not in client.get("/notices").content.decode()
        sent = {"position": "2", "ground": "alive", "words": "不在世", "contact": ""}
        assert client.post(address, sent).status_code == 404
        village, officer = signed_in(office.village), signed_in(office.township_two)
        assert officer.get(f"/cases/{waiting[1]}").context["page"].history[-1].officer == "期满自动"
        assert Case.objects.get(pk=waiting[1]).stage_code == "township_review"
        # Who was objected to is looked into first, and does not hang a second time for that.
        assert Case.objects.get(pk=waiting[0]).stage_code == "village_notice"
        assert village.get("/postings?show=to-post").context["waiting"] == []
        notices.decide(
            objection_id=Objection.objects.get().pk, verdict="dismissed", answer="已核实",
            by=office.township_two, at=after,
        )  # fmt: skip
        assert Case.objects.get(pk=waiting[0]).stage_code == "township_review"


def test_an_objection_is_answered_on_the_page_by_those_who_may(
    notice: Notice, office: Any, frozen_clock: dt.datetime
) -> None:
    notices.object_to(
        notice_id=notice.pk, position=1, ground="alive", words="请核对", contact="", by=None, at=frozen_clock
    )
    form = f'action="/objections/{Objection.objects.get().pk}"'
    acted, other = (signed_in(one).get("/postings") for one in (office.township, office.township_two))
    assert [len(page.context["objections"]) for page in (acted, other)] == [1, 1]  # both see that it waits
    assert form not in acted.content.decode() and form in other.content.decode()


def test_the_page_of_a_case_asks_the_same_however_much_was_objected(
    notice: Notice, waiting: list[int], office: Any, frozen_clock: dt.datetime
) -> None:
    client = signed_in(office.township_two)
    counts = []
    for _more in range(3):
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/cases/{waiting[0]}")
        counts.append(len(caught))
        notices.object_to(
            notice_id=notice.pk,
            position=1,
            ground="alive",
            words="请核对",
            contact="",
            by=None,
            at=frozen_clock,
        )
    assert counts[2] <= counts[1]
