"""Acts on funds: open one, appropriate, record what arrived, give back, take an entry back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import dating, naming, papers, posting, reach
from tongchou.apps.payments.models import Appropriation, Arrival, Entry, Fund, FundUse, Reversal, Source
from tongchou.core import audit, clock, spoken
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Account, Kind
from tongchou.domain.names import initials

if TYPE_CHECKING:
    from tongchou.core.models import Account as Person

#: One entry is no larger: a slip of the finger is no appropriation (100,000 million yuan).
MOST_FEN: Final = 10**13
_LINE: Final = re.compile(r"[a-z0-9_]{2,40}")


@transaction.atomic
def open_fund(
    *,
    area_id: int,
    year: int,
    line: str,
    title: str,
    programmes: Collection[str],
    by: Person,
    at: dt.datetime,
) -> Fund:
    """Open a fund: the dedicated account of an area for a year and an earmarked line, and what it may pay.

    The same again gives the one that is there, and adds programmes to it. Without a ``line`` the fund of the
    same title in that area and year is meant, else the code is made of the title.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not manage funds there.
    Invalid
        ``funds.fund`` with ``problems`` by field.
    """
    area = reach.area_of(area_id, by, at)
    wrong: dict[str, list[Any]] = {}
    title = " ".join(title.split())
    if not 2004 <= year <= clock.date_of(at).year + 1:
        wrong["year"] = [_("Give the year of the budget, at most the next one.")]
    line = line or _line_of(area.pk, year, title)
    if not _LINE.fullmatch(line):
        wrong["line"] = [_("Give the earmarked line a short code of small letters, digits and _.")]
    if not title or len(title) > 60:
        wrong["title"] = [_("Name the fund in at most 60 characters.")]
    if not programmes or not set(programmes) <= set(naming.payable()):
        wrong["programmes"] = [_("Choose what the fund pays from the list.")]
    if wrong:
        raise Invalid("funds.fund", _("The fund cannot be opened like this."), problems=wrong)
    fund, made = Fund.objects.get_or_create(
        area=area,
        line=line,
        year=year,
        defaults={"scope_no": area.scope_no, "title": title, "opened_at": at, "opened_by": by},
    )
    held = set(fund.uses.values_list("programme", flat=True))
    new = [code for code in dict.fromkeys(programmes) if code not in held]
    FundUse.objects.bulk_create(FundUse(fund=fund, programme=code) for code in new)
    if made or new:
        _note(fund, "open", by, at, year=year, line=line, programmes=new)
    return fund


def _line_of(area_id: int, year: int, title: str) -> str:
    """The code of a fund that goes by its title: of one that is there, else first letters, and a number."""
    funds = Fund.objects.filter(area=area_id, year=year)
    known = funds.filter(title=title).order_by("pk").values_list("line", flat=True).first()
    if known is not None:
        return known
    letters = re.sub(r"[^a-z0-9]", "", initials(title).lower())[:30] or "fund"
    taken = set(funds.filter(line__startswith=letters).values_list("line", flat=True))
    tried = (letters, *(f"{letters}_{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in tried if one not in taken and len(one) > 1)


@transaction.atomic
def appropriate(
    *,
    fund_id: int,
    source: str,
    fen: int,
    document: str,
    appropriated_on: dt.date,
    due_on: dt.date,
    by: Person,
    at: dt.datetime,
    mark: str = "",
    another: str = "",
) -> Appropriation:
    """Write down that a level has appropriated money. The same again, by the same form, is one.

    Parameters
    ----------
    mark
        The form it was sent with: sent again with it, it is one. Without one, all that is the same is one.
    another
        One of ``Another`` when the document's number stands in the book already.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``funds.appropriation`` with ``problems`` by field.
    Conflict
        ``funds.number_known`` when the document stands in the book and nobody said why it does again;
        ``funds.reversed_since`` for a form whose entry was reversed.
    """
    fund = reach.fund_of(fund_id, by, at, reach.MANAGE, lock=True)
    document = " ".join(document.split())
    paper = papers.Paper(Kind.APPROPRIATION, document, "document", source, mark, another)
    key = paper.key(fund, fen, appropriated_on, due_on)
    if (there := papers.sent_before(paper, key)) is not None:
        return there.appropriation
    wrong = _amount(fen) | dating.appropriated(fund, appropriated_on, due_on, at)
    if source not in Source.values:
        wrong["source"] = [_("Choose whose money it is from the list.")]
    if not document or len(document) > 120:
        wrong["document"] = [_("Name the document, in at most 120 characters.")]
    before = papers.refuse(
        fund, paper, wrong, code="funds.appropriation", message=_("The appropriation is not complete.")
    )
    entry, _new = posting.post(
        fund,
        ledger.entry(Kind.APPROPRIATION, fen, source=source),
        key=papers.next_key(key),
        day=appropriated_on,
        by=by,
        at=at,
    )
    made = Appropriation.objects.create(entry=entry, source=source, document=document, due_on=due_on)
    papers.keep(entry, paper, before)
    _note(fund, "appropriate", by, at, entry=entry.no, fen=fen, source=source, **_again(before, another))
    return made


@transaction.atomic
def record_arrival(
    *,
    appropriation_id: int,
    fen: int,
    arrived_on: dt.date,
    voucher: str,
    by: Person,
    at: dt.datetime,
    mark: str = "",
    another: str = "",
) -> Arrival:
    """Write down what came into the account of an appropriation, on its day or later.

    Parameters
    ----------
    mark, another
        As in ``appropriate``, of the bank's voucher.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``funds.arrival`` with ``problems`` by field.
    Conflict
        ``funds.short`` when more would have arrived than was appropriated; ``funds.taken_back`` when the
        appropriation was; ``funds.number_known``, ``funds.reversed_since`` as in ``appropriate``.
    """
    known = _appropriation(appropriation_id)
    fund = reach.fund_of(known.entry.fund_id, by, at, reach.MANAGE, lock=True)
    voucher = " ".join(voucher.split())
    paper = papers.Paper(Kind.ARRIVAL, voucher, "voucher", known.source, mark, another)
    key = paper.key(fund, fen, arrived_on, known.pk)
    if (there := papers.sent_before(paper, key)) is not None:
        return there.arrival
    if Entry.objects.filter(reverses=known.entry_id).exists():
        raise Conflict("funds.taken_back", _("This appropriation was taken back. Choose another one."))
    wrong = _amount(fen) | dating.arrived(fund, known, arrived_on, at)
    if not voucher or len(voucher) > 60:
        wrong["voucher"] = [_("Give the number of the bank's voucher, in at most 60 characters.")]
    over = 0 if "fen" in wrong else max(0, _arrived(known) + fen - known.entry.fen)
    if over and wrong:
        wrong["fen"] = [posting.short(Account.DUE, over).message]
    before = papers.refuse(
        fund, paper, wrong, code="funds.arrival", message=_("The arrival is not complete.")
    )
    if over:
        raise posting.short(Account.DUE, over)
    entry, _new = posting.post(
        fund,
        ledger.entry(Kind.ARRIVAL, fen, source=known.source),
        key=papers.next_key(key),
        day=arrived_on,
        by=by,
        at=at,
    )
    made = Arrival.objects.create(entry=entry, appropriation=known, voucher=voucher)
    papers.keep(entry, paper, before)
    _note(fund, "arrival", by, at, entry=entry.no, fen=fen, source=known.source, **_again(before, another))
    return made


def _appropriation(number: int) -> Appropriation:
    found = Appropriation.objects.select_related("entry").filter(pk=number).first()
    if found is None:
        raise NotFound("funds.no_appropriation", _("There is no such appropriation in your areas."))
    return found


def _arrived(appropriation: Appropriation) -> int:
    """What stands as arrived of an appropriation, in fen."""
    standing = Entry.objects.filter(arrival__appropriation=appropriation, reversed_by=None)
    return sum(standing.values_list("fen", flat=True))


@transaction.atomic
def give_back(
    *,
    fund_id: int,
    fen: int,
    day: dt.date,
    document: str,
    by: Person,
    at: dt.datetime,
    mark: str = "",
    another: str = "",
) -> Entry:
    """Write down that unused money was given back to those it came from.

    Parameters
    ----------
    mark, another
        As in ``appropriate``.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``funds.giving_back`` with ``problems`` by field.
    Conflict
        ``funds.short`` when there is not as much in the account, ``funds.short_then`` when there was not at
        that time; ``funds.number_known``, ``funds.reversed_since`` as in ``appropriate``.
    """
    fund = reach.fund_of(fund_id, by, at, reach.MANAGE, lock=True)
    document = " ".join(document.split())
    paper = papers.Paper(Kind.GIVING_BACK, document, "document", "", mark, another)
    key = paper.key(fund, fen, day)
    if (there := papers.sent_before(paper, key)) is not None:
        return there
    wrong = _amount(fen) | dating.moved(fund, day, at, "day")
    if not document or len(document) > 60:
        wrong["document"] = [_("Name the document, in at most 60 characters.")]
    before = papers.refuse(fund, paper, wrong, code="funds.giving_back", message=_("This is not complete."))
    entry, _new = posting.post(
        fund,
        ledger.entry(Kind.GIVING_BACK, fen),
        key=papers.next_key(key),
        day=day,
        by=by,
        at=at,
        backdated="refused",
    )
    papers.keep(entry, paper, before)
    _note(fund, "give_back", by, at, entry=entry.no, fen=fen, **_again(before, another))
    return entry


@transaction.atomic
def take_back(*, entry_id: int, reason: str, by: Person, at: dt.datetime) -> Entry:
    """Reverse an entry a person wrote down, by the same entry the other way round. Twice is once.

    Both count on the same day. The second one is booked in the month of the first while that is open, so the
    pair leaves nothing in any month; else, or when the money has been used meanwhile, in the first open month
    that bears it.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        When the reason is none of ``Reversal``.
    Conflict
        ``funds.not_reversible`` for entries that follow from a batch; ``funds.arrived`` when something has
        arrived of the appropriation; ``funds.used`` when the money has been used.
    """
    known = Entry.objects.filter(pk=entry_id).first()
    if known is None:
        raise _no_entry()
    fund = reach.fund_of(known.fund_id, by, at, reach.MANAGE, lock=True)
    if reason not in Reversal.values:
        raise Invalid("funds.reason", _("Choose a reason from the list."), field="reason")
    if Kind(known.kind) not in ledger.REVERSIBLE - {Kind.RECOVERY} or known.reverses_id is not None:
        raise Conflict(
            "funds.not_reversible", _("This entry follows from another act. Do the opposite of that instead.")
        )
    made = Entry.objects.filter(reverses=known).first()
    if made is not None:
        return made
    if known.kind == Kind.APPROPRIATION and _arrived(known.appropriation):
        raise Conflict("funds.arrived", _("Money has arrived of it. Take the arrivals back first."))
    entry = reverse(fund, known, reason, by=by, at=at)
    _note(fund, "take_back", by, at, entry=entry.no, of=known.no, reason=reason)
    return entry


def reverse(fund: Fund, known: Entry, reason: str, *, by: Person, at: dt.datetime, **about: Any) -> Entry:
    """The counter-entry of an entry, in a book that is locked.

    Raises
    ------
    Conflict
        ``funds.used`` when its money has been used.
    """
    try:
        entry, _new = posting.post(
            fund,
            ledger.counter(posting.as_move(known)),
            key=f"reverse:{known.pk}",
            day=known.day,
            by=by,
            at=at,
            reverses=known,
            reason=reason,
            backdated="waits",
            **about,
        )
    except Conflict as error:
        if error.code != "funds.short":
            raise
        text = _("%(yuan)s yuan of it have been used. Record the right entry first, then reverse this one.")
        missing = int(error.data["missing"])
        raise Conflict("funds.used", text % {"yuan": spoken.yuan(missing)}, missing=missing) from error
    return entry


def _no_entry() -> NotFound:
    return NotFound("funds.no_entry", _("There is no such entry in your areas."))


def _amount(fen: int) -> dict[str, list[Any]]:
    fits = type(fen) is int and 0 < fen <= MOST_FEN
    return {} if fits else {"fen": [_("Give an amount in yuan, with at most two decimals.")]}


def _again(before: Entry | None, another: str) -> dict[str, Any]:
    """What the audit row says of a number that stands in the book already."""
    return {} if before is None else {"same_number_as": before.no, "another": another}


def _note(fund: Fund, act: str, by: Person, at: dt.datetime, **detail: Any) -> None:
    audit.append(
        by=by, action=f"funds.{act}", subject=f"fund:{fund.pk}", at=at, scope_no=fund.scope_no, detail=detail
    )
