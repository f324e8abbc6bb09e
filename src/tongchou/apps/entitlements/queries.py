"""Work-list, counts and explanations. Every list takes a scope; a scope without areas shows nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Value

from tongchou.apps.entitlements import programmes
from tongchou.apps.entitlements.models import CLAIMABLE, NO_DAY, Claim, Entitlement, Evaluation, State
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, clock
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import facts as schema

if TYPE_CHECKING:
    from tongchou.domain.policy.explanation import Explanation


#: Stands between the names of facts an answer lacks.
SEVERAL = ";"


@dataclass(frozen=True, slots=True)
class PersonEntitlements:
    """Every programme's answer for one member of a household."""

    person_id: int
    results: tuple[Explanation, ...]
    claimed: frozenset[str]  # programmes already claimed for the year
    #: Of the year before, while its last day to claim is to come; and what of it has been claimed.
    earlier: tuple[Explanation, ...] = ()
    earlier_claimed: frozenset[str] = frozenset()


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
    #: In words what is not known, where facts are lacking. Facts about the family stand on its own page
    #: alone (rights rule 7): ``withheld`` says that there are such.
    missing: tuple[str, ...] = ()
    withheld: bool = False
    found_at: dt.datetime | None = None  # when it came onto the list, if after the list was made


@dataclass(frozen=True, slots=True)
class WorklistPage:
    items: tuple[WorkItem, ...]
    total: int
    page: int
    pages: int


def claimants(person_ids: Collection[int]) -> set[int]:
    """Those of some people for whom a claim stands. One query."""
    return set(Claim.objects.standing().filter(person_id__in=person_ids).values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class ListDate:
    """How fresh a list is."""

    as_of: dt.date  # day of the records it rests on
    records_at: dt.datetime  # moment they were read: a register applied later is not in the list
    evaluated_at: dt.datetime


def list_date(run: Evaluation) -> ListDate:
    """When the list was last found right: by a later snapshot with the same content, or by following."""
    snapshot = snapshots.last_with(run.snapshot_sha256)
    day, read, evaluated = run.as_of, run.created_at, run.created_at
    if snapshot is not None:
        day, read = max(day, snapshot.as_of), snapshot.taken_at
        evaluated = max(evaluated, snapshot.taken_at)
    if run.followed_at is not None and run.followed_day is not None:
        day, read = max(day, run.followed_day), max(read, run.followed_at)
        evaluated = max(evaluated, run.followed_at)
    return ListDate(day, read, evaluated)


def latest_run(year: int | None = None) -> Evaluation | None:
    """The current evaluation of a year (without one: of the latest that has begun); None before the first."""
    runs = Evaluation.objects.filter(current=True)
    runs = runs.filter(year=year) if year is not None else runs.filter(year__lte=clock.today().year)
    return runs.order_by("-year").first()


def _runs(year: int) -> dict[int, int]:
    """The current evaluations of a year and the years before: ``{number: year}``."""
    return dict(Evaluation.objects.filter(current=True, year__lte=year).values_list("pk", "year"))


def _listed(run: int, of_year: int, year: int, on: dt.date | None = None) -> Q:
    """What of an evaluation a year lists: all of its own, else what has a last day to claim still to come."""
    own = Q(evaluation_id=run)
    return own if of_year == year else own & Q(due__gte=on or clock.today(), due__lt=NO_DAY)


def _reached(scope: Scope) -> Q:
    """Rows of people a scope reaches: few people are asked for by number, many by the copy beside the row."""
    if registry.holds_few(scope):
        return Q(person_id__in=registry.person_ids_in(scope))
    return scope.q("registered_scope", "resident_scope")


def _in_scope(scope: Scope, year: int, on: dt.date | None = None) -> QuerySet[Entitlement]:
    """What is listed in a year: its own results, and earlier ones whose last day to claim has not passed."""
    listed = Q(pk__in=[])
    for run, of_year in _runs(year).items():
        listed |= _listed(run, of_year, year, on)
    return Entitlement.objects.filter(listed, _reached(scope))


def _unclaimed(scope: Scope, year: int, on: dt.date | None = None) -> QuerySet[Entitlement]:
    return _in_scope(scope, year, on).filter(state=State.OPEN)


def lacking(*, one_fact: bool | None = None) -> Q:
    """Answers of living people that lack facts: just one, several, or either. The dead are asked nothing."""
    found = Q(state=State.UNCLEAR) & ~registry.is_dead("person_id")
    if one_fact is None:
        return found
    several = Q(missing__contains=SEVERAL)
    return found & ~several if one_fact else found & several


def counts(*, scope: Scope, year: int) -> dict[str, dict[str, int]]:
    """What waits and what was claimed in the year, by programme, for the scope.

    Returns
    -------
    dict
        ``{programme: {"open": …, "open_earlier": …, "needs_information": …, "claimed": …}}``. ``open`` and
        ``needs_information`` hold what a year before gives and can still be claimed; ``open_earlier`` says
        how much of ``open`` that is. ``claimed`` is of the year itself.
    """
    names = ("open", "open_earlier", "needs_information", "claimed")
    result = {programme.code: dict.fromkeys(names, 0) for programme in programmes.in_force()}
    reached = _reached(scope)
    for run, of_year in _runs(year).items():
        waiting = Q(state__in=(State.OPEN, State.UNCLEAR))
        listed = Entitlement.objects.filter(_listed(run, of_year, year), waiting, reached)
        for state, programme, number in listed.values_list("state", "programme").annotate(n=Count("*")):
            result[programme]["open" if state == State.OPEN else "needs_information"] += number
            if state == State.OPEN and of_year != year:
                result[programme]["open_earlier"] += number
    claimed = Claim.objects.standing().filter(reached, year=year)
    for programme, number in claimed.values_list("programme").annotate(n=Count("*")):
        if programme in result:
            result[programme]["claimed"] = number
    return result


def worklist(
    *,
    scope: Scope,
    year: int,
    programme: str | None = None,
    unclear: bool = False,
    one_fact: bool | None = None,
    language: str = "zh",
    page: int = 1,
    size: int = 50,
) -> WorklistPage:
    """A page of people entitled and not yet claimed, the nearest deadline first. Constant in queries.

    Parameters
    ----------
    unclear
        The living people whose answer lacks facts, instead.
    one_fact
        Of these the ones whom a single fact decides; with false those who lack several.
    """
    reached = _reached(scope)
    wanted = lacking(one_fact=one_fact) if unclear else Q(state=State.OPEN)
    if programme:
        wanted &= Q(programme=programme)
    parts = [
        Entitlement.objects.filter(_listed(run, of_year, year), wanted, reached).annotate(year=Value(of_year))
        for run, of_year in _runs(year).items()
    ]
    total = sum(part.count() for part in parts)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    chosen = _in_order(parts, (page - 1) * size, page * size)
    items = items_of(chosen, scope=scope, language=language)
    return WorklistPage(items, total, page, pages)


def items_of(chosen: Iterable[Entitlement], *, scope: Scope, language: str) -> tuple[WorkItem, ...]:
    """Entries with whom they are about; those of people out of reach are left out. One query."""
    people = registry.people({entry.person_id for entry in chosen}, scope=scope)
    titles = {programme.code: programme.title_in(language) for programme in programmes.in_force()}
    return tuple(
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
            missing=tuple(_label(fact, language) for fact in _missing(entry) if not fact.sensitive),
            withheld=any(fact.sensitive for fact in _missing(entry)),
            found_at=entry.found_at,
        )
        for entry in chosen
        if entry.person_id in people
    )


def _missing(entry: Entitlement) -> list[schema.Fact]:
    return [schema.BY_NAME[name] for name in entry.missing.split(SEVERAL) if name in schema.BY_NAME]


def _label(fact: schema.Fact, language: str) -> str:
    return fact.zh if language.startswith("zh") else fact.en


def _in_order(parts: list[Any], start: int, stop: int) -> list[Entitlement]:
    """The rows at these places of all parts put together in the order of the list.

    Each part is walked along its index, and only as far as needed.
    """
    order = ("due", "household_id", "person_id", "programme", "year")
    walks = [part.values_list("pk", *order) for part in parts]
    if not walks:
        return []
    walk = walks[0].union(*walks[1:], all=True) if len(walks) > 1 else walks[0]
    numbers = [pk for pk, *_rest in walk.order_by(*order)[start:stop]]
    rows = Entitlement.objects.select_related("evaluation").in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


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
    today = clock.today()
    claims = Claim.objects.standing().filter(
        year__in=(year - 1, year), person_id__in=[row["person_id"] for row in facts]
    )
    claimed = set(claims.values_list("person_id", "programme", "year"))
    people = []
    for row in facts:
        person: int = row["person_id"]  # type: ignore[assignment]
        asked = programmes.of_row(row)
        before = (programme.evaluate_one(row, year - 1) for programme in asked)
        people.append(
            PersonEntitlements(
                person_id=person,
                results=tuple(programme.evaluate_one(row, year) for programme in asked),
                claimed=frozenset(p.code for p in asked if (person, p.code, year) in claimed),
                earlier=tuple(
                    answer
                    for answer in before
                    if answer.outcome in CLAIMABLE
                    and answer.claim_by is not None
                    and answer.claim_by >= today
                ),
                earlier_claimed=frozenset(p.code for p in asked if (person, p.code, year - 1) in claimed),
            )
        )
    return people
