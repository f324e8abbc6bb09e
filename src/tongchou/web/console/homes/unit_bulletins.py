"""What the responsibility of units puts on home pages: bulletins to seal, months to close."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.accountability import api as bulletins
from tongchou.apps.places import api as places
from tongchou.core import scope
from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Reader


def bulletins_waiting(reader: Reader) -> Card:
    """Bulletins somebody else has made and the reader may publish."""
    reach = scope.among(reader.held, bulletins.MAKE)
    waiting = bulletins.Issue.objects.filter(reach.q("scope_no"), state=bulletins.State.MADE)
    number = waiting.exclude(made_by=reader.request.user).count()
    return Card(
        key="bulletins-waiting",
        title=_("Bulletins to seal"),
        icon="shield",
        figure=formatters.number(number),
        unit=ngettext("bulletin", "bulletins", number),
        text=_("Made by somebody else; you look at it and publish it.")
        if number
        else _("No bulletin waits for a second person."),
        url=reverse("console:unit-bulletins") if number else "",
        go=_("Bulletins of units"),
        waits=bool(number),
        idle=not number,
    )


def month_open(reader: Reader) -> Card:
    """Whether last month is closed at the reader's own areas."""
    reach = scope.among(reader.held, bulletins.CLOSE)
    month = (reader.today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    own = [one.pk for one in places.tops(reach) if one.level in bulletins.LEVELS]
    closed = bulletins.Closing.objects.filter(month=month, area_id__in=own).count() if own else 0
    number = len(own) - closed
    return Card(
        key="month-open",
        title=_("Month to close"),
        icon="lock",
        figure=formatters.number(number),
        unit=ngettext("unit", "units", number),
        text=_("%(month)s is still open here. Villages close first, then the levels above.")
        % {"month": formatters.day(f"{month:%Y-%m}")}
        if number
        else _("%(month)s is closed.") % {"month": formatters.day(f"{month:%Y-%m}")},
        url=reverse("console:month-close") if number else "",
        go=_("Close of the month"),
        elsewhere=bool(number),
        idle=not number,
    )
