"""What an approved case gives, and what keeps it from being given twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import kinds, payee_notes, sealing
from tongchou.apps.casework.models import Award, Case, Payee, State
from tongchou.apps.casework.moving import Open
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict
from tongchou.core.scope import Scope
from tongchou.domain.policy.overlaps import holding, settle
from tongchou.policies import Law
from tongchou.policies.areas import laws

#: No single award is larger (1,000,000 yuan): a slip of the finger is not a payment.
MOST_FEN: Final = 100_000_000
#: Whoever pays says which of some awards money has gone out for, or is on its way.
Spent = Callable[[Collection[int]], Collection[int]]
_spent: list[Spent] = []
#: And which payments came back because of their account: rows of ``case_id`` and ``came_back_at``.
Refused = Callable[[], QuerySet[Any]]
_refused: list[Refused] = []


def pays(spent: Spent, refused: Refused | None = None) -> None:
    """Note who knows what has been paid and what came back; noting the same twice changes nothing."""
    if spent not in _spent:
        _spent.append(spent)
    if refused is not None and refused not in _refused:
        _refused.append(refused)


def refused_accounts() -> list[QuerySet[Any]]:
    """Payments of cases that came back because of their account and are not on their way again."""
    return [refused() for refused in _refused]


@dataclass(frozen=True, slots=True)
class AwardLine:
    """An award as whoever pays it sees it: whose and how much, not yet to which account."""

    award_id: int
    case_id: int
    case_number: str
    kind: str
    year: int
    person_id: int
    household_id: int | None
    amount_fen: int
    approved_at: dt.datetime
    handling_area_id: int
    handling_scope: int
    private: bool
    has_payee: bool


def require_payable(found: Open, at: dt.datetime) -> None:
    """Refuse to approve what cannot be paid: no amount, or another programme is paid instead.

    Raises
    ------
    Conflict
        ``casework.no_amount``; ``casework.overlap`` with the words of the rule that lets only one be paid.
    """
    case = found.case
    if found.kind.gives != "money":
        return
    if case.amount_fen is None:
        raise Conflict("casework.no_amount", _("No amount is set yet. The county enters it first."))
    if not found.kind.programme:
        return
    code = found.kind.programme
    others = Award.objects.filter(person_id=case.person_id, year=case.year, void_at=None).exclude(case=case)
    known = {one.code: one for one in kinds.in_force()}
    amounts: dict[str, int] = {}
    private: set[str] = set()
    for kind, amount in others.values_list("kind", "amount_fen"):
        programme = known[kind].programme if kind in known else kind
        amounts[programme] = amount
        if kind in known and known[kind].kind == "private":
            private.add(programme)
    if not amounts:
        return
    overlaps = holding(_law_of(case.person_id).overlaps, case.year)
    for paid in settle({**amounts, code: case.amount_fen}, overlaps):
        if paid.overlap is None or (paid.programme != code and paid.programme not in amounts):
            continue
        if {paid.programme, paid.instead} & private and found.kind.kind != "private":
            # What a private case is about is no business of whoever decides on another one.
            raise Conflict(
                "casework.overlap",
                _(
                    "Only one of two benefits is paid to this person in the year, by the rule on the page "
                    "of the programme. Leave the case as it is: the officers named for the other one look "
                    "at both."
                ),
            )
        words = paid.overlap.told(get_language() or "zh")
        message = _("Only one of two benefits is paid: %(words)s. End the other case first if this is more.")
        raise Conflict("casework.overlap", message % {"words": words}, instead=paid.instead)


def _law_of(person_id: int) -> Law:
    """The law of the place where somebody is registered. Two queries where areas set law of their own."""
    there = laws()
    if not there.overlays:
        return there.here
    area = registry.whereabouts([person_id]).get(person_id, {}).get("registered_area_id")
    return there.of(places.Area.objects.filter(pk=area).values_list("code", flat=True).first())


def award(found: Open, at: dt.datetime) -> Award | None:
    """Make the award of a case just approved; None where it gives no money."""
    case = found.case
    if found.kind.gives != "money" or case.amount_fen is None:
        return None
    made, _new = Award.objects.update_or_create(
        case=case,
        defaults={
            "kind": case.kind,
            "year": case.year,
            "person_id": case.person_id,
            "household_id": case.household_id,
            "amount_fen": case.amount_fen,
            "approved_at": at,
            "handling_area_id": case.handling_area_id,
            "handling_scope": case.handling_scope,
            "void_at": None,
            "has_payee": Payee.objects.filter(case=case).exists(),
        },
    )
    return made


def void(case: Case, at: dt.datetime) -> None:
    """Take the award of a case back that is opened again.

    Raises
    ------
    Conflict
        ``casework.paid`` when money has gone out for it or is on its way.
    """
    for one in Award.objects.select_for_update().filter(case=case, void_at=None):
        if paid_of([one.pk]):
            message = _("Money has gone out for this case. End it; what was paid is talked over separately.")
            raise Conflict("casework.paid", message)
        one.void_at = at
        one.save(update_fields=["void_at"])


def stop(case: Case, at: dt.datetime) -> None:
    """Pay nothing more of a case that ends; what has gone out stays."""
    for one in Award.objects.select_for_update().filter(case=case, void_at=None):
        if not paid_of([one.pk]):
            one.void_at = at
            one.save(update_fields=["void_at"])


def paid_of(awards: Collection[int]) -> set[int]:
    """Those of some awards for which money has gone out or is on its way."""
    return {number for spent in _spent for number in spent(awards)}


def awards_ready(
    *, scope: Scope, kinds: Collection[str] | None = None, after_id: int = 0, limit: int = 1000
) -> list[AwardLine]:
    """Awards to be paid for the first time, by number after ``after_id``, at most ``limit``. Two queries."""
    found = _payable().filter(scope.q("handling_scope"), tried=False, pk__gt=after_id)
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    rows = list(found.order_by("pk").select_related("case")[:limit])
    cases = [one.case_id for one in rows]
    given = set(Payee.objects.filter(case__in=cases).values_list("case_id", flat=True))
    return [_line(one, one.case_id in given) for one in rows]


def awards(numbers: Collection[int]) -> dict[int, AwardLine]:
    """Awards by number, void ones left out. Two queries."""
    rows = Award.objects.filter(pk__in=numbers, void_at=None).select_related("case")
    found = {one.pk: one for one in rows}
    cases = [one.case_id for one in found.values()]
    given = set(Payee.objects.filter(case__in=cases).values_list("case_id", flat=True))
    return {pk: _line(one, one.case_id in given) for pk, one in found.items()}


@transaction.atomic
def hold_awards(numbers: Collection[int]) -> set[int]:
    """Lock awards until the transaction ends; those of them that can be paid."""
    rows = _payable().select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def payable(numbers: Collection[int]) -> set[int]:
    """Those of some awards that can be paid; nothing is locked. One query."""
    return set(_payable().filter(pk__in=numbers).values_list("pk", flat=True))


def _payable() -> QuerySet[Award]:
    """Awards that stand, and of whose account no change waits.

    What was on its way when its case ended stays an award; it is not paid again.
    """
    standing = Award.objects.filter(void_at=None).exclude(case__state=State.ENDED)
    return standing.exclude(case__in=payee_notes.cases_that_wait())


def note_tried(numbers: Collection[int]) -> None:
    """Whoever pays says that payments of these awards are on their way. Inside its transaction; one query."""
    Award.objects.filter(pk__in=numbers, tried=False).update(tried=True)


def note_untried(numbers: Collection[int]) -> None:
    """Whoever pays says that these were taken out again before anything went out. One query.

    Of a case that has ended meanwhile nothing waits any more.
    """
    ended = Case.objects.filter(state=State.ENDED, award__pk__in=numbers).values("pk")
    Award.objects.filter(pk__in=numbers, tried=True).exclude(case__in=ended).update(tried=False)


def tried_awards(*, scope: Scope, kinds: Collection[str]) -> list[int]:
    """Awards that stand, are not over, and are said to be on their way, paid or come back. One query."""
    found = Award.objects.filter(scope.q("handling_scope"), kind__in=list(kinds), void_at=None, tried=True)
    return list(found.exclude(case__state=State.ENDED).order_by("pk").values_list("pk", flat=True))


def tried_of(numbers: Collection[int]) -> set[int]:
    """Those of some awards that are said to be on their way, paid or come back. One query."""
    return set(Award.objects.filter(pk__in=numbers, tried=True).values_list("pk", flat=True))


def payees(numbers: Collection[int]) -> dict[int, sealing.PayTo]:
    """The newest account of awards, opened: for what is frozen and for the bank alone. One query."""
    rows = Payee.objects.filter(case__award__pk__in=numbers).order_by("pk")
    newest = {
        award: (sealed, case) for award, sealed, case in rows.values_list("case__award", "sealed", "case")
    }
    return {award: sealing.unseal_payee(sealed, case) for award, (sealed, case) in newest.items()}


def _line(one: Award, has_payee: bool) -> AwardLine:
    return AwardLine(
        award_id=one.pk,
        case_id=one.case_id,
        case_number=one.case.number,
        kind=one.kind,
        year=one.year,
        person_id=one.person_id,
        household_id=one.household_id,
        amount_fen=one.amount_fen,
        approved_at=one.approved_at,
        handling_area_id=one.handling_area_id,
        handling_scope=one.handling_scope,
        private=one.case.private,
        has_payee=has_payee,
    )
