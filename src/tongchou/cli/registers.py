"""``synth``, ``intake`` and ``places load``: areas and registers in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import json_option, plain_errors, progress, say, show, sign_in, start_django


@click.command()
@click.option("--county", help="Code of the county, then or now (522422 or 520521).")
@click.option("--prefecture", is_flag=True, help="All nine units of 毕节, as Parquet tables.")
@click.option("--registered", default=60_000, show_default=True, type=click.IntRange(200, 12_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of the registers; today when left out.")
@click.option(
    "--format", "formats", multiple=True, default=("xlsx",), type=click.Choice(["xlsx", "csv", "xls"])
)
@click.option(
    "--twice", default=0, show_default=True, help="With --county: people who stand in two registers, on top."
)
@click.option("--townships", default=250, show_default=True, help="With --prefecture: how many townships.")
@click.option("--villages", default=3700, show_default=True, help="With --prefecture: how many villages.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@json_option
def synth(
    county: str | None, prefecture: bool, out: Path, on: dt.datetime | None, as_json: bool, **sizes: Any
) -> None:
    """Make a synthetic county (registers, lists, truth) or prefecture (tables of people)."""
    from tongchou import synth as generator

    if bool(county) == prefecture:
        raise click.UsageError("give --county CODE or --prefecture")
    day = on.date() if on else dt.datetime.now(dt.UTC).astimezone().date()
    common = {"registered": sizes["registered"], "seed": sizes["seed"], "out": out, "on": day}
    made: Any
    with progress("Synthetic people", quiet=as_json) as report:
        try:
            if county:
                made = generator.county(
                    code=county,
                    formats=sizes["formats"],
                    twice_registered=sizes["twice"],
                    progress=report,
                    **common,
                )
            else:
                areas = {"townships": sizes["townships"], "villages": sizes["villages"]}
                made = generator.prefecture(progress=report, **areas, **common)
        except (ValueError, OSError) as error:
            raise click.ClickException(str(error)) from error
    show({"out": str(out), **made.as_dict()}, as_json=as_json)


@click.group()
def places() -> None:
    """Areas: province to villagers' group."""


@places.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--account", help="Account that loads them; the installation itself when left out.")
@json_option
def load(file: Path, account: str | None, as_json: bool) -> None:
    """Load areas from an Excel or CSV file; the page /areas/load has a template to download."""
    by = sign_in(account) if account else None
    start_django()
    from tongchou.apps.places import api
    from tongchou.core import clock
    from tongchou.core.errors import Invalid

    with plain_errors():
        plain = file.suffix == ".csv" and b"valid_from" in file.read_bytes()[:20_000]
        source = file if plain else api.read_file(file.read_bytes(), file.name)
        try:
            if isinstance(source, api.AreaSheet):
                source.refuse_examples()
            loaded = api.load_areas(source, by=by, at=clock.now())
        except Invalid as error:
            for problem in error.data.get("problems", ()):
                say(problem)
            raise
    show(loaded.as_dict(), as_json=as_json)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--village", help="Code of the village; found by each file's name or title when left out.")
@click.option("--account", required=True, help="Account that imports.")
@click.option("--partial", is_flag=True, help="Apply households without errors; keep the others listed.")
@click.option("--check", is_flag=True, help="Read and compare only; change nothing.")
@click.option(
    "--wait", is_flag=True, help="Leave registers with rows in question for a decision on their pages."
)
@click.option(
    "--processes",
    type=click.IntRange(1, 2),
    help="2: the next register is read while one is stored. When left out, 1 on SQLite, else 2.",
)
@json_option
def intake(
    files: tuple[Path, ...],
    village: str | None,
    account: str,
    partial: bool,
    check: bool,
    wait: bool,
    processes: int | None,
    as_json: bool,
) -> None:
    """Import village registers: FILES are workbooks (.xlsx, .xls, .et), text tables (.csv), archives of them
    (.zip), or folders of all these. Each finds its village by the code or the name in its name or title."""
    from tongchou.cli.importing import import_registers, usual_processes

    by = sign_in(account)
    paths = [found for path in files for found in (registers_in(path) if path.is_dir() else [path])]
    if not paths:
        raise click.ClickException("no register there")
    with progress("Registers", quiet=as_json) as report:
        outcome = import_registers(
            paths,
            village=village,
            by=by,
            accept_partial=partial,
            check=check,
            wait=wait,
            report=report,
            processes=processes or usual_processes(len(paths)),
        )
    for problem in outcome.pop("problems"):
        say(problem)
    show(outcome, as_json=as_json)
    if outcome["refused"]:
        raise SystemExit(1)


def registers_in(folder: Path) -> list[Path]:
    """The registers and archives right in a folder, in order."""
    from tongchou.apps.intake.api import SUFFIXES

    wanted = (*SUFFIXES, ".zip")
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in wanted and path.name[0] not in "~."
    )
