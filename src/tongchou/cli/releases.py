"""``release``: public tables from computing to publishing, and checking a file without a network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import (
    account_options,
    json_option,
    plain_errors,
    progress,
    say,
    show,
    show_rows,
    sign_in,
    start_django,
)

_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.group()
def release() -> None:
    """Public tables: compute, check, seal, publish, verify."""


@release.command("list")
@click.option("--account", required=True, help="User name of the account that asks.")
@click.option("--state", default="", help="Only those in a state.")
@json_option
def list_(account: str, state: str, as_json: bool) -> None:
    """List the releases of the account's counties, the newest first."""
    by = sign_in(account)
    from tongchou.apps.releases import api as releases
    from tongchou.core import access

    with plain_errors():
        found = releases.releases(scope=access.require(by, releases.VIEW), state=state)
    rows = [
        {
            "release": one.pk,
            "table": one.code,
            "period": one.period,
            "version": one.version,
            "state": one.state,
            "findings": len(one.findings),
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json)


@release.command()
@click.argument("table")
@click.argument("period")
@click.option("--county", required=True, help="Code of the county.")
@account_options
@json_option
def compute(table: str, period: str, county: str, account: str, purpose: str, as_json: bool) -> None:
    """Begin a table of a period (2025, 2026-06) when there is none, and compute it."""
    by = sign_in(account)
    from tongchou.apps.places import api as places
    from tongchou.apps.releases import api as releases
    from tongchou.core import clock

    with plain_errors(), progress("Table", quiet=as_json) as report:
        area = places.area_by_code(county)
        if area is None:
            raise click.UsageError(f"no county {county}")
        now = clock.now()
        one = releases.define(code=table, period=period, area_id=area.pk, by=by, at=now)
        one = releases.compute(release_id=one.pk, by=by, at=now, progress=report)
    show(_line(one), as_json=as_json)


@release.command()
@click.argument("number", type=int)
@account_options
@json_option
def check(number: int, account: str, purpose: str, as_json: bool) -> None:
    """Look at a computed table beside all that are out. Ends with 1 when it may not be sealed."""
    by = sign_in(account)
    from tongchou.apps.releases import api as releases
    from tongchou.core import clock

    with plain_errors(), progress("Check", quiet=as_json) as report:
        one = releases.check(release_id=number, by=by, at=clock.now(), progress=report)
    for each in one.findings:
        mark = "refused" if each["refuses"] else "note"
        say(f"{mark}: {each['kind']} {' '.join(each['cell'])} {each['number']} {each['table']}".rstrip())
    show(_line(one), as_json=as_json)
    if releases.refused(one):
        sys.exit(1)


@release.command()
@click.argument("number", type=int)
@click.option("--content", required=True, help="Digest of the figures that were looked at.")
@click.option("--licence", required=True, type=click.Choice(["cc-by-4.0", "cc0-1.0", "office"]))
@account_options
@json_option
def seal(number: int, content: str, licence: str, account: str, purpose: str, as_json: bool) -> None:
    """Seal a checked table, as somebody who neither computed nor checked it."""
    by = sign_in(account)
    from tongchou.apps.releases import api as releases
    from tongchou.core import clock

    with plain_errors():
        one = releases.seal(release_id=number, content_sha256=content, licence=licence, by=by, at=clock.now())
    show(_line(one), as_json=as_json)


@release.command()
@click.argument("number", type=int)
@account_options
@json_option
def publish(number: int, account: str, purpose: str, as_json: bool) -> None:
    """Publish a sealed table."""
    by = sign_in(account)
    from tongchou.apps.releases import api as releases
    from tongchou.core import clock

    with plain_errors():
        one = releases.publish(release_id=number, by=by, at=clock.now())
    show(_line(one), as_json=as_json)


@release.command()
@click.argument("file", type=_FILE)
@click.option("--metadata", type=_FILE, help="The file of metadata; CSV and SDMX-CSV need it.")
@click.option(
    "--keys", "key_file", type=_FILE, help="Public keys (keys.json). Without it, this installation's."
)
@json_option
def verify(file: Path, metadata: Path | None, key_file: Path | None, as_json: bool) -> None:
    """Check a file that was downloaded; with --keys without a network or database.

    Ends with 0 when it is genuine, with 1 otherwise.
    """
    from tongchou.domain.releases.proof import Verdict
    from tongchou.domain.releases.proof import verify as checked

    keys = _json_of(key_file) if key_file else _own_keys()
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise click.ClickException(f"{key_file} holds no keys: get it anew from the office")
    beside = _json_of(metadata) if metadata else None
    found = checked(file.name, file.read_bytes(), keys=keys, beside=beside)
    row: dict[str, Any] = {"verdict": str(found.verdict)}
    if found.verdict is Verdict.GENUINE:
        row |= {name: found.says[name] for name in ("code", "period", "version", "area", "content")}
    elif found.why:
        row["why"] = found.why
    show(row, as_json=as_json)
    if found.verdict is not Verdict.GENUINE:
        sys.exit(1)


def _json_of(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file} is no JSON: get it anew from the office") from error


def _own_keys() -> dict[str, Any]:
    start_django()
    from tongchou.core import signing

    return signing.public_keys()


def _line(one: Any) -> dict[str, Any]:
    return {
        "release": one.pk,
        "table": one.code,
        "period": one.period,
        "version": one.version,
        "state": one.state,
        "content": one.content_sha256,
    }
