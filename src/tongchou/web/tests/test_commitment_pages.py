"""Commitments on their pages: from a draft to a breach that stands in public until it is mended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.models import Comment, Letter
from tongchou.apps.commitments.tests.conftest import family, letter, office, words
from tongchou.domain.commitments.letters import Vote
from tongchou.web.console.presenters import commitments as present

__all__ = ["family", "letter", "office", "words"]
pytestmark = pytest.mark.django_db
BOX = {
    "promise": "材料齐全后十个工作日内上报",
    "measure": "工作日数",
    "means": "村专干一名",
    "owner": "王大山（示例）",
    "proof": "受理登记表",
    "remedy": "当天补报",
}


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def act(client: Client, letter_id: int, name: str, **given: Any) -> Any:
    return client.post(reverse("console:commitment-act", args=[letter_id, name]), given)


def boxes(*items: dict[str, str], begun: int = 0) -> dict[str, str]:
    sent = {"item-TOTAL_FORMS": str(len(items)), "item-INITIAL_FORMS": str(begun)}
    return sent | {f"item-{n}-{name}": value for n, one in enumerate(items) for name, value in one.items()}


def test_from_a_draft_to_its_publication(
    office: Any,
    county: Any,
    frozen_clock: dt.datetime,
    monkeypatch: Any,
) -> None:
    worker = signed_in(office.village)
    due = (frozen_clock.date() + dt.timedelta(days=60)).isoformat()
    begun = worker.post(reverse("console:commitment-new"), {"area": county.village.pk, "title": "承诺书"})
    one = Letter.objects.get()
    assert begun["Location"] == reverse("console:commitment-write", args=[one.pk])
    address = begun["Location"]
    kept = worker.post(address, boxes({**BOX, "due": due}, {**BOX, "owner": "", "due": due}))
    assert kept.status_code == 302 and one.promises.count() == 2
    assert act(worker, one.pk, "hear", days=7).status_code == 422  # the second names nobody
    shorter = boxes({**BOX, "due": due}, {**BOX, "owner": "", "due": due, "drop": "1"}, {}, begun=2)
    assert worker.post(address, shorter).status_code == 302 and one.promises.count() == 1
    assert act(worker, one.pk, "hear", days=7).status_code == 302
    public = Client().get(reverse("console:public-commitment", args=[one.pk]))
    assert BOX["promise"] in public.content.decode()
    said = Client().post(reverse("console:public-commitment", args=[one.pk]), {"said": "哪天办"})
    assert said.status_code == 200 and one.comments.count() == 1
    act(worker, one.pk, "reply", which=one.comments.get().pk, said="周二和周四")
    later = frozen_clock + dt.timedelta(days=8)
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    worker, officer = signed_in(office.village), signed_in(office.township)
    for name, given in (
        ("assemble", {}),
        ("decide", {"entitled": 100, "present": 80, "in_favour": 70}),
    ):
        assert act(worker, one.pk, name, **given).status_code == 302
    assert act(worker, one.pk, "review", lawful="yes").status_code == 403
    assert act(officer, one.pk, "review", lawful="yes").status_code == 302
    assert act(worker, one.pk, "publish", signed_by="村主任").status_code == 302
    one.refresh_from_db()
    assert one.stage == "published"
    sheet = worker.get(reverse("console:commitment-pdf", args=[one.pk]))
    assert sheet.content.startswith(b"%PDF")


def test_an_assembly_without_its_quorum_is_said_to_be_none(
    office: Any, letter: Any, frozen_clock: dt.datetime, monkeypatch: Any
) -> None:
    one = letter("assemble")
    monkeypatch.setattr("tongchou.core.clock.now", lambda: frozen_clock + dt.timedelta(days=8))
    worker = signed_in(office.village)
    given = {"entitled": 90, "present": 59, "in_favour": 59, "by_households": "on"}
    told = worker.post(reverse("console:commitment-act", args=[one.pk, "decide"]), given, follow=True)
    vote = Vote(90, 59, 59, by_households=True)
    assert str(next(iter(told.context["messages"]))) == present.decided(vote)
    assert present.no_quorum(vote) in present.decided(vote)
    assert present.no_quorum(vote) in told.content.decode().split('id="history"')[1]


def test_the_owner_chooses_another_last_day(
    office: Any, letter: Any, frozen_clock: dt.datetime, monkeypatch: Any
) -> None:
    one = letter("review")
    later = frozen_clock + dt.timedelta(days=8)
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    worker = signed_in(office.village)
    day = (later.date() + dt.timedelta(days=90)).isoformat()
    assert act(worker, one.pk, "redate", which=1, due=later.date().isoformat(), said="").status_code == 422
    assert act(worker, one.pk, "redate", which=1, due=day, said="等新设备").status_code == 302
    page = worker.get(reverse("console:commitment", args=[one.pk])).content.decode()
    assert "等新设备" in page and one.promises.get().due.isoformat() == day


def test_a_closed_word_is_refused_beside_its_promise(
    office: Any,
    letter: Any,
    frozen_clock: dt.datetime,
) -> None:
    one = letter("write")
    due = (frozen_clock.date() + dt.timedelta(days=60)).isoformat()
    sent = boxes({**BOX, "promise": "组织孕检", "due": due}, begun=1)
    answer = signed_in(office.village).post(reverse("console:commitment-write", args=[one.pk]), sent)
    assert answer.status_code == 422 and "“孕检”" in answer.content.decode()
    assert not one.promises.filter(promise="组织孕检").exists()


def test_a_breach_is_told_to_everybody_without_an_officer_s_words(
    office: Any,
    letter: Any,
    frozen_clock: dt.datetime,
    monkeypatch: Any,
) -> None:
    one = letter()
    promise = one.promises.get()
    later = frozen_clock + dt.timedelta(days=9)
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    officer = signed_in(office.township)
    assert act(officer, one.pk, "broken", which=promise.pk, said="材料积压未办").status_code == 302
    page = Client().get(reverse("console:public-commitment", args=[one.pk])).content.decode()
    assert "上一级认定违约" in page and "材料积压" not in page
    listed = Client().get(reverse("console:public-commitments")).content.decode()
    assert one.title in listed
    inside = officer.get(reverse("console:commitment", args=[one.pk])).content.decode()
    assert "材料积压未办" in inside


def test_households_are_drawn_called_and_confirmed_on_their_page(
    office: Any,
    letter: Any,
    family: Any,
    frozen_clock: dt.datetime,
    monkeypatch: Any,
) -> None:
    one = letter()
    promise = one.promises.get()
    later = frozen_clock + dt.timedelta(days=9)
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    commitments.report(promise_id=promise.pk, said="已办", by=office.village, at=later)
    officer, second = signed_in(office.township), signed_in(office.township_two)
    address = reverse("console:commitment-calls", args=[promise.pk])
    assert officer.get(address).status_code == 404
    assert act(officer, one.pk, "draw", which=promise.pk)["Location"] == address
    page = officer.get(address).content.decode()
    assert (
        "陈老根" in page
        and "林树" in page
        and address in second.get(reverse("console:commitment", args=[one.pk])).content.decode()
    )
    assert signed_in(office.village).get(address).status_code in (403, 404)
    assert officer.post(address, {"call-1": ""}).status_code == 422
    assert officer.post(address, {"call-1": "done", "call-2": "done"}).status_code == 302
    assert act(officer, one.pk, "confirm", which=promise.pk).status_code == 403
    assert act(second, one.pk, "confirm", which=promise.pk).status_code == 302
    promise.refresh_from_db()
    assert promise.state == "kept"
    assert officer.get(address).status_code == 404


def test_households_are_noted_from_their_page(
    office: Any,
    letter: Any,
    family: Any,
    frozen_clock: dt.datetime,
    monkeypatch: Any,
) -> None:
    one = letter()
    later = frozen_clock + dt.timedelta(days=9)
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    worker = signed_in(office.village)
    address = reverse("console:commitment-reach", args=[one.pk])
    doors = worker.get(address).context["doors"]
    sent = {
        "household": [door.household_id for door in doors],
        "on": later.date().isoformat(),
        "how": "handed",
    }
    assert worker.post(address, sent).status_code == 302
    assert "这里每一户都已送达" in worker.get(address).content.decode()


def test_a_list_asks_the_same_however_many(
    office: Any,
    letter: Any,
    frozen_clock: dt.datetime,
    django_assert_max_num_queries: Any,
) -> None:
    one = letter()
    for number in range(8):
        Letter.objects.create(
            area_id=one.area_id, scope_no=one.scope_no, area_name="x", department=f"d{number}", title="t",
            drafted_at=frozen_clock, drafted_by=office.village,
        )  # fmt: skip
    officer = signed_in(office.township)
    with django_assert_max_num_queries(20):
        assert officer.get(reverse("console:commitments")).status_code == 200


def test_the_integrity_record_asks_as_often_for_many_broken_promises(
    office: Any, letter: Any, words: Any, frozen_clock: dt.datetime
) -> None:
    one, later = letter(items=tuple(words() for _number in range(6))), frozen_clock + dt.timedelta(days=9)
    counts, broken = [], list(one.promises.order_by("position"))
    for some in (broken[:1], broken[1:]):
        for promise in some:
            commitments.find_broken(promise_id=promise.pk, said="x", by=office.township, at=later)
        with CaptureQueriesContext(connection) as asked:
            page = Client().get(reverse("console:integrity"))
        counts.append((len(page.context["promises"]), len(asked)))
    assert [number for number, _asked in counts] == [1, 6] and counts[0][1] == counts[1][1] <= 12


def test_answers_to_comments_stand_beside_the_letter_without_anybody_s_name(
    office: Any, letter: Any, frozen_clock: dt.datetime, monkeypatch: Any
) -> None:
    one = letter("hear")
    commitments.comment(letter_id=one.pk, said="请写明电话", at=frozen_clock)
    # Such words are refused by now; what was taken before stays hidden.
    Comment.objects.create(letter=one, said="找我：13800000000", at=frozen_clock)
    for comment in one.comments.all():
        commitments.reply(comment_id=comment.pk, said="已写明", by=office.village, at=frozen_clock)
    later = frozen_clock + dt.timedelta(days=8)
    monkeypatch.setattr("tongchou.core.clock.now", lambda: later)
    address = reverse("console:public-commitment", args=[one.pk])
    for act_ in (
        lambda: commitments.assemble(letter_id=one.pk, by=office.village, at=later),
        lambda: commitments.decide(
            letter_id=one.pk, vote=Vote(100, 70, 60), said="", by=office.village, at=later
        ),
        lambda: commitments.review(letter_id=one.pk, lawful=True, said="", by=office.township, at=later),
        lambda: commitments.publish(letter_id=one.pk, signed_by="村主任", by=office.village, at=later),
    ):
        act_()
        page = Client().get(address).content.decode()
        assert "请写明电话" in page and "已写明" in page and "13800000000" not in page
        assert 'name="said"' not in page
    assert "不在岗位名册" in page or "stands in no list of posts" in page
