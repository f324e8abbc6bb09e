"""What people decide about rows: one by one, or all rows of one kind of question at once."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.lists import payload
from tongchou.apps.intake.lists.applying import is_running
from tongchou.apps.intake.lists.models import (
    UNDECIDED,
    Decided,
    ListFile,
    RowState,
    StagedListRow,
)
from tongchou.apps.intake.lists.staging import open_list
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Questions that may be answered for all rows at once by following the list: who is meant is never one.
TAKEN_TOGETHER: Final = frozenset({"other_date", "other_order", "other_status", "other_details"})


@transaction.atomic
def decide_row(
    *,
    list_id: int,
    row_no: int,
    seen: str,
    by: Account,
    at: dt.datetime,
    take: bool,
    person_id: int | None = None,
) -> StagedListRow:
    """Decide about one row; deciding again changes the decision as long as the row is not stored.

    Parameters
    ----------
    seen
        The ``shown`` of the row that the person looked at.
    take
        Follow the list; False leaves the registry as it is (or: none of the candidates).
    person_id
        The candidate who is meant, when that is the question.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``lists.changed_since`` when the row means something else by now; it is shown anew.
    Invalid
        When the person is none of the candidates, or the list cannot be followed.
    """
    reach = access.require(by, "lists.apply", on=clock.date_of(at))
    file = _open(list_id, reach, at)
    row = file.rows.select_for_update().filter(row_no=row_no, done=False).first()
    if row is None:
        raise NotFound("lists.no_row", _("This row has been settled already."))
    finding = find_again(file, [row], clock.date_of(at))[row_no]
    if payload.shown(finding, file.pk) != seen:
        raise Conflict("lists.changed_since", _("The registry has changed since you looked. Look again."))
    if take and finding.state == RowState.CHOOSE:
        if person_id not in finding.candidates:
            raise Invalid("lists.no_candidate", _("Choose one of the people."))
        chosen = list(row.chosen) + [None] * (finding.asks + 1 - len(row.chosen))
        chosen[finding.asks] = person_id
        row.chosen, row.decided = chosen, Decided.OPEN
        _take_over(row, find_again(file, [row], clock.date_of(at))[row_no])
    elif take and not finding.may_take:
        raise Invalid("lists.not_to_take", _("This row cannot be followed. Leave the registry as it is."))
    else:
        _take_over(row, finding)
        row.decided = Decided.TAKE if take else Decided.KEEP
    row.save()
    audit.append(
        by=by,
        action="lists.decide",
        subject=f"list_file:{file.pk}",
        at=at,
        scope_no=file.scope_no,
        detail={"row": row_no, "take": take},
    )
    return row


@transaction.atomic
def decide_all(*, list_id: int, reason: str, take: bool, by: Account, at: dt.datetime) -> int:
    """Decide about every open row of one kind of question; returns how many.

    Raises
    ------
    Invalid
        When rows of that question cannot be followed together.
    """
    reach = access.require(by, "lists.apply", on=clock.date_of(at))
    file = _open(list_id, reach, at)
    if take and reason not in TAKEN_TOGETHER:
        raise Invalid("lists.one_by_one", _("Decide about these rows one by one."))
    open_rows = file.rows.filter(
        state__in=[RowState.DIFFERS, RowState.CHOOSE], reason=reason, done=False, decided=""
    )
    number = open_rows.update(decided=Decided.TAKE if take else Decided.KEEP)
    if number:
        audit.append(
            by=by,
            action="lists.decide_all",
            subject=f"list_file:{file.pk}",
            at=at,
            scope_no=file.scope_no,
            detail={"reason": reason, "take": take, "rows": number},
        )
    return number


def find_again(file: ListFile, rows: list[StagedListRow], on: dt.date) -> dict[int, registry.ListFinding]:
    """What rows mean beside the registry as it is now, with the people already chosen for them."""
    opened = [payload.open_row(row.payload, file.pk, row.row_no) for row in rows if row.payload]
    chosen = {row.row_no: registry.Decision(people=tuple(row.chosen)) for row in rows if row.chosen}
    found = registry.match_list(opened, scope=Scope.of_area(file.area), on=on, decided=chosen)
    return {finding.row_no: finding for finding in found}


def _take_over(row: StagedListRow, finding: registry.ListFinding) -> None:
    row.state, row.reason = finding.state, finding.reason
    row.shown = payload.shown(finding, row.file_id)


def _open(list_id: int, reach: Scope, at: dt.datetime) -> ListFile:
    file: ListFile = open_list(list_id, reach, lock=True)
    if file.status not in UNDECIDED:
        raise Conflict("lists.decided", _("This list has been decided on already."))
    if is_running(file, at):
        raise Conflict(
            "lists.being_applied", _("This list is being stored right now. Wait until that is done.")
        )
    return file
