"""A batch from its building to the recorded answer, killed at chosen statements and gone on with.

Run as a program with a plan on standard input, as ``intake.tests.killing``, of which it is made; a line of
JSON comes back for each list of places. ``until`` names the step that is killed in: ``build``, ``freeze``,
``file`` or ``record``; those before it are gone through by a process that is left alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sys
import threading
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tongchou.apps.intake.tests.killing import Steps, forked, of_its_own

#: Rows of a step here, so that a small batch takes several.
CHUNK = 7
MORNING = dt.datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ORDER = ("build", "freeze", "file", "record")


def procedure(until: str, fund_id: int) -> None:
    """Everything up to a step. Whoever finds it half done presses the same buttons again."""
    from tongchou.apps.payments import api as payments
    from tongchou.apps.payments.models import AnswerFile, Batch
    from tongchou.apps.payments.tests.many import KIND, bank_answer
    from tongchou.core import accounts, clock

    one, two = ({"by": accounts.by_username(name), "at": clock.now()} for name in ("songyu", "heyong"))
    batch = Batch.objects.first()
    if batch is None or batch.state == "building":
        payments.build_batch(fund_id=fund_id, programme=KIND, template="rural_credit", **one)
    work_off()
    if until == "build":
        return
    batch = Batch.objects.get()
    if batch.state in ("draft", "freezing"):
        payments.freeze_batch(batch_id=batch.pk, **one)
    work_off()
    if until == "freeze":
        return
    batch = Batch.objects.get()
    if batch.state == "frozen":
        payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **two)
    payments.bank_file(batch_id=batch.pk, **one)
    if until == "file":
        return
    batch = Batch.objects.get()
    file = AnswerFile.objects.first()
    if file is None:
        file = payments.stage_answer(batch_id=batch.pk, content=bank_answer(batch, failing=6), **one)
    payments.record_answer(file_id=file.pk, came_back=False, **one)
    work_off()


def work_off() -> None:
    """Do the jobs that wait, or that a dead worker left."""
    from tongchou.apps.payments import jobs as kinds
    from tongchou.core import clock
    from tongchou.core.jobs import leases, worker

    names = [kinds.BUILD_KIND, kinds.FREEZE_KIND, kinds.RECORD_KIND]
    while (job := leases.claim(names, at=clock.now())) is not None:
        worker.run_job(job, threading.Event())


def work(number: int, steps: Steps, until: str, fund_id: int) -> None:
    """One process's turn, its statements counted."""
    from django.db import connection

    from tongchou.apps.payments import building, freezing, jobs, reconciling
    from tongchou.core import audit_head, clock

    for module in (building, freezing, reconciling):
        module.CHUNK = CHUNK  # type: ignore[misc]
    jobs.MOST_AT_ONCE = 3  # type: ignore[misc]
    sign = audit_head.sign
    audit_head.sign = lambda *given: steps(sign, *given)  # type: ignore[misc]
    with clock.frozen(MORNING + dt.timedelta(hours=number)), connection.execute_wrapper(steps):
        procedure(until, fund_id)


def judged(steps: Steps) -> dict[str, Any]:
    """What became of the batch, asked when the last process has ended."""
    from django.db.models import Count, Sum

    from tongchou.apps.payments import api as payments
    from tongchou.apps.payments.models import Batch, Entry, PaymentRow, RowOutcome
    from tongchou.core import audit
    from tongchou.core.jobs.api import Job
    from tongchou.core.scope import Scope

    state = hashlib.sha256()
    for rows in (
        PaymentRow.objects.order_by("no").values_list("no", "award_id", "state", "fen", "issue_no"),
        RowOutcome.objects.order_by("row__no").values_list("row__no", "outcome", "reason", "paid_on"),
        Entry.objects.order_by("no").values_list("no", "kind", "fen", "key"),
        Batch.objects.values_list("state", "rows", "fen", "paid_fen", "returned_fen", "outstanding_fen"),
        Batch.objects.values_list("file_sha256"),
    ):
        state.update(repr(list(rows)).encode())
    paid = RowOutcome.objects.filter(outcome="paid").values("row__award_id").annotate(n=Count("pk"))
    return {
        "steps": steps.count,
        "hash": state.hexdigest(),
        "states": sorted(set(PaymentRow.objects.values_list("state", flat=True))),
        "jobs": sorted(set(Job.objects.values_list("state", flat=True))),
        "broken": [law.code for law in payments.verify(scope=Scope.everything()) if not law.holds],
        "twice": [one["row__award_id"] for one in paid if one["n"] > 1],
        "chain": audit.verify().ok,
        "issued": Entry.objects.filter(kind="issue").aggregate(s=Sum("fen"))["s"],
    }


def tried(deadly: list[int], folder: Path, database: str, until: str, fund_id: int) -> dict[str, Any]:
    """One list of places on a copy of everything; ``killed`` counts the processes that met theirs."""
    from django.conf import settings
    from django.db import connections

    killed = 0
    before = ORDER[: ORDER.index(until)]

    def turn(number: int, place: int | None) -> dict[str, Any]:
        settings.VAR = folder
        connections.settings["default"]["NAME"] = database
        if number == 0 and before:
            work(0, Steps(None, after=False), before[-1], fund_id)
            return {}
        steps = Steps(place, after=number % 2 == 1)
        work(number, steps, until, fund_id)
        return judged(steps) if place is None else {}

    first = [0] if before else []
    for number, place in enumerate([*first, *deadly, None], start=0 if before else 1):
        answer = forked(lambda: turn(number, place), folder / "answer.json")  # noqa: B023
        killed += answer is None
        if place is None:
            assert answer is not None
            return answer | {"killed": killed, "places": deadly}
    raise AssertionError("the last process is always left alone")


def main() -> None:
    import django

    plan = json.load(sys.stdin)
    django.setup()
    base, target = Path(plan["folder"]), Path(plan["copy"])
    for until, deadly in plan["lists"]:
        folder = target / "var"
        shutil.copytree(base, folder)
        if plan["server"]:
            database = f"{plan['database']}_copy"
            of_its_own(plan["server"], database, plan["database"])
        else:
            database = str(folder / "tongchou.sqlite3")
        try:
            answer = tried(deadly, folder, database, until, plan["fund"])
            print(json.dumps(answer | {"until": until}), flush=True)
        finally:
            shutil.rmtree(folder)
            if plan["server"]:
                of_its_own(plan["server"], database, None)


if __name__ == "__main__":
    main()
