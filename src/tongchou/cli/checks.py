"""``checks run`` and ``checks list``: the records against the packaged checks."""

from __future__ import annotations

import json

import click

from tongchou.cli.common import account_options, json_option, plain_errors, progress, say, show, sign_in


@click.group()
def checks() -> None:
    """The checks of the records."""


@checks.command("run")
@account_options
@json_option
def run(account: str, purpose: str, as_json: bool) -> None:
    """Run all checks over the latest snapshot; a second run on the same snapshot changes nothing."""
    by = sign_in(account)
    from tongchou.apps.quality import api
    from tongchou.core import clock

    with plain_errors(), progress("Checks", quiet=as_json) as report:
        done = api.run_checks(by=by, at=clock.now(), purpose=purpose, progress=report)
    show({"run": done.pk, "people": done.persons, "findings": done.findings}, as_json=as_json)


@checks.command("list")
@click.option("--account", required=True, help="User name of the account that asks.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@json_option
def list_(account: str, language: str, as_json: bool) -> None:
    """Say how many people of the account's areas each check names."""
    by = sign_in(account)
    from tongchou.apps.quality import api
    from tongchou.core import access

    with plain_errors():
        found = api.overview(scope=access.require(by, "quality.view"))
    if found is None:
        raise click.ClickException("the records have not been checked yet: tongchou checks run")
    rows = [
        {"check": one.check.code, "severity": one.check.severity, "people": one.number, "trend": one.trend}
        for one in found.lines
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found.lines:
        say(f"{one.number:>8}  {one.check.text('title', language)}")
