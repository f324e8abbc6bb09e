"""``holidays``: the days off of a year, as they count and as a file would have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import json_option, plain_errors, say, show, sign_in, start_django

if TYPE_CHECKING:
    from tongchou.core.errors import Invalid
    from tongchou.core.holidays import api


@click.group()
def holidays() -> None:
    """Holidays and weekends that are worked."""


@holidays.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--year", type=int, help="The year it is for; left out, the one most of its days are of.")
@click.option("--source", default="", help="The document that announces it, where the file does not say.")
@click.option("--look", is_flag=True, help="Only show what it would change.")
@click.option("--account", required=True, help="User name of the system administrator who acts.")
@json_option
def add(file: Path, year: int | None, source: str, look: bool, account: str, as_json: bool) -> None:
    """Enter the table in FILE (CSV or YAML); the worker then counts last days anew.

    Every wrong line is named with its number, and nothing is saved; exit 1.
    """
    by = sign_in(account)
    from tongchou.core import clock
    from tongchou.core.errors import Invalid
    from tongchou.core.holidays import api

    with plain_errors():
        try:
            given = {"text": api.text_of(file.read_bytes()), "year": year, "source": source, "by": by}
            seen = api.preview(**given, at=clock.now())
            told = _told(seen)
            if not look:
                saved = api.save(**given, seen=seen.seen, at=clock.now())
                told |= {"version": saved.version, "saved": saved.new}
        except Invalid as error:
            raise _refused(error) from error
    show(told, as_json=as_json)


@holidays.command("show")
@click.argument("year", type=int)
@json_option
def show_(year: int, as_json: bool) -> None:
    """Show the days off and the days worked of YEAR; exit 1 when it is not entered yet."""
    start_django()
    from django.utils.translation import gettext as _

    from tongchou.core.holidays import api

    found = next((one for one in api.years("zh") if one.year == year), None)
    if found is None:
        message = _("The holidays of %(year)s are not entered: last days in it are provisional.")
        raise click.ClickException(message % {"year": year})
    days = [
        {"date": one.on.isoformat(), "kind": "work" if one.work else "off", "name": one.name}
        for one in found.days
    ]
    if as_json:
        show({"year": year, "version": found.version, "source": found.source, "days": days}, as_json=True)
        return
    say(f"{found.source} · {found.recorded_by or '—'} · {found.version}")
    click.echo("date,kind,name")
    for one in days:
        click.echo(",".join(one.values()))


def _told(seen: api.Preview) -> dict[str, Any]:
    """What a table would change, as the command prints it."""
    return {
        "year": seen.table.year,
        "announced": seen.announced,
        "same": seen.same,
        "newly_off": [one.isoformat() for one in seen.newly_off],
        "newly_worked": [one.isoformat() for one in seen.newly_worked],
        "workdays_before": seen.workdays_before,
        "workdays": seen.workdays,
        "moves": dict(seen.moves),
    }


def _refused(error: Invalid) -> click.ClickException:
    """The refusal, each wrong line on one of its own."""
    from django.utils.translation import pgettext

    mark = pgettext("between a label and its message", ": ")
    told = error.data.get("problems", {})
    lines = [f"{place}{mark}{text}" for place, texts in told.items() for text in texts]
    return click.ClickException("\n".join([str(error.message), *lines]))
