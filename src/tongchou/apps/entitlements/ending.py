"""Whose entitlement ends when the year turns, so that families are told in time and not by a refusal.

Help for the village worker alone: nothing follows from a row, and there is no list of programmes nobody is
looked through for. What rests on facts about a family stands on the page of the household alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongchou.apps.entitlements import programmes, queries
from tongchou.apps.entitlements.coming import next_run
from tongchou.apps.entitlements.models import CLAIMABLE, Entitlement, Evaluation, Outcome
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.domain.policy.explanation import Explanation


@dataclass(frozen=True, slots=True)
class EndingItem:
    """A row of the list: the entitlement of this year, its last day, why it ends, and what follows."""

    item: queries.WorkItem
    last_day: dt.date
    reasons: tuple[str, ...]
    withheld: bool  # a reason that stands on the page of the household alone
    follows: tuple[str, ...]  # what the person is, or may be, entitled to from then on
    apply_for: str  # what has to be applied for instead, because nobody is looked through for it


@dataclass(frozen=True, slots=True)
class EndingPage:
    items: tuple[EndingItem, ...]
    total: int
    page: int
    pages: int


def ending(
    *,
    scope: Scope,
    year: int,
    programme: str | None = None,
    language: str = "zh",
    page: int = 1,
    size: int = 50,
) -> EndingPage:
    """People entitled in a year to what is no longer theirs in the next one, by household.

    Empty before the list of the year after has been made. Whoever is recorded as dead is left out, and so is
    whoever has to be asked something first: unknown facts end nothing. Constant in queries.
    """
    run = next_run(year)
    found = _ending(run, scope, year, programme) if run else Entitlement.objects.none()
    total = found.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    ordered = found.select_related("evaluation").order_by("household_id", "person_id", "programme")
    chosen = list(ordered[(page - 1) * size : page * size])
    items = queries.items_of(chosen, scope=scope, language=language)
    if run is None or not items:
        return EndingPage((), total, page, pages)
    return EndingPage(_told(run, items, language), total, page, pages)


def _ending(run: Evaluation, scope: Scope, year: int, programme: str | None) -> QuerySet[Entitlement]:
    next_year = Entitlement.objects.filter(
        evaluation=run, person_id=OuterRef("person_id"), programme=OuterRef("programme")
    )
    found = Entitlement.objects.filter(
        queries._reached(scope),
        Q(person_id__in=registry.living_ids_in(scope)),
        evaluation__current=True,
        evaluation__year=year,
        outcome__in=CLAIMABLE,
    )
    if programme:
        found = found.filter(programme=programme)
    return found.exclude(Exists(next_year))


def _told(run: Evaluation, items: tuple[queries.WorkItem, ...], language: str) -> tuple[EndingItem, ...]:
    from tongchou import policies  # the law takes its time to read

    people = {item.person_id for item in items}
    law = {one.code: one for one in programmes.in_force()}
    facts = snapshots.build_facts(person_ids=people, as_of=clock.today()).to_dicts()
    by_person = {row["person_id"]: row for row in facts}
    follows: dict[int, list[str]] = defaultdict(list)
    rows = Entitlement.objects.filter(evaluation=run, person_id__in=people).exclude(
        outcome=Outcome.NOT_ENTITLED
    )
    for person, code in rows.order_by("programme").values_list("person_id", "programme"):
        follows[person].append(law[code].title_in(language) if code in law else code)
    made = []
    for item in items:
        row = by_person.get(item.person_id)
        there = programmes.of_row(row) if row else []
        rules = next((one for one in there if one.code == item.programme), None)
        answer = rules.evaluate_one(row, run.year) if rules and row else None
        reasons, withheld = _reasons(answer, language)
        made.append(
            EndingItem(
                item=item,
                last_day=dt.date(run.year - 1, 12, 31),
                reasons=reasons,
                withheld=withheld,
                follows=tuple(follows[item.person_id]),
                apply_for=policies.counterpart(item.programme, language) if answer else "",
            )
        )
    return tuple(made)


def _reasons(answer: Explanation | None, language: str) -> tuple[tuple[str, ...], bool]:
    """What no longer holds, in words; and whether more stands on the page of the household."""
    if answer is None:
        return (), False
    from tongchou.apps.entitlements.discretion import withheld

    kept_back = withheld(answer)
    failing = [node for node in answer.conditions if node.state is False]
    told = tuple(
        f"{node.label(language)}{'：' if language.startswith('zh') else ': '}{detail}"
        if (detail := node.detail(language))
        else node.label(language)
        for node in failing
        if node.code not in kept_back
    )
    return told, any(node.code in kept_back for node in failing)
