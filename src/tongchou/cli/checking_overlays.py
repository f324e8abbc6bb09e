"""``policies check``: what an area's own files set, before they are put in force."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import json_option, show_rows

if TYPE_CHECKING:
    from tongchou.domain.policy.overlaps import Overlap
    from tongchou.policies.checking import Line


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Read the files of FOLDER as the installation would, and list what they set.

    Without FOLDER those in force are read. Everything the law does not leave to a level, and everything that
    cannot be read or meant, ends the command with file and line, also where it would only become known later;
    a folder whose files do not end in .yaml ends it too. What may be meant is told beside the list, with file
    and line: a value that is not known yet, a time for which nothing is set and what holds then, a file that
    is not read. Needs no database.
    """
    from tongchou.core import clock
    from tongchou.policies import checking, law

    chosen = law.folder_here() if folder is None else folder
    overlays = () if chosen is None else law.read_overlays(chosen)
    today = clock.today()
    found = checking.check(overlays, today)
    others = [] if chosen is None else checking.not_read(chosen)
    if not as_json:
        if chosen is None:
            click.echo(f"{law.OVERLAYS} names no folder: national law alone")
        elif not overlays:
            click.echo(f"no .yaml file in {chosen}: national law alone")
    for told in (*found.told, *others):
        click.echo(str(told), err=True)
    show_rows([*map(_value, found.lines), *map(_group, _with_file(overlays))], as_json=as_json)


def _with_file(overlays: Any) -> list[tuple[Any, Overlap]]:
    return [(overlay, one) for overlay in overlays for one in overlay.overlaps]


def _value(line: Line) -> dict[str, Any]:
    return _row(line.overlay, line.programme, line.parameter, line.dated, line.dated.value)


def _group(found: tuple[Any, Overlap]) -> dict[str, Any]:
    overlay, one = found
    return _row(overlay, " + ".join(one.programmes), one.code, one, one.way)


def _row(overlay: Any, programme: str, name: str, dated: Any, value: int | str) -> dict[str, Any]:
    return {
        "file": overlay.source,
        "level": overlay.level,
        "area": overlay.area_code,
        "programme": programme,
        "parameter": name,
        "from": dated.start.isoformat(),
        "until": _day(dated.until),
        "known_from": _day(dated.known_from),
        "value": value,
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
