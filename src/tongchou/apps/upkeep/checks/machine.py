"""The machine: Python, fonts, disk, clock, files."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from tongchou.apps.upkeep.checks.finding import Finding, error, note, ok, warning
from tongchou.core.models import AuditEntry
from tongchou.core.sentences import sentences

OLDEST_PYTHON = (3, 11)
FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
_GB = 1024**3
LEAST_DISK, ENOUGH_DISK = 1 * _GB, 5 * _GB
#: Clocks of a machine and its database server that are set by the network differ by less.
MOST_DRIFT = dt.timedelta(seconds=30)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def python(at: dt.datetime) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        return error(
            _("Python %(version)s is too old; 3.11 or newer is needed.") % {"version": version},
            _("On Debian 12: apt-get install python3 python3-venv, then install Tongchou again."),
        )
    return ok(_("Python %(version)s.") % {"version": version})


def fonts(at: dt.datetime) -> Finding:
    """Only pictures and printed pages made on this machine need one; browsers bring their own."""
    program = shutil.which("fc-list")
    remedy = _(
        "Only needed for printing on this machine. On Debian: apt-get install fontconfig fonts-noto-cjk"
    )
    if program is None:
        return note(sentences(_("Fonts cannot be listed here (no fc-list)."), remedy))
    done = subprocess.run(  # noqa: S603
        [program, ":lang=zh", "family"], capture_output=True, text=True, check=False, timeout=20
    )
    found = [name for name in FONTS if name in done.stdout]
    if found:
        return ok(_("Chinese font: %(name)s.") % {"name": found[0]})
    if done.stdout.strip():
        return ok(_("A Chinese font is installed."))
    return warning(_("No Chinese font is installed."), remedy)


def disk(at: dt.datetime) -> Finding:
    free = shutil.disk_usage(settings.VAR).free
    shown = {"free": f"{free / _GB:.1f}", "folder": settings.VAR}
    remedy = _("Make room on the disk of %(folder)s, or move the folder to a larger one.") % shown
    if free < LEAST_DISK:
        return error(_("Only %(free)s GB are free: the system may stop at any moment.") % shown, remedy)
    if free < ENOUGH_DISK:
        return warning(_("Only %(free)s GB are free.") % shown, remedy)
    return ok(_("%(free)s GB are free.") % shown)


def clock(at: dt.datetime) -> Finding:
    """Deadlines and the audit chain rest on the time of day."""
    remedy = _("Set the clock by the network: timedatectl set-ntp true. Then restart the service.")
    last = AuditEntry.objects.order_by("-id").values_list("at", flat=True).first()
    if last is not None and last > at + MOST_DRIFT:
        return error(_("The clock is behind the last recorded act: it was set back."), remedy)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
        if abs(there - dt.datetime.now(dt.UTC)) > MOST_DRIFT:
            return error(_("The clocks of this machine and of the database differ."), remedy)
    if time.localtime().tm_gmtoff != 8 * 3600:
        return note(
            _(
                "The machine's own time zone is not Beijing time. Pages show Beijing time all the "
                "same; logs do not."
            )
        )
    return ok(_("The clock agrees, and the time zone is Beijing time."))


def files(at: dt.datetime) -> Finding:
    """What the installation keeps is for its own account alone."""
    folder = Path(settings.VAR)
    open_ones = [folder, *folder.rglob("*")] if folder.exists() else []
    seen, foreign = [], []
    for path in open_ones:
        try:
            about = path.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISLNK(about.st_mode):
            continue
        if about.st_mode & _OTHERS:
            seen.append(path)
        if about.st_uid != os.geteuid():
            foreign.append(path)
    if seen:
        return error(
            _("Other accounts of this machine can reach %(number)s files, first %(first)s.")
            % {"number": len(seen), "first": seen[0]},
            _("Run: chmod -R go-rwx %(folder)s") % {"folder": folder},
        )
    if foreign and os.geteuid() != 0:
        return error(
            _("%(number)s files belong to another account, first %(first)s.")
            % {"number": len(foreign), "first": foreign[0]},
            _("Run as root: chown -R %(user)s %(folder)s") % {"user": os.geteuid(), "folder": folder},
        )
    return ok(_("The files can be opened by this account only."))
