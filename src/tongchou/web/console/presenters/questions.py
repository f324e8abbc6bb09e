"""Lines in question as the page of a file shows them: both sides, what was decided, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.corrections import api as corrections
from tongchou.apps.intake import api as intake
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Pages

_CHIPS = {
    intake.Verdict.KEEP: ("check", "good"),
    intake.Verdict.TAKE: ("pen", "warn"),
    intake.Verdict.ASK: ("question", "warn"),
}


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A line in question; ``told`` says why and when it was decided, ``by`` by whom, ``state`` what became of
    the correction."""

    row: intake.RowQuestion
    person_url: str
    chip: Chip | None
    told: str
    by: str
    state: str
    correction_url: str


@dataclass(frozen=True, slots=True)
class Questions:
    """The lines in question of a file.

    ``deciding``: there is something to decide, so the reason is asked for; ``changeable``: what was decided
    can be decided otherwise.
    """

    lines: list[QuestionLine]
    kinds: list[intake.RowQuestionKind]
    pages: Pages
    url: str
    seen: int
    open: int
    deciding: bool
    changeable: bool


def section(
    file: intake.RegisterFile, *, pages: Pages, scope: Scope, start: int, limit: int, again: bool
) -> Questions:
    """A part of the lines in question, those nobody decided first.

    ``again``: what was decided is to be changed.
    """
    kinds = intake.question_kinds(file)
    lines = [line(one) for one in intake.questions(file, scope=scope, start=start, limit=limit)]
    return Questions(
        lines=lines,
        kinds=kinds,
        pages=pages,
        url=reverse("console:intake-decide", args=[file.pk]),
        seen=file.comparison_no,
        open=sum(kind.number for kind in kinds),
        deciding=bool(again or kinds or any(one.row.may_store for one in lines)),
        changeable=any(one.row.may_decide for one in lines),
    )


def line(row: intake.RowQuestion) -> QuestionLine:
    one = row.decision
    asked = one.correction if one else None
    return QuestionLine(
        row=row,
        person_url=reverse("console:person", args=[row.person.person_id]) if row.person else "",
        chip=_chip(intake.Verdict(one.verdict)) if one else None,
        told=f"{intake.Ground(one.ground).label} · {formatters.moment(one.decided_at)}" if one else "",
        by=one.decided_by.shown_name if one else "",
        state=correction_state(row.correction),
        correction_url=reverse("console:correction", args=[asked]) if asked else "",
    )


def _chip(verdict: intake.Verdict) -> Chip:
    return Chip(str(verdict.label), *_CHIPS[verdict])


def correction_state(state: str) -> str:
    """Where the correction stands that taking the file asked for; nothing when none was asked for."""
    if state == corrections.WAITING:
        return _("A second person has to decide")
    return corrections.outcome_label(state) if state else ""


def outcome(done: intake.Together) -> str:
    """What deciding about all lines of a kind has done."""
    text = ngettext("%(n)s row was decided.", "%(n)s rows were decided.", done.decided) % {"n": done.decided}
    if not done.left:
        return text
    left = ngettext(
        "%(n)s row has to be looked at alone.", "%(n)s rows have to be looked at one by one.", done.left
    )
    return sentences(text, left % {"n": done.left})
