"""Bulletins to read: those of one's areas, and those everybody may read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.apps.accountability import access
from tongchou.apps.accountability.models import PUBLIC, Issue, Reply, State
from tongchou.apps.accountability.publishing import REPLY_DAYS
from tongchou.apps.accountability.speaking import speakers
from tongchou.apps.places import api as places
from tongchou.core import access as rights
from tongchou.core import clock, scope
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.bulletin import Bulletin, Cell

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A bulletin in a list; without its content."""

    issue_id: int
    area_id: int
    area: str
    kind: str
    period: str
    state: str
    made_at: dt.datetime
    published_at: dt.datetime | None
    sha256: str
    departments: bool = False
    #: Why a published period was stated anew; empty for its first bulletin.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One bulletin with the replies of its units, and what the account may do with it."""

    line: Line
    content: Bulletin
    replies: dict[str, str]
    may_publish: bool
    may_discard: bool
    #: Units of it the account answers for and that may still reply.
    may_reply: tuple[str, ...]


def listed(*, by: Account, on: dt.date) -> list[Line]:
    """Bulletins of the account's areas, and published ones of all areas above it. Three queries.

    Raises
    ------
    NotAllowed
        When the account reads no bulletins.
    """
    areas = rights.require(by, access.VIEW, on=on)
    above = Issue.objects.filter(state__in=PUBLIC)
    own = Issue.objects.filter(areas.q("scope_no")).exclude(state=State.DISCARDED)
    return _lines((own | above).order_by("-pk").defer("content")[:MOST])


def published(*, limit: int = MOST) -> list[Line]:
    """What stands in public, the latest first; what was stated anew stays and says so. Two queries."""
    return _lines(Issue.objects.filter(state__in=PUBLIC).order_by("-pk").defer("content")[:limit])


def view(issue_id: int, *, by: Account, at: dt.datetime) -> View:
    """One bulletin for an account.

    Raises
    ------
    NotAllowed, NotFound
        When the account reads none, or this one is of elsewhere and not published.
    """
    on = clock.date_of(at)
    areas = rights.require(by, access.VIEW, on=on)
    issue = Issue.objects.filter(pk=issue_id).exclude(state=State.DISCARDED).first()
    if issue is None or not (issue.state in PUBLIC or areas.covers(issue.scope_no)):
        raise _none()
    content, replies = _read(issue)
    makes = rights.may(by, access.MAKE, scope_no=issue.scope_no, on=on)
    waits = issue.state == State.MADE
    return View(
        line=_lines([issue])[0],
        content=content,
        replies=replies,
        may_publish=waits and makes and issue.made_by_id != by.pk,
        may_discard=waits and makes,
        may_reply=_may_reply(issue, content, replies, by=by, at=at),
    )


def open_public(issue_id: int) -> tuple[Line, Bulletin, dict[str, str]]:
    """A published bulletin, for everybody.

    Raises
    ------
    NotFound
        For any other.
    """
    issue = Issue.objects.filter(pk=issue_id, state__in=PUBLIC).first()
    if issue is None:
        raise _none()
    return _lines([issue])[0], *_read(issue)


def holding(line: Line) -> int | None:
    """The number of the bulletin that holds instead of one that was stated anew; None for any other."""
    if line.state != State.SUPERSEDED:
        return None
    rows = Issue.objects.filter(area_id=line.area_id, kind=line.kind, period=line.period)
    found = rows.filter(departments=line.departments, state=State.PUBLISHED).values_list("pk", flat=True)
    return found.first()


def published_cells(area_id: int, period: str = "") -> dict[tuple[str, str], Cell]:
    """What the newest published bulletin of an area says, by unit and indicator. One query.

    Parameters
    ----------
    period
        ``2026-Q1``; the newest of any period without one.
    """
    rows = Issue.objects.filter(area_id=area_id, state=State.PUBLISHED).order_by("-pk")
    issue = (rows.filter(period=period) if period else rows).first()
    if issue is None:
        return {}
    sheet = bulletin_text.read(bytes(issue.content))
    return {(row.unit, code): cell for row in sheet.rows for code, cell in row.cells.items()}


def _may_reply(
    issue: Issue, content: Bulletin, replies: dict[str, str], *, by: Account, at: dt.datetime
) -> tuple[str, ...]:
    if issue.decided_at is None or issue.state != State.PUBLISHED:
        return ()
    if at > issue.decided_at + dt.timedelta(days=REPLY_DAYS):
        return ()
    on = clock.date_of(at)
    mine = scope.of(by, on, permission=access.CLOSE)
    units = [one.unit for one in content.rows if one.unit not in replies]
    held: dict[str, frozenset[int]] = {}
    if issue.departments:
        area = places.area_by_id(issue.area_id, within=Scope.everything())
        held = {} if area is None else speakers(area, on=on)
    wanted = {one.partition("/")[0] for one in units}
    reached = places.Area.objects.within(mine).filter(code__in=wanted, valid_to=None)
    codes = {one.code for one in reached if mine.covers_interval(one.scope_no, one.scope_end)}
    return tuple(
        one for one in units if (by.pk in held[one] if held.get(one) else one.partition("/")[0] in codes)
    )


def _read(issue: Issue) -> tuple[Bulletin, dict[str, str]]:
    replies = dict(Reply.objects.filter(issue=issue).values_list("unit", "words"))
    return bulletin_text.read(bytes(issue.content)), replies


def _lines(rows: Sequence[Issue]) -> list[Line]:
    found = list(rows)
    paths = places.paths([one.area_id for one in found])
    return [
        Line(
            one.pk,
            one.area_id,
            paths.get(one.area_id, ""),
            one.kind,
            one.period,
            one.state,
            one.made_at,
            one.decided_at if one.state in PUBLIC else None,
            one.sha256,
            one.departments,
            one.reason,
        )
        for one in found
    ]


def _none() -> NotFound:
    return NotFound("accountability.no_bulletin", _("There is no such bulletin in your areas."))
