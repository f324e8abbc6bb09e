"""A batch of 20,000 cases: build, freeze, bank file, reading and recording the bank's answer, the laws.

Awards are written straight into casework's tables, each with its sealed account; everything measured is the
product's own act. Run on a throw-away folder, and on an empty database when ``DATABASE_URL`` names one::

    python bench/payments.py --rows 20000 --repeat 3

Prints each step with its share of the limit and exits 1 when one is over. Building counts with freezing,
which reads the payees; recording counts with reading.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

#: Seconds each step may take for 20,000 cases.
LIMITS = {"build": 30.0, "bank file": 5.0, "reconcile": 20.0}
CASES = 20_000


def prepare() -> dict[str, Any]:
    """The schema, the areas, two finance clerks, a fund."""
    from django.core.management import call_command

    from tongchou.apps.payments import api as payments
    from tongchou.apps.places import api as places
    from tongchou.core import actions, clock

    call_command("migrate", interactive=False, verbosity=0)
    places.load_reference(by=None, at=clock.now())
    county = places.area_by_code("520521")
    made = []
    for name in ("one", "two"):
        account = actions.create_account(
            username=name,
            display_name=name,
            password="Bench-only-7-hills",  # noqa: S106
            by=None,
            at=clock.now(),
        )
        actions.assign_role(
            account=account, role="county_finance", area_id=county.pk, scope_no=county.scope_no,
            scope_end=county.scope_end, by=None, at=clock.now(),
        )  # fmt: skip
        made.append(account)
    fund = payments.open_fund(
        area_id=county.pk, year=clock.today().year, line="childcare", title="育儿补贴资金",
        programmes=["childcare_subsidy"], by=made[0], at=clock.now(),
    )  # fmt: skip
    return {"county": county, "one": made[0], "two": made[1], "fund": fund}


def fill(ground: dict[str, Any], rows: int, first: int) -> None:
    """Approved cases, and the money for them."""
    from tongchou.apps.payments import api as payments
    from tongchou.apps.payments.tests.many import FEN, approved_awards
    from tongchou.core import clock

    at = clock.now()
    by = ground["one"]
    approved_awards(rows, area=ground["county"], by=by, at=at, first=first)
    today = clock.today()
    given = payments.appropriate(
        fund_id=ground["fund"].pk, source="central", fen=rows * FEN, document=f"{first}",
        appropriated_on=today, due_on=today, by=by, at=at,
    )  # fmt: skip
    payments.record_arrival(
        appropriation_id=given.pk, fen=rows * FEN, arrived_on=today, voucher=f"{first}", by=by, at=at
    )


def work_off() -> None:
    from tongchou.apps.payments import jobs as kinds
    from tongchou.core import clock
    from tongchou.core.jobs import api as jobs
    from tongchou.core.jobs import leases, worker

    names = [kinds.BUILD_KIND, kinds.FREEZE_KIND, kinds.RECORD_KIND]
    while (job := leases.claim(names, at=clock.now())) is not None:
        worker.run_job(job, threading.Event())
        done = jobs.Job.objects.get(pk=job.pk)
        if done.state != jobs.State.DONE:
            raise RuntimeError(f"{done.kind}: {done.state} {done.error_text}")


def one_batch(ground: dict[str, Any]) -> dict[str, float]:
    """Seconds of each step of one batch of everything that waits."""
    from tongchou.apps.payments import api as payments
    from tongchou.apps.payments.models import Batch
    from tongchou.apps.payments.tests.many import KIND, bank_answer
    from tongchou.core import clock
    from tongchou.core.scope import Scope

    took: dict[str, float] = {}
    one, two = ({"by": ground[name], "at": clock.now()} for name in ("one", "two"))

    def timed(name: str, act: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        found = act()
        took[name] = time.perf_counter() - started
        return found

    def build() -> Any:
        batch = payments.build_batch(
            fund_id=ground["fund"].pk, programme=KIND, template="rural_credit", **one
        )
        work_off()
        return batch

    def freeze() -> None:
        payments.freeze_batch(batch_id=batch.pk, **one)
        work_off()

    batch = timed("build: rows", build)
    timed("build: payees frozen", freeze)
    batch = Batch.objects.get(pk=batch.pk)
    payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **two)
    timed("bank file", lambda: payments.bank_file(batch_id=batch.pk, **one))
    timed("bank file again", lambda: payments.bank_file(batch_id=batch.pk, **one))
    batch = Batch.objects.get(pk=batch.pk)
    day = clock.today().isoformat()
    content = bank_answer(batch).replace(b"2026-06-30", day.encode())
    file = timed(
        "reconcile: read and compare",
        lambda: payments.stage_answer(batch_id=batch.pk, content=content, **one),
    )
    if file.errors:
        raise RuntimeError(f"{file.errors} errors in a sound answer")

    def record() -> None:
        payments.record_answer(file_id=file.pk, came_back=False, **one)
        work_off()

    timed("reconcile: record", record)
    laws = timed("laws of money", lambda: payments.verify(scope=Scope.everything()))
    broken = [law.code for law in laws if not law.holds]
    batch.refresh_from_db()
    if broken or batch.state != "settled":
        raise RuntimeError(f"{batch.state}, broken: {broken}")
    took["build"] = took["build: rows"] + took["build: payees frozen"]
    took["reconcile"] = took["reconcile: read and compare"] + took["reconcile: record"]
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=CASES)
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGCHOU_VAR"] = folder
        import django

        django.setup()
        from django.db import connection

        ground = prepare()
        runs = []
        for number in range(given.repeat):
            fill(ground, given.rows, 1 + number * given.rows)
            runs.append(one_batch(ground))
        print(f"{connection.vendor}, {given.rows:,} cases a batch, {given.repeat} batches in one fund")
        over = False
        for name in runs[0]:
            worst = max(run[name] for run in runs)
            limit = LIMITS.get(name, 0.0) * given.rows / CASES
            share = f"  {worst / limit:6.1%} of {limit:.0f} s" if limit else ""
            over = over or bool(limit and worst > limit)
            print(f"  {name:<30}{worst:8.2f} s{share}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  memory at most                {peak:8d} MB")
        connection.close()
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
