"""One pure function from an event to the rows it changes.

The single act, the bulk path and the rebuild all go through ``fold``; it reads no table, no clock and no key.
Whatever needs the state (what a new statement replaces, who is whose parent) is decided when the event is
written and stands in its payload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tongchou.domain.dates import PartialDate
from tongchou.domain.names import compare_key, initials

Payload = Mapping[str, Any]
#: Telephones a person has at most. All behind the last are removed, whatever was known when the entry was
#: written: an entry before it may have been reversed since.
MOST_PHONES = 4


@dataclass(frozen=True, slots=True)
class EventData:
    """An event as ``fold`` needs it; exactly one of the two subjects is given. ``number`` is the event's."""

    kind: str
    person_id: int | None
    household_id: int | None
    payload: Payload
    number: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A state table: its key first, then the other columns ``fold`` fills.

    Scope columns are no part of it: they follow the areas' numbering and are filled in by the writer.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def all_columns(self) -> tuple[str, ...]:
        return self.key + self.columns


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("household", ("id",), ("number", "village_id", "area_id", "group_text", "closed", "joined")),
        Table(
            "person",
            ("id",),
            (
                "name",
                "name_key",
                "given_key",
                "initials",
                "sex",
                "birth_year",
                "birth_month",
                "birth_day",
                "id_cipher",
                "id_index",
                "id_mask",
                "former_id_cipher",
                "phone_masks",
                "ethnicity",
                "ethnicity_text",
                "education",
                "marital",
                "registered_area_id",
                "resident_area_id",
                "resident_text",
                "lives_away",
                "deceased",
                "death_year",
                "death_month",
                "death_day",
            ),
        ),
        Table("phone", ("person_id", "position"), ("cipher", "index", "mask")),
        Table("membership", ("person_id", "start"), ("household_id", "relation")),
        Table("residence", ("person_id", "kind", "start"), ("area_id", "outside_text")),
        Table("status", ("person_id", "kind", "start"), ("value",)),
        Table(
            "familystatement", ("person_id", "start"), ("living_sons", "living_daughters", "children_ever")
        ),
        Table("kinship", ("child_id", "parent_id"), ("kind",)),
        Table("couple", ("a_id", "b_id", "start"), ("ended", "end_reason")),
        Table("lodging", ("person_id", "start"), ("household_id",)),
        Table("custody", ("person_id", "start"), ("guardian_id", "second_id", "basis")),
        Table("disabilitycertificate", ("person_id", "start"), ("until", "cipher")),
        Table("mergedperson", ("person_id",), ("into_id",)),
        Table("othernumber", ("person_id", "index"), ("cipher", "mask")),
    )
}


#: Tables no list, page or preview reads (rights rule 3).
PRIVATE = frozenset({"disabilitycertificate"})


class Op(NamedTuple):
    """A change of one row: ``put`` writes it whole, ``set`` some of its columns, ``drop`` removes it."""

    act: str
    table: str
    key: tuple[Any, ...]
    values: dict[str, Any]


def put(table: str, key: tuple[Any, ...], **values: Any) -> Op:
    return Op("put", table, key, values)


#: An entry that says which entry of the same person or household was a mistake.
REVERSED = "event_reversed"
#: Says that a person is the same as another one; all else about the person stops counting.
MERGED = "person_merged"


def effective(events: Iterable[EventData]) -> list[EventData]:
    """Those of some subjects' events that count, in their order; all events of each subject must be given.

    Left out are reversals and what they reverse, and of a merged person everything but the merge.

    Examples
    --------
    >>> died = EventData("death_recorded", 7, None, {"died": "2025"}, 1)
    >>> effective([died, EventData("event_reversed", 7, None, {"event": 1}, 2)])
    []
    """
    every = list(events)
    undone = {event.payload["event"] for event in every if event.kind == REVERSED}
    if undone:
        every = [event for event in every if event.kind != REVERSED and event.number not in undone]
    merged = {event.person_id for event in every if event.kind == MERGED}
    if merged:
        every = [event for event in every if event.person_id not in merged or event.kind == MERGED]
    return every


def fold(event: EventData) -> list[Op]:
    """The row changes of an event, in order.

    Raises
    ------
    ValueError
        For a kind of event this version does not know.
    """
    handler = _HANDLERS.get(event.kind)
    if handler is None:
        raise ValueError(f"unknown kind of event: {event.kind}")
    subject = event.household_id if event.person_id is None else event.person_id
    assert subject is not None  # the event table's constraint
    return list(handler(subject, event.payload))


def collapse(ops: Iterable[Op]) -> dict[str, dict[tuple[Any, ...], Op]]:
    """One change a row, by table: what all the changes come to when made in order.

    Examples
    --------
    >>> one = put("status", (1, "converted", ""), value="no")
    >>> collapse([one, Op("drop", "status", (1, "converted", ""), {})])["status"][(1, "converted", "")].act
    'drop'
    """
    result: dict[str, dict[tuple[Any, ...], Op]] = {name: {} for name in TABLES}
    for op in ops:
        rows = result[op.table]
        if op.act == "set" and (before := rows.get(op.key)) is not None:
            if before.act == "drop":
                raise ValueError(f"{op.table} {op.key}: changed after it was removed")
            rows[op.key] = Op(before.act, op.table, op.key, before.values | op.values)
        else:
            rows[op.key] = op
    return result


def given_key(name_key: str) -> str:
    """The part after the surname: after one character, after two in a name of four (欧阳建国).

    Examples
    --------
    >>> given_key("张建国"), given_key("欧阳建国")
    ('建国', '建国')
    """
    return name_key[2:] if len(name_key) == 4 else name_key[1:]


def _name(name: str) -> dict[str, Any]:
    key = compare_key(name)
    return {"name": name, "name_key": key, "given_key": given_key(key), "initials": initials(name)}


def _parts(prefix: str, iso: str) -> dict[str, Any]:
    if not iso:
        return {f"{prefix}_year": None, f"{prefix}_month": None, f"{prefix}_day": None}
    date = PartialDate.from_iso(iso)
    return {f"{prefix}_year": date.year, f"{prefix}_month": date.month, f"{prefix}_day": date.day}


def _identity(data: Payload) -> dict[str, Any]:
    """Person columns for the identity fields a payload holds."""
    values: dict[str, Any] = {}
    if "name" in data:
        values |= _name(data["name"])
    if "birth" in data:
        values |= _parts("birth", data["birth"])
    if "id" in data:
        values["id_cipher"], values["id_index"], values["id_mask"] = data["id"]
    for source, column in (("sex", "sex"), ("former_id", "former_id_cipher")):
        if source in data:
            values[column] = data[source]
    return values


_PARTICULARS = ("ethnicity", "ethnicity_text", "education", "marital")
_EMPTY_PERSON: dict[str, Any] = {
    **_parts("birth", ""),
    **_parts("death", ""),
    "sex": None,
    "id_cipher": "",
    "id_index": None,
    "id_mask": "",
    "former_id_cipher": "",
    "phone_masks": "",
    **dict.fromkeys(_PARTICULARS, ""),
    "resident_area_id": None,
    "resident_text": "",
    "lives_away": None,
    "deceased": False,
}


def _phone_masks(phones: Iterable[Any]) -> str:
    return " ".join(mask for _cipher, _index, mask in phones)


def _household_enrolled(household: int, data: Payload) -> Iterator[Op]:
    yield put(
        "household",
        (household,),
        number=data["number"],
        village_id=data["village"],
        area_id=data["area"],
        group_text=data.get("group_text", ""),
        closed=None,
        joined=None,
    )


def _household_closed(household: int, data: Payload) -> Iterator[Op]:
    yield Op("set", "household", (household,), {"closed": data["closed"], "joined": data["joined"]})


def _household_corrected(household: int, data: Payload) -> Iterator[Op]:
    """``closed`` and ``joined`` are null in it: somebody was entered in a closed household."""
    names = {"area": "area_id", "closed": "closed", "group_text": "group_text", "joined": "joined"}
    names["number"] = "number"
    yield Op("set", "household", (household,), {names[field]: value for field, value in data.items()})


def _person_enrolled(person: int, data: Payload) -> Iterator[Op]:
    values = _EMPTY_PERSON | _identity(data)
    values |= {name: data[name] for name in _PARTICULARS if name in data}
    values["registered_area_id"] = data["registered"]
    phones = data.get("phones", ())
    values["phone_masks"] = _phone_masks(phones)
    actual = data.get("residence")
    if actual:
        values |= _resides(actual[0], actual[1])
    yield Op("put", "person", (person,), values)
    for position, (cipher, index, mask) in enumerate(phones, 1):
        yield put("phone", (person, position), cipher=cipher, index=index, mask=mask)
    yield put("membership", (person, ""), household_id=data["household"], relation=data["relation"])
    yield put("residence", (person, "registered", ""), area_id=data["registered"], outside_text="")
    if actual:
        yield put("residence", (person, "actual", actual[2]), area_id=actual[0], outside_text=actual[1])
    yield from _statuses(person, data.get("status", {}))
    if "statement" in data:
        yield _statement(person, "", data["statement"])
    yield from _kin(person, data)


def _resides(area: int | None, text: str) -> dict[str, Any]:
    return {"resident_area_id": area, "resident_text": text, "lives_away": area is None}


def _statuses(person: int, stated: Mapping[str, Any]) -> Iterator[Op]:
    """``{kind: [value, start, starts of spells it replaces]}``; the last part may be absent."""
    for kind, (value, start, *replaced) in sorted(stated.items()):
        for old in replaced[0] if replaced else ():
            yield Op("drop", "status", (person, kind, old), {})
        yield put("status", (person, kind, start), value=value)


def _statement(person: int, start: str, counts: Any) -> Op:
    sons, daughters, ever = counts
    return put(
        "familystatement", (person, start), living_sons=sons, living_daughters=daughters, children_ever=ever
    )


def _kin(person: int, data: Payload) -> Iterator[Op]:
    """Parents of the person; spouses with a larger number (a couple is written at its smaller number)."""
    for parent in data.get("not_parents", ()):
        yield Op("drop", "kinship", (person, parent), {})
    for parent, kind in data.get("parents", ()):
        yield put("kinship", (person, parent), kind=kind)
    for spouse, start in data.get("not_spouses", ()):
        yield Op("drop", "couple", (person, spouse, start), {})
    for spouse, start in data.get("spouses", ()):
        yield put("couple", (person, spouse, start), ended=None, end_reason="")


def _membership_recorded(person: int, data: Payload) -> Iterator[Op]:
    for old in data.get("replaces", ()):
        yield Op("drop", "membership", (person, old), {})
    yield put(
        "membership", (person, data["start"]), household_id=data["household"], relation=data["relation"]
    )


def _identity_corrected(person: int, data: Payload) -> Iterator[Op]:
    yield Op("set", "person", (person,), _identity(data))


def _particulars_recorded(person: int, data: Payload) -> Iterator[Op]:
    changed = {name: data[name] for name in _PARTICULARS if name in data}
    if changed:
        yield Op("set", "person", (person,), changed)


def _status_recorded(person: int, data: Payload) -> Iterator[Op]:
    yield from _statuses(person, data["status"])


def _residence_recorded(person: int, data: Payload) -> Iterator[Op]:
    kind, area, text = data["kind"], data.get("area"), data.get("text", "")
    for old in data.get("replaces", ()):
        yield Op("drop", "residence", (person, kind, old), {})
    yield put("residence", (person, kind, data["start"]), area_id=area, outside_text=text)
    if not data["current"]:
        return
    if kind == "registered":
        yield Op("set", "person", (person,), {"registered_area_id": area})
    else:
        yield Op("set", "person", (person,), _resides(area, text))


def _contact_recorded(person: int, data: Payload) -> Iterator[Op]:
    phones = data["phones"]
    yield Op("set", "person", (person,), {"phone_masks": _phone_masks(phones)})
    for position in range(len(phones) + 1, MOST_PHONES + 1):
        yield Op("drop", "phone", (person, position), {})
    for position, (cipher, index, mask) in enumerate(phones, 1):
        yield put("phone", (person, position), cipher=cipher, index=index, mask=mask)


def _family_statement_recorded(person: int, data: Payload) -> Iterator[Op]:
    yield _statement(person, data["start"], data["statement"])


def _death_recorded(person: int, data: Payload) -> Iterator[Op]:
    yield Op("set", "person", (person,), {"deceased": True, **_parts("death", data["died"])})


def _couple_begun(person: int, data: Payload) -> Iterator[Op]:
    """A couple is written at its smaller number; ``marital`` is what the marriage makes that person."""
    for old in data.get("replaces", ()):
        yield Op("drop", "couple", (person, data["spouse"], old), {})
    yield put("couple", (person, data["spouse"], data["start"]), ended=None, end_reason="")
    yield from _particulars_recorded(person, data)


def _couple_ended(person: int, data: Payload) -> Iterator[Op]:
    key = (person, data["spouse"], data["start"])
    yield put("couple", key, ended=data["ended"], end_reason=data["reason"])
    yield from _particulars_recorded(person, data)


def _lodging_recorded(person: int, data: Payload) -> Iterator[Op]:
    """With ``until`` the day from which the person lives in the household no more."""
    for old in data.get("replaces", ()):
        yield Op("drop", "lodging", (person, old), {})
    yield put("lodging", (person, data["start"]), household_id=data["household"])
    if "until" in data:
        yield put("lodging", (person, data["until"]), household_id=None)


def _custody_recorded(person: int, data: Payload) -> Iterator[Op]:
    """The child's guardians from ``start``; with ``until`` nobody from that day."""
    for old in data.get("replaces", ()):
        yield Op("drop", "custody", (person, old), {})
    first, second, *_more = [*data["guardians"], None, None]
    yield put("custody", (person, data["start"]), guardian_id=first, second_id=second, basis=data["basis"])
    if "until" in data:
        yield put("custody", (person, data["until"]), guardian_id=None, second_id=None, basis="")


def _certificate_recorded(person: int, data: Payload) -> Iterator[Op]:
    yield put(
        "disabilitycertificate", (person, data["start"]), until=data["until"], cipher=data["certificate"]
    )


def _person_merged(person: int, data: Payload) -> Iterator[Op]:
    yield put("mergedperson", (person,), into_id=data["into"])


def _other_number_recorded(person: int, data: Payload) -> Iterator[Op]:
    cipher, index, mask = data["id"]
    yield put("othernumber", (person, index), cipher=cipher, mask=mask)


_HANDLERS: dict[str, Callable[[int, Payload], Iterator[Op]]] = {
    "household_enrolled": _household_enrolled,
    "household_corrected": _household_corrected,
    "household_closed": _household_closed,
    "person_enrolled": _person_enrolled,
    "membership_recorded": _membership_recorded,
    "identity_corrected": _identity_corrected,
    "particulars_recorded": _particulars_recorded,
    "hukou_recorded": _status_recorded,
    "insurance_recorded": _status_recorded,
    "registration_recorded": _residence_recorded,
    "residence_recorded": _residence_recorded,
    "contact_recorded": _contact_recorded,
    "family_statement_recorded": _family_statement_recorded,
    "kin_recorded": _kin,
    "death_recorded": _death_recorded,
    "couple_begun": _couple_begun,
    "couple_ended": _couple_ended,
    "lodging_recorded": _lodging_recorded,
    "custody_recorded": _custody_recorded,
    "certificate_recorded": _certificate_recorded,
    "person_merged": _person_merged,
    "other_number_recorded": _other_number_recorded,
}
