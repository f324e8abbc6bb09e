"""The ``tongchou`` command. Each subcommand parses, calls one action or query, and presents."""

from __future__ import annotations

from typing import Any

import click

from tongchou import __version__
from tongchou.cli import areas as _areas  # noqa: F401 - adds its commands to ``places``
from tongchou.cli import (
    checks,
    demo,
    duplicates,
    installation,
    lists,
    people,
    registers,
    rules,
    serve,
    tokens,
    upkeep,
)


class PlainErrors(click.Group):
    """A group whose commands end with one line, not with a traceback, when the database is not there yet."""

    def invoke(self, ctx: click.Context) -> Any:
        from django.core.exceptions import ImproperlyConfigured
        from django.db import OperationalError, ProgrammingError

        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if "no such table" in str(error) or "does not exist" in str(error):
                raise click.ClickException("there is no database yet: run `tongchou setup` first") from error
            if isinstance(error, OperationalError):
                raise click.ClickException(f"the database does not answer: {error}") from error
            raise
        except ImproperlyConfigured as error:
            raise click.ClickException(str(error)) from error


@click.group(
    cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, package_name="tongchou")
def main() -> None:
    """统筹 Tongchou: the open population-services platform."""


for command in (
    registers.synth,
    registers.intake,
    registers.places,
    lists.lists,
    people.account,
    tokens.token,
    rules.snapshot,
    rules.evaluate,
    rules.explain,
    checks.checks,
    duplicates.duplicates,
    installation.setup,
    installation.unit,
    installation.parameters,
    installation.checklist,
    installation.doctor,
    installation.backup,
    installation.restore,
    upkeep.audit,
    upkeep.registry,
    serve.serve,
    serve.worker,
    demo.demo,
):
    main.add_command(command)
