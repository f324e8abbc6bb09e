"""``funds``: what the dedicated accounts hold, money written into them, months closed, the laws of money."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
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


@funds.command("appropriations")
@click.argument("fund", type=int)
@click.option("--account", required=True, help="User name of the account that asks.")
@json_option
def appropriations_(fund: int, account: str, as_json: bool) -> None:
    """List what was appropriated to FUND and what of it arrived, in fen."""
    by = sign_in(account)
    from tongchou.apps.payments import api as payments
    from tongchou.core import clock

    with plain_errors():
        found = payments.open_fund_of(fund, by, clock.now(), payments.VIEW)
        lines = payments.appropriations(found, clock.today())
    rows = [
        {
            "appropriation": one.appropriation.pk,
            "source": one.appropriation.source,
            "document": one.appropriation.document,
            "appropriated_on": one.appropriated_on.isoformat(),
            "due_on": one.appropriation.due_on.isoformat(),
            "fen": one.fen,
            "arrived": one.arrived,
            "days_late": one.punctuality.days,
            "taken_back": one.taken_back,
        }
        for one in lines
    ]
    _print(rows, as_json)


def _book_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--fen``, ``--another`` and ``--account``: what every entry a person writes down needs."""
    command = click.option("--fen", type=click.IntRange(1), required=True, help="The amount in fen.")(command)
    command = click.option(
        "--another",
        type=click.Choice(["several", "numbered", "instead"]),
        default=None,
        help="Why the number stands in the book already: one paper with several amounts, another paper with "
        "the same number, or in place of an entry that will be reversed.",
    )(command)
    return click.option("--account", required=True, help="User name of the account that writes it down.")(
        command
    )


_DAY = click.DateTime(["%Y-%m-%d"])


@funds.command("appropriate")
@click.argument("fund", type=int)
@click.option("--source", required=True, help="Whose money: central, province, prefecture, county, …")
@click.option("--document", required=True, help="The document, such as 大财社〔2026〕1号.")
@click.option("--on", "appropriated_on", type=_DAY, required=True, help="The day of the document.")
@click.option("--due", "due_on", type=_DAY, required=True, help="The day by which it is to be there.")
@_book_options
@json_option
def appropriate(
    fund: int,
    source: str,
    document: str,
    appropriated_on: dt.datetime,
    due_on: dt.datetime,
    fen: int,
    another: str | None,
    account: str,
    as_json: bool,
) -> None:
    """Write down that a level has appropriated money to FUND. The same again is one entry."""
    by = sign_in(account)
    from tongchou.apps.payments import api as payments
    from tongchou.core import clock

    with plain_errors():
        made = payments.appropriate(
            fund_id=fund,
            source=source,
            fen=fen,
            document=document,
            appropriated_on=appropriated_on.date(),
            due_on=due_on.date(),
            another=another or "",
            by=by,
            at=clock.now(),
        )
    show({"appropriation": made.pk, "entry": made.entry.no, "fen": made.entry.fen}, as_json=as_json)


@funds.command("arrive")
@click.argument("appropriation", type=int)
@click.option("--voucher", required=True, help="The number of the bank's voucher.")
@click.option("--on", "arrived_on", type=_DAY, required=True, help="The day it arrived.")
@_book_options
@json_option
def arrive(
    appropriation: int,
    voucher: str,
    arrived_on: dt.datetime,
    fen: int,
    another: str | None,
    account: str,
    as_json: bool,
) -> None:
    """Write down what arrived of APPROPRIATION (``funds appropriations`` has it). The same again is one."""
    by = sign_in(account)
    from tongchou.apps.payments import api as payments
    from tongchou.core import clock

    with plain_errors():
        made = payments.record_arrival(
            appropriation_id=appropriation,
            fen=fen,
            arrived_on=arrived_on.date(),
            voucher=voucher,
            another=another or "",
            by=by,
            at=clock.now(),
        )
    show({"appropriation": appropriation, "entry": made.entry.no, "fen": made.entry.fen}, as_json=as_json)


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
