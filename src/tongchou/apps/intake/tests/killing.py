"""Workers that store a register, are killed at chosen statements and followed by others, for ``test_killed``.

Run as a program with a plan on standard input; a line of JSON comes back for each list of places::

    {"folder": …, "copy": …, "server": "", "database": "", "lists": [[], [17], [40, 9]]}

Each list is tried on a copy of the database. A place is the number of the statement (or of the signing of
the chain's head, which is a file's) at which the worker is killed; what follows goes on until the next one,
and the last worker is left alone. Workers are forks of this process, which never opens the database itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

#: Lines a transaction settles here, so that a small register takes several.
CHUNK = 8
MORNING = dt.datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Columns that say when something was recorded, and the digest, which covers ciphers: the chain compares it.
_OTHERWISE = ("recorded_at", "digest")


class Steps:
    """Counts the statements of this process, and ends it at one of them, before or after it is made."""

    def __init__(self, deadly: int | None, *, after: bool) -> None:
        self.count, self._deadly, self._after = 0, deadly, after

    def __call__(self, act: Callable[..., Any], *given: Any) -> Any:
        self.count += 1
        deadly = self.count == self._deadly
        if deadly and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = act(*given)
        if deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def work(number: int, steps: Steps) -> None:
    """One worker's turn: take the job that waits, or that a dead worker left, and store the register."""
    from django.db import connection

    from tongchou.apps.intake import queries
    from tongchou.apps.registry import applying
    from tongchou.core import audit_head, clock
    from tongchou.core.jobs import leases, worker

    usual = applying.chunks
    applying.chunks = lambda rows: usual(rows, CHUNK)
    sign = audit_head.sign
    audit_head.sign = lambda *given: steps(sign, *given)  # type: ignore[misc]
    with clock.frozen(MORNING + dt.timedelta(hours=number)), connection.execute_wrapper(steps):
        job = leases.claim([queries.APPLY_KIND], at=clock.now())
        if job is not None:
            worker.run_job(job, threading.Event())


def rows_hash() -> str:
    """SHA-256 of every row of the registry and of what intake keeps of the file; ciphers count opened."""
    from django.apps import apps

    from tongchou.apps.intake.models import RegisterFile, StagedProblem, StagedRow
    from tongchou.core.models import AuditEntry

    state = hashlib.sha256()
    models = [m for m in apps.get_app_config("registry").get_models() if m.__name__ != "RecentHousehold"]
    for model in [*models, StagedRow, StagedProblem]:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in _OTHERWISE]
        rows = model._default_manager.values_list(*names)
        plain = sorted(repr([_plain(one, row, names) for one in row]) for row in rows)
        state.update(repr((model.__name__, names, plain)).encode())
    files = RegisterFile.objects.order_by("pk").values_list(
        "pk", "sha256", "status", "people", "conflict_count"
    )
    state.update(repr(list(files)).encode())
    for action, subject, scope, detail in AuditEntry.objects.order_by("pk").values_list(
        "action", "subject", "scope_no", "detail"
    ):
        if action == "registry.apply":
            detail.pop("digest")
            state.update(repr((action, subject, scope, sorted(detail.items()))).encode())
    return state.hexdigest()


def _plain(value: Any, row: tuple[Any, ...], names: list[str]) -> Any:
    """A value with its ciphers opened: each encryption gives another one."""
    from tongchou.core import crypto

    owner = next((row[names.index(name)] for name in ("person_id", "id") if name in names), None)

    def opened(one: Any) -> Any:
        if isinstance(one, list):
            return [opened(part) for part in one]
        if isinstance(one, dict):
            return {name: opened(part) for name, part in sorted(one.items())}
        if isinstance(one, str) and one.startswith("k1:"):
            for context in ("id", "phone", "certificate", "evidence"):
                try:
                    return crypto.decrypt(one, f"registry.{context}:{owner}")
                except crypto.CannotDecrypt:
                    continue
            raise AssertionError("a cipher does not open")
        return one

    if isinstance(value, str) and value.startswith("{"):
        return opened(json.loads(value))
    return opened(value)


def judged(steps: Steps) -> dict[str, Any]:
    """What became of the register, asked when the last worker has ended."""
    from tongchou.apps.intake import queries
    from tongchou.apps.registry import api as registry
    from tongchou.core import audit
    from tongchou.core.jobs.api import Job
    from tongchou.core.models import AuditEntry

    return {
        "steps": steps.count,
        "hash": rows_hash(),
        "job": Job.objects.get(kind=queries.APPLY_KIND).state,
        "stored": AuditEntry.objects.filter(action="intake.apply", detail__lines__gt=0).count(),
        "chain": audit.verify().ok,
        "fold": registry.check_state().as_dict()["first"],
    }


def forked(act: Callable[[], dict[str, Any] | None], note: Path) -> dict[str, Any] | None:
    """What ``act`` gives, done by a process of its own; None when that was killed.

    Raises
    ------
    RuntimeError
        When it ended otherwise than well or by SIGKILL.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            note.write_text(json.dumps(act()))
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    if status:
        raise RuntimeError(f"a worker ended with {status}")
    return dict(json.loads(note.read_text()))


def tried(deadly: list[int], folder: Path, database: str) -> dict[str, Any]:
    """One list of places on a copy of everything; ``killed`` counts the workers that met theirs."""
    from django.conf import settings
    from django.db import connections

    killed = 0

    def turn(number: int, place: int | None) -> dict[str, Any]:
        settings.VAR = folder
        connections.settings["default"]["NAME"] = database
        steps = Steps(place, after=number % 2 == 1)
        work(number, steps)
        return judged(steps) if place is None else {}

    for number, place in enumerate([*deadly, None]):
        answer = forked(lambda: turn(number, place), folder / "answer.json")  # noqa: B023
        killed += answer is None
        if place is None:
            assert answer is not None
            return answer | {"killed": killed, "places": deadly}
    raise AssertionError("the last worker is always left alone")


def main() -> None:
    import django

    plan = json.load(sys.stdin)
    django.setup()
    base, target = Path(plan["folder"]), Path(plan["copy"])
    for deadly in plan["lists"]:
        folder = target / "var"
        shutil.copytree(base, folder)
        if plan["server"]:
            database = f"{plan['database']}_copy"
            of_its_own(plan["server"], database, plan["database"])
        else:
            database = str(folder / "tongchou.sqlite3")
        try:
            print(json.dumps(tried(deadly, folder, database)), flush=True)
        finally:
            shutil.rmtree(folder)
            if plan["server"]:
                of_its_own(plan["server"], database, None)


def of_its_own(server: str, name: str, template: str | None) -> None:
    """A PostgreSQL database of this name like another one; None removes it."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        # A killed worker's server process may be about to notice.
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if template is not None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )


if __name__ == "__main__":
    main()
