"""Lists of other departments, each in its own layout, that agree with the county's registers only mostly.

No list asks for the order of a birth, a marriage behind a birth or anything else closed by present law; the
hospital's has two columns of former times, which intake must drop.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tongchou.synth import clinics, disagree, history, list_file
from tongchou.synth.areas import MARK
from tongchou.synth.census import County
from tongchou.synth.dirt import Cell
from tongchou.synth.history import Event, History
from tongchou.synth.kin import NOBODY
from tongchou.synth.list_kinds import KINDS, RESIDENT_ROWS, Kind, Record
from tongchou.synth.people import as_date, day_number
from tongchou.synth.roll import ELSEWHERE, STRANGER, Roll

TRUTH_HEADER = (
    "list", "row", "event", "id_number", "other_id", "village_code", "day", "in_register", "wrong",
)  # fmt: skip
#: The hospitals of the county know nothing of births at home or elsewhere, nor of most outside mothers.
_BORN_ELSEWHERE, _OUTSIDE_MOTHER = 0.05, 0.6
_SWAPPED = {"男": "女", "女": "男"}


@dataclass(slots=True)
class Entry:
    """A row before it is written: what it is about, its fields, its day, what is wrong with it."""

    event: Event
    fields: Record
    day: int
    wrong: str = ""
    field: str = ""

    @property
    def said(self) -> str:
        return f"{self.field}:{self.wrong}" if self.field else self.wrong


def write_all(
    past: History, county: County, on: dt.date, folder: Path, truth: Path, *, formats: Sequence[str],
    rng: np.random.Generator,
) -> int:  # fmt: skip
    """Write every list in every format and the truth about the rows; returns the number of rows.

    Rows of the truth file without a number are events the department does not have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with truth.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH_HEADER)
        for code, kind in KINDS.items():
            entries = _entries(code, kind, past, county, rng)
            kept = [entry for entry in entries if entry.wrong != disagree.MISSING_ROW]
            rows = [_cells(kind, entry, number, rng) for number, entry in enumerate(kept, start=1)]
            title = f"{county.name}{MARK}{kind.layout.title}"
            for form in formats:
                list_file.write(kind.layout, title, rows, folder / f"{code}.{form}", on=on)
            for row, entry in enumerate(kept, start=kind.layout.first_row):
                writer.writerow(_truth(code, past.roll, entry, str(row)))
            missing = (entry for entry in entries if entry.wrong == disagree.MISSING_ROW)
            writer.writerows(_truth(code, past.roll, entry, "") for entry in missing)
            count += len(rows)
    return count


def write_births(
    past: History, county: County, on: dt.date, folder: Path, *, years: Sequence[int],
    rng: np.random.Generator,
) -> int:  # fmt: skip
    """Write the hospital's births and the clinics' first vaccinations of calendar years; the number of rows.

    The two miss births, and write them wrong, each on its own: what a comparison of lists takes for granted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first, after = day_number(dt.date(min(years), 1, 1)), day_number(dt.date(max(years) + 1, 1, 1))
    short = replace(
        past,
        events=[one for one in past.events if one.kind == history.BIRTH and first <= one.day < after],
        strangers=[one for one in past.strangers if one.kind == history.BIRTH and first <= one.day < after],
    )
    count = 0
    for code, kind, events, shares in (
        ("hospital_births", KINDS["hospital_births"], _events(KINDS["hospital_births"], short, rng),
         disagree.SHARES["hospital_births"]),
        ("vaccinations", clinics.KIND, clinics.vaccinated(short, rng), clinics.SHARES),
    ):  # fmt: skip
        entries = _spoilt(kind, list(events), shares, past, county, rng)
        kept = [entry for entry in entries if entry.wrong != disagree.MISSING_ROW]
        rows = [_cells(kind, entry, number, rng) for number, entry in enumerate(kept, start=1)]
        title = f"{county.name}{MARK}{kind.layout.title}"
        list_file.write(kind.layout, title, rows, folder / f"{code}.xlsx", on=on)
        count += len(rows)
    return count


def _entries(code: str, kind: Kind, past: History, county: County, rng: np.random.Generator) -> list[Entry]:
    """All rows of a list by the day they carry, missing ones among them."""
    return _spoilt(kind, list(_events(kind, past, rng)), disagree.SHARES[code], past, county, rng)


def _spoilt(
    kind: Kind, events: Sequence[Event], shares: Mapping[str, float], past: History, county: County,
    rng: np.random.Generator,
) -> list[Entry]:  # fmt: skip
    roll = past.roll
    wrong = disagree.draw(shares, len(events), rng)
    found = []
    for event, flaw in zip(events, wrong, strict=True):
        entry = Entry(event, kind.fields(event, roll, county, rng), event.day)
        if roll.fate[event.person] == STRANGER:
            entry.wrong = disagree.STRANGER
        elif flaw:
            _spoil(entry, flaw, kind, roll, rng)
        found.append(entry)
        if flaw == disagree.REPEATED_ROW and entry.wrong == flaw:
            found.append(replace(entry))
    found.sort(key=lambda entry: entry.day)
    return found


def _events(kind: Kind, past: History, rng: np.random.Generator) -> Iterator[Event]:
    roll = past.roll
    for event in (*past.events, *past.strangers):
        if event.kind not in kind.events:
            continue
        if event.kind == history.BIRTH:
            outside = roll.fate[event.other] == ELSEWHERE and rng.random() < _OUTSIDE_MOTHER
            if outside or event.note == "elsewhere" or rng.random() < _BORN_ELSEWHERE:
                continue
        yield event
    if set(kind.events) & {history.PENSION, history.MEDICAL}:
        yield from _stock(kind.events[0], past, rng)


def _stock(kind: str, past: History, rng: np.random.Generator) -> Iterator[Event]:
    """Insured people from before these years, and people in the residents' schemes: known, not urban."""
    community = past.roll.community
    register, people = community.hukou, community.people
    has, since = (
        (register.pension, register.pension_from)
        if kind == history.PENSION
        else (register.medical, register.medical_from)
    )
    for person in np.flatnonzero(has & (since < past.start)).tolist():
        yield Event(kind, int(since[person]), person)
    others = np.flatnonzero(~has & (people.age >= 16))
    news = {event.person for event in past.events if event.kind == kind and event.known == history.NO}
    chosen = rng.permutation(others)[: round(RESIDENT_ROWS * int(has.sum()))].tolist()
    days = rng.integers(past.start, people.today, len(chosen)).tolist()
    for person, day in zip(chosen, days, strict=True):
        if person not in news:
            yield Event(kind, day, person, history.NOT_KEPT, note="resident")


def _spoil(entry: Entry, flaw: str, kind: Kind, roll: Roll, rng: np.random.Generator) -> None:
    """Make the row disagree in one field; a flaw that cannot be there leaves the row as it is."""
    which = int(rng.integers(len(kind.names)))
    name, number = kind.names[which], kind.numbers[which]
    fields, true = entry.fields, str(entry.fields[kind.numbers[which]])
    today = roll.community.people.today
    field = ""
    if flaw == disagree.NAME_VARIANT:
        field, fields[name] = name, disagree.name_variant(str(fields[name]), rng)
    elif flaw == disagree.ID_TYPO:
        field, fields[number] = number, disagree.id_typo(true, rng)
    elif flaw == disagree.ID_MISSING:
        field, fields[number] = number, None
    elif flaw == disagree.ID_OF_ANOTHER:
        person = (entry.event.person, entry.event.other)[kind.people[which]]
        field, fields[number] = number, roll.id_number[_housemate(roll, person, rng)]
    elif flaw == disagree.WRONG_SEX:
        field, fields["sex"] = "sex", _SWAPPED[str(fields["sex"])]
    elif flaw == disagree.DAY_OFF:
        field, entry.day = "day", entry.day + (1 if entry.day < today and rng.random() < 0.7 else -1)
    elif flaw == disagree.LATE_DATE:
        day = min(entry.day + int(rng.integers(*kind.late)), today)
        if kind.day(day) == kind.day(entry.day):
            return
        field, entry.day = "day", day
    entry.wrong, entry.field = flaw, field


def _housemate(roll: Roll, person: int, rng: np.random.Generator) -> int:
    """Somebody else of the registers, from the same household when there is one."""
    households, page = roll.community.households, roll.page[person]
    by_page = households.number[households.order]  # ascending: people are listed page by page
    first, last = np.searchsorted(by_page, (page, page + 1)).tolist()
    near = [p for p in households.order[first:last].tolist() if p != person]
    if near:
        return int(near[int(rng.integers(len(near)))])
    return (person + 1) % roll.first


def _cells(kind: Kind, entry: Entry, number: int, rng: np.random.Generator) -> list[Cell]:
    fields = entry.fields | {"seq": number, "day": kind.day(entry.day)}
    if "hour" in fields:
        fields["moment"] = f"{as_date(entry.day)} {fields['hour']}"
    if "tail" in fields:
        fields["card"] = f"{fields['number']}{fields['tail']}"
    return [fields[column.field] for column in kind.layout.columns]


def _truth(code: str, roll: Roll, entry: Entry, row: str) -> tuple[object, ...]:
    event = entry.event
    other = "" if event.other == NOBODY else roll.id_number[event.other]
    about = event.other if event.kind == history.BIRTH else event.person
    kind = "resident_scheme" if event.note == "resident" else event.kind
    return (
        code, row, kind, roll.id_number[event.person], other, roll.village_code(about),
        as_date(event.day), event.known, entry.said,
    )  # fmt: skip
