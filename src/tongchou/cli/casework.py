"""``cases`` and ``notices``: what lies where and is due when; ending notices that have hung their days.

Numbers of cases and places are printed, never the name of anybody: those stand on the pages.
"""

from __future__ import annotations

import datetime as dt
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

_ACCOUNT = click.option("--account", required=True, help="User name of the account that reads.")
_MOST = click.option(
    "--most", default=500, show_default=True, type=click.IntRange(1, 10_000), help="Lines at most."
)


@click.group()
def cases() -> None:
    """Cases."""


@cases.command("list")
@click.option(
    "--desk", default="", help="Whose turn it is: village, township, county, prefecture, notice, family."
)
@click.option("--kind", default="", help="Code of the kind of case.")
@click.option("--state", default="", help="A state, such as approved; without desk and state all open ones.")
@click.option("--area", default="", help="Code of the area that handles them, or of one above.")
@click.option(
    "--due", default=None, type=click.DateTime(["%Y-%m-%d"]), help="Only what is due on this day or before."
)
@_MOST
@_ACCOUNT
@csv_option
@json_option
def list_(
    desk: str, kind: str, state: str, area: str, due: dt.datetime | None, most: int, account: str,
    as_csv: bool, as_json: bool,
) -> None:  # fmt: skip
    """List the cases of the account's areas: open ones by their last day, decided ones the newest first."""
    rows = _read(account, most, due=due.date() if due else None, desk=desk, kind=kind, state=state, area=area)
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@cases.command("overdue")
@click.option("--area", default="", help="Code of the area that handles them, or of one above.")
@_MOST
@_ACCOUNT
@csv_option
@json_option
def overdue(area: str, most: int, account: str, as_csv: bool, as_json: bool) -> None:
    """List the cases an office is late with, the longest wait first. Of offices, never of officers."""
    show_rows(_read(account, most, late=True, area=area), as_json=as_json, as_csv=as_csv)


@cases.command("show")
@click.argument("number")
@_ACCOUNT
@json_option
def show_(number: str, account: str, as_json: bool) -> None:
    """Show where the case with the NUMBER stands, what is due, and what was done."""
    by = sign_in(account)
    from tongchou.apps.casework import api
    from tongchou.core import clock

    at = clock.now()
    with plain_errors():
        view = api.view(api.by_number(number, by=by, on=clock.date_of(at)), by=by, at=at)
    case, is_open = view.case, bool(view.case.desk)
    told = {
        "number": case.number,
        "kind": "" if case.private else case.kind,
        "year": case.year,
        "area": view.area,
        "state": case.state,
        "desk": case.desk,
        "stage": case.stage_code,
        "stage_due": case.stage_due if is_open else None,
        "provisional": is_open and case.provisional,
        "due": case.due if is_open else None,
        "due_provisional": is_open and case.due_provisional,
        "fen": case.amount_fen,
    }
    steps = [
        {
            "at": one.at.isoformat(timespec="minutes"),
            "act": one.act,
            "stage": one.stage_zh,
            "officer": one.officer,
            "reasons": ",".join(one.reasons),
            "in_time": one.in_time,
        }
        for one in view.history
    ]
    if as_json:
        show(told | {"timeline": steps}, as_json=True)
        return
    show(told, as_json=False)
    show_rows(steps)


def _read(
    account: str, most: int, *, area: str, due: dt.date | None = None, **narrow: Any
) -> list[dict[str, Any]]:
    """Cases as lines, read part by part."""
    by = sign_in(account)
    from tongchou.apps.casework import api
    from tongchou.apps.places import api as places
    from tongchou.core import clock

    on = clock.today()
    if area:
        found = places.area_by_code(area)
        if found is None:
            raise no_area(area)
        narrow["area_id"] = found.pk
    rows: list[dict[str, Any]] = []
    after = None
    with plain_errors():
        while len(rows) < most:
            part = api.part(
                by=by,
                on=on,
                chosen=api.Filter(**narrow),
                due=due,
                after=after,
                size=min(200, most - len(rows)),
            )
            rows += [_line(one, on) for one in part.lines]
            if (after := part.next) is None:
                break
    return rows


def _line(one: Any, on: dt.date) -> dict[str, Any]:
    late = {"days_late": (on - one.due).days if one.late else 0}
    names = ("number", "year", "place", "state", "desk", "due", "provisional")
    kind = {"kind": one.public_kind}  # that of a private programme is told nowhere in a list
    return kind | {name: getattr(one, name) for name in names} | late


@click.group()
def notices() -> None:
    """Public notices."""


@notices.command("list")
@_ACCOUNT
@csv_option
@json_option
def list_notices(account: str, as_csv: bool, as_json: bool) -> None:
    """List the notices of the account's areas, the newest first."""
    by = sign_in(account)
    from tongchou.apps.notices import api
    from tongchou.core import clock

    with plain_errors():
        found = api.part(by=by, at=clock.now(), size=1000)
    names = (
        "number", "area_name", "kind", "year", "opened_on", "closes_on", "provisional", "closed", "entries",
        "objections", "proofs",
    )  # fmt: skip
    show_rows([{name: getattr(one, name) for name in names} for one in found], as_json=as_json, as_csv=as_csv)


@notices.command("pass")
@json_option
def pass_(as_json: bool) -> None:
    """Let entries of notices that have hung their days go on, as the worker does by itself.

    It is the days that decide, so it needs no account. Entries somebody objected to stay. Again does nothing.
    """
    start_django()
    from tongchou.apps.notices import api
    from tongchou.core import clock

    at = clock.now()
    hung = api.hung_out(on=clock.date_of(at))
    with plain_errors():
        while api.end_one(at=at):
            pass
    left = api.hung_out(on=clock.date_of(at))
    show({"ended": hung - left, "left": left}, as_json=as_json)
