"""The work-list and the evaluations for programs: read on from a key, never by counting off rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q

from tongchou.apps.entitlements import queries
from tongchou.apps.entitlements.models import Evaluation
from tongchou.apps.entitlements.queries import WorkItem
from tongchou.core.scope import Scope


@dataclass(frozen=True, slots=True)
class ListKey:
    """Where an entry stands in the list: by its day, entries without one last, then by person."""

    claim_by: dt.date | None
    person_id: int
    programme: str
    year: int

    @property
    def behind(self) -> Q:
        """True of the entries that follow."""
        same_person = Q(person_id=self.person_id)
        tail = (
            Q(person_id__gt=self.person_id)
            | (same_person & Q(programme__gt=self.programme))
            | (same_person & Q(programme=self.programme, evaluation__year__gt=self.year))
        )
        if self.claim_by is None:
            return Q(claim_by=None) & tail
        return Q(claim_by__gt=self.claim_by) | Q(claim_by=None) | (Q(claim_by=self.claim_by) & tail)


@dataclass(frozen=True, slots=True)
class WorklistPart:
    """Some entries, and the key to go on behind; None at the end."""

    items: tuple[WorkItem, ...]
    next: ListKey | None


def worklist_after(
    *,
    scope: Scope,
    year: int,
    programme: str | None = None,
    unclear: bool = False,
    language: str = "zh",
    after: ListKey | None = None,
    size: int = 50,
) -> WorklistPart:
    """The entries of ``worklist`` behind a key, the nearest deadline first. Three queries, however far in."""
    entries = (
        queries._in_scope(scope, year).filter(queries.lacking())
        if unclear
        else queries._unclaimed(scope, year)
    )
    if programme:
        entries = entries.filter(programme=programme)
    if after is not None:
        entries = entries.filter(after.behind)
    order = (F("claim_by").asc(nulls_last=True), "person_id", "programme", "evaluation__year")
    chosen = list(entries.select_related("evaluation").order_by(*order)[: size + 1])
    more = len(chosen) > size
    chosen = chosen[:size]
    last = chosen[-1] if more else None
    return WorklistPart(
        items=queries.items_of(chosen, scope=scope, language=language),
        next=ListKey(last.claim_by, last.person_id, last.programme, last.evaluation.year) if last else None,
    )


def runs(*, before: int | None = None, limit: int = 50) -> list[Evaluation]:
    """Finished evaluations, the newest first; ``before`` is the last number of the part above."""
    found = Evaluation.objects.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[:limit])
