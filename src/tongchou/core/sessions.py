"""Rules of sessions: how long without a click, how long in all, and when to ask again who is there."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from tongchou.core import audit
from tongchou.core.account_models import Session
from tongchou.core.roles import BUSINESS
from tongchou.core.session_store import DEVICE, FRESH, SEEN, SINCE

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: However busy, a session ends.
LONGEST = dt.timedelta(hours=8)
#: Keepers are signed out earlier; a shorter ``TONGCHOU_IDLE_MINUTES`` binds them too.
KEEPER_IDLE = dt.timedelta(minutes=15)
#: Sensitive acts ask for the password again when the last time is longer ago.
FRESH_FOR = dt.timedelta(minutes=10)
#: "Last seen" is written at most this often.
STEP = dt.timedelta(minutes=1)

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A line of the list of one's own sessions."""

    device: str
    since: dt.datetime | None
    last_seen: dt.datetime | None
    this: bool


def device(user_agent: str) -> str:
    """Browser and system, as far as a list needs them to be told apart; empty when neither is known.

    Examples
    --------
    >>> device("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36")
    'Chrome · Windows'
    >>> device("")
    ''
    """
    found = [
        next((name for pattern, name in table if re.search(pattern, user_agent)), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def begin(session: Any, *, user_agent: str, at: dt.datetime) -> None:
    """Note the beginning of a signed-in session."""
    session[SINCE] = session[SEEN] = session[FRESH] = at.timestamp()
    session[DEVICE] = device(user_agent)


def forget_expired(at: dt.datetime) -> None:
    """Remove the rows of sessions that ended by their time."""
    Session.objects.filter(expire_date__lt=at).delete()


def idle_limit(account: Account) -> dt.timedelta:
    """How long the account may go without a click."""
    usual = dt.timedelta(minutes=settings.IDLE_MINUTES)
    return usual if account.kind == BUSINESS else min(usual, KEEPER_IDLE)


def is_over(session: Any, account: Account, at: dt.datetime) -> bool:
    """True when the session has lasted too long or nobody was there."""
    now = at.timestamp()
    since, seen = session.get(SINCE, now), session.get(SEEN, now)
    return now - since > LONGEST.total_seconds() or now - seen > idle_limit(account).total_seconds()


def touch(session: Any, at: dt.datetime) -> None:
    """Note that somebody is there, once a minute at most."""
    now = at.timestamp()
    if SINCE not in session:
        session[SINCE] = now
    if now - session.get(SEEN, 0) >= STEP.total_seconds():
        session[SEEN] = now


def is_fresh(session: Any, at: dt.datetime) -> bool:
    """True while the last proof of who is there is recent enough for a sensitive act."""
    return bool(at.timestamp() - session.get(FRESH, 0) <= FRESH_FOR.total_seconds())


def refresh(session: Any, at: dt.datetime) -> None:
    session[FRESH] = at.timestamp()


def of(account: Account, *, this: str | None, at: dt.datetime) -> list[OwnSession]:
    """The account's sessions that have not ended, the one last seen first."""
    rows = Session.objects.filter(
        account=account, expire_date__gt=at, last_seen__gte=at - idle_limit(account)
    )
    return [
        OwnSession(row.device, row.since, row.last_seen, row.session_key == this)
        for row in rows.order_by("-last_seen")
    ]


@transaction.atomic
def end_others(*, account: Account, keep: str | None, at: dt.datetime) -> int:
    """End all sessions of one's own account but this one; how many that were."""
    ended, _kinds = Session.objects.filter(account=account).exclude(session_key=keep).delete()
    if ended:
        audit.append(
            by=account,
            action="account.end_sessions",
            subject=f"account:{account.pk}",
            at=at,
            detail={"ended": ended},
        )
    return ended
