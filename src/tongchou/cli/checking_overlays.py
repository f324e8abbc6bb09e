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
    cannot be read or meant, ends the command with file and line; a folder whose files do not end in .yaml
    ends it too. Needs no database.
    """
    from tongchou.policies import law
    from tongchou.policies.areas import Laws

    chosen = law.folder_here() if folder is None else folder
    overlays = () if chosen is None else law.read_overlays(chosen)
    Laws(overlays).programmes()
    if not as_json:
        if chosen is None:
            click.echo(f"{law.OVERLAYS} names no folder: national law alone")
        elif not overlays:
            click.echo(f"no .yaml file in {chosen}: national law alone")
        elif others := law.not_read(chosen):
            click.echo(f"not read, for their names do not end in .yaml: {', '.join(others)}", err=True)
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
