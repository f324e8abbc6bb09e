"""The system and the security administrator: is the installation well, and where are their pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongchou.core import keys
from tongchou.core.jobs import api as jobs
from tongchou.web.console import formatters
from tongchou.web.console.homes import auditor
from tongchou.web.console.homes.parts import Card, Home, Reader, Section, address
from tongchou.web.console.parts import Chip

#: Pages of the two administrators, shown where the installation has them.
_SYSTEM_PAGES = (
    ("accounts", "users", gettext_lazy("Accounts"), gettext_lazy("Make, change and close accounts.")),
    (
        "account-import",
        "upload",
        gettext_lazy("Accounts from Excel"),
        gettext_lazy("Many at once, checked first."),
    ),
    (
        "handover",
        "turn",
        gettext_lazy("Hand over"),
        gettext_lazy("When somebody leaves: open work to the next."),
    ),
    (
        "holidays",
        "clock",
        gettext_lazy("Holidays"),
        gettext_lazy("Days off of the coming year, once they are announced."),
    ),
    ("doctor", "shield", gettext_lazy("System check"), gettext_lazy("Every check, with its remedy.")),
)
_SECURITY_PAGES = (
    ("grants", "lock", gettext_lazy("Roles to grant"), gettext_lazy("Who has which role, where.")),
    ("lockouts", "exit", gettext_lazy("Lock-outs"), gettext_lazy("Sign-ins that were stopped.")),
    ("accounts", "users", gettext_lazy("Accounts"), gettext_lazy("Second factors and sessions.")),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be well, and how it is."""

    label: str
    chip: Chip
    text: str


def system_home(reader: Reader) -> Home:
    """Queue and worker, database and keys, the last verification, and the pages of accounts."""
    return Home(cards=_cards(reader), sections=(Section("checks", checks(reader)), _pages(_SYSTEM_PAGES)))


def security_home(reader: Reader) -> Home:
    """The same state of the installation, and the pages of roles."""
    return Home(cards=_cards(reader), sections=(Section("checks", checks(reader)), _pages(_SECURITY_PAGES)))


def _cards(reader: Reader) -> tuple[Card, ...]:
    health = jobs.health(reader.now)
    open_ones = health.waiting + health.running
    queue = Card(
        key="queue",
        title=_("Jobs in the queue"),
        icon="spin",
        tone="good" if health.ok else "warn",
        figure=formatters.number(open_ones),
        unit=ngettext("job", "jobs", open_ones),
        text=_("A worker is at work, or nothing waits.")
        if health.ok
        else _("Jobs have been waiting for more than two minutes. Start the worker."),
        waits=not health.ok,
    )
    failed = Card(
        key="failed",
        title=_("Failed jobs"),
        icon="warn",
        tone="warn" if health.failed else "good",
        figure=formatters.number(health.failed),
        unit=ngettext("job", "jobs", health.failed),
        text=_("Whoever asked for them sees why, and can try again.")
        if health.failed
        else _("None has failed."),
    )
    return (queue, failed, auditor.verified(reader))


def checks(reader: Reader) -> list[Check]:
    """Database, its migrations, the keys, and the worker: what ``/readyz`` asks too, in words."""
    well = Chip(_("In order"), "check", "good")
    wrong = Chip(_("Needs attention"), "warn", "bad")
    found = []
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        text = _("It answers, and its tables are those of this version.")
        if waiting:
            text = _("It answers, but its tables are of an earlier version: run tongchou setup.")
        found.append(Check(_("Database"), wrong if waiting else well, text))
    except DatabaseError:
        found.append(Check(_("Database"), wrong, _("It does not answer.")))
    try:
        keys.check()
        found.append(Check(_("Keys"), well, _("They are those this database was written with.")))
    except ImproperlyConfigured:
        found.append(Check(_("Keys"), wrong, _("They do not belong to this database: restore keys.json.")))
    health = jobs.health(reader.now)
    found.append(
        Check(
            _("Worker"),
            well if health.ok else wrong,
            _("Jobs are taken up.") if health.ok else _("Nobody takes up the jobs that wait."),
        )
    )
    return found


def _pages(pages: tuple[tuple[str, str, object, object], ...]) -> Section:
    there = [
        {"url": address(name), "icon": icon, "label": str(label), "text": str(text)}
        for name, icon, label, text in pages
        if address(name)
    ]
    return Section("pages", there, aside=True)
