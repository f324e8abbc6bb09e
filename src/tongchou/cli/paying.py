"""``payments``: batches, the bank's file and the bank's answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import account_option, json_option, plain_errors, say, show, sign_in


@click.group()
def payments() -> None:
    """Payment batches."""


@payments.command("list")
@account_option
@json_option
def list_(account: str, as_json: bool) -> None:
    """List the batches of the account's areas, the newest first; amounts in fen."""
    by = sign_in(account)
    from tongchou.apps.payments import api
    from tongchou.core import access, clock

    with plain_errors():
        access.require(by, api.VIEW)
        found = [_told(one) for one in api.batch_list(by, clock.today())]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo("  ".join(f"{name} {value}" for name, value in one.items()))


@payments.command("build")
@click.argument("fund", type=int)
@click.argument("programme")
@click.option("--template", required=True, help="Code of the bank's template.")
@click.option("--again", is_flag=True, help="Of what came back, instead of first payments.")
@account_option
@json_option
def build(fund: int, programme: str, template: str, again: bool, account: str, as_json: bool) -> None:
    """Build a batch of PROGRAMME from the fund with the number FUND; a large one is filled by the worker."""
    by = sign_in(account)
    from tongchou.apps.payments import api
    from tongchou.core import clock

    with plain_errors():
        batch = api.build_batch(
            fund_id=fund, programme=programme, template=template, by=by, at=clock.now(),
            attempt="again" if again else "first",
        )  # fmt: skip
    show(_told(batch), as_json=as_json)


@payments.command("freeze")
@click.argument("batch", type=int)
@account_option
@json_option
def freeze(batch: int, account: str, as_json: bool) -> None:
    """Set the money of the batch with the number BATCH aside and freeze its rows."""
    by = sign_in(account)
    from tongchou.apps.payments import api
    from tongchou.core import clock

    with plain_errors():
        made = api.freeze_batch(batch_id=batch, by=by, at=clock.now())
    show(_told(made) | {"left_out": api.left_out(made)}, as_json=as_json)


@payments.command("approve")
@click.argument("batch", type=int)
@click.option("--rows", type=int, required=True, help="How many rows it has, as compared.")
@click.option("--fen", type=int, required=True, help="What it is worth in fen, as compared.")
@account_option
@json_option
def approve(batch: int, rows: int, fen: int, account: str, as_json: bool) -> None:
    """Approve a frozen batch somebody else built, naming what was compared."""
    by = sign_in(account)
    from tongchou.apps.payments import api
    from tongchou.core import clock

    with plain_errors():
        view = api.batch_view(batch, by, clock.now())
        if (view.batch.rows, view.batch.fen) != (rows, fen):
            raise click.ClickException(f"the batch has {view.batch.rows} rows of {view.batch.fen} fen")
        made = api.approve(batch_id=batch, seen=api.seen_of(view.batch), by=by, at=clock.now())
    show(_told(made), as_json=as_json)


@payments.command("bank-file")
@click.argument("batch", type=int)
@click.option(
    "--out", "folder", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder the file is written to; only its owner may read it there.",
)  # fmt: skip
@account_option
@json_option
def bank_file(batch: int, folder: Path, account: str, as_json: bool) -> None:
    """Write the bank file of a reviewed batch: full account numbers stand in it. Again, it is the same."""
    by = sign_in(account)
    from tongchou.apps.payments import api
    from tongchou.core import clock

    with plain_errors():
        file = api.bank_file(batch_id=batch, by=by, at=clock.now())
    path = folder / file.name
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        target.write(file.content)
    show({"file": str(path), "sha256": file.sha256, "new": file.new}, as_json=as_json)


@payments.command("answer")
@click.argument("batch", type=int)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--record", is_flag=True, help="Record the rows that fit; without it nothing is recorded.")
@click.option("--came-back", is_flag=True, help="Record also what was paid and came back since.")
@account_option
@json_option
def answer(batch: int, file: Path, record: bool, came_back: bool, account: str, as_json: bool) -> None:
    """Compare the bank's return FILE with a batch and name every cell that does not fit; exit 1 if any."""
    by = sign_in(account)
    from tongchou.apps.payments import api
    from tongchou.core import clock

    with plain_errors():
        read = api.stage_answer(batch_id=batch, content=file.read_bytes(), by=by, at=clock.now())
        for one in api.answer_problems(read):
            text, fix = api.problem_words(one.code, one.params)
            say(f"{one.cell or one.row}: {text} {fix}")
        if record:
            read = api.record_answer(file_id=read.pk, came_back=came_back, by=by, at=clock.now())
    told = ("rows", "paid_rows", "returned_rows", "came_back_rows", "not_named", "errors", "left", "state")
    show({"answer": read.pk} | {name: str(getattr(read, name)) for name in told}, as_json=as_json)
    if read.errors:
        raise SystemExit(1)


def _told(batch: Any) -> dict[str, Any]:
    """A batch as the command prints it."""
    names = ("name", "programme", "state", "rows", "fen", "paid_fen", "returned_fen", "outstanding_fen")
    return {"batch": batch.pk} | {name: getattr(batch, name) for name in names}
