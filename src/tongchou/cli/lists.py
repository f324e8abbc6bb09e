"""``lists``: lists of other departments in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import json_option, no_area, progress, say, show, sign_in
from tongchou.domain.lists.kinds import KINDS


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--kind", type=click.Choice(list(KINDS)), help="Which list; told by the headers when left out.")
@click.option("--county", help="Code of the county; the account's only one when left out.")
@click.option("--account", required=True, help="Account that brings them in.")
@click.option("--check", is_flag=True, help="Read and match only; change nothing.")
@json_option
def lists(
    files: tuple[Path, ...], kind: str | None, county: str | None, account: str, check: bool, as_json: bool
) -> None:
    """Bring in department lists: FILES are .xlsx files or folders of them.

    What is clear is stored; rows that somebody has to decide about stay waiting on the list's page.
    """
    by = sign_in(account)
    paths = [found for path in files for found in (sorted(path.glob("*.xlsx")) if path.is_dir() else [path])]
    if not paths:
        raise click.ClickException("no .xlsx file there")
    with progress("Lists", quiet=as_json) as report:
        outcome = import_lists(paths, kind=kind or "", county=county, by=by, check=check, report=report)
    for problem in outcome.pop("problems"):
        say(problem)
    show(outcome, as_json=as_json)
    if outcome["refused"]:
        raise SystemExit(1)


def import_lists(
    paths: list[Path], *, kind: str, county: str | None, by: Any, check: bool, report: Any
) -> dict[str, Any]:
    """Stage each list, store what is clear, and count; refusals come back as lines."""
    from tongchou.apps.intake import api as intake
    from tongchou.apps.places import api as places
    from tongchou.core import clock
    from tongchou.core.errors import AppError

    names = ("files", "rows", "recorded", "offers", "waiting", "unchanged", "refused")
    result: dict[str, Any] = dict.fromkeys(names, 0) | {"files": len(paths), "states": {}}
    problems: list[str] = []
    for done, path in enumerate(paths):
        report(done, len(paths))
        try:
            area = places.area_by_code(county) if county else None
            if county and area is None:
                raise no_area(county)
            at = clock.now()
            file = intake.lists.stage_list(
                content=path.read_bytes(), kind=kind, area_id=area.pk if area else None, by=by, at=at
            )
            if file.status == intake.lists.ListStatus.APPLIED:
                result["unchanged"] += 1
                continue
            result["rows"] += file.rows_read
            counts = intake.lists.state_counts([file.pk])[file.pk]
            result["states"][file.kind] = counts
            if check:
                intake.lists.discard_list(list_id=file.pk, by=by, at=clock.now())
                continue
            stored = intake.lists.apply_list(list_id=file.pk, by=by, at=clock.now())
            result["recorded"] += stored.recorded
            result["offers"] += stored.offers
            result["waiting"] += stored.left
        except AppError as error:
            result["refused"] += 1
            problems.append(f"{path.name}: {error.message}")
    report(len(paths), len(paths))
    return {**result, "problems": problems}
