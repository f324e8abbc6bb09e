"""Public notices in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tongchou.apps.casework import api as casework
from tongchou.apps.notices import api as notices
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters.offices import office_of


@dataclass(frozen=True, slots=True)
class Row:
    """A notice in a list."""

    notice_id: int
    number: str
    area: str
    title: str
    stage: str
    year: int
    place: str
    opened: str
    closes: str
    entries: int
    objections: int
    proofs: int
    chip: Chip
    provisional: bool


@dataclass(frozen=True, slots=True)
class ToPost:
    """What waits to be hung out: one form each."""

    value: str
    title: str
    stage: str
    year: int
    number: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    position: int
    name: str
    birth_year: str
    place: str
    amount: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What hangs: heading, list, days, and whom to tell; on the page, as PDF and as workbook alike.

    ``unit`` is who hangs it out, ``online`` the address of the notice's own page.
    """

    row: Row
    entries: list[EntryRow]
    office: list[tuple[str, str]]
    unit: str
    online: str = ""

    @property
    def heading(self) -> str:
        return _("Public notice: %(title)s, %(year)s") % {"title": self.row.title, "year": self.row.year}

    @property
    def says(self) -> str:
        """Who stands on it, and how long it hangs."""
        number = len(self.entries)
        words = ngettext(
            "The following person has applied, and by the record meets the conditions. The notice hangs from "
            "%(opened)s to %(closes)s.",
            "The following %(n)s people have applied, and by the record meet the conditions. The notice "
            "hangs from %(opened)s to %(closes)s.",
            number,
        ) % {"n": number, "opened": self.row.opened, "closes": self.row.closes}
        if self.row.provisional:
            words += " " + _("The last day is provisional until the holidays of the year are announced.")
        return words

    @property
    def objecting(self) -> str:
        """Who may object, until when, and what comes of it."""
        return _(
            "Whoever knows that an entry is not right may say so until the end of %(closes)s, also without "
            "giving a name. Only that entry waits while it is looked into. What can be objected to:"
        ) % {"closes": self.row.closes}

    @property
    def grounds(self) -> list[str]:
        """The closed list of what can be objected to."""
        return [str(label) for _ground, label in notices.Ground.choices]

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Where and how: at the unit, by telephone, on the notice's own page; what gives the answer."""
        ways = [
            (_("In person"), _("%(unit)s, or the service hall of the township") % {"unit": self.signed}),
            *self.office,
        ]
        if self.online:
            ways.append((_("Online"), self.online))
        ways.append(
            (_("The answer"), _("Each objection is given a code; by it you learn what became of it."))
        )
        return ways

    @property
    def signed(self) -> str:
        return self.unit or self.row.area


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    objection_id: int
    notice_id: int
    number: str
    position: int
    name: str
    ground: str
    words: str
    contact: str
    received: str
    mine: bool  # the reader may answer it: has neither written it down nor acted in the case


def titles(kind: str, stage_code: str, language: str) -> tuple[str, str]:
    """The public title of a kind of case, and that of its stage."""
    found = casework.kind_of(kind)
    stage = next((one for one in (*found.stages, *found.renewal) if one.code == stage_code), None)
    return found.public_title.of(language), stage.title.of(language) if stage else ""


def row(line: notices.NoticeLine, *, today: dt.date, language: str) -> Row:
    title, stage = titles(line.kind, line.stage_code, language)
    return Row(
        notice_id=line.notice_id,
        number=line.number,
        area=line.area_name,
        title=title,
        stage=stage,
        year=line.year,
        place=line.place,
        opened=formatters.day(line.opened_on),
        closes=formatters.day(line.closes_on),
        entries=line.entries,
        objections=line.objections,
        proofs=line.proofs,
        chip=_chip(line, today),
        provisional=line.provisional,
    )


def _chip(line: notices.NoticeLine, today: dt.date) -> Chip:
    if line.closed or line.closes_on < today:
        if not line.proofs:
            return Chip(_("Ended, without a photograph"), "info", "warn")
        return Chip(_("Ended"), "check")
    if not line.proofs:
        return Chip(_("Hangs; photograph missing"), "info", "warn")
    return Chip(pgettext("state of a notice", "Hangs"), "check", "good")


def to_post(waiting: Iterable[casework.WaitingForNotice], language: str) -> list[ToPost]:
    result = []
    for one in waiting:
        title, stage = titles(one.kind, one.stage_code, language)
        result.append(ToPost(f"{one.kind}:{one.year}:{one.stage_code}", title, stage, one.year, one.number))
    return result


def sheet(notice: notices.Notice, *, today: dt.date, language: str, online: str = "") -> Sheet:
    """The notice as it hangs, at the address ``online``; telephones where the county has told them."""
    stage = next((one for one in casework.kind_of(notice.kind).stages if one.code == notice.stage_code), None)
    office = office_of(notice.area_id, stage.level if stage else "village", on=today)
    lines = notices.entries(notice)
    view = replace(notices.line_of(notice), entries=len(lines), proofs=notice.proofs.count())
    return Sheet(
        row=row(view, today=today, language=language),
        entries=[
            EntryRow(
                one.position,
                one.name,
                str(one.birth_year or ""),
                one.place,
                formatters.yuan(one.amount_fen) if one.amount_fen else "",
            )
            for one in lines
        ],
        office=list(office.reached),
        unit=office.name,
        online=online,
    )


def objection(one: notices.Objection, *, mine: bool) -> ObjectionRow:
    said = notices.said(one)
    return ObjectionRow(
        objection_id=one.pk,
        notice_id=one.entry.notice_id,
        number=one.entry.notice.number,
        position=one.entry.position,
        name=one.entry.name,
        ground=str(notices.Ground(one.ground).label),
        words=said.words,
        contact=said.contact,
        received=formatters.moment(one.received_at),
        mine=mine,
    )
