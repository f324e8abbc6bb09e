"""``funds list``, ``progress``, ``close`` and ``verify``: the dedicated accounts, and the laws of money."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import click

from tongchou.cli.common import json_option, plain_errors, progress, say, show, sign_in, start_django

#: Accounts of a fund that are listed.
_SHOWN = ("appropriated", "due", "free", "committed", "with_bank", "paid")


@click.group()
def funds() -> None:
    """The dedicated accounts of an area."""


@funds.command("list")
@click.option("--account", required=True, help="User name of the account that asks.")
@json_option
def list_(account: str, as_json: bool) -> None:
    """List the funds of the account's areas with what they hold, in fen."""
    by = sign_in(account)
    from tongchou.apps.payments import api as payments
    from tongchou.core import access, clock

    with plain_errors():
        access.require(by, payments.VIEW)
        found = payments.fund_lines(by, clock.today())
    rows = [
        {
            "fund": one.fund.pk,
            "area": one.fund.area.name,
            "year": one.fund.year,
            "line": one.fund.line,
            **{
                name: one.of(name)
                for name in ("appropriated", "due", "free", "committed", "with_bank", "paid")
            },
        }
        for one in found
    ]
    _print(rows, as_json)


@funds.command("progress")
@click.option("--account", required=True, help="User name of the account that asks.")
@click.option("--year", type=int, help="The year of the budget; this one when left out.")
@json_option
def progress_(account: str, year: int | None, as_json: bool) -> None:
    """Say of each fund what was appropriated, what arrived, what was used (in fen) and how many days late."""
    by = sign_in(account)
    from tongchou.apps.payments import api as payments
    from tongchou.core import access, clock

    with plain_errors():
        inside = access.require(by, "money.view")
        found = payments.progress(scope=inside, year=year or clock.today().year, on=clock.today())
    rows = [
        {
            "fund": one.fund_id,
            "area": one.area,
            "level": one.level,
            "line": one.line,
            "appropriated": one.punctuality.appropriated,
            "arrived": one.punctuality.arrived,
            "used": one.used,
            "days_late": one.punctuality.days,
        }
        for one in found.units
    ]
    _print(rows, as_json)


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(f"{name} {value}" for name, value in row.items()))


@funds.command("close")
@click.argument("fund", type=int)
@click.argument("month", type=click.DateTime(["%Y-%m"]))
@click.option("--account", required=True, help="User name of the account that closes.")
@json_option
def close(fund: int, month: dt.datetime, account: str, as_json: bool) -> None:
    """Close MONTH (such as 2026-05) of the fund with the number FUND: no entry goes into it afterwards."""
    by = sign_in(account)
    from tongchou.apps.payments import api as payments
    from tongchou.core import clock

    with plain_errors():
        made = payments.close_month(fund_id=fund, month=month.date(), by=by, at=clock.now())
    show({"fund": fund, "month": f"{made.month:%Y-%m}", "entries_to": made.last_no}, as_json=as_json)


@funds.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Count the laws of money anew from every entry and row; exit 1 when one is broken."""
    start_django()
    from tongchou.apps.payments import api as payments
    from tongchou.core.scope import Scope

    with progress("Laws of money", quiet=as_json) as report:
        laws = payments.verify(scope=Scope.everything(), progress=report)
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"law": law.code, "checked": law.checked, "broken": law.broken, "where": law.where}
                    for law in laws
                ]
            )
        )
    else:
        for law in laws:
            mark = "ok    " if law.holds else "BROKEN"
            click.echo(f"{mark}  {law.checked:>8}  {law.words}")
            for place in law.where:
                say(f"          {place}")
    if not all(law.holds for law in laws):
        raise SystemExit(1)
