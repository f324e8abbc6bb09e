"""``exchange``: lists for national and provincial systems, and their answers."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tongchou.cli.common import account_option, json_option, plain_errors, say, show, sign_in


@click.group()
def exchange() -> None:
    """Lists for other systems."""


@exchange.command("export")
@click.argument("template")
@click.argument("year", type=int)
@click.option("--area", required=True, help="Code of the area the list is for.")
@click.option("--kind", "kinds", multiple=True, help="A kind of case; every one the list is for without it.")
@click.option("--private", is_flag=True, help="Private programmes too, in payment lists, where named.")
@click.option("--purpose", required=True, help="What the list is for; stands in the audit chain.")
@click.option(
    "--out", "folder", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder the file is written to; only its owner may read it there.",
)  # fmt: skip
@account_option
@json_option
def export(
    template: str,
    year: int,
    area: str,
    kinds: tuple[str, ...],
    private: bool,
    purpose: str,
    folder: Path,
    account: str,
    as_json: bool,
) -> None:
    """Write the approved cases of YEAR as TEMPLATE wants them: full numbers stand in the file."""
    by = sign_in(account)
    from tongchou.apps.exchange import api
    from tongchou.apps.places import api as places
    from tongchou.core import clock

    at = clock.now()
    with plain_errors():
        found = places.area_by_code(area)
        if found is None:
            raise click.ClickException(f"there is no area with the code {area}")
        asked = api.Asked(template, year, found.pk, kinds, private)
        made = api.export(asked, purpose=purpose, by=by, at=at)
        file = api.file_of(export_id=made.pk, by=by, at=at)
    path = folder / file.name
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        target.write(file.content)
    told = {"list": made.pk, "file": str(path), "rows": made.rows, "fen": made.fen, "sha256": made.sha256}
    show(told, as_json=as_json)


@exchange.command("read")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--take", is_flag=True, help="Take the rows that fit over; without it nothing counts.")
@account_option
@json_option
def read(number: int, file: Path, take: bool, account: str, as_json: bool) -> None:
    """Compare the answer FILE with the list of that NUMBER and name every cell that does not fit."""
    by = sign_in(account)
    from tongchou.apps.exchange import api
    from tongchou.core import clock

    at = clock.now()
    with plain_errors():
        answer = api.stage(export_id=number, content=file.read_bytes(), by=by, at=at)
        for one in api.problems_of(answer):
            text, fix = api.problem_words(one.code, one.params)
            say(f"{one.cell or one.row}: {text} {fix}")
        if take:
            api.decide(answer_id=answer.pk, by=by, at=at)
            answer = api.answer_of(answer.pk, by, at)
    told = ("lines", "taken", "not_taken", "not_named", "errors", "warnings", "state")
    show({"answer": answer.pk} | {name: str(getattr(answer, name)) for name in told}, as_json=as_json)
