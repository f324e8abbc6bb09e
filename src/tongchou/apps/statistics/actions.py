"""Building cubes."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.statistics import counting, files
from tongchou.apps.statistics.listing import NO_SNAPSHOT
from tongchou.apps.statistics.models import VERSION, Built
from tongchou.core import access, audit, clock, folders
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account

Progress = Callable[[int, int], None]


def build(
    *,
    by: Account,
    at: dt.datetime,
    snapshot: snapshots.Snapshot,
    boundaries: dt.date | None = None,
    progress: Progress | None = None,
) -> Built:
    """The cubes of a snapshot on the tree of areas of a day, of ``at`` when left out.

    Those that are there already are given back, as long as their files are as they were written.

    The files are written first, then the row and its audit entry in one transaction; files without their row
    are removed again. The same snapshot and tree give the same bytes.

    Raises
    ------
    NotAllowed
        When the account may not build cubes of all areas of the snapshot.
    Invalid
        When the day lies in the future.
    Conflict
        When the snapshot holds no history, or its files are missing or were changed.
    """
    require(by, snapshot, at=at)
    day = boundaries or clock.date_of(at)
    if day > clock.date_of(at):
        raise Invalid("statistics.future", _("The areas of a day that has not come yet are not known."))
    there = Built.objects.filter(snapshot=snapshot, boundaries=day, version=VERSION).order_by("-pk").first()
    if there is not None and folders.intact(there.path, there.sha256):
        return there
    return keep(
        counting.count(snapshot, boundaries=day, progress=progress),
        by=by, at=at, snapshot=snapshot, boundaries=day,
    )  # fmt: skip


def build_latest(*, by: Account, at: dt.datetime, progress: Progress | None = None) -> Built:
    """The cubes of the newest snapshot that holds all areas where the account may build them.

    Raises
    ------
    NotAllowed
        When the account may not build cubes.
    Conflict
        When there is no such snapshot, or as ``build``.
    """
    reach = access.require(by, "statistics.build", on=clock.date_of(at))
    snapshot = snapshots.latest(scope=reach, on=clock.date_of(at))
    if snapshot is None:
        raise Conflict("no_snapshot", NO_SNAPSHOT)
    return build(by=by, at=at, snapshot=snapshot, progress=progress)


def require(by: Account, snapshot: snapshots.Snapshot, *, at: dt.datetime) -> None:
    """Nothing when the account may build cubes of all areas of a snapshot.

    Raises
    ------
    NotAllowed
        When it may not.
    """
    reach = access.require(by, "statistics.build", on=clock.date_of(at))
    if not all(reach.covers_interval(low, high) for low, high in snapshot.intervals):
        raise NotAllowed("access.outside", _("This lies outside the areas assigned to you."))


def keep(
    counted: counting.Counted,
    *,
    by: Account,
    at: dt.datetime,
    snapshot: snapshots.Snapshot,
    boundaries: dt.date,
) -> Built:
    """Write cubes that were counted, with their row and its audit entry; access was asked before."""
    name = f"{boundaries.isoformat()}-{at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    path, sha256 = files.write(counted.cubes, name)
    try:
        return _keep(
            Built(
                snapshot=snapshot,
                as_of=snapshot.as_of,
                boundaries=boundaries,
                built_at=at,
                built_by=by.pk,
                intervals=snapshot.intervals,
                path=path,
                sha256=sha256,
            ),
            by=by,
            counted=counted,
        )
    except BaseException:
        folders.remove(path)
        raise


@transaction.atomic
def _keep(built: Built, *, by: Account, counted: counting.Counted) -> Built:
    built.save(force_insert=True)
    audit.append(
        by=by,
        action="statistics.build",
        subject=f"cubes:{built.pk}",
        at=built.built_at,
        detail={
            "snapshot": built.snapshot_id,
            "as_of": built.as_of.isoformat(),
            "boundaries": built.boundaries.isoformat(),
            "sha256": built.sha256,
            "version": built.version,
            "dates_chosen": counted.chosen,
            "unplaced": counted.unplaced,
        },
    )
    return built
