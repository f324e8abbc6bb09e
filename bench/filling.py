"""Fills an empty installation with a synthetic prefecture, village by village, by the registry's own act.

The people come as tables, so that what is measured afterwards does not wait for a thousand workbooks; every
line goes through the comparison, the encryption and the transactions of a register all the same. Run as a
program on an empty folder (and an empty database when ``DATABASE_URL`` names one)::

    python bench/filling.py FOLDER 1000000
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: People of a village, as in the synthetic county.
PEOPLE_A_VILLAGE = 1250
PREFECTURE = "520500"
PASSWORD = "Bench-only-7-hills"  # noqa: S105 - of accounts in throw-away databases
#: User names of the readers every size has: widest to narrowest.
READERS = ("prefecture", "county", "township", "village")
_PLAIN = (
    "household_no", "name", "relation", "group_name", "sex", "id_number", "ethnicity", "ethnicity_text",
    "education", "marital", "hukou_kind", "determined_rural", "converted", "urban_pension", "urban_medical",
    "resident_here", "resident_elsewhere", "living_sons", "living_daughters", "children_ever",
)  # fmt: skip
_DATES = ("birth", "determined_rural_on", "converted_on", "urban_pension_from", "urban_medical_from",
          "away_since")  # fmt: skip


def sizes(people: int) -> tuple[int, int]:
    """Townships and villages of a prefecture of so many people."""
    villages = max(20, people // PEOPLE_A_VILLAGE)
    return max(20, min(250, villages // 3)), villages


def tables(folder: Path, people: int, *, registers: bool = False) -> Path:
    """The synthetic prefecture, made once."""
    from tongchou import synth
    from tongchou.core import clock

    out = folder / "people"
    if not (out / "prefecture.json").exists():
        townships, villages = sizes(people)
        synth.prefecture(
            registered=people, seed=1, out=out, on=clock.today(), townships=townships, villages=villages,
            registers=registers,
        )  # fmt: skip
    return out


def prepare() -> Any:
    """The schema, the packaged areas and the account that fills."""
    from django.core.management import call_command

    from tongchou.apps.places import api as places
    from tongchou.core import accounts, clock

    call_command("migrate", interactive=False, verbosity=0)
    places.load_reference(by=None, at=clock.now())
    return accounts.by_username(READERS[0]) or account(READERS[0], places.area_by_code(PREFECTURE))


def account(username: str, area: Any) -> Any:
    """An account that may do everything with the families of an area."""
    from tongchou.core import actions, clock

    made = actions.create_account(
        username=username, display_name=username, password=PASSWORD, by=None, at=clock.now()
    )
    actions.assign_role(
        account=made, role="county_reviewer", area_id=area.pk, scope_no=area.scope_no,
        scope_end=area.scope_end, by=None, at=clock.now(),
    )  # fmt: skip
    return made


def readers() -> dict[str, Any]:
    """One account each for the prefecture, its largest county, a township and a village of it."""
    from tongchou.apps.places import api as places
    from tongchou.core import accounts

    county = places.area_by_code("520521")
    township = places.children(county)[0]
    spots = dict(zip(READERS[1:], (county, township, places.children(township)[0]), strict=True))
    found = {READERS[0]: accounts.by_username(READERS[0])}
    for name, area in spots.items():
        found[name] = accounts.by_username(name) or account(name, area)
    return found


def villages(out: Path) -> Iterator[tuple[str, list[Any]]]:
    """``(village code, its register lines)``, county by county."""
    import polars as pl

    for file in sorted((out / "people").glob("*.parquet")):
        for (code,), table in (
            pl.read_parquet(file).partition_by("village_code", as_dict=True, maintain_order=True).items()
        ):
            yield code, lines(table)


def lines(table: Any) -> list[Any]:
    """A village's table as its register would be read."""
    from tongchou.domain.dates import PartialDate
    from tongchou.domain.register.row import RegisterRow

    found = []
    for number, row in enumerate(table.iter_rows(named=True), start=5):
        values = {name: row[name] for name in _PLAIN}
        for name in _DATES:
            day = row[name]
            values[name] = None if day is None else PartialDate(day.year, day.month, day.day)
        phones = (row["phone"],) if row["phone"] else ()
        found.append(RegisterRow(row_no=number, phones=phones, **values))
    return found


def fill(folder: Path, people: int, *, quiet: bool = False) -> None:
    """Everything; a second run goes on where the first stopped."""
    from tongchou.apps.places import api as places
    from tongchou.apps.registry import api as registry
    from tongchou.apps.registry import applying
    from tongchou.core import clock

    by = prepare()
    out = tables(folder, people)
    places.load_areas(out / "areas.csv", by=None, at=clock.now())
    by.refresh_from_db()
    started, stored = time.perf_counter(), 0
    for code, rows in villages(out):
        village = places.area_by_code(code)
        report = registry.apply_register(
            rows, village_id=village.pk, source=f"bench:{code}", by=by, at=clock.now()
        )
        time.sleep(applying.GAP)  # a workbook would be read in between, which takes longer
        before, stored = stored, stored + len(rows)
        if stored // 50_000 > before // 50_000 and not quiet:
            spent = time.perf_counter() - started
            print(f"{stored:,} people, {spent:.0f} s, {report.conflict} in question", flush=True)
    if not quiet:
        print(f"{stored:,} people in {time.perf_counter() - started:.0f} s", flush=True)


def write_beside(folder: Path) -> None:
    """Small writes, five a second, until there is a file ``stop``; how long each took into ``waits.json``."""
    from tongchou.apps.registry import api as registry
    from tongchou.core import accounts, clock

    by, waits = accounts.by_username(READERS[0]), []
    while not (folder / "stop").exists():
        started = time.perf_counter()
        registry.note_opened(household_id=1 + len(waits), by=by, at=clock.now())
        waits.append(time.perf_counter() - started)
        time.sleep(0.2)
    registry.forget_recent(by=by)
    (folder / "waits.json").write_text(json.dumps(waits))


def main() -> None:
    folder = Path(sys.argv[2 if sys.argv[1] == "writer" else 1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TONGCHOU_VAR"] = str(folder)
    from tongchou.cli.common import start_django

    start_django()
    if sys.argv[1] == "writer":
        write_beside(folder)
        return
    fill(folder, int(sys.argv[2]))
    readers()


if __name__ == "__main__":
    main()
