"""Letters of decisions as paragraphs: shown on a page and set as PDF from one text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.apps.local import api as local
from tongchou.core import clock
from tongchou.policies import services
from tongchou.web.console import formatters
from tongchou.web.console.presenters import cases as of_case
from tongchou.web.console.presenters import grievances as of_grievance
from tongchou.web.console.presenters.letter import office_words
from tongchou.web.console.presenters.letter_address import addressee
from tongchou.web.console.presenters.offices import office_of

#: What a part is: a paragraph, a heading, a list, lines of label and value, a source, words of an officer.
Kind = Literal["text", "heading", "list", "facts", "cite", "words"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter; ``lines`` of facts are pairs, of all others texts."""

    kind: Kind
    lines: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: who writes, to whom, about what, and the day. ``unit`` is empty where none is named."""

    title: str
    number: str
    unit: str
    to: str
    about: str
    parts: tuple[Part, ...]
    signed: str
    day: str


def has_income_letter(view: casework.View) -> bool:
    """Whether the benefit of a case is one that law does not count as income, and was granted."""
    return view.case.state == "approved" and view.kind.programme in services.income_letter().programmes


def income_letter(view: casework.View, *, on: dt.date, language: str) -> Letter | None:
    """What a family shows where its income is asked about: that this benefit does not count. None for others.

    The benefit is called as on every other paper: a private one by its neutral name.
    """
    if not has_income_letter(view):
        return None
    page, service = of_case.page(view, on=on, language=language), services.income_letter()
    said = _("%(person)s receives %(title)s in %(year)s, %(amount)s, granted on %(day)s.") % {
        "person": page.person,
        "title": page.title,
        "year": view.case.year,
        "amount": formatters.yuan(view.case.amount_fen),
        "day": formatters.day(clock.date_of(view.case.decided_at) if view.case.decided_at else None),
    }
    law = _("By law this money does not count as income of the family when it applies for social assistance.")
    unit = office_words(local.unit(), on=on).get("unit_name", "")
    return Letter(
        title=service.title.of(language),
        number=page.number,
        unit=unit,
        to=_("To the office of social assistance"),
        about="",
        parts=(_text(said), _text(law), Part("cite", (service.source.of(language),))),
        signed=unit or _county(page.area),
        day=formatters.day(on),
    )


def grievance_letter(
    view: casework.GrievanceView, case: casework.View, *, on: dt.date, language: str
) -> Letter:
    """The answer to a grievance, signed by the office that looked into it."""
    row = of_grievance.row(view.line, language=language)
    verdict = view.line.verdict
    said = _("On %(day)s you told us about %(title)s: %(about)s.") % {
        "day": row.at,
        "title": row.title,
        "about": row.about,
    }
    parts = [_text(said)]
    if verdict == "right":
        parts.append(_text(_("You were right. We are sorry, and have put it in order.")))
        if row.reopened:
            parts.append(
                _text(
                    _(
                        "Your case is decided anew by others, within the days the law gives. You need do "
                        "nothing."
                    )
                )
            )
    elif verdict == "not_right":
        parts.append(_text(_("We looked into it, and find it in order, for this reason:")))
    else:
        answered = _("We look into it and answer by %(day)s.") % {"day": row.due}
        if row.provisional:
            answered += " " + _("The last day is provisional until the holidays of the year are announced.")
        parts.append(_text(answered))
    if view.answer:
        parts.append(Part("words", (view.answer,)))
    if verdict == "not_right":
        parts += [Part("heading", (_("How to object"),)), _text(case.kind.objection.of(language))]
    office = office_of(case.case.handling_area_id, view.answered_at, on=on)
    if not office.name:
        office = office_of(case.case.handling_area_id, "county", on=on)
    if office.reached:
        parts += [Part("heading", (_("Whom to ask"),)), Part("facts", pairs=office.reached)]
    return Letter(
        title=_("Answer to your grievance"),
        number=row.number,
        unit=office.name,
        to=addressee(case, on),
        about="",
        parts=tuple(parts),
        signed=office.name or _county(case.area),
        day=formatters.day(on),
    )


def _county(area: str) -> str:
    """The first of the names of a place: no group of a village decides."""
    return area.split(" · ")[0]


def _text(words: str) -> Part:
    return Part("text", (words,))
