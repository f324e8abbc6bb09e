"""On which days a fund's money can be appropriated and arrive, and which entries stand on other days.

A reversed entry and its counter-entry count nowhere, whatever their days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import posting
from tongchou.apps.payments.models import Appropriation, Arrival, Entry, Fund
from tongchou.core import clock, spoken
from tongchou.domain import ledger

Problems = dict[str, list[Any]]


def opens(fund: Fund) -> dt.date:
    """The first day on which money of a fund can be there."""
    return dt.date(fund.year, 1, 1)


def announced_from(fund: Fund) -> dt.date:
    """The first day of a document: money is announced in the year before (提前下达)."""
    return dt.date(fund.year - 1, 1, 1)


def come(day: dt.date, at: dt.datetime, name: str) -> Problems:
    """A day that has not come."""
    return {} if day <= clock.date_of(at) else {name: [_("Give a day that has come.")]}


def moved(fund: Fund, day: dt.date, at: dt.datetime, name: str) -> Problems:
    """A day on which money of the fund cannot have moved."""
    if day >= opens(fund):
        return come(day, at, name)
    return {name: [_too_early(fund)]}


def _too_early(fund: Fund) -> Any:
    text = _("The fund is for %(year)s: nothing of it moves before %(day)s.")
    return text % {"year": fund.year, "day": spoken.day(opens(fund))}


def appropriated(fund: Fund, on: dt.date, due: dt.date, at: dt.datetime) -> Problems:
    """What is wrong with the days of an appropriation."""
    wrong = come(on, at, "appropriated_on")
    if on < announced_from(fund):
        text = _("The fund is for %(year)s: its documents are of %(day)s at the earliest.")
        wrong["appropriated_on"] = [text % {"year": fund.year, "day": spoken.day(announced_from(fund))}]
    if due < on:
        text = _("The money cannot be due before the day of its document, %(day)s.")
        wrong["due_on"] = [text % {"day": spoken.day(on)}]
    elif due < opens(fund):
        wrong["due_on"] = [_too_early(fund)]
    elif due > dt.date(fund.year + 2, 1, 1):
        text = _("The fund is for %(year)s: its money is there by %(day)s at the latest.")
        wrong["due_on"] = [text % {"year": fund.year, "day": spoken.day(dt.date(fund.year + 2, 1, 1))}]
    return wrong


def arrived(fund: Fund, appropriation: Appropriation, day: dt.date, at: dt.datetime) -> Problems:
    """What is wrong with the day of an arrival: each of it."""
    wrong = [text for texts in moved(fund, day, at, "arrived_on").values() for text in texts]
    if day < appropriation.entry.day:
        text = _("It was appropriated on %(day)s and cannot have arrived before. Check both days.")
        wrong.append(text % {"day": spoken.day(appropriation.entry.day)})
    return {"arrived_on": wrong} if wrong else {}


@dataclass(frozen=True, slots=True)
class Misdated:
    """An entry that stands on a day on which it cannot be; ``words`` say why."""

    fund_id: int
    no: int
    words: str


def misdated(funds: Iterable[Fund], *, to: dt.date | None = None) -> Iterator[tuple[Fund, Misdated | None]]:
    """Each appropriation and arrival that stands, with what is wrong with its day. Two queries.

    At every date no more has arrived of an appropriation than was appropriated.

    Parameters
    ----------
    to
        The last month of entries that are looked at.
    """
    known = {fund.pk: fund for fund in funds}
    given = Appropriation.objects.filter(entry__fund__in=known).select_related("entry", "entry__reversed_by")
    came = Arrival.objects.filter(entry__fund__in=known, entry__reversed_by=None).select_related("entry")
    by_appropriation: dict[int, list[Entry]] = defaultdict(list)
    for arrival in came.order_by("entry__day", "entry__no"):
        by_appropriation[arrival.appropriation_id].append(arrival.entry)
    for one in given.order_by("entry__fund", "entry__no"):
        fund = known[one.entry.fund_id]
        stands = not hasattr(one.entry, "reversed_by")
        if stands and _seen(one.entry, to):
            yield fund, _of_appropriation(fund, one.entry)
        sum_ = 0
        for entry in by_appropriation[one.pk]:
            sum_ += entry.fen
            if _seen(entry, to):
                yield fund, _of_arrival(fund, entry, one.entry, sum_, stands=stands)


def _seen(entry: Entry, to: dt.date | None) -> bool:
    return to is None or entry.month <= to


def _named(entry: Entry) -> dict[str, Any]:
    return {"no": entry.no, "day": spoken.day(entry.day), "yuan": spoken.yuan(entry.fen)}


def _of_appropriation(fund: Fund, entry: Entry) -> Misdated | None:
    if entry.day >= announced_from(fund):
        return None
    text = _("entry %(no)s (appropriation of %(day)s, %(yuan)s yuan) is of a day before the fund of %(year)s")
    return Misdated(fund.pk, entry.no, text % (_named(entry) | {"year": fund.year}))


def _of_arrival(fund: Fund, entry: Entry, given: Entry, so_far: int, *, stands: bool) -> Misdated | None:
    about = _named(entry) | {"of": given.no, "of_day": spoken.day(given.day), "year": fund.year}
    if not stands:
        text = _(
            "entry %(no)s (arrival of %(day)s, %(yuan)s yuan) is of appropriation %(of)s, which was reversed"
        )
    elif entry.day < given.day:
        text = _("entry %(no)s (arrival of %(day)s, %(yuan)s yuan) is dated before its appropriation, entry "
                 "%(of)s of %(of_day)s")  # fmt: skip
    elif entry.day < opens(fund):
        text = _("entry %(no)s (arrival of %(day)s, %(yuan)s yuan) is dated before %(year)s, the year of the "
                 "fund")  # fmt: skip
    elif so_far > given.fen:
        text = _(
            "entry %(no)s (arrival of %(day)s, %(yuan)s yuan) is more than was appropriated by entry %(of)s"
        )
    else:
        return None
    return Misdated(fund.pk, entry.no, text % about)


def below_zero(fund: Fund, *, to: dt.date | None = None) -> list[tuple[ledger.Place, dt.date]]:
    """Accounts below zero at the end of a month, with the first such month. Four queries.

    An account is sound there when all entries bear it, or those that stand do: a reversed pair of two months
    leaves no hole behind.
    """
    rows = Entry.objects.filter(fund=fund)
    if to is not None:
        rows = rows.filter(month__lte=to)
    counted = posting.changes_by_month(rows)
    low = {place: month for place, changes in counted.items() if (month := ledger.below_zero(changes))}
    if not low:
        return []
    standing = posting.changes_by_month(rows.filter(reverses=None, reversed_by=None))
    found = []
    for place in low:
        held, without = 0, 0
        for month in sorted({*counted[place], *standing.get(place, {})}):
            held += counted[place].get(month, 0)
            without += standing.get(place, {}).get(month, 0)
            if held < 0 and without < 0:
                found.append((place, month))
                break
    return found


def taken_last(fund: Fund, place: ledger.Place, month: dt.date) -> Misdated | None:
    """The entry written by a person that took money out of an account below zero at a month's end."""
    account, part = place
    rows = Entry.objects.filter(
        fund=fund, month__lte=month, kind__in=ledger.REVERSIBLE, reverses=None, reversed_by=None
    )
    side = "debit" if ledger.sign(account) < 0 else "credit"
    entry = rows.filter(**{side: account.value, f"{side}_part": part}).order_by("-month", "-no").first()
    if entry is None:
        return None
    text = _(
        "entry %(no)s (of %(day)s, %(yuan)s yuan) takes money that was not there at the end of %(month)s"
    )
    return Misdated(fund.pk, entry.no, text % (_named(entry) | {"month": spoken.month(month)}))


def unsound(fund: Fund, month: dt.date) -> list[Misdated]:
    """Why the account of a fund cannot be closed to a month: each entry that has to be reversed."""
    found = [wrong for _fund, wrong in misdated([fund], to=month) if wrong is not None]
    named = {one.no for one in found}
    for place, when in below_zero(fund, to=month):
        if place[0] is ledger.Account.DUE and found:
            continue  # arrivals before their appropriations, named above
        entry = taken_last(fund, place, when)
        if entry is not None and entry.no not in named:
            named.add(entry.no)
            found.append(entry)
    return sorted(found, key=lambda one: one.no)
