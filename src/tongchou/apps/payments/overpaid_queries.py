"""Overpayments as their readers see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import queries, reach, recovery, sealing
from tongchou.apps.payments.models import (
    Instalment,
    Overpayment,
    OverpaymentState,
    Recovery,
    Waiver,
    WaiverState,
)
from tongchou.core import clock, scope
from tongchou.core.errors import NotFound

if TYPE_CHECKING:
    from tongchou.core.models import Account


@dataclass(frozen=True, slots=True)
class OverpaymentView:
    """One overpayment: the plan, what came back, what is asked for and what the reader may do."""

    overpayment: Overpayment
    name: str
    words: str
    open: int
    parts: Sequence[tuple[Instalment, int]]  # of the plan, with how much of each came back
    recoveries: Sequence[Recovery]
    waiver: Waiver | None  # the one that waits
    waiver_words: str
    may_decide: bool
    may_decide_waiver: bool
    may_record: bool
    may_reverse: bool
    own_waits: bool

    @property
    def running(self) -> bool:
        """Whether anybody still has something to do about it."""
        return self.overpayment.state in (OverpaymentState.WAITING, OverpaymentState.RUNNING)

    @property
    def nothing_to_do(self) -> bool:
        return not (self.may_decide or self.may_decide_waiver or self.may_record or self.own_waits)


def overpayment_list(by: Account, on: dt.date) -> QuerySet[Overpayment]:
    """Those the account may read: what waits first, then what runs, then the rest, the newest first."""
    order = Case(
        When(state=OverpaymentState.WAITING, then=Value(0)),
        When(state=OverpaymentState.RUNNING, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return reach.overpayments(by, on).select_related("asked_by").order_by(order, "-pk")


def overpayment_view(number: int, by: Account, at: dt.datetime) -> OverpaymentView:
    """One overpayment.

    Raises
    ------
    NotAllowed, NotFound
    """
    inside = reach.areas(by, reach.VIEW, at)
    found = Overpayment.objects.filter(inside.q("scope_no"), pk=number)
    one = found.select_related("row__batch", "asked_by", "decided_by").first()
    if one is None:
        raise NotFound("payments.no_overpayment", _("There is no such overpayment in your areas."))
    people = queries.sees_people(by, one.row.batch, at)
    (line,) = queries.row_lines([one.row], people=people)
    waiver = Waiver.objects.filter(overpayment=one, state=WaiverState.WAITING).first()
    on = clock.date_of(at)
    review = scope.of(by, on, permission=reach.REVIEW).covers(one.scope_no)
    build = scope.of(by, on, permission=reach.BUILD).covers(one.scope_no)
    waiting = one.state == OverpaymentState.WAITING
    return OverpaymentView(
        overpayment=one,
        name=line.name,
        words=sealing.unseal_words(one.sealed, "overpayment", one.row_id) if people else "",
        open=0 if one.state == OverpaymentState.REFUSED else recovery.open_of(one),
        parts=_filled(one),
        recoveries=list(
            one.recoveries.filter(entry__reversed_by=None).select_related("entry__by").order_by("entry__no")
        ),
        waiver=waiver,
        waiver_words=sealing.unseal_words(waiver.sealed, "waiver", one.pk) if waiver and people else "",
        may_decide=waiting and review and one.asked_by_id != by.pk,
        may_decide_waiver=waiver is not None and review and waiver.asked_by_id != by.pk,
        may_record=one.state == OverpaymentState.RUNNING and build,
        may_reverse=scope.of(by, on, permission=reach.MANAGE).covers(one.scope_no),
        own_waits=(waiting and one.asked_by_id == by.pk)
        or (waiver is not None and waiver.asked_by_id == by.pk),
    )


def _filled(one: Overpayment) -> list[tuple[Instalment, int]]:
    """The parts of the plan with what came back of each: the earliest first."""
    left, found = one.recovered_fen, []
    for part in one.instalments.order_by("no"):
        came = min(part.fen, left)
        left -= came
        found.append((part, came))
    return found
