"""Bulletins of units in lists: tabs by kind, a row each, the state as a chip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou.apps.accountability import api as bulletins
from tongchou.core import clock
from tongchou.domain.accountability.bulletin import Kind
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import unit_bulletin_words as words

_STATES: Final = {
    "published": ("check", "good"),
    "made": ("clock", "warn"),
    "discarded": ("cross", ""),
    "superseded": ("info", ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A bulletin in a list."""

    url: str
    pdf: str
    workbook: str
    area: str
    kind: str
    period: str
    state: Chip
    published: str
    superseded: bool


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Kinds to choose among, all first: value, label, whether it is shown."""
    several = [("", pgettext("bulletins", "All")), *((kind.value, str(words.KINDS[kind])) for kind in Kind)]
    return [(value, label, value == current) for value, label in several]


def row(line: bulletins.Line, *, public: bool = False) -> Row:
    name = "public-bulletin" if public else "unit-bulletin"
    kind = str(words.KINDS[Kind(line.kind)])
    return Row(
        url=reverse(f"console:{name}", args=[line.issue_id]),
        pdf=reverse(f"console:{name}-pdf", args=[line.issue_id]),
        workbook=reverse(f"console:{name}-workbook", args=[line.issue_id]),
        area=line.area,
        kind=words.of_department(kind) if line.departments else kind,
        period=words.period(line.period),
        state=state(line.state),
        published=formatters.day(clock.date_of(line.published_at) if line.published_at else None),
        superseded=line.state == "superseded",
    )


def standing(line: bulletins.Line) -> str:
    """Which of several bulletins of one period holds, and why; empty where there is one alone."""
    if line.state == "superseded":
        return _("This one was published first and stated anew since: a later one of the same period holds.")
    return _("It states a published period anew: %(reason)s") % {"reason": line.reason} if line.reason else ""


def state(value: str) -> Chip:
    return Chip(str(bulletins.State(value).label), *_STATES[value])
