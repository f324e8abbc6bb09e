"""Pairs as their readers see them: in lists, and two records side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongchou.apps.duplicates import prints, reach
from tongchou.apps.duplicates.models import Band, Judgement, Pair, Side, State
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: What a list can be of, and the pairs in it.
LISTS = {
    "sure": Q(state=State.OPEN, band=Band.SURE),
    "ask": Q(state=State.OPEN, band=Band.ASK),
    "second": Q(state__in=(State.PROPOSED, State.APART)),
    "village": Q(state=State.VILLAGE),
    "joined": Q(state=State.JOINED),
    "two": Q(state=State.TWO),
}
#: Entries shown of each record.
_ENTRIES = 8
Clause = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A pair in a list; of joined records the one that went is None."""

    pair: Pair
    one: registry.PersonHit | None
    other: registry.PersonHit | None
    keep_id: int  # chosen, or suggested while nobody has chosen
    seen: str
    own: bool


@dataclass(frozen=True, slots=True)
class SideView:
    """One record with the household it is in and what was recorded lately."""

    record: registry.PersonRecord
    household: registry.HouseholdView | None
    entries: tuple[registry.EventLine, ...]
    bound: bool  # a claim stands on it


@dataclass(frozen=True, slots=True)
class View:
    """Two records side by side; ``sides`` has one of them alone where they are joined.

    ``obstacles`` says, by the record that would stay, what stands against it.
    """

    pair: Pair
    sides: tuple[SideView, ...]
    keep_id: int
    speaks_for: tuple[Clause, ...]
    speaks_against: tuple[Clause, ...]
    changed: tuple[str, ...]
    obstacles: dict[int, tuple[str, ...]]
    judgements: tuple[Judgement, ...]
    seen: str
    own: bool
    may_decide: bool


def waiting(*, by: Account, on: dt.date) -> tuple[int, int]:
    """How many pairs wait for a decision of this account, and how many for it as the second person.

    Whoever answers for a village alone has those the village is asked about.
    """
    decide = reach.areas(by, on, reach.DECIDE)
    if decide.is_empty:
        return reach.inside(reach.areas(by, on, reach.VIEW)).filter(state=State.VILLAGE).count(), 0
    found = reach.inside(decide)
    second = found.filter(state__in=(State.PROPOSED, State.APART)).exclude(asked_by=by.pk)
    return found.filter(state=State.OPEN).count(), second.count()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pairs of records that touch some areas may be, are, and are not one person."""

    undecided: int
    joined: int
    two: int


def tally(scope: Scope) -> Tally:
    """The numbers of pairs that touch some areas, for a statistic: whose they are is not told. One query."""
    touching = Side.objects.filter(scope.q("registered_scope"), pair=OuterRef("pk"))
    states = Pair.objects.filter(Exists(touching)).values_list("state").annotate(number=Count("pk"))
    number: dict[str, int] = dict(states.order_by())
    joined = sum(number.get(one, 0) for one in reach.JOINED)
    two, gone = number.get(State.TWO, 0), number.get(State.GONE, 0)
    return Tally(sum(number.values()) - joined - two - gone, joined, two)


def pairs(*, by: Account, on: dt.date, show: str, within: Scope | None = None) -> QuerySet[Pair]:
    """The pairs of a list of ``LISTS`` both of whose records the account may read, the likest first.

    With ``within``, those that touch these areas. Who does not decide sees what the village is asked alone.
    """
    decide = reach.areas(by, on, reach.DECIDE)
    if decide.is_empty:
        show = "village"
    found = reach.inside(decide if not decide.is_empty else reach.areas(by, on, reach.VIEW))
    if within is not None:
        touching = Side.objects.filter(within.q("registered_scope"), pair=OuterRef("pk"))
        found = found.filter(Exists(touching))
    return found.filter(LISTS[show]).order_by("pk")


def elsewhere(*, by: Account, on: dt.date) -> QuerySet[Side]:
    """Records of these areas that may be of the same person as one elsewhere; that one is not told."""
    return reach.half_inside(reach.areas(by, on, reach.DECIDE)).order_by("pk")


def lines(found: Iterable[Pair], *, by: Account, on: dt.date) -> list[Line]:
    """Pairs as lines. Ten queries, and one for each thing that binds records, however many."""
    listed = list(found)
    people = _people(listed, by, on)
    marks = prints.now([pair.people for pair in listed if pair.state not in reach.JOINED])
    bound = registry.bound_people(set(people))
    return [
        Line(
            pair,
            people.get(pair.a_id),
            people.get(pair.b_id),
            pair.keep_id or suggested(pair, people, bound),
            seen_mark(pair, marks.get(pair.people, {})),
            pair.asked_by_id == by.pk,
        )
        for pair in listed
    ]


def people_elsewhere(found: Iterable[Side], *, by: Account, on: dt.date) -> list[registry.PersonHit]:
    """The own records of pairs with one elsewhere. Two queries."""
    numbers = dict.fromkeys(side.person_id for side in found)
    people = registry.people(numbers, scope=reach.areas(by, on, reach.DECIDE))
    return [people[number] for number in numbers if number in people]


def _people(listed: list[Pair], by: Account, on: dt.date) -> dict[int, registry.PersonHit]:
    numbers = {person for pair in listed for person in pair.people}
    return registry.people(numbers, scope=reach.areas(by, on, reach.VIEW))


def suggested(pair: Pair, people: dict[int, registry.PersonHit], bound: Collection[int]) -> int:
    """The record that is better kept: one with a claim, else one with a number, else the older one."""

    def weight(number: int) -> tuple[bool, bool, int]:
        hit = people.get(number)
        return number in bound, bool(hit and hit.id_masked), -number

    return max(pair.people, key=weight)


def seen_mark(pair: Pair, now: dict[str, str]) -> str:
    """Stands for both records and what was asked about them."""
    asked = {"keep": str(pair.keep_id), "number": str(pair.number_of), "state": pair.state}
    return prints.mark(now | asked)


def open_pair(pair_id: int, *, by: Account, at: dt.datetime) -> View:
    """Two records side by side. A constant number of queries.

    Raises
    ------
    NotFound
        When there is no such pair in the areas of the account.
    """
    on = clock.date_of(at)
    pair = readable(by, on).filter(pk=pair_id).first()
    if pair is None:
        raise reach.no_pair()
    areas = reach.areas(by, on, reach.VIEW)
    people = _people([pair], by, on)
    bound = registry.bound_people(people)
    decide = reach.inside(reach.areas(by, on, reach.DECIDE)).filter(pk=pair.pk).exists()
    apart = pair.state not in reach.JOINED
    speaks_for, speaks_against = clauses(pair)
    return View(
        pair=pair,
        sides=tuple(_side(person, areas, person in bound) for person in pair.people if person in people),
        keep_id=pair.keep_id or suggested(pair, people, bound),
        speaks_for=speaks_for,
        speaks_against=speaks_against,
        changed=tuple(filter(None, pair.changed.split(","))),
        obstacles={
            keep: tuple(registry.merge_obstacles(keep, pair.a_id + pair.b_id - keep)) for keep in pair.people
        }
        if apart
        else {},
        judgements=tuple(pair.judgements.order_by("pk")),
        seen=seen_mark(pair, prints.now([pair.people]).get(pair.people, {}) if apart else {}),
        own=pair.asked_by_id == by.pk,
        may_decide=decide,
    )


def readable(by: Account, on: dt.date) -> QuerySet[Pair]:
    """Pairs the account decides, and those its villages are asked about."""
    decide = reach.inside(reach.areas(by, on, reach.DECIDE)).values("pk")
    asked = reach.inside(reach.areas(by, on, reach.VIEW)).filter(state=State.VILLAGE).values("pk")
    return Pair.objects.filter(Q(pk__in=decide) | Q(pk__in=asked))


def clauses(pair: Pair) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
    """``(field, level)`` of what speaks for one person, and of what speaks against, the weightiest first."""
    parts = [*pair.evidence.split(";"), "", ""][:2]
    read = [[one.split(":") for one in part.split(",") if one] for part in parts]
    told = [tuple((field, int(level)) for field, level in side) for side in read]
    return told[0], told[1]


def _side(person: int, areas: Scope, bound: bool) -> SideView:
    record = registry.person_record(person, scope=areas)
    home = record.person.household_id
    here = home is not None and areas.covers(record.person.registered_scope)
    return SideView(
        record,
        registry.open_household(home, scope=areas) if here and home is not None else None,
        tuple(registry.history(scope=areas, person_id=person, limit=_ENTRIES)),
        bound,
    )
