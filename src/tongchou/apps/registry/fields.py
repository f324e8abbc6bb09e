"""Columns whose text order must be that of the characters' numbers, on both databases."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.functions import Length

models.CharField.register_lookup(Length)

#: Longest text of a date kept to its known precision: none, a year, a month, a day.
DATE_LENGTHS = (0, 4, 7, 10)


def date_shaped(table: str) -> models.CheckConstraint:
    """That the start of a table's spells is a date kept to its known precision."""
    return models.CheckConstraint(condition=Q(start__length__in=DATE_LENGTHS), name=f"{table}_start_shape")


class KeyText(models.CharField):
    """Text compared byte by byte, so that a range of keys is a range of the index.

    PostgreSQL would otherwise sort by the server's language, where neither a name prefix nor an ISO date is
    an interval; SQLite compares bytes already.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Spelled(KeyText):
    """The start of a spell: an ISO date to the known precision; empty for "since before the records"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
