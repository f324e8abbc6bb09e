"""Search while 50 people work: how long the server takes, and how long they wait.

    python bench/load.py                                    SQLite, 10,000 and 100,000 people
    tools/with-postgres python bench/load.py --people 100000 --users 50 --seconds 60

The pages are served as by ``tongchou serve``; each user searches, thinks for one to three seconds, and
searches again. Server time is what the application takes for the whole answer, measured in the server's own
processes and sent along in a ``Server-Timing`` header, on the clock and as processor time; the wait is the
user's, with the queue before it. Prints Markdown. With ``--keep`` the filled registries stay in the folder,
as those of ``scale.py``; either uses what the other has filled.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scale import SEARCH, database, p95

HERE = Path(__file__).parent
#: Seconds between an answer and the next search of a user.
THINK = (1.0, 3.0)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
parser.add_argument("--users", type=int, default=50)
parser.add_argument("--seconds", type=float, default=45.0)
parser.add_argument("--keep", type=Path, help="Folder in which the filled registries stay.")
parser.add_argument("--prepare", nargs=2, metavar=("PEOPLE", "FOLDER"), help=argparse.SUPPRESS)
parser.add_argument("--serve", type=int, metavar="PORT", help=argparse.SUPPRESS)


def prepare(people: int, folder: Path, users: int) -> None:
    """Fill unless filled; sign the users in, and choose what they search for. Into ``users.json``."""
    from tongchou.cli.common import start_django

    start_django()
    from django.test import Client

    from filling import fill, readers
    from scale import asked

    note = folder / "filled.json"
    if not note.exists():
        started = time.perf_counter()
        fill(folder, people, quiet=True)
        seconds = time.perf_counter() - started
        note.write_text(json.dumps({"seconds": seconds, "waits": [], "load": os.getloadavg()[0]}))
    accounts = list(readers().values())
    sessions = []
    for number in range(users):
        client = Client()
        account = accounts[number % len(accounts)]
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        sessions.append(client.cookies["sessionid"].value)
    (folder / "users.json").write_text(json.dumps({"sessions": sessions, "texts": asked()}))


def serve(port: int) -> None:
    """``tongchou serve``, each answer with the time it took."""
    from tongchou.cli.common import start_django

    start_django()
    from tongchou.cli.serve import run_server
    from tongchou.config import wsgi

    wsgi.application = timed(wsgi.application)
    run_server(host="127.0.0.1", port=port, workers=2)


def timed(application: Callable[..., Any]) -> Callable[..., Any]:
    def answer(environ: Any, start_response: Any) -> Any:
        started, worked = time.perf_counter(), time.thread_time()

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            spent, work = (time.perf_counter() - started) * 1000, (time.thread_time() - worked) * 1000
            told = ("Server-Timing", f"all;dur={spent:.3f}, cpu;dur={work:.3f}")
            return start_response(status, [*headers, told], *more)

        return application(environ, begin)

    return answer


class User(threading.Thread):
    """One person at the search page until the time is over; all times in milliseconds."""

    def __init__(self, port: int, session: str, texts: list[str], seed: int, until: float) -> None:
        super().__init__(daemon=True)
        self._port, self._session, self._texts = port, session, texts
        self._chance, self._until = random.Random(seed), until
        self.server: list[float] = []
        self.processor: list[float] = []
        self.waited: list[float] = []
        self.trouble = ""

    def run(self) -> None:
        try:
            time.sleep(self._chance.uniform(0, THINK[1]))
            page = self._ask("GET", {"Cookie": f"sessionid={self._session}"})
            token = next(c.split(";")[0] for c in page.headers.get_all("Set-Cookie") if "csrftoken" in c)
            while time.monotonic() < self._until:
                self._search(token)
                time.sleep(self._chance.uniform(*THINK))
        except Exception as error:  # fails the run, in the main thread
            self.trouble = repr(error)

    def _ask(self, method: str, headers: dict[str, str], body: str = "") -> http.client.HTTPResponse:
        """A connection each: the server closes one that has been silent for two seconds."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        line.request(method, "/search", body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"search answered {answer.status}")
        return answer

    def _search(self, token: str) -> None:
        body = urlencode({"text": self._chance.choice(self._texts)})
        headers = {
            "Cookie": f"sessionid={self._session}; {token}",
            "X-CSRFToken": token.partition("=")[2],
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        started = time.perf_counter()
        answer = self._ask("POST", headers, body)
        self.waited.append((time.perf_counter() - started) * 1000)
        spent, work = (
            float(part.partition("dur=")[2]) for part in answer.headers["Server-Timing"].split(",")
        )
        self.server.append(spent)
        self.processor.append(work)


@contextmanager
def server(port: int, environment: dict[str, str]) -> Iterator[None]:
    running = subprocess.Popen([sys.executable, __file__, "--serve", str(port)], env=environment)
    try:
        for _ in range(300):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        running.terminate()
        running.wait(timeout=60)


def run(engine: str, people: int, folder: Path, given: Any) -> dict[str, Any]:
    from tongchou.cli.serve import free_port

    folder = folder / f"{engine}-{people}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    # The users are signed in without a second factor.
    environment |= {"TONGCHOU_VAR": str(folder), "TONGCHOU_SECOND_FACTOR": "optional"}
    if engine == "postgresql":
        environment["DATABASE_URL"] = database(os.environ["DATABASE_URL"], f"scale_{people}")
    command = [sys.executable, __file__, "--users", str(given.users), "--prepare", str(people), str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{engine}, {people:,} people:\n{done.stdout}\n{done.stderr}")
    about, port = json.loads((folder / "users.json").read_text()), free_port("127.0.0.1", 8765)
    with server(port, environment):
        until = time.monotonic() + given.seconds
        users = [
            User(port, session, about["texts"], seed, until) for seed, session in enumerate(about["sessions"])
        ]
        for user in users:
            user.start()
        for user in users:
            user.join(given.seconds + 120)
    if trouble := [user.trouble for user in users if user.trouble]:
        sys.exit(f"{engine}, {people:,} people: {len(trouble)} users in trouble, the first: {trouble[0]}")
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
        prepare(int(given.prepare[0]), Path(given.prepare[1]), given.users)
        return
    if given.serve:
        serve(given.serve)
        return
    folder = (given.keep or Path(tempfile.mkdtemp(prefix="tongchou-load-"))).absolute()
    engines = [
        "sqlite",
        *(["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else []),
    ]
    print(f"## Search with {given.users} users, each thinking {THINK[0]:g} to {THINK[1]:g} s between two\n")
    print(
        f"`tongchou serve` with its two workers, and the users, on {os.cpu_count()} cores together. Limit of "
        f"server time: p95 {SEARCH:g} ms.\n"
    )
    print(
        "| Registry | searches | server p95 (÷ limit) | median | processor p95 | waited p95 | median "
        "| load average |"
    )
    print("|---|---|---|---|---|---|---|---|")
    try:
        for engine in engines:
            for people in given.people:
                found = run(engine, people, folder, given)
                inside, waited = found["server"], found["waited"]
                name = "SQLite" if engine == "sqlite" else "PostgreSQL"
                print(
                    f"| {name}, {people:,} people | {len(inside):,} "
                    f"| {p95(inside):.1f} ms ({p95(inside) / SEARCH:.2f}) "
                    f"| {statistics.median(inside):.1f} ms | {p95(found['processor']):.1f} ms "
                    f"| {p95(waited):.1f} ms | {statistics.median(waited):.1f} ms | {found['load']:.1f} |",
                    flush=True,
                )
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
