"""The comparison of a waiting file with the registry, kept true to what the registry holds by now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from tongchou.apps.intake import payload, questions
from tongchou.apps.intake.models import FileStatus, RegisterFile, StagedRow
from tongchou.apps.registry import api as registry
from tongchou.core import crypto, keys

if TYPE_CHECKING:
    from tongchou.apps.intake.question_models import RowDecision
    from tongchou.core.scope import Scope

_BATCH = 500
#: The registry's statuses and the counts of a file that hold them.
COUNTS = {
    "new": "new_count",
    "changed": "changed_count",
    "same": "same_count",
    "conflict": "conflict_count",
}


def seal(row: registry.RowComparison, bound: str) -> str:
    """A keyed digest of what a line was found to mean: its status, and what it would replace.

    The new values are the file's own and stay; the old ones are the registry's and may not.
    """
    old = [[change.field, change.old] for change in row.changes]
    text = json.dumps([row.row_no, row.status, row.reason, old], ensure_ascii=False)
    return crypto.blind_index(text, f"intake.shown:{bound}")


#: Status, person, names of the fields that would change, reason, and the digest of what is shown.
Meaning = tuple[str, int | None, list[str], str, str]
#: Of a line that was not compared.
NOTHING: Meaning = ("", None, [], "", "")


def meaning(row: registry.RowComparison, bound: str) -> Meaning:
    """What a line means, as its staged row keeps it."""
    return row.status, row.person_id, list(row.fields), row.reason, seal(row, bound)


def take_over(staged: StagedRow, found: Meaning) -> None:
    """Write what a line means into its staged row."""
    staged.status, staged.person_id, staged.changed, staged.reason, staged.shown = found


def question(row_no: int, compared: questions.Compared) -> tuple[str, RowDecision | None]:
    """What a line asks, and what was decided about it."""
    return compared.questions.get(row_no, ""), compared.decisions.get(row_no)


def _take_question(staged: StagedRow, found: tuple[str, RowDecision | None]) -> None:
    staged.question, staged.decision = found


@keys.steady()
def refresh(file: RegisterFile, *, scope: Scope) -> bool:
    """Compare the lines again when the registry has moved on; True when something comes out otherwise.

    One query when the registry has not moved. Lines that an interrupted run settled keep what they were.
    """
    newest = registry.last_event()
    if newest == file.compared_up_to:
        return False
    settled = registry.settled_lines(source=file.source, village_id=file.village_id)
    staged = {row.row_no: row for row in file.rows.exclude(payload="").order_by("row_no")}
    rows = [payload.open_row(row.payload, file.bound, row_no) for row_no, row in staged.items()]
    compared = questions.compared(rows, village=file.village, sha256=file.sha256, scope=scope)
    differing = []
    for row in compared.rows:
        one = staged[row.row_no]
        unasked = row.status == "conflict" and not one.question  # read before questions were kept
        said = compared.decisions.get(row.row_no)
        answered = one.decision_id != (said.pk if said else None)
        if row.row_no not in settled and (unasked or answered or one.shown != seal(row, file.bound)):
            take_over(one, meaning(row, file.bound))
            _take_question(one, question(row.row_no, compared))
            differing.append(one)
    held = set(file.rows.filter(held=True).values_list("person_id", flat=True))
    # Whoever was entered since may stand in a line that waits to be mended: only the village could tell.
    unread = set(file.missing) if None in held else None
    with transaction.atomic():
        locked = RegisterFile.objects.select_for_update().filter(pk=file.pk).first()
        if locked is None or locked.status not in (FileStatus.STAGED, FileStatus.APPLYING):
            return False  # decided by somebody else, meanwhile
        fields = ["status", "person_id", "changed", "reason", "shown", "question", "decision"]
        StagedRow.objects.bulk_update(differing, fields, batch_size=_BATCH)
        file.missing = [
            one.person_id
            for one in compared.rows.missing
            if one.person_id not in held and (unread is None or one.person_id in unread)
        ]
        file.compared_up_to = newest
        file.comparison_no = locked.comparison_no + bool(differing)
        count(file)
        file.save(update_fields=["missing", "compared_up_to", "comparison_no", *COUNTS.values()])
    return bool(differing)


def count(file: RegisterFile) -> None:
    """The file's counts from its lines."""
    found = file.rows.filter(held=False).values_list("status").annotate(number=Count("pk"))
    numbers = dict(found.order_by())
    for status, name in COUNTS.items():
        setattr(file, name, numbers.get(status, 0))
