"""Django's ``migrate``, which makes a new database from the models at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from tongchou.core import from_models


class Command(Migrate):
    """``--step-by-step`` replays every migration on a new database as well."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--step-by-step", action="store_true", help="Replay every migration, on a new database as well."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        step_by_step = options.pop("step_by_step", False)
        partly = any(options.get(name) for name in ("app_label", "fake", "fake_initial", "plan", "prune"))
        checks = options.get("check_unapplied")
        if not (step_by_step or partly or checks):
            connection = connections[options["database"]]
            connection.prepare_database()
            if from_models.is_new(connection):
                from_models.make(connection)
        super().handle(*args, **options)
