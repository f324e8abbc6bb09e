"""The whole line in one call: synthetic registers through the real intake to facts and results."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tongchou import policies, synth
from tongchou.apps.places import api as places
from tongchou.apps.registry.identifiers import id_index
from tongchou.apps.registry.models import Person
from tongchou.apps.snapshot import api as snapshots
from tongchou.cli.importing import import_registers
from tongchou.core import actions, clock

COUNTY = "522422"


@dataclass(frozen=True)
class Line:
    """What came out: the truth beside the system's answer, joined by ID number."""

    joined: pl.DataFrame
    snapshot: Any
    outcome: dict[str, Any]


def reviewer() -> Any:
    """An account that covers the demo county."""
    county = places.area_by_code(COUNTY)
    account = actions.create_account(
        username="reviewer", display_name="审核", password="a-long-Password-1", by=None, at=clock.now()
    )
    actions.assign_role(
        account=account,
        role="county_reviewer",
        area_id=county.pk,
        scope_no=county.scope_no,
        scope_end=county.scope_end,
        by=None,
        at=clock.now(),
    )
    return account


def prepare(folder: Path, *, registered: int, seed: int, on: dt.date) -> Path:
    """Areas and registers of a small county."""
    places.load_reference(by=None, at=clock.now())
    synth.county(code=COUNTY, registered=registered, seed=seed, out=folder, on=on, lists=False)
    places.load_areas(folder / "areas.csv", by=None, at=clock.now())
    return folder


def walk(folder: Path, *, by: Any, on: dt.date) -> Line:
    """Registers of ``folder`` imported, snapshot taken, every programme evaluated for the year of ``on``."""
    outcome = import_registers(
        sorted((folder / "registers").glob("*.xlsx")),
        village=None,
        by=by,
        accept_partial=False,
        check=False,
        report=lambda done, total: None,
    )
    snapshot = snapshots.take_snapshot(by=by, at=clock.now(), as_of=on, purpose="truth")
    results = policies.evaluate_many(snapshots.read(snapshot), policies.listed(), on.year)
    with (folder / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        truth = pl.DataFrame(list(csv.DictReader(file)))
    truth = truth.filter(pl.col("year").cast(pl.Int64) == on.year)
    by_index = dict(Person.objects.filter(id_index__isnull=False).values_list("id_index", "pk"))
    written = truth["id_number"].unique().to_list()
    numbers = pl.DataFrame(
        {"id_number": written, "person_id": [by_index.get(id_index(number)) for number in written]},
        schema={"id_number": pl.String, "person_id": pl.Int64},
    )
    joined = truth.join(numbers, on="id_number", how="left").join(
        results.select("person_id", "programme", "outcome", "amount_fen", "missing").rename(
            {"outcome": "found", "amount_fen": "found_fen"}
        ),
        on=["person_id", "programme"],
        how="left",
    )
    return Line(joined, snapshot, outcome)
