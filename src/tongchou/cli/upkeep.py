"""``setup``, ``audit verify`` and ``registry rebuild``: what an administrator runs."""

from __future__ import annotations

import click

from tongchou.cli.common import console, json_option, progress, show, start_django


@click.command()
@json_option
def setup(as_json: bool) -> None:
    """Make or upgrade the database and load the reference list of areas."""
    start_django()
    from django.core.management import call_command

    from tongchou.apps.places import api as places
    from tongchou.core import clock

    call_command("migrate", interactive=False, verbosity=0)
    areas = places.load_reference(by=None, at=clock.now())
    show({"database": "ready", "areas": areas}, as_json=as_json)


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
@click.option("--check", is_flag=True, help="Compare only; change nothing.")
@json_option
def rebuild(check: bool, as_json: bool) -> None:
    """Fold all events anew; with --check compare with the tables and exit 1 when they differ."""
    start_django()
    from tongchou.apps.registry import api

    with progress("Events", quiet=as_json) as report:
        result = api.rebuild(check=check, progress=report)
    show(result.as_dict(), as_json=as_json)
    if check and not result.ok:
        console.print("The state differs from its events.")
        raise SystemExit(1)
