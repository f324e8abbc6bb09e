"""The letter of answer to one person as an official letter, to be set as PDF.

It says what the page says and no more: what a condition saw is left out where the page leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.web.console.presenters.letter import Page
from tongchou.web.console.presenters.official import Letter, Part
from tongchou.web.console.presenters.results import Clause


def answer_sheet(page: Page) -> Letter | None:
    """The letter of a page; None where no programme has been chosen."""
    letter = page.letter
    if letter is None:
        return None
    comma = pgettext("between reasons", "; ")
    answer = f"{letter.outcome} · {letter.amount}" if letter.amount else letter.outcome
    proposes = _(
        "The program proposes this answer by the rules; a named officer decides. You may ask for the reasons "
        "and have a wrong fact corrected."
    )
    parts = [
        _text(_("Written on %(day)s from the facts recorded on that day.") % {"day": letter.written}),
        _heading(_("The answer")),
        _text(answer),
        _text(letter.why),
        *([Part("list", tuple(letter.next))] if letter.next else []),
        _text(proposes),
        _heading(_("The reasons, clause by clause")),
        Part("list", tuple(line for clause in letter.clauses for line in _clause(clause))),
    ]
    if letter.missing:
        pairs = tuple((one.label, one.where) for one in letter.missing)
        parts += [_heading(_("What is missing, and where to get it")), Part("facts", pairs=pairs)]
    if letter.changes:
        parts += [_heading(_("What would change this")), Part("list", tuple(letter.changes))]
    parts.append(_heading(_("Whom to ask")))
    if letter.office:
        parts.append(Part("facts", pairs=tuple(letter.office)))
    else:
        parts.append(_text(_("The village committee, or the service hall of the township.")))
    parts.append(Part("cite", (_labelled(_("Sources"), comma.join(letter.citations)),)))
    return Letter(
        title=_("Answer on %(programme)s for %(year)s") % {"programme": letter.title, "year": letter.year},
        number="",
        unit=letter.unit,
        to=page.name,
        about=" · ".join(one for one in (page.id_masked, page.place) if one),
        parts=tuple(parts),
        signed=letter.unit,
        day=letter.written,
    )


def _clause(clause: Clause, depth: int = 0) -> Iterator[str]:
    """A condition in a line, what it rests on in the lines after it."""
    comma = pgettext("between reasons", "; ")
    beside = comma.join(one for one in (clause.detail, clause.citation, clause.change, clause.hint) if one)
    said = _labelled(clause.text, clause.word)
    yield "\u3000" * depth + (f"{said}（{beside}）" if beside else said)
    for part in clause.parts:
        yield from _clause(part, depth + 1)


def _labelled(label: str, words: str) -> str:
    return label + pgettext("between a label and its message", ": ") + words


def _heading(words: str) -> Part:
    return Part("heading", (words,))


def _text(words: str) -> Part:
    return Part("text", (words,))
