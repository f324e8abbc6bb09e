"""The county reviewer: is the list fresh, what waits for a decision, which units have brought nothing in."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.core.jobs import api as jobs
from tongchou.web.console import formatters
from tongchou.web.console.homes import cases, families, figures, unit_bulletins
from tongchou.web.console.homes.parts import Card, Home, Reader, Section


def home(reader: Reader) -> Home:
    """Cases to approve and what else waits, freshness of the list, and units whose registers are missing."""
    behind = [line for line in reader.progress.lines if line.registers < line.villages]
    units = [Section("units-missing", {"lines": behind, "year": reader.today.year})] if behind else []
    return Home(
        cards=(
            cases.on_my_desk(reader),
            cases.to_accept(reader),
            cases.sent_up(reader),
            families.applications_sent_up(reader),
            cases.appeals(reader),
            cases.payees(reader),
            cases.after_a_death(reader),
            cases.grievances(reader),
            cases.objections(reader),
            cases.answers(reader),
            cases.certificates_to_issue(reader),
            unit_bulletins.bulletins_waiting(reader),
            unit_bulletins.month_open(reader),
            families.files_waiting(reader),
            families.corrections_waiting(reader),
            families.undos_waiting(reader),
            families.duplicates_waiting(reader),
            families.without_register(families.missing_registers(reader)),
            open_jobs(reader),
            families.unclaimed(reader),
            families.deadlines(reader),
            families.unclear(reader),
            *figures.of_population(reader),
        ),
        sections=(
            *cases.near(reader),
            *families.recent_files(reader),
            *families.programmes(reader),
            *units,
            families.freshness(reader),
            families.FIND,
            families.HOW,
        ),
    )


def open_jobs(reader: Reader) -> Card:
    """Jobs of the reader's areas that wait, run or have failed."""
    mine = jobs.visible_to(reader.request.user, reader.today)
    waiting = mine.filter(state__in=jobs.OPEN).count()
    failed = mine.filter(state=jobs.State.FAILED).count()
    if failed:
        text = ngettext(
            "%(n)s has failed: its page says why and lets you try again.",
            "%(n)s have failed: the page says why and lets you try again.",
            failed,
        ) % {"n": formatters.number(failed)}
    else:
        text = _("They go on while you do something else.") if waiting else _("Nothing runs just now.")
    return Card(
        key="jobs",
        title=_("Jobs under way"),
        icon="spin",
        tone="warn" if failed else "",
        figure=formatters.number(waiting),
        unit=ngettext("job", "jobs", waiting),
        text=text,
        url=reverse("console:jobs"),
        go=_("See the jobs"),
        waits=bool(failed),
    )
