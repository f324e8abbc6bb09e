"""The yearly check (年审): cases of the year before go on without a new application.

A family whose right goes on does nothing. Records of deaths are compared, or the village worker visits;
nobody comes to an office to be seen, and nobody's face is scanned.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import kinds, numbering, opening, pinning, reach, sealing
from tongchou.apps.casework.models import Applicant, Case, Channel, Payee, State
from tongchou.apps.registry import api as registry
from tongchou.core import access, calendar, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.policy.outcomes import NOT_ENTITLED

#: Cases carried over in one transaction at most.
CHUNK = 200
#: Cases of the year beside which one is begun: applications that came to nothing. What the yearly check
#: began itself, and an officer refused or the family withdrew, stays so, however often the check is run.
_AGAIN: Final = Q(state__in=(State.REFUSED, State.WITHDRAWN), previous=None)


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a chunk did: begun anew, left because the rules no longer give it, the last one seen."""

    begun: int
    no_longer: int
    after_id: int
    done: bool


@calendar.steady()
def renew_chunk(*, kind: str, year: int, after_id: int, by: Account, at: dt.datetime) -> Renewed:
    """Begin the cases of a year for those approved the year before, at most ``CHUNK`` of them.

    Whoever has a case for the year keeps it, and one the check began and that came to nothing is not begun
    again; whoever the rules no longer give it stays with last year's case,
    for an officer to end with reasons. Called again after ``after_id`` until ``done``; a second run does
    nothing twice.

    Raises
    ------
    NotAllowed
        When the account may not approve.
    Invalid
        ``casework.no_renewal`` for a kind each year of which is applied for; ``casework.year``.
    """
    today = clock.date_of(at)
    areas = access.require(by, reach.APPROVE, on=today)
    chosen = kinds.kind_of(kind)
    if not chosen.renewal:
        raise Invalid("casework.no_renewal", _("This is applied for every year; nothing is carried over."))
    if not today.year - 1 <= year <= today.year + 1:
        raise Invalid("casework.year", _("Choose last year, this year or next year."))
    if chosen.kind == "private":
        areas = areas.meets(reach.named([by.pk]))
    held = Case.objects.filter(areas.q("handling_scope"), kind=kind, year=year).values("person_id")
    before = Case.objects.filter(
        areas.q("handling_scope"), kind=kind, year=year - 1, state=State.APPROVED, pk__gt=after_id
    ).exclude(person_id__in=held.exclude(_AGAIN))
    rows = list(before.order_by("pk")[:CHUNK])
    begun = no_longer = 0
    told = {case.person_id: sealing.unseal(case.sealed, case.person_id).told for case in rows}
    answers = pinning.ask(chosen, told, year=year, on=today) if rows else {}
    with transaction.atomic():
        registry.stand_still()
        going = _going_on(rows, year)
        where, version = registry.whereabouts(list(told)), kinds.pin(chosen, at)
        payees = _payees(rows)
        numbers = numbering.take(today.year, len(rows)) if rows else []
        for case, number in zip(rows, numbers, strict=True):
            if case.pk not in going:
                continue
            answer = answers.get(case.person_id)
            if answer is None or answer.outcome == NOT_ENTITLED:
                no_longer += 1
                continue
            made = opening.prepared(
                chosen,
                version,
                chosen.renewal[0],
                number=number,
                year=year,
                person_id=case.person_id,
                household_id=case.household_id,
                where=where[case.person_id],
                answer=answer,
                on=today,
            )
            _go_on(made, case, today, by, at)
            opening.record(made, chosen, answer, by=by, at=at)
            if case.pk in payees:
                sealed, index = sealing.seal_payee(payees[case.pk], made.pk)
                Payee.objects.create(case=made, sealed=sealed, account_index=index, by=by, at=at)
            begun += 1
    return Renewed(begun, no_longer, rows[-1].pk if rows else after_id, len(rows) < CHUNK)


def _going_on(rows: list[Case], year: int) -> set[int]:
    """Those of the cases that are still approved and followed by none: another check may have been faster.

    Asked when the registry stands still, which every beginning of a case waits for. Two queries.
    """
    if not rows:
        return set()
    begun = Case.objects.filter(person_id__in=[case.person_id for case in rows], kind=rows[0].kind, year=year)
    held = set(begun.exclude(_AGAIN).values_list("person_id", flat=True))
    approved = Case.objects.filter(pk__in=[case.pk for case in rows], state=State.APPROVED)
    return {pk for pk, person in approved.values_list("pk", "person_id") if person not in held}


def _payees(rows: list[Case]) -> dict[int, sealing.PayTo]:
    found = Payee.objects.filter(case__in=[case.pk for case in rows]).order_by("pk")
    newest = dict(found.values_list("case_id", "sealed"))
    return {case: sealing.unseal_payee(sealed, case) for case, sealed in newest.items()}


def _go_on(made: Case, before: Case, today: dt.date, by: Account, at: dt.datetime) -> None:
    """What a case that goes on needs nobody to do: it is accepted, and applied for as the year before."""
    made.state, made.accepted, made.accepted_on = State.RUNNING.value, True, today
    made.channel, made.applicant, made.sealed = Channel.HOME.value, Applicant.SELF.value, before.sealed
    made.previous, made.opened_by, made.opened_at = before, by, at
