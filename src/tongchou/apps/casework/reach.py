"""Who reads and who decides cases: by the area that handles them, by what is lent, by name where private."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework.models import Case, Delegation, Desk, NamedOfficer, State
from tongchou.core import scope
from tongchou.core.errors import NotFound
from tongchou.core.models import Assignment
from tongchou.core.scope import Scope
from tongchou.domain.casework.kinds import Stage, StageKind

if TYPE_CHECKING:
    from tongchou.core.models import Account

VIEW, OPEN = "cases.view", "cases.open"
DISCUSS, REVIEW, APPROVE, HEAR = "cases.discuss", "cases.review", "cases.approve", "cases.hear"
NAME = "cases.name"
_NEEDED: Final[dict[StageKind, str]] = {"discussion": DISCUSS, "review": REVIEW, "approval": APPROVE}
_AT_DESK: Final = {Desk.VILLAGE: DISCUSS, Desk.TOWNSHIP: REVIEW, Desk.COUNTY: APPROVE, Desk.PREFECTURE: HEAR}


def needed(stage: Stage) -> str:
    """What an officer needs to decide at a stage.

    A notice is passed by time; whoever reviews looks after it.
    """
    if stage.kind in _NEEDED:
        return _NEEDED[stage.kind]
    return DISCUSS if stage.level == "village" else REVIEW


def needed_at(desk: str) -> str:
    """What an officer needs to hear an appeal at a desk."""
    return _AT_DESK[Desk(desk)]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an account holds a permission itself, and where others lent it theirs: ``(officer, areas)``."""

    own: Scope
    lent: tuple[tuple[int, Scope], ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.own.is_empty and all(areas.is_empty for _giver, areas in self.lent)

    @property
    def all_areas(self) -> Scope:
        if self.own.unlimited:
            return self.own
        parts = [self.own, *(areas for _giver, areas in self.lent)]
        return Scope(scope.merged(interval for part in parts for interval in part.intervals))

    def covers(self, scope_no: int) -> bool:
        return self.own.covers(scope_no) or any(areas.covers(scope_no) for _giver, areas in self.lent)

    def on_behalf(self, scope_no: int, own: int) -> int | None:
        """For whom the account acts in an area: itself before others; None where it may not act."""
        if self.own.covers(scope_no):
            return own
        return next((giver for giver, areas in self.lent if areas.covers(scope_no)), None)


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds on a day, read once: its roles, what is lent to it, where it is named.

    ``roles`` are its running assignments, ``lent`` those of each officer who lets it act for him.
    """

    account: int
    roles: tuple[Assignment, ...]
    lent: tuple[tuple[int, tuple[Assignment, ...]], ...]
    narrowed: frozenset[str] | None = None

    def of(self, permission: str) -> Reach:
        """Where it holds a permission."""
        if self.narrowed is not None and permission not in self.narrowed:
            return Reach(Scope.nothing())
        lent = ((giver, scope.among(roles, permission)) for giver, roles in self.lent)
        return Reach(
            scope.among(self.roles, permission),
            tuple((giver, areas) for giver, areas in lent if not areas.is_empty),
        )

    def may(self, permission: str) -> bool:
        return not self.of(permission).is_empty


def held(account: Account, on: dt.date, *, roles: Iterable[Assignment] | None = None) -> Held:
    """Everything an account holds on a day. Two queries at most.

    Of an account whose running ``roles`` were read already, one where nothing is lent to it.
    """
    given = Delegation.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=on),
        taker=account.pk,
        first_day__lte=on,
        last_day__gte=on,
        giver__is_active=True,
    )
    givers = list(given.order_by("pk").values_list("giver", flat=True))
    whose = givers if roles is not None else [account.pk, *givers]
    running = Assignment.objects.filter(account__in=whose).running(on) if whose else ()
    by_account: dict[int, list[Assignment]] = {}
    for one in (*(roles or ()), *running) if account.is_active else ():
        by_account.setdefault(one.account_id, []).append(one)
    return Held(
        account.pk,
        tuple(by_account.get(account.pk, ())),
        tuple((giver, tuple(by_account.get(giver, ()))) for giver in givers),
        account.narrowed,
    )


def of(account: Account, permission: str, on: dt.date) -> Reach:
    """Where an account holds a permission on a day, delegations included."""
    return held(account, on).of(permission)


def named(accounts: Iterable[int]) -> Scope:
    """The areas for whose private cases any of these accounts is named."""
    rows = NamedOfficer.objects.filter(account__in=list(accounts), ended_at=None)
    return Scope(scope.merged(rows.values_list("scope_no", "scope_end")))


def named_anywhere() -> Scope:
    """The areas for whose private cases anybody is named."""
    rows = NamedOfficer.objects.filter(account__is_active=True, ended_at=None)
    return Scope(scope.merged(rows.values_list("scope_no", "scope_end")))


def is_named(account: Account, scope_no: int) -> bool:
    """Whether an account is named for the private programmes where somebody is registered."""
    return named([account.pk]).covers(scope_no)


def readable(account: Account, on: dt.date) -> QuerySet[Case]:
    """Cases an account may read; see ``readable_by``."""
    return readable_by(held(account, on))


def readable_by(holder: Held) -> QuerySet[Case]:
    """Cases that may be read.

    Those handled in its areas and lent ones; of the private ones where it is named itself, or acts for
    somebody who is; and what is under review by the level above. One query, for who is named.
    """
    view, hear = holder.of(VIEW), holder.of(HEAR)
    private = named([holder.account, *(giver for giver, _areas in view.lent)])
    shown = view.all_areas.q("handling_scope")
    if private.is_empty:
        shown &= Q(private=False)
    else:
        shown &= Q(private=False) | private.q("handling_scope")
    if hear.is_empty:
        return Case.objects.filter(shown)
    heard = Q(state=State.APPEALED, desk=Desk.PREFECTURE) & hear.all_areas.q("handling_scope")
    return Case.objects.filter(heard if view.is_empty else shown | heard)


def no_case() -> NotFound:
    """The same answer for cases elsewhere and those that do not exist."""
    return NotFound("casework.none", _("There is no such case in your areas."))


def newest_first(found: QuerySet[Case]) -> QuerySet[Case]:
    return found.order_by(F("opened_at").desc(), F("pk").desc())
