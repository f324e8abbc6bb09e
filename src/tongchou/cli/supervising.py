"""``supervision``: samples of units' records, drawn, shown and made again; and what the days do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import csv_option, json_option, plain_errors, show, show_rows, sign_in, start_django
from tongchou.cli.judging import MonthType

if TYPE_CHECKING:
    import datetime as dt

    from tongchou.apps.supervision.api import Draw

_KINDS = ("cases_decided", "payments", "deliveries", "call_backs", "notices", "staff", "records_entered")


@click.group()
def supervision() -> None:
    """Supervision of units by the level above."""


@supervision.command("draw")
@click.argument("unit")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("month", type=MonthType())
@click.option("--method", default="simple", type=click.Choice(["simple", "stratified", "by_size"]))
@click.option("--confidence", default=95.0, show_default=True, help="In a hundred.")
@click.option("--margin", default=10.0, show_default=True, help="Points of a hundred.")
@click.option("--areas", default=0, help="For by_size: how many areas.")
@click.option("--each", default=0, help="For by_size: how many records in each.")
@click.option("--account", required=True, help="User name of the account that draws.")
@json_option
def draw(
    unit: str,
    kind: str,
    month: dt.date,
    method: str,
    confidence: float,
    margin: float,
    areas: int,
    each: int,
    account: str,
    as_json: bool,
) -> None:
    """Draw a sample of the records of UNIT's closed MONTH (2026-05)."""
    by = sign_in(account)
    from tongchou.apps.supervision import api
    from tongchou.core import clock

    asked = api.Asked(unit, kind, month, method, round(confidence * 10), round(margin * 10), areas, each)
    with plain_errors():
        one = api.draw(asked, by=by, at=clock.now())
    show(_said(one), as_json=as_json)


@supervision.command("show")
@click.argument("number", type=int)
@click.option("--account", required=True, help="User name of the account that reads.")
@csv_option
@json_option
def show_(number: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List the records of draw NUMBER and what was found of each."""
    by = sign_in(account)
    from tongchou.apps.supervision import api
    from tongchou.core import clock

    with plain_errors():
        view = api.draw_view(number, by=by, on=clock.today())
    rows: list[dict[str, Any]] = []
    for item in view.items:
        check = getattr(item, "check_made", None)
        rows.append(
            {
                "position": item.position,
                "record": item.label,
                "place": item.where,
                "replaced": item.replaced,
                "instead_of": item.instead_of.label if item.instead_of is not None else "",
                "finding": "" if check is None else check.finding,
                "fault": "" if check is None else check.fault,
            }
        )
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@supervision.command("verify")
@click.argument("number", type=int)
@click.option("--account", required=True, help="User name of the account that reads.")
@json_option
def verify(number: int, account: str, as_json: bool) -> None:
    """Make draw NUMBER again from what is kept; the command fails where anything is not as it was."""
    by = sign_in(account)
    from tongchou.apps.supervision import api
    from tongchou.core import clock

    with plain_errors():
        one = api.draw_view(number, by=by, on=clock.today()).draw
        found = api.verify(one, on=clock.today())
    names = ("committed", "before_close", "seal", "seed", "frame", "items")
    told = {name: getattr(found, name) for name in names}
    show(_said(one) | told | {"secret": found.disclosed, "right": found.right}, as_json=as_json)
    if not found.right:
        raise click.exceptions.Exit(1)


@supervision.command("go-on")
@json_option
def go_on(as_json: bool) -> None:
    """Commit to the secrets of this month and the next, and let late notices stand one level up."""
    start_django()
    from tongchou.apps.supervision import api
    from tongchou.core import clock

    at, late = clock.now(), 0
    with plain_errors():
        committed = api.commit_ahead(at=at)
        while api.escalate_one(at=at):
            late += 1
    show({"committed": committed, "gone_up": late}, as_json=as_json)


def _said(one: Draw) -> dict[str, Any]:
    return {
        "draw": one.pk,
        "unit": one.unit_key,
        "kind": one.kind,
        "month": one.month.isoformat()[:7],
        "number": one.number,
        "method": one.method,
        "population": one.population,
        "drawn": one.items.filter(instead_of=None).count(),
        "commitment": one.secret.committed,
        "month_seal": one.seal,
        "draw_seed": one.seed,
        "list": one.frame_sha256,
    }
