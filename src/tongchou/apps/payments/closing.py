"""Closing a month of a fund: afterwards the database takes no entry of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import dating, posting, reach
from tongchou.apps.payments.models import Closing, Entry, Fund
from tongchou.core import audit, clock, spoken
from tongchou.core.errors import Conflict
from tongchou.domain import ledger

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Entries that are named when a month cannot be closed.
MOST_NAMED: Final = 3


@transaction.atomic
def close_month(*, fund_id: int, month: dt.date, by: Account, at: dt.datetime) -> Closing:
    """Close a month that is over, and with it the months before that hold no entry. Twice is once.

    Raises
    ------
    NotAllowed, NotFound
    Conflict
        ``funds.month_runs`` while the month is not over; ``funds.month_before`` when an earlier month with
        entries is open; ``funds.later_closed`` when a later one is closed already; ``funds.unsound`` when the
        book breaks a law.
    """
    fund = reach.fund_of(fund_id, by, at, reach.MANAGE, lock=True)
    month = ledger.month_of(month)
    made = Closing.objects.filter(fund=fund, month=month).first()
    if made is not None:
        return made
    if ledger.next_month(month) > clock.date_of(at):
        raise Conflict("funds.month_runs", _("This month is not over. Close it on the first day after."))
    if fund.closed_to is not None and month < fund.closed_to:
        raise Conflict("funds.later_closed", _("A later month is closed already, and this one with it."))
    open_before = Entry.objects.filter(fund=fund, month__lt=month)
    if fund.closed_to is not None:
        open_before = open_before.filter(month__gt=fund.closed_to)
    first = open_before.order_by("month").values_list("month", flat=True).first()
    if first is not None:
        text = _("Close %(month)s first.") % {"month": spoken.month(first)}
        raise Conflict("funds.month_before", text)
    held = balances_to(fund, month)
    _require_sound(fund, month, held)
    last = Entry.objects.filter(fund=fund, month__lte=month).order_by("-no").values_list("no", flat=True)
    rows = as_rows(held)
    closing = Closing.objects.create(
        fund=fund,
        month=month,
        last_no=last.first() or 0,
        balances=rows,
        digest=digest(fund, month),
        by=by,
        at=at,
    )
    Fund.objects.filter(pk=fund.pk).update(closed_to=month)
    audit.append(
        by=by,
        action="funds.close",
        subject=f"fund:{fund.pk}",
        at=at,
        scope_no=fund.scope_no,
        detail={"month": month.isoformat(), "last": closing.last_no, "digest": closing.digest},
    )
    return closing


def _require_sound(fund: Fund, month: dt.date, held: dict[ledger.Place, int]) -> None:
    """Refuse a month that does not balance, and name the entries that have to be reversed first."""
    if wrong := dating.unsound(fund, month):
        text = _(
            "%(month)s cannot be closed: %(entries)s. Reverse it and record it anew with its right day; "
            "where its money has been used already, record the right entry first."
        )
        mark = "；" if (get_language() or "zh").startswith("zh") else "; "
        named = mark.join(one.words for one in wrong[:MOST_NAMED])
        message = text % {"month": spoken.month(month), "entries": named}
        raise Conflict("funds.unsound", message, entries=[one.no for one in wrong])
    if ledger.difference(held) or dating.below_zero(fund, to=month):
        message = _("The book of this fund does not balance: tell the office that runs the system.")
        raise Conflict("funds.unsound", message, entries=[])


def balances_to(fund: Fund, month: dt.date) -> dict[ledger.Place, int]:
    """What the entries booked up to the end of a month come to."""
    entries = Entry.objects.filter(fund=fund, month__lte=month).order_by("no")
    return ledger.summed(posting.as_move(one) for one in entries.iterator(chunk_size=2000))


def as_rows(held: dict[ledger.Place, int]) -> list[Any]:
    """Balances as they are kept: account, part, fen; those of nothing left out."""
    return sorted([account.value, part, fen] for (account, part), fen in held.items() if fen)


def digest(fund: Fund, month: dt.date) -> str:
    """SHA-256 over the entries of a month: another one shows that entries were added, changed or removed."""
    fields = ("no", "kind", "debit", "debit_part", "credit", "credit_part", "fen", "day", "key")
    rows = Entry.objects.filter(fund=fund, month=month).order_by("no").values_list(*fields)
    return audit.digest(list(row) for row in rows.iterator(chunk_size=2000))
