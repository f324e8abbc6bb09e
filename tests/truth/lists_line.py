"""Every list of a synthetic county through the real intake, decided on by somebody who knows the truth."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists import payload
from tongchou.apps.intake.lists.models import ASKED, StagedListRow
from tongchou.apps.registry.identifiers import id_index
from tongchou.apps.registry.models import Batch, Event, Person
from tongchou.core import clock
from tongchou.core.scope import Scope

ALL = Scope.everything()
TruthRow = dict[str, str]


@dataclass
class Applied:
    """What became of one list: its truth by row, its rows' states before storing, its events by row."""

    kind: str
    file: Any
    truth: dict[int, TruthRow]
    states: dict[int, str]
    reasons: dict[int, str]
    events: dict[int, list[Event]] = field(default_factory=dict)
    outcome: Any = None
    asked: int = 0

    def flaw(self, row_no: int) -> str:
        return self.truth[row_no]["wrong"].rpartition(":")[2]


def truths(folder: Path) -> dict[str, dict[int, TruthRow]]:
    found: dict[str, dict[int, TruthRow]] = defaultdict(dict)
    with (folder / "lists_truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["row"]:
                found[row["list"]][int(row["row"])] = row
    return found


def numbers() -> dict[str, int]:
    return dict(Person.objects.filter(id_index__isnull=False).values_list("id_index", "pk"))


def apply_all(folder: Path, *, by: Any) -> dict[str, Applied]:
    """Stage, decide and store every list of the county, each in one go."""
    known = numbers()
    result = {}
    for kind, truth in truths(folder).items():
        content = (folder / "lists" / f"{kind}.xlsx").read_bytes()
        file = intake.lists.stage_list(content=content, by=by, at=clock.now())
        assert file.kind == kind, "recognised by its headers"
        rows = {row.row_no: row for row in file.rows.all()}
        done = Applied(
            kind, file, truth,
            {no: row.state for no, row in rows.items()}, {no: row.reason for no, row in rows.items()},
        )  # fmt: skip
        done.asked = decide(file, truth, known, by)
        done.outcome = intake.lists.apply_list(list_id=file.pk, by=by, at=clock.now())
        for event in Event.objects.filter(
            source_row__isnull=False,
            batch_id__in=Batch.objects.filter(
                source_id__in=_sources(file.sha256)
            ).values("pk"),
        ):  # fmt: skip
            done.events.setdefault(event.source_row, []).append(event)
        result[kind] = done
    return result


def _sources(sha256: str) -> Any:
    from tongchou.apps.registry.models import Source

    return Source.objects.filter(name=sha256).values("pk")


def decide(file: Any, truth: dict[int, TruthRow], known: dict[str, int], by: Any) -> int:
    """Answer every question as the truth has it: who is meant, then what differs. Returns how many."""
    asked = file.rows.filter(state__in=ASKED, done=False).count()
    for _round in range(4):
        open_rows = StagedListRow.objects.filter(file=file, state__in=ASKED, done=False, decided="")
        if not open_rows.exists():
            break
        for question in _questions(file):
            if question.decided:
                continue
            row = truth[question.row_no]
            people = {known.get(id_index(number)) for number in (row["id_number"], row["other_id"]) if number}
            chosen = next((one.person_id for one in question.candidates if one.person_id in people), None)
            date_is_wrong = row["wrong"].rpartition(":")[2] in ("late_date", "day_off")
            take = chosen is not None if question.candidates else question.may_take and not date_is_wrong
            intake.lists.decide_row(
                list_id=file.pk, row_no=question.row_no, seen=question.seen, by=by, at=clock.now(), take=take,
                person_id=chosen,
            )  # fmt: skip
    return asked


def _questions(file: Any) -> list[Any]:
    found, start = [], 0
    while page := intake.lists.questions(file.pk, scope=ALL, start=start, limit=500):
        found += page
        start += 500
    return found


def staged(file: Any) -> dict[int, Any]:
    """The clean rows of a list that waits."""
    return {
        row.row_no: payload.open_row(row.payload, file.pk, row.row_no)
        for row in file.rows.exclude(payload="")
    }
