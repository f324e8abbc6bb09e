"""Writing into the book of a fund: the only place that does.

Whoever posts has locked the fund's row, so numbers have no gaps and balances are those of the entries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments.models import Balance, Entry, Fund
from tongchou.core import clock, spoken
from tongchou.core.errors import Conflict
from tongchou.domain import ledger
from tongchou.domain.ledger import Account, Kind

if TYPE_CHECKING:
    from tongchou.core.models import Account as Person

#: What becomes of an entry of an earlier day whose money was not there at the end of its month: it is written
#: as it is, it goes into the first month that bears it, or it is refused.
Backdated = Literal["as_is", "waits", "refused"]


def post(
    fund: Fund,
    move: ledger.Entry,
    *,
    key: str,
    day: dt.date,
    by: Person | None,
    at: dt.datetime,
    reverses: Entry | None = None,
    reason: str = "",
    backdated: Backdated = "as_is",
    **about: Any,
) -> tuple[Entry, bool]:
    """The entry of an act, and whether it is new: the same ``key`` again gives the one that is there.

    Parameters
    ----------
    fund
        Locked by the caller in this transaction.
    day
        When it happened. It is booked in that month, or in the first open one when that is closed. A
        counter-entry is booked in the month of the one it ``reverses``, if that is open.
    backdated
        What becomes of it when an account would have been below zero at the end of a month.
    about
        ``batch`` or ``overpayment`` it belongs to.

    Raises
    ------
    Conflict
        ``funds.short`` with ``missing`` fen when an account would be left below zero; ``funds.short_then``
        when a ``refused`` one would have left it so at the end of an earlier month.
    RuntimeError
        When no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry belongs into the transaction of its act")
    known = Entry.objects.filter(key=key).first()
    if known is not None:
        return known, False
    for (account, part), change in sorted(move.changes, key=lambda one: one[1]):
        _change(fund, account, part, change)
    month = ledger.booked_in(day if reverses is None else max(day, reverses.month), fund.closed_to)
    if backdated != "as_is" and month < ledger.month_of(clock.date_of(at)):
        month = _borne_in(fund, move, month, refuse=backdated == "refused")
    last = Entry.objects.filter(fund=fund).order_by("-no").values_list("no", flat=True).first() or 0
    entry = Entry.objects.create(
        fund=fund,
        no=last + 1,
        kind=move.kind.value,
        debit=move.debit[0].value,
        debit_part=move.debit[1],
        credit=move.credit[0].value,
        credit_part=move.credit[1],
        fen=move.fen,
        day=day,
        month=month,
        reverses=reverses,
        reason=reason,
        key=key,
        by=by,
        at=at,
        **about,
    )
    return entry, True


def _borne_in(fund: Fund, move: ledger.Entry, month: dt.date, *, refuse: bool) -> dt.date:
    """The first month from one on in which the accounts that give the money have it, and keep it."""
    held = changes_by_month(Entry.objects.filter(fund=fund))
    found = month
    for place, change in move.changes:
        if change < 0:
            changes = held.get(place, {})
            found = max(found, ledger.bearing_month(changes, month, -change) or max(changes, default=month))
    if refuse and found != month:
        text = _("At the end of %(month)s there were no %(yuan)s yuan to take. Check the day.")
        given = {"month": spoken.month(month), "yuan": spoken.yuan(move.fen)}
        raise Conflict("funds.short_then", text % given, field="day")
    return found


def changes_by_month(entries: QuerySet[Entry]) -> dict[ledger.Place, dict[dt.date, int]]:
    """What entries change each account by, in each month they are booked in. Two queries."""
    result: dict[ledger.Place, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for side, sign in (("debit", 1), ("credit", -1)):
        grouped = entries.order_by().values_list(side, f"{side}_part", "month").annotate(total=Sum("fen"))
        for account, part, month, total in grouped:
            place = (Account(account), part)
            result[place][month] += total * sign * ledger.sign(place[0])
    return result


def _change(fund: Fund, account: Account, part: str, change: int) -> None:
    held = Balance.objects.filter(fund=fund, account=account.value, part=part)
    enough = held.filter(fen__gte=-change) if change < 0 else held
    if enough.update(fen=F("fen") + change):
        return
    there = held.values_list("fen", flat=True).first()
    if change < 0:
        raise short(account, -change - (there or 0))
    Balance.objects.create(fund=fund, account=account.value, part=part, fen=change)


def short(account: Account, missing: int) -> Conflict:
    """The refusal of an entry for which there is no money."""
    texts = {
        Account.FREE: _("The fund lacks %(yuan)s yuan. Record what arrived, or pay less."),
        Account.DUE: _("%(yuan)s yuan more than was appropriated. Record the appropriation first."),
    }
    usual = _("%(yuan)s yuan are missing where they would be taken from. Look at the entries of the fund.")
    text = texts.get(account, usual) % {"yuan": spoken.yuan(missing)}
    return Conflict("funds.short", text, account=account.value, missing=missing)


def balances(fund: Fund) -> dict[ledger.Place, int]:
    """What every account of a fund holds. One query."""
    rows = Balance.objects.filter(fund=fund).values_list("account", "part", "fen")
    return {(Account(account), part): fen for account, part, fen in rows}


def as_move(entry: Entry) -> ledger.Entry:
    """A stored entry as the domain has it.

    Raises
    ------
    ValueError
        When it breaks a law of the ledger.
    """
    return ledger.Entry(
        Kind(entry.kind),
        entry.fen,
        (Account(entry.debit), entry.debit_part),
        (Account(entry.credit), entry.credit_part),
        reverse=entry.reverses_id is not None,
    )
