"""Evaluations of the rules, the snapshots they rest on, and asking for new ones."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.snapshot import api as snapshots
from tongchou.web.api.access import needs
from tongchou.web.api.jobs import Job
from tongchou.web.api.jobs import shown as job_shown
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id, Key, Limit, Moment

router = Router(tags=["evaluations"])


class Evaluation(Schema):
    """One run of the rules. Equal inputs give equal ``results_sha256``."""

    evaluation_id: int
    year: int
    as_of: dt.date
    created_at: Moment
    current: bool
    snapshot_sha256: str
    policies_sha256: str
    results_sha256: str


class Evaluations(Schema):
    """A part of the list; send ``next`` as ``before`` to read on."""

    items: list[Evaluation]
    next: int | None


class Snapshot(Schema):
    snapshot_id: int
    as_of: dt.date
    taken_at: Moment
    people: int
    sha256: str
    schema_version: int


class Snapshots(Schema):
    """A part of the list; send ``next`` as ``before`` to read on."""

    items: list[Snapshot]
    next: int | None


@router.get(
    "/evaluations",
    summary=gettext_noop("The evaluations, the newest first"),
    **answers(Evaluations),
    **needs("entitlements.evaluate"),
)
def evaluations(request: HttpRequest, before: Id | None = None, limit: Limit = 50):
    found = entitlements.runs(before=before, limit=limit + 1)
    return Evaluations(
        items=[
            Evaluation(
                evaluation_id=one.pk,
                year=one.year,
                as_of=one.as_of,
                created_at=one.created_at,
                current=one.current,
                snapshot_sha256=one.snapshot_sha256,
                policies_sha256=one.policies_sha256,
                results_sha256=one.results_sha256,
            )
            for one in found[:limit]
        ],
        next=found[limit - 1].pk if len(found) > limit else None,
    )


@router.post(
    "/evaluations/refresh",
    summary=gettext_noop("Ask for a new list of benefits; the job that waits already is given back"),
    **answers(Job, 202),
    **needs("entitlements.evaluate"),
)
def refresh(request: HttpRequest, key: Key = None):
    def act() -> Job:
        return job_shown(entitlements.ask_to_refresh(by=request.auth, at=request.at))

    return once(request, key, act, status=202)


@router.get(
    "/snapshots",
    summary=gettext_noop("The snapshots that hold no area outside the token's, the newest first"),
    **answers(Snapshots),
    **needs("snapshot.take"),
)
def list_snapshots(request: HttpRequest, before: Id | None = None, limit: Limit = 50):
    found = snapshots.taken(scope=request.reach, before=before, limit=limit + 1)
    return Snapshots(
        items=[
            Snapshot(
                snapshot_id=one.pk,
                as_of=one.as_of,
                taken_at=one.taken_at,
                people=one.rows,
                sha256=one.sha256,
                schema_version=one.schema_version,
            )
            for one in found[:limit]
        ],
        next=found[limit - 1].pk if len(found) > limit else None,
    )
