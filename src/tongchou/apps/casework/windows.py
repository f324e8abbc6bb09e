"""Whether an application comes in time: not before its year can be applied for, not after its last day.

Source: Management Rules of the Childcare Subsidy (trial), 国卫办人口发〔2025〕24号, Art. 12: it is applied
for year by year; who applies late loses that year's subsidy, and later years can still be claimed while
they give something. The days are the rule's own (``claim_by``, ``claiming``); what sets none can be
applied for before its year.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import pinning, sealing
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.moving import Open
from tongchou.apps.entitlements import api as entitlements
from tongchou.core import clock
from tongchou.core.errors import Conflict
from tongchou.domain.casework.kinds import CaseKind
from tongchou.domain.policy.explanation import Explanation
from tongchou.domain.policy.outcomes import NEEDS_INFORMATION, NOT_ENTITLED


def early(kind: CaseKind, year: int, on: dt.date) -> str:
    """What is said of an application that comes before its year can be applied for; empty when it may come.

    A year that has a window is not taken before it: the family may move until then, and would be tied to the
    office it applied at; nothing would be decided sooner. The whole year is left to apply in.
    """
    return entitlements.early_words(kind.programme, year, on)


def missed(case: Case, answer: Explanation | None) -> dt.date | None:
    """The last day to apply when the application came after it, else None.

    A case may be begun later than the application came: the day it runs from counts, and a claim of the
    family that was recorded in time.
    """
    by = answer.claim_by if answer is not None else None
    if answer is None or by is None:
        return None
    begun = clock.date_of(case.opened_at)
    if min(begun, case.due_from or begun) <= by:
        return None
    claimed = entitlements.claimed_on(person_id=case.person_id, programme=answer.programme, year=case.year)
    return by if claimed is None or claimed > by else None


def later_year(found: Open, on: dt.date) -> int | None:
    """The first year after that of a case, up to the next, that is not refused and can still be applied for.

    None where there is none: the person has died, is too old for the programme, or every last day is past.
    """
    case = found.case
    told = {case.person_id: sealing.unseal(case.sealed, case.person_id).told}
    for year in range(case.year + 1, on.year + 2):
        answer = pinning.ask(found.kind, told, year=year, on=on).get(case.person_id)
        if answer is None or answer.outcome == NOT_ENTITLED:
            continue
        if answer.outcome == NEEDS_INFORMATION and "death_year" in answer.missing:
            continue
        if answer.claim_by is None or answer.claim_by >= on:
            return year
    return None


def require_in_time(found: Open, answer: Explanation | None, words: str, on: dt.date) -> None:
    """Refuse to review or approve what came too late, unless the officer's words say why it counts.

    And what comes too early: a year that is applied for year by year is not decided before it begins, as
    whoever it is for may die, move or be adopted until then.

    Raises
    ------
    Conflict
        ``casework.too_late``, ``casework.too_early``.
    """
    if found.stage.kind not in ("review", "approval"):
        return
    if answer is not None and answer.claim_by is not None and found.case.year > on.year:
        message = _("%(year)s has not begun. What is for that year is decided from its first day on.")
        raise Conflict("casework.too_early", message % {"year": found.case.year})
    if words:
        return
    by = missed(found.case, answer)
    if by is not None:
        message = _(
            "The last day to apply for %(year)s was %(day)s, and this came after it. Refuse it for that "
            "reason, or say in the words why it counts as in time."
        )
        raise Conflict("casework.too_late", message % {"year": found.case.year, "day": by.isoformat()})
