"""What a register line says that the registry does not: the events that would record it, and the changes to
show.

Silence changes nothing. A date known to the day is not replaced by one that only agrees with it. Where a line
gives a new value without a date, statuses that rules count from take an unknown start (a day nobody wrote
down is never invented), while household, residence and statement take the day of recording, which is the
first day the new value is known to hold.

A name, sex or date of birth that stands in the registry is never replaced by a register alone: what the line
says against it (``contradicted``) is a question, and changes by a correction, which two people make.

A status whose date is known is not undone by a line that contradicts it without one. Registers are copied on
for years, while the date came with a paper or from the office that keeps the matter; and every term a family
has (a transition, a right that runs on) counts from that date. To correct it a register states a date too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import identifiers
from tongchou.apps.registry.known import Known, Spell
from tongchou.apps.registry.lines import Line
from tongchou.apps.registry.models import EventKind

LABELS = {
    "household": _("Household"),
    "relation": _("Relation to head"),
    "name": _("Name"),
    "sex": _("Sex"),
    "birth": _("Date of birth"),
    "id_number": _("Identity number"),
    "ethnicity": _("Ethnicity"),
    "ethnicity_text": _("Ethnicity as written"),
    "education": _("Education"),
    "marital": _("Marital status"),
    "hukou_kind": _("Kind of household registration"),
    "determined_rural": _("Determined to be a rural resident"),
    "converted": _("Converted to urban registration"),
    "urban_pension": _("Urban employees' pension insurance"),
    "urban_medical": _("Urban employees' medical insurance"),
    "registered_area": _("Villagers' group"),
    "residence": _("Actual residence"),
    "statement": _("Family statement"),
    "phones": _("Telephone"),
    "lodging": _("Lives in another household"),
    "guardian": _("Guardian"),
}
#: Which event records a status.
STATUS_EVENT = {
    "hukou_kind": EventKind.HUKOU_RECORDED,
    "determined_rural": EventKind.HUKOU_RECORDED,
    "converted": EventKind.HUKOU_RECORDED,
    "urban_pension": EventKind.INSURANCE_RECORDED,
    "urban_medical": EventKind.INSURANCE_RECORDED,
}


#: Facts that a register does not change by itself once they stand in the registry: two people do.
SETTLED = ("name", "sex", "birth")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, as codes and texts; identity numbers and telephones are masked."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        return str(LABELS[self.field])


@dataclass(slots=True)
class Difference:
    """Plain payloads by the kind of event that records them, and the changes to show."""

    payloads: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[FieldChange] = field(default_factory=list)

    def note(self, name: str, old: object, new: object, kind: str, payload: dict[str, Any]) -> None:
        self.changes.append(FieldChange(name, _text(old), _text(new)))
        self.payloads.setdefault(kind, {}).update(payload)

    def only(self, fields: Collection[str]) -> Difference:
        """What some fields say, to be shown: nothing to record."""
        return Difference(changes=[change for change in self.changes if change.field in fields])

    def leave_out(self, fields: Collection[str]) -> None:
        """Neither show nor record what some of ``SETTLED`` say."""
        payload = self.payloads.get(EventKind.IDENTITY_CORRECTED, {})
        for name in fields:
            payload.pop(name, None)
        if not payload:
            self.payloads.pop(EventKind.IDENTITY_CORRECTED, None)
        self.changes = [change for change in self.changes if change.field not in fields]


def _text(value: object) -> str:
    if value is None:
        return ""
    return " ".join(map(_text, value)) if isinstance(value, tuple | list) else str(value)


def refines(stated: str, known: str) -> bool:
    """True when the stated date says something the known one does not (another date, or more of it).

    Examples
    --------
    >>> refines("2023", "2023-05"), refines("2023-05", "2023"), refines("", "2023")
    (False, True, False)
    """
    return bool(stated) and not known.startswith(stated)


def status_change(value: str, start: str, spells: list[Spell]) -> list[Any] | None:
    """``[value, start, starts it replaces]`` for a status stated to hold now; None when that is known.

    ``spells`` are in order of start. A spell that starts after the stated one contradicts it and goes; so
    does the latest spell when the statement only corrects its start.
    """
    if not spells:
        return [value, start]
    latest_start, latest = spells[-1]
    if value == latest:
        if not refines(start, latest_start):
            return None
        replaced = [s for s, _value in spells if (s > start or s == latest_start) and s != start]
    else:
        replaced = [s for s, _value in spells if s > start]
    return [value, start, replaced] if replaced else [value, start]


def difference(
    line: Line, known: Known, *, household_id: int | None, registered: int, on: dt.date
) -> Difference:
    """What the line would change for a known person.

    Parameters
    ----------
    household_id
        The household of the line; None when it would be new.
    registered
        The area the line registers the person in.
    on
        The day of recording.
    """
    found = Difference()
    _identity(line, known, found)
    _particulars(line, known, found)
    _household(line, known, found, household_id, on)
    _statuses(line, known, found)
    if registered != known.registered_area_id:
        # Another group of the same village (another village is a conflict): the spell itself was imprecise.
        start = known.registrations[-1][0] if known.registrations else ""
        found.note(
            "registered_area",
            None,
            line.row.group_name,
            EventKind.REGISTRATION_RECORDED,
            {"kind": "registered", "area": registered, "start": start, "current": True},
        )
    _residence(line, known, found, registered, on)
    if line.statement and (not known.statements or known.statements[-1][1] != line.statement):
        start = on.isoformat() if known.statements else ""
        old = known.statements[-1][1] if known.statements else ()
        found.note(
            "statement",
            old,
            line.statement,
            EventKind.FAMILY_STATEMENT_RECORDED,
            {"start": start, "statement": list(line.statement)},
        )
    if line.row.phones:
        _phones(line.row.phones, known, found)
    return found


def identity_of_line(line: Line, known: Known) -> Difference:
    """What the line says about who this is that the registry does not: to be shown in a question."""
    found = Difference()
    _identity(line, known, found)
    return Difference(changes=found.changes)


def contradicted(found: Difference, line: Line, known: Known) -> list[str]:
    """The settled facts a line denies. Filling what is unknown, a date more exact, or another way to write
    the same name, denies nothing."""
    fields = [change.field for change in found.changes if change.field in SETTLED and change.old]
    agreeing = {
        "name": line.name_key == known.name_key,
        "sex": False,
        "birth": line.birth.startswith(known.birth),
    }
    return [name for name in fields if not agreeing[name]]


def _identity(line: Line, known: Known, found: Difference) -> None:
    row, kind = line.row, EventKind.IDENTITY_CORRECTED
    if row.name != known.name:
        found.note("name", known.name, row.name, kind, {"name": row.name})
    if row.sex is not None and row.sex != known.sex:
        found.note("sex", known.sex, row.sex, kind, {"sex": row.sex})
    if refines(line.birth, known.birth):
        found.note("birth", known.birth, line.birth, kind, {"birth": line.birth})
    if row.id_number and line.index != known.id_index and line.index not in known.numbers:
        payload: dict[str, Any] = {"id": (row.id_number, line.index)}
        if row.id_original:
            payload["former_id"] = row.id_original
        found.note("id_number", known.id_mask, identifiers.mask_id(row.id_number), kind, payload)


def _particulars(line: Line, known: Known, found: Difference) -> None:
    for name in ("ethnicity", "ethnicity_text", "education", "marital"):
        new = getattr(line.row, name)
        if new and new != getattr(known, name):
            found.note(name, getattr(known, name), new, EventKind.PARTICULARS_RECORDED, {name: new})


def _household(line: Line, known: Known, found: Difference, household_id: int | None, on: dt.date) -> None:
    relation = line.row.relation
    moved = household_id is None or household_id != known.household_id
    if not moved and relation == known.relation:
        return
    start = on.isoformat() if known.memberships else ""
    payload = {"household": household_id, "relation": relation, "start": start}
    if moved:
        found.note(
            "household", known.household_id, line.row.household_no, EventKind.MEMBERSHIP_RECORDED, payload
        )
    if relation != known.relation:
        found.note("relation", known.relation, relation, EventKind.MEMBERSHIP_RECORDED, payload)


def _statuses(line: Line, known: Known, found: Difference) -> None:
    for kind, (value, start) in line.statuses.items():
        spells = known.statuses.get(kind, [])
        if spells and spells[-1][0] and not start:
            continue  # known with its date; what has none is no evidence against it
        change = status_change(value, start, spells)
        if change is None:
            continue
        old = spells[-1][::-1] if spells else ()
        event = STATUS_EVENT[kind]
        status = found.payloads.get(event, {}).get("status", {})
        found.note(kind, old, (value, start) if start else value, event, {"status": status | {kind: change}})


def _residence(line: Line, known: Known, found: Difference, registered: int, on: dt.date) -> None:
    living = line.living(registered)
    if living is None:
        return
    area, text, start = living
    old = known.residences[-1] if known.residences else None
    same_place = old is not None and area == old[1] and (text == old[2] or (area is None and not text))
    if old is not None and same_place and not refines(start, old[0]):
        return
    if old is not None and not same_place and not start:
        start = on.isoformat()
    replaced = [s for s, _area, _text in known.residences if s > start]
    if same_place and old is not None and old[0] not in (start, *replaced):
        replaced.append(old[0])
    payload = {"kind": "actual", "area": area, "text": text, "start": start, "current": True}
    if replaced:
        payload["replaces"] = replaced
    before = "" if old is None else _place(old[1], old[2], old[0])
    found.note("residence", before, _place(area, text, start), EventKind.RESIDENCE_RECORDED, payload)


def _place(area: int | None, text: str, start: str) -> str:
    """``here`` or ``away``, the place as written, and since when, as far as known."""
    return " ".join(part for part in ("away" if area is None else "here", text, start) if part)


def _phones(phones: tuple[str, ...], known: Known, found: Difference) -> None:
    stated = {identifiers.phone_index(phone) for phone in phones}
    if stated == set(known.phones):
        return
    masks = " ".join(map(identifiers.mask_phone, phones))
    payload = {"phones": list(phones), "before": len(known.phones)}
    found.note("phones", known.phone_masks, masks, EventKind.CONTACT_RECORDED, payload)
