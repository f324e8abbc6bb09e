"""Taking a register or a list back, as its page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongchou.apps.intake import api as intake
from tongchou.apps.registry import api as registry
from tongchou.core.jobs import api as jobs
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import files, lists

if TYPE_CHECKING:
    from tongchou.core.models import Account


#: Requests listed above the files.
MOST = 20


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages of registers and of lists say differently, and where they are."""

    name: str  # of the page; "<name>-decide" and "<name>-list" go with it
    above: str  # the overview of such files
    above_title: Any
    file: str  # the page of one
    busy: Any
    decider: Any
    title: Callable[[Any], str]
    place: Callable[[Any], str]
    chip: Callable[[Any], Chip]

    def url(self, file_id: int) -> str:
        return reverse(f"console:{self.name}", args=[file_id])


#: By the kind of job that takes such a file back.
WORDS = {
    intake.register_undo.kind: Words(
        name="intake-undo",
        above="intake",
        above_title=gettext_lazy("Register files"),
        file="intake-file",
        busy=gettext_lazy("Until it is done no other file of this village is stored."),
        decider=gettext_lazy("Somebody of the township or the county decides."),
        title=lambda file: "",
        place=lambda file: str(file.village.name),
        chip=files.chip,
    ),
    intake.lists.list_undo.kind: Words(
        name="list-undo",
        above="lists",
        above_title=gettext_lazy("Department lists"),
        file="list-file",
        busy=gettext_lazy("Until it is done no other list of this kind is stored."),
        decider=gettext_lazy("Somebody else of the county decides."),
        title=lambda file: intake.lists.kind_label(file.kind),
        place=lambda file: str(file.area.name),
        chip=lists.chip,
    ),
}


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A record that keeps the file from being taken back."""

    name: str  # "" for a household, and for people outside the reader's areas
    number: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: who asked when and why, and what became of it."""

    by: str
    at: str
    reason: str
    decision: str
    decided_by: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class Page:
    words: Words
    title: str  # what kind of file; "" for a register
    place: str
    chip: Chip
    url: str
    file_url: str
    above_url: str
    list_url: str
    approve_url: str
    refuse_url: str
    withdraw_url: str
    figures: list[files.Count]
    counted: str
    in_the_way: list[InTheWay]
    hindrances: int
    request: Asked | None
    last: Asked | None
    own: bool
    may_ask: bool
    may_decide: bool
    done: bool
    running: bool
    stopped: str  # why the job stopped, in words; "" while it goes on
    job_url: str
    seen: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the list of requests that wait for the reader."""

    url: str
    title: str
    place: str
    reason: str
    by: str
    at: dt.datetime


def page(view: intake.UndoView, hindrances: Iterable[registry.Hindrance], *, words: Words) -> Page:
    """The page of a file that was, or may be, taken back; ``hindrances`` are those of this page alone."""
    status = view.file.status
    undoing = status == intake.FileStatus.UNDOING
    ended = view.job is not None and view.job.ended
    stopped = view.job if undoing and ended else None
    return Page(
        words=words,
        title=words.title(view.file),
        place=words.place(view.file),
        chip=words.chip(view.file),
        url=words.url(view.file.pk),
        file_url=reverse(f"console:{words.file}", args=[view.file.pk]),
        above_url=reverse(f"console:{words.above}"),
        list_url=reverse(f"console:{words.name}-list", args=[view.file.pk]),
        **{
            f"{act}_url": reverse(f"console:{words.name}-decide", args=[view.file.pk, act])
            for act in ("approve", "refuse", "withdraw")
        },
        figures=_figures(view),
        counted=_counted(view.standing.entries),
        in_the_way=[_in_the_way(one) for one in hindrances],
        hindrances=len(view.hindrances),
        request=_asked(view.request) if view.request else None,
        last=_asked(view.last) if view.last else None,
        own=view.own,
        may_ask=view.may_ask,
        may_decide=view.may_decide,
        done=status == intake.FileStatus.UNDONE,
        running=undoing and not ended,
        stopped=(stopped.error or _("Somebody cancelled it.")) if stopped else "",
        job_url=_job_url(view.job) if undoing and view.job else "",
        seen=view.seen,
    )


def waiting(of: intake.TakingBack, *, by: Account, on: dt.date) -> list[Waiting]:
    """The oldest requests of others that wait for the reader, as lines."""
    words = WORDS[of.kind]
    return [
        Waiting(
            url=words.url(one.file_id),
            title=words.title(one.file),
            place=words.place(one.file),
            reason=str(intake.UndoReason(one.reason).label),
            by=one.asked_by.shown_name,
            at=one.asked_at,
        )
        for one in of.waiting(by=by, on=on)[:MOST]
    ]


def _figures(view: intake.UndoView) -> list[files.Count]:
    """Of a list nobody and no household is new; of a register nothing was offered."""
    standing = view.standing
    found = [
        files.Count("entered", _("People who would no longer be recorded"), standing.entered),
        files.Count("changed", _("People who would be as before"), standing.changed),
        files.Count("households", _("Households that would no longer be recorded"), standing.households),
        files.Count("offers", _("Offers of help that would be withdrawn"), view.offers),
    ]
    return [one for one in found if one.number or one.kind == "changed"]


def _counted(entries: int) -> str:
    return ngettext(
        "%(n)s entry of this file stands in the registry.",
        "%(n)s entries of this file stand in the registry.",
        entries,
    ) % {"n": formatters.number(entries)}


def _in_the_way(one: registry.Hindrance) -> InTheWay:
    url = ""
    if one.person_id:
        url = reverse("console:person", args=[one.person_id])
    elif one.number:
        url = reverse("console:household", args=[one.household_id])
    return InTheWay(one.name, one.number, url, one.message)


def _asked(one: Any) -> Asked:
    decided = one.decided_by
    return Asked(
        by=one.asked_by.shown_name,
        at=formatters.moment(one.asked_at),
        reason=str(intake.UndoReason(one.reason).label),
        decision=str(intake.UndoState(one.state).label),
        decided_by=decided.shown_name if decided else "",
        decided_at=formatters.moment(one.decided_at) if one.decided_at else "",
    )


def _job_url(job: jobs.Job) -> str:
    return reverse("console:jobs") + f"#job-{job.pk}"
