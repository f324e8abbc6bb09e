"""``policies check``: what an area's own files set, before they are put in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import json_option, show_rows


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Read the files of FOLDER as the installation would, and list what they set.

    Without FOLDER those in force are read. Everything the law does not leave to a level, and everything that
    cannot be read, ends the command with file and line. Needs no database.
    """
    from tongchou.policies.areas import Laws
    from tongchou.policies.law import read_here, read_overlays

    overlays = read_here() if folder is None else read_overlays(folder)
    if not overlays and not as_json:
        click.echo("no file sets anything: national law alone")
    Laws(overlays).programmes()
    rows: list[dict[str, Any]] = [
        {
            "file": overlay.source,
            "level": overlay.level,
            "area": overlay.area_code,
            "programme": setting.programme,
            "parameter": setting.parameter,
            "from": dated.start.isoformat(),
            "value": dated.value,
        }
        for overlay in overlays
        for setting in overlay.settings
        for dated in setting.values
    ]
    show_rows(rows, as_json=as_json)
