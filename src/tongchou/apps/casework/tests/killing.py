"""Decisions about many, a notice that ends and the yearly check, killed at statements and gone on with.

Run as a program with a plan on standard input, as ``intake.tests.killing``, of which it is made; a line of
JSON comes back for each list of places. ``what`` names what is killed: ``decide``, ``notice`` or ``renew``.
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

#: Cases of a transaction here, so that a few take several.
CHUNK = 4
MORNING = dt.datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Days after which each is done: a notice has hung by then.
DAYS = {"decide": 0, "notice": 11, "renew": 0}
YEAR = MORNING.year


def procedure(what: str) -> None:
    """What somebody does who finds it half done: the same again."""
    {"decide": decide, "notice": end_notices, "renew": carry_over}[what]()


def decide() -> None:
    """One of the township accepts a list, another passes it, the county approves it."""
    from tongchou.apps.casework import api as casework
    from tongchou.apps.casework.models import Case
    from tongchou.core import accounts, clock

    cases = list(Case.objects.filter(kind="childcare_subsidy").order_by("pk").values_list("pk", flat=True))
    township, county = accounts.by_username("liwen"), accounts.by_username("zhoumin")
    casework.accept_many(numbers=cases, by=accounts.by_username("luoping"), at=clock.now())
    casework.pass_many(numbers=cases, by=township, at=clock.now())
    casework.pass_many(numbers=cases, by=county, at=clock.now())


def end_notices() -> None:
    """The days of a notice are over."""
    from tongchou.apps.notices import api as notices
    from tongchou.core import clock

    while notices.end_one(at=clock.now()):
        pass


def carry_over() -> None:
    """The county asks for the yearly check, and a worker does it, or goes on with what a dead one left."""
    from tongchou.apps.casework import api as casework
    from tongchou.apps.casework.jobs import KIND
    from tongchou.core import accounts, clock
    from tongchou.core.jobs import leases, worker

    county = accounts.by_username("zhoumin")
    casework.ask_to_renew(kind="elderly_reward", year=YEAR + 1, by=county, at=clock.now())
    while (job := leases.claim([KIND], at=clock.now())) is not None:
        worker.run_job(job, threading.Event())


def work(number: int, steps: Steps, what: str) -> None:
    """One process's turn, its statements counted."""
    from django.db import connection

    from tongchou.apps.casework import renewing
    from tongchou.apps.notices import passing
    from tongchou.core import audit_head, clock

    for module in (renewing, passing):
        module.CHUNK = CHUNK  # type: ignore[misc]
    sign = audit_head.sign
    audit_head.sign = lambda *given: steps(sign, *given)  # type: ignore[misc]
    moment = MORNING + dt.timedelta(days=DAYS[what], hours=number)
    with clock.frozen(moment), connection.execute_wrapper(steps):
        procedure(what)


def judged(steps: Steps) -> dict[str, Any]:
    """What became of the cases, asked when the last process has ended; when is left out, as hours differ."""
    from django.db.models import Count

    from tongchou.apps.casework import sealing
    from tongchou.apps.casework.models import Award, Case, Decision, Payee, Pinned
    from tongchou.apps.notices.models import Notice
    from tongchou.core import audit
    from tongchou.core.jobs.api import Job
    from tongchou.core.models import AuditEntry

    # Who finds it half done asks again, and that is noted again.
    noted = AuditEntry.objects.filter(action__regex=r"^(casework|notices)\.").exclude(
        action="casework.ask_to_renew"
    )
    rows = {
        "cases": Case.objects.order_by("number").values_list(
            "number", "kind", "year", "person_id", "state", "stage_code", "desk", "amount_fen", "stage_due",
            "due", "previous__number", "sealed",
        ),
        "decisions": Decision.objects.order_by("case__number", "pk").values_list(
            "case__number", "act", "stage_code", "officer", "on_behalf", "reasons", "mark", "in_time"
        ),
        "awards": Award.objects.order_by("case__number").values_list("case__number", "amount_fen", "void_at"),
        "reasons": Pinned.objects.order_by("case__number", "mark").values_list("case__number", "mark"),
        "notices": Notice.objects.order_by("pk").values_list("pk", "closed_at__date"),
        "noted": noted.order_by("action", "scope_no").values("action", "scope_no").annotate(n=Count("pk")),
        "accounts": [
            (one.case.number, sealing.unseal_payee(one.sealed, one.case_id))
            for one in Payee.objects.order_by("case__number", "pk").select_related("case")
        ],
    }  # fmt: skip
    twice = Decision.objects.filter(act="pass").values("case", "stage_code").annotate(n=Count("pk"))
    return {
        "steps": steps.count,
        "hash": {name: hashlib.sha256(repr(list(one)).encode()).hexdigest() for name, one in rows.items()},
        "jobs": sorted(set(Job.objects.values_list("state", flat=True))),
        "twice": [one["case"] for one in twice if one["n"] > 1],
        "states": dict(Case.objects.order_by("state").values_list("state").annotate(Count("pk"))),
        "awards": Award.objects.count(),
        "carried": Case.objects.exclude(previous=None).count(),
        "closed": Notice.objects.exclude(closed_at=None).count(),
        "chain": audit.verify().ok,
    }


def tried(deadly: list[int], folder: Path, database: str, what: str) -> dict[str, Any]:
    """One list of places on a copy of everything; ``killed`` counts the processes that met theirs."""
    from django.conf import settings
    from django.db import connections

    killed = 0

    def turn(number: int, place: int | None) -> dict[str, Any]:
        settings.VAR = folder
        connections.settings["default"]["NAME"] = database
        steps = Steps(place, after=number % 2 == 1)
        work(number, steps, what)
        return judged(steps) if place is None else {}

    for number, place in enumerate([*deadly, None]):
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
    for what, deadly in plan["lists"]:
        folder = target / "var"
        shutil.copytree(base, folder)
        if plan["server"]:
            database = f"{plan['database']}_copy"
            of_its_own(plan["server"], database, plan["database"])
        else:
            database = str(folder / "tongchou.sqlite3")
        try:
            print(json.dumps(tried(deadly, folder, database, what) | {"what": what}), flush=True)
        finally:
            shutil.rmtree(folder)
            if plan["server"]:
                of_its_own(plan["server"], database, None)


if __name__ == "__main__":
    main()
