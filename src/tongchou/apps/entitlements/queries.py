"""Work-list, counts and explanations. Every list takes a scope; a scope without areas shows nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from tongchou import policies
from tongchou.apps.entitlements.models import Claim, Entitlement, Evaluation, Outcome
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, clock
from tongchou.core import scope as scopes
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.policy.explanation import Explanation

CLAIMABLE = (Outcome.ENTITLED, Outcome.SUBJECT_TO_STATEMENT)


@dataclass(frozen=True, slots=True)
class PersonEntitlements:
    """Every programme's answer for one member of a household."""

    person_id: int
    results: tuple[Explanation, ...]
    claimed: frozenset[str]  # programmes already claimed for the year


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
    outcome: str
    amount_fen: int | None
    claim_by: dt.date | None


@dataclass(frozen=True, slots=True)
class WorklistPage:
    items: tuple[WorkItem, ...]
    total: int
    page: int
    pages: int


def latest_run(year: int | None = None) -> Evaluation | None:
    """The current evaluation of a year, or of the latest year evaluated; None before the first."""
    runs = Evaluation.objects.filter(current=True)
    if year is not None:
        runs = runs.filter(year=year)
    return runs.order_by("-year").first()


def _in_scope(scope: Scope, year: int) -> QuerySet[Entitlement]:
    return Entitlement.objects.filter(
        evaluation__current=True, evaluation__year=year, person_id__in=registry.person_ids_in(scope)
    )


def _unclaimed(scope: Scope, year: int) -> QuerySet[Entitlement]:
    claimed = Claim.objects.filter(
        person_id=OuterRef("person_id"), programme=OuterRef("programme"), year=year
    )
    return _in_scope(scope, year).filter(outcome__in=CLAIMABLE).exclude(Exists(claimed))


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
    claimed = Claim.objects.filter(year=year, person_id__in=registry.person_ids_in(scope))
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
    order = (F("claim_by").asc(nulls_last=True), "household_id", "person_id", "programme")
    chosen = list(entries.order_by(*order)[(page - 1) * size : page * size])
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


def explain_person(*, person_id: int, year: int, by: Account, at: dt.datetime) -> list[Explanation]:
    """Every programme explained for one person in the account's areas."""
    access.require(by, "registry.open")
    registry.open_person(person_id, scope=scopes.of(by, on=clock.date_of(at)))
    facts = snapshots.build_facts(person_ids=[person_id], as_of=clock.date_of(at)).to_dicts()
    return list(_explain(facts, year)[0].results)


def _explain(facts: list[dict[str, object]], year: int) -> list[PersonEntitlements]:
    programmes = policies.load()
    claims = Claim.objects.filter(year=year, person_id__in=[row["person_id"] for row in facts])
    claimed: dict[int, set[str]] = {}
    for person, programme in claims.values_list("person_id", "programme"):
        claimed.setdefault(person, set()).add(programme)
    return [
        PersonEntitlements(
            person_id=row["person_id"],  # type: ignore[arg-type]
            results=tuple(programme.evaluate_one(row, year) for programme in programmes),
            claimed=frozenset(claimed.get(row["person_id"], set())),  # type: ignore[call-overload]
        )
        for row in facts
    ]
