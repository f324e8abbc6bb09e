"""A register line as the registry stores it: a new person's payload, or parts to compare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongchou.apps.registry import identifiers
from tongchou.apps.registry.fold import MOST_PHONES
from tongchou.domain.dates import PartialDate
from tongchou.domain.names import compare_key
from tongchou.domain.register.row import RegisterRow

#: The legacy elderly reward concerns people who turn 60 in its year; the year before, papers are prepared.
STATEMENT_FROM_AGE = 59
#: Columns with limited room, and how much.
_ROOM = (
    ("name", 80),
    ("household_no", 40),
    ("group_name", 40),
    ("relation", 2),
    ("ethnicity", 2),
    ("ethnicity_text", 40),
    ("education", 2),
    ("marital", 2),
    ("resident_elsewhere", 120),
)
YES_NO = {True: "yes", False: "no"}

#: ``compare_key``, remembered: a file's lines are looked at more than once.
name_key = lru_cache(maxsize=10_000)(compare_key)

#: ``{kind: (value, start)}``; an empty start says that the register gives no date.
Statuses = dict[str, tuple[str, str]]
#: ``(area, text, start)`` of the actual residence: an area of ours, or a text for elsewhere.
Living = tuple[int | None, str, str]
Statement = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A register line with its keys."""

    row: RegisterRow
    name_key: str
    birth: str
    index: str | None  # blind index of the identity number
    statuses: Statuses
    statement: Statement | None
    lives_here: bool | None

    def living(self, registered: int) -> Living | None:
        """Where the person lives, when the line says so and ``registered`` is the registered area."""
        if self.lives_here is None:
            return None
        if self.lives_here:
            return registered, "", ""
        return None, self.row.resident_elsewhere or "", iso(self.row.away_since)


def iso(date: PartialDate | None) -> str:
    return "" if date is None else str(date)


def read(row: RegisterRow, *, year: int) -> Line:
    """The line with its keys; ``year`` decides whose family statement may be kept."""
    here = row.resident_here
    if here is None and row.resident_elsewhere:
        here = False
    return Line(
        row=row,
        name_key=name_key(row.name),
        birth=iso(row.birth),
        index=identifiers.id_index(row.id_number) if row.id_number else None,
        statuses=_statuses(row),
        statement=_statement(row, year),
        lives_here=here,
    )


def too_long(row: RegisterRow) -> str | None:
    """The first field with more text than there is room for; None when all fit."""
    for name, room in _ROOM:
        if len(getattr(row, name) or "") > room:
            return name
    return "phones" if len(row.phones) > MOST_PHONES or any(len(p) > 20 for p in row.phones) else None


def _statuses(row: RegisterRow) -> Statuses:
    found: Statuses = {}
    if row.hukou_kind is not None:
        # A conversion is what made the registration non-agricultural, so both begin on its day.
        changed = row.converted_on if row.hukou_kind == "non_agricultural" and row.converted else None
        found["hukou_kind"] = (row.hukou_kind, iso(changed))
    for kind, value, since in (
        ("determined_rural", row.determined_rural, row.determined_rural_on),
        ("converted", row.converted, row.converted_on),
        ("urban_pension", row.urban_pension, row.urban_pension_from),
        ("urban_medical", row.urban_medical, row.urban_medical_from),
    ):
        if value is not None:
            found[kind] = (YES_NO[value], iso(since))
    return found


def _statement(row: RegisterRow, year: int) -> Statement | None:
    """The family statement of someone old enough; nobody else's is kept, whatever the file says."""
    counts = (row.living_sons, row.living_daughters, row.children_ever)
    old_enough = row.birth is not None and year - row.birth.year >= STATEMENT_FROM_AGE
    return counts if old_enough and any(count is not None for count in counts) else None


def enrolment(line: Line, *, household: int, registered: int) -> dict[str, Any]:
    """The payload of ``person_enrolled``, identifiers still plain; silence leaves no key."""
    row = line.row
    payload: dict[str, Any] = {
        "name": row.name,
        "household": household,
        "relation": row.relation,
        "registered": registered,
    }
    for name, value in (
        ("sex", row.sex),
        ("birth", line.birth),
        ("id", (row.id_number, line.index) if row.id_number else None),
        ("former_id", row.id_original),
        ("ethnicity", row.ethnicity),
        ("ethnicity_text", row.ethnicity_text),
        ("education", row.education),
        ("marital", row.marital),
        ("phones", list(row.phones)),
        ("residence", line.living(registered)),
        ("status", line.statuses),
        ("statement", line.statement),
    ):
        if value:
            payload[name] = value
    return payload
