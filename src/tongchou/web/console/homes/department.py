"""A department's reader: what became of the lists it delivers, in counts, and the programmes in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou import policies
from tongchou.apps.intake import api as intake
from tongchou.core.scope import Scope
from tongchou.core.sentences import sentences
from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Home, Reader, Section


@dataclass(frozen=True, slots=True)
class ListReceived:
    """A list a department delivered, in counts: rows that came, found their person, wait for a decision."""

    title: str
    received_at: dt.datetime
    rows: int
    matched: int
    waiting: int
    area: str = ""


#: States of a row whose person the registry knows.
MATCHED = (intake.lists.RowState.KNOWN, intake.lists.RowState.DIFFERS, intake.lists.RowState.NEW)


def lists_received(scope: Scope, *, year: int) -> Sequence[ListReceived] | None:
    """The lists of a year that concern a scope, the newest first; None for readers who may see none."""
    if scope.is_empty:
        return None
    found = [
        one for one in intake.lists.lists_received(scope) if timezone.localtime(one.received).year == year
    ]
    waiting = intake.lists.waiting_counts([one.list_id for one in found])
    return [
        ListReceived(
            title=one.label,
            area=one.area,
            received_at=one.received,
            rows=one.rows,
            matched=sum(one.states.get(state, 0) for state in MATCHED),
            waiting=waiting[one.list_id],
        )
        for one in found
    ]


def home(reader: Reader) -> Home:
    """Lists received and the programmes in force with the text they rest on."""
    received = lists_received(reader.reach("lists.view"), year=reader.today.year)
    return Home(
        cards=(received_card(received), in_force(reader)),
        sections=(Section("lists", received), Section("catalogue", catalogue(reader))),
    )


def received_card(received: Sequence[ListReceived] | None) -> Card:
    """How many lists came this year."""
    number = len(received) if received is not None else None
    if number is None:
        text = _("This installation does not take lists of departments yet.")
    elif number == 0:
        text = _("None has come this year. Deliver yours to the county office.")
    else:
        text = _("The table says what became of each.")
    open_rows = sum(one.waiting for one in received or ())
    if open_rows:
        rows = ngettext(
            "%(n)s row waits for a decision of the county.",
            "%(n)s rows wait for a decision of the county.",
            open_rows,
        )
        text = sentences(text, rows % {"n": formatters.number(open_rows)})
    return Card(
        key="lists",
        title=_("Lists received this year"),
        icon="file",
        figure=formatters.number(number),
        unit=ngettext("list", "lists", number or 0) if number is not None else "",
        text=text,
        elsewhere=bool(open_rows),
    )


def in_force(reader: Reader) -> Card:
    """How many programmes apply this year."""
    number = sum(programme.first_year <= reader.today.year for programme in policies.load())
    return Card(
        key="in-force",
        title=_("Programmes in force"),
        icon="heart",
        tone="good",
        figure=formatters.number(number),
        unit=ngettext("programme", "programmes", number),
        text=_("What each asks for, and the text it rests on, stands below."),
    )


def catalogue(reader: Reader) -> list[dict[str, object]]:
    """The programmes of the year: title, conditions in words, the texts they rest on."""
    language = reader.language
    return [
        {
            "title": programme.title_in(language),
            "since": programme.first_year,
            "version": programme.version,
            "conditions": [condition.label.of(language) for condition in programme.conditions],
            "sources": list(dict.fromkeys(citation.of(language) for citation in programme.citations)),
        }
        for programme in policies.load()
        if programme.first_year <= reader.today.year
    ]
