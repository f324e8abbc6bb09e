"""Who stores a file: one at a time, and one file of a village at a time."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake.models import UNDECIDED, FileStatus, RegisterFile
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict

#: After so long somebody else may go on: the process that stored the file is not there any more.
LONGEST: Final = dt.timedelta(minutes=10)


def is_running(file: RegisterFile, at: dt.datetime) -> bool:
    """True while somebody stores the file and has not been at it for too long."""
    since = file.applying_since
    return file.status == FileStatus.APPLYING and since is not None and at - since < LONGEST


def being_applied() -> Conflict:
    return Conflict(
        "intake.being_applied", _("This file is being stored right now. Wait until that is done.")
    )


def decided() -> Conflict:
    return Conflict("intake.decided", _("This file has been decided on already."))


def changed_since() -> Conflict:
    return Conflict(
        "intake.changed_since",
        _("The register has changed since you looked. Please look again and decide."),
    )


def take(file: RegisterFile, *, at: dt.datetime, resume: bool) -> bool:
    """Begin to store a file: from here on it is ours. False when it has been decided on meanwhile.

    Parameters
    ----------
    resume
        Go on at once where another try of the same job stopped, however short a time ago.

    Raises
    ------
    Conflict
        ``intake.being_applied``, or ``intake.village_busy`` when another file of the village is being stored.
    """
    with transaction.atomic():
        undecided = RegisterFile.objects.filter(village_id=file.village_id, status__in=UNDECIDED)
        others = {other.pk: other for other in undecided.order_by("pk").select_for_update()}
        if others.pop(file.pk, None) is None:
            return False
        undoing = RegisterFile.objects.filter(village_id=file.village_id, status=FileStatus.UNDOING)
        if undoing.exists():
            raise Conflict(
                "intake.village_busy",
                _("A file of this village is being taken back. Wait until that is done."),
            )
        if any(is_running(other, at) for other in others.values()):
            raise Conflict(
                "intake.village_busy",
                _("Another file of this village is being stored right now. Wait until that is done."),
            )
        free = Q(status=FileStatus.STAGED) | Q(applying_since__lte=at - LONGEST)
        if resume:
            free |= Q(status=FileStatus.APPLYING)
        taken = RegisterFile.objects.filter(free, pk=file.pk, status__in=UNDECIDED)
        if not taken.update(status=FileStatus.APPLYING, applying_since=at):
            raise being_applied()
        file.refresh_from_db()
    return True


def release(file: RegisterFile, *, since: dt.datetime) -> None:
    """Let go of a file that was not stored to the end; what was settled stays settled and is noted."""
    settled = len(registry.settled_lines(source=file.source, village_id=file.village_id))
    ours = RegisterFile.objects.filter(pk=file.pk, status=FileStatus.APPLYING, applying_since=since)
    ours.update(
        status=FileStatus.STAGED, applying_since=None, applied={"settled": settled} if settled else {}
    )
