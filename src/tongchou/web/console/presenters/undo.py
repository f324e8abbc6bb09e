"""Taking a register back, as its page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.apps.registry import api as registry
from tongchou.core.jobs import api as jobs
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import files


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
    number: int
    village: str
    chip: Chip
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
    village: str
    reason: str
    by: str
    at: dt.datetime


def page(view: intake.UndoView, hindrances: Iterable[registry.Hindrance]) -> Page:
    """The page of a file that was, or may be, taken back; ``hindrances`` are those of this page alone."""
    status = view.file.status
    undoing = status == intake.FileStatus.UNDOING
    ended = view.job is not None and view.job.ended
    stopped = view.job if undoing and ended else None
    return Page(
        number=view.file.pk,
        village=view.file.village.name,
        chip=files.chip(view.file),
        figures=_figures(view.standing),
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


def waiting(found: Iterable[intake.FileUndo]) -> list[Waiting]:
    """Requests that wait, as lines."""
    return [
        Waiting(
            url=reverse("console:intake-undo", args=[one.file_id]),
            village=one.file.village.name,
            reason=str(intake.UndoReason(one.reason).label),
            by=one.asked_by.display_name or one.asked_by.username,
            at=one.asked_at,
        )
        for one in found
    ]


def _figures(standing: registry.Standing) -> list[files.Count]:
    return [
        files.Count("entered", _("People who would no longer be recorded"), standing.entered),
        files.Count("changed", _("People who would be as before"), standing.changed),
        files.Count("households", _("Households that would no longer be recorded"), standing.households),
    ]


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


def _asked(one: intake.FileUndo) -> Asked:
    decided = one.decided_by
    return Asked(
        by=one.asked_by.display_name or one.asked_by.username,
        at=formatters.moment(one.asked_at),
        reason=str(intake.UndoReason(one.reason).label),
        decision=str(intake.UndoState(one.state).label),
        decided_by=(decided.display_name or decided.username) if decided else "",
        decided_at=formatters.moment(one.decided_at) if one.decided_at else "",
    )


def _job_url(job: jobs.Job) -> str:
    return reverse("console:jobs") + f"#job-{job.pk}"
