"""A department's list is taken back by two people, and can then come again."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists import applying, undoing
from tongchou.apps.intake.lists.models import ListFile, ListUndo, NewbornOffer
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Person, Status
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.api import Job, JobContext, State
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

#: A worker looks after its own connections: real transactions, as in an installation.
pytestmark = pytest.mark.django_db(transaction=True)
lists, undo = intake.lists, intake.lists.list_undo
NAMES = ("赵大山", "钱小兰", "赵强")


@pytest.fixture
def people(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return dict(Person.objects.values_list("name", "pk"))


@pytest.fixture
def act(county_reviewer: Any, frozen_clock: dt.datetime) -> dict[str, Any]:
    return {"by": county_reviewer, "at": frozen_clock}


@pytest.fixture
def second(make_account: Callable[..., Any], county: Any) -> Any:
    """陈静, another reviewer of the county."""
    return make_account("chenjing", "county_reviewer", county.county, "陈静（示例）")


@pytest.fixture
def stage(people: Any, act: dict[str, Any]) -> Callable[[bytes], ListFile]:
    return lambda content: lists.stage_list(content=content, **act)


@pytest.fixture
def store(stage: Any, act: dict[str, Any]) -> Callable[[bytes], ListFile]:
    return lambda content: lists.apply_list(list_id=stage(content).pk, **act).file


@pytest.fixture
def approve(act: dict[str, Any], second: Any) -> Callable[[int], Job]:
    """``approve(list)``: one reviewer asks, the other approves; the job waits."""

    def do(list_id: int) -> Job:
        undo.ask(file_id=list_id, reason="other_county", **act)
        view = undo.open(list_id, by=second, at=act["at"])
        assert view.may_decide
        return undo.approve(file_id=list_id, seen=view.seen, by=second, at=act["at"])

    return do


def run() -> Job:
    claimed = leases.claim([undoing.KIND], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return Job.objects.get(pk=claimed.pk)


def state() -> list[Any]:
    """Everything lists record, as the tables hold it."""
    facts = Person.objects.order_by("pk").values_list("pk", "deceased", "death_day", "marital")
    return [*facts, *Status.objects.order_by("person_id", "kind", "start").values_list("person_id", "kind")]


LISTS = {
    "deaths": lambda: books.deaths(*(books.death(name) for name in NAMES)),
    "pension": lambda: books.workbook(
        books.PENSION, ["赵强", books.NUMBERS["赵强"], "企业职工基本养老保险", "202401", "正常缴费"]
    ),
    "conversions": lambda: books.workbook(
        ("姓名", "公民身份号码", "农转城日期", "转前户口性质", "转后户口性质"),
        ["赵强", books.NUMBERS["赵强"], "20240601", "农业", "非农业"],
    ),
    "marriages": lambda: books.workbook(
        ("男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期", "业务类型"),
        ["赵强", books.NUMBERS["赵强"], "孙丽", books.NUMBERS["孙丽"], "20200520", "结婚登记"],
        ["赵强", books.NUMBERS["赵强"], "孙丽", books.NUMBERS["孙丽"], "20230601", "离婚登记"],
    ),
    "certificates": lambda: books.workbook(
        books.CERTIFICATES,
        ["赵大山", books.NUMBERS["赵大山"] + "43", "肢体", "三级", "20210301", "20310301"],
    ),
}


@pytest.mark.parametrize("kind", LISTS)
def test_everything_a_list_recorded_goes_back_and_it_may_come_again(
    kind: str, stage: Any, store: Any, act: dict[str, Any], approve: Any, second: Any
) -> None:
    content = LISTS[kind]()
    before, events = state(), Event.objects.count()
    file = store(content)
    recorded = Event.objects.count() - events
    assert file.applied["recorded"] and recorded and file.status == lists.ListStatus.APPLIED
    after = state()
    view = undo.open(file.pk, **act)
    assert view.may_ask and view.standing.entries == recorded and not view.standing.entered
    approve(file.pk)
    assert stage(content).pk == file.pk  # not again before it has gone
    done = run()
    file.refresh_from_db()
    assert (done.state, done.result["entries"]) == (State.DONE, recorded)
    assert file.status == lists.ListStatus.UNDONE and state() == before
    assert Event.objects.count() == events + 2 * recorded  # nothing is erased
    assert registry.check_state().ok
    last = AuditEntry.objects.order_by("-id").first()
    assert (last.action, last.actor_id, last.detail["entries"]) == ("lists.undo_done", second.pk, recorded)
    again = store(content)
    assert (again.pk, again.attempt, again.applied) != (file.pk, 1, file.applied)
    assert again.applied["recorded"] == file.applied["recorded"] and state() == after
    assert registry.check_state().ok


def test_births_go_back_with_the_offers_nobody_has_answered(
    store: Any, act: dict[str, Any], approve: Any, township_officer: Any
) -> None:
    one, two = books.birth(), books.birth("2026-04-01", "孙丽之子", "Z5210002")
    first = store(books.workbook(books.BIRTHS, one, two))
    other = store(books.workbook(books.BIRTHS, two, title="二月"))
    assert NewbornOffer.objects.count() == 2
    view = undo.open(first.pk, **act)
    assert (view.standing.entries, view.offers, view.may_ask) == (0, 1, True)  # the other list has the second
    approve(first.pk)
    assert run().result == {"entries": 0, "offers": 1}
    assert undo.open(other.pk, **act).offers == NewbornOffer.objects.count() == 1
    store(books.workbook(books.BIRTHS, one, two))
    assert NewbornOffer.objects.count() == 2
    answered = NewbornOffer.objects.first()
    lists.answer_newborn(offer_id=answered.pk, outcome="declined", by=township_officer, at=act["at"])
    store(books.workbook(books.BIRTHS, one, two, title="三月"))
    assert NewbornOffer.objects.count() == 1  # answered for, it is offered by no list again


def test_an_offer_answered_meanwhile_asks_to_look_again(
    store: Any, act: dict[str, Any], second: Any, township_officer: Any
) -> None:
    file = store(books.births())
    undo.ask(file_id=file.pk, reason="wrong", **act)
    seen = undo.open(file.pk, by=second, at=act["at"]).seen
    lists.answer_newborn(
        offer_id=NewbornOffer.objects.get().pk, outcome="declined", by=township_officer, at=act["at"]
    )
    with pytest.raises(Conflict, match="undo_seen"):
        undo.approve(file_id=file.pk, seen=seen, by=second, at=act["at"])
    undo.refuse(file_id=file.pk, by=second, at=act["at"])
    with pytest.raises(Conflict, match="not_stored"):  # nothing of it is left
        undo.ask(file_id=file.pk, reason="wrong", **act)


def test_who_acted_on_it_since_stands_in_the_way_and_is_named(
    store: Any, act: dict[str, Any], approve: Any, second: Any, people: dict[str, int]
) -> None:
    marriage = LISTS["marriages"]
    file = store(
        books.workbook(
            ("男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期", "业务类型"),
            ["赵强", books.NUMBERS["赵强"], "孙丽", books.NUMBERS["孙丽"], "20200520", "结婚登记"],
        )
    )
    store(marriage())  # its divorce builds on the marriage of the list before
    view = undo.open(file.pk, **act)
    assert {(one.reason, one.name) for one in view.hindrances} <= {("built_on", "赵强"), ("built_on", "孙丽")}
    assert view.hindrances and not view.may_ask
    assert undo.hindrance_workbook(file.pk, **act)[:2] == b"PK"
    with pytest.raises(Conflict, match="built_on"):
        undo.ask(file_id=file.pk, reason="wrong", **act)
    later = ListFile.objects.exclude(pk=file.pk).get()
    approve(later.pk)
    run()
    approve(file.pk)
    assert run().state == State.DONE and registry.check_state().ok


def test_a_new_marriage_after_a_death_stands_in_the_way(
    store: Any, act: dict[str, Any], people: dict[str, int]
) -> None:
    registry.record_marriage(
        person_id=people["赵强"], spouse_id=people["孙丽"], married_on=PartialDate(2015), **act
    )
    file = store(books.deaths(books.death("赵强"), books.death("钱小兰")))
    registry.record_marriage(
        person_id=people["孙丽"], spouse_id=people["赵大山"], married_on=PartialDate(2026, 6), **act
    )
    view = undo.open(file.pk, **act)
    assert {(one.reason, one.name) for one in view.hindrances} == {("married", "孙丽"), ("married", "赵大山")}
    with pytest.raises(Conflict, match="reverse_married"):
        undo.ask(file_id=file.pk, reason="wrong", **act)


def test_interrupted_it_goes_on_and_other_lists_of_the_kind_wait(
    stage: Any, act: dict[str, Any], approve: Any, second: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    file = lists.apply_list(list_id=stage(LISTS["deaths"]()).pk, **act).file
    other = stage(books.deaths(books.death("孙丽")))
    job = approve(file.pk)
    usual = JobContext.progress
    told: list[tuple[int, int]] = []

    def progress(context: JobContext, done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 1:
            jobs.cancel(job_id=job.pk, by=second, at=act["at"])
        usual(context, done, total)

    monkeypatch.setattr(JobContext, "progress", progress)
    assert run().state == State.CANCELLED
    file.refresh_from_db()
    assert file.status == lists.ListStatus.UNDOING and told == [(1, 3)]
    assert Person.objects.filter(deceased=True).count() == 2 and registry.check_state().ok
    with pytest.raises(Conflict, match="area_busy"):
        lists.apply_list(list_id=other.pk, **act)
    for decide in (lists.apply_list, lists.discard_list):
        with pytest.raises(Conflict):
            decide(list_id=file.pk, **act)
    monkeypatch.setattr(JobContext, "progress", usual)
    jobs.try_again(job_id=job.pk, by=second, at=act["at"])
    assert run().result == {"entries": 2, "offers": 0}
    assert not Person.objects.filter(deceased=True).exists() and registry.check_state().ok
    assert lists.apply_list(list_id=other.pk, **act).recorded == 1


def test_what_was_stored_of_a_discarded_list_goes_back_and_decisions_with_it(
    stage: Any, store: Any, act: dict[str, Any], approve: Any
) -> None:
    content = books.deaths(books.death("赵大山"), books.death("孙丽", written=None))
    file = store(content)
    assert file.status == lists.ListStatus.STAGED
    with pytest.raises(NotFound, match="not_stored"):
        undo.open(file.pk, **act)  # what waits is discarded first
    lists.discard_list(list_id=file.pk, **act)
    again = stage(content)
    assert not lists.stands(ListFile.objects.get(pk=file.pk))  # the new one counts for it
    lists.decide_all(list_id=again.pk, reason="no_number", take=False, **act)
    lists.apply_list(list_id=again.pk, **act)
    approve(again.pk)
    assert run().result["entries"] == 1 and not Person.objects.filter(deceased=True).exists()
    third = store(content)
    assert third.applied["recorded"] == 1 and lists.open_count(third) == 1  # asked anew
    lists.discard_list(list_id=third.pk, **act)
    approve(third.pk)
    assert run().state == State.DONE and not Person.objects.filter(deceased=True).exists()
    nothing = stage(content)
    lists.discard_list(list_id=nothing.pk, **act)
    with pytest.raises(NotFound):
        undo.open(nothing.pk, **act)


def test_nobody_takes_a_list_back_alone(
    store: Any, act: dict[str, Any], second: Any, township_officer: Any, make_account: Any, county: Any
) -> None:
    file = store(books.deaths())
    other_county = places.Area.objects.get(name="金沙县")
    elsewhere = make_account("elsewhere", "county_reviewer", other_county)
    with pytest.raises(NotAllowed):
        undo.ask(file_id=file.pk, reason="wrong", by=township_officer, at=act["at"])
    with pytest.raises(NotFound):
        undo.ask(file_id=file.pk, reason="wrong", by=elsewhere, at=act["at"])
    with pytest.raises(Invalid):
        undo.ask(file_id=file.pk, reason="other_village", **act)
    made = undo.ask(file_id=file.pk, reason="wrong", **act)
    view = undo.open(file.pk, **act)
    assert view.own and not view.may_decide
    for decide, more in ((undo.approve, {"seen": view.seen}), (undo.refuse, {})):
        with pytest.raises(NotAllowed, match="needs_two"):
            decide(file_id=file.pk, **more, **act)
        for stranger in (elsewhere, township_officer):
            with pytest.raises((NotAllowed, NotFound)):
                decide(file_id=file.pk, **more, by=stranger, at=act["at"])
    with pytest.raises(NotAllowed):
        undo.retract(file_id=file.pk, by=second, at=act["at"])
    with pytest.raises(IntegrityError, match="list_undo_needs_two_people"), transaction.atomic():
        ListUndo.objects.filter(pk=made.pk).update(
            state="approved", decided_by=made.asked_by, decided_at=act["at"]
        )
    with pytest.raises(IntegrityError, match="list_undo_reason"), transaction.atomic():
        ListUndo.objects.filter(pk=made.pk).update(reason="other_village")
    with pytest.raises(IntegrityError), transaction.atomic():
        ListUndo.objects.create(file=file, reason="wrong", asked_by=second, asked_at=act["at"])
    on = act["at"].date()
    assert [one.pk for one in undo.waiting(by=second, on=on)] == [made.pk]
    for nobody in (act["by"], township_officer, elsewhere):
        assert not undo.waiting(by=nobody, on=on)
    undo.retract(file_id=file.pk, **act)


def test_queries_do_not_grow_with_the_list(store: Any, act: dict[str, Any]) -> None:
    def queries(file: ListFile) -> int:
        with CaptureQueriesContext(connection) as caught:
            registry.hindrances(source=file.source, village_id=file.area_id, scope=Scope.everything())
            registry.standing(source=file.source, village_id=file.area_id)
        return len(caught)

    few = queries(store(books.deaths()))
    assert (
        queries(store(books.deaths(books.death("钱小兰"), books.death("赵强"), books.death("孙丽")))) <= few
    )
