"""The list follows the registry: whoever an entry touches is evaluated anew within seconds.

After every step the list is what a new snapshot and a new evaluation would give, for the families touched;
the test compares both. A large intake is not followed row by row: past :data:`BEHIND` entries the list says
that it is behind and waits for the county to bring it up to date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from tongchou.apps.entitlements.models import Entitlement, Evaluation, Outcome
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import audit, clock
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope

#: Entries looked at in one step, and the most that are followed at all.
STEP, BEHIND = 500, 20_000
#: What of a row a new answer may change.
_ANSWER = ("household_id", "outcome", "amount_fen", "missing", "claim_by", "due")


@dataclass(frozen=True, slots=True)
class Followed:
    """One step: people evaluated anew, rows that came, changed and went; ``more`` when entries are left."""

    people: int
    came: int
    changed: int
    went: int
    more: bool


@jobs.follower
def follow_registry(at: dt.datetime) -> bool:
    """One step for the worker; true when there was something to do."""
    step = follow(at=at)
    return step is not None and (step.more or step.people > 0)


def behind() -> int:
    """How many entries the current lists have not followed; 0 when they are up to date or cannot follow."""
    marks = [mark for _run, mark in _runs()]
    return registry.last_entry() - min(marks) if marks else 0


def follow(*, at: dt.datetime) -> Followed | None:
    """Evaluate anew whom the entries since the last step touch, and for whom a day has begun.

    Returns
    -------
    Followed or None
        None when there is no list that can follow, nothing new, or too much at once.
    """
    runs = _runs()
    if not runs:
        return None
    seen = min(mark for _run, mark in runs)
    today = clock.date_of(at)
    since = min(run.followed_day or today for run, _mark in runs)
    last = registry.last_entry()
    if (last == seen and since >= today) or last - seen > BEHIND:
        return None
    areas = snapshots.areas_of({run.snapshot_id for run, _mark in runs})
    about = {run: areas[run.snapshot_id] for run, _mark in runs if run.snapshot_id in areas}
    if not about:
        return None
    touched = registry.touched_after(seen, limit=STEP)
    people = touched.people
    if since < today:
        people |= registry.begun_between(since, today)
    return _step(about, people, seen=seen, last=touched.last, at=at, more=touched.last < last)


def _runs() -> list[tuple[Evaluation, int]]:
    """The lists that are looked at and know where in the registry they stand, each with its mark."""
    known = Evaluation.objects.filter(current=True, followed_to__isnull=False).order_by("year")
    return [(run, run.followed_to) for run in known if run.followed_to is not None]


def _step(
    about: dict[Evaluation, Scope],
    people: Collection[int],
    *,
    seen: int,
    last: int,
    at: dt.datetime,
    more: bool,
) -> Followed | None:
    runs = list(about)
    wanted = {
        (run.pk, row.person_id, row.programme): row
        for run, areas in about.items()
        for row in _evaluated(run, areas, people, at)
    }
    with transaction.atomic():
        registry.stand_still()
        # Another worker that took the same step has moved the marks.
        numbers = [run.pk for run in runs]
        standing = Evaluation.objects.filter(pk__in=numbers, current=True)
        if dict(standing.values_list("pk", "followed_to")) != {run.pk: run.followed_to for run in runs}:
            return None
        step = _write(runs, people, wanted, at, more=more)
        Evaluation.objects.filter(pk__in=numbers).update(
            followed_to=last, followed_day=clock.date_of(at), followed_at=at
        )
        if step.came or step.changed or step.went:
            audit.append(
                by=None,
                action="entitlements.follow",
                subject=f"evaluation:{runs[-1].pk}",
                detail={
                    "entries": [seen, last],
                    "came": step.came,
                    "changed": step.changed,
                    "went": step.went,
                },
                at=at,
            )
    return step


def _evaluated(run: Evaluation, areas: Scope, people: Collection[int], at: dt.datetime) -> list[Entitlement]:
    """What a new evaluation of the year would list of these people."""
    if not people:
        return []
    from tongchou import policies
    from tongchou.apps.entitlements.evaluating import listed_rows  # brings Polars along

    facts = snapshots.build_facts(as_of=clock.date_of(at), person_ids=people, scope=areas)
    return listed_rows(run, policies.laws().evaluate(facts, run.year))


def _write(
    runs: list[Evaluation],
    people: Collection[int],
    wanted: dict[tuple[int, int, str], Entitlement],
    at: dt.datetime,
    *,
    more: bool,
) -> Followed:
    """Make the rows of these people the wanted ones, touching only those that differ."""
    from tongchou.apps.entitlements.evaluating import settle_state, write_chunk

    concerned = {*people, *(row.person_id for row in wanted.values())}
    standing = Entitlement.objects.filter(evaluation__in=runs, person_id__in=concerned)
    kept: dict[tuple[int, int, str], Entitlement] = {
        (row.evaluation_id, row.person_id, row.programme): row
        for row in standing.select_related("evaluation")
    }
    gone = [row.pk for key, row in kept.items() if key not in wanted]
    changed = []
    for key, new in wanted.items():
        old = kept.get(key)
        if old is None or all(getattr(old, name) == getattr(new, name) for name in _ANSWER):
            continue
        became = old.outcome == Outcome.NEEDS_INFORMATION and new.outcome != old.outcome
        for name in _ANSWER:
            setattr(old, name, getattr(new, name))
        if became:
            old.found_at = at
        changed.append(old)
    came = [row for key, row in wanted.items() if key not in kept]
    for row in came:
        row.found_at = at
    Entitlement.objects.filter(pk__in=gone).delete()
    write_chunk(came)
    settle_state(changed)
    Entitlement.objects.bulk_update(changed, [*_ANSWER, "state", "found_at"])
    return Followed(len(people), len(came), len(changed), len(gone), more)
