"""Bulletins of units on their pages: closed, made, sealed by a second person, public."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.accountability import api as bulletins
from tongchou.apps.accountability.models import Issue
from tongchou.apps.accountability.tests.conftest import MONTH, feeds, good, units
from tongchou.domain.accountability import bulletin_text
from tongchou.web.tests import made_bulletins

__all__ = ["feeds", "good", "units"]
pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def closed(units: Any, good: Any) -> Any:
    """The county with its month closed from its page."""
    good()
    sent = {"area": units.county.pk, "month": f"{MONTH:%Y-%m}", "below": "1"}
    answer = signed_in(units.maker).post(reverse("console:month-close-act", args=["close"]), sent)
    assert answer.status_code == 302
    return units


def make(units: Any, **given: Any) -> Any:
    sent = {"area": units.county.pk, "kind": "month", "period": f"{MONTH:%Y-%m}"} | given
    return signed_in(units.maker).post(reverse("console:unit-bulletin-make"), sent)


def act(account: Any, issue: Issue, name: str, **given: Any) -> Any:
    return signed_in(account).post(reverse("console:unit-bulletin-act", args=[issue.pk, name]), given)


@pytest.fixture
def published(closed: Any) -> Issue:
    make(closed)
    issue = Issue.objects.get()
    assert act(closed.second, issue, "publish").status_code == 302
    issue.refresh_from_db()
    return issue


def test_from_a_closed_month_to_the_public_page(closed: Any) -> None:
    made = make(closed)
    issue = Issue.objects.get()
    assert made["Location"] == reverse("console:unit-bulletin", args=[issue.pk])
    assert act(closed.maker, issue, "publish").status_code == 403
    public = reverse("console:public-bulletin", args=[issue.pk])
    assert Client().get(public).status_code == 404
    assert Client().get(reverse("console:public-bulletin-pdf", args=[issue.pk])).status_code == 404
    assert act(closed.second, issue, "publish").status_code == 302
    page = Client().get(public).content.decode()
    content = bulletin_text.read(bytes(Issue.objects.get().content))
    assert all(row.name in page for row in content.rows)
    assert content.sha256 in page
    # Officials are not on it.
    assert closed.maker.shown_name not in page and closed.second.shown_name not in page
    assert public in Client().get(reverse("console:public-bulletins")).content.decode()


def test_the_files_are_the_same_twice(published: Issue) -> None:
    for name, start in (("public-bulletin-pdf", b"%PDF"), ("public-bulletin-workbook", b"PK")):
        first, second = (Client().get(reverse(f"console:{name}", args=[published.pk])) for _n in range(2))
        assert first.content == second.content and first.content.startswith(start)


def test_a_reply_stands_beside_the_row_in_public(closed: Any, published: Issue) -> None:
    unit = bulletin_text.read(bytes(published.content)).rows[0].unit
    said = "银行卡在五月集中更换"
    assert act(closed.maker, published, "reply", unit=unit, words="").status_code == 422
    assert act(closed.maker, published, "reply", unit=unit, words=said).status_code == 302
    page = Client().get(reverse("console:public-bulletin", args=[published.pk])).content.decode()
    row, below = page.split(f'id="u{unit}"')[1].split("</tr>")[:2]
    assert said in below and said not in row  # a row of its own: a column for it was cut off on a screen


def test_a_late_correction_stands_on_the_restatement_page(closed: Any, published: Issue) -> None:
    village = closed.villages[0]
    client = signed_in(closed.maker)
    sent = {
        "area": village.parent_id, "month": f"{MONTH:%Y-%m}", "unit": village.code,
        "count": "payments_on_time", "value": 41, "reason": "补报两户",
    }  # fmt: skip
    address = reverse("console:month-close-act", args=["restate"])
    assert client.post(address, sent | {"reason": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    waits = bulletins.Restated.objects.get()
    confirm = reverse("console:month-close-act", args=["confirm"])
    given = {"area": village.parent_id, "month": f"{MONTH:%Y-%m}", "restated": waits.pk}
    asked = {"area": village.parent_id, "month": f"{MONTH:%Y-%m}"}
    own = client.get(reverse("console:month-close"), asked).content.decode()
    assert "补报两户" in own and confirm not in own
    assert client.post(confirm, given).status_code == 403
    second = signed_in(closed.second)
    assert confirm in second.get(reverse("console:month-close"), asked).content.decode()
    assert second.post(confirm, given).status_code == 302
    before = Client().get(reverse("console:public-bulletin", args=[published.pk])).content
    assert "补报两户" not in before.decode()  # what was published stays
    assert make(closed).status_code == 422  # a published month is stated anew with a reason alone
    make(closed, reason="补报两户")
    again = Issue.objects.latest("pk")
    assert again.pk != published.pk and act(closed.second, again, "publish").status_code == 302
    after = Client().get(reverse("console:public-bulletin", args=[again.pk])).content.decode()
    part = after.split('id="restated"')[1].split("</section>")[0]
    assert "补报两户" in part and village.name in part and "41" in part
    first = Client().get(reverse("console:public-bulletin", args=[published.pk])).content.decode()
    assert reverse("console:public-bulletin", args=[again.pk]) in first
    listed = Client().get(reverse("console:public-bulletins")).content.decode()
    assert reverse("console:public-bulletin", args=[published.pk]) in listed


def test_what_is_in_the_way_of_closing_is_said(units: Any, good: Any) -> None:
    good()
    sent = {"area": units.county.pk, "month": f"{MONTH:%Y-%m}"}
    answer = signed_in(units.maker).post(reverse("console:month-close-act", args=["close"]), sent)
    assert answer.status_code == 409 and not bulletins.Closing.objects.exists()
    page = signed_in(units.maker).get(reverse("console:month-close"), sent).content.decode()
    assert units.county.name in page
    assert make(units).status_code == 409  # nothing of an open month is made
    assert make(units, period="2026").status_code == 422


def test_a_village_closes_its_own_month_alone(units: Any, good: Any, make_account: Any) -> None:
    good()
    one, other = units.villages[:2]
    worker = signed_in(make_account("cun", "village_worker", one, "村专干（示例）"))
    address = reverse("console:month-close-act", args=["close"])
    assert worker.post(address, {"area": other.pk, "month": f"{MONTH:%Y-%m}"}).status_code in (403, 404)
    assert worker.post(address, {"area": one.pk, "month": f"{MONTH:%Y-%m}"}).status_code == 302
    assert list(bulletins.Closing.objects.values_list("area_id", flat=True)) == [one.pk]


def test_pages_ask_as_often_for_many_units_as_for_few(published: Issue) -> None:
    few, many = (keep(published, units) for units in (9, 120))
    for name in ("public-bulletin", "public-bulletins"):
        counts = []
        for issue in (few, many):
            cache.clear()
            with CaptureQueriesContext(
                connection,
            ) as asked:
                args = [issue.pk] if name == "public-bulletin" else []
                assert Client().get(reverse(f"console:{name}", args=args)).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 6, name


def test_lists_ask_as_often_for_many_bulletins_of_departments_too(closed: Any, published: Issue) -> None:
    staff, counts = signed_in(closed.second), {}
    for number in (1, 5):
        for at in range(number):
            one = keep(published, 9)
            Issue.objects.filter(pk=one.pk).update(departments=at % 2 == 0, state="published")
        for name, client in (("public-bulletins", Client()), ("unit-bulletins", staff)):
            cache.clear()
            client.get(reverse(f"console:{name}"))
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(f"console:{name}")).status_code == 200
            counts.setdefault(name, []).append(len(asked))
    assert all(few == many for few, many in counts.values()), counts


def keep(like: Issue, number: int) -> Issue:
    """A published bulletin of so many made-up units, each of a year of its own."""
    content = bulletin_text.written(made_bulletins.bulletin(units=number))
    return Issue.objects.create(
        area_id=like.area_id, scope_no=like.scope_no, kind="month", content=content,
        period=f"{2000 + Issue.objects.count()}-03",
        sha256=like.sha256, state="published", made_at=like.made_at, made_by=like.made_by,
        decided_at=like.made_at + dt.timedelta(hours=1), decided_by=like.decided_by,
    )  # fmt: skip


def test_kinds_choose_and_nothing_else_does(closed: Any, published: Issue) -> None:
    client = signed_in(closed.second)
    address = reverse("console:unit-bulletin", args=[published.pk])
    assert address in client.get(reverse("console:unit-bulletins"), {"kind": "month"}).content.decode()
    assert address not in client.get(reverse("console:unit-bulletins"), {"kind": "year"}).content.decode()
    page = client.get(address, {"funnel": "paid_on_time"})
    assert page.status_code == 200 and b"<polyline" in page.content
    assert client.get(address, {"funnel": "births"}).status_code == 200


def test_the_stored_shape_is_what_is_shown(published: Issue) -> None:
    made = made_bulletins.bulletin(units=5)
    assert bulletin_text.read(bulletin_text.written(made)) == dataclasses.replace(made)


def test_homes_say_what_waits_for_a_second_person(units: Any, good: Any) -> None:
    def cards(account: Any) -> dict[str, Any]:
        return {card.key: card for card in signed_in(account).get("/").context["home"].cards}

    assert cards(units.second)["month-open"].url == reverse("console:month-close")
    good()
    sent = {"area": units.county.pk, "month": f"{MONTH:%Y-%m}", "below": "1"}
    signed_in(units.maker).post(reverse("console:month-close-act", args=["close"]), sent)
    make(units)
    assert cards(units.second)["month-open"].idle
    assert cards(units.second)["bulletins-waiting"].figure == "1"
    assert cards(units.maker)["bulletins-waiting"].idle  # one's own waits for somebody else


def test_alerts_are_for_those_above_alone(closed: Any, make_account: Any) -> None:
    alert = bulletins.Alert.objects.create(
        watch_id=closed.county.pk, scope_no=closed.county.scope_no, unit=closed.villages[0].parent.code,
        month=MONTH, sign="copied", chance=0.001, zh="与上月相同", en="as last month",
        at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    reviewer, address = signed_in(closed.maker), reverse("console:unit-alerts")
    assert "0.001" in reviewer.get(address).content.decode()
    for account in (
        closed.township,
        make_account("cun2", "village_worker", closed.villages[0], "村（示例）"),
    ):
        assert signed_in(account).get(address).status_code == 403
    looked = reviewer.post(
        reverse("console:unit-alert-look"), {"area": closed.county.pk, "month": f"{MONTH:%Y-%m}"}
    )
    assert looked.status_code == 302
    end = reverse("console:unit-alert-end", args=[alert.pk])
    assert reviewer.post(end, {"outcome": "dismissed", "reason": ""}).status_code == 422
    assert reviewer.post(end, {"outcome": "dismissed", "reason": "两月确实相同"}).status_code == 302
    assert "两月确实相同" in reviewer.get(address, {"show": "all"}).content.decode()


def test_a_proposal_is_decided_by_a_second_person_and_stands_with_its_reasons(closed: Any) -> None:
    one = bulletins.Proposed.objects.create(
        area_id=closed.county.pk, scope_no=closed.county.scope_no, year=2025, inputs="0" * 64,
        unit=closed.villages[0].parent.code, effect="award_veto", reasons=[["经查实", "found proven"]],
        rests_on=["decision 1"], at=dt.datetime.now(dt.UTC), by=closed.maker,
    )  # fmt: skip
    address = reverse("console:unit-consequence-decide", args=[one.pk])
    sent = {"accept": "yes", "reason": "决定已生效"}
    assert signed_in(closed.maker).post(address, sent).status_code == 403
    for account, offered in ((closed.maker, False), (closed.second, True)):
        listed = signed_in(account).get(reverse("console:unit-consequences")).content.decode()
        assert (address in listed) is offered
    assert signed_in(closed.second).post(address, {"accept": "yes"}).status_code == 422
    assert signed_in(closed.second).post(address, sent).status_code == 302
    page = signed_in(closed.second).get(reverse("console:unit-consequences")).content.decode()
    assert "决定已生效" in page
    open_year = {"area": closed.county.pk, "year": "2025"}
    assert (
        signed_in(closed.maker).post(reverse("console:unit-consequence-propose"), open_year).status_code
        == 409
    )
    assert signed_in(closed.maker).get(reverse("console:unit-file", args=[999])).status_code == 404


def test_qualified_villages_are_counted_by_unit(closed: Any) -> None:
    address = reverse("console:qualified-villages")
    asked = {"area": closed.county.pk, "month": f"{MONTH:%Y-%m}"}
    page = signed_in(closed.maker).get(address, asked)
    assert page.status_code == 200 and closed.villages[0].parent.name in page.content.decode()
    assert signed_in(closed.maker).get(address, asked | {"month": "2026-04"}).status_code == 200
