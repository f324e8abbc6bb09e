"""Grievances in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.apps.casework import api as casework
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip

_VERDICTS = {
    casework.Verdict.RIGHT: ("check", "good"),
    casework.Verdict.NOT_RIGHT: ("cross", ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A grievance in a list."""

    url: str
    case_url: str
    number: str
    title: str
    person: str
    place: str
    about: str
    external: str
    at: str
    due: str
    closed: str
    provisional: bool
    reopened: bool
    chip: Chip


def rows(found: Iterable[casework.GrievanceLine], *, language: str) -> list[Row]:
    return [row(one, language=language) for one in found]


def row(one: casework.GrievanceLine, *, language: str) -> Row:
    return Row(
        url=reverse("console:grievance", args=[one.pk]),
        case_url=reverse("console:case", args=[one.case_id]),
        number=one.number,
        title=one.kind_zh if language == "zh" else one.kind_en,
        person=one.person,
        place=one.place,
        about=str(casework.About(one.about).label),
        external=one.external,
        at=formatters.moment(one.recorded_at),
        due=formatters.day(one.due),
        closed=formatters.moment(one.closed_at) if one.closed_at else "",
        provisional=one.provisional,
        reopened=one.reopened,
        chip=_chip(one),
    )


def _chip(one: casework.GrievanceLine) -> Chip:
    verdict = casework.Verdict(one.verdict)
    if verdict in _VERDICTS:
        return Chip(str(verdict.label), *_VERDICTS[verdict])
    return (
        Chip(_("Late, unanswered"), "warn", "bad") if one.late else Chip(str(verdict.label), "clock", "info")
    )
