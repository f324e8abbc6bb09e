"""Public tables: the releases of the token's counties with their state, and the figures of one."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from tongchou.apps.releases import api as releases
from tongchou.core.errors import NotFound
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Count, Id, Limit, Moment, following

router = Router(tags=["releases"])

State = Annotated[str, Field(pattern=r"^[a-z]*$", max_length=10)]


class ReleaseLine(Schema):
    """``content_sha256`` is empty before it is computed; ``findings`` says how many there are."""

    release_id: int
    table: str
    period: str
    version: int
    state: str
    content_sha256: str
    findings: int
    published_at: Moment | None


class Releases(Schema):
    items: list[ReleaseLine]
    total: int
    next: int | None


class Figure(Schema):
    """``cell`` holds the codes of the area and of each dimension; ``status`` is that of SDMX: ``A``, ``Q``
    (closed) or ``O`` (not known). ``value`` is a text with its decimals, empty where there is none.
    """

    cell: list[str]
    value: str
    lower: str
    upper: str
    status: str


class Release(ReleaseLine):
    dimensions: list[str]
    figures: list[Figure]
    signature: str


@router.get(
    "/releases",
    summary=gettext_noop("Public tables and how far they are, the newest first"),
    **answers(Releases),
    **needs(releases.VIEW),
)
def list_releases(request: HttpRequest, state: State = "", start: Count = 0, limit: Limit = 50):
    found = releases.releases(scope=request.reach, state=state)
    total = found.count()
    rows = [_line(one) for one in found[start : start + limit]]
    return Releases(items=rows, total=total, next=following(start, rows, total))


@router.get(
    "/releases/{int:release_id}",
    summary=gettext_noop("A published table with its figures and signature"),
    **answers(Release),
    **needs(releases.VIEW),
)
def release(request: HttpRequest, release_id: Id):
    one = releases.release(release_id, scope=request.reach)
    if one.state not in (releases.State.PUBLISHED, releases.State.SUPERSEDED):
        raise NotFound("releases.not_out", _("This table is not published."))
    table = releases.figures(one)
    return Release(
        **_line(one).model_dump(),
        dimensions=["area", *table.dimensions],
        figures=[
            Figure(cell=list(cell), value=each.value, lower=each.lower, upper=each.upper, status=each.status)
            for cell, each in table.cells.items()
        ],
        signature=one.signature,
    )


def _line(one: releases.Release) -> ReleaseLine:
    return ReleaseLine(
        release_id=one.pk,
        table=one.code,
        period=one.period,
        version=one.version,
        state=one.state,
        content_sha256=one.content_sha256,
        findings=len(one.findings),
        published_at=one.published_at,
    )
