"""Storing a list: chunk by chunk, each settled for good; rows that wait for a person stay."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.lists import births, newborns, payload
from tongchou.apps.intake.lists.models import (
    ASKED,
    UNDECIDED,
    Decided,
    ListFile,
    ListStatus,
    RowState,
    StagedListRow,
)
from tongchou.apps.intake.lists.staging import open_list
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict
from tongchou.core.models import Account
from tongchou.domain.lists.row import ListRow

Progress = Callable[[int, int], None]
#: Rows a transaction settles: as many as the registry takes at once.
CHUNK: Final = registry.CHUNK
#: After so long somebody else may go on: the process that stored the list is not there any more.
LONGEST: Final = dt.timedelta(minutes=10)


@dataclass(slots=True)
class ListOutcome:
    """What one call has stored. ``left`` rows wait for a decision."""

    file: ListFile
    changed: bool
    recorded: int = 0
    offers: int = 0
    left: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def apply_list(
    *,
    list_id: int,
    by: Account,
    at: dt.datetime,
    resume: bool = False,
    progress: Progress | None = None,
) -> ListOutcome:
    """Record every row that is new or decided on; the others stay until somebody decides.

    Interrupted, the same call goes on where it stopped; a second call changes nothing. When no row is left
    waiting, the list is done and its rows are emptied. What ``applied`` says is true after each chunk, so
    that a list left halfway can be discarded and what stands of it taken back.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``lists.discarded``, ``lists.being_applied``.
    """
    reach = access.require(by, "lists.apply", on=clock.date_of(at))
    file = open_list(list_id, reach)
    if file.status == ListStatus.APPLIED:
        return ListOutcome(file, changed=False)
    if file.status == ListStatus.DISCARDED:
        raise Conflict("lists.discarded", _("This list was discarded. Choose it again."))
    if file.status in (ListStatus.UNDOING, ListStatus.UNDONE):
        raise Conflict("lists.undone", _("This list is being, or was, taken back. Choose it again."))
    _take(file, at, resume)
    outcome = ListOutcome(file, changed=True)
    done = False
    try:
        _store(file, outcome, by, at, progress)
        _finish(file, outcome, by, at)
        done = True
    finally:
        if not done:
            _release(file, at)
    return outcome


def _take(file: ListFile, at: dt.datetime, resume: bool) -> None:
    free = Q(status=ListStatus.STAGED) | Q(applying_since__lte=at - LONGEST)
    if resume:
        free |= Q(status=ListStatus.APPLYING)
    undoing = ListFile.objects.filter(area=file.area_id, kind=file.kind, status=ListStatus.UNDOING)
    if undoing.exists():
        raise Conflict(
            "lists.area_busy", _("A list of this kind is being taken back. Wait until that is done.")
        )
    taken = ListFile.objects.filter(free, pk=file.pk, status__in=UNDECIDED)
    if not taken.update(status=ListStatus.APPLYING, applying_since=at):
        raise Conflict(
            "lists.being_applied", _("This list is being stored right now. Wait until that is done.")
        )
    file.refresh_from_db()


def _release(file: ListFile, at: dt.datetime) -> None:
    ours = ListFile.objects.filter(pk=file.pk, status=ListStatus.APPLYING, applying_since=at)
    ours.update(status=ListStatus.STAGED, applying_since=None)


def _store(
    file: ListFile, outcome: ListOutcome, by: Account, at: dt.datetime, progress: Progress | None
) -> None:
    staged = {row.row_no: row for row in file.rows.filter(done=False).exclude(payload="").order_by("row_no")}
    rows = registry.in_order(
        [payload.open_row(row.payload, file.pk, row_no) for row_no, row in staged.items()]
    )
    for start in range(0, len(rows), CHUNK):
        if progress:
            progress(start, len(rows))
        _chunk(file, rows[start : start + CHUNK], staged, outcome, by, at)
    if progress:
        progress(len(rows), len(rows))


def _chunk(
    file: ListFile,
    rows: list[ListRow],
    staged: dict[int, StagedListRow],
    outcome: ListOutcome,
    by: Account,
    at: dt.datetime,
) -> None:
    offers = 0

    def settle(chunk: registry.ListChunk) -> None:
        nonlocal offers
        held = _held(file, at)
        offers = newborns.offer(chunk.offers, reported=file, at=at)
        births.keep(chunk.children, reported=file)
        alike: dict[tuple[str, str], list[int]] = {}
        if chunk.before:
            alike[RowState.KNOWN, ""] = [staged[row_no].pk for row_no in chunk.before]
        for finding in chunk.settled:
            alike.setdefault((finding.state, finding.reason), []).append(staged[finding.row_no].pk)
        for (state, reason), numbers in alike.items():  # a chunk's rows come to few different things
            settled = StagedListRow.objects.filter(pk__in=numbers)
            settled.update(state=state, reason=reason, done=True, payload="")
        changed = []
        for finding in chunk.open:
            one = staged[finding.row_no]
            shown = payload.shown(finding, file.pk)
            if shown != one.shown or one.decided:  # it means something else by now
                one.state, one.reason, one.shown, one.decided = finding.state, finding.reason, shown, ""
                changed.append(one)
        fields = ["state", "reason", "shown", "decided"]
        StagedListRow.objects.bulk_update(changed, fields, batch_size=500)
        if chunk.settled or chunk.before:
            _add(held, recorded=chunk.recorded, offers=offers)
            held.save(update_fields=["applied"])

    chunk = registry.apply_list(
        rows,
        decided={
            row.row_no: _decision(file, staged[row.row_no]) for row in rows if _said(staged[row.row_no])
        },
        area_id=file.area_id,
        source=file.source,
        by=by,
        at=at,
        settle=settle,
    )
    outcome.recorded += chunk.recorded
    outcome.offers += offers
    outcome.counts.update(finding.state for finding in chunk.settled)


def _held(file: ListFile, at: dt.datetime) -> ListFile:
    """The list, kept from anybody else, if this call still is the one that stores it.

    Raises
    ------
    Conflict
        ``lists.being_applied`` when it took too long and somebody else went on, or discarded the list.
    """
    ours = ListFile.objects.select_for_update().filter(pk=file.pk, status=ListStatus.APPLYING)
    held = ours.filter(applying_since=at).first()
    if held is None:
        raise Conflict(
            "lists.being_applied", _("Somebody else has gone on with this list. Look at it again.")
        )
    return held


def _add(file: ListFile, *, recorded: int, offers: int) -> None:
    applied = Counter(file.applied)
    applied.update({"recorded": recorded, "offers": offers})
    file.applied = dict(applied)


def _said(row: StagedListRow) -> bool:
    return bool(row.decided or row.chosen)


def _decision(file: ListFile, row: StagedListRow) -> registry.Decision:
    take = {Decided.TAKE: True, Decided.KEEP: False}.get(Decided(row.decided))
    return registry.Decision(
        people=tuple(row.chosen),
        take=take,
        holds=lambda finding: payload.shown(finding, file.pk) == row.shown,
    )


def _finish(file: ListFile, outcome: ListOutcome, by: Account, at: dt.datetime) -> None:
    with transaction.atomic():
        file = outcome.file = _held(file, at)
        outcome.left = file.rows.filter(state__in=ASKED, done=False).count()
        _add(file, recorded=0, offers=0)
        file.applying_since = None
        if outcome.left:
            file.status = ListStatus.STAGED
        else:
            file.status, file.decided_by, file.decided_at = ListStatus.APPLIED, by, at
            file.rows.exclude(payload="").update(payload="")
        file.save()
        if file.kind in births.LISTS:  # here, so that no list is done whose births nobody counted
            births.recount(file.area, on=clock.date_of(at))
        audit.append(
            by=by,
            action="lists.apply",
            subject=f"list_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={
                "sha256": file.sha256,
                "kind": file.kind,
                "recorded": outcome.recorded,
                "offers": outcome.offers,
                "left": outcome.left,
            },
        )


def discard_list(*, list_id: int, by: Account, at: dt.datetime) -> ListFile:
    """Forget what waits of a list; what was stored of it stays. Discarding twice changes nothing.

    Births are no longer counted of a list that was left halfway: a part of a list would look like a list that
    misses the rest.

    Raises
    ------
    Conflict
        When it has been stored, or is being stored.
    """
    reach = access.require(by, "lists.apply", on=clock.date_of(at))
    with transaction.atomic():
        file: ListFile = open_list(list_id, reach, lock=True)
        if file.status == ListStatus.DISCARDED:
            return file
        if file.status not in UNDECIDED:
            raise Conflict("lists.applied", _("The list has been stored and can no longer be discarded."))
        if is_running(file, at):
            raise Conflict(
                "lists.being_applied", _("This list is being stored right now. Wait until that is done.")
            )
        births.discard(file, on=clock.date_of(at))
        file.problems.all().delete()
        file.rows.all().delete()
        file.status, file.decided_by, file.decided_at = ListStatus.DISCARDED, by, at
        file.applying_since = None
        file.save()
        audit.append(
            by=by,
            action="lists.discard",
            subject=f"list_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"sha256": file.sha256},
        )
    return file


def is_running(file: ListFile, at: dt.datetime) -> bool:
    """True while somebody stores the list and has not been at it for too long."""
    since = file.applying_since
    return file.status == ListStatus.APPLYING and since is not None and at - since < LONGEST
