"""The statistician: who is on record, how fresh the figures are, and how much is unknown."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.snapshot import api as snapshots
from tongchou.web.console import formatters
from tongchou.web.console.homes import figures, supervisor
from tongchou.web.console.homes.parts import Card, Home, Reader, Section
from tongchou.web.console.presenters import population, quality


def home(reader: Reader) -> Home:
    """Population, age of the snapshot, and the share of each fact that is unknown."""
    reach = reader.reach("population.view")
    snapshot = snapshots.latest(scope=reach, on=reader.today)
    if snapshot is None:
        return Home(
            cards=(_people(None), _age(reader, None), supervisor.registers(reader)),
            sections=(Section("snapshot-begin"),),
        )
    codes = population.codes(reach)
    counted = snapshots.age_sex(snapshot, area_codes=codes)
    lines = quality.present(snapshots.unknown_facts(snapshot, area_codes=codes), reader.language)
    return Home(
        cards=(
            _people(counted.total),
            _age(reader, snapshot),
            supervisor.registers(reader),
            *figures.of_population(reader),
        ),
        sections=(
            Section("quality", {"lines": lines, "as_of": snapshot.as_of, "people": counted.total}),
            Section("statistics", aside=True),
        ),
    )


def _people(number: int | None) -> Card:
    return Card(
        key="people",
        title=_("On record and alive"),
        icon="users",
        figure=formatters.number(number),
        unit=ngettext("person", "people", number or 0) if number is not None else "",
        text=_("Registered in your areas on the day of the snapshot.")
        if number is not None
        else _("Appears once the county has taken a snapshot."),
        url=reverse("console:population") if number is not None else "",
        go=_("By age and sex"),
    )


def _age(reader: Reader, snapshot: snapshots.Snapshot | None) -> Card:
    days = (reader.today - snapshot.as_of).days if snapshot else None
    return Card(
        key="snapshot-age",
        title=_("Age of the figures"),
        icon="clock",
        tone="warn" if days is None or days > 31 else "good",
        figure=formatters.number(days),
        unit=ngettext("day", "days", days or 0) if days is not None else "",
        text=_("All figures are as of %(day)s.") % {"day": formatters.day(snapshot.as_of)}
        if snapshot
        else _("There is no snapshot of your areas yet."),
    )
