"""``commitments``: letters of commitment of an account's areas, and promises past their last day."""

from __future__ import annotations

import click

from tongchou.cli.common import csv_option, json_option, plain_errors, show_rows, sign_in

_LISTS = ("making", "review", "published", "late", "broken")


@click.group()
def commitments() -> None:
    """Letters of commitment and their promises."""


@commitments.command("list")
@click.option("--show", "of", default="", type=click.Choice(["", *_LISTS]), help="Without it: all letters.")
@click.option("--most", default=500, show_default=True, type=click.IntRange(1, 10_000), help="Lines at most.")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def list_(of: str, most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List the letters of the account's areas, the newest first."""
    by = sign_in(account)
    from tongchou.apps.commitments import api
    from tongchou.core import clock

    on = clock.today()
    with plain_errors():
        lines = api.lines_of(list(api.found(by=by, on=on, of=of)[:most]), on)
    names = (
        "letter_id", "area_name", "department", "title", "stage", "published_at", "promises", "kept", "late",
        "broken",
    )  # fmt: skip
    rows = [{name: getattr(one, name) for name in names} for one in lines]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@commitments.command("overdue")
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def overdue(account: str, as_csv: bool, as_json: bool) -> None:
    """List promises past their last day, the longest overdue first."""
    by = sign_in(account)
    from tongchou.apps.commitments import api
    from tongchou.core import clock

    with plain_errors():
        found = api.overdue(by=by, on=clock.today())
    rows = [
        {
            "promise_id": one.pk,
            "letter_id": one.letter_id,
            "unit": one.letter.area_name,
            "department": one.letter.department,
            "promise": one.promise,
            "owner": one.owner,
            "due": one.remedy_due or one.due,
            "state": one.state,
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)
