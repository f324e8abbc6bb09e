"""Tables that keep a copy of an area's scope number, so that a renumbering can rewrite them all.

A model registers itself from its app's ``ready``; the app that renumbers stays ignorant of the apps above it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """``model`` (``"app.Model"``) copies into ``scope_no`` (and ``scope_end``) the numbers of ``area_id``."""

    model: str
    area_id: str
    scope_no: str
    scope_end: str | None = None


_holders: list[Holder] = []


def register(model: str, *, area_id: str, scope_no: str, scope_end: str | None = None) -> None:
    """Note a pair of columns to be rewritten; noting it twice changes nothing."""
    holder = Holder(model, area_id, scope_no, scope_end)
    if holder not in _holders:
        _holders.append(holder)


def all_holders() -> tuple[Holder, ...]:
    return tuple(_holders)


register("core.Assignment", area_id="area_id", scope_no="scope_no", scope_end="scope_end")
