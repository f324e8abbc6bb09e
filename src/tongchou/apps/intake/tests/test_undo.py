"""An applied register is taken back by two people, and can then come again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.balance import api as balance
from tongchou.apps.intake import api as intake
from tongchou.apps.intake import undoing
from tongchou.apps.intake.models import FileUndo
from tongchou.apps.intake.tests.workbooks import demo_people, person, workbook
from tongchou.apps.registry import api as registry
from tongchou.apps.registry import applying, filed
from tongchou.apps.registry.models import Event, Household, Person
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.api import Job, JobContext, State
from tongchou.core.models import AuditEntry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate

#: A worker looks after its own connections: real transactions, as in an installation.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second(make_account: Callable[..., Any], county: Any) -> Any:
    """陈静, another officer of 云岭镇."""
    return make_account("chenjing", "township_officer", county.township, "陈静（示例）")


@pytest.fixture
def applied(stage: Any, act: dict[str, Any]) -> intake.RegisterFile:
    """The demo register of 青山村, stored."""
    return intake.apply_file(file_id=stage().pk, accept_partial=True, **act).file


@pytest.fixture
def approve(act: dict[str, Any], second: Any) -> Callable[[int], Job]:
    """``approve(file)``: one officer asks, the other approves; the job waits."""

    def do(file_id: int) -> Job:
        intake.register_undo.ask(file_id=file_id, reason="other_village", **act)
        view = intake.register_undo.open(file_id, by=second, at=act["at"])
        assert view.may_decide
        return intake.register_undo.approve(file_id=file_id, seen=view.seen, by=second, at=act["at"])

    return do


def run() -> Job:
    claimed = leases.claim([undoing.KIND], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return Job.objects.get(pk=claimed.pk)


def test_everything_the_file_recorded_goes_back_and_it_may_come_again(
    stage: Any, act: dict[str, Any], applied: Any, approve: Any, second: Any
) -> None:
    people, events = Person.objects.count(), Event.objects.count()
    view = intake.register_undo.open(applied.pk, **act)
    assert (view.standing.entered, view.standing.changed, view.standing.entries) == (people, 0, events)
    assert view.standing.households == Household.objects.count() and view.may_ask and not view.hindrances
    approve(applied.pk)
    applied.refresh_from_db()
    assert applied.status == intake.FileStatus.UNDOING and Person.objects.count() == people
    assert run().state == State.DONE
    applied.refresh_from_db()
    assert applied.status == intake.FileStatus.UNDONE
    assert not Person.objects.exists() and not Household.objects.exists()
    assert Event.objects.count() == 2 * events  # nothing is erased
    assert registry.check_state().ok
    last = AuditEntry.objects.order_by("-id").first()
    assert (last.action, last.actor_id, last.detail["entries"]) == ("intake.undo_done", second.pk, events)
    again = stage()
    assert (again.pk, again.attempt, again.new_count) != (applied.pk, 1, 0)
    outcome = intake.apply_file(file_id=again.pk, accept_partial=True, **act)
    assert outcome.people == people == Person.objects.count() and outcome.settled == 0
    assert stage().pk == again.pk  # stored again, it counts once again
    assert registry.check_state().ok


def test_the_account_of_the_population_stays_in_balance(applied: Any, approve: Any) -> None:
    balance.catch_up()
    approve(applied.pk)
    run()
    balance.catch_up()
    assert not balance.mismatches(scope=Scope.everything())


def test_a_second_list_alone_is_taken_back(
    stage: Any, act: dict[str, Any], applied: Any, approve: Any
) -> None:
    before = {pk: row for pk, *row in Person.objects.values_list("pk", "name", "education", "phone_masks")}
    people = demo_people()
    people[0]["联系电话"] = "13712345678"
    later = stage(workbook(people))
    assert later.changed_count
    intake.apply_file(file_id=later.pk, accept_partial=True, **act)
    view = intake.register_undo.open(later.pk, **act)
    assert view.standing.entered == 0 and view.standing.changed
    approve(later.pk)
    assert run().state == State.DONE
    after = {pk: row for pk, *row in Person.objects.values_list("pk", "name", "education", "phone_masks")}
    assert after == before and registry.check_state().ok


def test_interrupted_it_goes_on_and_tells_how_far_it_is(
    stage: Any, act: dict[str, Any], approve: Any, second: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual_chunks = applying.chunks
    monkeypatch.setattr(applying, "chunks", lambda rows: usual_chunks(rows, 1))
    file = intake.apply_file(file_id=stage().pk, accept_partial=True, **act).file
    everything = intake.register_undo.open(file.pk, **act).standing.entries
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
    left = intake.register_undo.open(file.pk, **act).standing.entries
    assert file.status == intake.FileStatus.UNDOING and 0 < left < everything
    assert registry.check_state().ok
    monkeypatch.setattr(JobContext, "progress", usual)
    jobs.try_again(job_id=job.pk, by=second, at=act["at"])
    done = run()
    file.refresh_from_db()
    assert (done.state, done.result["entries"]) == (State.DONE, left)
    assert file.status == intake.FileStatus.UNDONE and not Person.objects.exists()
    assert registry.check_state().ok


def test_later_entries_stand_in_the_way_and_are_named(
    applied: Any, approve: Any, act: dict[str, Any], second: Any
) -> None:
    one = Person.objects.order_by("pk").first()
    registry.record_death(person_id=one.pk, died=PartialDate(2026, 6, 1), **act)
    view = intake.register_undo.open(applied.pk, **act)
    assert {(h.reason, h.person_id, h.name) for h in view.hindrances} == {("built_on", one.pk, one.name)}
    assert not view.may_ask
    assert intake.register_undo.hindrance_workbook(applied.pk, **act)[:2] == b"PK"
    with pytest.raises(Conflict, match="built_on"):
        intake.register_undo.ask(file_id=applied.pk, reason="outdated", **act)
    death = Event.objects.latest("pk").pk
    registry.reverse(event_ids=[death], by=second, at=act["at"], reason="x", subject=f"person:{one.pk}")
    approve(applied.pk)
    assert run().state == State.DONE and not Person.objects.exists()


def test_what_comes_in_between_stops_the_decision_and_the_job(
    applied: Any, act: dict[str, Any], second: Any, approve: Any
) -> None:
    intake.register_undo.ask(file_id=applied.pk, reason="wrong", **act)
    view = intake.register_undo.open(applied.pk, by=second, at=act["at"])
    one = Person.objects.order_by("pk").first()
    registry.record_death(person_id=one.pk, died=PartialDate(2026, 6, 1), **act)
    with pytest.raises(Conflict, match="built_on"):
        intake.register_undo.approve(file_id=applied.pk, seen=view.seen, by=second, at=act["at"])
    registry.reverse(
        event_ids=[Event.objects.latest("pk").pk], by=second, at=act["at"], reason="x", subject="x:1"
    )
    with pytest.raises(Conflict, match="undo_seen"):
        intake.register_undo.approve(file_id=applied.pk, seen="other", by=second, at=act["at"])
    intake.register_undo.approve(file_id=applied.pk, seen=view.seen, by=second, at=act["at"])
    registry.record_death(person_id=one.pk, died=PartialDate(2026, 6, 1), **act)
    failed = run()
    assert (failed.state, failed.error_code) == (State.FAILED, "registry.reverse_built_on")
    applied.refresh_from_db()
    assert applied.status == intake.FileStatus.UNDOING and registry.check_state().ok


def test_nobody_takes_a_file_back_alone(
    applied: Any, act: dict[str, Any], second: Any, village_worker: Any, make_account: Any, county: Any
) -> None:
    elsewhere = make_account("elsewhere", "township_officer", county.other_village)
    with pytest.raises(NotAllowed):
        intake.register_undo.ask(file_id=applied.pk, reason="wrong", by=village_worker, at=act["at"])
    with pytest.raises(NotFound):
        intake.register_undo.ask(file_id=applied.pk, reason="wrong", by=elsewhere, at=act["at"])
    made = intake.register_undo.ask(file_id=applied.pk, reason="wrong", **act)
    with pytest.raises(Conflict, match="undo_waits"):
        intake.register_undo.ask(file_id=applied.pk, reason="wrong", by=second, at=act["at"])
    view = intake.register_undo.open(applied.pk, **act)
    assert view.own and not view.may_decide
    for decide in (intake.register_undo.approve, intake.register_undo.refuse):
        more = {"seen": view.seen} if decide == intake.register_undo.approve else {}
        with pytest.raises(NotAllowed, match="needs_two"):
            decide(file_id=applied.pk, **more, **act)
        with pytest.raises((NotAllowed, NotFound)):
            decide(file_id=applied.pk, **more, by=elsewhere, at=act["at"])
    with pytest.raises(NotAllowed):
        intake.register_undo.retract(file_id=applied.pk, by=second, at=act["at"])
    with pytest.raises(IntegrityError, match="file_undo_needs_two_people"), transaction.atomic():
        FileUndo.objects.filter(pk=made.pk).update(
            state="approved", decided_by=made.asked_by, decided_at=act["at"]
        )
    assert [one.pk for one in intake.register_undo.waiting(by=second, on=act["at"].date())] == [made.pk]
    assert not intake.register_undo.waiting(by=act["by"], on=act["at"].date())


def test_refused_or_withdrawn_it_can_be_asked_for_again(
    applied: Any, act: dict[str, Any], second: Any, approve: Any
) -> None:
    intake.register_undo.ask(file_id=applied.pk, reason="wrong", **act)
    intake.register_undo.refuse(file_id=applied.pk, by=second, at=act["at"])
    with pytest.raises(Conflict, match="undo_settled"):
        intake.register_undo.refuse(file_id=applied.pk, by=second, at=act["at"])
    intake.register_undo.ask(file_id=applied.pk, reason="wrong", **act)
    intake.register_undo.retract(file_id=applied.pk, **act)
    approve(applied.pk)
    run()
    assert list(FileUndo.objects.order_by("pk").values_list("state", flat=True)) == [
        "refused",
        "withdrawn",
        "approved",
    ]


def test_meanwhile_no_other_file_of_the_village_is_stored(
    stage: Any, act: dict[str, Any], applied: Any, approve: Any
) -> None:
    people = demo_people()
    people[0]["联系电话"] = "13712345678"
    other = stage(workbook(people))
    approve(applied.pk)
    with pytest.raises(Conflict, match="village_busy"):
        intake.apply_file(file_id=other.pk, accept_partial=True, **act)
    assert stage().pk == applied.pk
    for decide in (intake.apply_file, intake.discard_file):
        with pytest.raises(Conflict):
            decide(file_id=applied.pk, **act)


def test_queries_do_not_grow_with_the_file(
    stage: Any, act: dict[str, Any], applied: Any, county: Any
) -> None:
    def queries(file: intake.RegisterFile) -> int:
        asked = {"source": file.source, "village_id": file.village_id}
        with CaptureQueriesContext(connection) as caught:
            assert not filed.hindrances(**asked, scope=Scope.everything())
            filed.standing(**asked)
        return len(caught)

    few = queries(applied)
    people = [
        person(f"9{n:03}", f"周{name}", "户主", f"19{50 + n}-03-04", 21 + 2 * n, 联系电话=f"137123456{n:02}")
        for n, name in enumerate("春夏秋冬东南西北山川江海金木水火土日月星")
    ]
    file = stage(workbook(people, title="户籍人口登记表", notes=()), village_id=county.villages[1].pk)
    assert intake.apply_file(file_id=file.pk, accept_partial=True, **act).people == 20
    assert queries(file) <= few


def test_what_was_decided_after_storing_goes_back_with_the_file(
    stage: Any, act: dict[str, Any], applied: Any, approve: Any
) -> None:
    people = demo_people()
    people[1] |= {"姓名": "李秀瑛", "联系电话": "14000002222"}
    people[3] |= {"姓名": "陈虹"}
    later = stage(workbook(people))
    intake.apply_file(file_id=later.pk, accept_partial=True, **act)
    later.refresh_from_db()
    before = Person.objects.get(name="李秀英").phone_masks
    question = next(one for one in intake.questions(later, scope=Scope.everything()) if one.name == "李秀瑛")
    said = intake.Said("keep", "paper")
    intake.decide_row(file_id=later.pk, row_no=question.row_no, seen=question.seen, said=said, **act)
    assert Person.objects.get(name="李秀英").phone_masks != before
    approve(later.pk)
    assert not intake.left_open(scope=Scope.everything()).exists()
    assert run().state == State.DONE
    later.refresh_from_db()
    assert later.status == intake.FileStatus.UNDONE
    assert Person.objects.get(name="李秀英").phone_masks == before
    assert not later.rows.exclude(payload="").exists() and later.left_open == 0
    assert registry.check_state().ok
