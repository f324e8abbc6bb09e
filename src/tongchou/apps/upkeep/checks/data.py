"""The data: database, keys, audit chain, registry, backup."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.registry import api as registry
from tongchou.apps.upkeep import backup as backups
from tongchou.apps.upkeep.checks.finding import Finding, error, ok, warning
from tongchou.core import audit, keys
from tongchou.core.models import KeyCheck

OLDEST_SQLITE = (3, 35, 0)
OLDEST_POSTGRESQL = 140000
FRESH_BACKUP, OLD_BACKUP = dt.timedelta(days=2), dt.timedelta(days=14)


def database(at: dt.datetime) -> Finding:
    """Reachable, new enough, and in the mode that lets readers work while one writes."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if connection.vendor == "sqlite":
                return _sqlite(cursor)
    except DatabaseError as problem:
        return error(
            _("The database does not answer: %(reason)s") % {"reason": str(problem).strip().splitlines()[0]},
            _("Start the database server, or correct DATABASE_URL; then run tongchou doctor again."),
        )
    version = connection.pg_version
    if version < OLDEST_POSTGRESQL:
        return error(
            _("PostgreSQL %(version)s is too old; 14 or newer is needed.") % {"version": version // 10000},
            _("Upgrade the database server (pg_upgradecluster on Debian)."),
        )
    return ok(_("PostgreSQL %(version)s answers.") % {"version": f"{version // 10000}.{version % 10000}"})


def _sqlite(cursor: object) -> Finding:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return error(
            _("SQLite %(version)s is too old; 3.35 or newer is needed.")
            % {"version": sqlite3.sqlite_version},
            _("Use the Python of Debian 12 or newer."),
        )
    cursor.execute("PRAGMA journal_mode")  # type: ignore[attr-defined]
    mode = cursor.fetchone()[0]  # type: ignore[attr-defined]
    if mode not in {"wal", "memory"}:
        return error(
            _("SQLite does not use its write-ahead log (%(mode)s): pages would wait for one another.")
            % {"mode": mode},
            _("Keep the folder of the installation on a local disk, not on a network share."),
        )
    return ok(_("SQLite %(version)s with its write-ahead log.") % {"version": sqlite3.sqlite_version})


def migrations(at: dt.datetime) -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return error(
            ngettext(
                "The database is not up to date: %(number)s change waits.",
                "The database is not up to date: %(number)s changes wait.",
                len(plan),
            )
            % {"number": len(plan)},
            _("Run: tongchou setup"),
        )
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
    if unknown:
        return error(
            _("The database was made by a later version of Tongchou."),
            _("Install that version again; an older one would damage the data."),
        )
    return ok(_("The database is up to date."))


def keys_fit(at: dt.datetime) -> Finding:
    """Reads only: a missing file is not made here."""
    restore = _("Restore keys.json from its backup into %(folder)s.") % {"folder": settings.VAR}
    if not keys.path().exists():
        if KeyCheck.objects.exists():
            return error(_("keys.json is gone: numbers cannot be read and nothing can be proved."), restore)
        return warning(_("There are no keys yet."), _("Run: tongchou setup"))
    mend = _("Run: chmod 600 %(file)s, or restore it from its backup.") % {"file": keys.path()}
    if keys.path().stat().st_mode & 0o077:
        return error(_("keys.json can be read by other accounts of this machine."), mend)
    try:
        keys.check()
    except keys.KeysLost:
        return error(_("The keys do not belong to this database."), restore)
    except ImproperlyConfigured:
        return error(_("keys.json cannot be read, or is damaged."), mend)
    return ok(_("The keys are there and belong to this database."))


def audit_recent(at: dt.datetime) -> Finding:
    return _chain(audit.verify_recent())


def audit_whole(at: dt.datetime) -> Finding:
    return _chain(audit.verify())


def _chain(report: audit.AuditReport) -> Finding:
    if report.ok:
        return ok(_("The audit chain holds: %(rows)s rows checked.") % {"rows": report.checked})
    return error(
        " ".join(report.lines()),
        _("Stop the service, keep database and audit-head.log as they are, and call the security "
            "administrator. "
          "Do not repair anything."),
    )  # fmt: skip


def registry_state(at: dt.datetime) -> Finding:
    if registry.check_state().ok:
        return ok(_("The state of the registry follows from its events."))
    return error(
        _("The state of the registry differs from its events."),
        _("Run: tongchou registry rebuild --account NAME --purpose WHY"),
    )


def backup(at: dt.datetime) -> Finding:
    remedy = _(
        "Run every night: tongchou backup FILE, and keep the file on another machine (docs/how-to/backup.md)."
    )
    last = backups.last()
    if last is None:
        return warning(_("No backup was made yet."), remedy)
    days = {"days": (at - last).days}
    if at - last > OLD_BACKUP:
        return error(_("The last backup is %(days)s days old.") % days, remedy)
    if at - last > FRESH_BACKUP:
        return warning(_("The last backup is %(days)s days old.") % days, remedy)
    return ok(_("The last backup is less than two days old."))


def head_file(at: dt.datetime) -> Finding:
    """The proof outside the database is there once there is something to prove."""
    rows = audit.AuditEntry.objects.exists()
    if rows and not (Path(settings.VAR) / "audit-head.log").exists():
        return error(
            _("audit-head.log is gone: a cut of the audit chain would go unseen."),
            _("Restore it from the daily copy into %(folder)s.") % {"folder": settings.VAR},
        )
    return ok(_("The signed head of the audit chain is there."))
