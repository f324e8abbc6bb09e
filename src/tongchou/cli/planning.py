"""``plans``: joint meetings and the tasks of units that come of them."""

from __future__ import annotations

import click

from tongchou.cli.common import csv_option, json_option, plain_errors, show_rows, sign_in

_LISTS = ("open", "late", "confirm", "done")


@click.group()
def plans() -> None:
    """Joint meetings and tasks of units."""


@plans.command("tasks")
@click.option("--show", "of", default="", type=click.Choice(["", *_LISTS]), help="Without it: all tasks.")
@click.option("--most", default=500, show_default=True, type=click.IntRange(1, 10_000), help="Lines at most.")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def tasks(of: str, most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List tasks with their days late, the first due first."""
    by = sign_in(account)
    from tongchou.apps.plans import api
    from tongchou.core import clock

    on = clock.today()
    with plain_errors():
        lines = api.lines_of(api.found(by=by, on=on, of=of)[:most], on)
    names = ("unit_key", "unit_name", "part", "what", "starts", "due", "state", "reported_on", "done_on")
    rows = [
        {"task_id": one.task.pk, **{name: getattr(one.task, name) for name in names}, "days_late": one.late}
        for one in lines
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@plans.command("meetings")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Lines at most.")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def meetings(most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List joint meetings, the newest first."""
    by = sign_in(account)
    from tongchou.apps.plans import api
    from tongchou.core import clock

    with plain_errors():
        found = list(api.meetings(by=by, on=clock.today())[:most])
    rows = [
        {
            "meeting_id": one.pk,
            "area": one.area_name,
            "title": one.title,
            "on": one.on,
            "minuted": bool(one.minutes),
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)
