"""Acts on what a unit sets itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.local import catalogue, queries
from tongchou.apps.local.models import LocalValue
from tongchou.apps.places.api import Area
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid

if TYPE_CHECKING:
    from tongchou.core.models import Account


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for one parameter: the value, the document that sets it, the day it counts from.

    Document and day may be left out where the unit's own word is enough (``Parameter.documented``).
    """

    value: str
    source: str = ""
    effective_from: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.value.strip()


@transaction.atomic
def set_values(*, area: Area, entries: Mapping[str, Entry], by: Account | None, at: dt.datetime) -> int:
    """Record what a unit has set; returns how many values changed. An empty value takes an earlier one back.

    Raises
    ------
    NotAllowed
        When the account may not set values there.
    Invalid
        ``local.invalid`` with ``problems``: every ``{"name.value": message}`` at once, nothing written.
    """
    if by is not None:
        access.require(by, "local.set", scope_no=area.scope_no, on=clock.date_of(at))
    known = queries.own_values(area)
    problems: dict[str, object] = {}
    wanted: dict[str, tuple[object, str, dt.date]] = {}
    values = {name: row.value for name, row in queries.values_at(area, on=None).items()}
    for name, entry in entries.items():
        if entry.is_empty:
            values[name] = None
            continue
        try:
            values[name] = catalogue.parameter(name).kind.read(entry.value.strip())
        except catalogue.Wrong as wrong:
            problems[f"{name}.value"] = wrong.message
        entry = _with_own_word(name, entry, known.get(name), values.get(name), clock.date_of(at))
        day = _day(entry.effective_from)
        if day is None:
            problems[f"{name}.from"] = _("Write the day it counts from, like 2026-01-01.")
        if entry.source != catalogue.OWN_WORD and not 4 <= len(entry.source.strip()) <= 300:
            problems[f"{name}.source"] = _("Name the document that sets this, with its number.")
        if day is not None and f"{name}.value" not in problems:
            wanted[name] = (values[name], entry.source.strip(), day)
    if not problems:
        problems |= {f"{name}.value": text for name, text in catalogue.across(values).items()}
    if problems:
        raise Invalid(
            "local.invalid", _("Please check what you entered. Nothing was saved."), problems=problems
        )
    fresh = [
        LocalValue(area=area, name=name, value=value, source=source, effective_from=day)
        for name, (value, source, day) in wanted.items()
        if _differs(known.get(name), value, source, day)
    ]
    fresh += [
        LocalValue(area=area, name=name, value=None, source=row.source, effective_from=row.effective_from)
        for name, row in known.items()
        if name in entries and entries[name].is_empty and row.value is not None
    ]
    for row in fresh:
        row.recorded_at, row.recorded_by = at, by.pk if by else None
        row.save(force_insert=True)
    if fresh:
        audit.append(
            by=by,
            action="local.set",
            subject=f"area:{area.pk}",
            scope_no=area.scope_no,
            detail={"names": sorted(row.name for row in fresh)},
            at=at,
        )
    return len(fresh)


def _with_own_word(name: str, entry: Entry, row: LocalValue | None, value: object, today: dt.date) -> Entry:
    """The entry, with what may be left out where no document is needed: as it stood, else from today."""
    parameter = catalogue.BY_NAME.get(name)
    if parameter is None or parameter.documented:
        return entry
    same = row is not None and row.value == value
    source = entry.source.strip() or (row.source if same and row is not None else catalogue.OWN_WORD)
    start = entry.effective_from.strip()
    if not start:
        start = (row.effective_from if same and row is not None else today).isoformat()
    return Entry(entry.value, source, start)


def _differs(row: LocalValue | None, value: object, source: str, day: dt.date) -> bool:
    return row is None or (row.value, row.source, row.effective_from) != (value, source, day)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
