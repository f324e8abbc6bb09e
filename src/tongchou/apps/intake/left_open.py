"""Lines that were still in question when their register was stored: they stay open to a decision.

Their encrypted lines are kept for that, and for no longer: until somebody decided, until a newer register of
the village was stored, or until the file was taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import QuerySet

from tongchou.apps.intake import claiming, comparison, payload, questions
from tongchou.apps.intake.models import STANDING, FileStatus, RegisterFile, RowStatus, StagedRow
from tongchou.apps.intake.question_models import RowDecision, Verdict
from tongchou.apps.registry import api as registry
from tongchou.core import keys

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.core.scope import Scope
    from tongchou.domain.register.row import RegisterRow

_BATCH: Final = 500
#: A line of somebody another line names: only the whole file shows that, and it is no longer there.
_OF_THE_WHOLE_FILE: Final = "repeated"
_FIELDS: Final = ["status", "person_id", "changed", "reason", "shown", "question", "decision", "payload"]


def closes(decision: RowDecision | None) -> bool:
    """Whether nothing is left to do about a stored line.

    Kept, it is done. Taken about a mere fact, everything else was recorded, and the correction goes its way.
    Whoever waits for the village, or to know whose number it is, is not done yet.
    """
    if decision is None:
        return False
    taken = decision.verdict == Verdict.TAKE and decision.reason in registry.ABOUT_FACTS
    return decision.verdict == Verdict.KEEP or taken


def leave_open(
    file: RegisterFile, conflicts: Iterable[registry.RowComparison], lines: Iterable[RegisterRow]
) -> None:
    """The file is stored: keep the lines nobody has settled, empty the others, and end older questions.

    The figures of the file are set, not saved. A register of an earlier year than one that stands already
    asks nothing: the newer one does.
    """
    found = {one.row_no: one for one in conflicts}
    said = {row.row_no: row for row in lines if row.row_no in found}
    outdated = _standing(file).filter(year__gt=file.year).exists()
    file.rows.exclude(status=RowStatus.CONFLICT, held=False).exclude(payload="").update(payload="")
    kept = list(file.rows.filter(status=RowStatus.CONFLICT, held=False).select_related("decision"))
    for row in kept:
        one = found[row.row_no]
        comparison.take_over(row, comparison.meaning(one, file.bound))
        if row.decision is None:
            row.question = questions.digest(said[row.row_no], one, file.village_id)
        if outdated or closes(row.decision):
            row.payload = ""
    StagedRow.objects.bulk_update(kept, _FIELDS, batch_size=_BATCH)
    file.left_open = sum(bool(row.payload) and row.decision is None for row in kept)
    file.compared_up_to = 0  # others may have written between two chunks: the first look compares
    _supersede(file)


def _supersede(file: RegisterFile) -> None:
    """What earlier registers of the village left open is asked by this one, if it still is a question."""
    older = list(_standing(file).filter(year__lte=file.year).values_list("pk", flat=True))
    if older:
        StagedRow.objects.filter(file__in=older).exclude(payload="").update(payload="")
        RegisterFile.objects.filter(pk__in=older, left_open__gt=0).update(left_open=0)


def close(file: RegisterFile) -> None:
    """A file that was taken back asks nothing any more."""
    file.rows.exclude(payload="").update(payload="")
    RegisterFile.objects.filter(pk=file.pk).update(left_open=0)
    file.left_open = 0


def _standing(file: RegisterFile) -> QuerySet[RegisterFile]:
    others = RegisterFile.objects.filter(village_id=file.village_id, status__in=STANDING)
    return others.exclude(pk=file.pk)


def superseded_by(file: RegisterFile) -> RegisterFile | None:
    """The stored register of the village that asks instead of this stored one; None when this one asks."""
    if file.status != FileStatus.APPLIED:
        return None
    newest = _standing(file).order_by("-year", "-decided_at", "-pk").first()
    if newest is None:
        return None
    mine, theirs = ((one.year, one.decided_at, one.pk) for one in (file, newest))
    return newest if theirs > mine else None


def left_open(*, scope: Scope) -> QuerySet[RegisterFile]:
    """The stored files with lines nobody has decided about, the oldest first."""
    found = RegisterFile.objects.filter(scope.q("scope_no"), status=FileStatus.APPLIED, left_open__gt=0)
    return found.select_related("village", "uploaded_by", "in_charge").order_by("decided_at", "pk")


@keys.steady()
@transaction.atomic
def refresh(file: RegisterFile, *, scope: Scope) -> bool:
    """Compare the open lines of a stored file again when the registry has moved on.

    True when something came out otherwise. A line that asks something else is open again; one the registry
    says by now is done; one that nothing contradicts any more waits to be stored.
    """
    newest = registry.last_event()
    if file.status != FileStatus.APPLIED or newest == file.compared_up_to:
        return False
    locked = RegisterFile.objects.select_for_update().filter(pk=file.pk, status=FileStatus.APPLIED).first()
    if locked is None:
        return False  # it is being taken back
    kept = file.rows.exclude(payload="").exclude(reason=_OF_THE_WHOLE_FILE)
    staged = {row.row_no: row for row in kept.select_related("decision").order_by("row_no")}
    lines = {row_no: payload.open_row(row.payload, file.bound, row_no) for row_no, row in staged.items()}
    differing = []
    for one in questions.raw(file, lines.values(), scope) if lines else ():
        row = staged[one.row_no]
        if row.shown != comparison.seal(one, file.bound) or row.person_id != one.person_id:
            _take_over(row, lines[one.row_no], one, file)
            differing.append(row)
    StagedRow.objects.bulk_update(differing, _FIELDS, batch_size=_BATCH)
    file.compared_up_to = newest
    file.comparison_no = locked.comparison_no + bool(differing)
    _save_figures(file)
    return bool(differing)


def _take_over(row: StagedRow, line: RegisterRow, one: registry.RowComparison, file: RegisterFile) -> None:
    comparison.take_over(row, comparison.meaning(one, file.bound))
    if one.status == RowStatus.SAME:
        row.payload = ""
    elif one.status == RowStatus.CONFLICT:
        asked = questions.digest(line, one, file.village_id)
        if asked != row.question:
            row.question, row.decision = asked, None
    else:
        row.question = ""


def settle(
    file: RegisterFile, rows: Sequence[StagedRow], *, reach: Scope, by: Account, at: dt.datetime
) -> None:
    """Somebody decided about open lines: record what else they say, once, and close what is done.

    Raises
    ------
    Conflict
        ``intake.changed_since`` when the registry was changed this very moment.
    """
    done = [row for row in rows if closes(row.decision)]
    facts = [row for row in done if row.decision and row.decision.reason in registry.ABOUT_FACTS]
    if facts:
        _record(file, facts, {row.row_no for row in facts}, reach, by, at)
    _close(file, done)


def record(file: RegisterFile, row: StagedRow, *, reach: Scope, by: Account, at: dt.datetime) -> None:
    """Store a line that nothing contradicts any more.

    Raises
    ------
    Conflict
        As ``settle``.
    """
    _record(file, [row], set(), reach, by, at)
    _close(file, [row])


def _record(
    file: RegisterFile,
    rows: Sequence[StagedRow],
    settled: Collection[int],
    reach: Scope,
    by: Account,
    at: dt.datetime,
) -> None:
    """What lines say beside what was decided, under the name of their file: its undoing takes them along."""
    registry.stand_still()  # the registry itself refuses a line it has settled; nobody changes it meanwhile
    staged = {row.row_no: row for row in rows}
    opened = [payload.open_row(row.payload, file.bound, row.row_no) for row in rows]
    found = registry.compare(opened, village=file.village, scope=reach, settled=set(settled))
    meant = {one.row_no: one for one in found if one.status != RowStatus.CONFLICT}
    report = registry.apply_register(
        [line for line in opened if line.row_no in meant],
        village_id=file.village_id,
        source=file.source,
        by=by,
        at=at,
        settled=set(settled),
    )
    if report.conflicts or (len(meant) < len(rows) and not settled):
        raise claiming.changed_since()
    for row_no, one in meant.items():
        comparison.take_over(staged[row_no], comparison.meaning(one, file.bound))


def _close(file: RegisterFile, rows: Sequence[StagedRow]) -> None:
    for row in rows:
        row.payload = ""
    StagedRow.objects.bulk_update(rows, _FIELDS, batch_size=_BATCH)
    _save_figures(file)


def _save_figures(file: RegisterFile) -> None:
    file.left_open = file.rows.filter(decision=None).exclude(payload="").count()
    file.conflict_count = file.rows.filter(status=RowStatus.CONFLICT, held=False).count()
    file.save(update_fields=["left_open", "conflict_count", "compared_up_to", "comparison_no"])
