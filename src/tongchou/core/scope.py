"""Which areas an account reaches: a few closed intervals of scope numbers.

Areas carry a depth-first number ``scope_no`` and the last number below them ``scope_end``, so "this area
and everything under it" is one BETWEEN. A code prefix would leak: the townships of a local unit keep the
prefix of the counties they were taken from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of areas as merged, ordered, closed intervals. No interval means nothing at all."""

    intervals: tuple[Interval, ...] = ()
    unlimited: bool = False

    @classmethod
    def nothing(cls) -> Scope:
        return cls()

    @classmethod
    def everything(cls) -> Scope:
        """All areas: for jobs of the installation itself on its command line, never for an account."""
        return cls(unlimited=True)

    @classmethod
    def of_area(cls, area: Any) -> Scope:
        """One area and all below it."""
        return cls(((area.scope_no, area.scope_end),))

    @property
    def is_empty(self) -> bool:
        return not self.unlimited and not self.intervals

    def covers(self, scope_no: int | None) -> bool:
        """True when the area with this number is reached; an unknown area (``None``) is not."""
        if self.unlimited:
            return True
        return scope_no is not None and any(low <= scope_no <= high for low, high in self.intervals)

    def covers_interval(self, low: int, high: int) -> bool:
        """True when the whole interval is reached."""
        return self.unlimited or any(lo <= low and high <= hi for lo, hi in self.intervals)

    def meets(self, other: Scope) -> Scope:
        """The areas both reach."""
        if self.unlimited:
            return other
        if other.unlimited:
            return self
        pairs = ((max(a, c), min(b, d)) for a, b in self.intervals for c, d in other.intervals)
        return Scope(merged(pair for pair in pairs if pair[0] <= pair[1]))

    def q(self, *fields: str) -> Q:
        """A condition true for rows where any of the ``fields`` holds a number that is reached.

        Examples
        --------
        >>> Scope(((3, 7),)).q("scope_no")
        <Q: (AND: ('scope_no__range', (3, 7)))>
        >>> Scope.nothing().q("scope_no")
        <Q: (AND: ('pk__in', []))>
        """
        if not fields:
            raise ValueError("name the field that holds the scope number")
        if self.unlimited:
            return Q()
        if not self.intervals:
            return Q(pk__in=[])
        condition = Q()
        for field in fields:
            for interval in self.intervals:
                condition |= Q(**{f"{field}__range": interval})
        return condition


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Ordered intervals without overlap that hold the same numbers.

    Examples
    --------
    >>> merged([(8, 9), (1, 4), (3, 5), (6, 6)])
    ((1, 6), (8, 9))
    """
    result: list[Interval] = []
    for low, high in sorted(intervals):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], high))
        else:
            result.append((low, high))
    return tuple(result)


def among(assignments: Iterable[Any], permission: str) -> Scope:
    """The areas of those assignments, read already, whose role holds the permission."""
    from tongchou.core.roles import roles_with

    roles = roles_with(permission)
    return Scope(merged((held.scope_no, held.scope_end) for held in assignments if held.role in roles))


def of(account: Any, on: dt.date, *, permission: str | None = None) -> Scope:
    """The areas an account reaches on a day, read from its assignments each time.

    With ``permission`` only the assignments whose role holds it count: an officer of one township who helps
    out as a worker in a village of another may import registers in the first and only look in the second.
    An inactive or anonymous account, and one without a running assignment, reaches nothing. An account that
    acts with a token reaches no more than the token's permissions give.
    """
    from tongchou.core.models import Assignment
    from tongchou.core.roles import KNOWN, roles_with

    roles = None if permission is None else roles_with(permission)
    if account is None or not account.is_authenticated or not account.is_active:
        return Scope.nothing()
    left = getattr(account, "narrowed", None)
    if left is not None:
        if permission is None:
            roles = frozenset().union(*(roles_with(one) for one in left & KNOWN))
        elif permission not in left:
            return Scope.nothing()
    running = Assignment.objects.filter(account_id=account.pk).running(on)
    if roles is not None:
        running = running.filter(role__in=sorted(roles))
    return Scope(merged(running.values_list("scope_no", "scope_end")))


def of_each(account: Any, on: dt.date, permissions: Iterable[str]) -> dict[str, Scope]:
    """``of`` for several permissions, each by itself. One query."""
    from tongchou.core.models import Assignment

    asked = list(permissions)
    if account is None or not account.is_authenticated or not account.is_active:
        return dict.fromkeys(asked, Scope.nothing())
    running = list(Assignment.objects.filter(account_id=account.pk).running(on))
    left = getattr(account, "narrowed", None)
    return {one: among(running, one) if left is None or one in left else Scope.nothing() for one in asked}
