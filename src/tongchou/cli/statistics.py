"""``stats build`` and ``stats list``: the counts of the population from which its figures are made.

What is made of them stands in ``figures``.
"""

from __future__ import annotations

import datetime as dt

import click

from tongchou.cli import yearbook
from tongchou.cli.common import json_option, plain_errors, progress, show, show_rows, sign_in


@click.group()
def stats() -> None:
    """Statistics of the population."""


@stats.command()
@click.option("--account", required=True, help="User name of the account that acts.")
@click.option("--snapshot", "number", type=int, help="Number of a snapshot; the newest one when left out.")
@click.option("--boundaries", type=click.DateTime(["%Y-%m-%d"]), help="The areas as of this day; today's.")
@json_option
def build(account: str, number: int | None, boundaries: dt.datetime | None, as_json: bool) -> None:
    """Count a snapshot's population by village, month, age and sex."""
    by = sign_in(account)
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.apps.statistics import api
    from tongchou.core import access, clock
    from tongchou.core.errors import Conflict

    day = boundaries.date() if boundaries else None
    with plain_errors(), progress("Counting", quiet=as_json) as report:
        reach = access.require(by, "statistics.build")
        found = (
            snapshots.latest(scope=reach)
            if number is None
            else next(iter(snapshots.taken(scope=reach, before=number + 1, limit=1)), None)
        )
        if found is None or number not in (None, found.pk):
            raise Conflict("no_snapshot", api.NO_SNAPSHOT)
        built = api.build(by=by, at=clock.now(), snapshot=found, boundaries=day, progress=report)
    show(_line(built), as_json=as_json)


@stats.command("list")
@click.option("--account", required=True, help="User name of the account that reads.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500))
@json_option
def list_(account: str, limit: int, as_json: bool) -> None:
    """Counts that were made, the newest first."""
    by = sign_in(account)
    from tongchou.apps.statistics import api
    from tongchou.core import access

    with plain_errors():
        reach = access.require(by, "population.view")
        rows = [_line(one) for one in api.taken(scope=reach, limit=limit)]
    show_rows(rows, as_json=as_json)


def _line(built: object) -> dict[str, object]:
    names = ("pk", "snapshot_id", "as_of", "boundaries", "built_at", "sha256", "path")
    return {"built" if name == "pk" else name: getattr(built, name) for name in names}


stats.add_command(yearbook.bulletin)
stats.add_command(yearbook.yearbook)
