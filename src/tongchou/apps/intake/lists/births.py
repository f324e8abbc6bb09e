"""Births on the hospital's list, the clinics' and the register: how many of a county and a year are on which.

Which rows of two lists are one birth is told by keyed digests: of the registered child, else of mother and
day. What is shown are numbers of whole counties; nothing leads from a number to a family, and what a row of a
clinic's list says is asked, offered and recorded nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tongchou.apps.intake.lists.models import (
    ASKED,
    UNDECIDED,
    BirthsOnLists,
    ListedBirth,
    ListFile,
    StagedListRow,
)
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import crypto
from tongchou.core.scope import Scope
from tongchou.domain.lists.row import ListRow

HOSPITAL, VACCINATION = "hospital_births", "vaccinations"
#: Kinds of lists, and their places among the three lists of ``CELLS``; the register is the second.
LISTS: Final = {HOSPITAL: 0, VACCINATION: 2}
REGISTER: Final = 1
#: Years that are counted; older digests are forgotten.
YEARS: Final = 5
#: A hospital and a register may write down neighbouring days of one birth.
_NEAR: Final = (0, -1, 1)
#: Rows that storing settles without asking anybody: while one is left, only a part of the list is stored.
_UNSETTLED: Final = Q(done=False) & ~Q(state__in=ASKED)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Births of a calendar year by the lists they are on.

    Attributes
    ----------
    cells
        Numbers in the order of ``CELLS``: hospital, register, clinics.
    hospital, vaccination
        Whether the list has births of each month of the year, so that it can be compared.
    outside
        Births on the lists whose child is registered elsewhere by now.
    """

    year: int
    cells: tuple[int, ...]
    hospital: bool
    vaccination: bool
    outside: int
    counted: dt.date


def keep(found: Sequence[tuple[ListRow, registry.ListFinding]], *, reported: ListFile) -> None:
    """Keep the digests of a chunk's births, inside the caller's transaction."""
    if reported.kind not in LISTS:
        return
    twins: Counter[str] = Counter()
    marks = []
    for row, finding in found:
        mother = finding.people[0] if finding.people else None
        month = str(row.day or "")[:7]
        if len(month) < 7 or not (finding.child or mother):
            continue
        key = _of_child(finding.child) if finding.child else _of_mother(mother, str(row.day), twins)
        marks.append(
            ListedBirth(file=reported, digest=_digest(key), month=month, registered=bool(finding.child))
        )
    ListedBirth.objects.bulk_create(marks, batch_size=500, ignore_conflicts=True)


def forget(file: ListFile, *, on: dt.date) -> None:
    """Drop what a list said, and count anew."""
    if ListedBirth.objects.filter(file__in=file.copies()).delete()[0]:
        recount(file.area, on=on)


def told_by(file: ListFile) -> bool:
    """True when something of a list of which nothing else is kept is counted here."""
    return file.kind == VACCINATION and ListedBirth.objects.filter(file__in=file.copies()).exists()


def discard(file: ListFile, *, on: dt.date) -> None:
    """The births of a list about to be discarded: forgotten when its storing has not come to its end.

    Rows that wait for a person are no part missing; of a list that is counted and nothing else no row waits.
    """
    if file.kind not in LISTS or not ListedBirth.objects.filter(file=file).exists():
        return
    if file.kind == VACCINATION or file.rows.filter(_UNSETTLED).exists():
        forget(file, on=on)
    else:
        recount(file.area, on=on)


def left_halfway(file: ListFile) -> int:
    """Rows not stored yet of a list of which a part is; 0 of a list nobody has begun to store."""
    begun = file.status in UNDECIDED and file.applied
    return file.rows.filter(_UNSETTLED).count() if begun else 0


def recount(area: places.Area, *, on: dt.date) -> None:
    """Count the years that have ended anew. A constant number of queries.

    A list of which only a part is stored does not count: what it does not say yet would look left out.
    """
    first, last = on.year - YEARS, on.year - 1
    years = {year: _Year() for year in range(first, last + 1)}
    with transaction.atomic():
        old = ListedBirth.objects.filter(file__area=area, month__lt=f"{first}-01")
        old.delete()
        missing = StagedListRow.objects.filter(_UNSETTLED, file=OuterRef("pk"))
        files = ListFile.objects.filter(~Exists(missing), area=area, kind__in=LISTS)
        marks = ListedBirth.objects.filter(file__in=files)
        columns = ("digest", "registered", "month", "file__kind")
        seen: dict[str, _Birth] = {}
        for digest, registered, month, kind in marks.values_list(*columns):
            birth = seen.setdefault(digest, _Birth(month))
            birth.lists.add(LISTS[kind])
            birth.registered |= registered
            if (year := years.get(int(month[:4]))) is not None:
                year.months[LISTS[kind]].add(month)
        _with_register(seen, years, registry.births_registered(Scope.of_area(area), first=first, last=last))
        for birth in seen.values():
            year = years.get(int(birth.month[:4]))
            if year is None:
                continue
            if birth.registered:
                year.outside += 1
            else:
                year.add(birth.lists)
        BirthsOnLists.objects.filter(area=area).delete()
        BirthsOnLists.objects.bulk_create(
            BirthsOnLists(
                area=area, scope_no=area.scope_no, year=number, cells=year.in_order(),
                hospital=len(year.months[0]) == 12, vaccination=len(year.months[2]) == 12,
                outside=year.outside, counted_on=on,
            )
            for number, year in years.items() if year.months[0] or year.months[2]
        )  # fmt: skip


def overlaps(*, scope: Scope) -> dict[str, list[Overlap]]:
    """By the code of each county a scope wholly reaches, its years in order. One query."""
    found: dict[str, list[Overlap]] = {}
    rows = BirthsOnLists.objects.filter(scope.q("scope_no")).select_related("area")
    for one in rows.order_by("area__scope_no", "year"):
        if scope.covers_interval(one.area.scope_no, one.area.scope_end):
            found.setdefault(one.area.code, []).append(
                Overlap(
                    one.year, tuple(one.cells), one.hospital, one.vaccination, one.outside, one.counted_on
                )
            )
    return found


@dataclass(slots=True)
class _Birth:
    month: str
    lists: set[int] = field(default_factory=set)
    registered: bool = False


@dataclass(slots=True)
class _Year:
    cells: Counter[tuple[int, ...]] = field(default_factory=Counter)
    months: dict[int, set[str]] = field(default_factory=lambda: {0: set(), 2: set()})
    outside: int = 0

    def add(self, lists: set[int]) -> None:
        self.cells[tuple(int(place in lists) for place in range(3))] += 1

    def in_order(self) -> list[int]:
        from tongchou.domain.demography.capture_recapture import CELLS  # it loads NumPy

        return [self.cells[cell] for cell in CELLS]


def _with_register(
    seen: dict[str, _Birth], years: dict[int, _Year], registered: Iterable[tuple[int, str, frozenset[int]]]
) -> None:
    """Count registered births with the lists they are on; what was reported before it was registered too."""
    twins: Counter[str] = Counter()
    waiting = any(not one.registered for one in seen.values())
    for child, born, mothers in registered:
        keys = [_of_child(child)]
        if waiting and len(born) == 10:
            day = dt.date.fromisoformat(born)
            for mother in mothers:
                place = twins[f"{mother}:{born}"]
                twins[f"{mother}:{born}"] += 1
                keys += [f"birth:{mother}:{day + dt.timedelta(days=days)}:{place}" for days in _NEAR]
        births = [one for key in keys if (one := seen.pop(_digest(key), None)) is not None]
        years[int(born[:4])].add({REGISTER}.union(*(one.lists for one in births)))


def _of_child(child: int) -> str:
    return f"child:{child}"


def _of_mother(mother: int | None, day: str, twins: Counter[str]) -> str:
    stem = f"{mother}:{day}"
    twins[stem] += 1
    return f"birth:{stem}:{twins[stem] - 1}"


def _digest(key: str) -> str:
    return crypto.blind_index(key, "lists.births")
