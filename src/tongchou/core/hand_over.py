"""When an officer leaves: one act ends the roles, proposes them for the successor and moves the open work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.core import account_reach, actions, audit, clock, grants, open_work
from tongchou.core.account_models import ProposalStatus, RoleProposal, Session
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import PERMISSIONS

#: A hand-over is agreed at most so many days ahead.
AHEAD = 180
#: Days within which a hand-over to the wrong account can be repeated with the right one.
REPEATED = 31


@dataclass(slots=True)
class HandedOver:
    """What one act did; all zero when there was nothing left to do."""

    ended: int = 0
    given: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    closed: bool = False
    #: Proposals of an earlier hand-over to somebody else that were taken back.
    taken_back: int = 0
    #: What still lies with the account, by kind of work: for that it was not closed, though asked for.
    left: dict[str, int] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        done = self.ended or self.given or self.taken_back or any(self.moved.values()) or self.closed
        return not (done or self.left)


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
    nothing: what is handed over is not there any more. To another successor, within ``REPEATED`` days, it is
    put right: proposals that still wait are taken back and made anew, and so is what nobody has taken up.

    Parameters
    ----------
    on
        First day without the roles: today or up to 180 days ahead.
    close
        Close the account as well; only when the day has come, and not while work is left with it.

    Raises
    ------
    NotAllowed, NotFound
        Without ``accounts.manage`` over both accounts, or for the own one.
    Invalid
        ``handover.self``, ``handover.day`` or ``handover.close_later``.
    Conflict
        ``account.closed`` for a closed successor, ``role.kept_apart`` when one of the two is a keeper,
        ``handover.role`` when the successor does other work or works elsewhere.
    """
    _check(account, successor, on, close, by, at)
    result = HandedOver()
    before = _handed_before(account, successor, clock.date_of(at))
    running = _open_roles(account, on)
    for assignment in running:
        _end(assignment, on, by, at)
        result.ended += 1
        result.given += _give(assignment, successor, on, by, at)
    for assignment, proposals in before:
        for proposal in proposals:
            if proposal.status == ProposalStatus.WAITING:
                grants.take_back(proposal, by, at)
                result.taken_back += 1
        result.given += _give(assignment, successor, assignment.valid_to or on, by, at)
    for work in open_work.kinds():
        if work.move is not None:
            result.moved[work.name] = work.move(account, successor)
        if before and work.again is not None:
            result.moved[work.name] = result.moved.get(work.name, 0) + work.again(account, successor)
    if close and account.is_active:
        held = open_work.held_by(account, max(on, clock.date_of(at)))
        result.left = {one.work.name: one.number for one in held if one.number}
    if close and account.is_active and not result.left:
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
                "taken_back": result.taken_back,
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
    if successor.pk not in fitting(account, Account.objects.filter(pk=successor.pk), today):
        message = _(
            "%(name)s does other work or works elsewhere, so this work cannot be handed over there. Choose "
            "an officer of the same line of work in this area, or a new account without a role."
        )
        raise Conflict("handover.role", message % {"name": successor.shown_name})


def fitting(account: Account, among: QuerySet[Account], today: dt.date) -> set[int]:
    """Those of some accounts that can take over an account's work: by line of work and by area. Two queries.

    Somebody without a role (who just came) fits, as the roles are proposed with the work. Anybody else has a
    role of the same line (a role that holds all of the other's permissions, or the other way round) whose
    area lies within the other's or around it. Of an account that holds nothing any more the roles that ended
    lately are looked at.
    """
    roles = list(Assignment.objects.filter(account=account))
    live = [one for one in roles if one.valid_to is None or one.valid_to > today]
    since = today - dt.timedelta(days=REPEATED)
    mine = live or [one for one in roles if one.valid_to is not None and one.valid_to >= since]
    theirs: dict[int, list[Assignment]] = {pk: [] for pk in among.values_list("pk", flat=True)}
    rows = Assignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), account__in=among.values("pk"))
    for one in rows:
        theirs.setdefault(one.account_id, []).append(one)
    return {
        pk
        for pk, held in theirs.items()
        if not held or not mine or any(_alike(one, other) for one in mine for other in held)
    }


def _alike(one: Assignment, other: Assignment) -> bool:
    first, second = PERMISSIONS[one.role], PERMISSIONS[other.role]
    within = one.scope_no <= other.scope_no and other.scope_end <= one.scope_end
    around = other.scope_no <= one.scope_no and one.scope_end <= other.scope_end
    return (first <= second or second <= first) and (within or around)


def handed_before(account: Account, today: dt.date) -> list[RoleProposal]:
    """What of an account's roles was proposed for somebody else lately and still waits."""
    found = [one for _role, proposals in _handed_before(account, None, today) for one in proposals]
    return [one for one in found if one.status == ProposalStatus.WAITING]


def _handed_before(
    account: Account, successor: Account | None, today: dt.date
) -> list[tuple[Assignment, list[RoleProposal]]]:
    """Roles of an account that ended lately, each with the proposals for others that were not granted."""
    since = today - dt.timedelta(days=REPEATED)
    ended = Assignment.objects.filter(account=account, valid_to__gte=since).order_by("pk")
    waiting = RoleProposal.objects.exclude(status=ProposalStatus.GRANTED).exclude(account=account)
    if successor is not None:
        waiting = waiting.exclude(account=successor)
    by_role: dict[tuple[str, int, dt.date], list[RoleProposal]] = {}
    rows = waiting.filter(area_id__in=ended.values("area_id"), valid_from__gte=since)
    for one in rows.select_related("account").order_by("pk"):
        by_role.setdefault((one.role, one.area_id, one.valid_from), []).append(one)
    found = [
        (one, by_role.get((one.role, one.area_id, one.valid_to), []))
        for one in ended
        if one.valid_to is not None
    ]
    return [(one, proposals) for one, proposals in found if proposals]


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
