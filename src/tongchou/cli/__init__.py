"""The ``tongchou`` command. Each subcommand parses, calls one action or query, and presents."""

from __future__ import annotations

import click

from tongchou import __version__
from tongchou.cli import demo, people, registers, rules, serve, upkeep


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, package_name="tongchou")
def main() -> None:
    """统筹 Tongchou: the open population-services platform."""


for command in (
    registers.synth,
    registers.intake,
    registers.places,
    people.account,
    rules.snapshot,
    rules.evaluate,
    rules.explain,
    upkeep.setup,
    upkeep.audit,
    upkeep.registry,
    serve.serve,
    demo.demo,
):
    main.add_command(command)
