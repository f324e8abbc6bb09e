"""Register files as pages show them: what was found, what would change, what to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Pages, Step, steps

Status = intake.FileStatus


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the list of files."""

    url: str
    village: str
    chip: Chip
    rows: int
    errors: int
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class Count:
    """A figure of the difference."""

    kind: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says first."""

    title: str
    text: str
    tone: str
    icon: str


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

    village: str
    place: str
    chip: Chip
    received: dt.datetime
    steps: list[Step]
    verdict: Verdict
    diff: list[Count]
    remarks: list[str]
    may_apply: bool
    apply_label: str
    may_discard: bool
    apply_url: str
    discard_url: str
    problems_url: str
    problems: list[ProblemLine] = field(default_factory=list)
    problem_count: int = 0
    pages: Pages | None = None


def procedure(now: int) -> list[Step]:
    """The steps of bringing a register in."""
    return steps([_("Choose the file"), _("Check and decide"), _("Store in the registry")], now)


def chip(status: str) -> Chip:
    """The state of a file."""
    return {
        Status.STAGED: Chip(str(Status.STAGED.label), "clock", "warn"),
        Status.APPLIED: Chip(str(Status.APPLIED.label), "check", "good"),
        Status.DISCARDED: Chip(str(Status.DISCARDED.label), "cross", ""),
    }[Status(status)]


def line(file: intake.RegisterFile) -> FileLine:
    """A line of the list of files."""
    return FileLine(
        url=reverse("console:intake-file", args=[file.pk]),
        village=file.village.name,
        chip=chip(file.status),
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
) -> FilePage:
    """The page of a file."""
    staged = file.status == Status.STAGED
    ready = ready_people(file)
    may_decide = staged and "intake.apply" in permissions
    address = [file.pk]
    return FilePage(
        village=file.village.name,
        place=place,
        chip=chip(file.status),
        received=file.uploaded_at,
        steps=procedure({Status.STAGED: 1, Status.APPLIED: 3}.get(Status(file.status), 1)),
        verdict=verdict(file),
        diff=difference(file),
        remarks=remarks(file),
        may_apply=may_decide and ready > 0,
        apply_label=_apply_label(file, ready),
        may_discard=may_decide,
        apply_url=reverse("console:intake-apply", args=address),
        discard_url=reverse("console:intake-discard", args=address),
        problems_url=reverse("console:intake-problems", args=address) if file.problem_count else "",
        problems=list(problems),
        problem_count=file.problem_count,
        pages=pages,
    )


def ready_people(file: intake.RegisterFile) -> int:
    """People whose lines can be stored: new, changed or already the same."""
    return file.new_count + file.changed_count + file.same_count


def _apply_label(file: intake.RegisterFile, ready: int) -> str:
    if ready < file.people:
        return ngettext(
            "Store the %(n)s person without errors", "Store the %(n)s people without errors", ready
        ) % {"n": formatters.number(ready)}
    return _("Store all rows")


def verdict(file: intake.RegisterFile) -> Verdict:
    """What was found, in two sentences."""
    if file.status == Status.DISCARDED:
        return Verdict(_("This file was discarded"), _("Nothing of it was stored."), "", "info")
    if file.status == Status.APPLIED:
        text = _("%(people)s people are up to date in the registry now.") % {
            "people": formatters.number(ready_people(file))
        }
        return Verdict(_("Stored"), text, "good", "check")
    people = {"people": formatters.number(file.people), "households": formatters.number(file.households)}
    found = _("%(people)s people in %(households)s households were read.") % people
    if not file.error_count:
        text = formatters.sentences(found, _("Look at what is new or different, then decide."))
        return Verdict(_("Every cell could be read"), text, "good", "check")
    title = ngettext("%(n)s cell to mend", "%(n)s cells to mend", file.error_count) % {
        "n": formatters.number(file.error_count)
    }
    held = ngettext(
        "%(n)s household waits until they are mended.",
        "%(n)s households wait until they are mended.",
        file.held_households,
    ) % {"n": formatters.number(file.held_households)}
    remedy = _("Correct them in your workbook and bring it in again, or store the other people now.")
    return Verdict(title, formatters.sentences(found, held, remedy), "warn", "warn")


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


def remarks(file: intake.RegisterFile) -> list[str]:
    """What else the reader should know about the file."""
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
    if file.missing_count:
        found.append(
            _("People of the village who are not on this list stay as they are; ask the village about them.")
        )
    if file.conflict_count:
        found.append(_("People in question are not stored: the registry says something else about them."))
    return found


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
