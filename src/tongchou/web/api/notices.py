"""Public notices of the token's areas: the lists, and the entries as they hang, masked.

Objecting needs no token: whoever reads a notice objects on its own page, for everybody.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.notices import api as notices
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Count, Id, Limit

router = Router(tags=["notices"])


class Notice(Schema):
    """A list that hangs between two days; ``provisional``: the last one rests on holidays not announced."""

    notice_id: int
    number: str
    area: str
    kind: str
    year: int
    stage: str
    place: str
    opened_on: dt.date
    closes_on: dt.date
    provisional: bool
    closed: bool
    entries: int
    open_objections: int
    photographs: int


class Notices(Schema):
    """A part of the list; send ``next`` as ``before`` to read on."""

    items: list[Notice]
    next: int | None


class NoticeEntry(Schema):
    """A line as it hangs: part of the name, the year of birth, the village; ``fen`` where a sum is known."""

    position: int
    name: str
    birth_year: int | None
    place: str
    fen: int | None


class NoticeEntries(Schema):
    """A part of the lines; send ``next`` as ``after`` to read on."""

    items: list[NoticeEntry]
    next: int | None


@router.get(
    "/notices",
    summary=gettext_noop("Public notices, the newest first"),
    **answers(Notices),
    **needs(notices.POST),
)
def list_notices(request: HttpRequest, before: Id | None = None, limit: Limit = 50):
    found = notices.part(by=request.auth, at=request.at, before=before, size=limit + 1)
    shown = found[:limit]
    more = shown[-1].notice_id if len(found) > limit else None
    return Notices(items=[_shown(one) for one in shown], next=more)


@router.get(
    "/notices/{int:notice_id}",
    summary=gettext_noop("One public notice: where and how long it hangs"),
    **answers(Notice),
    **needs(notices.POST),
)
def notice(request: HttpRequest, notice_id: Id):
    return _shown(notices.one(notice_id, by=request.auth, at=request.at))


@router.get(
    "/notices/{int:notice_id}/entries",
    summary=gettext_noop("The entries of a notice in order, masked as they hang"),
    **answers(NoticeEntries),
    **needs(notices.POST),
)
def notice_entries(request: HttpRequest, notice_id: Id, after: Count = 0, limit: Limit = 50):
    found = notices.mine(notice_id, by=request.auth, at=request.at)
    listed = notices.entries(found, start=after, size=limit + 1)  # positions run without gaps from one
    shown = listed[:limit]
    return NoticeEntries(
        items=[
            NoticeEntry(
                position=one.position,
                name=one.name,
                birth_year=one.birth_year,
                place=one.place,
                fen=one.amount_fen,
            )
            for one in shown
        ],
        next=shown[-1].position if len(listed) > limit else None,
    )


def _shown(line: notices.NoticeLine) -> Notice:
    same = ("notice_id", "number", "kind", "year", "place", "opened_on", "closes_on", "provisional", "closed")
    return Notice(
        area=line.area_name,
        stage=line.stage_code,
        entries=line.entries,
        open_objections=line.objections,
        photographs=line.proofs,
        **{name: getattr(line, name) for name in same},
    )
