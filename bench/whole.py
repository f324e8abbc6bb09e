"""The whole intake of many registers, as ``tongchou intake`` does it, while somebody else makes small acts.

    python bench/whole.py                                   SQLite, 100,000 people
    tools/with-postgres python bench/whole.py --rows 1000000

Half of the registers are workbooks, half text tables of 20 columns. Each is read, checked, compared, laid by,
matched, encrypted, stored as events and state, with its audit rows, into an empty registry. Beside it another
process makes five small acts a second, each with its audit row, and notes how long each waits. Memory is the
most that any of the processes held, and together. Prints Markdown.
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
from pathlib import Path
from typing import Any

from intake import prepare, processor_time, start
from scale import database, p95

#: Seconds a million rows may take on an idle machine, milliseconds a small act may wait.
LIMIT, WAIT = 480.0, 300.0

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--rows", type=int, default=100_000)
parser.add_argument(
    "--processes", type=int, nargs="+", help="How many work at the same time; as usual if left out."
)
parser.add_argument("--one", nargs=3, metavar=("FILES", "FOLDER", "PROCESSES"), help=argparse.SUPPRESS)
parser.add_argument("--acts", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)


def acts(folder: Path) -> None:
    """Five small acts a second until the file ``done`` is there; the waits in milliseconds as JSON."""
    start(folder)
    from django.db import transaction

    from tongchou.core import audit, clock

    waits = []
    while not (folder / "done").exists():
        began = time.perf_counter()
        with transaction.atomic():
            audit.append(by=None, action="bench.act", subject="bench:1", at=clock.now())
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(max(0.0, 0.2 - (time.perf_counter() - began)))
    print(json.dumps(waits))


def one(files: Path, folder: Path, processes: int) -> None:
    """Everything once on an empty database."""
    folder.mkdir()
    start(folder)
    from django.core.management import call_command

    from tongchou.apps.places import api as places
    from tongchou.apps.registry.models import Person
    from tongchou.cli.demo import make_accounts
    from tongchou.cli.importing import import_registers, usual_processes
    from tongchou.core import clock

    call_command("migrate", interactive=False, verbosity=0)
    places.load_reference(by=None, at=clock.now())
    places.load_areas(files / "areas.csv", by=None, at=clock.now())
    by = make_accounts()[0]["account"]
    paths = sorted((files / "registers").iterdir())
    processes = processes or usual_processes(len(paths))
    beside = subprocess.Popen(
        [sys.executable, __file__, "--acts", str(folder)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    time.sleep(3)
    began, spent = time.perf_counter(), processor_time()
    outcome = import_registers(
        paths,
        village=None,
        by=by,
        accept_partial=False,
        check=False,
        report=lambda done, total: None,
        processes=processes,
    )
    seconds, processor = time.perf_counter() - began, processor_time() - spent
    (folder / "done").touch()
    waits = json.loads(beside.communicate(timeout=60)[0])
    assert outcome["applied"] == len(paths), outcome["problems"][:5]
    most = [
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print(
        json.dumps(
            {
                "processes": processes,
                "people": Person.objects.count(),
                "seconds": seconds,
                "processor": processor,
                "memory": most,
                "waits": waits,
            }
        )
    )


def run(engine: str, files: Path, folder: Path, processes: int) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if engine == "postgresql":
        name = f"whole_{os.getpid()}_{processes}"
        environment["DATABASE_URL"] = database(os.environ["DATABASE_URL"], name)
    command = [sys.executable, __file__, "--one", str(files), str(folder), str(processes)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{engine}:\n{done.stdout}\n{done.stderr}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def row(engine: str, found: dict[str, Any], load: float) -> str:
    waits = sorted(found["waits"])
    million = found["seconds"] * 1_000_000 / found["people"]
    over = sum(wait > WAIT for wait in waits)
    own, child = found["memory"]
    return (
        f"| {engine} | {found['processes']} | {found['people']:,} | {found['seconds']:.1f} "
        f"| {found['processor']:.1f} | {million:.0f} s ({million / LIMIT:.2f}) | {own:.0f} + {child:.0f} MB "
        f"| {waits[len(waits) // 2]:.1f} ms | {p95(waits):.0f} ms | {waits[-1]:.0f} ms "
        f"| {over} of {len(waits)} | {load:.1f} |"
    )


def main() -> None:
    given = parser.parse_args()
    if given.acts:
        acts(given.acts)
        return
    if given.one:
        one(Path(given.one[0]), Path(given.one[1]), int(given.one[2]))
        return
    folder = Path(tempfile.mkdtemp(prefix="tongchou-whole-"))
    postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    try:
        prepare(folder, given.rows)
        print(f"## Whole intake of {given.rows:,} rows, somebody at work beside it\n")
        print(
            f"Wanted for a million rows: {LIMIT:.0f} s idle, no small act over {WAIT:.0f} ms, 2 GB. "
            "Processor time and memory are of our processes: with SQLite the database is in them.\n"
        )
        print(
            "| Engine | processes | people | seconds | processor s | per million (÷ limit) | memory "
            "| an act beside: median | p95 | most | over | load at the start |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|---|")
        for engine in ("sqlite", *(["postgresql"] if postgresql else [])):
            for processes in given.processes or [0]:
                load = os.getloadavg()[0]
                found = run(engine, folder, folder / f"{engine}-{processes}", processes)
                print(row("SQLite" if engine == "sqlite" else "PostgreSQL", found, load), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
