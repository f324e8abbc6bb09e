"""The queue of cases while 50 people work: how long the server takes with 200,000 cases.

    python bench/cases.py                                   SQLite, 60,000 people
    tools/with-postgres python bench/cases.py               PostgreSQL as well

Cases are written in bulk onto a filled registry: kinds of each person, a quarter of them unfinished, on all
desks, their last days spread over three months. The pages are served as by ``tongchou serve``. Each user
opens a queue (of the own desk, of another, late ones, of one kind, the second page) and thinks for one to
three seconds. Server time is measured in the server's own processes as in ``load.py``. Prints Markdown.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import load
from scale import database, p95

HERE = Path(__file__).parent
#: Milliseconds of server time, p95.
LIMIT = 38.0
#: What a user opens, one after the other.
PAGES = (
    "/cases",
    "/cases?desk=township",
    "/cases?desk=family",
    "/cases?late=1",
    "/cases?kind=elderly_reward&desk=county",
    "/cases?desk=township&page=2",
    "/cases?state=approved",
)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--people", type=int, default=60_000)
parser.add_argument("--cases", type=int, default=200_000)
parser.add_argument("--users", type=int, default=50)
parser.add_argument("--seconds", type=float, default=45.0)
parser.add_argument("--keep", type=Path, help="Folder in which the filled registry stays.")
parser.add_argument("--prepare", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)


def prepare(folder: Path, given: Any) -> None:
    """Fill the registry and write the cases unless they are there; sign the users in. Into ``users.json``."""
    from tongchou.cli.common import start_django

    start_django()
    from django.test import Client

    from filling import fill, readers

    if not (folder / "filled.json").exists():
        fill(folder, given.people, quiet=True)
        write(given.cases)
        (folder / "filled.json").write_text("{}")
    accounts = list(readers().values())
    sessions = []
    for number in range(given.users):
        client = Client()
        account = accounts[number % len(accounts)]
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        sessions.append(client.cookies["sessionid"].value)
    (folder / "users.json").write_text(json.dumps({"sessions": sessions}))


def write(number: int) -> None:
    """So many cases over everybody registered, without going through their acts."""
    from django.db import connection

    from tongchou.apps.casework import kinds
    from tongchou.apps.casework.models import Case
    from tongchou.apps.registry.models import Person
    from tongchou.core import clock
    from tongchou.core.models import Account

    now, today = clock.now(), clock.today()
    opener = Account.objects.order_by("pk").first()
    people = list(Person.objects.values_list("pk", "registered_area_id", "registered_scope"))
    offered = [one for one in kinds.in_force() if one.kind != "private"]
    versions = {one.code: kinds.pin(one, now) for one in offered}
    chance = random.Random(1)
    shares = {"approved": 55, "refused": 10, "ended": 10, "running": 17, "applied": 5, "waiting": 3}
    states = [state for state, share in shares.items() for _turn in range(share)]
    made: list[Case] = []
    for position in range(number):
        person, area, scope_no = people[position % len(people)]
        kind = offered[position // len(people) % len(offered)]
        state = chance.choice(states)
        stage_no = chance.randrange(len(kind.stages)) if state == "running" else 0
        stage = kind.stages[stage_no]
        desk = ""
        if state in ("running", "applied", "waiting"):
            desk = "family" if state == "waiting" else "notice" if stage.kind == "notice" else stage.level
        made.append(
            Case(
                number=f"2026-{position:06d}", kind=kind.code, version=versions[kind.code], person_id=person,
                year=2026 - position // (len(people) * len(offered)), amount_fen=360_000,
                handling_area_id=area, handling_scope=scope_no, channel="home",
                applicant="self", sealed="",
                state=state, stage=stage_no, stage_code=stage.code, accepted=state != "applied", desk=desk,
                opened_at=now, opened_by=opener, stage_since=today,
                stage_due=today + dt.timedelta(days=chance.randrange(-10, 80)),
                due=today + dt.timedelta(days=90),
                decided_at=now if state in ("approved", "refused", "ended") else None,
                registered_area_id=area, registered_scope=scope_no,
            )
        )  # fmt: skip
        if len(made) == 2000:
            Case.objects.bulk_create(made)
            made = []
    Case.objects.bulk_create(made)
    with connection.cursor() as cursor:
        # What a server does by itself soon after so many rows.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Officer(load.User):
    """One officer at the queue until the time is over."""

    def _search(self, token: str) -> None:
        started = time.perf_counter()
        answer = self._open(self._chance.choice(PAGES))
        self.waited.append((time.perf_counter() - started) * 1000)
        spent, work = (
            float(part.partition("dur=")[2]) for part in answer.headers["Server-Timing"].split(",")
        )
        self.server.append(spent)
        self.processor.append(work)

    def _open(self, address: str) -> Any:
        import http.client

        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        line.request("GET", address, "", {"Cookie": f"sessionid={self._session}"})
        answer = line.getresponse()
        answer.read()
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
        return answer


def run(engine: str, folder: Path, given: Any) -> dict[str, Any]:
    from tongchou.cli.serve import free_port

    folder = folder / f"{engine}-cases"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TONGCHOU_VAR": str(folder), "TONGCHOU_SECOND_FACTOR": "optional"}
    if engine == "postgresql":
        environment["DATABASE_URL"] = database(os.environ["DATABASE_URL"], "scale_cases")
    command = [
        sys.executable, __file__, "--people", str(given.people), "--cases", str(given.cases),
        "--users", str(given.users), "--prepare", str(folder),
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{engine}:\n{done.stdout}\n{done.stderr}")
    about, port = json.loads((folder / "users.json").read_text()), free_port("127.0.0.1", 8775)
    with load.server(port, environment):
        until = time.monotonic() + given.seconds
        users = [Officer(port, session, [], seed, until) for seed, session in enumerate(about["sessions"])]
        for user in users:
            user.start()
        for user in users:
            user.join(given.seconds + 120)
    if trouble := [user.trouble for user in users if user.trouble]:
        sys.exit(f"{engine}: {len(trouble)} users in trouble, the first: {trouble[0]}")
    return {
        **{
            name: [spent for user in users for spent in getattr(user, name)]
            for name in ("server", "processor", "waited")
        },
        "load": os.getloadavg()[0],
    }


def main() -> None:
    given = parser.parse_args()
    if given.prepare:
        prepare(given.prepare, given)
        return
    folder = (given.keep or Path(tempfile.mkdtemp(prefix="tongchou-cases-"))).absolute()
    engines = [
        "sqlite",
        *(["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else []),
    ]
    print(f"## The queue of {given.cases:,} cases with {given.users} users, each thinking 1 to 3 s\n")
    print(f"Load average {os.getloadavg()[0]:.1f} at the start. Limit of server time: p95 {LIMIT:g} ms.\n")
    print("| Engine | pages | server p95 (÷ limit) | median | processor p95 | waited p95 | load average |")
    print("|---|---|---|---|---|---|---|")
    try:
        for engine in engines:
            found = run(engine, folder, given)
            inside = found["server"]
            print(
                f"| {'SQLite' if engine == 'sqlite' else 'PostgreSQL'} | {len(inside):,} "
                f"| {p95(inside):.1f} ms ({p95(inside) / LIMIT:.2f}) | {statistics.median(inside):.1f} ms "
                f"| {p95(found['processor']):.1f} ms | {p95(found['waited']):.1f} ms | {found['load']:.1f} |",
                flush=True,
            )
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
