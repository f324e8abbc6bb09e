"""The supervisor of a prefecture: how far the work for families has come in each unit."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.casework import api as casework
from tongchou.core import scope
from tongchou.web.console import formatters
from tongchou.web.console.homes import cases, figures, unit_bulletins
from tongchou.web.console.homes.parts import Card, Home, Reader, Section
from tongchou.web.console.presenters import progress


def home(reader: Reader) -> Home:
    """Appeals and lateness, then registers, claims and open questions of the units, in the tree's order."""
    page = progress.present(reader.progress, run=reader.run)
    section = Section("units", page) if page.lines else Section("units-begin")
    return Home(
        cards=(
            cases.appeals(reader),
            late_units(reader),
            unit_bulletins.bulletins_waiting(reader),
            unit_bulletins.month_open(reader),
            registers(reader),
            take_up(reader),
            unclear(reader),
            *figures.of_population(reader),
        ),
        sections=(section,),
    )


def late_units(reader: Reader) -> Card:
    """Cases so late in the units that the prefecture is told: of units, never of a case or an officer."""
    reach = scope.among(reader.held, casework.HEAR)
    number = casework.escalated(scope=reach, above=casework.Desk.PREFECTURE, on=reader.today)
    return Card(
        key="late-units",
        title=_("Late in the units"),
        icon="clock",
        tone="warn" if number else "",
        figure=formatters.number(number),
        unit=ngettext("case", "cases", number),
        text=_("Late for more than %(days)s days at a desk below. The table says in which unit.")
        % {"days": casework.ESCALATED}
        if number
        else _("No desk below you is late for more than %(days)s days.") % {"days": casework.ESCALATED},
        url=reverse("console:case-lateness") if number else "",
        go=_("How days are kept"),
        waits=bool(number),
        idle=not number,
    )


def registers(reader: Reader) -> Card:
    """Villages with a register of the year."""
    total = reader.progress.total
    return Card(
        key="registers",
        title=_("Registers of this year"),
        icon="upload",
        figure=formatters.number(total.registers),
        unit=ngettext("of %(all)s village", "of %(all)s villages", total.villages)
        % {"all": formatters.number(total.villages)},
        text=_("Where one is missing, families are assessed by what was known before.")
        if total.registers < total.villages
        else _("All villages have brought theirs in.")
        if total.villages
        else _("There are no villages in your areas yet. They come with the list of areas."),
        url=reverse("console:progress"),
        go=_("Progress of the units"),
    )


def take_up(reader: Reader) -> Card:
    """Results that have been claimed, of those found."""
    total = reader.progress.total
    share = progress.take_up(total)
    unit = _("of %(found)s found (%(share)s)") % {"found": formatters.number(total.found), "share": share}
    return Card(
        key="take-up",
        title=_("Claimed"),
        icon="check",
        tone="good",
        figure=formatters.number(None if share is None else total.claimed),
        unit=unit if share is not None else "",
        text=_("Not shown: it would tell of few families.")
        if share is None
        else _("Entitled families who have handed in their application.")
        if reader.run
        else _("Appears once registers are in and the rules have been applied."),
        url=reverse("console:progress"),
        go=_("Progress of the units"),
    )


def unclear(reader: Reader) -> Card:
    """Answers that wait for facts."""
    number = reader.progress.total.shown("unclear")
    return Card(
        key="unclear-units",
        title=_("Needs information"),
        icon="question",
        tone="warn",
        figure=formatters.number(number),
        unit=ngettext("answer", "answers", number) if number is not None else "",
        text=_("Not shown: it would tell of few families.")
        if number is None
        else _("Facts are lacking; the villages ask the families for them.")
        if number or reader.run is None
        else _("Every answer in your areas is settled."),
        url=reverse("console:progress"),
        go=_("Progress of the units"),
    )
