"""``audit verify``, ``registry rebuild`` and ``registry balance``: what an administrator runs."""

from __future__ import annotations

import click

from tongchou.cli.common import json_option, plain_errors, progress, say, show, sign_in, start_django


@click.group()
def audit() -> None:
    """The audit chain."""


@audit.command()
@json_option
def verify(as_json: bool) -> None:
    """Check the whole chain against its signed heads; exit 1 and name the first broken row when it fails."""
    start_django()
    from tongchou.core import audit as chain

    report = chain.verify()
    show(report.as_dict(), as_json=as_json)
    if not report.ok:
        raise SystemExit(1)


@click.group()
def registry() -> None:
    """The registry's events and state."""


@registry.command()
@click.option("--check", is_flag=True, help="Compare only; change nothing. Needs no account.")
@click.option("--account", help="Without --check: user name of the account that acts.")
@click.option("--purpose", help="Without --check: why; written to the audit chain.")
@json_option
def rebuild(check: bool, account: str | None, purpose: str | None, as_json: bool) -> None:
    """Fold all events anew and correct what differs from them; with --check exit 1 when anything does.

    Correcting is the act of a county reviewer, named in the audit chain. --check only reads and prints
    numbers of rows, nothing about anybody, so it needs no account and can run every night.
    """
    if not check and not (account and purpose):
        raise click.UsageError("a rebuild needs --account and --purpose; --check needs neither")
    if check and (account or purpose):
        raise click.UsageError("--check reads for nobody: leave out --account and --purpose")
    start_django()
    from tongchou.apps.registry import api
    from tongchou.core import clock

    by = sign_in(account) if account else None
    with plain_errors(), progress("Events", quiet=as_json) as report:
        if by is None:
            result = api.check_state(progress=report)
        else:
            result = api.rebuild(by=by, at=clock.now(), purpose=purpose or "", progress=report)
    show(result.as_dict(), as_json=as_json)
    if check and not result.ok:
        say("The state differs from its events.")
        raise SystemExit(1)


@registry.command()
@click.option("--again", is_flag=True, help="Empty the account and read every event anew.")
@json_option
def balance(again: bool, as_json: bool) -> None:
    """Bring the population account up to date and compare it with the registry; exit 1 when they differ.

    It reads for nobody and prints numbers of people by village alone, so it needs no account and can run
    every night.
    """
    start_django()
    from tongchou.apps.balance import api
    from tongchou.core.scope import Scope

    with plain_errors(), progress("Events", quiet=as_json) as report:
        if again:
            api.start_over()
        read = api.catch_up(progress=report)
        wrong = api.mismatches(scope=Scope.everything())
    months = api.months_of(scope=Scope.everything()).months
    closing = months[-1].closing if months else 0
    show(
        {"events": read, "months": len(months), "people": closing, "mismatches": len(wrong)}, as_json=as_json
    )
    for one in wrong[:100]:
        say(f"{one.village}: {one.account} by the account, {one.people} in the registry")
    if wrong:
        raise SystemExit(1)
