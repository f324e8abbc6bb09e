"""A cleaned line as encrypted text, bound to its file and row: a cipher moved elsewhere does not open."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

from tongchou.core import crypto
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.problems import Param
from tongchou.domain.register.row import RegisterRow

_FIELDS: Final = tuple(field.name for field in fields(RegisterRow))
_DATES: Final = frozenset(field.name for field in fields(RegisterRow) if "PartialDate" in str(field.type))


def seal_row(row: RegisterRow, bound: int | str) -> str:
    """The line, encrypted. Fields nobody filled are left out."""
    filled: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(row, name)
        if value is not None and value != ():
            filled[name] = str(value) if name in _DATES else value
    return crypto.encrypt(
        json.dumps(filled, ensure_ascii=False, separators=(",", ":")), _row(bound, row.row_no)
    )


def open_row(token: str, bound: int | str, row_no: int) -> RegisterRow:
    """The line that ``seal_row`` encrypted."""
    filled = json.loads(crypto.decrypt(token, _row(bound, row_no)))
    for name in _DATES & filled.keys():
        filled[name] = PartialDate.from_iso(filled[name])
    if "phones" in filled:
        filled["phones"] = tuple(filled["phones"])
    return RegisterRow(**filled)


def seal_params(params: dict[str, Param], bound: int | str) -> str:
    """What fills a problem's message, encrypted; empty when nothing does."""
    return crypto.encrypt(json.dumps(params, ensure_ascii=False), _problem(bound)) if params else ""


def open_params(token: str, bound: int | str) -> dict[str, Param]:
    """What ``seal_params`` encrypted."""
    return dict(json.loads(crypto.decrypt(token, _problem(bound)))) if token else {}


def _row(bound: int | str, row_no: int) -> str:
    return f"intake.row:{bound}:{row_no}"


def _problem(bound: int | str) -> str:
    return f"intake.problem:{bound}"
