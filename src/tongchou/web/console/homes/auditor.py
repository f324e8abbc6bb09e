"""The auditor: what has been done lately, and whether the chain still holds."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.core import audit_checking, audit_reading
from tongchou.web.console import audit_reach, formatters
from tongchou.web.console.homes.parts import Card, Home, Reader, Section
from tongchou.web.console.presenters import audit_words

#: Days the counts look back.
DAYS = 7


def home(reader: Reader) -> Home:
    """Entries of the last days by act, and the last verification."""
    reach = audit_reach.of(reader.held, on=reader.today)
    since = reader.now - dt.timedelta(days=DAYS)
    counted = audit_reading.by_action(reach, audit_reading.Asked(since=since))
    lines = [
        {
            "label": audit_words.action(name),
            "number": number,
            "url": f"{reverse('console:audit')}?action={name}",
        }
        for name, number in counted.items()
    ]
    return Home(
        cards=(_entries(sum(counted.values())), verified(reader)),
        sections=(Section("acts", {"lines": lines, "days": DAYS}),),
    )


def _entries(number: int) -> Card:
    return Card(
        key="entries",
        title=_("Entries of seven days"),
        icon="list",
        figure=formatters.number(number),
        unit=ngettext("entry", "entries", number),
        text=_("Who did what, when and what for.") if number else _("Nothing has been done in your areas."),
        url=reverse("console:audit"),
        go=_("Read the entries"),
    )


def verified(reader: Reader) -> Card:
    """How the last verification of the chain went."""
    last = audit_checking.latest()
    whole = bool(last and last.result.get("ok"))
    if last is None:
        text = _("It has not been verified from these pages yet.")
    elif whole:
        text = _("Verified %(moment)s: whole.") % {"moment": formatters.moment(last.finished_at)}
    else:
        text = _("Verified %(moment)s: broken. The page says from which row on.") % {
            "moment": formatters.moment(last.finished_at)
        }
    rows = int(last.result.get("rows") or 0) if last else None
    return Card(
        key="verified",
        title=_("Audit chain"),
        icon="shield",
        tone="good" if whole else "warn",
        figure=formatters.number(rows),
        unit=ngettext("row verified", "rows verified", rows or 0) if rows is not None else "",
        text=text,
        url=reverse("console:audit") if "audit.read" in reader.permissions else "",
        go=_("Verify the chain"),
        waits=not whole and "audit.verify" in reader.permissions,
    )
