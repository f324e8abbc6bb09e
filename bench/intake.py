"""Intake of village registers against the same work through the ORM, and against django-import-export.

    python bench/intake.py                                  SQLite, 50,000 people
    tools/with-postgres python bench/intake.py --rows 1000000

Half of the registers are workbooks, half text tables. Ours reads, checks, compares, stages, encrypts, records
events and the state, and writes the audit chain. ``bulk_create`` is the same but for the staging, by hand
with model instances (``intake_peers.OrmIntake``). django-import-export takes the same rows from flat files
into one table of plain text columns with its defaults: no checks, matching, events, encryption or audit.
"Storing" is what follows reading and checking, which both of ours share: matching, encryption,
events, state, audit.
Each is a process of its own on an empty database; all run in one go, one after the other. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OURS, ORM, LIBRARY = (
    "ours, everything",
    "the same through the ORM's bulk_create",
    "django-import-export, plain",
)
#: How many times as fast ours is to be.
WANTED = {ORM: 5.0, LIBRARY: 3.0}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--rows", type=int, default=50_000)
parser.add_argument("--one", nargs=3, metavar=("WHO", "FILES", "FOLDER"), help=argparse.SUPPRESS)


def start(folder: Path) -> None:
    os.environ["TONGCHOU_VAR"] = str(folder)
    from tongchou.cli.common import start_django

    start_django()


def prepare(folder: Path, rows: int) -> None:
    """The registers of a synthetic county, and the same rows as flat files."""
    start(folder)
    from intake_peers import plain_files
    from tongchou import synth
    from tongchou.cli.demo import COUNTY
    from tongchou.core import clock

    made = folder / "county"
    synth.county(
        code=COUNTY, registered=rows, seed=1, out=made, on=clock.today(), lists=False, formats=("xlsx", "csv")
    )
    (folder / "registers").mkdir()
    workbooks = {path.stem: path for path in made.rglob("registers*/*.xlsx")}
    tables = {path.stem: path for path in made.rglob("registers*/*.csv")}
    chosen = []
    for number, code in enumerate(sorted(workbooks)):
        source = (tables if number % 2 else workbooks)[code]
        chosen.append(Path(shutil.copy(source, folder / "registers" / source.name)))
    plain_files(chosen, folder / "plain", clock.today())
    shutil.copy(made / "areas.csv", folder / "areas.csv")


def one(who: str, files: Path, folder: Path) -> None:
    """One contestant on an empty database; prints seconds, processor seconds and what was written."""
    folder.mkdir()
    start(folder)
    from django.core.management import call_command

    from intake_peers import ImportExport, OrmIntake
    from tongchou.apps.places import api as places
    from tongchou.cli.demo import make_accounts
    from tongchou.cli.importing import import_registers, usual_processes
    from tongchou.core import clock

    call_command("migrate", interactive=False, verbosity=0)
    places.load_reference(by=None, at=clock.now())
    places.load_areas(files / "areas.csv", by=None, at=clock.now())
    by = make_accounts()[0]["account"]
    peer: Any = None
    if who == LIBRARY:
        peer = ImportExport()
    elif who == ORM:
        peer = OrmIntake(by, clock.now())
    storing = Stopwatch()
    if who == OURS:
        from tongchou.apps.registry import api as registry

        registry.apply_register = storing.around(registry.apply_register)
    elif who == ORM:
        peer.store = storing.around(peer.store)
    paths = sorted((files / ("plain" if who == LIBRARY else "registers")).iterdir())
    started, spent = time.perf_counter(), processor_time()
    if who == OURS:
        outcome = import_registers(
            paths,
            village=None,
            by=by,
            accept_partial=False,
            check=False,
            report=lambda done, total: None,
            processes=usual_processes(len(paths), idle=True),
        )
        assert outcome["applied"] == len(paths), outcome["problems"][:5]
    else:
        for path in paths:
            peer.take(path)
    seconds, processor = time.perf_counter() - started, processor_time() - spent
    written = {"rows": peer.model.objects.count()} if who == LIBRARY else counts()
    print(
        json.dumps({"seconds": seconds, "processor": processor, "storing": storing.spent, "written": written})
    )


def processor_time() -> float:
    """Of this process and of those it started and waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


class Stopwatch:
    """Processor time spent in a function."""

    def __init__(self) -> None:
        self.spent = 0.0

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            started = time.process_time()
            try:
                return act(*given, **named)
            finally:
                self.spent += time.process_time() - started

        return timed


def counts() -> dict[str, int]:
    """Rows by table: both ways write the same ones."""
    from tongchou.apps.registry import models

    names = ("Person", "Household", "Phone", "Membership", "Residence", "Status", "FamilyStatement",
             "Kinship", "Couple", "Event")  # fmt: skip
    return {name: getattr(models, name).objects.count() for name in names}


def run(engine: str, who: str, folder: Path) -> dict[str, Any]:
    name = f"{engine}-{[OURS, ORM, LIBRARY].index(who)}"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if engine == "postgresql":
        from scale import database

        environment["DATABASE_URL"] = database(os.environ["DATABASE_URL"], f"intake_{name[-1]}_{os.getpid()}")
    command = [sys.executable, __file__, "--one", who, str(folder), str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{engine}, {who}:\n{done.stdout}\n{done.stderr}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def report(engine: str, results: dict[str, dict[str, Any]], rows: int) -> None:
    ours = results[OURS]
    print(f"### {'SQLite' if engine == 'sqlite' else 'PostgreSQL'}\n")
    print(
        "| Who | seconds | processor s | of it storing | rows/s | ours is × as fast | wanted "
        "| by processor time | storing alone |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for who, found in results.items():
        alone = f"{found['storing']:.1f} | " if found["storing"] else "— | "
        told = found["storing"] and ours["storing"]
        ratio = f"{found['storing'] / ours['storing']:.2f}" if told else "—"
        times, wanted = found["seconds"] / ours["seconds"], WANTED.get(who)
        print(
            f"| {who} | {found['seconds']:.1f} | {found['processor']:.1f} "
            f"| {alone}{rows / found['seconds']:,.0f} "
            f"| {times:.2f} | {f'{wanted:g}' if wanted else '—'} "
            f"| {found['processor'] / ours['processor']:.2f} | {ratio} |"
        )
    print()


def main() -> None:
    given = parser.parse_args()
    if given.one:
        one(given.one[0], Path(given.one[1]), Path(given.one[2]))
        return
    folder = Path(tempfile.mkdtemp(prefix="tongchou-intake-"))
    engines = [
        "sqlite",
        *(["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else []),
    ]
    try:
        prepare(folder, given.rows)
        files = sorted(path.suffix for path in (folder / "registers").iterdir())
        print(f"## Intake: {given.rows:,} rows from empty, against the ORM and django-import-export\n")
        print(
            f"{files.count('.xlsx')} workbooks and {files.count('.csv')} text tables; load average "
            f"{os.getloadavg()[0]:.1f} at the start on {os.cpu_count()} cores. Processor time is of our "
            "processes: with SQLite the database is in it. A second process reads ahead, and what it spends "
            "beside the storing is not told apart.\n"
        )
        for engine in engines:
            results = {who: run(engine, who, folder) for who in (OURS, ORM, LIBRARY)}
            assert results[OURS]["written"] == results[ORM]["written"], results
            assert results[LIBRARY]["written"]["rows"] == results[OURS]["written"]["Person"]
            report(engine, results, results[OURS]["written"]["Person"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
