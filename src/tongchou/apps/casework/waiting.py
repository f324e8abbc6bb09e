"""What waits for one account: on its desks, late below it, appeals, accounts the bank refused, deaths.

Each is a query over the cases the account may read, so that the number on a home page and the list behind
it are the same rows. What somebody has taken a position in waits for others, and is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongchou.apps.casework import awarding, conflicts, grievances, kinds, lateness, payee_notes, reach
from tongchou.apps.casework.models import Award, Case, Decision, Desk, Payee, State
from tongchou.apps.registry import api as registry
from tongchou.core import calendar
from tongchou.core.models import Account
from tongchou.core.scope import Scope, merged
from tongchou.domain.casework import steps

#: Working days before a last day within which it is near.
NEAR: Final = 3
#: The desks one after the other, the highest first; whoever holds several in an area sits at the highest.
_POSTS: Final = (
    (reach.APPROVE, Desk.COUNTY),
    (reach.REVIEW, Desk.TOWNSHIP),
    (reach.DISCUSS, Desk.VILLAGE),
)
#: Where private cases are before their approval.
_BEFORE_APPROVAL: Final = (Desk.VILLAGE, Desk.TOWNSHIP)
#: Desks whose applications are accepted at one: a village has one worker, and the township is there daily.
_ACCEPTED_AT: Final = {Desk.TOWNSHIP: (Desk.TOWNSHIP, Desk.VILLAGE)}


class Waits(StrEnum):
    """Lists of what waits; ``DESK`` holds ``SOON`` and ``LATE`` too, and what of ``ACCEPT`` lies there.

    ``ACCEPT`` are applications nobody has accepted yet. ``PAYEES`` are finished cases as well: a change of
    their account waits. Of those of ``CAME_BACK`` the bank asked for another account. ``DIED`` were granted
    for a year after the recorded death, and no money is on its way: the county ends them.
    """

    DESK = "desk"
    ACCEPT = "accept"
    SOON = "soon"
    LATE = "late"
    ESCALATED = "escalated"
    APPEALS = "appeals"
    PAYEES = "payees"
    CAME_BACK = "came_back"
    DIED = "died"


#: The key of grievances beside those of ``Waits``.
GRIEVANCES: Final = "grievances"


@dataclass(frozen=True, slots=True)
class _Post:
    """A desk, and the areas in which the account sits at it and at none above."""

    desk: Desk
    reach: reach.Reach
    areas: Scope
    above: Scope

    @property
    def where(self) -> Q:
        here = self.areas.q("handling_scope")
        return here if self.above.is_empty else here & ~self.above.q("handling_scope")

    def without_family(self, account: int) -> Q:
        """The cases here that are about nobody the acting officer is kin to, nor who lent him the desk."""
        found = self.where & ~conflicts.own_case(account)
        before = self.reach.own.q("handling_scope")
        for giver, areas in self.reach.lent:
            lent = areas.q("handling_scope")
            found &= ~(lent & ~before & conflicts.own_case(giver))
            before |= lent
        return found


def _posts(holder: reach.Held) -> list[_Post]:
    found, above = [], Scope.nothing()
    for permission, desk in _POSTS:
        held = holder.of(permission)
        areas = held.all_areas
        if areas.unlimited or not all(above.covers_interval(*one) for one in areas.intervals):
            found.append(_Post(desk, held, areas, above))
        above = Scope(merged((*above.intervals, *areas.intervals)))
    return found


def condition(holder: reach.Held, waits: Waits, on: dt.date) -> Q:
    """What makes a case one of those that wait, among the cases the account may read."""
    posts = _posts(holder)
    if waits is Waits.ESCALATED:
        limit = on - dt.timedelta(days=lateness.ESCALATED)
        over = [post for post in posts if post.desk in lateness.BELOW]
        below = [post.where & Q(desk__in=lateness.BELOW[post.desk]) for post in over]
        return _any(below) & Q(stage_due__lt=limit) & lateness.RUNS
    if waits is Waits.PAYEES:
        return _payees(posts, holder, on)
    if waits is Waits.CAME_BACK:
        return _came_back(posts, holder.account)
    if waits is Waits.DIED:
        return _died(posts, holder.account)
    if waits is Waits.ACCEPT:
        lies = [(post, _ACCEPTED_AT.get(post.desk, (post.desk,))) for post in posts]
        there = [post.without_family(holder.account) & Q(desk__in=desks) for post, desks in lies]
        return _any(there) & Q(state=State.APPLIED) & _not_acted(holder.account)
    mine = [post.without_family(holder.account) & Q(desk=post.desk) for post in posts]
    if waits is Waits.APPEALS:
        hear = holder.of(reach.HEAR)
        heard = _Post(Desk.PREFECTURE, hear, hear.all_areas, Scope.nothing()).without_family(holder.account)
        heard &= Q(desk=Desk.PREFECTURE)
        return _any([*mine, heard]) & Q(state=State.APPEALED) & _no_part(holder.account)
    found = _any(mine) & ~Q(state=State.APPEALED) & _not_acted(holder.account)
    if waits is Waits.SOON:
        found &= Q(stage_due__range=(on, calendar.add_workdays(on, NEAR).on)) & lateness.RUNS
    elif waits is Waits.LATE:
        found &= Q(stage_due__lt=on) & lateness.RUNS
    return found


def _payees(posts: list[_Post], holder: reach.Held, on: dt.date) -> Q:
    """Cases with a change of the account others asked for: at the township, late ones at the county too."""
    found = Q(pk__in=[])
    for post in posts:
        if post.desk == Desk.VILLAGE:
            continue
        late = {} if post.desk == Desk.TOWNSHIP else {"due__lt": on}
        others = payee_notes.cases_that_wait(**late).exclude(by=holder.account)
        found |= post.without_family(holder.account) & Q(pk__in=others.exclude(on_behalf=holder.account))
    return found


def _came_back(posts: list[_Post], account: int) -> Q:
    """Approved cases whose payment came back for its account, and whose account stands as it did then.

    They wait where families are: for the village and the township. What waits for a second person waits no
    longer for them.
    """
    newer = Payee.objects.filter(case=OuterRef("case_id"), at__gt=OuterRef("came_back_at"))
    back = Q(pk__in=[])
    for rows in awarding.refused_accounts():
        back |= Q(pk__in=rows.filter(~Exists(newer)).values("case_id"))
    here = [post.without_family(account) for post in posts if post.desk != Desk.COUNTY]
    return _any(here) & Q(state=State.APPROVED) & back & ~Q(pk__in=payee_notes.cases_that_wait())


def _died(posts: list[_Post], account: int) -> Q:
    """Approved cases nobody has begun to pay, for a year after the year of the recorded death.

    They wait for the county, as what a level has granted no lower one takes away.
    """
    unpaid = Award.objects.filter(void_at=None, tried=False).annotate(
        died=registry.year_of_death("person_id")
    )
    after = unpaid.filter(died__gt=0, died__lt=F("year")).values("case_id")
    here = [post.without_family(account) for post in posts if post.desk == Desk.COUNTY]
    return _any(here) & Q(state=State.APPROVED, pk__in=after)


def _any(parts: list[Q]) -> Q:
    whole = Q(pk__in=[])
    for part in parts:
        whole |= part
    return whole


def _not_acted(account: int) -> Q:
    """Cases an account may still go on with: it may accept what it took down itself.

    And of private ones it may review that, as two named officers alone are to know of them.
    """
    taken = Decision.objects.filter(
        Q(officer=account) | Q(on_behalf=account), case=OuterRef("pk"), counted=True
    )
    beyond = taken.exclude(act__in=[act.value for act in steps.INTAKE])
    return ~Q(Exists(taken)) | own_intake() & ~Q(Exists(beyond))


def own_intake(case: str = "") -> Q:
    """Cases with which whoever took them in may go on, by the path to the case."""
    private = {"private": True, "state": State.RUNNING, "desk__in": _BEFORE_APPROVAL}
    return Q(**{f"{case}state": State.APPLIED}) | Q(
        **{f"{case}{name}": value for name, value in private.items()}
    )


def _no_part(account: int) -> Q:
    """Whoever did any act of the office in a case hears no appeal in it."""
    parts = Decision.objects.filter(case=OuterRef("pk"), act__in=[act.value for act in steps.PARTS])
    return ~Q(Exists(parts.filter(Q(officer=account) | Q(on_behalf=account))))


def acted_in(account: int) -> QuerySet[Decision, int]:
    """The numbers of the cases in which an account has taken a position."""
    taken = Decision.objects.filter(Q(officer=account) | Q(on_behalf=account), counted=True)
    return taken.values_list("case_id", flat=True)


@dataclass(frozen=True, slots=True)
class Near:
    """A case on a desk whose last day is near: no name, and the kind as it may be told to anybody."""

    case_id: int
    number: str
    title_zh: str
    title_en: str
    due: dt.date
    left: int  # working days; none on the last one
    provisional: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for an account, as queries by ``Waits`` and ``GRIEVANCES``: to be counted, or read."""

    queries: dict[str, QuerySet[Any]]
    on: dt.date

    def nearest(self, size: int) -> list[Near]:
        """The cases whose last day is near, the nearest first. Two queries."""
        found = self.queries[Waits.SOON].order_by("stage_due", "pk").only(
            "number", "version_id", "stage_due", "provisional"
        )  # fmt: skip
        rows = list(found[:size])
        versions = kinds.versions({one.version_id for one in rows}) if rows else {}
        return [
            Near(
                case_id=one.pk,
                number=one.number,
                title_zh=versions[one.version_id].public_title.zh,
                title_en=versions[one.version_id].public_title.en,
                due=one.stage_due,
                left=calendar.workdays_between(self.on, one.stage_due),
                provisional=one.provisional,
            )
            for one in rows
        ]


def work_of(*, by: Account, on: dt.date) -> Work:
    """What waits for an account; nothing where it has nothing to do with cases. Four queries at most."""
    holder = reach.held(by, on)
    readable: QuerySet[Case] = reach.readable_by(holder)
    found: dict[str, QuerySet[Any]] = {
        one.value: readable.filter(condition(holder, one, on)) for one in Waits
    }
    found[GRIEVANCES] = grievances.to_answer(holder, readable)
    return Work(found, on)
