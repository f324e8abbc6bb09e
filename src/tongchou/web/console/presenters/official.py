"""Letters of decisions as paragraphs: shown on a page and set as PDF from one text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.casework import api as casework
from tongchou.apps.local import api as local
from tongchou.core import clock
from tongchou.policies import services
from tongchou.web.console import formatters
from tongchou.web.console.presenters import cases as of_case
from tongchou.web.console.presenters import grievances as of_grievance
from tongchou.web.console.presenters.letter import office_words

#: What a part is: a paragraph, a heading, a list, lines of label and value, a source, words of an officer.
Kind = Literal["text", "heading", "list", "facts", "cite", "words"]


#: How an appeal ends that leaves or changes the decision; its reason stands in the letter.
_HEARD: Final = ("uphold", "overturn")


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


def case_letter(view: casework.View, *, on: dt.date, language: str) -> Letter:
    """What the office writes to the family about its case as it stands."""
    page = of_case.page(view, on=on, language=language)
    state, title = view.case.state, page.title
    decided = formatters.day(clock.date_of(view.case.decided_at) if view.case.decided_at else None)
    latest = list(reversed(view.history))
    why = next((of_case.reasons(one.act, one.reasons) for one in latest if one.act == "refuse"), "")
    asked = next((of_case.reasons(one.act, one.reasons) for one in latest if one.act == "ask"), "")
    heard = next((one.words for one in latest if one.act in _HEARD), "")
    parts: list[Part] = []
    if state == "approved":
        heading = _("Decision on %(title)s") % {"title": title}
        parts.append(_text(_("Your application was approved on %(day)s.") % {"day": decided}))
    elif state == "refused":
        heading = _("Decision on %(title)s: not granted") % {"title": title}
        said = _("Your application was not granted on %(day)s.") % {"day": decided}
        parts.append(_text(f"{said} {_('Reason')}{_colon()}{why}" if why else said))
        if page.failing:
            parts.append(_text(_("By the record these conditions are not met:")))
            parts.append(Part("list", tuple(page.failing)))
            parts.append(
                _text(
                    _(
                        "If the record is wrong, ask for a correction: the village or township helps with "
                        "it, and the case is looked at again."
                    )
                )
            )
        parts += [Part("heading", (_("How to object"),)), _text(page.objection)]
    elif state == "waiting" and asked:
        heading = _("Please bring: %(title)s") % {"title": title}
        parts += [_text(_("To decide, the office still needs:")), _text(asked)]
    else:
        heading = _("Your application: %(title)s") % {"title": title}
        parts.append(
            _text(
                _(
                    "Your application has arrived. The office decides within the days below; nothing more is "
                    "needed of you unless it asks."
                )
            )
        )
    if heard and state in ("approved", "refused"):
        parts += [_text(_("Your objection was looked into by another officer:")), Part("words", (heard,))]
    parts += [Part("facts", pairs=tuple(page.facts)), Part("cite", (page.source,))]
    unit = office_words(local.unit(), on=on).get("unit_name", "")
    return Letter(
        title=heading,
        number=page.number,
        unit=unit,
        to=page.person,
        about=page.about,
        parts=tuple(parts),
        signed=unit or _county(page.area),
        day=formatters.day(on),
    )


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
    """The answer to a grievance."""
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
    unit = office_words(local.unit(), on=on).get("unit_name", "")
    return Letter(
        title=_("Answer to your grievance"),
        number=row.number,
        unit=unit,
        to=row.person,
        about="",
        parts=tuple(parts),
        signed=unit or _county(case.area),
        day=formatters.day(on),
    )


def _county(area: str) -> str:
    """The first of the names of a place: no group of a village decides."""
    return area.split(" · ")[0]


def _text(words: str) -> Part:
    return Part("text", (words,))


def _colon() -> str:
    return pgettext("between a label and its message", ": ")
