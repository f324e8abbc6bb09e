"""Jobs as pages show them: what, how far, how it ended, what can be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongchou.apps.casework import api as casework
from tongchou.core.holidays import api as holidays
from tongchou.core.jobs import api as jobs
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip

State = jobs.State


#: Kinds that take something back, and the page that is about.
UNDOS = {"intake.undo": "intake-undo", "lists.undo": "list-undo"}


@dataclass(frozen=True, slots=True)
class JobLine:
    """A line of the list of jobs."""

    number: int
    title: str
    area: str
    url: str
    asked_by: str
    asked: dt.datetime
    started: dt.datetime | None
    finished: dt.datetime | None
    seen: str
    chip: Chip
    open: bool
    running: bool
    percent: int | None
    text: str
    error: str
    may_cancel: bool
    may_try_again: bool


def line(job: jobs.Job, *, area: str) -> JobLine:
    """A line of the list of jobs."""
    ending = job.cancel_requested and not job.ended
    running = job.state == State.RUNNING
    return JobLine(
        number=job.pk,
        title=jobs.label(job.kind),
        area=area,
        url=_url(job),
        asked_by=job.created_by.display_name if job.created_by else "",
        asked=job.created_at,
        started=job.started_at,
        finished=job.finished_at,
        seen=f"{job.state}-ending" if ending else job.state,
        chip=chip(job.state, ending=ending),
        open=not job.ended,
        running=running,
        percent=job.percent if running else None,
        text=_text(job),
        error=job.error,
        may_cancel=not job.ended and not ending,
        may_try_again=job.state in (State.FAILED, State.CANCELLED),
    )


def chip(state: str, *, ending: bool = False) -> Chip:
    """How a job stands."""
    if ending:
        return Chip(_("Ending"), "clock", "warn")
    icon, tone = {
        State.QUEUED: ("clock", ""),
        State.RUNNING: ("spin", "info"),
        State.DONE: ("check", "good"),
        State.FAILED: ("warn", "bad"),
        State.CANCELLED: ("cross", ""),
    }[State(state)]
    return Chip(str(State(state).label), icon, tone)


def _url(job: jobs.Job) -> str:
    """The page of what the job is about."""
    if job.kind in UNDOS:
        return reverse(f"console:{UNDOS[job.kind]}", args=[job.payload.get("file") or job.payload["list"]])
    if job.kind == holidays.KIND:
        return reverse("console:holidays")
    if job.kind == casework.RENEWAL:
        return reverse("console:case-renew")
    if "file" in job.payload:
        return reverse("console:intake-file", args=[job.payload["file"]])
    if job.kind == "audit.verify":
        return reverse("console:audit") if job.state == State.DONE else ""
    if "batch" in job.payload:
        return reverse("console:intake-batch", args=[job.payload["batch"]])
    if "list" in job.payload:
        return reverse("console:list-file", args=[job.payload["list"]])
    return reverse("console:worklist") if job.state == State.DONE else ""


def _text(job: jobs.Job) -> str:
    if job.state == State.RUNNING:
        return _progress(job)
    if job.state == State.DONE and job.kind in UNDOS:
        entries = job.result.get("entries", 0)
        return ngettext("%(n)s entry was taken back.", "%(n)s entries were taken back.", entries) % {
            "n": formatters.number(entries)
        }
    if job.state == State.DONE and job.kind == holidays.KIND:
        return moved(job)
    if job.state == State.DONE and job.kind == casework.RENEWAL:
        return _renewed(job)
    if job.state == State.DONE and "list" in job.payload:
        rows = job.result.get("recorded", 0)
        return ngettext("%(n)s row was recorded.", "%(n)s rows were recorded.", rows) % {
            "n": formatters.number(rows)
        }
    people = job.result.get("people")
    if job.state != State.DONE or people is None:
        return ""
    number = {"n": formatters.number(people)}
    if "file" in job.payload or "files" in job.payload:
        return ngettext("%(n)s person was stored.", "%(n)s people were stored.", people) % number
    return ngettext("%(n)s person was checked.", "%(n)s people were checked.", people) % number


def _renewed(job: jobs.Job) -> str:
    """What the beginning of a yearly check did."""
    begun, no_longer = job.result.get("begun", 0), job.result.get("no_longer", 0)
    checked = formatters.number(begun + no_longer)
    return _(
        "%(checked)s checked: %(begun)s go on and are to be confirmed, %(no_longer)s are no longer given."
    ) % {"checked": checked, "begun": formatters.number(begun), "no_longer": formatters.number(no_longer)}


def moved(job: jobs.Job) -> str:
    """How many last days a finished counting has moved, by what they are of."""
    mark, between = pgettext("between a label and its message", ": "), pgettext("between reasons", "; ")
    return _("Last days moved%(mark)s%(numbers)s") % {
        "mark": mark,
        "numbers": between.join(f"{label} {formatters.number(n)}" for label, n in holidays.moved(job)),
    }


def _progress(job: jobs.Job) -> str:
    stage = {
        "snapshot": _("Reading the registry"),
        "rules": _("Applying the rules"),
        "listing": _("Writing the list"),
    }.get(job.note, job.note)
    if "list" in job.payload and job.total:
        return _("%(done)s of %(total)s rows") % {
            "done": formatters.number(job.done),
            "total": formatters.number(job.total),
        }
    if "file" in job.payload and job.total:
        return _("%(done)s of %(total)s people") % {
            "done": formatters.number(job.done),
            "total": formatters.number(job.total),
        }
    if "batch" in job.payload and job.total:
        return _("%(done)s of %(total)s files") % {
            "done": formatters.number(job.done),
            "total": formatters.number(job.total),
        }
    return stage
