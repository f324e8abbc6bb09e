"""Lists for other systems, and their answers, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.casework import api as casework
from tongchou.apps.exchange import api as exchange
from tongchou.apps.places import api as places
from tongchou.core import accounts
from tongchou.domain.exchange.templates import Template
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters.files import ProblemLine

_STATES = {"staged": ("clock", "warn"), "decided": ("check", "good"), "discarded": ("cross", "")}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list that was made."""

    url: str
    title: str
    year: int
    place: str
    kinds: str
    purpose: str
    rows: int
    fen: int
    by: str
    at: str
    private: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer to a list."""

    url: str
    at: str
    chip: Chip
    taken: int
    not_taken: int
    not_named: int
    errors: int


@dataclass(frozen=True, slots=True)
class Result:
    """A row of an answer beside its case: what was sent, what the system says, what the case has now."""

    case_id: int
    case_url: str
    number: str
    row: int
    amount: str
    chip: Chip
    reason: str
    words: str
    external: str
    now: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Reads:
    """What is read of the answer to a list, so that a file can be made to fit before it is sent."""

    columns: str
    needed: str
    done: str
    failed: str


def reads(template: Template | None, *, language: str) -> Reads | None:
    """The columns and words of a system's answer; None where nothing is read back."""
    if template is None or template.answer is None:
        return None
    answer, mark = template.answer, "、" if language == "zh" else ", "
    titles = {one.field: one.title for one in answer.columns}
    return Reads(
        columns=mark.join(titles.values()),
        needed=mark.join(titles[name] for name in (answer.key, "result") if name in titles),
        done=mark.join(sorted(answer.done)),
        failed=mark.join(sorted(answer.failed)),
    )


def rows(found: Iterable[exchange.Export], *, language: str) -> list[ListRow]:
    """Lists as rows. Two queries."""
    listed = list(found)
    paths = places.paths({one.area_id for one in listed}) if listed else {}
    names = accounts.names(one.made_by_id for one in listed)
    return [
        ListRow(
            url=reverse("console:exchange-list", args=[one.pk]),
            title=title(one.template, language),
            year=one.year,
            place=paths.get(one.area_id, ""),
            kinds=_kinds(one.kinds, language),
            purpose=one.purpose,
            rows=one.rows,
            fen=one.fen,
            by=names.get(one.made_by_id, ""),
            at=formatters.moment(one.made_at),
            private=one.private,
        )
        for one in listed
    ]


def title(code: str, language: str) -> str:
    """A template's title; its code when it is no longer there."""
    found = exchange.templates().get(code)
    return found.title.of(language) if found else code


def _kinds(codes: str, language: str) -> str:
    known = {one.code: one.public_title.of(language) for one in casework.in_force()}
    return _("; ").join(known.get(code, code) for code in codes.split(",") if code)


def answers(found: Iterable[exchange.Answer]) -> list[AnswerRow]:
    return [answer(one) for one in found]


def answer(one: exchange.Answer) -> AnswerRow:
    return AnswerRow(
        url=reverse("console:exchange-answer", args=[one.pk]),
        at=formatters.moment(one.uploaded_at),
        chip=Chip(str(exchange.State(one.state).label), *_STATES[one.state]),
        taken=one.taken,
        not_taken=one.not_taken,
        not_named=one.not_named,
        errors=one.errors,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer nobody has decided about, with the list it answers."""

    answer: AnswerRow
    title: str
    year: int


def waiting(found: Iterable[exchange.Answer], *, language: str) -> list[Waiting]:
    return [Waiting(answer(one), title(one.export.template, language), one.export.year) for one in found]


def results(found: Iterable[exchange.Line]) -> list[Result]:
    return [
        Result(
            case_id=one.case_id,
            case_url=reverse("console:case", args=[one.case_id]),
            number=one.number,
            row=one.row,
            amount=formatters.yuan(one.fen) if one.fen else "",
            chip=Chip(_("Taken"), "check", "good")
            if one.result == "taken"
            else Chip(_("Not taken"), "cross", "bad"),
            reason=str(exchange.Reason(one.reason).label) if one.reason else "",
            words=one.words,
            external=one.external,
            now=one.now,
            decided=one.decided,
        )
        for one in found
    ]


def problem_line(one: exchange.Problem, columns: Mapping[str, str]) -> ProblemLine:
    text, fix = exchange.problem_words(one.code, one.params)
    level = Chip(_("Error"), "cross", "bad") if one.error else Chip(_("Note"), "warn", "warn")
    return ProblemLine(one.cell or str(one.row), columns.get(one.column, ""), level, text, fix)


def verdict(one: exchange.Answer) -> tuple[str, str, str]:
    """What an answer comes to: title, text and tone."""
    if one.state == exchange.State.DECIDED:
        return _("Taken over"), "", "good"
    if one.state == exchange.State.DISCARDED:
        return _("Discarded"), _("Nothing of it counts."), ""
    if one.errors:
        text = ngettext(
            "%(n)s cell does not fit. Its row is left out; the others can be taken over.",
            "%(n)s cells do not fit. Their rows are left out; the others can be taken over.",
            one.errors,
        ) % {"n": one.errors}
        return _("Some cells do not fit"), text, "warn"
    return _("Every row fits"), _("Nothing counts until you say so."), "good"


def told(found: Iterable[exchange.Told], *, language: str) -> list[tuple[str, Chip, str, str]]:
    """What systems said of a case: list, result, reason with words, when."""
    return [
        (
            title(one.template, language),
            Chip(_("Taken"), "check", "good")
            if one.result == "taken"
            else Chip(_("Not taken"), "cross", "bad"),
            str(exchange.Reason(one.reason).label) if one.reason else "",
            one.words,
        )
        for one in found
    ]
