"""``plans``: joint meetings and the tasks of units that come of them."""

from __future__ import annotations

import click

from tongchou.cli.common import csv_option, json_option, plain_errors, show, show_rows, sign_in

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


@plans.command("groups")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Lines at most.")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def groups(most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List working groups, those that are there first."""
    by = sign_in(account)
    from tongchou.apps.plans import api
    from tongchou.core import clock

    with plain_errors():
        found = list(api.groups(by=by, on=clock.today())[:most])
    rows = [
        {
            "group_id": one.pk,
            "area": one.area_name,
            "name": one.name,
            "purpose": one.purpose,
            "since": one.since,
            "until": one.until,
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@plans.command("acceptances")
@click.option("--year", type=click.IntRange(2000, 2100), help="The year; this one when left out.")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def acceptances(year: int | None, account: str, as_csv: bool, as_json: bool) -> None:
    """List what areas asked to have accepted of a year's stages, and what the level above decided."""
    by = sign_in(account)
    from tongchou.apps.plans import api
    from tongchou.core import clock

    today = clock.today()
    with plain_errors():
        found = [line.acceptance for line in api.acceptances(by=by, on=today, year=year or today.year)]
    rows = [
        {
            "acceptance_id": one.pk,
            "area": one.area_name,
            "stage": one.stage,
            "evidence": one.evidence,
            "asked_on": one.asked_on,
            "state": one.state,
            "decided_on": one.decided_on,
            "said": one.said,
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@plans.command("accept")
@click.argument("number", type=int)
@click.option("--return", "back", default="", help="Give it back instead, for this reason.")
@click.option("--account", required=True, help="User name of the account that decides.")
@json_option
def accept(number: int, back: str, account: str, as_json: bool) -> None:
    """Accept a stage an area below asked for, or give it back with a reason."""
    by = sign_in(account)
    from tongchou.apps.plans import api
    from tongchou.core import clock

    with plain_errors():
        one = api.decide_acceptance(acceptance_id=number, accept=not back, said=back, by=by, at=clock.now())
    show({"acceptance_id": one.pk, "stage": one.stage, "state": str(one.state)}, as_json=as_json)
