"""When an officer leaves: one act ends the roles, proposes them for the successor and moves the open work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.core import account_reach, actions, audit, clock, grants, open_work
from tongchou.core.account_models import ProposalStatus, RoleProposal, Session
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account, Assignment

#: A hand-over is agreed at most so many days ahead.
AHEAD = 180


@dataclass(slots=True)
class HandedOver:
    """What one act did; all zero when there was nothing left to do."""

    ended: int = 0
    given: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    closed: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.ended or self.given or any(self.moved.values()) or self.closed)


@transaction.atomic
def hand_over(
    *,
    account: Account,
    successor: Account,
    on: dt.date,
    close: bool,
    by: Account | None,
    at: dt.datetime,
) -> HandedOver:
    """Hand all of an account's roles and open work to another account.

    The roles end on the day; the successor gets the same ones from that day, by a proposal that the security
    administrator grants (at once on the command line, ``by=None``). Open work moves now. A second click does
    nothing: what is handed over is not there any more.

    Parameters
    ----------
    on
        First day without the roles: today or up to 180 days ahead.
    close
        Close the account as well; only when the day has come.

    Raises
    ------
    NotAllowed, NotFound
        Without ``accounts.manage`` over both accounts, or for the own one.
    Invalid
        ``handover.self``, ``handover.day`` or ``handover.close_later``.
    Conflict
        ``account.closed`` for a closed successor, ``role.kept_apart`` when one of the two is a keeper.
    """
    _check(account, successor, on, close, by, at)
    result = HandedOver()
    running = _open_roles(account, on)
    for assignment in running:
        _end(assignment, on, by, at)
        result.ended += 1
        result.given += _give(assignment, successor, on, by, at)
    for work in open_work.kinds():
        if work.move is not None:
            result.moved[work.name] = work.move(account, successor)
    if close and account.is_active:
        actions.set_active(account=account, active=False, by=by, at=at)
        result.closed = True
    if not result.nothing:
        audit.append(
            by=by,
            action="account.hand_over",
            subject=f"account:{account.pk}",
            at=at,
            detail={
                "successor": f"account:{successor.pk}",
                "on": on.isoformat(),
                "ended": result.ended,
                "given": result.given,
                "moved": dict(result.moved),
                "closed": result.closed,
            },
        )
    return result


def _check(
    account: Account, successor: Account, on: dt.date, close: bool, by: Account | None, at: dt.datetime
) -> None:
    for one in (account, successor):
        account_reach.require(by, "accounts.manage", one, at)
    # In the order of their numbers, so that two hand-overs never wait for each other.
    list(Account.objects.select_for_update().filter(pk__in=[account.pk, successor.pk]).order_by("pk"))
    account.refresh_from_db()
    successor.refresh_from_db()
    today = clock.date_of(at)
    if account.pk == successor.pk:
        raise Invalid("handover.self", _("Choose somebody else as successor."))
    if not today <= on <= today + dt.timedelta(days=AHEAD):
        raise Invalid("handover.day", _("Choose today or a day within the next 180 days."))
    if close and on > today:
        raise Invalid(
            "handover.close_later",
            _("Until that day the account is still needed. Close it when the day has come."),
        )
    if not successor.is_active:
        raise Conflict("account.closed", _("This account is closed. Open it first."))
    if successor.assignments.exists() and successor.kind != account.kind:
        raise actions.kept_apart()


def _open_roles(account: Account, on: dt.date) -> list[Assignment]:
    held = Assignment.objects.select_for_update().filter(account=account)
    return list(held.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("pk"))


def _end(assignment: Assignment, on: dt.date, by: Account | None, at: dt.datetime) -> None:
    actions.require_end(by, assignment, at)
    assignment.valid_to = max(on, assignment.valid_from)
    assignment.save(update_fields=["valid_to"])
    if on <= clock.date_of(at):
        Session.objects.filter(account=assignment.account_id).delete()
    audit.append(
        by=by,
        action="role.end",
        subject=f"account:{assignment.account_id}",
        at=at,
        scope_no=assignment.scope_no,
        detail={
            "role": assignment.role,
            "area_id": assignment.area_id,
            "on": assignment.valid_to.isoformat(),
        },
    )


def _give(
    assignment: Assignment, successor: Account, on: dt.date, by: Account | None, at: dt.datetime
) -> int:
    """Propose (or, on the command line, give) the role unless the successor has it; how many that were."""
    same = {"role": assignment.role, "area_id": assignment.area_id}
    if Assignment.objects.filter(account=successor, valid_to=None, **same).exists():
        return 0
    values = {
        **same,
        "account": successor,
        "scope_no": assignment.scope_no,
        "scope_end": assignment.scope_end,
        "valid_from": max(on, assignment.valid_from),
        "by": by,
        "at": at,
    }
    if by is None:
        actions.assign_role(**values)
        return 1
    waiting = RoleProposal.objects.filter(account=successor, status=ProposalStatus.WAITING, **same)
    if waiting.exists():
        return 0
    grants.propose_role(**values)
    return 1
