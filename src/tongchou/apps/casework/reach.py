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

    def on_behalf(self, scope_no: int, own: int) -> int | None:
        """For whom the account acts in an area: itself before others; None where it may not act."""
        if self.own.covers(scope_no):
            return own
        return next((giver for giver, areas in self.lent if areas.covers(scope_no)), None)


def of(account: Account, permission: str, on: dt.date) -> Reach:
    """Where an account holds a permission on a day, delegations included. Two queries and one a giver."""
    own = scope.of(account, on, permission=permission)
    if account.narrowed is not None and permission not in account.narrowed:
        return Reach(own)
    given = Delegation.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=on), taker=account.pk, first_day__lte=on, last_day__gte=on
    ).select_related("giver")
    lent = ((one.giver_id, scope.of(one.giver, on, permission=permission)) for one in given.order_by("pk"))
    return Reach(own, tuple((giver, areas) for giver, areas in lent if not areas.is_empty))


def named(accounts: Iterable[int]) -> Scope:
    """The areas for whose private cases any of these accounts is named."""
    rows = NamedOfficer.objects.filter(account__in=list(accounts), ended_at=None)
    return Scope(scope.merged(rows.values_list("scope_no", "scope_end")))


def is_named(account: Account, scope_no: int) -> bool:
    """Whether an account is named for the private programmes where somebody is registered."""
    return named([account.pk]).covers(scope_no)


def readable(account: Account, on: dt.date) -> QuerySet[Case]:
    """Cases an account may read.

    Those handled in its areas and lent ones; of the private ones where it is named itself, or acts for
    somebody who is; and what is under review by the level above.
    """
    view, hear = of(account, VIEW, on), scope.of(account, on, permission=HEAR)
    areas = view.all_areas
    private = named([account.pk, *(giver for giver, _areas in view.lent)])
    shown = areas.q("handling_scope") & (Q(private=False) | private.q("handling_scope"))
    heard = Q(state=State.APPEALED, desk=Desk.PREFECTURE) & hear.q("handling_scope")
    return Case.objects.filter(shown | heard)


def no_case() -> NotFound:
    """The same answer for cases elsewhere and those that do not exist."""
    return NotFound("casework.none", _("There is no such case in your areas."))


def newest_first(found: QuerySet[Case]) -> QuerySet[Case]:
    return found.order_by(F("opened_at").desc(), F("pk").desc())
