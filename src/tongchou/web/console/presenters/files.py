"""Register files as pages show them: what was found, what would change, what to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Pages, Step, steps
from tongchou.web.console.presenters import mending
from tongchou.web.console.presenters.file_rows import RowList
from tongchou.web.console.presenters.file_verdicts import Verdict, ready_people, storing, verdict

Status = intake.FileStatus
#: Files that have a page about taking them back.
UNDOABLE = (Status.APPLIED, Status.UNDOING, Status.UNDONE)


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the list of files."""

    url: str
    village: str
    code: str
    name: str
    by: str
    chip: Chip
    rows: int
    errors: int
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A stored file with rows nobody has decided about."""

    url: str
    village: str
    rows: int
    stored: dt.datetime | None


def left_open(file: intake.RegisterFile) -> LeftOpen:
    """A line of the list of what stored files left open."""
    url = reverse("console:intake-file", args=[file.pk]) + "#questions"
    return LeftOpen(url, file.village.name, file.left_open, file.decided_at)


@dataclass(frozen=True, slots=True)
class Count:
    """A figure of the difference."""

    kind: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One cell to look at."""

    cell: str
    column: str
    chip: Chip
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class FilePage:
    """Everything the page of a file shows."""

    number: int
    village: str
    place: str
    chip: Chip
    received: dt.datetime
    steps: list[Step]
    verdict: Verdict
    notes: list[Verdict]
    seen: int
    code: str
    by: str
    name: str
    diff: list[Count]
    remarks: list[str]
    may_apply: bool
    apply_label: str
    may_discard: bool
    apply_url: str
    discard_url: str
    problems_url: str
    returned_url: str = ""
    undo_url: str = ""
    undone: bool = False
    in_question: int = 0
    kinds: list[mending.KindLine] = field(default_factory=list)
    job_url: str = ""
    begun: int = 0
    lists: list[RowList] = field(default_factory=list)
    problems: list[ProblemLine] = field(default_factory=list)
    problem_count: int = 0
    pages: Pages | None = None


def procedure(now: int) -> list[Step]:
    """The steps of bringing a register in."""
    return steps([_("Choose the file"), _("Check and decide"), _("Store in the registry")], now)


def begun(file: intake.RegisterFile) -> int:
    """People stored by a run that was interrupted, while the file still waits."""
    return file.applied.get("settled", 0) if file.status == Status.STAGED else 0


def is_partial(file: intake.RegisterFile) -> bool:
    """True when people of the file have been stored and others have not."""
    left_out = file.status == Status.APPLIED and (file.held_people or file.applied.get("conflict", 0))
    return bool(begun(file) or left_out)


def chip(file: intake.RegisterFile) -> Chip:
    """The state of a file."""
    if is_partial(file):
        return Chip(_("Partly stored"), "warn", "warn")
    return {
        Status.STAGED: Chip(str(Status.STAGED.label), "clock", "warn"),
        Status.APPLYING: Chip(str(Status.APPLYING.label), "clock", ""),
        Status.APPLIED: Chip(str(Status.APPLIED.label), "check", "good"),
        Status.DISCARDED: Chip(str(Status.DISCARDED.label), "cross", ""),
        Status.REFUSED: Chip(str(Status.REFUSED.label), "cross", "bad"),
        Status.UNDOING: Chip(str(Status.UNDOING.label), "clock", "warn"),
        Status.UNDONE: Chip(str(Status.UNDONE.label), "turn", ""),
    }[Status(file.status)]


def _hands(file: intake.RegisterFile) -> str:
    """Who brought the file in and, when the work was handed over, who has it now."""
    known = [one for one in (file.uploaded_by, file.in_charge) if one is not None]
    return " → ".join(one.shown_name for one in known)


def line(file: intake.RegisterFile) -> FileLine:
    """A line of the list of files."""
    return FileLine(
        url=reverse("console:intake-file", args=[file.pk]),
        village=file.village.name,
        code=file.village.code or "",
        name=file.sha256[:8],
        by=_hands(file),
        chip=chip(file),
        rows=file.people,
        errors=file.error_count,
        received=file.uploaded_at,
    )


def page(
    file: intake.RegisterFile,
    problems: Iterable[ProblemLine],
    *,
    place: str,
    pages: Pages,
    permissions: frozenset[str],
    scope: Scope,
    running: bool = False,
    job: jobs.Job | None = None,
    lists: list[RowList] | None = None,
) -> FilePage:
    """The page of a file; ``running``: it is being stored, by ``job`` when that happens in the background."""
    undecided = file.status in intake.UNDECIDED
    ready = ready_people(file)
    rows = intake.question_counts(file)
    may_decide = undecided and not running and "intake.apply" in permissions
    address = [file.pk]
    about = line(file)
    background = bool(running and job and not job.ended)
    return FilePage(
        number=file.pk,
        village=about.village,
        code=about.code,
        by=about.by,
        name=about.name,
        place=place,
        chip=about.chip,
        received=file.uploaded_at,
        steps=_steps(file, running),
        verdict=storing(background) if running else verdict(file, open_rows=rows[""]),
        notes=notes(file),
        seen=file.comparison_no,
        job_url=reverse("console:jobs") + f"#job-{job.pk}" if job and background else "",
        diff=difference(file) if file.status != Status.REFUSED else [],
        remarks=remarks(file, rows),
        may_apply=may_decide and ready > 0,
        apply_label=_apply_label(file, ready),
        may_discard=may_decide or (file.status == Status.REFUSED and "intake.apply" in permissions),
        apply_url=reverse("console:intake-apply", args=address),
        discard_url=reverse("console:intake-discard", args=address),
        problems_url=reverse("console:intake-problems", args=address) if intake.goes_back(file) else "",
        returned_url=mending.returned_url(file),
        undo_url=reverse("console:intake-undo", args=address)
        if file.status in UNDOABLE and "intake.apply" in permissions
        else "",
        in_question=file.conflict_count,
        undone=file.status == Status.UNDONE,
        kinds=mending.kinds(file, scope=scope) if file.status == Status.REFUSED else [],
        begun=begun(file),
        lists=lists or [],
        problems=list(problems),
        problem_count=file.problem_count,
        pages=pages,
    )


def _steps(file: intake.RegisterFile, running: bool) -> list[Step]:
    """Where the file stands; none once discarded or taken back. The last is not done when partly stored."""
    if file.status in (Status.DISCARDED, Status.UNDOING, Status.UNDONE):
        return []
    if file.status == Status.REFUSED:
        return procedure(1)
    if file.status == Status.APPLIED:
        return procedure(2 if is_partial(file) else 3)
    return procedure(2 if running or begun(file) or file.status == Status.APPLYING else 1)


def notes(file: intake.RegisterFile) -> list[Verdict]:
    """What happened around a file that its reader must know before deciding."""
    found = []
    newer = intake.superseded_by(file) if file.conflict_count else None
    if newer is not None:
        title = _("A newer register of this village is stored")
        text = _("Rows that were still in question here are asked there, if they still are a question.")
        found.append(Verdict(title, text, "", "info"))
    later = intake.stored_after(file)
    if later is not None:
        text = _("Stored on %(moment)s. The comparison below is with the registry as it is now.") % {
            "moment": formatters.moment(later.decided_at)
        }
        remedy = _("If this file is the older one, discard it.")
        title = _("Another file of this village was stored after this one was brought in")
        found.append(Verdict(title, sentences(text, remedy), "warn", "warn"))
    if begun(file) or file.status == Status.APPLYING:
        text = ngettext(
            "%(n)s person of this file is in the registry already; that stays.",
            "%(n)s people of this file are in the registry already; that stays.",
            begun(file),
        ) % {"n": formatters.number(begun(file))}
        remedy = _("Store the file again to go on where it stopped.")
        text = sentences(text, remedy) if begun(file) else remedy
        found.append(Verdict(_("Storing this file was interrupted"), text, "warn", "warn"))
    return found


def _apply_label(file: intake.RegisterFile, ready: int) -> str:
    if ready < file.people:
        return ngettext(
            "Store the %(n)s person without errors", "Store the %(n)s people without errors", ready
        ) % {"n": formatters.number(ready)}
    return _("Store all rows")


def difference(file: intake.RegisterFile) -> list[Count]:
    """The figures of the comparison with the registry."""
    return [
        Count("new", _("New people"), file.new_count),
        Count("changed", _("Changed"), file.changed_count),
        Count("same", _("No change"), file.same_count),
        Count("conflict", _("In question"), file.conflict_count),
        Count("held", _("To be mended"), file.held_people),
        Count("missing", _("Not on the list"), file.missing_count),
    ]


def columns_left_out(file: intake.RegisterFile | intake.lists.ListFile) -> list[str]:
    """How many columns of a file were dropped by law, and how many nobody could read."""
    found = []
    dropped = sum(file.legacy.values())
    if dropped:
        found.append(
            ngettext(
                "%(n)s column that present law has closed was dropped before anything was stored.",
                "%(n)s columns that present law has closed were dropped before anything was stored.",
                dropped,
            )
            % {"n": dropped}
        )
    if file.unknown:
        found.append(
            ngettext(
                "%(n)s column was not recognised and not read.",
                "%(n)s columns were not recognised and not read.",
                len(file.unknown),
            )
            % {"n": len(file.unknown)}
        )
    return found


def remarks(file: intake.RegisterFile, rows: dict[str, int]) -> list[str]:
    """What else the reader should know about the file; ``rows`` in question by what was decided."""
    found = columns_left_out(file)
    if file.missing_count:
        found.append(
            _("People of the village who are not on this list stay as they are; ask the village about them.")
        )
    if file.conflict_count:
        found.append(_("People in question are not stored: the registry says something else about them."))
    asked = rows[intake.Verdict.ASK]
    if asked:
        found.append(
            ngettext(
                "%(n)s row goes back to the village with the list of problems.",
                "%(n)s rows go back to the village with the list of problems.",
                asked,
            )
            % {"n": formatters.number(asked)}
        )
    return found


def outcome(done: intake.ApplyOutcome) -> str:
    """What one click has done, and nothing that another did."""
    if not done.changed:
        return _("This file had been stored already. Nothing was changed.")
    told = [
        ngettext(
            "%(n)s person was newly entered or changed.",
            "%(n)s people were newly entered or changed.",
            done.people,
        )
        % {"n": formatters.number(done.people)}
    ]
    if done.settled:
        told.append(
            ngettext(
                "%(n)s person had been stored by an earlier run.",
                "%(n)s people had been stored by an earlier run.",
                done.settled,
            )
            % {"n": formatters.number(done.settled)}
        )
    return sentences(*told)


def problem(found: intake.ProblemView) -> ProblemLine:
    """One cell to look at."""
    error = found.level == "error"
    return ProblemLine(
        cell=found.place,
        column=found.column,
        chip=Chip(_("Error"), "cross", "bad") if error else Chip(_("Please check"), "warn", "warn"),
        text=found.text,
        fix=found.fix,
    )
