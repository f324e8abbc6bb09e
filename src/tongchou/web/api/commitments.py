"""Letters of commitment and their promises, for programs of units and for everybody's lists."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.commitments import api as commitments
from tongchou.core import clock
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Id, Limit

router = Router(tags=["commitments"])


class LetterLine(Schema):
    """A letter with its promises in numbers; ``late`` counts once it is published."""

    letter_id: int
    unit: str
    department: str
    title: str
    stage: str
    comments_until: dt.date | None
    published_at: dt.datetime | None
    promises: int
    kept: int
    late: int
    broken: int


class LetterLines(Schema):
    """A part of the list, the newest first; send ``next`` as ``before`` to read on."""

    items: list[LetterLine]
    next: int | None


class PromiseLine(Schema):
    """A promise; ``remedy_due`` once it was found broken."""

    promise_id: int
    position: int
    promise: str
    measure: str
    owner: str
    due: dt.date
    state: str
    late: bool
    reported_on: dt.date | None
    broken_on: dt.date | None
    remedy_due: dt.date | None
    kept_on: dt.date | None


class LetterWhole(LetterLine):
    """A letter with its promises in their order, and how many of its households were reached."""

    items: list[PromiseLine]
    households: int
    reached: int


@router.get(
    "/commitments",
    summary=gettext_noop("Letters of commitment of the own areas, the newest first"),
    **answers(LetterLines),
    **needs(commitments.VIEW),
)
def list_commitments(
    request: HttpRequest,
    of: Literal["", "making", "review", "published", "late", "broken"] = "",
    before: Id | None = None,
    limit: Limit = 50,
):
    on = clock.date_of(request.at)
    rows = commitments.found(by=request.auth, on=on, of=of)
    rows = rows if before is None else rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    shown = commitments.lines_of(found[:limit], on)
    return LetterLines(
        items=[LetterLine(**_line(one)) for one in shown],
        next=shown[-1].letter_id if len(found) > limit else None,
    )


@router.get(
    "/commitments/{int:letter_id}",
    summary=gettext_noop("One letter of commitment with its promises"),
    **answers(LetterWhole),
    **needs(commitments.VIEW),
)
def commitment(request: HttpRequest, letter_id: Id):
    on = clock.date_of(request.at)
    view = commitments.view(letter_id, by=request.auth, on=on)
    (line,) = commitments.lines_of([view.letter], on)
    return LetterWhole(
        **_line(line),
        items=[_promise(one, on) for one in view.promises],
        households=view.households,
        reached=view.reached,
    )


def _line(one: commitments.Line) -> dict[str, object]:
    same = (*("letter_id", "department", "title", "stage", "comments_until"), "published_at", "promises")
    rest = {name: getattr(one, name) for name in (*same, "kept", "late", "broken")}
    return {"unit": one.area_name, **rest}


def _promise(one: commitments.Promise, on: dt.date) -> PromiseLine:
    same = (*("position", "promise", "measure", "owner", "due", "state"), "reported_on", "broken_on")
    rest = {name: getattr(one, name) for name in (*same, "remedy_due", "kept_on")}
    return PromiseLine(promise_id=one.pk, late=commitments.as_domain(one).late(on), **rest)
