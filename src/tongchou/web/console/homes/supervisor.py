"""The supervisor of a prefecture: how far the work for families has come in each unit."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Home, Reader, Section
from tongchou.web.console.presenters import progress


def home(reader: Reader) -> Home:
    """Registers, claims and open questions of the units, in the order of the tree of areas."""
    page = progress.present(reader.progress, run=reader.run)
    section = Section("units", page) if page.lines else Section("units-begin")
    return Home(cards=(registers(reader), take_up(reader), unclear(reader)), sections=(section,))


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
    """Answers that wait for one more fact."""
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
        else _("One more fact decides; the villages ask the families for it.")
        if number or reader.run is None
        else _("Every answer in your areas is settled."),
        url=reverse("console:progress"),
        go=_("Progress of the units"),
    )
