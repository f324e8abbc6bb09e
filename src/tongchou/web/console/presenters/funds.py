"""Funds as pages and workbooks show them: accounts and entries in words, amounts in yuan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongchou.apps.payments import api as payments
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.domain.ledger import REVERSIBLE, Account, Kind
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip

ACCOUNTS: Mapping[str, str | Promise] = {
    Account.APPROPRIATED: gettext_lazy("Appropriated"),
    Account.DUE: gettext_lazy("Not arrived yet"),
    Account.FREE: gettext_lazy("Free to be paid"),
    Account.COMMITTED: gettext_lazy("Set aside for batches"),
    Account.WITH_BANK: gettext_lazy("With the bank"),
    Account.PAID: gettext_lazy("Paid"),
    Account.OVERPAID: gettext_lazy("To be recovered"),
    Account.WAIVED: gettext_lazy("Waived"),
    Account.GIVEN_BACK: gettext_lazy("Given back"),
}
KINDS: Mapping[str, str | Promise] = {
    Kind.APPROPRIATION: gettext_lazy("Appropriation"),
    Kind.ARRIVAL: gettext_lazy("Arrival"),
    Kind.COMMITMENT: gettext_lazy("Set aside for a batch"),
    Kind.RELEASE: gettext_lazy("Free again"),
    Kind.ISSUE: gettext_lazy("Handed to the bank"),
    Kind.PAYMENT: gettext_lazy("Paid"),
    Kind.RETURN: gettext_lazy("Returned by the bank"),
    Kind.BOUNCE: gettext_lazy("Came back after it was paid"),
    Kind.OVERPAYMENT: gettext_lazy("Paid too much"),
    Kind.RECOVERY: gettext_lazy("Paid back by a family"),
    Kind.WAIVER: gettext_lazy("Waived"),
    Kind.GIVING_BACK: gettext_lazy("Given back"),
}
#: Accounts a list of funds has columns for.
LISTED = (
    Account.APPROPRIATED, Account.DUE, Account.FREE, Account.COMMITTED, Account.WITH_BANK, Account.PAID,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount with its name."""

    label: str
    fen: int


@dataclass(frozen=True, slots=True)
class FundRow:
    """A line of the list of funds."""

    url: str
    area: str
    year: int
    title: str
    amounts: tuple[int, ...]
    closed: str


def fund_row(one: payments.FundLine) -> FundRow:
    return FundRow(
        url=reverse("console:fund", args=[one.fund.pk]),
        area=one.fund.area.name,
        year=one.fund.year,
        title=one.fund.title,
        amounts=tuple(one.of(account) for account in LISTED),
        closed=f"{one.fund.closed_to:%Y-%m}" if one.fund.closed_to else "",
    )


def heads() -> list[str]:
    """The columns of the list of funds that hold amounts."""
    return [str(ACCOUNTS[account]) for account in LISTED]


def figures(held: Mapping[str, int]) -> list[Figure]:
    """What a fund holds now; accounts that never held anything are left out."""
    return [Figure(str(label), held[name]) for name, label in ACCOUNTS.items() if held.get(name)]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account of a month: what it opened and closed with."""

    label: str
    opening: int
    closing: int

    @property
    def moved(self) -> int:
        return self.closing - self.opening


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: what happened, from where to where, how much."""

    no: int
    day: dt.date
    late: bool  # it happened in an earlier month
    what: str
    about: str
    fen: int
    by: str
    note: str
    take_back_url: str


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The account of a fund for a month."""

    month: str  # 2026-06
    label: str
    accounts: list[AccountLine]
    closed: bool
    may_close: bool
    others: list[tuple[str, str, bool]]  # address, label, current


def month_page(
    fund: payments.Fund, found: payments.Month, known: Iterable[dt.date], language: str
) -> MonthPage:
    order = list(Account)
    held = sorted(found.opening.keys() | found.closing.keys(), key=lambda one: (order.index(one[0]), one[1]))
    lines = [
        AccountLine(
            _place_label(account, part, language),
            found.opening.get((account, part), 0),
            found.closing.get((account, part), 0),
        )
        for account, part in held
        if found.opening.get((account, part), 0) or found.closing.get((account, part), 0)
    ]
    address = reverse("console:fund", args=[fund.pk])
    months = sorted({*known, found.month}, reverse=True)
    return MonthPage(
        month=f"{found.month:%Y-%m}",
        label=formatters.day(f"{found.month:%Y-%m}"),
        accounts=lines,
        closed=found.closed,
        may_close=found.may_close,
        others=[
            (f"{address}?month={one:%Y-%m}", formatters.day(f"{one:%Y-%m}"), one == found.month)
            for one in months
        ],
    )


def _place_label(account: Account, part: str, language: str) -> str:
    label = str(ACCOUNTS[account])
    if not part:
        return label
    name = dict(payments.Source.choices).get(part) or payments.title(part, language)
    return f"{label} · {name}"


def month_state(closed: bool) -> str:
    return pgettext("a month of a fund", "Closed") if closed else pgettext("a month of a fund", "Open")


def arrival_about(one: payments.Appropriation) -> str:
    """What may arrive: the document, its day and amount."""
    text = _("%(source)s, %(document)s of %(day)s: %(amount)s appropriated.")
    return text % {
        "source": payments.Source(one.source).label,
        "document": one.document,
        "day": formatters.day(one.entry.day),
        "amount": formatters.yuan(one.entry.fen),
    }


def reversal_about(entry: payments.Entry, language: str) -> str:
    """What is to be reversed, and what that does."""
    line = entry_line(entry, language=language, may_take_back=False)
    named = " · ".join(part for part in (line.what, line.about, formatters.day(line.day)) if part)
    said = _("A second entry moves the money back. Both stay in the account.")
    return f"{named} · {formatters.yuan(entry.fen)}{'。' if language == 'zh' else '. '}{said}"


def _notes(entry: payments.Entry) -> list[str]:
    """That an entry reverses another one or was reversed, and why its number stands twice."""
    notes = []
    if entry.reverses is not None:
        reason = payments.Reversal(entry.reason).label
        notes.append(_("Takes entry %(no)s back: %(reason)s") % {"no": entry.reverses.no, "reason": reason})
        notes.append(_("recorded on %(day)s") % {"day": formatters.day(clock.date_of(entry.at))})
    if hasattr(entry, "reversed_by"):
        notes.append(_("Taken back by entry %(no)s") % {"no": entry.reversed_by.no})
    paper = getattr(entry, "paper", None)
    if paper is not None and paper.same_as is not None:
        reason = payments.Another(paper.another).label
        said = {"no": paper.same_as.no, "reason": reason}
        notes.append(_("Same number as entry %(no)s: %(reason)s") % said)
    return notes


def entry_line(entry: payments.Entry, *, language: str, may_take_back: bool) -> EntryLine:
    gone = hasattr(entry, "reversed_by")
    notes = _notes(entry)
    parts = [part for part in (entry.debit_part, entry.credit_part) if part]
    sources = dict(payments.Source.choices)
    about = [str(sources[part]) if part in sources else payments.title(part, language) for part in parts[:1]]
    if entry.batch is not None:
        about.append(entry.batch.name)
    if (paper := getattr(entry, "paper", None)) is not None:
        about.append(paper.number)
    reversible = Kind(entry.kind) in REVERSIBLE and entry.reverses is None and not gone
    return EntryLine(
        no=entry.no,
        day=entry.day,
        late=entry.day.replace(day=1) < entry.month,
        what=str(KINDS[entry.kind]),
        about=" · ".join(about),
        fen=entry.fen if entry.reverses is None else -entry.fen,
        by=entry.by.shown_name if entry.by else "",
        note="；".join(notes) if language == "zh" else "; ".join(notes),
        take_back_url=reverse("console:fund-entry-take-back", args=[entry.pk])
        if reversible and may_take_back
        else "",
    )


@dataclass(frozen=True, slots=True)
class AppropriationRow:
    """An appropriation: how much, what arrived, how late."""

    source: str
    document: str
    fen: int
    day: dt.date
    due_on: dt.date
    arrived: int
    missing: int
    chip: Chip
    arrival_url: str


def appropriation_row(one: payments.AppropriationLine, *, may_manage: bool) -> AppropriationRow:
    told = one.punctuality
    if one.taken_back:
        chip = Chip(pgettext("an entry of a fund", "Taken back"), "turn", "")
    elif told.missing and told.days:
        chip = Chip(_("%(days)s days overdue") % {"days": told.days}, "warn", "warn")
    elif told.missing:
        part = _("Arrived in part") if told.arrived else _("Not arrived yet")
        chip = Chip(part, "clock", "")
    elif told.days:
        chip = Chip(_("In full, %(days)s days late") % {"days": told.days}, "check", "")
    else:
        chip = Chip(_("In full and on time"), "check", "good")
    open_ = told.missing > 0 and not one.taken_back and may_manage
    return AppropriationRow(
        source=payments.Source(one.appropriation.source).label,
        document=one.appropriation.document,
        fen=one.fen,
        day=one.appropriated_on,
        due_on=one.appropriation.due_on,
        arrived=one.arrived,
        missing=told.missing,
        chip=chip,
        arrival_url=reverse("console:fund-arrival", args=[one.appropriation.pk]) if open_ else "",
    )


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A fund, or what a level gave to a line: fen, days late, how much of it was used."""

    labels: tuple[str, ...]
    appropriated: int
    arrived: int
    late: int  # arrived after its day
    overdue: int  # not there though its day has passed
    days: int
    used: int | None
    url: str = ""


def unit_lines(found: payments.Progress) -> list[ProgressLine]:
    return [
        ProgressLine(
            (one.area, str(places.Level(one.level).label), one.title),
            one.punctuality.appropriated,
            one.punctuality.arrived,
            one.punctuality.late - one.punctuality.overdue,
            one.punctuality.overdue,
            one.punctuality.days,
            one.used,
        )
        for one in found.units
    ]


def source_lines(found: payments.Progress) -> list[ProgressLine]:
    return [
        ProgressLine(
            (one.title, str(payments.Source(one.source).label)),
            one.punctuality.appropriated,
            one.punctuality.arrived,
            one.punctuality.late - one.punctuality.overdue,
            one.punctuality.overdue,
            one.punctuality.days,
            one.borne,
        )
        for one in found.sources
    ]


@dataclass(frozen=True, slots=True)
class SharingLine:
    """Who bears how much, from when and by which document; in percent."""

    area: str
    programme: str
    valid_from: dt.date
    parts: tuple[str, ...]
    document: str


def sharing_line(one: payments.Sharing, language: str) -> SharingLine:
    return SharingLine(
        area=one.area.name,
        programme=payments.title(one.programme, language) if one.programme else _("All programmes"),
        valid_from=one.valid_from,
        parts=tuple(f"{part / 100:.2f}%" for part in one.parts.values()),
        document=one.document,
    )
