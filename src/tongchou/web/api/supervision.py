"""Supervision for programs of the level above: samples, what they said, and notices; nobody is named."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.supervision import api as supervision
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Count, Id, Limit, following

router = Router(tags=["supervision"])


class DrawLine(Schema):
    """A sample. Shares lie between 0 and 1 and are null until it is done; ``level`` is the confidence."""

    draw_id: int
    unit: str
    unit_name: str
    kind: str
    month: dt.date
    number: int
    method: str
    population: int
    level: float
    commitment: str
    seal: str
    seed: str
    frame: str
    drawn_on: dt.date
    done_on: dt.date | None
    checked: int | None
    right: int | None
    share: float | None
    low: float | None
    high: float | None


class DrawLines(Schema):
    items: list[DrawLine]
    total: int
    next: int | None


class RectificationLine(Schema):
    """``days_left``: working days for the reply, below 0 so many too late; null where none is awaited."""

    rectification_id: int
    unit: str
    unit_name: str
    about: str
    issued_on: dt.date
    due: dt.date
    provisional: bool
    state: str
    days_left: int | None
    level: str
    repeats: int


class RectificationLines(Schema):
    items: list[RectificationLine]
    total: int
    next: int | None


@router.get(
    "/supervision/draws",
    summary=gettext_noop("Samples of records of units below, the newest first"),
    **answers(DrawLines),
    **needs(supervision.INSPECT),
)
def list_draws(request: HttpRequest, start: Count = 0, limit: Limit = 50):
    found = supervision.draws_of(by=request.auth, on=clock.date_of(request.at)).select_related("secret")
    total = found.count()
    rows = [_draw(one) for one in found[start : start + limit]]
    return DrawLines(items=rows, total=total, next=following(start, rows, total))


@router.get(
    "/supervision/draws/{int:draw_id}",
    summary=gettext_noop("One sample: how it was drawn and what it said"),
    **answers(DrawLine),
    **needs(supervision.INSPECT),
)
def draw(request: HttpRequest, draw_id: Id):
    return _draw(supervision.draw_view(draw_id, by=request.auth, on=clock.date_of(request.at)).draw)


@router.get(
    "/supervision/rectifications",
    summary=gettext_noop("Rectification notices to units below that are not closed, the first due first"),
    **answers(RectificationLines),
    **needs(supervision.INSPECT),
)
def list_rectifications(request: HttpRequest, start: Count = 0, limit: Limit = 50):
    on = clock.date_of(request.at)
    found = supervision.notices(by=request.auth, on=on)
    total = found.count()
    rows = [_notice(one) for one in supervision.lines_of(list(found[start : start + limit]), on)]
    return RectificationLines(items=rows, total=total, next=following(start, rows, total))


@router.get(
    "/supervision/rectifications/{int:rectification_id}",
    summary=gettext_noop("One rectification notice: where it stands and by when"),
    **answers(RectificationLine),
    **needs(supervision.INSPECT),
)
def rectification(request: HttpRequest, rectification_id: Id):
    view = supervision.notice_view(rectification_id, by=request.auth, on=clock.date_of(request.at))
    return _notice(view.line)


def _draw(one: supervision.Draw) -> DrawLine:
    same = (
        *("unit_name", "kind", "month", "number", "method", "population", "seal", "seed", "done_on"),
        *("checked", "right", "low", "high"),
    )
    return DrawLine(
        draw_id=one.pk,
        unit=one.unit_key,
        level=one.confidence / 1000,
        commitment=one.secret.committed,
        frame=one.frame_sha256,
        drawn_on=clock.date_of(one.at),
        share=one.value,
        **{name: getattr(one, name) for name in same},
    )


def _notice(line: supervision.NoticeLine) -> RectificationLine:
    same = ("unit_name", "about", "issued_on", "due", "provisional", "state", "level", "repeats")
    return RectificationLine(
        rectification_id=line.notice_id,
        unit=line.unit_key,
        days_left=line.left,
        **{name: getattr(line, name) for name in same},
    )
