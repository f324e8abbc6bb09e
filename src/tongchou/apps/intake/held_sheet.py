"""A sheet as text and back: for what is laid by in cipher, and for what the reader of .xls hands over."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from tongchou.domain.register.sheet import Sheet


def rows_from(rows: Iterable[Sequence[Any]]) -> list[list[object]]:
    """Rows of JSON values as rows of cells."""
    return [[_cell(value) for value in row] for row in rows]


def to_text(sheet: Sheet) -> str:
    """All of a sheet as JSON."""
    return json.dumps(
        {
            "cells": [[_plain(value) for value in row] for row in sheet.cells],
            "merges": [[*first, *last] for first, last in sheet.merges],
            "formulas": sorted(sheet.formulas),
            "errors": sorted(sheet.errors),
            "base_1904": sheet.base_1904,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_text(text: str) -> Sheet:
    """The sheet that ``to_text`` wrote."""
    found = json.loads(text)
    return Sheet(
        cells=rows_from(found["cells"]),
        merges=[((a, b), (c, d)) for a, b, c, d in found["merges"]],
        formulas=frozenset((row, column) for row, column in found["formulas"]),
        errors=frozenset((row, column) for row, column in found["errors"]),
        base_1904=found["base_1904"],
    )


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dt.datetime):
        return {"m": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, dt.date) else str(value)


def _cell(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    if "m" in value:
        return dt.datetime.fromisoformat(value["m"])
    return dt.date.fromisoformat(value["d"])
