"""``complaints``: what waits for an answer, and the public record of units. Never who complains."""

from __future__ import annotations

from typing import Any

import click

from tongchou.cli.common import (
    csv_option,
    json_option,
    no_area,
    plain_errors,
    show,
    show_rows,
    sign_in,
    start_django,
)

_STATES = ("late", "approve", "mending", "answered", "all")


@click.group()
def complaints() -> None:
    """Complaints about units."""


@complaints.command("list")
@click.option("--show", "of", default="", type=click.Choice(["", *_STATES]), help="Without it: what is open.")
@click.option("--most", default=500, show_default=True, type=click.IntRange(1, 10_000), help="Lines at most.")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def list_(of: str, most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List what came to the account's level, the first due first."""
    by = sign_in(account)
    from tongchou.apps.complaints import api
    from tongchou.core import clock

    on = clock.today()
    with plain_errors():
        lines = api.lines_of(list(api.found(by=by, on=on, of=of)[:most]), on)
    names = (
        "complaint_id", "nature", "kind", "channel", "unit_name", "handler", "state", "received_on", "due",
        "provisional", "left",
    )  # fmt: skip
    rows = [{name: getattr(one, name) for name in names} for one in lines]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@complaints.command("record")
@click.option("--area", default="", help="Code of an area; without it everything.")
@csv_option
@json_option
def record(area: str, as_csv: bool, as_json: bool) -> None:
    """Print the public integrity record: what units have to mend, and what is mended."""
    start_django()
    from tongchou.apps.complaints import api
    from tongchou.apps.places import api as places
    from tongchou.core import clock
    from tongchou.core.scope import Scope

    found = places.area_by_code(area) if area else None
    if area and found is None:
        raise no_area(area)
    scope = Scope.everything() if found is None else Scope.of_area(found)
    breaches, _units = api.record_of(scope=scope, on=clock.today())
    names = ("unit_key", "unit_name", "kind", "what", "found_on", "due", "state", "cleared_on")
    rows: list[dict[str, Any]] = [{name: getattr(one, name) for name in names} for one in breaches]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@complaints.command("go-on")
@json_option
def go_on(as_json: bool) -> None:
    """Let what is late go up a level and forget old contacts, as the worker does by itself."""
    start_django()
    from tongchou.apps.complaints import api
    from tongchou.core import clock

    at, done = clock.now(), {"gone_up": 0, "forgotten": 0}
    with plain_errors():
        while api.escalate_one(at=at):
            done["gone_up"] += 1
        while api.forget_one(at=at):
            done["forgotten"] += 1
    show(done, as_json=as_json)
