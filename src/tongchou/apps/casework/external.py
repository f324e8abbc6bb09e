"""The number a case has elsewhere: of 12345, of a petition, of a national system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import moving, reach
from tongchou.apps.casework.models import Case
from tongchou.core import audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account

LONGEST = 60


@transaction.atomic
def set_external(*, case_id: int, number: str, by: Account, at: dt.datetime) -> None:
    """Keep the number of a case elsewhere; the same again changes nothing, an empty one takes it away.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not begin cases there.
    Invalid
        ``casework.external`` when it is too long, or holds what no number does.
    """
    wanted = _checked(number)
    found = moving.locked(case_id, by, at)
    moving.require_turn(found, by, at, reach.OPEN)
    _set([found.case], {case_id: wanted}, by, at)


@transaction.atomic
def set_external_many(*, numbers: Mapping[int, str], by: Account, at: dt.datetime) -> int:
    """Keep numbers of many cases the account may read; how many changed. Three queries and one a change.

    For whoever has compared a national system's answer row by row; who may do that is the caller's to ask.
    """
    wanted = {case: _checked(number) for case, number in numbers.items()}
    found = reach.readable(by, clock.date_of(at)).filter(pk__in=wanted).select_for_update(of=("self",))
    return _set(list(found.order_by("pk")), wanted, by, at)


def _set(cases: list[Case], wanted: Mapping[int, str], by: Account, at: dt.datetime) -> int:
    changed = [case for case in cases if case.external != wanted[case.pk]]
    for case in changed:
        case.external = wanted[case.pk]
    Case.objects.bulk_update(changed, ["external"], batch_size=500)
    for case in changed:
        audit.append(
            by=by,
            action="casework.external",
            subject=f"case:{case.pk}",
            scope_no=case.handling_scope,
            at=at,
            detail={"given": bool(case.external)},
        )
    return len(changed)


def _checked(number: str) -> str:
    text = number.strip()
    if len(text) > LONGEST or not text.isprintable() or text.startswith(("=", "+", "@")):
        raise Invalid("casework.external", _("At most 60 characters."), field="external")
    return text
