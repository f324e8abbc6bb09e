"""Workers on a real database: threads and transactions that commit, leases that run out."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import audit, clock
from tongchou.core.errors import Conflict
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import kinds, leases, worker
from tongchou.core.jobs.api import Job, JobContext, State
from tongchou.core.models import AuditEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_of_its_own")]

AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
ROWS = "test.rows"
Go = threading.Event


def seconds(number: float) -> dt.timedelta:
    return dt.timedelta(seconds=number)


@pytest.fixture(autouse=True)
def known_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})


def handles(handler: Callable[[JobContext], Any], **options: Any) -> None:
    jobs.job(ROWS, label="Rows", **options)(handler)


def ask(key: str = "rows:1", at: dt.datetime | None = None) -> Job:
    return jobs.enqueue(kind=ROWS, payload={"rows": 6}, key=key, by=None, at=at or clock.now())


def write(context: JobContext, number: int) -> None:
    """The trace a chunk leaves: it stands exactly when the chunk stands."""
    audit.append(by=None, action="test.row", subject=f"row:{number}", at=context.at)


def written() -> list[int]:
    rows = AuditEntry.objects.filter(action="test.row").order_by("id").values_list("subject", flat=True)
    return [int(subject.partition(":")[2]) for subject in rows]


def six_rows(context: JobContext, before: Callable[[int], None] = lambda number: None) -> dict[str, int]:
    for number in range(context.cursor or 0, context.payload["rows"]):
        before(number)
        with context.chunk():
            context.checkpoint(number + 1, done=number + 1, total=6, note=f"row {number}")
            write(context, number)
    return {"rows": 6}


def take(at: dt.datetime | None = None, lease: dt.timedelta = leases.LEASE) -> Job:
    job = leases.claim([ROWS], at=at or clock.now(), lease=lease)
    assert job is not None
    return job


def run(job: Job, stop: threading.Event | None = None, **options: Any) -> Job:
    worker.run_job(job, stop or Go(), **options)
    return Job.objects.get(pk=job.pk)


def in_a_thread(work: Callable[[], Any]) -> Any:
    """What ``work`` gives, done on a connection of its own."""

    def done() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


# Claiming


def test_a_job_is_claimed_by_one_of_many() -> None:
    handles(six_rows)
    for number in range(24):
        ask(f"rows:{number}")
    start = threading.Barrier(4)

    def claim_all() -> list[int]:
        mine = []
        try:
            start.wait()
            while (job := leases.claim([ROWS], at=clock.now())) is not None:
                mine.append(job.pk)
        finally:
            connections.close_all()
        return mine

    with ThreadPoolExecutor(4) as pool:
        claims = [pool.submit(claim_all) for _n in range(4)]
    claimed = [pk for each in claims for pk in each.result()]
    # A worker that met only rows being taken by others went away empty, as it would until its next look.
    claimed += claim_rest()
    assert sorted(claimed) == sorted(Job.objects.values_list("pk", flat=True))
    assert Job.objects.filter(state=State.RUNNING, attempts=1).count() == 24


def claim_rest() -> list[int]:
    rest = []
    while (job := leases.claim([ROWS], at=clock.now())) is not None:
        rest.append(job.pk)
    return rest


def test_nothing_runs_before_the_asking_commits() -> None:
    handles(six_rows)
    with transaction.atomic():
        ask()
        assert in_a_thread(lambda: leases.claim([ROWS], at=clock.now())) is None
    assert in_a_thread(lambda: leases.claim([ROWS], at=clock.now())) is not None


def test_the_oldest_goes_first_and_unknown_kinds_wait() -> None:
    handles(six_rows)
    ask("second", AT + seconds(1))
    ask("first", AT)
    assert leases.claim(["test.other"], at=AT) is None
    assert [take().key, take().key] == ["first", "second"]


def test_an_open_lease_is_respected_and_an_old_one_taken_over() -> None:
    handles(six_rows)
    ask(at=AT)
    first = take(AT)
    assert leases.claim([ROWS], at=AT + leases.LEASE) is None
    second = take(AT + leases.LEASE + seconds(1))
    assert second.pk == first.pk and second.owner != first.owner and second.attempts == 2
    assert second.started_at == AT
    assert worker.POLL + leases.LEASE.total_seconds() < 60  # within a minute
    assert leases.LEASE.total_seconds() > 3 * worker.BEAT  # two beats may fail


def test_a_job_that_kills_its_workers_fails() -> None:
    handles(six_rows, max_attempts=3)
    ask(at=AT)
    for number in range(3):
        take(AT + seconds(60 * number))
    assert leases.claim([ROWS], at=AT + seconds(180)) is None
    job = Job.objects.get()
    assert (job.state, job.error_code, job.attempts) == (State.FAILED, "job.worker_lost", 3)


# Running


def test_a_job_is_done() -> None:
    handles(six_rows)
    ask()
    job = run(take())
    assert (job.state, job.cursor, job.done, job.total, job.percent) == (State.DONE, 6, 6, 6, 100)
    assert (job.note, job.result, job.owner, job.lease_until) == ("row 5", {"rows": 6}, "", None)
    assert written() == list(range(6))


def test_the_heartbeat_outlives_the_lease() -> None:
    seen = []

    def slow(context: JobContext) -> None:
        for _tenth in range(14):
            threading.Event().wait(0.1)
            seen.append(in_a_thread(lambda: leases.claim([ROWS], at=clock.now())))
        context.stop_if_asked()

    handles(slow)
    ask()
    job = run(take(lease=seconds(0.7)), lease=seconds(0.7), beat=0.15)
    assert job.state == State.DONE
    assert seen == [None] * 14


def test_a_cancelled_job_stops_before_its_next_chunk() -> None:
    def end_at_three(number: int) -> None:
        if number == 3:
            in_a_thread(lambda: jobs.cancel(job_id=Job.objects.get().pk, by=None, at=clock.now()))

    handles(lambda context: six_rows(context, end_at_three))
    ask()
    job = run(take())
    assert (job.state, job.cursor, job.done) == (State.CANCELLED, 3, 3)
    assert job.finished_at is not None
    assert written() == [0, 1, 2]


def test_a_cancelled_job_s_open_chunk_is_rolled_back() -> None:
    def bare(context: JobContext) -> None:
        in_a_thread(lambda: jobs.cancel(job_id=context.job_id, by=None, at=clock.now()))
        with transaction.atomic():
            write(context, 0)
            context.checkpoint(1)

    handles(bare)
    ask()
    assert run(take()).state == State.CANCELLED
    assert written() == []


def test_the_heartbeat_tells_long_work_that_it_was_cancelled() -> None:
    def slow(context: JobContext) -> None:
        in_a_thread(lambda: jobs.cancel(job_id=context.job_id, by=None, at=clock.now()))
        for _tenth in range(50):
            context.stop_if_asked()
            threading.Event().wait(0.1)

    handles(slow)
    ask()
    assert run(take(), beat=0.1).state == State.CANCELLED


@pytest.mark.parametrize("within_chunk", [True, False])
def test_who_lost_the_lease_stops_writing(within_chunk: bool) -> None:
    others: list[Job] = []

    def overtaken(context: JobContext) -> None:
        for number in range(context.cursor or 0, 6):
            if number == 2 and not others:
                others.append(in_a_thread(lambda: take(clock.now() + seconds(60))))
            if within_chunk:
                with context.chunk():
                    write(context, number)
                    context.checkpoint(number + 1)
            else:
                with transaction.atomic():
                    write(context, number)
                    context.checkpoint(number + 1)

    handles(overtaken)
    ask()
    job = run(take())
    assert (job.state, job.owner, job.cursor) == (State.RUNNING, others[0].owner, 2)
    assert written() == [0, 1]
    assert run(others[0]).state == State.DONE
    assert written() == list(range(6))


def test_who_lost_the_lease_settles_nothing() -> None:
    ending: list[Any] = [lambda: None, lambda: 1 / 0]

    def overtaken(context: JobContext) -> None:
        take(clock.now() + seconds(60 * context.attempt))
        ending[context.attempt - 1]()

    handles(overtaken)
    ask()
    first = take()
    assert run(first).state == State.RUNNING
    second = Job.objects.get()
    assert second.owner != first.owner
    assert run(second).state == State.RUNNING


def test_a_stop_finishes_the_chunk_and_gives_the_job_back() -> None:
    stop = Go()

    def stop_in_third(context: JobContext) -> None:
        for number in range(context.cursor or 0, 6):
            with context.chunk():
                if number == 2:
                    stop.set()
                context.checkpoint(number + 1)
                write(context, number)

    handles(stop_in_third)
    ask()
    job = run(take(), stop)
    assert (job.state, job.cursor, job.attempts, job.owner) == (State.QUEUED, 3, 0, "")
    assert written() == [0, 1, 2]
    assert run(take()).state == State.DONE
    assert written() == list(range(6))


def test_a_stop_is_heeded_by_work_with_bare_checkpoints() -> None:
    stop = Go()
    stop.set()

    def bare(context: JobContext) -> None:
        for number in range(context.cursor or 0, 6):
            with transaction.atomic():
                context.checkpoint(number + 1)
                write(context, number)

    handles(bare)
    ask()
    job = run(take(), stop)
    assert (job.state, job.cursor, written()) == (State.QUEUED, 1, [0])


def test_progress_is_told_between_chunks() -> None:
    stop, told = Go(), []

    def reads(context: JobContext) -> None:
        for number in range(6):
            context.progress(number, 6, "三村 13800138000")
            told.append(number)
            if number == 1:
                stop.set()

    handles(reads)
    ask()
    job = run(take(), stop)
    assert told == [0, 1]
    assert (job.state, job.done, job.total, job.note) == (State.QUEUED, 0, 6, "三村 [phone]")


def test_a_chunk_without_a_checkpoint_does_not_stand() -> None:
    def forgets(context: JobContext) -> None:
        with context.chunk():
            write(context, 0)

    def outside(context: JobContext) -> None:
        context.checkpoint(1)

    for number, handler in enumerate((forgets, outside)):
        kinds._kinds.clear()
        handles(handler)
        ask(f"rows:{number}")
        assert run(take()).error_code == "job.unexpected"
    assert written() == []


# Failing


def test_a_passing_error_is_tried_again_after_a_pause() -> None:
    def shaky(number: int) -> None:
        if number == 2 and len(written()) == 2 and Job.objects.get().error_code == "":
            raise OperationalError("database is locked")

    handles(lambda context: six_rows(context, shaky))
    ask()
    with clock.frozen(AT):
        Job.objects.update(run_after=AT)
        job = run(take())
    assert (job.state, job.error_code, job.cursor) == (State.QUEUED, "job.busy", 2)
    assert job.run_after == AT + seconds(5)
    assert leases.claim([ROWS], at=AT + seconds(4.9)) is None
    job = run(take(AT + seconds(5)))
    assert (job.state, job.error_code, job.attempts) == (State.DONE, "", 1)  # it got on, so tries count anew
    assert written() == list(range(6))


def test_only_listed_errors_are_tried_again_and_not_for_ever() -> None:
    class Passing(Exception):  # noqa: N818
        pass

    def never(context: JobContext) -> None:
        raise Passing

    handles(never, retry_on=(Passing,), max_attempts=3, backoff=10)
    ask(at=AT)
    pauses = []
    at = AT
    for _try in range(3):
        with clock.frozen(at):
            job = run(take(at))
        pauses.append((job.run_after - at).total_seconds())
        at = max(at, job.run_after)
    assert pauses[:2] == [10, 20]
    assert (job.state, job.error_code, job.attempts) == (State.FAILED, "job.busy", 3)
    assert set(job.error_text) == {"zh-hans", "en"}


def test_a_poisoned_job_fails_with_words_and_without_names(caplog: pytest.LogCaptureFixture) -> None:
    def poisoned(context: JobContext) -> None:
        with context.chunk():
            context.checkpoint(1)
            write(context, 0)
            raise KeyError("张三 520599196503071125")

    handles(poisoned)
    ask()
    with caplog.at_level(logging.INFO):
        job = run(take())
    assert (job.state, job.error_code, job.attempts) == (State.FAILED, "job.unexpected", 1)
    assert "number of this job" in job.error_text["en"]
    assert "张三" not in caplog.text and "520599196503071125" not in caplog.text
    assert "KeyError" in caplog.text and "poisoned" in caplog.text
    assert written() == []


def test_an_error_meant_for_people_reaches_them() -> None:
    def refused(context: JobContext) -> None:
        raise Conflict("intake.discarded", _("Done"))

    handles(refused)
    ask()
    job = run(take())
    assert (job.state, job.error_code, job.error_text["en"]) == (State.FAILED, "intake.discarded", "Done")


def test_ctrl_c_gives_the_job_back_and_ends_the_worker() -> None:
    def interrupted(context: JobContext) -> None:
        raise KeyboardInterrupt

    handles(interrupted)
    ask()
    with pytest.raises(KeyboardInterrupt):
        run(take())
    assert Job.objects.get().state == State.QUEUED


# The loop


def test_the_loop_works_until_it_is_asked_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    stop = Go()
    handles(lambda context: stop.set() if context.payload.get("last") else None)
    for number in range(3):
        ask(f"rows:{number}")
    last = {"kind": ROWS, "payload": {"last": True}, "key": "last", "by": None, "at": clock.now()}
    jobs.enqueue(**last)
    assert in_a_thread(lambda: worker.run_worker(stop, poll=0.01)) == 4
    assert Job.objects.filter(state=State.DONE).count() == 4


def test_the_loop_waits_for_a_database_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, claim, looks = Go(), leases.claim, []

    def flaky(*values: Any, **options: Any) -> Job | None:
        looks.append(1)
        if len(looks) < 3:
            raise OperationalError("connection refused")
        return claim(*values, **options)

    monkeypatch.setattr(leases, "claim", flaky)
    handles(lambda context: stop.set())
    ask()
    assert in_a_thread(lambda: worker.run_worker(stop, poll=0.01)) == 1
    assert len(looks) == 3
