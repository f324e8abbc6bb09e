"""The ``tongchou`` command. Each subcommand parses, calls one action or query, and presents."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from tongchou import __version__

#: Where each command stands; its module is loaded when the command is called, or listed.
COMMANDS = {
    name: module
    for module, names in {
        "registers": ("synth", "intake"),
        "areas": ("places",),
        "lists": ("lists",),
        "funds": ("funds",),
        "guarantees": ("guarantees",),
        "paying": ("payments",),
        "exchanging": ("exchange",),
        "certificates": ("certificate",),
        "casework": ("cases", "notices"),
        "committing": ("commitments",),
        "complaining": ("complaints",),
        "planning": ("plans",),
        "supervising": ("supervision",),
        "holidays": ("holidays",),
        "people": ("account",),
        "tokens": ("token",),
        "rules": ("snapshot", "evaluate", "explain"),
        "policies": ("policies",),
        "checks": ("checks",),
        "releases": ("release",),
        "judging": ("bulletin",),
        "posts": ("posts",),
        "responsibility": ("targets", "agreements"),
        "indicators": ("indicators",),
        "duplicates": ("duplicates",),
        "installation": ("setup", "unit", "parameters", "checklist", "doctor", "backup", "restore"),
        "upkeep": ("audit", "registry"),
        "serve": ("serve", "worker"),
        "figures": ("stats",),
        "demo": ("demo",),
    }.items()
    for name in names
}


class Commands(click.Group):
    """The commands; they end with one line, not with a traceback, when the database is not there yet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"{__name__}.{COMMANDS[cmd_name]}"), cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            if told := _told(error):
                raise click.ClickException(told) from error
            raise


def _told(error: Exception) -> str:
    """What is said of the errors of an installation that is not as it should be; nothing of others."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    from tongchou.domain.accountability.problems import AccountabilityError
    from tongchou.domain.policy.errors import LoadError

    if isinstance(error, AccountabilityError):
        from django.utils.translation import get_language

        return "\n".join(error.lines((get_language() or "zh").split("-")[0]))
    if isinstance(error, ImproperlyConfigured | LoadError):
        return str(error)
    if not isinstance(error, OperationalError | ProgrammingError):
        return ""
    if "no such table" in str(error) or "does not exist" in str(error):
        return "there is no database yet: run `tongchou setup` first"
    return f"the database does not answer: {error}" if isinstance(error, OperationalError) else ""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, package_name="tongchou")
def main() -> None:
    """统筹 Tongchou: the open population-services platform."""
