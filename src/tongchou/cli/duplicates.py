"""``duplicates find``: the register searched for records of the same person."""

from __future__ import annotations

import dataclasses

import click

from tongchou.cli.common import account_options, json_option, plain_errors, progress, show, sign_in


@click.group()
def duplicates() -> None:
    """Records that may be of one person."""


@duplicates.command("find")
@account_options
@json_option
def find(account: str, purpose: str, as_json: bool) -> None:
    """Search the areas of the account; a second run adds only what is new. People decide on the pages."""
    by = sign_in(account)
    from tongchou.apps.duplicates import api
    from tongchou.core import clock

    with plain_errors(), progress("Records", quiet=as_json) as report:
        done = api.find(by=by, at=clock.now(), purpose=purpose, progress=report)
    show(dataclasses.asdict(done), as_json=as_json)
