"""Pages of targets, agreements and posts: from a breakdown that does not add up to a sealed sheet."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api
from tongchou.apps.responsibility.tests.conftest import act, held, in_force, units, wanted
from tongchou.apps.responsibility.tests.test_files import workbook
from tongchou.core.errors import Conflict
from tongchou.web.sheets.agreements import agreement_pdf

__all__ = ["act", "held", "in_force", "units", "wanted"]
pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def address(area: Any, page: str = "break-down") -> str:
    return f"/targets/{page}?area={area.pk}&period=2026&indicator=paid_on_time"


@pytest.mark.parametrize("period", ["2026-13", "2026-03", "heute"])
def test_a_period_that_is_none_is_refused_and_not_taken_for_another(units: Any, period: str) -> None:
    client = signed_in(units.town)
    for page in ("/targets", "/targets/break-down"):
        asked = {"area": units.township.pk, "period": period, "indicator": "paid_on_time"}
        answer = client.get(page, asked)
        assert answer.status_code == 422 and "2026-H1" in body(answer)


def waiting() -> list[str]:
    return [str(pk) for pk in api.Version.objects.filter(state="waiting").values_list("pk", flat=True)]


def test_from_a_breakdown_that_does_not_add_up_to_a_sealed_agreement(
    units: Any, held: Any, wanted: Any, in_force: Any
) -> None:
    in_force((units.officer, units.officer_two), wanted(units.township, 97, weight=100))
    town, second, worker = (signed_in(one) for one in (units.town, units.town_two, units.worker))
    page = town.get(address(units.township))
    assert page.status_code == 200 and "青山村" in body(page)
    rows = [one.unit.key for one in page.context["form"].rows]
    assert rows == [one.code for one in units.villages]  # never the own target
    sent = {"value_0": "95", "weight_0": "100", "value_1": "90", "weight_1": "100", "reason": ""}
    assert town.post(address(units.township), sent | {"value_0": "约"}).status_code == 422
    wrong = town.post(address(units.township), sent | {"value_0": "195"})
    assert wrong.status_code == 422 and wrong.context["form"].errors["value_0"]
    assert town.post(address(units.township), {"reason": ""}).status_code == 422
    assert town.post(address(units.township), sent).status_code == 302
    page = second.get(address(units.township))
    # They wait, each named once, and are not said to have none.
    (told,) = page.context["summary"].said
    assert all(one.name in told for one in units.villages)
    with translation.override("zh-hans"):
        assert any("比所列97少4.5" in line for line in page.context["after"])
    decide = address(units.township, "decide")
    assert town.post(decide, {"version": waiting(), "verdict": "accept"}).status_code == 403
    refused = second.post(decide, {"version": waiting(), "verdict": "accept"})
    assert refused.status_code == 409 and "少4.5" in body(refused)
    taken = town.post(decide, {"version": waiting(), "verdict": "refuse", "said": "重新分解"})
    assert taken.status_code == 302
    mended = sent | {"value_0": "98", "value_1": "96"}
    assert town.post(address(units.township), mended).status_code == 302
    assert second.post(decide, {"version": waiting(), "verdict": "accept"}).status_code == 302
    listed = town.get(f"/targets?area={units.township.pk}&period=2026")
    (row,) = listed.context["rows"]
    assert (row.own, row.set, row.units, row.waits) == ("97.0%", 2, 2, 0) and row.chip.tone == "good"
    one = api.Target.objects.get(unit=units.village.code)
    assert "98.0%" in body(worker.get(f"/targets/{one.pk}"))

    new = {"area": units.township.pk, "unit": units.village.code, "period": "2026"}
    words = {"promises": "按时足额发放", "given": "经费2万元"}
    assert town.post("/agreements/new", new | words | {"promises": ""}).status_code == 422
    assert worker.get("/agreements/new").status_code == 403
    assert town.post("/agreements/new", new | words).status_code == 302
    agreement = api.Agreement.objects.get()
    link = f"/agreements/{agreement.pk}"
    assert town.get(f"{link}.pdf").status_code == 404  # nothing of a draft is sealed
    assert worker.post(f"{link}/sign").status_code == 409
    assert town.post(f"{link}/offer").status_code == 302
    assert town.post(f"{link}/sign").status_code == 403
    assert worker.post(f"{link}/sign").status_code == 302
    shown = body(worker.get(link))
    assert "村支书某（示例）" in shown and "联系干部某（示例）" in shown and "98.0%" in shown
    first, again = (worker.get(f"{link}.pdf").content for _n in range(2))
    assert first == again and first.startswith(b"%PDF")
    assert body(town.get("/agreements?show=signed")).count(link) == 1
    assert town.get("/agreements/999999").status_code == 404
    with translation.override("en"):
        assert agreement_pdf(api.Agreement.objects.get()) == agreement_pdf(api.Agreement.objects.get())


def test_a_draft_is_not_printed(units: Any, held: Any, wanted: Any, in_force: Any, act: Any) -> None:
    in_force((units.town, units.town_two), wanted(units.village, 98))
    words = {"promises": "按时足额发放", "given": "经费2万元"}
    one = api.draft(unit=units.village.code, period="2026", **words, **act(units.town))
    with pytest.raises(ValueError, match="draft"):
        agreement_pdf(one)


def test_targets_go_out_and_come_in_as_excel(units: Any, wanted: Any, in_force: Any) -> None:
    in_force((units.officer, units.officer_two), wanted(units.township, 97, weight=100))
    officer = signed_in(units.officer)
    content = officer.get("/targets.xlsx?period=2026").content
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.rows]
    assert [units.township.code, "97"] == [cells[5][0], cells[5][5]]
    again = officer.post("/targets/upload", {"file": SimpleUploadedFile("t.xlsx", content)})
    assert again.status_code == 200 and again.context["taken"].same == 1
    bad = workbook(("999", "", "paid_on_time", "", "", 97))
    told = officer.post("/targets/upload", {"file": SimpleUploadedFile("t.xlsx", bad)})
    assert told.status_code == 422 and {one.cell for one in told.context["problems"]} == {"A4", "E4"}
    assert officer.get(f"/targets/template.xlsx?area={units.county.pk}").status_code == 200
    assert signed_in(units.worker).get("/targets/upload").status_code == 403


def test_posts_are_appointed_ended_and_handed_over(
    units: Any, held: Any, make_account: Any, frozen_clock: dt.datetime
) -> None:
    town, worker = signed_in(units.town), signed_in(units.worker)
    listed = town.get(f"/posts?area={units.township.pk}")
    assert "镇党委书记某（示例）" in body(listed) and "村支书某（示例）" in body(listed)
    own = town.get(f"/posts/{held.township.post_id}")
    assert own.context["barred"] is not None and "post-act" not in own.context
    assert f"/posts/{held.township.post_id}/appoint" not in body(own)
    new = {"holder": "周正（示例）", "since": "2026-06-20", "account": "", "document": ""}
    assert town.post(f"/posts/{held.township.post_id}/appoint", new).status_code == 403
    head = f"/posts/{held.village.post_id}"
    assert town.post(f"{head}/appoint", new | {"account": "nobody"}).status_code == 422
    assert town.post(f"{head}/appoint", new | {"since": "2027-01-01"}).status_code == 422
    assert worker.post(f"{head}/appoint", new).status_code == 403
    done = town.post(f"{head}/appoint", new)
    record = api.HandOver.objects.get()
    assert done.status_code == 302 and done["Location"] == f"/posts/hand-overs/{record.pk}"
    assert town.post(f"{head}/record").status_code == 409
    link = f"/posts/hand-overs/{record.pk}"
    assert town.post(f"{link}/note").status_code == 409
    assert worker.post(f"{link}/give").status_code == 302
    other = signed_in(make_account("cun2", "village_worker", units.village))
    assert other.post(f"{link}/take").status_code == 302
    assert "note" in town.get(link).context["may"]
    assert town.post(f"{link}/note").status_code == 302
    assert not town.get("/posts/hand-overs?show=open").context["rows"]
    assert town.post(f"{head}/correct", {"holder": "周政（示例）", "reason": "录入有误"}).status_code == 302
    assert town.post(f"{head}/phone", {"phone": "不知道"}).status_code == 422
    assert town.post(f"{head}/end", {"on": "2026-06-29", "document": ""}).status_code == 302
    assert town.get(f"/posts?area={units.township.pk}").context["vacant"] == 1
    assert town.get("/posts/999999").status_code == 404


def test_posts_and_departments_are_added_and_go_out_as_excel(units: Any) -> None:
    officer = signed_in(units.officer)
    where = f"/posts/new?area={units.county.pk}"
    area = {"area": units.county.pk}
    unit = area | {"code": "WJ", "name": "卫生健康局", "since": "2020-01-01"}
    assert officer.post(where, unit | {"name": ""}).status_code == 422
    assert officer.post(where, unit).status_code == 302
    department = posts.Department.objects.get()
    post = area | {"department": department.pk, "duty": "head", "title": "局长", "phone": "0857-8222222"}
    assert officer.post(where, post | {"phone": "x"}).status_code == 422
    assert officer.post(where, post).status_code == 302
    content = officer.get(f"/posts.xlsx?area={units.county.pk}").content
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.rows]
    assert rows[5][:5] == [units.county.code, "WJ", "卫生健康局", "书记", "局长"]


def test_pages_ask_as_much_for_few_units_as_for_many(
    units: Any, wanted: Any, act: Any, frozen_clock: dt.datetime
) -> None:
    officer, numbers = signed_in(units.officer), []
    names = ("code", "name", "level", "parent_code")
    pages = (address(units.county), f"/targets?area={units.county.pk}&period=2026")
    pages += (f"/posts?area={units.county.pk}", "/agreements", "/posts/hand-overs")
    for batch in (range(1, 3), range(3, 30)):
        codes = [f"5205218{number:02d}" for number in batch]
        rows = [(code, f"第{code}镇", "township", units.county.code) for code in codes]
        places.load_areas(
            [dict(zip(names, row, strict=True)) | {"valid_from": "2020-01-01"} for row in rows],
            by=None,
            at=frozen_clock,
        )
        for code in codes:
            area = places.area_by_code(code)
            post = posts.add_post(area_id=area.pk, duty="head", title="书记", **act(units.officer))
            for name, day in (("甲", 1), ("乙", 2)):
                api.appoint(post_id=post.pk, holder=name, since=dt.date(2026, 5, day), **act(units.officer))
        api.propose([wanted(code, 95, weight=10) for code in codes], **act(units.officer))
        counted = []
        for page in pages:
            officer.get(page)
            with CaptureQueriesContext(connection) as caught:
                assert officer.get(page).status_code == 200
            counted.append(len(caught))
        numbers.append(counted)
    assert numbers[0] == numbers[1]


def test_what_is_elsewhere_stays_unseen(units: Any, wanted: Any, in_force: Any, make_account: Any) -> None:
    in_force((units.town, units.town_two), wanted(units.village, 98))
    one = api.Target.objects.get()
    elsewhere = signed_in(make_account("bie", "village_worker", units.villages[1]))
    assert elsewhere.get(f"/targets/{one.pk}").status_code == 404
    assert signed_in(make_account("cai", "county_finance", units.county)).get("/targets").status_code == 403
    with pytest.raises(Conflict):
        api.draft(
            unit=units.village.code, period="2026-H2", promises="好", given="好",
            by=units.town, at=dt.datetime.now(tz=dt.UTC),
        )  # fmt: skip
