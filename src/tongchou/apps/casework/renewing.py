"""The yearly check (年审): cases of the year before go on without a new application.

A family whose right goes on does nothing. Records of deaths are compared, or the village worker visits;
nobody comes to an office to be seen, and nobody's face is scanned.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import clocks, kinds, numbering, opening, pinning, reach, sealing
from tongchou.apps.casework.models import Applicant, Case, Channel, Desk, Payee, State
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.casework.kinds import CaseKind
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import NOT_ENTITLED

#: Cases carried over in one transaction at most.
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a chunk did: begun anew, left because the rules no longer give it, the last one seen."""

    begun: int
    no_longer: int
    after_id: int
    done: bool


def renew_chunk(*, kind: str, year: int, after_id: int, by: Account, at: dt.datetime) -> Renewed:
    """Begin the cases of a year for those approved the year before, at most ``CHUNK`` of them.

    Whoever has a case for the year keeps it; whoever the rules no longer give it stays with last year's case,
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
    ).exclude(person_id__in=held.exclude(state__in=(State.REFUSED, State.WITHDRAWN)))
    rows = list(before.order_by("pk")[:CHUNK])
    begun = no_longer = 0
    told = {case.person_id: sealing.unseal(case.sealed, case.person_id).told for case in rows}
    answers = pinning.ask(chosen, told, year=year, on=today) if rows else {}
    with transaction.atomic():
        registry.stand_still()
        where = registry.whereabouts(list(told))
        payees = _payees(rows)
        numbers = numbering.take(today.year, len(rows)) if rows else []
        for case, number in zip(rows, numbers, strict=True):
            answer = answers.get(case.person_id)
            if answer is None or answer.outcome == NOT_ENTITLED:
                no_longer += 1
                continue
            made = opening.record(
                _next(case, chosen, number, answer, where[case.person_id], today, by, at),
                chosen,
                answer,
                by=by,
                at=at,
            )
            if case.pk in payees:
                sealed, index = sealing.seal_payee(payees[case.pk], made.pk)
                Payee.objects.create(case=made, sealed=sealed, account_index=index, by=by, at=at)
            begun += 1
    return Renewed(begun, no_longer, rows[-1].pk if rows else after_id, len(rows) < CHUNK)


def _payees(rows: list[Case]) -> dict[int, sealing.PayTo]:
    found = Payee.objects.filter(case__in=[case.pk for case in rows]).order_by("pk")
    newest = dict(found.values_list("case_id", "sealed"))
    return {case: sealing.unseal_payee(sealed, case) for case, sealed in newest.items()}


def _next(
    case: Case,
    kind: CaseKind,
    number: str,
    answer: Explanation,
    where: dict[str, Any],
    today: dt.date,
    by: Account,
    at: dt.datetime,
) -> Case:
    stage = kind.renewal[0]
    ends = clocks.of_stage(stage, today)
    whole = clocks.of_case(kind, today, ends.on)
    return Case(
        number=number,
        kind=kind.code,
        version=kinds.pin(kind, at),
        private=case.private,
        person_id=case.person_id,
        household_id=case.household_id,
        year=case.year + 1,
        amount_fen=answer.amount_fen,
        handling_area_id=where["registered_area_id"],
        handling_scope=where["registered_scope"],
        channel=Channel.HOME,
        applicant=Applicant.SELF,
        sealed=case.sealed,
        previous=case,
        state=State.RUNNING,
        accepted=True,
        accepted_on=today,
        stage_code=stage.code,
        desk=Desk(stage.level),
        stage_since=today,
        stage_due=ends.on,
        due=whole.on,
        provisional=ends.provisional or whole.provisional,
        opened_by=by,
        opened_at=at,
        **where,
    )
