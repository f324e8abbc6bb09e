"""The years behind the demo county: those who died, entered as they once stood in a register.

Without them nobody would ever have died there. Each is entered in the household the events name, or in one
without anybody left, and the death is recorded as from a department's list.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists.row import DEATH, ListRow, Named
from tongchou.domain.register.row import RegisterRow

#: Years of deaths that are entered: as many as figures show, and one more.
YEARS: Final = 6
#: GB/T 4761: another relative; and the head of a household without anybody left.
_RELATIVE, _HEAD = "97", "02"


def begin(folder: Path, *, by: Any, at: dt.datetime) -> int:
    """Enter the dead of ``events.csv`` and their deaths; how many. Again, everything is there already."""
    from tongchou.apps.places import api as places
    from tongchou.apps.registry import api as registry
    from tongchou.core import access, accounts, clock

    source = hashlib.sha256((folder / "events.csv").read_bytes()).hexdigest()
    since = clock.date_of(at).replace(month=1, day=1)
    dead = _dead(folder, since.replace(year=since.year - YEARS))
    villages = {village.code: village.pk for village in places.villages(access.require(by, "intake.apply"))}
    of_village: dict[int, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for number, one in enumerate(dead):
        code = one["village_code"] or sorted(villages)[number % len(villages)]
        of_village[villages[code]].append((number, one))
    for village, those in sorted(of_village.items()):
        registry.apply_register(
            [_row(number, one) for number, one in those], village_id=village, source=source, by=by, at=at
        )
    area = accounts.assignments(by, clock.date_of(at))[0].area_id
    rows = [
        ListRow(
            number + 1,
            DEATH,
            (Named(name=one["name"], number=one["id_number"]),),
            PartialDate.from_iso(one["day"]),
        )
        for number, one in enumerate(dead)
    ]
    of_list = hashlib.sha256(f"deaths of {source}".encode()).hexdigest()
    for start in range(0, len(rows), registry.CHUNK):
        registry.apply_list(
            rows[start : start + registry.CHUNK], decided={}, area_id=area, source=of_list, by=by, at=at,
            settle=lambda _chunk: None,
        )  # fmt: skip
    return len(rows)


def commit_to_seeds(at: dt.datetime) -> int:
    """Commit to the seeds of the last six months as if each had begun with it, and of this and the next.

    A sample can be drawn of a month that was closed on a day before.
    """
    from tongchou.apps.supervision import api as supervision
    from tongchou.core import clock

    month, made = clock.date_of(at).replace(day=1), 0
    for _number in range(6):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        began = at.replace(year=month.year, month=month.month, day=1, hour=0, minute=5)
        made += supervision.commit(month, at=began)
    supervision.commit_ahead(at=at)
    return made


def _dead(folder: Path, since: dt.date) -> list[dict[str, str]]:
    """Deaths the registers show by naming the person no more."""
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["event"] == "death" and row["in_register"] == "yes" and row["day"] >= since.isoformat()
        ]


def _row(number: int, one: dict[str, str]) -> RegisterRow:
    household = one["household_no"]
    return RegisterRow(
        row_no=number + 1,
        household_no=household or f"故{number + 1:05d}",
        name=one["name"],
        relation=_RELATIVE if household else _HEAD,
        sex=identity.sex_of(one["id_number"]),
        birth=identity.birth_of(one["id_number"]),
        id_number=one["id_number"],
    )
