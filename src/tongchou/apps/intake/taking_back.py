"""Taking back what was stored: one asks, another decides, a job does it batch by batch.

What stands against it is told in words before anybody asks, again when it is decided, and by the registry
itself at each batch. Registers of villages and lists of departments go the same way; ``TakingBack`` says in
what they differ.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.intake.models import FileStatus
from tongchou.apps.intake.own_workbook import safe
from tongchou.apps.intake.undo_requests import UndoReason, UndoRequest, UndoState
from tongchou.apps.registry import api as registry
from tongchou.core import access, audit, clock, crypto, scope
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.core.scope import Scope

DECIDE, RECORD = "corrections.decide", "registry.correct"
#: States a stored upload goes through while it is taken back: registers and lists name them alike.
UNDOING, UNDONE = FileStatus.UNDOING, FileStatus.UNDONE


class Stored(Protocol):
    """What registers and lists have in common."""

    pk: int
    sha256: str
    status: str
    scope_no: int

    @property
    def source(self) -> str: ...

    @property
    def recorded_in(self) -> int: ...

    def save(self, *, update_fields: list[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class UndoView:
    """What taking a file back would do, what stands against it, and the request that waits.

    ``offers`` of help go with it. ``seen`` stands for what is shown: who approves sends it back.
    """

    file: Any
    standing: registry.Standing
    offers: int
    hindrances: list[registry.Hindrance]
    request: UndoRequest | None
    last: UndoRequest | None  # the latest one decided
    own: bool
    may_ask: bool
    may_decide: bool
    seen: str
    job: jobs.Job | None


@dataclass(frozen=True, slots=True)
class TakingBack:
    """How uploads of one kind are taken back.

    Parameters
    ----------
    kind
        The kind of job; acts are noted in the audit chain under it too.
    payload
        What the job's payload calls the upload.
    subject
        What the audit chain calls it.
    place
        Its column for the area it is of.
    requests
        Where requests are kept.
    reasons
        Why it may be asked for.
    permission
        What asking takes, beside being allowed to correct the registry.
    open_one
        An upload in a scope, with ``lock`` kept from anybody else until the transaction ends.
    stands
        Whether an upload was stored, and is not being taken back.
    offers
        The offers of help an upload alone has brought: they go with it.
    withdraw
        Called at the end, in the transaction that notes it.
    counted
        Whether something of it was counted and is forgotten with it.
    """

    kind: str
    payload: str
    subject: str
    place: str
    requests: type[UndoRequest]
    reasons: tuple[UndoReason, ...]
    permission: str
    open_one: Callable[..., Any]
    stands: Callable[[Any], bool]
    offers: Callable[[Any], QuerySet[Any]] | None = None
    withdraw: Callable[[Any], int] | None = None
    counted: Callable[[Any], bool] | None = None

    def open(self, file_id: int, *, by: Account, at: dt.datetime) -> UndoView:
        """The page of a file that was, or may be, taken back. A constant number of queries.

        Raises
        ------
        NotAllowed, NotFound
            When the account may not store such files, or not there; when the file was never stored.
        """
        on = clock.date_of(at)
        file = self.open_one(file_id, access.require(by, self.permission, on=on))
        stands = self.stands(file)
        if not stands and file.status not in (UNDOING, UNDONE):
            raise NotFound("intake.not_stored", gettext_lazy("Nothing of this file stands in the registry."))
        found = self._requests().filter(file=file_id).order_by("-pk")
        found = found.select_related("asked_by", "decided_by")
        request = found.filter(state=UndoState.WAITING).first()
        standing, offers = self._standing(file)
        reach = scope.of(by, on, permission=RECORD)
        against = _hindrances(file, reach) if file.status != UNDONE else []
        own = request is not None and request.asked_by_id == by.pk
        there = self._there(file, standing, offers)
        return UndoView(
            file=file,
            standing=standing,
            offers=len(offers),
            hindrances=against,
            request=request,
            last=found.exclude(state=UndoState.WAITING).first(),
            own=own,
            may_ask=stands and request is None and not against and there,
            may_decide=stands and request is not None and not own and _covers(by, on, file),
            seen=self._mark(standing, offers),
            job=self.job_of(file_id),
        )

    def job_of(self, file_id: int) -> jobs.Job | None:
        """The job that takes the file back; None when nobody approved it."""
        return jobs.Job.objects.filter(key=self._key(file_id)).first()

    def waiting(self, *, by: Account, on: dt.date) -> QuerySet[Any]:
        """Requests of others that wait for a decision of this account, the oldest first."""
        found = self._requests().filter(state=UndoState.WAITING).exclude(asked_by=by.pk)
        for permission in (self.permission, DECIDE):
            found = found.filter(scope.of(by, on, permission=permission).q("file__scope_no"))
        return found.select_related(f"file__{self.place}", "asked_by").order_by("asked_at", "pk")

    def ask(self, *, file_id: int, reason: str, by: Account, at: dt.datetime) -> UndoRequest:
        """Ask to take back everything a file recorded; nothing changes until somebody else approves.

        Raises
        ------
        NotAllowed, NotFound
            When the account may not store such files or correct the registry, or not there.
        Invalid
            When the reason is none of ``reasons``.
        Conflict
            When the file does not stand; when something stands in the way; when this was asked for already.
        """
        reach = access.require(by, RECORD, on=clock.date_of(at))
        access.require(by, self.permission, on=clock.date_of(at))
        if reason not in self.reasons:
            raise Invalid(
                "intake.undo_reason", gettext_lazy("Choose a reason from the list."), field="reason"
            )
        with transaction.atomic():
            file = self._stored(file_id, reach)
            self._free(file, reach)
            try:
                with transaction.atomic():
                    made = self._requests().create(file=file, reason=reason, asked_by=by, asked_at=at)
            except IntegrityError as error:
                message = gettext_lazy("The same has been asked for already and waits for a decision.")
                raise Conflict("intake.undo_waits", message) from error
            self._note(made, "ask", by, at)
        return made

    def approve(self, *, file_id: int, seen: str, by: Account, at: dt.datetime) -> jobs.Job:
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
            ``intake.undo_settled`` when nothing waits (any more); ``intake.undo_seen`` when other entries
            would be taken back than were shown; when something stands in the way.
        """
        on = clock.date_of(at)
        access.require(by, DECIDE, on=on)
        reach = access.require(by, RECORD, on=on)
        with transaction.atomic():
            one = self._of_another(file_id, by, on)
            file = self._stored(file_id, reach)
            registry.stand_still()
            if seen != self._mark(*self._standing(file)):
                message = gettext_lazy(
                    "The register has changed since you looked. Compare once more, then decide."
                )
                raise Conflict("intake.undo_seen", message)
            self._free(file, reach)
            _settle(one, UndoState.APPROVED, by, at)
            file.status = UNDOING
            file.save(update_fields=["status"])
            job = jobs.enqueue(
                kind=self.kind,
                payload={"undo": one.pk, self.payload: file.pk},
                key=self._key(file.pk),
                by=by,
                at=at,
                area_id=file.recorded_in,
                scope_no=file.scope_no,
            )
            self._note(one, "approve", by, at, job=job.pk)
        return job

    def refuse(self, *, file_id: int, by: Account, at: dt.datetime) -> None:
        """Refuse a request; the file stays as it is.

        Raises
        ------
        NotAllowed, NotFound
            As ``approve``.
        Conflict
            ``intake.undo_settled`` when nothing waits (any more).
        """
        access.require(by, DECIDE, on=clock.date_of(at))
        with transaction.atomic():
            one = self._of_another(file_id, by, clock.date_of(at))
            _settle(one, UndoState.REFUSED, by, at)
            self._note(one, "refuse", by, at)

    def retract(self, *, file_id: int, by: Account, at: dt.datetime) -> None:
        """Take the own request back.

        Raises
        ------
        NotAllowed
            When somebody else asked for it.
        Conflict
            ``intake.undo_settled`` when nothing waits (any more).
        """
        access.require(by, self.permission, on=clock.date_of(at))
        with transaction.atomic():
            one = self._locked(file_id, by, clock.date_of(at))
            if one.asked_by_id != by.pk:
                message = gettext_lazy("Only who asked can take it back. You can refuse it.")
                raise NotAllowed("corrections.not_own", message)
            _settle(one, UndoState.WITHDRAWN, by, at)
            self._note(one, "withdraw", by, at)

    def run(self, context: jobs.JobContext) -> dict[str, int]:
        """The job: batch by batch, the last one first; another try goes on where this one stopped.

        No cursor is kept: the registry itself knows which entries were taken back.
        """
        assert context.by is not None  # the kind has a permission
        one: Any = self._requests().select_related("file").get(pk=context.payload["undo"])
        file = one.file
        if file.status == UNDONE:
            return {"entries": 0}
        entries = registry.take_back_file(
            source=file.source,
            village_id=file.recorded_in,
            scope_no=file.scope_no,
            by=context.by,
            at=context.at,
            reason=one.reason,
            detail={self.payload: file.pk, "asked_by": one.asked_by_id},
            progress=context.progress,
        )
        told = {"entries": entries}
        with transaction.atomic():
            undoing = type(file)._default_manager.filter(pk=file.pk, status=UNDOING)
            if undoing.update(status=UNDONE):
                if self.withdraw is not None:
                    withdrawn = self.withdraw(file)
                    if self.offers is not None:
                        told["offers"] = withdrawn
                self._note(one, "done", context.by, context.at, **told)
        return told

    def hindrance_workbook(self, file_id: int, *, by: Account, at: dt.datetime) -> bytes:
        """The bytes of an .xlsx that says whose record stands in the way of taking a file back, and why.

        Raises
        ------
        NotAllowed, NotFound
            As ``open``.
        """
        return _workbook(self.open(file_id, by=by, at=at).hindrances)

    def _requests(self) -> Any:
        return self.requests._default_manager

    def _key(self, file_id: int) -> str:
        return f"{self.kind}:{file_id}"

    def _standing(self, file: Stored) -> tuple[registry.Standing, list[int]]:
        """What of it stands in the registry, and the numbers of the offers that go with it."""
        offers = self.offers(file).order_by("pk").values_list("pk", flat=True) if self.offers else ()
        return registry.standing(source=file.source, village_id=file.recorded_in), list(offers)

    def _there(self, file: Stored, standing: registry.Standing, offers: list[int]) -> bool:
        return bool(standing.entries or offers or (self.counted is not None and self.counted(file)))

    def _mark(self, standing: registry.Standing, offers: list[int]) -> str:
        return crypto.blind_index(f"{standing.digest}:{offers}", self.kind)

    def _stored(self, file_id: int, reach: Scope) -> Stored:
        """The file, kept from anybody else until the transaction ends."""
        file: Stored = self.open_one(file_id, reach, lock=True)
        if not self.stands(file):
            raise Conflict("intake.not_stored", gettext_lazy("Nothing of this file stands in the registry."))
        return file

    def _free(self, file: Stored, reach: Scope) -> None:
        if against := _hindrances(file, reach):
            raise Conflict(f"registry.reverse_{against[0].reason}", against[0].message)
        standing, offers = self._standing(file)
        if not self._there(file, standing, offers):
            raise Conflict("intake.not_stored", gettext_lazy("Nothing of this file stands in the registry."))

    def _locked(self, file_id: int, by: Account, on: dt.date) -> UndoRequest:
        reach = scope.of(by, on, permission=self.permission)
        found = self._requests().filter(reach.q("file__scope_no"), file=file_id)
        one: UndoRequest | None
        one = found.filter(state=UndoState.WAITING).select_for_update(of=("self",)).first()
        if one is None:
            if not found.exists():
                raise NotFound("intake.no_undo", gettext_lazy("There is no such request in your areas."))
            raise Conflict("intake.undo_settled", gettext_lazy("This has been decided already."))
        return one

    def _of_another(self, file_id: int, by: Account, on: dt.date) -> UndoRequest:
        one = self._locked(file_id, by, on)
        if one.asked_by_id == by.pk:
            message = gettext_lazy("Who asks for a correction does not approve it.")
            raise NotAllowed("registry.needs_two", message)
        return one

    def _note(self, one: Any, act: str, by: Account, at: dt.datetime, **detail: int) -> None:
        audit.append(
            by=by,
            action=f"{self.kind}_{act}",
            subject=f"{self.subject}:{one.file_id}",
            at=at,
            scope_no=one.file.scope_no,
            purpose=one.reason,
            detail={"sha256": one.file.sha256, **detail},
        )


def _hindrances(file: Stored, reach: Scope) -> list[registry.Hindrance]:
    return registry.hindrances(source=file.source, village_id=file.recorded_in, scope=reach)


def _covers(by: Account, on: dt.date, file: Stored) -> bool:
    return all(scope.of(by, on, permission=one).covers(file.scope_no) for one in (DECIDE, RECORD))


def _settle(one: UndoRequest, state: UndoState, by: Account, at: dt.datetime) -> None:
    one.state, one.decided_by, one.decided_at = state, by, at
    one.save(update_fields=["state", "decided_by", "decided_at"])


def _workbook(hindrances: list[registry.Hindrance]) -> bytes:
    import xlsxwriter  # for what is taken away alone

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#EDEDED"})
    body = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(_("In the way"))
    titles = (_("Name"), _("Household number"), _("What stands in the way"))
    for column, (title, width) in enumerate(zip(titles, (16, 16, 80), strict=True)):
        page.write_string(0, column, title, head)
        page.set_column(column, column, width)
    for row, one in enumerate(hindrances, start=1):
        for column, text in enumerate((one.name, one.number, one.message)):
            page.write_string(row, column, safe(text), body)
    page.freeze_panes(1, 0)
    book.close()
    return target.getvalue()
