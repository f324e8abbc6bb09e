"""``policies``: what is done with the law itself. Each subcommand stands in a module of its own."""

from __future__ import annotations

from importlib import import_module

import click

#: Where each subcommand stands; its module is loaded when it is called, or listed.
SUBCOMMANDS = {
    "certify": "certifying",
    "check": "checking_overlays",
    "recalculate": "recalculating",
    "simulate": "simulating",
}


class Subcommands(click.Group):
    """Loads a subcommand when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module = import_module(f"tongchou.cli.{SUBCOMMANDS[cmd_name]}")
        found: click.Command = getattr(module, cmd_name)
        return found


@click.group(cls=Subcommands)
def policies() -> None:
    """Programmes, their parameters, and what would follow if they changed."""
