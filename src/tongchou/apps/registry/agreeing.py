"""What holds between people, whatever is recorded: one living head a household, parents older than children,
one marriage at a time. Single acts ask before they record; a reversal asks of the state that would result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.fold import Op
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import Couple, Kinship, Person
from tongchou.core.errors import Conflict
from tongchou.domain.kinship import HEAD

Rows = Mapping[tuple[Any, ...], Op]
Parts = tuple[int | None, ...]  # year, month, day as far as known
Span = tuple[str, str | None]  # start, end; no end while it lasts, "" where a date is not known


def refuse_second_head(household_id: int, relation: str) -> None:
    """Refuse a relation that would give a household a second living head. At most one query.

    Raises
    ------
    Conflict
        ``registry.second_head``
    """
    if relation in HEAD and _heads().filter(household=household_id).exists():
        message = _("This household has a living head already. Choose another relation to the head.")
        raise Conflict("registry.second_head", message)


def _heads() -> Any:
    return latest_memberships().filter(relation__in=HEAD, person__deceased=False)


def overlap(one: Span, other: Span) -> bool:
    """Whether two marriages of one person certainly lasted at the same time, as far as dates are known.

    Examples
    --------
    >>> overlap(("2005", "2015-03"), ("2010", None)), overlap(("2005", "2015-03"), ("2015", None))
    (True, False)
    >>> overlap(("", None), ("2010", None)), overlap(("", None), ("2001", "2010"))
    (True, False)
    """
    if one[1] is None and other[1] is None:
        return True
    for (_start, end), (start, until) in ((one, other), (other, one)):
        lasts = until is None or (until and not _before(until, end or ""))
        if end and start and lasts and _before(start, end):
            return True
    return False


def _before(one: str, other: str) -> bool:
    """Whether an ISO date lies before another beyond doubt: 2015 and 2015-03 do not say."""
    length = min(len(one), len(other))
    return one[:length] < other[:length]


def younger(parent: Parts, child: Parts) -> bool:
    """Whether a parent is certainly not older than the child.

    Examples
    --------
    >>> younger((1988, None, None), (1988, 5, 1)), younger((1988, 6, None), (1988, 5, 1))
    (False, True)
    """
    for one, other in zip(parent, child, strict=True):
        if one is None or other is None:
            return False
        if one != other:
            return one > other
    return True


def broken(state: Mapping[str, Rows], subjects: Collection[int]) -> dict[int, str]:
    """Which of some people a new state would bring into contradiction with others, and in what.

    What contradicts already is no reason: only what the new state adds. Seven queries at most.

    Parameters
    ----------
    state
        The whole state of the subjects as it would be, by table.

    Returns
    -------
    dict
        By person ``head``, ``older`` or ``married``: keys of ``reversing.REASONS``.
    """
    people = {key[0]: op.values for key, op in state["person"].items() if op.act == "put"}
    found = dict.fromkeys(_married_twice(state["couple"], people, subjects), "married")
    found |= dict.fromkeys(_not_older(state["kinship"], people, subjects), "older")
    return found | dict.fromkeys(_second_heads(state["membership"], people, subjects), "head")


def _second_heads(rows: Rows, people: Mapping[int, Any], subjects: Collection[int]) -> set[int]:
    last: dict[int, Mapping[str, Any]] = {}
    for (person, _start), op in sorted(rows.items()):
        if op.act == "put" and person in people and not people[person]["deceased"]:
            last[person] = op.values
    after = {pk: values["household_id"] for pk, values in last.items() if values["relation"] in HEAD}
    if not after:
        return set()
    now = dict(_heads().filter(household__in=after.values()).values_list("person_id", "household_id"))
    others = {home for person, home in now.items() if person not in subjects}
    new = [(person, home) for person, home in sorted(after.items()) if now.get(person) != home]
    found = set()
    kept = {home for person, home in after.items() if now.get(person) == home}
    for person, home in new:
        if home in others | kept:
            found.add(person)
        kept.add(home)
    return found


def _births(numbers: Collection[int]) -> dict[int, Parts]:
    rows = Person.objects.filter(pk__in=numbers)
    return {pk: tuple(parts) for pk, *parts in rows.values_list("pk", *_BIRTH)}


_BIRTH = ("birth_year", "birth_month", "birth_day")


def _not_older(rows: Rows, people: Mapping[int, Any], subjects: Collection[int]) -> set[int]:
    own = {key for key, op in rows.items() if op.act == "put"}
    stored = Kinship.objects.filter(Q(child__in=subjects) | Q(parent__in=subjects))
    before = set(stored.values_list("child_id", "parent_id"))
    after = own | {pair for pair in before if pair[0] not in subjects}
    births = _births({pk for pair in after for pk in pair})
    then = births | {pk: tuple(values[part] for part in _BIRTH) for pk, values in people.items()}

    def wrong(pair: tuple[int, int], by: Mapping[int, Parts]) -> bool:
        child, parent = pair
        return child in by and parent in by and younger(by[parent], by[child])

    added = [pair for pair in after if wrong(pair, then) and not (pair in before and wrong(pair, births))]
    return {pk for pair in added for pk in pair if pk in subjects}


def _married_twice(rows: Rows, people: Mapping[int, Any], subjects: Collection[int]) -> set[int]:
    own = {(*key, op.values["ended"]) for key, op in rows.items() if op.act == "put"}
    touched = {*subjects, *(pk for a, b, _start, _ended in own for pk in (a, b))}
    stored = Couple.objects.filter(Q(a__in=touched) | Q(b__in=touched))
    before = set(stored.values_list("a_id", "b_id", "start", "ended"))
    after = own | {union for union in before if union[0] not in subjects}
    either = {pk for a, b, *_span in before | after for pk in (a, b)}
    dead = set(Person.objects.filter(pk__in=either, deceased=True).values_list("pk", flat=True))
    then = dead - set(subjects) | {pk for pk, values in people.items() if values["deceased"]}
    return _overlapping(after, then) - _overlapping(before, dead)


def _overlapping(unions: Collection[tuple[Any, ...]], dead: Collection[int]) -> set[int]:
    """Those married twice at a time; a marriage that death ended has no known end."""
    spans: dict[int, list[Span]] = {}
    for a, b, start, ended in sorted(unions, key=repr):
        span = (start, "" if ended is None and (a in dead or b in dead) else ended)
        spans.setdefault(a, []).append(span)
        spans.setdefault(b, []).append(span)
    return {
        person
        for person, own in spans.items()
        if any(overlap(one, other) for place, one in enumerate(own) for other in own[place + 1 :])
    }
