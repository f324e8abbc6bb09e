"""An upload of several files as its page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.core.jobs import api as jobs
from tongchou.core.sentences import sentences
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Pages, Step
from tongchou.web.console.presenters import files
from tongchou.web.console.presenters import jobs as present_jobs
from tongchou.web.console.presenters.files import Count, Verdict


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One file of an upload; ``url`` leads to its own page once it was read."""

    name: str
    village: str
    url: str
    chip: Chip
    people: int | None
    errors: int | None
    warnings: int | None
    text: str


@dataclass(frozen=True, slots=True)
class BatchLine:
    """An upload in a list."""

    url: str
    received: dt.datetime
    files: int


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Everything the page of an upload shows."""

    number: int
    url: str
    received: dt.datetime
    steps: list[Step]
    verdict: Verdict
    counts: list[Count]
    items: list[ItemLine]
    pages: Pages
    working: bool
    job: present_jobs.JobLine | None
    may_store: bool
    store_label: str
    store_url: str
    may_read: bool
    read_url: str


def line(batch: intake.UploadBatch) -> BatchLine:
    """A line of the list of uploads."""
    return BatchLine(
        reverse("console:intake-batch", args=[batch.pk]),
        batch.uploaded_at,
        batch.files,  # type: ignore[attr-defined] - counted by the query
    )


def page(view: intake.BatchView, *, pages: Pages, permissions: frozenset[str]) -> BatchPage:
    """The page of an upload."""
    working = [job for job in (view.storing, view.reading) if job is not None and not job.ended]
    waiting = view.counts.get("waiting", 0)
    may_store = bool(view.ready) and not working and "intake.apply" in permissions
    stored = view.counts.get("applied", 0)
    return BatchPage(
        number=view.batch.pk,
        url=reverse("console:intake-batch", args=[view.batch.pk]),
        received=view.batch.uploaded_at,
        steps=files.procedure(3 if stored and stored == view.total else 1),
        verdict=_verdict(view, working[0] if working else None),
        counts=_counts(view),
        items=[item(one) for one in view.items],
        pages=pages,
        working=bool(working),
        job=present_jobs.line(working[0], area="") if working else None,
        may_store=may_store,
        store_label=_store_label(view),
        store_url=reverse("console:intake-batch-store", args=[view.batch.pk]),
        may_read=bool(waiting) and not working,
        read_url=reverse("console:intake-batch-read", args=[view.batch.pk]),
    )


def _store_label(view: intake.BatchView) -> str:
    return ngettext(
        "Store the %(n)s file without errors (%(people)s people)",
        "Store all %(n)s files without errors (%(people)s people)",
        view.ready,
    ) % {"n": formatters.number(view.ready), "people": formatters.number(view.ready_people)}


def _verdict(view: intake.BatchView, job: jobs.Job | None) -> Verdict:
    if job is not None and job == view.storing:
        text = _("You can do something else meanwhile. Files stored so far stay, even when you cancel.")
        return Verdict(_("The files are being stored in the background"), text, "", "clock")
    if job is not None:
        text = _("You can do something else meanwhile. Nothing is stored yet.")
        return Verdict(_("The files are being read in the background"), text, "", "clock")
    counts = view.counts
    to_choose, refused = counts.get("choose", 0), counts.get("refused", 0)
    with_errors = counts.get("staged", 0) - view.ready
    told = []
    if to_choose:
        told.append(
            ngettext("%(n)s file waits for its village.", "%(n)s files wait for their village.", to_choose)
            % {"n": to_choose}
        )
    if refused:
        told.append(
            ngettext("%(n)s file was not accepted.", "%(n)s files were not accepted.", refused)
            % {"n": refused}
        )
    if with_errors > 0:
        told.append(
            ngettext("%(n)s file holds errors.", "%(n)s files hold errors.", with_errors) % {"n": with_errors}
        )
    if not told:
        stored = counts.get("applied", 0)
        if stored and stored == view.total:
            return Verdict(_("All files are stored"), _("There is nothing left to do."), "good", "check")
        text = _("Look at what is new or different, then decide.")
        return Verdict(_("All files could be read"), text, "good", "check")
    remedy = _("What is wrong with one file keeps no other back.")
    return Verdict(_("Some files need you"), sentences(*told, remedy), "warn", "warn")


def _counts(view: intake.BatchView) -> list[Count]:
    counts = view.counts
    staged = counts.get("staged", 0)
    return [
        Count("all", _("Files"), view.total),
        Count("new", _("Without errors"), view.ready),
        Count("held", _("With errors"), max(0, staged - view.ready)),
        Count("changed", _("Waiting"), counts.get("waiting", 0) + counts.get("choose", 0)),
        Count("conflict", _("Not accepted"), counts.get("refused", 0)),
        Count("same", _("Stored"), counts.get("applied", 0)),
    ]


def name(one: intake.BatchItem) -> str:
    """The file's name; its number when the name is not kept."""
    return intake.name_of(one) if one.label else _("File %(n)s") % {"n": one.position}


def item(one: intake.BatchItem) -> ItemLine:
    """One file of the upload."""
    file = one.file
    return ItemLine(
        name=name(one),
        village=one.village.name if one.village else "",
        url=reverse("console:intake-file", args=[file.pk]) if file else "",
        chip=_chip(one),
        people=file.people if file else None,
        errors=file.error_count if file else None,
        warnings=file.warning_count if file else None,
        text=_text(one),
    )


def _chip(one: intake.BatchItem) -> Chip:
    states = intake.ItemState
    if one.state == states.READ:
        if one.file is None:
            return Chip(_("Replaced"), "info", "")
        if one.file.status == files.Status.STAGED and one.file.error_count:
            return Chip(_("To be mended"), "warn", "warn")
        if one.file.status == files.Status.STAGED:
            return Chip(_("Without errors"), "check", "good")
        return files.chip(one.file)
    icon, tone = {
        states.WAITING: ("clock", ""),
        states.CHOOSE: ("question", "warn"),
        states.REFUSED: ("cross", "bad"),
    }[states(one.state)]
    return Chip(str(states(one.state).label), icon, tone)


def _text(one: intake.BatchItem) -> str:
    if one.state == intake.ItemState.CHOOSE:
        return _("Neither its name nor its title tells the village.")
    if one.state == intake.ItemState.READ:
        if one.file is None:
            return _("The same file was read again since; look at the list of register files.")
        return intake.refusal_words(one.file) if one.file.status == files.Status.REFUSED else ""
    return intake.reason(one)
