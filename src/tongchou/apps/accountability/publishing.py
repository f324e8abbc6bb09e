"""Bulletins: made by one person, published by another; a unit's own words printed beside its row."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.accountability import access, computing
from tongchou.apps.accountability.closing import MOST_SAID
from tongchou.apps.accountability.models import Issue, Reply, State
from tongchou.apps.accountability.speaking import speakers
from tongchou.apps.places import api as places
from tongchou.core import access as rights
from tongchou.core import audit, clock, fit_words
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.accountability.bulletin import Bulletin
from tongchou.domain.accountability.problems import AccountabilityError

LONGEST_REPLY: Final = 500
LONGEST_REASON: Final = 300
#: Days in which a unit may have its words printed beside its row.
REPLY_DAYS: Final = 30


_PUBLISHED: Final = _("This period is published already. Say why it is stated anew.")


def _why_anew(holds: Issue | None, sha256: str, reason: str) -> str:
    """Why a published period is stated anew; empty for one that is not published."""
    if holds is None:
        return ""
    said = " ".join(reason.split())
    if holds.sha256 == sha256:
        message = _(
            "This period is published, and its figures are still the same. There is nothing to restate."
        )
        raise Conflict("accountability.published", message)
    if not said:
        raise Invalid("accountability.reason", _PUBLISHED, field="reason")
    fit_words.require(said, code="accountability.reason", field="reason")
    if len(said) > LONGEST_REASON:
        message = _("Write why in at most 300 characters, about the unit's work alone: it stands in public.")
        raise Invalid("accountability.reason", message, field="reason")
    return said


@transaction.atomic
def make(
    *,
    area_id: int,
    kind: str,
    period: str,
    by: Account,
    at: dt.datetime,
    departments: bool = False,
    reason: str = "",
) -> Issue:
    """Make a bulletin of the units right below an area, or of its departments; a second person publishes it.

    A period that is published is stated anew only with a reason: once published, the new one holds.

    Made again of the same counts while one waits, it is the one that waits.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not make bulletins there.
    Invalid
        ``accountability.period``; ``accountability.reason`` when the period is published and nothing says why
        it is stated anew.
    Conflict
        ``accountability.published`` when what is published says the same;
        ``accountability.open`` when a month is not closed; ``accountability.no_units``;
        ``accountability.wrong`` with everything that is wrong with definitions or counts.
    """
    area = access.area_of(area_id, by=by, at=at, permission=access.MAKE)
    if area.level not in access.JUDGES and not departments:
        raise Conflict("accountability.no_units", _("There are no units below this one."))
    found = _computed(area, kind, period, departments)
    content = bulletin_text.written(found)
    sha256 = hashlib.sha256(content).hexdigest()
    same = Issue.objects.filter(area_id=area.pk, kind=kind, period=found.period, departments=departments)
    why = _why_anew(same.filter(state=State.PUBLISHED).first(), sha256, reason)
    for one in same.select_for_update().filter(state=State.MADE):
        if one.sha256 == sha256 and one.reason == why:
            return one
        _decide(one, State.DISCARDED, by, at)
    issue = Issue.objects.create(
        area_id=area.pk,
        scope_no=area.scope_no,
        kind=kind,
        period=found.period,
        departments=departments,
        content=content,
        sha256=sha256,
        reason=why,
        made_at=at,
        made_by=by,
    )
    _note(issue, "bulletins.make", by, at)
    return issue


@transaction.atomic
def publish(*, issue_id: int, by: Account, at: dt.datetime) -> Issue:
    """Publish what somebody else made, after computing it once more: the bytes must be the same.

    Raises
    ------
    NotAllowed
        When the account may not, or made it itself (``accountability.own``).
    Conflict
        ``accountability.published`` when the period was published meanwhile; ``accountability.decided`` when
        it no longer waits; ``accountability.changed`` when the counts have
        changed since it was made: it is to be made again.
    """
    issue = _locked(issue_id, by=by, at=at)
    if issue.made_by_id == by.pk:
        raise NotAllowed("accountability.own", _("Somebody else publishes what you have made."))
    area = access.area_of(issue.area_id, by=by, at=at, permission=access.MAKE)
    again = _computed(area, issue.kind, issue.period, issue.departments)
    if hashlib.sha256(bulletin_text.written(again)).hexdigest() != issue.sha256:
        message = _("The counts have changed since it was made. Make it again.")
        raise Conflict("accountability.changed", message)
    before = Issue.objects.select_for_update().filter(
        area_id=issue.area_id,
        kind=issue.kind,
        period=issue.period,
        departments=issue.departments,
        state=State.PUBLISHED,
    )
    if before.exists() and not issue.reason:
        raise Conflict("accountability.published", _PUBLISHED)
    # It stays to be read, with its own day and people: only which one holds is another.
    before.update(state=State.SUPERSEDED)
    _decide(issue, State.PUBLISHED, by, at)
    _note(issue, "bulletins.publish", by, at)
    return issue


@transaction.atomic
def discard(*, issue_id: int, by: Account, at: dt.datetime) -> Issue:
    """Take back a bulletin that is not published.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        As ``publish``; who made it may take it back.
    """
    issue = _locked(issue_id, by=by, at=at)
    _decide(issue, State.DISCARDED, by, at)
    _note(issue, "bulletins.discard", by, at)
    return issue


@transaction.atomic
def reply(*, issue_id: int, unit: str, words: str, by: Account, at: dt.datetime) -> Reply:
    """A unit's own words, once, printed beside its row.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not answer for the unit, or the bulletin is not published;
        ``accountability.not_of_department`` for a department whose posts other accounts hold.
    Invalid
        ``accountability.words`` without words, with too many, or with some that may not stand.
    Conflict
        ``accountability.replied`` when the unit has replied; ``accountability.late`` after thirty days.
    """
    issue = Issue.objects.filter(pk=issue_id, state=State.PUBLISHED).first()
    row = None
    if issue is not None:
        rows = bulletin_text.read(bytes(issue.content)).rows
        row = next((one for one in rows if one.unit == unit), None)
    if issue is None or row is None or issue.decided_at is None:
        raise access.none()
    _answers_for(unit, by=by, at=at)
    said = " ".join(words.split())
    if not said or len(said) > LONGEST_REPLY:
        message = _("Write at most 500 characters about your unit's work.")
        raise Invalid("accountability.words", message, field="words")
    fit_words.require(said, code="accountability.words", field="words")
    if at > issue.decided_at + dt.timedelta(days=REPLY_DAYS):
        raise Conflict("accountability.late", _("Replies are printed for thirty days after publication."))
    made, new = Reply.objects.get_or_create(
        issue=issue, unit=unit, defaults={"words": said, "at": at, "by": by}
    )
    if not new:
        raise Conflict("accountability.replied", _("Your unit has replied already."))
    _note(issue, "bulletins.reply", by, at)
    return made


def _computed(area: places.Area, kind: str, period: str, departments: bool) -> Bulletin:
    try:
        return computing.bulletin(area, kind, period, departments=departments)
    except AccountabilityError as error:
        lines = error.lines((get_language() or "zh").split("-")[0])
        message = _("Nothing is made of these counts: %(why)s") % {"why": " ".join(lines[:MOST_SAID])}
        raise Conflict("accountability.wrong", message, problems=len(lines)) from error


def _answers_for(unit: str, *, by: Account, at: dt.datetime) -> None:
    area = places.area_by_code(unit.partition("/")[0])
    if area is None:
        raise access.none()
    own = speakers(area, on=clock.date_of(at)).get(unit) if "/" in unit else None
    if not own:
        access.area_of(area.pk, by=by, at=at, permission=access.CLOSE)
        return
    access.area_of(area.pk, by=by, at=at, permission=access.VIEW)
    if by.pk not in own:
        message = _("Whoever holds a post of this department does this.")
        raise NotAllowed("accountability.not_of_department", message)


def _locked(issue_id: int, *, by: Account, at: dt.datetime) -> Issue:
    areas = rights.require(by, access.MAKE, on=clock.date_of(at))
    issue = Issue.objects.select_for_update().filter(areas.q("scope_no"), pk=issue_id).first()
    if issue is None:
        raise NotFound("accountability.no_bulletin", _("There is no such bulletin in your areas."))
    access.area_of(issue.area_id, by=by, at=at, permission=access.MAKE)
    if issue.state != State.MADE:
        raise Conflict("accountability.decided", _("It has been decided already."))
    return issue


def _decide(issue: Issue, state: State, by: Account, at: dt.datetime) -> None:
    issue.state, issue.decided_at, issue.decided_by = state, at, by
    issue.save(update_fields=["state", "decided_at", "decided_by"])


def _note(issue: Issue, action: str, by: Account, at: dt.datetime) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"bulletin:{issue.pk}",
        scope_no=issue.scope_no,
        at=at,
        detail={"kind": issue.kind, "period": issue.period, "sha256": issue.sha256},
    )
