"""``guarantees check``, ``import`` and ``list``: what units owe their own work, and their yearly returns."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.common import json_option, plain_errors, say, show_rows, sign_in


@click.group()
def guarantees() -> None:
    """Guarantees of money and staff."""


@guarantees.command("check")
@click.option("--account", required=True, help="User name of the account that asks.")
@click.option("--area", "code", required=True, help="Code of the area.")
@click.option("--year", type=int, help="The year; this one when left out.")
@json_option
def check(account: str, code: str, year: int | None, as_json: bool) -> None:
    """Say what each unit of an area lacks, and what cannot be answered and why. Amounts in fen."""
    by = sign_in(account)
    from tongchou.apps.guarantees import api
    from tongchou.apps.places import api as places
    from tongchou.core import access, clock

    with plain_errors():
        inside = access.require(by, api.VIEW)
        area = places.area_by_code(code)
        if area is None or not inside.covers(area.scope_no):
            raise click.ClickException("No such area in the areas of the account.")
        found = api.report(area, within=inside, year=year or clock.today().year, on=clock.today())
    rows = [
        {
            "unit": one.unit.key,
            "guarantee": one.finding.guarantee.value,
            "detail": one.finding.detail,
            "measure": one.finding.measure,
            "needed": one.finding.needed,
            "have": one.finding.have,
            "missing": one.finding.missing,
            "late": one.finding.late,
            "why": None if one.why is None else one.why.value,
        }
        for one in found.lines
        if one.finding.kept is not True
    ]
    show_rows(rows, as_json=as_json)


@guarantees.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", required=True, help="User name of the account that sends the returns.")
def import_(file: Path, account: str) -> None:
    """Send the returns of a workbook: all of them or none, every mistake named with its cell."""
    by = sign_in(account)
    from tongchou.apps.guarantees import api
    from tongchou.core import clock
    from tongchou.core.errors import Invalid

    with plain_errors():
        try:
            taken = api.take(content=file.read_bytes(), by=by, at=clock.now())
        except Invalid as error:
            for one in error.data.get("problems", ()):
                say(f"{one.cell}\t{one.value}\t{one.fix}")
            raise
    say(f"sent {taken.sent}, there already {taken.same}")


@guarantees.command("list")
@click.option("--account", required=True, help="User name of the account that asks.")
@click.option("--year", type=int, help="Only returns of this year.")
@json_option
def list_(account: str, year: int | None, as_json: bool) -> None:
    """List the returns of the account's areas, the newest first, amounts in fen."""
    by = sign_in(account)
    from tongchou.apps.guarantees import api
    from tongchou.core import access

    with plain_errors():
        found = api.returns(scope=access.require(by, api.VIEW), year=year)
    rows = [
        {
            "return": one.pk,
            "unit": one.unit,
            "year": one.year,
            "version": one.version,
            "accepted": one.decision.accepted if hasattr(one, "decision") else None,
            "budget": one.budget,
        }
        for one in found
    ]
    show_rows(rows, as_json=as_json)
