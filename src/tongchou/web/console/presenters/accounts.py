"""What the pages about accounts show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.apps.places import api as places
from tongchou.core import account_queries as reads
from tongchou.core import roles
from tongchou.core.account_models import FactorReset, RoleProposal
from tongchou.core.models import Account, Assignment
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in an area; ``until`` is empty while it runs."""

    id: int
    role: str
    area: str
    since: str
    until: str
    running: bool


@dataclass(frozen=True, slots=True)
class ProposalLine:
    id: int
    account_id: int
    name: str
    username: str
    role: str
    area: str
    since: str
    by: str
    at: str
    keeper: bool
    wider: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    id: int
    username: str
    name: str
    roles: tuple[RoleLine, ...]
    last_sign_in: str
    factor: Chip
    state: Chip


@dataclass(frozen=True, slots=True)
class LockLine:
    id: int
    username: str
    name: str
    failures: int
    last: str
    until: str


@dataclass(frozen=True, slots=True)
class ResetLine:
    id: int
    username: str
    name: str
    asked_by: str
    asked_at: str


def state(account: Account, *, bare: bool, locked: bool = False) -> Chip:
    """What an account is at the moment, in a word."""
    if not account.is_active:
        return Chip(_("Closed"), "cross")
    if locked:
        return Chip(_("Locked"), "lock", "warn")
    if bare:
        return Chip(_("Without a role"), "question", "warn")
    return Chip(_("Active"), "check", "good")


def factor(present: bool) -> Chip:
    return Chip(_("Set up"), "shield", "good") if present else Chip(_("None"), "info")


def lines(accounts: Iterable[Account]) -> list[AccountLine]:
    """Accounts with their running roles; one query for all the areas' names in a level."""
    listed = list(accounts)
    names = places.paths({held.area_id for one in listed for held in one.running})
    return [
        AccountLine(
            id=one.pk,
            username=one.username,
            name=one.display_name,
            roles=tuple(_role(held, names, running=True) for held in one.running),
            last_sign_in=formatters.moment(one.last_login) if one.last_login else _("never"),
            factor=factor(one.has_factor),
            state=state(one, bare=not one.running),
        )
        for one in listed
    ]


def role_lines(held: Iterable[Assignment], *, today: dt.date) -> list[RoleLine]:
    """Roles with their dates; ended ones too."""
    listed = list(held)
    names = places.paths({one.area_id for one in listed})
    return [_role(one, names, running=one.valid_to is None or one.valid_to > today) for one in listed]


def _role(held: Assignment, names: dict[int, str], *, running: bool) -> RoleLine:
    return RoleLine(
        id=held.pk,
        role=roles.label(held.role),
        area=names.get(held.area_id, "—"),
        since=formatters.day(held.valid_from),
        until=formatters.day(held.valid_to) if held.valid_to else "",
        running=running,
    )


def proposal_lines(proposals: Iterable[RoleProposal]) -> list[ProposalLine]:
    listed = list(proposals)
    names = places.paths({one.area_id for one in listed})
    levels = places.levels(one.area_id for one in listed)
    return [
        ProposalLine(
            id=one.pk,
            account_id=one.account_id,
            name=one.account.display_name,
            username=one.account.username,
            role=roles.label(one.role),
            area=names.get(one.area_id, "—"),
            since=formatters.day(one.valid_from),
            by=one.proposed_by.display_name,
            at=formatters.moment(one.proposed_at),
            keeper=one.role in roles.KEEPERS,
            wider=wider_words(one.role, levels.get(one.area_id, "")),
        )
        for one in listed
    ]


def wider_words(role: str, level: str) -> str:
    """What whoever proposes or grants a role is told when it reaches more than usual; empty when not."""
    if not level or not roles.reaches_wider(role, level):
        return ""
    return _("%(role)s of a whole area of the level %(level)s: of every village in it") % {
        "role": roles.label(role),
        "level": places.Level(level).label,
    }


def lock_lines(locked: Iterable[reads.Locked]) -> list[LockLine]:
    return [
        LockLine(
            id=one.account.pk,
            username=one.account.username,
            name=one.account.display_name,
            failures=one.failures,
            last=formatters.moment(one.last),
            until=formatters.moment(one.until),
        )
        for one in locked
    ]


def reset_lines(resets: Iterable[FactorReset]) -> list[ResetLine]:
    return [
        ResetLine(
            id=one.account_id,
            username=one.account.username,
            name=one.account.display_name,
            asked_by=one.asked_by.display_name,
            asked_at=formatters.moment(one.asked_at),
        )
        for one in resets
    ]
