"""Roles by two people: the system administrator proposes, the security administrator grants or refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core import access, account_reach, actions, audit, clock
from tongchou.core.account_models import ProposalStatus, Refusal, RoleProposal
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import kind_of

if TYPE_CHECKING:
    from tongchou.core.scope import Scope

#: Proposals decided in one go at most.
MOST = 500


@dataclass(slots=True)
class Decided:
    """What became of a bulk decision. ``refused`` pairs a proposal's number with why it still waits."""

    done: list[int] = field(default_factory=list)
    settled_before: int = 0
    refused: list[tuple[int, AppError]] = field(default_factory=list)


@transaction.atomic
def propose_role(
    *,
    account: Account,
    role: str,
    area_id: int,
    scope_no: int,
    scope_end: int,
    by: Account,
    at: dt.datetime,
    valid_from: dt.date | None = None,
) -> RoleProposal:
    """Ask the security administrator to give an account a role.

    Raises
    ------
    NotAllowed
        Without ``accounts.manage`` over the whole area, for the own account, or for an account that reaches
        beyond the own areas.
    Invalid
        As ``actions.check_role``.
    Conflict
        ``role.exists``, ``role.proposed``, ``role.kept_apart`` (also beside a role that waits), or
        ``account.closed``.
    """
    _reach(by, "accounts.manage", scope_no, scope_end, at)
    account_reach.require(by, "accounts.manage", account, at)
    actions.check_role(role=role, area_id=area_id, scope_no=scope_no, scope_end=scope_end)
    if not account.is_active:
        raise Conflict("account.closed", _("This account is closed. Open it first."))
    if Assignment.objects.filter(account=account, role=role, area_id=area_id, valid_to=None).exists():
        raise Conflict("role.exists", _("The account already has this role in this area."))
    _fits(account, role)
    try:
        with transaction.atomic():
            proposal = RoleProposal.objects.create(
                account=account,
                role=role,
                area_id=area_id,
                scope_no=scope_no,
                scope_end=scope_end,
                valid_from=valid_from or clock.date_of(at),
                proposed_by=by,
                proposed_at=at,
            )
    except IntegrityError as error:
        raise Conflict("role.proposed", _("This role has been proposed already and waits.")) from error
    _record("role.propose", proposal, by, at)
    return proposal


def grant_roles(*, proposal_ids: Iterable[int], by: Account, at: dt.datetime) -> Decided:
    """Grant what waits. Each proposal stands by itself: one that cannot be granted holds up no other.

    A role begins on the day proposed, never before the day it is granted. A second click does nothing.

    Raises
    ------
    NotAllowed
        ``access.denied`` without ``accounts.grant``.
    """
    return _decide(proposal_ids, by, at, _grant)


def refuse_roles(*, proposal_ids: Iterable[int], reason: str, by: Account, at: dt.datetime) -> Decided:
    """Refuse what waits, for a reason of the closed list.

    Raises
    ------
    Invalid
        ``role.refusal`` for another reason.
    """
    if reason not in Refusal.values:
        raise Invalid("role.refusal", _("Choose a reason from the list."))

    def refuse(proposal: RoleProposal, by: Account, at: dt.datetime) -> None:
        _settle(proposal, ProposalStatus.REFUSED, by, at, refusal=reason)
        _record("role.refuse", proposal, by, at, reason=reason)

    return _decide(proposal_ids, by, at, refuse)


@transaction.atomic
def withdraw_proposal(*, proposal_id: int, by: Account, at: dt.datetime) -> None:
    """Take back a proposal that waits; twice changes nothing.

    Raises
    ------
    NotAllowed
        Without ``accounts.manage`` over its area.
    """
    reach = access.require(by, "accounts.manage", on=clock.date_of(at))
    proposal = _waiting(reach).select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        return
    _settle(proposal, ProposalStatus.WITHDRAWN, by, at)
    _record("role.withdraw", proposal, by, at)


def take_back(proposal: RoleProposal, by: Account | None, at: dt.datetime) -> None:
    """Take back what waits in the act of somebody who may, as when a hand-over is put right."""
    _settle(proposal, ProposalStatus.WITHDRAWN, by or proposal.proposed_by, at)
    _record("role.withdraw", proposal, by, at)


def _decide(proposal_ids: Iterable[int], by: Account, at: dt.datetime, act: Any) -> Decided:
    reach = access.require(by, "accounts.grant", on=clock.date_of(at))
    wanted = list(dict.fromkeys(proposal_ids))
    if len(wanted) > MOST:
        raise Invalid("role.too_many", _("That is more than can be decided at once. Choose fewer."))
    outcome = Decided()
    for number in wanted:
        try:
            with transaction.atomic():
                proposal = _waiting(reach).select_for_update(of=("self",)).filter(pk=number).first()
                if proposal is None:
                    outcome.settled_before += 1
                    continue
                _second_person(proposal, by, reach)
                act(proposal, by, at)
            outcome.done.append(number)
        except AppError as error:
            outcome.refused.append((number, error))
    return outcome


def _grant(proposal: RoleProposal, by: Account, at: dt.datetime) -> None:
    account = proposal.account
    if not account.is_active:
        raise Conflict("account.closed", _("This account is closed. Open it first."))
    _settle(proposal, ProposalStatus.GRANTED, by, at)
    actions.give_role(
        account=account,
        role=proposal.role,
        area_id=proposal.area_id,
        scope_no=proposal.scope_no,
        scope_end=proposal.scope_end,
        valid_from=max(proposal.valid_from, clock.date_of(at)),
    )
    _record("role.grant", proposal, by, at)


def _second_person(proposal: RoleProposal, by: Account, reach: Scope) -> None:
    if by.pk == proposal.account_id:
        raise NotAllowed("account.own", _("Nobody does this to the own account. Ask a second person."))
    if by.pk == proposal.proposed_by_id:
        raise NotAllowed("role.needs_two", _("Who proposes a role does not grant it."))
    if not reach.covers_interval(proposal.scope_no, proposal.scope_end):
        raise NotAllowed("access.outside", _("This lies outside the areas assigned to you."))


def _waiting(reach: Scope) -> Any:
    return RoleProposal.objects.filter(reach.q("scope_no"), status=ProposalStatus.WAITING).select_related(
        "account"
    )


def _settle(proposal: RoleProposal, status: str, by: Account, at: dt.datetime, refusal: str = "") -> None:
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, at
    proposal.refusal = refusal
    proposal.save(update_fields=["status", "decided_by", "decided_at", "refusal"])


def _fits(account: Account, role: str) -> None:
    """Refuse a keeper's role beside another one, held, ended or waiting."""
    kind = kind_of(role)
    waiting = RoleProposal.objects.filter(account=account, status=ProposalStatus.WAITING)
    kinds = {kind_of(other) for other in waiting.values_list("role", flat=True)}
    if account.assignments.exists():
        kinds.add(account.kind)
    if kinds - {kind}:
        raise actions.kept_apart()


def _reach(by: Account, permission: str, scope_no: int, scope_end: int, at: dt.datetime) -> None:
    reach = access.require(by, permission, scope_no=scope_no, on=clock.date_of(at))
    if not reach.covers_interval(scope_no, scope_end):
        raise NotAllowed("access.outside", _("This lies outside the areas assigned to you."))


def _record(action: str, proposal: RoleProposal, by: Account, at: dt.datetime, **more: str) -> None:
    audit.append(
        by=by,
        action=action,
        subject=f"account:{proposal.account_id}",
        at=at,
        scope_no=proposal.scope_no,
        detail={
            "proposal": proposal.pk,
            "role": proposal.role,
            "area_id": proposal.area_id,
            "from": proposal.valid_from.isoformat(),
        }
        | more,
    )
