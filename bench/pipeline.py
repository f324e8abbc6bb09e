"""The way of 60,000 people through the house against its limits: registers in, facts, evaluation, pages.

Prints Markdown. Each figure stands beside its limit and their ratio (below 1 is within the limit).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--registered", type=int, default=60_000)
parser.add_argument("--seed", type=int, default=1)

figures: list[tuple[str, float, float, str]] = []


@contextlib.contextmanager
def timed(name: str, limit: float) -> Iterator[None]:
    started = time.perf_counter()
    yield
    figures.append((name, time.perf_counter() - started, limit, "s"))


def run(folder: Path, registered: int, seed: int) -> None:
    os.environ["TONGCHOU_VAR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    from tongchou.cli.common import start_django

    start_django()
    from django.core.management import call_command

    from tongchou import synth
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.places import api as places
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.cli.demo import COUNTY, make_accounts
    from tongchou.cli.importing import import_registers
    from tongchou.core import clock

    scale = registered / 60_000
    with timed("empty database and reference list", 20):
        call_command("migrate", interactive=False, verbosity=0)
        places.load_reference(by=None, at=clock.now())
    out = folder / "county"
    with timed(f"synthetic registers, {registered:,} people", 60 * scale):
        synth.county(code=COUNTY, registered=registered, seed=seed, out=out, on=clock.today(), lists=False)
    places.load_areas(out / "areas.csv", by=None, at=clock.now())
    by = make_accounts()[0]["account"]
    files = sorted((out / "registers").glob("*.xlsx"))
    with timed(f"intake, {len(files)} registers read, checked, compared and applied", 60 * scale):
        outcome = import_registers(
            files, village=None, by=by, accept_partial=False, check=False, report=lambda done, total: None
        )
    assert outcome["applied"] == len(files), outcome
    with timed("snapshot", 3 * scale):
        snapshots.take_snapshot(by=by, at=clock.now(), as_of=clock.today(), purpose="bench")
    with timed("evaluation of every programme", 1 * scale):
        evaluate_only(snapshots, clock.today().year)
    with timed("evaluation written to the work-list", 10 * scale):
        entitlements.evaluate_latest(year=clock.today().year, by=by, at=clock.now(), purpose="bench")
    pages(by)


def evaluate_only(snapshots: Any, year: int) -> None:
    from tongchou import policies

    policies.evaluate_many(snapshots.read(snapshots.latest()), policies.listed(), year)


def pages(by: Any) -> None:
    from django.test import Client
    from django.urls import reverse

    from tongchou.apps.entitlements import api as entitlements
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    scope = scopes.of(by, on=clock.today())
    items = entitlements.worklist(scope=scope, year=clock.today().year, size=50).items
    calls = {
        "household page": [reverse("console:household", args=[item.household_id]) for item in items],
        "work-list page": [reverse("console:worklist")] * 20,
    }
    for name, addresses in calls.items():
        spent = []
        for address in addresses:
            started = time.perf_counter()
            answer = client.get(address)
            spent.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        spent = sorted(spent[2:])
        limit = 150.0 if name.startswith("household") else 38.0
        figures.append((f"{name}, p95 of {len(spent)}", spent[int(len(spent) * 0.95)], limit, "ms"))
        figures.append((f"{name}, median", statistics.median(spent), limit, "ms"))


def main() -> None:
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tongchou-bench-"))
    try:
        run(folder, arguments.registered, arguments.seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"## From registers to reasons: {arguments.registered:,} people, SQLite, empty at the start\n")
    print("| Step | measured | limit | measured / limit |\n|---|---|---|---|")
    for name, value, limit, unit in figures:
        print(f"| {name} | {value:.2f} {unit} | {limit:g} {unit} | {value / limit:.2f} |")


if __name__ == "__main__":
    main()
