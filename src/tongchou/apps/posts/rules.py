"""What has to hold for somebody to come into a post, the same for one act and for a whole list.

The head of a unit is appointed by the level above it, never by the unit. Where nobody above keeps posts in
this installation, the unit's own office writes down what was decided above, with the number of the paper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.posts.access import KEEP
from tongchou.apps.posts.models import Department, Duty, Tenure
from tongchou.core import access
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Fault:
    """Why somebody cannot come into a post: the code of the refusal, the field, and what mends it."""

    code: str
    field: str
    text: Any


@dataclass(frozen=True, slots=True)
class Heads:
    """Of some areas: where an account stands above them, and where somebody of this installation does."""

    reached: frozenset[int]
    held: frozenset[int]

    @classmethod
    def of(cls, areas: Collection[places.Area], *, scope: Scope, on: dt.date) -> Heads:
        """Two queries, however many areas."""
        above = dict(
            places.Area.objects.filter(pk__in={one.parent_id for one in areas}).values_list("pk", "scope_no")
        )
        reached = {one.pk for one in areas if scope.covers(above.get(one.parent_id or 0))}
        places_of = {(one.scope_no, one.scope_end): one.pk for one in areas}
        held = access.held_above(KEEP, places_of, on=on)
        return cls(frozenset(reached), frozenset(places_of[one] for one in held))

    def fault(self, area_id: int, *, department: bool, duty: str, document: str) -> Fault | None:
        """Why an account may not decide who heads a unit; None when it may, or the post is no head's.

        Above a department stands its own area, which whoever keeps posts there reaches already.
        """
        if duty != Duty.HEAD or department or area_id in self.reached:
            return None
        if area_id in self.held:
            text = _("The level above appoints the head of a unit, not the unit itself.")
            return Fault("posts.own_head", "title", text)
        if not document.strip():
            text = _("Nobody of the level above works here: give the number of its paper of appointment.")
            return Fault("posts.document", "document", text)
        return None


def faults(
    *,
    department: Department | None,
    last: Tenure | None,
    since: dt.date,
    on: dt.date,
    head: Fault | None,
    oneself: bool = False,
) -> Iterator[Fault]:
    """Everything that stands in the way of somebody in a post from ``since`` on.

    Parameters
    ----------
    department
        That of the post, if it is one of a department.
    last
        The newest tenure of the post.
    on
        The day it is written down.
    head
        What ``Heads.fault`` says.
    oneself
        Whether the account that decides would hold the post.
    """
    if head is not None:
        yield head
    if oneself:
        yield Fault("posts.oneself", "account", _("Nobody appoints themselves. Somebody else does."))
    if since > on:
        yield Fault("posts.day", "since", _("This day is still to come."))
    if department is not None and department.until is not None:
        yield Fault("posts.ended", "department", _("This department has ended."))
    elif department is not None and since < department.since:
        yield Fault("posts.department_day", "since", _("The department began later than this day."))
    if last is None:
        return
    if since <= last.since or (last.until is not None and since < last.until):
        yield Fault("posts.day", "since", _("The holder before was still in the post on this day."))
