"""``bulletin``: closing months, and bulletins of units from making to publishing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import account_option, json_option, plain_errors, progress, show, show_rows, sign_in

if TYPE_CHECKING:
    from tongchou.apps.accountability.api import Issue


class MonthType(click.ParamType):
    """``2026-05`` as the first day of the month."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        try:
            return dt.date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r} is no month such as 2026-05", param, ctx)


@click.group()
def bulletin() -> None:
    """Months of units that close, and bulletins made of them."""


@bulletin.command()
@click.argument("area")
@click.argument("month", type=MonthType())
@click.option("--below", is_flag=True, help="Close all below it first that are still open.")
@account_option
@json_option
def close(area: str, month: dt.date, below: bool, account: str, as_json: bool) -> None:
    """Close a month of an area; what the parts of the platform tell of it is kept from then on."""
    by = sign_in(account)
    from tongchou.apps.accountability import api as accountability
    from tongchou.core import clock

    with plain_errors(), progress("Month", quiet=as_json):
        number = accountability.close(
            area_id=_area(area), month=month, with_below=below, by=by, at=clock.now()
        )
    show({"area": area, "month": f"{month:%Y-%m}", "closed": number}, as_json=as_json)


@bulletin.command()
@click.argument("area")
@click.argument("period")
@click.option("--reason", default="", help="Why a published period is stated anew.")
@account_option
@json_option
def make(area: str, period: str, reason: str, account: str, as_json: bool) -> None:
    """Make the bulletin of the units right below an area: 2026-05, 2026-Q2, 2026-H1 or 2026."""
    by = sign_in(account)
    from tongchou.apps.accountability import api as accountability
    from tongchou.core import clock

    with plain_errors(), progress("Bulletin", quiet=as_json):
        made = accountability.make(
            area_id=_area(area), kind=_kind(period), period=period, reason=reason, by=by, at=clock.now()
        )
    show(_told(made), as_json=as_json)


@bulletin.command()
@click.argument("number", type=int)
@account_option
@json_option
def publish(number: int, account: str, as_json: bool) -> None:
    """Publish a bulletin somebody else made, after it was computed once more to the same bytes."""
    by = sign_in(account)
    from tongchou.apps.accountability import api as accountability
    from tongchou.core import clock

    with plain_errors():
        done = accountability.publish(issue_id=number, by=by, at=clock.now())
    show(_told(done), as_json=as_json)


@bulletin.command("list")
@account_option
@json_option
def list_(account: str, as_json: bool) -> None:
    """List the bulletins of the account's areas and all published ones, the newest first."""
    by = sign_in(account)
    from tongchou.apps.accountability import api as accountability
    from tongchou.core import clock

    with plain_errors():
        found = accountability.listed(by=by, on=clock.today())
    rows = [
        {
            "bulletin": one.issue_id,
            "area": one.area,
            "kind": one.kind,
            "period": one.period,
            "state": one.state,
            "sha256": one.sha256,
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json)


@bulletin.command()
@click.argument("area")
@click.argument("month", type=MonthType())
@account_option
@json_option
def alerts(area: str, month: dt.date, account: str, as_json: bool) -> None:
    """Look through a closed month of the units right below an area, and list the alerts that are open."""
    by = sign_in(account)
    from tongchou.apps.accountability import api as accountability
    from tongchou.core import clock

    with plain_errors(), progress("Alerts", quiet=as_json):
        accountability.find_alerts(area_id=_area(area), month=month, by=by, at=clock.now())
        found = accountability.alerts(by=by, on=clock.today(), open_only=True)
    rows = [
        {
            "alert": one.alert_id,
            "unit": one.unit,
            "month": f"{one.month:%Y-%m}",
            "sign": one.sign,
            "about": one.about,
            "evidence": one.en,
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json)


@bulletin.command()
@click.argument("area")
@click.argument("period")
@click.option("--departments", is_flag=True, help="Of its departments instead of the areas below it.")
@click.option("--changed", is_flag=True, help="Only figures that stand otherwise now.")
@account_option
@json_option
def settle(area: str, period: str, departments: bool, changed: bool, account: str, as_json: bool) -> None:
    """Show a closed period as first told, as first published, and as it stands now: 2026, 2026-H1 …"""
    by = sign_in(account)
    from tongchou.apps.accountability import api as accountability
    from tongchou.core import clock

    with plain_errors():
        found = accountability.settlement(
            _area(area), kind=_kind(period), period=period, by=by, at=clock.now(), departments=departments
        )
    rows = [
        {
            "unit": one.unit,
            "name": one.name,
            "indicator": one.indicator,
            "told": one.told,
            "published": one.published,
            "now": one.now,
            "changed": one.moved,
        }
        for one in found.rows
        if one.moved or not changed
    ]
    show_rows(rows, as_json=as_json)


def _kind(period: str) -> str:
    return "quarter" if "Q" in period else "half" if "H" in period else "month" if "-" in period else "year"


def _told(one: Issue) -> dict[str, Any]:
    return {"bulletin": one.pk, "period": one.period, "state": one.state, "sha256": one.sha256}


def _area(code: str) -> int:
    from tongchou.apps.places import api as places

    area = places.area_by_code(code)
    if area is None:
        raise click.UsageError(f"no area {code}")
    return area.pk
