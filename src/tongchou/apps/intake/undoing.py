"""Taking an applied register back: one asks, another decides, a job does it batch by batch.

What stands against it is told in words before anybody asks, again when it is decided, and by the registry
itself at each batch.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.intake import actions, not_listed, queries
from tongchou.apps.intake.models import FileStatus, FileUndo, RegisterFile, UndoReason, UndoState
from tongchou.apps.intake.own_workbook import safe
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, crypto, scope
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.core.scope import Scope

ASK, DECIDE, RECORD = "intake.apply", "corrections.decide", "registry.correct"
KIND = "intake.undo"


@dataclass(frozen=True, slots=True)
class UndoView:
    """What taking a file back would do, what stands against it, and the request that waits.

    ``seen`` stands for what is shown: who approves sends it back.
    """

    file: RegisterFile
    standing: registry.Standing
    hindrances: list[registry.Hindrance]
    request: FileUndo | None
    last: FileUndo | None  # the latest one decided
    own: bool
    may_ask: bool
    may_decide: bool
    seen: str
    job: jobs.Job | None


def open_undo(file_id: int, *, by: Account, at: dt.datetime) -> UndoView:
    """The page of a file that was, or may be, taken back. A constant number of queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not store registers, or not there; when the file was never stored.
    """
    on = clock.date_of(at)
    file = _stored(file_id, access.require(by, ASK, on=on))
    source, village = file.source, file.village_id
    reach = scope.of(by, on, permission=RECORD)
    found = file.undos.select_related("asked_by", "decided_by").order_by("-pk")
    request = found.filter(state=UndoState.WAITING).first()
    standing = registry.standing(source=source, village_id=village)
    applied = file.status == FileStatus.APPLIED
    against = (
        registry.hindrances(source=source, village_id=village, scope=reach)
        if file.status != FileStatus.UNDONE
        else []
    )
    own = request is not None and request.asked_by_id == by.pk
    return UndoView(
        file=file,
        standing=standing,
        hindrances=against,
        request=request,
        last=found.exclude(state=UndoState.WAITING).first(),
        own=own,
        may_ask=applied and request is None and not against and standing.entries > 0,
        may_decide=applied and request is not None and not own and _covers(by, on, file),
        seen=_mark(standing),
        job=job_of(file_id),
    )


def job_of(file_id: int) -> jobs.Job | None:
    """The job that takes the file back; None when nobody approved it."""
    return jobs.Job.objects.filter(key=_key(file_id)).first()


def waiting(*, by: Account, on: dt.date) -> QuerySet[FileUndo]:
    """Requests of others that wait for a decision of this account, the oldest first."""
    reach = scope.of(by, on, permission=DECIDE)
    found = FileUndo.objects.filter(reach.q("file__scope_no"), state=UndoState.WAITING)
    return (
        found.exclude(asked_by=by.pk).select_related("file__village", "asked_by").order_by("asked_at", "pk")
    )


@transaction.atomic
def ask_undo(*, file_id: int, reason: str, by: Account, at: dt.datetime) -> FileUndo:
    """Ask to take back everything a file recorded; nothing changes until somebody else approves.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not store registers or correct the registry, or not there.
    Invalid
        When the reason is none of ``UndoReason``.
    Conflict
        When the file does not stand; when something stands in the way; when this was asked for already.
    """
    reach = access.require(by, RECORD, on=clock.date_of(at))
    access.require(by, ASK, on=clock.date_of(at))
    if reason not in UndoReason.values:
        raise Invalid("intake.undo_reason", gettext_lazy("Choose a reason from the list."), field="reason")
    file = _applied(file_id, reach)
    _free(file, reach)
    try:
        with transaction.atomic():
            made = FileUndo.objects.create(file=file, reason=reason, asked_by=by, asked_at=at)
    except IntegrityError as error:
        message = gettext_lazy("The same has been asked for already and waits for a decision.")
        raise Conflict("intake.undo_waits", message) from error
    _note(made, "ask", by, at)
    return made


@transaction.atomic
def approve_undo(*, file_id: int, seen: str, by: Account, at: dt.datetime) -> jobs.Job:
    """Approve: from here on the file is being taken back, by the job returned.

    Parameters
    ----------
    seen
        The mark of what the account was shown (``UndoView.seen``).

    Raises
    ------
    NotAllowed, NotFound
        When the account asked for it itself, or may not decide or record there.
    Conflict
        ``intake.undo_settled`` when nothing waits (any more); ``intake.undo_seen`` when other entries would
        be taken back than were shown; when something stands in the way.
    """
    on = clock.date_of(at)
    access.require(by, DECIDE, on=on)
    reach = access.require(by, RECORD, on=on)
    one = _locked(file_id, by, on)
    if one.asked_by_id == by.pk:
        raise NotAllowed("registry.needs_two", gettext_lazy("Who asks for a correction does not approve it."))
    file = _applied(file_id, reach)
    registry.stand_still()
    if seen != _mark(registry.standing(source=file.source, village_id=file.village_id)):
        message = gettext_lazy("The register has changed since you looked. Compare once more, then decide.")
        raise Conflict("intake.undo_seen", message)
    _free(file, reach)
    _settle(one, UndoState.APPROVED, by, at)
    file.status = FileStatus.UNDOING
    file.save(update_fields=["status"])
    job = jobs.enqueue(
        kind=KIND,
        payload={"undo": one.pk, "file": file.pk},
        key=_key(file.pk),
        by=by,
        at=at,
        area_id=file.village_id,
        scope_no=file.scope_no,
    )
    _note(one, "approve", by, at, job=job.pk)
    return job


@transaction.atomic
def refuse_undo(*, file_id: int, by: Account, at: dt.datetime) -> None:
    """Refuse a request; the file stays as it is.

    Raises
    ------
    NotAllowed, NotFound
        As ``approve_undo``.
    Conflict
        ``intake.undo_settled`` when nothing waits (any more).
    """
    access.require(by, DECIDE, on=clock.date_of(at))
    one = _locked(file_id, by, clock.date_of(at))
    if one.asked_by_id == by.pk:
        raise NotAllowed("registry.needs_two", gettext_lazy("Who asks for a correction does not approve it."))
    _settle(one, UndoState.REFUSED, by, at)
    _note(one, "refuse", by, at)


@transaction.atomic
def withdraw_undo(*, file_id: int, by: Account, at: dt.datetime) -> None:
    """Take the own request back.

    Raises
    ------
    NotAllowed
        When somebody else asked for it.
    Conflict
        ``intake.undo_settled`` when nothing waits (any more).
    """
    access.require(by, ASK, on=clock.date_of(at))
    one = _locked(file_id, by, clock.date_of(at))
    if one.asked_by_id != by.pk:
        message = gettext_lazy("Only who asked can take it back. You can refuse it.")
        raise NotAllowed("corrections.not_own", message)
    _settle(one, UndoState.WITHDRAWN, by, at)
    _note(one, "withdraw", by, at)


@jobs.job(KIND, label=gettext_lazy("Take a register back"), permission=RECORD)
def undo(context: jobs.JobContext) -> dict[str, int]:
    """Batch by batch, the last one first; another try goes on where this one stopped.

    No cursor is kept: the registry itself knows which entries were taken back.
    """
    assert context.by is not None  # the kind has a permission
    one = FileUndo.objects.select_related("file").get(pk=context.payload["undo"])
    file = one.file
    if file.status == FileStatus.UNDONE:
        return {"entries": 0}
    entries = registry.take_back_file(
        source=file.source,
        village_id=file.village_id,
        scope_no=file.scope_no,
        by=context.by,
        at=context.at,
        reason=one.reason,
        detail={"file": file.pk, "asked_by": one.asked_by_id},
        progress=context.progress,
    )
    with transaction.atomic():
        undoing = RegisterFile.objects.filter(pk=file.pk, status=FileStatus.UNDOING)
        if undoing.update(status=FileStatus.UNDONE):
            not_listed.forget(file.pk)
            _note(one, "done", context.by, context.at, entries=entries)
    return {"entries": entries}


def hindrance_workbook(file_id: int, *, by: Account, at: dt.datetime) -> bytes:
    """The bytes of an .xlsx that says whose record stands in the way of taking a file back, and why.

    Raises
    ------
    NotAllowed, NotFound
        As ``open_undo``.
    """
    view = open_undo(file_id, by=by, at=at)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED"})
    body = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(_("In the way"))
    titles = (_("Name"), _("Household number"), _("What stands in the way"))
    for column, (title, width) in enumerate(zip(titles, (16, 16, 80), strict=True)):
        page.write_string(0, column, title, head)
        page.set_column(column, column, width)
    for row, one in enumerate(view.hindrances, start=1):
        for column, text in enumerate((one.name, one.number, one.message)):
            page.write_string(row, column, safe(text), body)
    page.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def _key(file_id: int) -> str:
    return f"{KIND}:{file_id}"


def _mark(standing: registry.Standing) -> str:
    return crypto.blind_index(standing.digest, "intake.undo")


def _covers(by: Account, on: dt.date, file: RegisterFile) -> bool:
    return all(scope.of(by, on, permission=one).covers(file.scope_no) for one in (DECIDE, RECORD))


def _stored(file_id: int, reach: Scope) -> RegisterFile:
    file = queries.open_file(file_id, scope=reach)
    if file.status not in (FileStatus.APPLIED, FileStatus.UNDOING, FileStatus.UNDONE):
        raise NotFound("intake.not_stored", gettext_lazy("Nothing of this file stands in the registry."))
    return file


def _applied(file_id: int, reach: Scope) -> RegisterFile:
    """The file, kept from anybody else until the transaction ends."""
    file = actions.open_to_decide(file_id, reach, lock=True)
    if file.status != FileStatus.APPLIED:
        raise Conflict("intake.not_stored", gettext_lazy("Nothing of this file stands in the registry."))
    return file


def _free(file: RegisterFile, reach: Scope) -> None:
    against = registry.hindrances(source=file.source, village_id=file.village_id, scope=reach)
    if against:
        raise Conflict(f"registry.reverse_{against[0].reason}", against[0].message)
    if not registry.standing(source=file.source, village_id=file.village_id).entries:
        raise Conflict("intake.not_stored", gettext_lazy("Nothing of this file stands in the registry."))


def _locked(file_id: int, by: Account, on: dt.date) -> FileUndo:
    reach = scope.of(by, on, permission=ASK)
    found = FileUndo.objects.filter(reach.q("file__scope_no"), file=file_id)
    one = found.filter(state=UndoState.WAITING).select_for_update(of=("self",)).first()
    if one is None:
        if not found.exists():
            raise NotFound("intake.no_undo", gettext_lazy("There is no such request in your areas."))
        raise Conflict("intake.undo_settled", gettext_lazy("This has been decided already."))
    return one


def _settle(one: FileUndo, state: UndoState, by: Account, at: dt.datetime) -> None:
    one.state, one.decided_by, one.decided_at = state, by, at
    one.save(update_fields=["state", "decided_by", "decided_at"])


def _note(one: FileUndo, act: str, by: Account, at: dt.datetime, **detail: int) -> None:
    audit.append(
        by=by,
        action=f"intake.undo_{act}",
        subject=f"register_file:{one.file_id}",
        at=at,
        scope_no=one.file.scope_no,
        purpose=one.reason,
        detail={"sha256": one.file.sha256, **detail},
    )
