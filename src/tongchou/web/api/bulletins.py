"""Bulletins of units: those of the token's areas and published ones, and the content of one."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.accountability import api as accountability
from tongchou.core import clock
from tongchou.domain.accountability.bulletin import RestatedFigure
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Count, Id, Limit, Moment, Typed, following

router = Router(tags=["bulletins"])
_FIGURES = ("value", "low", "high", "over", "under", "target")


class BulletinLine(Schema):
    """``state``: ``superseded`` where a later one of the period holds; ``reason``: why one restates it."""

    bulletin_id: int
    area: str
    kind: str
    period: str
    state: str
    sha256: str
    published_at: Moment | None
    departments: bool
    reason: str


class BulletinLines(Schema):
    items: list[BulletinLine]
    total: int
    next: int | None


class IndicatorCell(Schema):
    """One indicator of a unit: ``over`` of ``under``; all null where it is not known or nothing was due.

    ``verdict`` on the ``target`` is ``met``, ``missed``, ``open`` (not distinguishable), ``unknown`` or
    ``none``.
    """

    indicator: str
    value: float | None
    low: float | None
    high: float | None
    over: float | None
    under: float | None
    target: float | None
    verdict: str


class BulletinRow(Schema):
    """``unranked``: ``no``, ``small``, ``alone``, ``empty``, ``unknown``; ``band`` numbers units alike."""

    unit: str
    name: str
    composite: float | None
    low: float | None
    high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    band: int | None
    unranked: str
    mark: str
    reply: str
    cells: list[IndicatorCell]


class StatedAnew(Schema):
    unit: str
    count: str
    period: str
    first: float | None
    now: float | None
    reason: str


class BulletinWhole(BulletinLine):
    """``seal`` is the SHA-256 of all it was computed from."""

    rows: list[BulletinRow]
    restated: list[StatedAnew]
    seal: str


class SettledFigure(Schema):
    """``told`` at the close, first ``published`` and standing ``now``; null where it is not known."""

    unit: str
    name: str
    indicator: str
    told: float | None
    published: float | None
    now: float | None
    moved: bool


class SettlementWhole(Schema):
    """``published_on`` is null while nothing of the period is published."""

    area_id: int
    area: str
    period: str
    published_on: dt.date | None
    figures: list[SettledFigure]
    restated: list[StatedAnew]


@router.get(
    "/bulletins",
    summary=gettext_noop("Bulletins of units, the newest first"),
    **answers(BulletinLines),
    **needs(accountability.VIEW),
)
def list_bulletins(request: HttpRequest, start: Count = 0, limit: Limit = 50):
    found = accountability.listed(by=request.auth, on=clock.date_of(request.at))
    rows = [_line(one) for one in found[start : start + limit]]
    return BulletinLines(items=rows, total=len(found), next=following(start, rows, len(found)))


@router.get(
    "/bulletins/{int:bulletin_id}",
    summary=gettext_noop("One bulletin: its units with their figures, ranks and replies"),
    **answers(BulletinWhole),
    **needs(accountability.VIEW),
)
def bulletin(request: HttpRequest, bulletin_id: Id):
    found = accountability.view(bulletin_id, by=request.auth, at=request.at)
    return BulletinWhole(
        **_line(found.line).model_dump(),
        seal=found.content.sha256,
        rows=[
            BulletinRow(
                **{
                    name: getattr(row, name)
                    for name in BulletinRow.model_fields
                    if name not in ("reply", "cells", "mark", "unranked")
                },
                mark=row.mark.value,
                unranked=row.unranked.value,
                reply=found.replies.get(row.unit, ""),
                cells=[
                    IndicatorCell(
                        indicator=code,
                        verdict=cell.verdict.value,
                        **{name: getattr(cell, name) for name in _FIGURES},
                    )
                    for code, cell in row.cells.items()
                ],
            )
            for row in found.content.rows
        ],
        restated=[_stated_anew(one) for one in found.content.restated],
    )


@router.get(
    "/settlements",
    summary=gettext_noop("A closed period of the units below an area: as first told and as it stands now"),
    **answers(SettlementWhole),
    **needs(accountability.VIEW),
)
def settlement(
    request: HttpRequest,
    area: Id,
    kind: Literal["month", "quarter", "half", "year"],
    period: Typed,
    departments: bool = False,
):
    found = accountability.settlement(
        area, kind=kind, period=period, by=request.auth, at=request.at, departments=departments
    )
    return SettlementWhole(
        area_id=found.area.pk,
        area=found.area.name,
        period=found.period,
        published_on=found.published_on,
        figures=[
            SettledFigure(
                **{
                    name: getattr(one, name)
                    for name in ("unit", "name", "indicator", "told", "published", "now", "moved")
                }
            )
            for one in found.rows
        ],
        restated=[_stated_anew(one) for one in found.restated],
    )


def _stated_anew(one: RestatedFigure) -> StatedAnew:
    same = ("unit", "period", "first", "now", "reason")
    return StatedAnew(count=one.indicator, **{name: getattr(one, name) for name in same})


def _line(one: accountability.Line) -> BulletinLine:
    return BulletinLine(
        bulletin_id=one.issue_id,
        area=one.area,
        kind=one.kind,
        period=one.period,
        state=one.state,
        sha256=one.sha256,
        published_at=one.published_at,
        departments=one.departments,
        reason=one.reason,
    )
