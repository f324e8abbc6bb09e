"""``synth``, ``intake`` and ``places load``: areas and registers in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import console, json_option, plain_errors, progress, show, sign_in, start_django


@click.command()
@click.option("--county", help="Code of the county, then or now (522422 or 520521).")
@click.option("--prefecture", is_flag=True, help="All nine units of 毕节, as Parquet tables.")
@click.option("--registered", default=60_000, show_default=True, type=click.IntRange(200, 12_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of the registers; today when left out.")
@click.option(
    "--format", "formats", multiple=True, default=("xlsx",), type=click.Choice(["xlsx", "csv", "xls"])
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
                made = generator.county(code=county, formats=sizes["formats"], progress=report, **common)
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
    """Load areas from an Excel or CSV file; the page /areas has a template to download."""
    by = sign_in(account) if account else None
    start_django()
    from tongchou.apps.places import api
    from tongchou.core import clock
    from tongchou.core.errors import Invalid

    with plain_errors():
        plain = file.suffix == ".csv" and b"valid_from" in file.read_bytes()[:20_000]
        source = file if plain else api.read_file(file.read_bytes(), file.name)
        try:
            loaded = api.load_areas(source, by=by, at=clock.now())
        except Invalid as error:
            for problem in error.data.get("problems", ()):
                console.print(str(problem), markup=False, soft_wrap=True)
            raise
    show(loaded.as_dict(), as_json=as_json)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--village", help="Code of the village; taken from the file name when left out.")
@click.option("--account", required=True, help="Account that imports.")
@click.option("--partial", is_flag=True, help="Apply households without errors; keep the others listed.")
@click.option("--check", is_flag=True, help="Read and compare only; change nothing.")
@json_option
def intake(
    files: tuple[Path, ...], village: str | None, account: str, partial: bool, check: bool, as_json: bool
) -> None:
    """Import village registers: FILES are .xlsx files or folders of them, named by their village's code."""
    by = sign_in(account)
    paths = [found for path in files for found in (sorted(path.glob("*.xlsx")) if path.is_dir() else [path])]
    if not paths:
        raise click.ClickException("no .xlsx file there")
    with progress("Registers", quiet=as_json) as report:
        outcome = import_registers(
            paths, village=village, by=by, accept_partial=partial, check=check, report=report
        )
    for problem in outcome.pop("problems"):
        console.print(problem, markup=False, soft_wrap=True)
    show(outcome, as_json=as_json)
    if outcome["refused"]:
        raise SystemExit(1)


def import_registers(
    paths: list[Path], *, village: str | None, by: Any, accept_partial: bool, check: bool, report: Any
) -> dict[str, Any]:
    """Stage each file, apply the good ones, and count what happened; problems come back as lines."""
    from tongchou.apps.intake import api as intake_api
    from tongchou.apps.places import api as places_api
    from tongchou.core import clock
    from tongchou.core.errors import AppError

    result: dict[str, Any] = {"files": len(paths), "applied": 0, "unchanged": 0, "refused": 0, "people": 0}
    problems: list[str] = []
    for done, path in enumerate(paths):
        report(done, len(paths))
        try:
            place = places_api.area_by_code(village or path.stem)
            if place is None:
                result["refused"] += 1
                problems.append(f"{path.name}: no village has the code {village or path.stem}")
                continue
            staged = intake_api.stage_register(
                content=path.read_bytes(), file_name=path.name, village_id=place.pk, by=by, at=clock.now()
            )
            if staged.status == intake_api.FileStatus.APPLIED:
                result["unchanged"] += 1
                continue
            problems += [f"{path.name}: {line}" for line in intake_api.problem_lines(staged.pk)]
            if check:
                intake_api.discard_file(file_id=staged.pk, by=by, at=clock.now())
                continue
            if staged.error_count and not accept_partial:
                result["refused"] += 1
                continue
            applied = intake_api.apply_file(
                file_id=staged.pk, by=by, at=clock.now(), accept_partial=accept_partial
            )
            result["applied" if applied.changed else "unchanged"] += 1
            result["people"] += applied.people
        except AppError as error:
            result["refused"] += 1
            problems.append(f"{path.name}: {error.message}")
    report(len(paths), len(paths))
    return {**result, "problems": problems}
