"""Running the checks over the latest snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou import checks
from tongchou.apps.places import api as places
from tongchou.apps.quality.models import Count, Finding, Run
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict
from tongchou.core.models import Account
from tongchou.domain.checking import found
from tongchou.domain.checks import Check

#: Rows a transaction writes at most.
CHUNK = 1000
#: Runs whose counts are kept for the trend.
KEPT = 60
Progress = Callable[[int, int], None]


def run_checks(*, by: Account | None, at: dt.datetime, purpose: str, progress: Progress | None = None) -> Run:
    """The run of all checks over the latest snapshot; the existing one when neither has changed.

    The former run stays current until the last step, which also forgets whom it named.

    Raises
    ------
    NotAllowed
        When the account may not run checks; ``by=None`` is the installation itself.
    Conflict
        When no snapshot has been taken yet.
    """
    on = clock.date_of(at)
    if by is not None:
        access.require(by, "quality.run", on=on)
    snapshot = snapshots.latest(on=on)
    if snapshot is None:
        raise Conflict("no_snapshot", _("Take a snapshot first; there is none to check."))
    packaged = checks.load()
    alone = registry.children_alone(as_of=snapshot.as_of)
    version = digest(packaged, alone)
    same = Run.objects.filter(current=True, snapshot_sha256=snapshot.sha256, checks_sha256=version).first()
    if same is not None:
        return same
    named = _placed(found(snapshots.read(snapshot), packaged, year=snapshot.as_of.year, alone=alone))
    run = Run.objects.create(
        snapshot_sha256=snapshot.sha256,
        checks_sha256=version,
        as_of=snapshot.as_of,
        persons=snapshot.rows,
        findings=named.height,
        run_at=at,
        run_by=by.pk if by else None,
    )
    _write(run, named, progress)
    _make_current(run, by=by, at=at, purpose=purpose)
    return run


def digest(packaged: Iterable[Check], alone: Collection[int]) -> str:
    """SHA-256 over what the checks say and ask, and over what they know beside the snapshot."""
    return hashlib.sha256(repr((tuple(packaged), sorted(alone))).encode()).hexdigest()


def _placed(named: pl.DataFrame) -> pl.DataFrame:
    """Findings with the number and scope number of their village; without one nobody could be shown them."""
    codes = named["area_code"].drop_nulls().unique().to_list()
    rows = (
        places.Area.objects.filter(code__in=codes).order_by("valid_to").values_list("code", "pk", "scope_no")
    )
    known = {code: (pk, number) for code, pk, number in rows}
    table = pl.DataFrame(
        [(code, pk, number) for code, (pk, number) in known.items()],
        schema={"area_code": pl.String, "area_id": pl.Int64, "scope_no": pl.Int64},
        orient="row",
    )
    return named.join(table, on="area_code", how="inner", maintain_order="left")


def _write(run: Run, named: pl.DataFrame, progress: Progress | None) -> None:
    columns = ("check", "person_id", "household_id", "area_id", "scope_no")
    rows = named.select(columns)
    for start in range(0, rows.height, CHUNK):
        chunk = [
            Finding(
                run=run,
                check_code=check,
                person_id=person,
                household_id=household,
                area_id=area,
                scope_no=number,
            )
            for check, person, household, area, number in rows.slice(start, CHUNK).iter_rows()
        ]
        with transaction.atomic():
            Finding.objects.bulk_create(chunk)
        if progress:
            progress(min(start + CHUNK, rows.height), rows.height)
    counted = named.group_by("check", "area_id", "scope_no").len().sort("check", "area_id")
    counts = [
        Count(run=run, check_code=check, area_id=area, scope_no=number, number=many)
        for check, area, number, many in counted.iter_rows()
    ]
    for start in range(0, len(counts), CHUNK):
        with transaction.atomic():
            Count.objects.bulk_create(counts[start : start + CHUNK])


def _make_current(run: Run, *, by: Account | None, at: dt.datetime, purpose: str) -> None:
    with transaction.atomic():
        Run.objects.filter(current=True).update(current=False)
        run.current = True
        run.save(update_fields=["current"])
        audit.append(
            by=by,
            action="quality.run",
            subject=f"quality_run:{run.pk}",
            purpose=purpose,
            detail={"snapshot": run.snapshot_sha256, "findings": run.findings},
            at=at,
        )
    former = Finding.objects.exclude(run=run)
    while keys := list(former.values_list("pk", flat=True)[:CHUNK]):
        Finding.objects.filter(pk__in=keys).delete()
    kept = list(Run.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    Run.objects.exclude(pk__in=kept).delete()
