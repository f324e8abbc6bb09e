"""Work-list, counts and explanations. Every list takes a scope; a scope without areas shows nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tongchou import policies
from tongchou.apps.entitlements.models import CLAIMABLE, Claim, Entitlement, Evaluation, Outcome
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, clock
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.policy.explanation import Explanation


@dataclass(frozen=True, slots=True)
class PersonEntitlements:
    """Every programme's answer for one member of a household."""

    person_id: int
    results: tuple[Explanation, ...]
    claimed: frozenset[str]  # programmes already claimed for the year
    earlier: tuple[Explanation, ...] = ()  # of the year before: not claimed, and still to be claimed today


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A family entitled and not yet claimed: who, what, by when."""

    person_id: int
    household_id: int | None
    person_name: str
    village_name: str
    scope_no: int  # where the person is registered: who answers for the visit
    programme: str
    programme_title: str
    year: int  # the year the amount is for; an earlier one while it can still be claimed
    outcome: str
    amount_fen: int | None
    claim_by: dt.date | None


@dataclass(frozen=True, slots=True)
class WorklistPage:
    items: tuple[WorkItem, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ListDate:
    """How fresh a list is."""

    as_of: dt.date  # day of the records it rests on
    records_at: dt.datetime  # moment they were read: a register applied later is not in the list
    evaluated_at: dt.datetime


def list_date(run: Evaluation) -> ListDate:
    """When the list was last found right: a later snapshot with the same content confirms it."""
    snapshot = snapshots.last_with(run.snapshot_sha256)
    if snapshot is None:
        return ListDate(run.as_of, run.created_at, run.created_at)
    return ListDate(max(run.as_of, snapshot.as_of), snapshot.taken_at, max(run.created_at, snapshot.taken_at))


def latest_run(year: int | None = None) -> Evaluation | None:
    """The current evaluation of a year (without one: of the latest that has begun); None before the first."""
    runs = Evaluation.objects.filter(current=True)
    runs = runs.filter(year=year) if year is not None else runs.filter(year__lte=clock.today().year)
    return runs.order_by("-year").first()


def _in_scope(scope: Scope, year: int, on: dt.date | None = None) -> QuerySet[Entitlement]:
    """What is listed in a year: its own results, and earlier ones whose last day to claim has not passed."""
    listed = Q(evaluation__year=year) | Q(evaluation__year__lt=year, claim_by__gte=on or clock.today())
    return Entitlement.objects.filter(
        listed, evaluation__current=True, person_id__in=registry.person_ids_in(scope)
    )


def _unclaimed(scope: Scope, year: int, on: dt.date | None = None) -> QuerySet[Entitlement]:
    claimed = Claim.objects.standing().filter(
        person_id=OuterRef("person_id"), programme=OuterRef("programme"), year=OuterRef("evaluation__year")
    )
    return _in_scope(scope, year, on).filter(outcome__in=CLAIMABLE).exclude(Exists(claimed))


def counts(*, scope: Scope, year: int) -> dict[str, dict[str, int]]:
    """``{programme: {"open": …, "needs_information": …, "claimed": …}}`` for the scope."""
    result = {
        code: {"open": 0, "needs_information": 0, "claimed": 0} for code in (p.code for p in policies.load())
    }
    for programme, number in _unclaimed(scope, year).values_list("programme").annotate(n=Count("pk")):
        result[programme]["open"] = number
    unclear = _in_scope(scope, year).filter(outcome=Outcome.NEEDS_INFORMATION)
    for programme, number in unclear.values_list("programme").annotate(n=Count("pk")):
        result[programme]["needs_information"] = number
    claimed = Claim.objects.standing().filter(year=year, person_id__in=registry.person_ids_in(scope))
    for programme, number in claimed.values_list("programme").annotate(n=Count("pk")):
        if programme in result:
            result[programme]["claimed"] = number
    return result


def worklist(
    *,
    scope: Scope,
    year: int,
    programme: str | None = None,
    unclear: bool = False,
    language: str = "zh",
    page: int = 1,
    size: int = 50,
) -> WorklistPage:
    """A page of people entitled and not yet claimed, the nearest deadline first. Constant in queries.

    With ``unclear`` the people for whom one more fact decides, instead.
    """
    entries = (
        _in_scope(scope, year).filter(outcome=Outcome.NEEDS_INFORMATION)
        if unclear
        else _unclaimed(scope, year)
    )
    if programme:
        entries = entries.filter(programme=programme)
    total = entries.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    order = (F("claim_by").asc(nulls_last=True), "household_id", "person_id", "programme", "evaluation__year")
    chosen = list(entries.select_related("evaluation").order_by(*order)[(page - 1) * size : page * size])
    people = registry.people({entry.person_id for entry in chosen}, scope=scope)
    titles = {p.code: p.title_in(language) for p in policies.load()}
    items = tuple(
        WorkItem(
            person_id=entry.person_id,
            household_id=entry.household_id,
            person_name=people[entry.person_id].name,
            village_name=people[entry.person_id].village_name,
            scope_no=people[entry.person_id].registered_scope,
            programme=entry.programme,
            programme_title=titles.get(entry.programme, entry.programme),
            year=entry.evaluation.year,
            outcome=entry.outcome,
            amount_fen=entry.amount_fen,
            claim_by=entry.claim_by,
        )
        for entry in chosen
        if entry.person_id in people
    )
    return WorklistPage(items, total, page, pages)


def household_entitlements(
    household_id: int, *, scope: Scope, year: int, as_of: dt.date | None = None
) -> list[PersonEntitlements]:
    """Every programme explained for every member, from the registry as it stands now.

    Raises
    ------
    NotFound
        When the household is outside the scope.
    """
    registry.require_household(household_id, scope=scope)
    facts = snapshots.build_facts(household_id=household_id, as_of=as_of or clock.today()).to_dicts()
    return _explain(facts, year)


def person_entitlements(
    person_id: int, *, scope: Scope, year: int, as_of: dt.date | None = None
) -> PersonEntitlements:
    """Every programme explained for one person, from the registry as it stands now.

    Raises
    ------
    NotFound
        When the scope does not reach the person, or there is none.
    """
    registry.open_person(person_id, scope=scope)
    facts = snapshots.build_facts(person_ids=[person_id], as_of=as_of or clock.today()).to_dicts()
    return _explain(facts, year)[0]


def explain_person(*, person_id: int, year: int, by: Account, at: dt.datetime) -> list[Explanation]:
    """Every programme explained for one person in the areas where the account may open people."""
    on = clock.date_of(at)
    reach = access.require(by, "registry.open", on=on)
    return list(person_entitlements(person_id, scope=reach, year=year, as_of=on).results)


def _explain(facts: list[dict[str, object]], year: int) -> list[PersonEntitlements]:
    programmes = policies.load()
    today = clock.today()
    claims = Claim.objects.standing().filter(
        year__in=(year - 1, year), person_id__in=[row["person_id"] for row in facts]
    )
    claimed = set(claims.values_list("person_id", "programme", "year"))
    people = []
    for row in facts:
        person: int = row["person_id"]  # type: ignore[assignment]
        before = (programme.evaluate_one(row, year - 1) for programme in programmes)
        people.append(
            PersonEntitlements(
                person_id=person,
                results=tuple(programme.evaluate_one(row, year) for programme in programmes),
                claimed=frozenset(p.code for p in programmes if (person, p.code, year) in claimed),
                earlier=tuple(
                    answer
                    for answer in before
                    if answer.outcome in CLAIMABLE
                    and answer.claim_by is not None
                    and answer.claim_by >= today
                    and (person, answer.programme, year - 1) not in claimed
                ),
            )
        )
    return people
