"""Looking for records of the same person: the comparison over everybody of some areas, kept as pairs.

A second run adds only what is new. What people decided stays: two people stay two until a fact that was
compared changes; then the pair is opened again and says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction

from tongchou.apps.duplicates import prints, reach
from tongchou.apps.duplicates.models import Band, Pair, Side, State
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.matching import model as models
from tongchou.domain.matching import pairs as matching
from tongchou.domain.matching.levels import Birth, Kin, Name, Place
from tongchou.domain.matching.model import MODEL_FIELDS, Model

#: Pairs a transaction writes at most.
CHUNK = 500
#: States a run may change by itself.
_UNDECIDED = (State.OPEN, State.GONE, State.TWO)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run did, in pairs; ``people`` is how many records were compared."""

    people: int
    pairs: int
    new: int
    reopened: int
    gone: int


@dataclass(slots=True)
class _Tally:
    new: int = 0
    reopened: int = 0
    gone: int = 0


def find(*, by: Account, at: dt.datetime, purpose: str, progress: Progress | None = None) -> Found:
    """Compare everybody registered in the areas of an account, and keep the pairs worth deciding.

    Raises
    ------
    NotAllowed
        When the account may not look for them.
    """
    areas = access.require(by, reach.FIND, on=clock.date_of(at))
    report = progress or (lambda done, total: None)
    report(0, 100)
    frame = registry.likeness(scope=areas)
    report(20, 100)
    model = models.packaged()
    found = matching.find_pairs(frame, model) if frame.height > 1 else None
    report(60, 100)
    tally = _Tally()
    seen: set[tuple[int, int]] = set()
    total = found.height if found is not None else 0
    for chunk in _chunks(found, frame, model):
        with transaction.atomic():
            _keep(chunk, at, tally)
        seen |= chunk.keys()
        report(60 + 39 * len(seen) // max(1, total), 100)
    with transaction.atomic():
        _let_go(areas, seen, tally)
        done = Found(frame.height, total, tally.new, tally.reopened, tally.gone)
        audit.append(
            by=by,
            action="duplicates.find",
            subject="duplicates",
            at=at,
            purpose=purpose,
            detail={"people": done.people, "pairs": done.pairs, "new": done.new, "reopened": done.reopened},
        )
    report(100, 100)
    return done


@dataclass(frozen=True, slots=True)
class _Candidate:
    band: str
    evidence: str
    prints: prints.Prints


def _chunks(
    found: pl.DataFrame | None, frame: pl.DataFrame, model: Model
) -> Iterator[dict[tuple[int, int], _Candidate]]:
    if found is None:
        return
    for start in range(0, found.height, CHUNK):
        part = found.slice(start, CHUNK)
        keys = list(zip(part["a"].to_list(), part["b"].to_list(), strict=True))
        stamps = prints.of_pairs(keys, prints.rows_of(frame, {person for key in keys for person in key}))
        yield {
            (row["a"], row["b"]): _Candidate(_band(row), _evidence(row, model), stamps[row["a"], row["b"]])
            for row in part.iter_rows(named=True)
        }


def _band(row: dict[str, Any]) -> str:
    """Sure only where nobody could be taken for a twin: one family and birth date ask for one name."""
    family = row["place"] == Place.HOUSEHOLD or max(row["father"], row["mother"]) >= Kin.CLOSE
    twins = row["twins"] or (family and row["birth"] == Birth.SAME and row["name"] != Name.SAME)
    return Band.SURE if row["verdict"] == matching.SURE and not twins else Band.ASK


def _evidence(row: dict[str, Any], model: Model) -> str:
    """``field:level`` of what speaks for one person, a semicolon, and of what speaks against."""
    levels = {field: row[field] for field in MODEL_FIELDS}
    told = model.parts(levels)
    sides = ([p for p in told if p[2] > 0], [p for p in told if p[2] < 0])
    return ";".join(",".join(f"{field}:{level}" for field, level, _weight in side) for side in sides)


def _keep(chunk: dict[tuple[int, int], _Candidate], at: dt.datetime, tally: _Tally) -> None:
    firsts = {a for a, _b in chunk}
    known = {
        pair.people: pair
        for pair in Pair.objects.select_for_update().filter(a_id__in=firsts)
        if pair.people in chunk
    }
    new = [
        Pair(a_id=a, b_id=b, band=one.band, evidence=one.evidence, prints=one.prints, found_at=at)
        for (a, b), one in chunk.items()
        if (a, b) not in known
    ]
    changed = []
    for key, pair in known.items():
        one = chunk[key]
        if pair.state not in _UNDECIDED or (pair.state != State.GONE and pair.prints == one.prints):
            continue
        if pair.state == State.TWO:
            pair.changed = ",".join(prints.changed(pair.prints, one.prints))
            tally.reopened += 1
        pair.state, pair.band, pair.evidence, pair.prints = State.OPEN, one.band, one.evidence, one.prints
        changed.append(pair)
    Pair.objects.bulk_update(changed, ["state", "band", "evidence", "prints", "changed"])
    where = registry.whereabouts({person for pair in new for person in pair.people})
    new = [pair for pair in new if pair.a_id in where and pair.b_id in where]  # else gone meanwhile
    Pair.objects.bulk_create(new)
    Side.objects.bulk_create(
        Side(pair=pair, person_id=person, **where[person]) for pair in new for person in pair.people
    )
    tally.new += len(new)


def _let_go(areas: Scope, seen: set[tuple[int, int]], tally: _Tally) -> None:
    """Undecided pairs of these areas that are no longer alike wait for nobody."""
    waiting = reach.inside(areas).filter(state=State.OPEN).values_list("pk", "a_id", "b_id")
    gone = [pk for pk, a, b in waiting.iterator() if (a, b) not in seen]
    for start in range(0, len(gone), CHUNK):
        Pair.objects.filter(pk__in=gone[start : start + CHUNK]).update(state=State.GONE)
    tally.gone = len(gone)
