"""Notices for whoever posts them, and for everybody while they hang."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.apps.notices import posting
from tongchou.apps.notices.models import Entry, Notice, Objection
from tongchou.apps.notices.posting import still_on_notice
from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Days after its end in which the missing photograph of a notice is asked for.
ASKED_FOR: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as a list shows it."""

    notice_id: int
    number: str
    area_name: str
    kind: str
    year: int
    stage_code: str
    place: str
    opened_on: dt.date
    closes_on: dt.date
    provisional: bool
    closed: bool
    entries: int
    objections: int
    proofs: int


def notices(*, by: Account, at: dt.datetime, bare: bool = False, size: int = 100) -> tuple[NoticeLine, ...]:
    """The notices in the areas of the account, those that hang first, then the newest. Two queries.

    ``bare`` are those alone that still lack a photograph.
    """
    on = clock.date_of(at)
    areas = access.require(by, posting.POST, on=on)
    found = without_photograph(areas=areas, on=on) if bare else Notice.objects.filter(areas.q("scope_no"))
    rows = _counted(Notice.objects.filter(pk__in=found.values("pk")))
    return tuple(line_of(one) for one in rows.order_by("closed_at", "-pk")[:size])


def part(*, by: Account, at: dt.datetime, before: int | None = None, size: int = 50) -> list[NoticeLine]:
    """The notices in the areas of the account, the newest first, from one number down. One query."""
    areas = access.require(by, posting.POST, on=clock.date_of(at))
    rows = _counted(Notice.objects.filter(areas.q("scope_no"))).order_by("-pk")
    return [line_of(one) for one in (rows.filter(pk__lt=before) if before else rows)[:size]]


def one(notice_id: int, *, by: Account, at: dt.datetime) -> NoticeLine:
    """A notice in the areas of the account.

    Raises
    ------
    NotFound
    """
    found = posting.mine(notice_id, by=by, at=at)
    return line_of(_counted(Notice.objects.filter(pk=found.pk)).get())


def _counted(found: QuerySet[Notice]) -> QuerySet[Notice]:
    return found.annotate(
        number_of=Count("entries", distinct=True),
        open_objections=Count(
            "entries__objections", filter=Q(entries__objections__verdict=""), distinct=True
        ),
        pictures=Count("proofs", distinct=True),
    )


def line_of(one: Notice) -> NoticeLine:
    """A notice as a list shows it; numbers that did not come with it are zero."""
    return NoticeLine(
        notice_id=one.pk,
        number=one.number,
        area_name=one.area_name,
        kind=one.kind,
        year=one.year,
        stage_code=one.stage_code,
        place=one.place,
        opened_on=one.opened_on,
        closes_on=one.closes_on,
        provisional=one.provisional,
        closed=one.closed_at is not None,
        entries=getattr(one, "number_of", 0),
        objections=getattr(one, "open_objections", 0),
        proofs=getattr(one, "pictures", 0),
    )


def waiting(*, by: Account, at: dt.datetime) -> tuple[casework.WaitingForNotice, ...]:
    """What waits to be posted in the areas of the account."""
    areas = access.require(by, posting.POST, on=clock.date_of(at))
    return casework.waiting_for_notice(scope=areas, but=_on_notices())


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection as the page of the case tells of it: no words, and nobody who objected.

    ``received_by`` is who wrote it down at the window; empty when it came by the page.
    """

    ground: str
    received_at: dt.datetime
    received_by: str
    verdict: str
    decided_by: str
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Hung:
    """A notice on which a case stood, and what was objected to its entry; no ``ended_at`` while it hangs."""

    notice_id: int
    number: str
    stage_code: str
    opened_at: dt.datetime
    opened_by: str
    closes_on: dt.date
    provisional: bool
    ended_at: dt.datetime | None
    objections: tuple[Objected, ...]

    @property
    def open_objections(self) -> int:
        return sum(not one.verdict for one in self.objections)


def of_case(case_id: int) -> tuple[Hung, ...]:
    """The notices a case stood on, the oldest first. Two queries; access is the caller's."""
    entries = list(
        Entry.objects.filter(case_id=case_id).select_related("notice__opened_by").order_by("notice_id")
    )
    objected: dict[int, list[Objected]] = {}
    rows = Objection.objects.filter(entry__in=[one.pk for one in entries]).order_by("pk")
    for one in rows.select_related("received_by", "decided_by") if entries else ():
        objected.setdefault(one.entry_id, []).append(
            Objected(
                ground=one.ground,
                received_at=one.received_at,
                received_by=one.received_by.shown_name if one.received_by else "",
                verdict=one.verdict,
                decided_by=one.decided_by.shown_name if one.decided_by else "",
                decided_at=one.decided_at,
            )
        )
    return tuple(
        Hung(
            notice_id=each.notice_id,
            number=each.notice.number,
            stage_code=each.notice.stage_code,
            opened_at=each.notice.opened_at,
            opened_by=each.notice.opened_by.shown_name,
            closes_on=each.notice.closes_on,
            provisional=each.notice.provisional,
            ended_at=each.notice.closed_at,
            objections=tuple(objected.get(each.pk, ())),
        )
        for each in entries
    )


def _on_notices() -> QuerySet[Entry, int]:
    """The numbers of the cases that hang now, or have hung and wait for an objection to be looked into."""
    return Entry.objects.filter(still_on_notice()).values_list("case_id", flat=True)


def to_post(*, areas: Scope) -> QuerySet[Any, Any]:
    """A row for each list that waits to be hung out in some areas; as many as ``waiting`` names."""
    return casework.lists_to_post(scope=areas, but=_on_notices())


def without_photograph(*, areas: Scope, on: dt.date) -> QuerySet[Notice]:
    """Notices without a photograph that hang in some areas, or have ended less than ``ASKED_FOR`` ago."""
    return Notice.objects.filter(areas.q("scope_no"), proofs=None, closes_on__gt=on - ASKED_FOR)


def hanging(*, on: dt.date) -> tuple[NoticeLine, ...]:
    """What hangs now, for everybody, in the order of the areas. One query."""
    rows = Notice.objects.filter(closed_at=None, opened_on__lte=on, closes_on__gte=on)
    return tuple(line_of(one) for one in rows.order_by("scope_no", "pk"))


def hanging_in(*, areas: Scope, on: dt.date) -> int:
    """How many notices hang in some areas. One query."""
    rows = Notice.objects.filter(areas.q("scope_no"), closed_at=None, opened_on__lte=on, closes_on__gte=on)
    return rows.count()


def open_public(notice_id: int, *, on: dt.date) -> Notice:
    """A notice while it hangs; afterwards it is gone, and nothing of it is told.

    Raises
    ------
    NotFound
        When it does not hang now.
    """
    found = Notice.objects.filter(pk=notice_id, opened_on__lte=on, closes_on__gte=on, closed_at=None).first()
    if found is None:
        message = _("This notice does not hang any more. What it showed is not shown again.")
        raise NotFound("notices.gone", message)
    return found


def entries(notice: Notice, *, start: int = 0, size: int | None = None) -> list[Entry]:
    """The lines of a notice in their order."""
    found = notice.entries.order_by("position")
    return list(found[start : start + size] if size is not None else found)
