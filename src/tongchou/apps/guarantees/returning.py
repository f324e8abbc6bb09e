"""Yearly returns: sent by the unit, accepted or sent back by the level above, corrected by a new row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou import indicators
from tongchou.apps.guarantees import access
from tongchou.apps.guarantees.models import Decision, YearReturn
from tongchou.apps.posts import api as posts
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.domain.accountability import guarantees as domain
from tongchou.domain.accountability.problems import AccountabilityError

FIRST_YEAR: Final = 2000
#: No unit's budget is more: ten thousand 亿 yuan, in fen.
MOST: Final = 10**14


@dataclass(frozen=True, slots=True)
class Figures:
    """What is returned, in fen; None is not returned."""

    budget: int | None = None
    revenue: int | None = None
    grassroots: int | None = None
    reward_fund: int | None = None
    pay_total: int | None = None
    pay_performance: int | None = None
    pay_indicators: tuple[str, ...] = ()


def faults(unit: str, year: int, figures: Figures, *, on: dt.date) -> dict[str, Any]:
    """What cannot stay, by the field it is about."""
    found: dict[str, Any] = {}
    if not FIRST_YEAR <= year <= on.year:
        found["year"] = _("Give a year from 2000 to this one, as 2026.")
    amounts = {name: value for name, value in asdict(figures).items() if name != "pay_indicators"}
    for name, value in amounts.items():
        if value is not None and not 0 <= value <= MOST:
            found[name] = _("Give an amount of 0 or more, in yuan.")
    if all(value is None for value in amounts.values()):
        found["budget"] = _("Give at least one amount. What is not known stays empty.")
    if figures.grassroots is not None and (figures.budget is None or figures.grassroots > figures.budget):
        found.setdefault("grassroots", _("What goes to the grassroots is a part of the budget, not more."))
    if figures.pay_performance is not None and figures.pay_total is None:
        found.setdefault("pay_total", _("Give the whole pay beside its part on performance."))
    pay = domain.Pay(unit, figures.pay_total, figures.pay_performance, figures.pay_indicators)
    try:
        domain.performance_pay([pay], indicators.plan().rules, indicators.load())
    except AccountabilityError:
        more = (figures.pay_performance or 0) > (figures.pay_total or 0)
        if more:
            found.setdefault("pay_performance", _("The part on performance is not more than the whole pay."))
        else:
            found["pay_indicators"] = _(
                "Performance pay follows scored indicators alone: give their codes, as “paid_on_time”."
            )
    return found


def latest(unit: str, year: int) -> YearReturn | None:
    """The last version a unit sent for a year, with its decision."""
    rows = YearReturn.objects.filter(unit=unit, year=year).select_related("decision")
    return rows.order_by("-version").first()


def same(row: YearReturn, figures: Figures) -> bool:
    """Whether a row says just this."""
    return as_figures(row) == figures


def as_figures(row: YearReturn) -> Figures:
    return Figures(
        row.budget,
        row.revenue,
        row.grassroots,
        row.reward_fund,
        row.pay_total,
        row.pay_performance,
        tuple(row.pay_indicators),
    )


@transaction.atomic
def send(
    *, unit: str, year: int, figures: Figures, by: Account, at: dt.datetime, reason: str = ""
) -> YearReturn:
    """Send the return of a unit for a year; a second one corrects the first and needs a reason.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not send it for the unit.
    Invalid
        ``guarantees.return``: ``data["fields"]`` says of each field what cannot stay.
    Conflict
        ``guarantees.waiting`` when the level above has not decided the last one; ``guarantees.same`` when
        it says just what the last one says.
    """
    found = access.unit(unit, by=by, at=at)
    wrong = faults(found.key, year, figures, on=clock.date_of(at))
    before = latest(found.key, year)
    said = " ".join(reason.split())
    if before is not None and not said:
        wrong["reason"] = _("A return for this year is there. Say why it is corrected.")
    if len(said) > 200:
        wrong["reason"] = _("Keep the reason to 200 characters.")
    if wrong:
        raise Invalid("guarantees.return", _("Some of it cannot stay as it is."), fields=wrong)
    if before is not None and not hasattr(before, "decision"):
        message = _("The last return of this year still waits for the level above.")
        raise Conflict("guarantees.waiting", message)
    if before is not None and same(before, figures) and before.decision.accepted:
        raise Conflict("guarantees.same", _("This is what was returned already. Nothing was changed."))
    row = add(found, year, figures, said, before, by=by, at=at)
    audit.append(
        by=by,
        action="guarantees.send",
        subject=f"return:{row.pk}",
        scope_no=row.scope_no,
        at=at,
        detail={"unit": row.unit, "year": year, "version": row.version},
    )
    return row


def add(
    unit: posts.Unit, year: int, figures: Figures, reason: str, before: YearReturn | None,
    *, by: Account, at: dt.datetime,
) -> YearReturn:  # fmt: skip
    """The next row of a unit and year; whoever calls has looked at it."""
    values: Mapping[str, Any] = asdict(figures) | {"pay_indicators": list(figures.pay_indicators)}
    return YearReturn.objects.create(
        area_id=unit.area_id,
        scope_no=unit.scope_no,
        unit=unit.key,
        unit_name=unit.name,
        year=year,
        version=1 if before is None else before.version + 1,
        reason="" if before is None else reason,
        sent_at=at,
        sent_by=by,
        **values,
    )


@transaction.atomic
def decide(*, return_id: int, accepted: bool, said: str = "", by: Account, at: dt.datetime) -> Decision:
    """Accept a return, or send it back with a reason.

    Raises
    ------
    NotAllowed, NotFound
        As ``access.waiting``.
    Invalid
        ``guarantees.reason`` when it is sent back without one.
    Conflict
        ``guarantees.decided`` when it is decided already.
    """
    row = access.waiting(return_id, by=by, at=at)
    words = " ".join(said.split())
    if len(words) > 200 or (not accepted and not words):
        raise Invalid("guarantees.reason", _("Say in at most 200 characters why it goes back."), field="said")
    if Decision.objects.filter(of=row).exists():
        raise Conflict("guarantees.decided", _("This return is decided already."))
    made = Decision.objects.create(
        of=row, accepted=accepted, said=words, made_by_id=row.sent_by_id, by=by, at=at
    )
    audit.append(
        by=by,
        action="guarantees.accept" if accepted else "guarantees.refuse",
        subject=f"return:{row.pk}",
        scope_no=row.scope_no,
        at=at,
        detail={"unit": row.unit, "year": row.year, "version": row.version},
    )
    return made
