"""What grows with the registry and what does not: search, pages, snapshot, evaluation, at several sizes.

    python bench/scale.py                                   SQLite, 10,000 and 100,000 people
    tools/with-postgres python bench/scale.py               PostgreSQL as well
    python bench/scale.py --people 10000 100000 1000000 --keep FOLDER

Prints Markdown: each figure beside its limit and their ratio, then how it grew. With ``--keep`` the filled
registries stay in the folder (and the databases ``scale_<people>`` on the server) and are used again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
#: Limits by figure, in milliseconds: the p95 that OpenCRVS 2.0 publishes for its own 1.2 million events on
#: 12 cores (search 57, work-queue 39, open a record 159, register 341 ms), rounded down.
SEARCH, WORKLIST, OPEN, WRITE = 55.0, 38.0, 150.0, 300.0
#: In seconds, for a million people: our own targets (no peer publishes any).
APPLY, SNAPSHOT, EVALUATE, LIST, READ_AHEAD = 300.0, 15.0, 5.0, 30.0, 60.0
#: How often a page or a search is asked for again.
AGAIN = 5

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
parser.add_argument("--keep", type=Path, help="Folder in which the filled registries stay.")
parser.add_argument("--one", nargs=3, metavar=("ENGINE", "PEOPLE", "FOLDER"), help=argparse.SUPPRESS)


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def timed(act: Callable[[], Any]) -> float:
    return both(act)[0]


def both(act: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock, and of processor time."""
    started, spent = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - started, time.process_time() - spent


class Measured:
    """Figures of one registry, as ``name: (value, limit, unit)``."""

    def __init__(self) -> None:
        self.figures: dict[str, tuple[float, float, str]] = {}

    def seconds(self, name: str, value: tuple[float, float], limit: float) -> None:
        self.figures[name] = (value[0], limit, "s")
        if value[1]:
            self.figures[f"{name}: processor time"] = (value[1], limit, "s")

    def answers(self, name: str, values: list[tuple[float, float]], limit: float) -> None:
        clock, spent = ([1000 * one[place] for one in values] for place in (0, 1))
        self.figures[f"{name}: p95"] = (p95(clock), limit, "ms")
        self.figures[f"{name}: median"] = (statistics.median(clock), limit, "ms")
        if any(spent):
            self.figures[f"{name}: processor time, p95"] = (p95(spent), limit, "ms")


def one(engine: str, people: int, folder: Path) -> None:
    """Fill (unless filled), measure and print the figures as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TONGCHOU_VAR"] = str(folder)
    from tongchou.cli.common import start_django

    start_django()
    from filling import fill, readers

    measured = Measured()
    note = folder / "filled.json"
    if not note.exists():
        spent, waits = filled_beside_a_writer(fill, folder, people)
        note.write_text(json.dumps({"seconds": spent, "waits": waits, "load": os.getloadavg()[0]}))
    kept = json.loads(note.read_text())
    scale = max(people, 100_000) / 1_000_000  # below, the constant part would be measured
    measured.seconds("registers compared and applied", (kept["seconds"], 0.0), APPLY * scale)
    if kept["waits"]:
        waits = [(wait, 0.0) for wait in kept["waits"]]
        measured.answers("another write meanwhile", waits, WRITE)
    accounts = readers()
    searches(engine, folder, accounts, measured)
    evaluation(accounts["prefecture"], measured, scale)
    pages(accounts, measured)
    print(
        json.dumps({"figures": measured.figures, "load": os.getloadavg()[0], "filled_at_load": kept["load"]})
    )


def filled_beside_a_writer(fill: Any, folder: Path, people: int) -> tuple[float, list[float]]:
    """Seconds of the filling, and how long each small write of another process took meanwhile."""
    from filling import prepare, tables

    prepare()
    tables(folder, people)
    stop, waits = folder / "stop", folder / "waits.json"
    stop.unlink(missing_ok=True)
    writer = subprocess.Popen([sys.executable, str(HERE / "filling.py"), "writer", str(folder)])
    try:
        spent = timed(lambda: fill(folder, people, quiet=True))
    finally:
        stop.touch()
        writer.wait(timeout=120)
    return spent, json.loads(waits.read_text())


def asked() -> list[str]:
    """What is searched for: frequent and rare keys, numbers, places, and what nobody is called."""
    from django.db.models import Count

    from tongchou.apps.registry import identifiers
    from tongchou.apps.registry.models import Household, Person, Phone

    def frequent(field: str, length: int) -> str:
        found = Person.objects.values_list(field).annotate(n=Count("pk")).order_by("-n")
        return str(next(key for key, _n in found[:500] if len(key) >= length))[:length]

    somebody = Person.objects.exclude(id_cipher="").order_by("pk").first()
    phone = Phone.objects.order_by("person_id").first()
    village = Household.objects.select_related("village").order_by("pk").first()
    return [
        frequent("initials", 2), frequent("initials", 3), frequent("name_key", 2), frequent("name_key", 3),
        frequent("given_key", 2), "欧阳", "qq", "zzzz", "王小明",
        str(identifiers.open_id(somebody.id_cipher, somebody.pk)),
        identifiers.open_phone(phone.cipher, phone.person_id),
        "0012", village.village.name[:3], f"{village.village.name[:3]} 王",
    ]  # fmt: skip


def searches(engine: str, folder: Path, accounts: dict[str, Any], measured: Measured) -> None:
    from tongchou.apps.registry import api as registry
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    texts = asked()
    first, again = [], []
    for account in accounts.values():
        reach = scopes.of(account, on=clock.today())
        for text in texts:
            if engine == "sqlite":
                forget(folder / "tongchou.sqlite3")
            first.append(both(lambda: registry.search(text, scope=reach, limit=51)))  # noqa: B023
            again += [both(lambda: registry.search(text, scope=reach, limit=51)) for _ in range(AGAIN)]  # noqa: B023
    if engine == "sqlite":
        from tongchou.core.sqlite.reading_ahead import read_ahead

        forget(folder / "tongchou.sqlite3")
        measured.seconds("file read into memory at the start", both(read_ahead), READ_AHEAD)
        after = [
            both(partial(registry.search, text, scope=scopes.of(account, on=clock.today()), limit=51))
            for account in accounts.values()
            for text in texts
        ]
        measured.answers("search, first time after a start", after, SEARCH)
    measured.answers(
        "search, file not in memory" if engine == "sqlite" else "search, first time", first, SEARCH
    )
    measured.answers("search, again", again, SEARCH)


def forget(file: Path) -> None:
    """The system forgets what it holds of a file in memory; the next search reads the disk."""
    from django.db import connection

    connection.close()
    for path in (file, file.with_name(file.name + "-wal")):
        if path.exists():
            with path.open("rb") as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    connection.ensure_connection()


def evaluation(by: Any, measured: Measured, scale: float) -> None:
    import resource

    from tongchou import policies
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.entitlements.models import Evaluation
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.core import clock

    year, today = clock.today().year, clock.today()
    Evaluation.objects.all().delete()
    spent = [
        both(lambda: snapshots.take_snapshot(by=by, at=clock.now(), as_of=today, purpose="bench"))
        for _ in range(2)
    ]
    measured.seconds("snapshot, the quicker of two", min(spent), SNAPSHOT * scale)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured.figures["memory at most by then"] = (memory, 2000 * max(scale, 0.25), "MB")
    facts = snapshots.read(snapshots.latest())
    spent = [both(lambda: policies.evaluate_many(facts, policies.listed(), year)) for _ in range(2)]
    measured.seconds("evaluation of every programme, the quicker of two", min(spent), EVALUATE * scale)
    spent_once = both(
        lambda: entitlements.evaluate_years(years=(year - 1, year), by=by, at=clock.now(), purpose="bench")
    )
    measured.seconds("two years evaluated and written to the work-list", spent_once, LIST * scale)


def pages(accounts: dict[str, Any], measured: Measured) -> None:
    from django.conf import settings
    from django.test import Client

    from tongchou.apps.registry.models import Household
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECOND_FACTOR = "optional"  # the readers are signed in without one
    limits = {"/worklist": WORKLIST, "/worklist?page=3": WORKLIST, "/worklist?show=unclear": WORKLIST,
              "/": WORKLIST, "household": OPEN, "/population": OPEN}  # fmt: skip
    names = {"/": "home page", "household": "household page", "/population": "population page"}
    spent: dict[str, list[tuple[float, float]]] = {}
    for account in accounts.values():
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        reach = scopes.of(account, on=clock.today())
        homes = Household.objects.filter(reach.q("scope_no")).values_list("pk", flat=True)[: AGAIN + 1]
        for page in limits:
            name = names.get(page, "work-list page")
            for number in homes if page == "household" else range(AGAIN + 1):
                address = f"/households/{number}" if page == "household" else page
                took = both(lambda: served(client, address))  # noqa: B023
                spent.setdefault(f"{name}:{page}", []).append(took)
    for name in ("work-list page", "home page", "household page", "population page"):
        rows = [value for key, values in spent.items() if key.startswith(name) for value in values[1:]]
        limit = next(limits[key.split(":", 1)[1]] for key in spent if key.startswith(name))
        measured.answers(f"{name}, four widths of area", rows, limit)


def served(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def run(engine: str, people: int, folder: Path) -> dict[str, Any]:
    environment = dict(os.environ)
    if engine == "sqlite":
        environment.pop("DATABASE_URL", None)
    else:
        environment["DATABASE_URL"] = database(os.environ["DATABASE_URL"], f"scale_{people}")
    command = [sys.executable, __file__, "--one", engine, str(people), str(folder / f"{engine}-{people}")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{engine}, {people:,} people:\n{done.stdout}\n{done.stderr}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def database(url: str, name: str) -> str:
    """The address of a database of this name on the server, made when it is not there."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rsplit('/', 1)[0]}/{name}"


def report(results: dict[tuple[str, int], dict[str, Any]], people: list[int]) -> None:
    engines = sorted({engine for engine, _size in results}, reverse=True)
    print("## Growth: the same work on a larger registry\n")
    print(
        "Measured / limit in brackets. Limits of answers are the p95 OpenCRVS 2.0 publishes (12 cores, 1.2 M "
        "events), those of long work our own, in proportion to the people (at least 100,000). Processor time "
        "is of our own process: with SQLite the database is in it, and it says what a quiet machine would "
        "need.\n"
    )
    for engine in engines:
        names = list(dict.fromkeys(n for size in people for n in results[engine, size]["figures"]))
        loads = ", ".join(
            "{:,}: {load:.1f} (filled at {filled_at_load:.1f})".format(size, **results[engine, size])
            for size in people
        )
        print(f"### {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}\n\nLoad average by people: {loads}.\n")
        print(f"| Step | {' | '.join(f'{size:,} people' for size in people)} | growth of the last step |")
        print(f"|---|{'---|' * len(people)}---|")
        for name in names:
            cells, values = [], []
            for size in people:
                figure = results[engine, size]["figures"].get(name)
                values.append(figure[0] if figure else None)
                cells.append(f"{figure[0]:.2f} {figure[2]} ({figure[0] / figure[1]:.2f})" if figure else "—")
            known = len(values) > 1 and values[-1] is not None and values[-2]
            growth = f"× {values[-1] / values[-2]:.1f} for × {people[-1] / people[-2]:.0f}" if known else "—"
            print(f"| {name} | {' | '.join(cells)} | {growth} |")
        print()


def main() -> None:
    arguments = parser.parse_args()
    if arguments.one:
        engine, people, folder = arguments.one
        one(engine, int(people), Path(folder))
        return
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="tongchou-scale-"))
    engines = [
        "sqlite",
        *(["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else []),
    ]
    try:
        results = {
            (engine, size): run(engine, size, folder.absolute())
            for engine in engines
            for size in arguments.people
        }
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    report(results, arguments.people)


if __name__ == "__main__":
    main()
