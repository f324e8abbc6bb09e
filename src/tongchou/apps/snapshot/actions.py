"""Taking a snapshot."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import facts as builder
from tongchou.apps.snapshot import files, history
from tongchou.apps.snapshot.models import Snapshot
from tongchou.core import access, audit, clock, folders
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.facts import SCHEMA_VERSION


def take_snapshot(
    *,
    by: Account,
    at: dt.datetime,
    as_of: dt.date,
    purpose: str,
    progress: Callable[[int, int], None] | None = None,
) -> Snapshot:
    """A dated facts file of everybody registered in the areas where the account may take one, and beside it
    the history from which months are counted.

    The file is written first, then the row and its audit entry in one transaction; a file without its row is
    removed again. All of it is read as of one moment, while the registry goes on being written to.

    Raises
    ------
    NotAllowed
        When the account may not take snapshots.
    Invalid
        When no purpose is given, or the day is in the future: nobody knows the facts of that day.
    """
    reach = access.require(by, "snapshot.take", on=clock.date_of(at))
    if not purpose.strip():
        raise Invalid("snapshot.purpose", _("Say what the snapshot is for."))
    if as_of > clock.date_of(at):
        raise Invalid("snapshot.future", _("A snapshot cannot be of a day that has not come yet."))
    last_entry = registry.last_entry()
    with registry.one_moment():
        facts = builder.build_facts(as_of=as_of, scope=reach, progress=progress)
        lives = history.build_history(as_of=as_of, scope=reach)
    sha256 = files.digest(facts)
    name = f"{as_of.isoformat()}-{at:%Y%m%dT%H%M%S%f}-{sha256[:12]}"
    path, history_path = files.write(facts, name), f"{files.FOLDER}/{name}-history-{secrets.token_hex(4)}"
    try:
        history_sha256 = history.write(lives, history_path)
        return _keep(
            Snapshot(
                as_of=as_of,
                taken_at=at,
                taken_by=by.pk,
                purpose=purpose.strip()[:200],
                intervals=[list(interval) for interval in reach.intervals],
                path=path,
                rows=facts.height,
                sha256=sha256,
                last_entry=last_entry,
                schema_version=SCHEMA_VERSION,
                history_path=history_path,
                history_sha256=history_sha256,
            ),
            by=by,
        )
    except BaseException:
        files.remove(path)
        folders.remove(history_path)
        raise


@transaction.atomic
def _keep(snapshot: Snapshot, *, by: Account) -> Snapshot:
    snapshot.save(force_insert=True)
    audit.append(
        by=by,
        action="snapshot.take",
        subject=f"snapshot:{snapshot.pk}",
        at=snapshot.taken_at,
        purpose=snapshot.purpose,
        detail={
            "as_of": snapshot.as_of.isoformat(),
            "rows": snapshot.rows,
            "sha256": snapshot.sha256,
            "history_sha256": snapshot.history_sha256,
            "schema_version": snapshot.schema_version,
        },
    )
    return snapshot
