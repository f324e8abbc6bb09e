"""Department lists as pages show them: what they hold, what is asked, what became of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.core.jobs import api as jobs
from tongchou.core.sentences import sentences
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Pages, Step, steps
from tongchou.web.console.presenters.file_verdicts import taken_back
from tongchou.web.console.presenters.files import Count, ProblemLine, Verdict, columns_left_out

lists = intake.lists
Status = lists.ListStatus
State = lists.RowState
#: Which look a figure has.
_LOOKS = {
    State.NEW: "new",
    State.KNOWN: "same",
    State.DIFFERS: "conflict",
    State.CHOOSE: "conflict",
    State.UNKNOWN: "missing",
    State.NOTHING: "same",
    State.ERROR: "held",
}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the overview."""

    url: str
    kind: str
    area: str
    period: str
    chip: Chip
    rows: int
    waiting: int
    by: str
    received: dt.datetime
    mark: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of question: how many rows ask it, and what may be answered for all at once."""

    reason: str
    text: str
    number: int
    together: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A row to decide on, with the words of its buttons."""

    row: intake.lists.Question
    new: str
    old: str
    who: bool
    decided: Chip | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the page of a list shows."""

    kind: str
    area: str
    chip: Chip
    received: dt.datetime
    by: str
    mark: str
    period: str
    steps: list[Step]
    verdict: Verdict
    figures: list[Count]
    remarks: list[str]
    private: bool
    may_apply: bool
    apply_label: str
    may_discard: bool
    apply_url: str
    discard_url: str
    decide_url: str
    decide_all_url: str
    problems_url: str
    job_url: str = ""
    undo_url: str = ""
    undone: bool = False
    waiting: int = 0
    asked: list[Asked] = field(default_factory=list)
    questions: list[QuestionLine] = field(default_factory=list)
    question_pages: Pages | None = None
    problems: list[ProblemLine] = field(default_factory=list)
    problem_count: int = 0
    pages: Pages | None = None


def procedure(now: int) -> list[Step]:
    """The steps of bringing a list in."""
    return steps([_("Choose the file"), _("Check and decide"), _("Store in the registry")], now)


def chip(file: lists.ListFile) -> Chip:
    """The state of a list."""
    if file.status == Status.STAGED and file.applied:
        return Chip(_("Partly stored"), "warn", "warn")
    return {
        Status.STAGED: Chip(str(Status.STAGED.label), "clock", "warn"),
        Status.APPLYING: Chip(str(Status.APPLYING.label), "clock", ""),
        Status.APPLIED: Chip(str(Status.APPLIED.label), "check", "good"),
        Status.DISCARDED: Chip(str(Status.DISCARDED.label), "cross", ""),
        Status.UNDOING: Chip(str(Status.UNDOING.label), "clock", "warn"),
        Status.UNDONE: Chip(str(Status.UNDONE.label), "turn", ""),
    }[Status(file.status)]


def period(file: lists.ListFile) -> str:
    """From when to when the rows speak."""
    if not file.period_from:
        return "—"
    if file.period_from == file.period_to:
        return formatters.day(file.period_from)
    return _("%(start)s to %(end)s") % {
        "start": formatters.day(file.period_from), "end": formatters.day(file.period_to)
    }  # fmt: skip


def line(file: lists.ListFile, *, waiting: int) -> ListLine:
    """A line of the overview."""
    return ListLine(
        url=reverse("console:list-file", args=[file.pk]),
        kind=lists.kind_label(file.kind),
        area=file.area.name,
        period=period(file),
        chip=chip(file),
        rows=file.rows_read,
        waiting=waiting,
        by=file.uploaded_by.shown_name,
        received=file.uploaded_at,
        mark=file.sha256[:8],
    )


def page(
    file: lists.ListFile,
    *,
    counts: dict[str, int],
    asked: list[Asked],
    questions: list[QuestionLine],
    question_pages: Pages,
    problems: list[ProblemLine],
    pages: Pages,
    permissions: frozenset[str],
    running: bool,
    ready: int,
    waiting: int,
    private: bool,
    job: jobs.Job | None,
    undoable: bool,
    unsettled: int = 0,
) -> ListPage:
    """The page of a list; ``waiting`` rows are for people to decide on, ``ready`` ones can be stored.

    ``unsettled`` rows are left of a list whose storing was interrupted.
    """
    undecided = file.status in lists.UNDECIDED
    may = undecided and not running and "lists.apply" in permissions
    about = line(file, waiting=waiting)
    background = running and job is not None and not job.ended
    return ListPage(
        kind=about.kind,
        area=about.area,
        chip=about.chip,
        received=about.received,
        by=about.by,
        mark=about.mark,
        period=about.period,
        steps=_steps(file, running),
        verdict=_verdict(file, running=running, waiting=waiting, unsettled=unsettled),
        figures=figures(file, counts),
        remarks=remarks(file, private),
        private=private,
        may_apply=may,
        apply_label=_go_on(file, unsettled, ready, waiting),
        may_discard=may,
        apply_url=reverse("console:list-apply", args=[file.pk]),
        discard_url=reverse("console:list-discard", args=[file.pk]),
        decide_url=reverse("console:list-decide", args=[file.pk]),
        decide_all_url=reverse("console:list-decide-all", args=[file.pk]),
        problems_url=reverse("console:list-problems", args=[file.pk]) if file.problem_count else "",
        job_url=reverse("console:jobs") + f"#job-{job.pk}" if background and job else "",
        undo_url=reverse("console:list-undo", args=[file.pk])
        if undoable and "lists.apply" in permissions
        else "",
        undone=file.status == Status.UNDONE,
        waiting=waiting,
        asked=asked if may else [],
        questions=questions if may else [],
        question_pages=question_pages,
        problems=problems,
        problem_count=file.problem_count,
        pages=pages,
    )


def _steps(file: lists.ListFile, running: bool) -> list[Step]:
    if file.status in (Status.DISCARDED, Status.UNDOING, Status.UNDONE):
        return []
    if file.status == Status.APPLIED:
        return procedure(3)
    return procedure(2 if running or file.applied else 1)


def _go_on(file: lists.ListFile, unsettled: int, ready: int, waiting: int) -> str:
    if unsettled:
        return _("Go on storing")
    return _("Count its births") if file.kind == lists.COUNTED else _apply_label(ready, waiting)


def _apply_label(ready: int, waiting: int) -> str:
    if not ready:
        return _("Close the list")
    number = {"n": formatters.number(ready)}
    if waiting:
        return (
            ngettext("Store the %(n)s row that is settled", "Store the %(n)s rows that are settled", ready)
            % number
        )
    return ngettext("Store %(n)s row", "Store %(n)s rows", ready) % number


def figures(file: lists.ListFile, counts: dict[str, int]) -> list[Count]:
    """How many rows mean what."""
    births = file.kind == "hospital_births"
    return [
        Count(
            _LOOKS[state],
            _("Help with registration") if births and state == State.NEW else str(state.label),
            counts.get(state, 0),
        )
        for state in State
    ]


def discarded(file: lists.ListFile) -> str:
    """What is left of a list that was discarded."""
    if file.kind == lists.COUNTED:
        return _("Nothing of it is counted.")
    return _("What had been stored of it stays.")


def _interrupted(file: lists.ListFile, unsettled: int) -> Verdict:
    left = ngettext("%(n)s row is not stored yet.", "%(n)s rows are not stored yet.", unsettled) % {
        "n": formatters.number(unsettled)
    }
    if file.kind == lists.COUNTED:
        text = _("Until the list is stored to its end none of its births is counted.")
    else:
        text = _(
            "Go on storing it. Or discard the list: two people can then take back what was stored of it."
        )
    return Verdict(_("Storing was interrupted"), sentences(left, text), "warn", "warn")


def _verdict(file: lists.ListFile, *, running: bool, waiting: int, unsettled: int) -> Verdict:
    if file.status == Status.DISCARDED:
        return Verdict(_("This list was discarded"), discarded(file), "", "info")
    if file.status in (Status.UNDOING, Status.UNDONE):
        busy = _("Until it is done no other list of this kind is stored.")
        return taken_back(busy if file.status == Status.UNDOING else "")
    if file.status == Status.APPLIED:
        return Verdict(_("Stored"), stored(file), "good", "check")
    if running:
        text = _("You can do something else meanwhile. Until it is done nothing can be decided here.")
        return Verdict(_("Being stored"), text, "", "clock")
    if unsettled:
        return _interrupted(file, unsettled)
    read = ngettext("%(n)s row was read.", "%(n)s rows were read.", file.rows_read) % {
        "n": formatters.number(file.rows_read)
    }
    if waiting:
        title = ngettext(
            "%(n)s row waits for your decision", "%(n)s rows wait for your decision", waiting
        ) % {"n": formatters.number(waiting)}
        text = _("Rows that are clear can be stored at once; the others stay here until you decide.")
        return Verdict(title, sentences(read, text), "warn", "question")
    return Verdict(
        _("Every row is settled"),
        sentences(read, _("Store them when you have looked.")),
        "good",
        "check",
    )


def stored(file: lists.ListFile) -> str:
    """What has been stored of a list so far."""
    if file.kind == lists.COUNTED:
        return _("Its births were counted. Nothing of it is recorded, and nobody is asked about a row.")
    recorded, offers = file.applied.get("recorded", 0), file.applied.get("offers", 0)
    told = [
        ngettext("%(n)s row was recorded.", "%(n)s rows were recorded.", recorded)
        % {"n": formatters.number(recorded)}
    ]
    if offers:
        told = [
            ngettext(
                "%(n)s birth went to the registrar of the mother's village as an offer of help.",
                "%(n)s births went to the registrars of the mothers' villages as offers of help.",
                offers,
            )
            % {"n": formatters.number(offers)}
        ]
    elif file.kind == "hospital_births":
        told = [_("Every birth of a mother registered here is known.")]
    return sentences(*told)


def remarks(file: lists.ListFile, private: bool) -> list[str]:
    """What else the reader should know about the list."""
    found = columns_left_out(file)
    if file.kind == "hospital_births":
        found.append(
            _("Births nobody has registered yet are shown to the registrar of the mother's village alone.")
        )
    if file.kind == lists.COUNTED:
        found.append(
            _("Rows are only counted, to tell how complete the registration of births is in the county.")
        )
    elif private:
        found.append(
            _("Kind and grade of a certificate are shown nowhere; private programmes alone use them.")
        )
    return found


def question(found: intake.lists.Question) -> QuestionLine:
    """A row to decide on."""
    decided = {
        "take": Chip(_("Follow the list"), "check", "good"),
        "keep": Chip(_("Leave the registry as it is"), "check", ""),
    }.get(found.decided)
    return QuestionLine(
        row=found,
        new=formatters.day(found.new) if found.new else "",
        old=formatters.day(found.old) if found.old else "",
        who=bool(found.candidates),
        decided=decided,
    )


def outcome(done: intake.lists.ListOutcome) -> str:
    """What one click has done."""
    if not done.changed:
        return _("This list had been stored already. Nothing was changed.")
    told = [
        ngettext("%(n)s row was recorded.", "%(n)s rows were recorded.", done.recorded)
        % {"n": formatters.number(done.recorded)}
    ]
    if done.left:
        told.append(
            ngettext("%(n)s row still waits.", "%(n)s rows still wait.", done.left)
            % {"n": formatters.number(done.left)}
        )
    return sentences(*told)
