"""Printing: each sheet is noted with the reason before it is set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tongchou.apps.certificates import reach, sealing
from tongchou.apps.certificates.models import Certificate, Form, Print, Why
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.domain.certificates.claims import Claims


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a printed certificate: its claims, and the token its square says. ``copy`` counts."""

    claims: Claims
    token: str
    copy: int


@transaction.atomic
def print_some(
    *,
    certificate_ids: Collection[int],
    form: str,
    make: Callable[[list[Sheet]], bytes],
    why: str = "",
    by: Account,
    at: dt.datetime,
) -> tuple[list[Sheet], bytes]:
    """Print sheets of some certificates, in the order of their numbers, and note each. Five queries.

    ``make`` sets them: what could not be set is not noted. ``why`` is asked for whatever was printed before.

    Raises
    ------
    NotAllowed, NotFound
        When the account prints none, or one of them is not in its areas.
    Invalid
        ``certificates.none_chosen``; ``certificates.form``; ``certificates.why`` when a copy was printed
        before and no reason is given.
    Conflict
        ``certificates.revoked`` or ``certificates.expired``: what no longer holds is not printed.
    CannotPrint
        From ``make``, when a name cannot be drawn whole.
    """
    today = clock.date_of(at)
    areas = access.require(by, reach.PRINT, on=today)
    if form not in Form.values:
        raise Invalid("certificates.form", _("Choose the sheet or the card."), field="form")
    wanted = set(certificate_ids)
    if not wanted:
        raise Invalid("certificates.none_chosen", _("Tick at least one certificate."), field="certificate")
    rows = list(
        Certificate.objects.select_for_update().filter(areas.q("scope_no"), pk__in=wanted).order_by("number")
    )
    if not rows or len(rows) < len(wanted):
        raise reach.no_certificate()
    reach.require_valid(rows, today)
    before = dict(
        Print.objects.filter(certificate__in=rows)
        .values("certificate")
        .annotate(number=Count("*"))
        .values_list("certificate", "number")
    )
    if before and (why not in Why.values or why == Why.FIRST):
        raise Invalid("certificates.why", _("A copy was printed before. Say why again."), field="why")
    sheets = []
    for one in rows:
        token = sealing.unseal(one.token, one.number)
        sheets.append(Sheet(sealing.claims_of(token), token, before.get(one.pk, 0) + 1))
    file = make(sheets)
    Print.objects.bulk_create(
        [
            Print(
                certificate=one,
                copy=sheet.copy,
                form=form,
                why=why if sheet.copy > 1 else Why.FIRST,
                by=by,
                at=at,
            )
            for one, sheet in zip(rows, sheets, strict=True)
        ]
    )
    audit.append(
        by=by,
        action="certificates.print",
        subject=f"certificate:{rows[0].pk}",
        scope_no=rows[0].scope_no,
        at=at,
        detail={"numbers": [one.number for one in rows], "form": form},
    )
    return sheets, file
