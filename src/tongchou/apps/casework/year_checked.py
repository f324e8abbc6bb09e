"""How the yearly check stands: what went on, was confirmed and how, is to be seen, was held or ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tongchou.apps.casework import kinds, reach
from tongchou.apps.casework.models import Act, Case, Decision, State
from tongchou.core import access
from tongchou.core.models import Account
from tongchou.core.scope import Scope

_GONE = (State.REFUSED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class YearChecked:
    """One kind and year. All are cases; none of them names anybody.

    ``before`` were granted the year before; ``begun`` of them went on, ``no_longer`` stay for an officer to
    end as the rules give them nothing more, ``ended`` were ended. Of ``begun``: ``by_records`` and
    ``by_visit`` were confirmed, ``to_see`` still are to be, ``held`` wait for something to be cleared up or
    for the family, ``at_county`` lie with the county, ``approved`` are done, ``refused`` were refused or
    withdrawn.
    """

    kind: str
    title_zh: str
    title_en: str
    year: int
    before: int = 0
    begun: int = 0
    by_records: int = 0
    by_visit: int = 0
    to_see: int = 0
    held: int = 0
    at_county: int = 0
    approved: int = 0
    refused: int = 0
    ended: int = 0
    no_longer: int = 0


def year_checked(*, years: Iterable[int], by: Account, on: dt.date) -> tuple[YearChecked, ...]:
    """Each renewed kind and year in the account's areas in which anything was checked. Three queries and one.

    Private kinds only where the account is named.

    Raises
    ------
    NotAllowed
        When the account may not approve.
    """
    areas = access.require(by, reach.APPROVE, on=on)
    renewed = {one.code: one for one in kinds.in_force() if one.renewal}
    seen_at = {
        stage.code for one in renewed.values() for stage in one.renewal if stage.kind == "verification"
    }
    chosen = sorted(set(years))
    cases = _readable(areas, by).filter(kind__in=renewed)
    found = {
        (kind, year): YearChecked(kind, renewed[kind].public_title.zh, renewed[kind].public_title.en, year)
        for year in chosen
        for kind in renewed
    }
    for kind, year, before, ended, no_longer in (
        cases.filter(year__in=[one - 1 for one in chosen], state__in=(State.APPROVED, State.ENDED))
        .annotate(went_on=Exists(_next_year()))
        .values("kind", "year")
        .annotate(
            before=Count("pk"),
            ended=Count("pk", filter=Q(state=State.ENDED, went_on=False)),
            no_longer=Count("pk", filter=Q(state=State.APPROVED, went_on=False)),
        )
        .values_list("kind", "year", "before", "ended", "no_longer")
    ):
        one = found[kind, year + 1]
        found[kind, year + 1] = replace(one, before=before, ended=ended, no_longer=no_longer)
    running, here = Q(state=State.RUNNING), Q(stage_code__in=seen_at)
    gone_on = cases.filter(year__in=chosen, previous__isnull=False)
    for row in gone_on.values("kind", "year").annotate(
        begun=Count("pk"),
        to_see=Count("pk", filter=running & here),
        at_county=Count("pk", filter=running & ~here),
        held=Count("pk", filter=Q(state__in=(State.SUSPENDED, State.WAITING))),
        approved=Count("pk", filter=Q(state=State.APPROVED)),
        refused=Count("pk", filter=Q(state__in=_GONE)),
        over=Count("pk", filter=Q(state=State.ENDED)),
    ):
        one = found[row.pop("kind"), row.pop("year")]
        ended = one.ended + row.pop("over")
        found[one.kind, one.year] = replace(one, ended=ended, **row)
    seen = Decision.objects.filter(case__in=gone_on.values("pk"), act=Act.PASS, stage_code__in=seen_at)
    for kind, year, how, number in (
        seen.values("case__kind", "case__year", "reasons")
        .annotate(n=Count("case", distinct=True))
        .values_list("case__kind", "case__year", "reasons", "n")
    ):
        name = "by_visit" if how == "home_visit" else "by_records"
        found[kind, year] = replace(found[kind, year], **{name: number})
    return tuple(one for one in found.values() if one.begun or (one.before and one.year == min(chosen)))


def _readable(areas: Scope, by: Account) -> QuerySet[Case]:
    named = reach.named([by.pk])
    private = Q(private=False) if named.is_empty else Q(private=False) | named.q("handling_scope")
    return Case.objects.filter(areas.q("handling_scope"), private)


def _next_year() -> QuerySet[Case]:
    """The case somebody has for the year after, whatever became of it: one that was refused was begun too."""
    later = Case.objects.alias(before=F("year") - 1)
    return later.filter(person_id=OuterRef("person_id"), kind=OuterRef("kind"), before=OuterRef("year"))
