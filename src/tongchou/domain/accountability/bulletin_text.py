"""A bulletin as bytes and back: JSON with sorted names, one text for one bulletin."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.bulletin import (
    Bulletin,
    Cell,
    Kind,
    Mark,
    Raise,
    RestatedFigure,
    UnitRow,
    Unranked,
)


def written(one: Bulletin) -> bytes:
    """The bytes of a bulletin: equal ones give equal bytes."""
    text = json.dumps(
        dataclasses.asdict(one), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return text.encode()


def read(content: bytes) -> Bulletin:
    """The bulletin of some bytes.

    Raises
    ------
    ValueError, KeyError, TypeError
        When they are none.
    """
    held: dict[str, Any] = json.loads(content)
    held["kind"] = Kind(held["kind"])
    held["made_on"] = dt.date.fromisoformat(held["made_on"])
    held["rows"] = tuple(_row(one) for one in held["rows"])
    held["indicators"] = tuple(held["indicators"])
    held["restated"] = tuple(
        RestatedFigure(**{**one, "first_on": dt.date.fromisoformat(one["first_on"])})
        for one in held["restated"]
    )
    for name in ("unknown", "closed_areas"):
        held[name] = {code: tuple(some) for code, some in held[name].items()}
    return Bulletin(**held)


def _row(held: dict[str, Any]) -> UnitRow:
    held["unranked"], held["mark"] = Unranked(held["unranked"]), Mark(held["mark"])
    held["raises"] = tuple(Raise(**one) for one in held["raises"])
    held["cells"] = {code: _cell(one) for code, one in held["cells"].items()}
    return UnitRow(**held)


def _cell(held: dict[str, Any]) -> Cell:
    """A cell; those of bulletins sealed before there were targets have none."""
    return Cell(**{**held, "verdict": Verdict(held.get("verdict", Verdict.NONE))})


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no text")
