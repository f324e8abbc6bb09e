"""What was paid too much: asked for by one person, decided by another, paid back in parts, or waived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import dating, funds, papers, posting, reach, sealing
from tongchou.apps.payments.models import (
    Entry,
    Instalment,
    Overpaid,
    Overpayment,
    OverpaymentState,
    PaymentRow,
    Recovery,
    Reversal,
    RowState,
    Waiver,
    WaiverState,
)
from tongchou.apps.registry import api as registry
from tongchou.core import audit, clock, spoken
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain import ledger
from tongchou.domain.ledger import Kind

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Parts a plan may have: ten years of months.
MOST_PARTS: Final = 120
LONGEST: Final = 200


@transaction.atomic
def ask_overpayment(
    *,
    batch_id: int,
    row_no: int,
    fen: int,
    reason: str,
    words: str,
    plan: Sequence[tuple[dt.date, int]],
    by: Account,
    at: dt.datetime,
) -> Overpayment:
    """Write down that a part of a payment was too much, and by when the family pays it back.

    A second person decides; until then nothing changes. The same row again is the one that waits or runs.

    Parameters
    ----------
    plan
        Day and fen of each part, as agreed with the family; together ``fen``.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``payments.overpayment`` with ``problems`` by field.
    Conflict
        ``payments.not_paid`` when the row has not been paid.
    """
    batch = reach.batch_of(batch_id, by, at, reach.BUILD, lock=True)
    row = PaymentRow.objects.select_for_update().filter(batch=batch, no=row_no).first()
    if row is None:
        raise NotFound("payments.no_row", _("The batch has no such row."))
    known = Overpayment.objects.filter(row=row).exclude(state=OverpaymentState.REFUSED).first()
    if known is not None:
        return known
    if row.state != RowState.PAID:
        raise Conflict("payments.not_paid", _("This row was not paid, or has come back."))
    words = " ".join(words.split())
    wrong = _wrong_plan(row, fen, plan, at)
    if reason not in Overpaid.values:
        wrong["reason"] = [_("Choose a reason from the list.")]
    if len(words) > LONGEST:
        wrong["words"] = [_("Say it in at most 200 characters.")]
    if wrong:
        raise Invalid("payments.overpayment", _("The overpayment is not complete."), problems=wrong)
    made = Overpayment.objects.create(
        row=row,
        fund_id=batch.fund_id,
        scope_no=batch.scope_no,
        area_id=batch.area_id,
        programme=batch.programme,
        person_id=row.person_id,
        household_id=row.household_id,
        fen=fen,
        reason=reason,
        sealed=sealing.seal_words(words, "overpayment", row.pk),
        asked_by=by,
        asked_at=at,
        **registry.whereabouts([row.person_id]).get(row.person_id, {}),
    )
    Instalment.objects.bulk_create(
        Instalment(overpayment=made, no=no, due_on=day, fen=part)
        for no, (day, part) in enumerate(plan, start=1)
    )
    _note(made, "ask", by, at, fen=fen, reason=reason, parts=len(plan))
    return made


def _wrong_plan(
    row: PaymentRow, fen: int, plan: Sequence[tuple[dt.date, int]], at: dt.datetime
) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    if type(fen) is not int or not 0 < fen <= row.fen:
        wrong["fen"] = [_("Give an amount of at most what was paid.")]
    days = [day for day, _part in plan]
    if not plan or len(plan) > MOST_PARTS or any(part <= 0 for _day, part in plan):
        wrong["plan"] = [_("Give at least one part, each with its day and amount.")]
    elif sum(part for _day, part in plan) != fen:
        wrong["plan"] = [_("The parts have to add up to the amount.")]
    elif days != sorted(set(days)) or days[0] < clock.date_of(at):
        wrong["plan"] = [_("The days of the parts have to follow one another, none of them past.")]
    return wrong


@transaction.atomic
def decide_overpayment(*, number: int, approve: bool, by: Account, at: dt.datetime) -> Overpayment:
    """Approve or refuse; approved, the amount stands as to be recovered. Twice is once.

    Raises
    ------
    NotAllowed
        ``payments.needs_two`` for whoever asked.
    NotFound
    Conflict
        ``payments.decided`` when somebody decided otherwise; ``payments.not_paid`` when the row came back.
    """
    one = reach.overpayment_of(number, by, at, reach.REVIEW)
    _second(one.asked_by_id, by)
    wanted = OverpaymentState.RUNNING if approve else OverpaymentState.REFUSED
    if one.state == wanted and one.decided_by_id == by.pk:
        return one
    if one.state != OverpaymentState.WAITING:
        raise Conflict("payments.decided", _("This has been decided on already."))
    if approve:
        if one.row.state != RowState.PAID:
            raise Conflict("payments.not_paid", _("This row was not paid, or has come back."))
        _post(one, Kind.OVERPAYMENT, one.fen, f"overpayment:{one.pk}", clock.date_of(at), by, at)
    one.state, one.decided_by, one.decided_at = wanted, by, at
    one.save(update_fields=["state", "decided_by", "decided_at"])
    _note(one, "approve" if approve else "refuse", by, at, fen=one.fen)
    return one


@transaction.atomic
def record_recovery(
    *,
    number: int,
    fen: int,
    received_on: dt.date,
    voucher: str,
    by: Account,
    at: dt.datetime,
    mark: str = "",
    another: str = "",
) -> Recovery:
    """Write down what a family paid back. The same again, by the same form, is recorded once.

    What came before the decision is booked in the month of the decision, with its own day.

    Parameters
    ----------
    mark, another
        As in ``appropriate``, of the bank's voucher.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``payments.recovery`` with ``problems`` by field.
    Conflict
        ``payments.not_running``; ``payments.too_much`` when more would come back than is open;
        ``funds.number_known``, ``funds.reversed_since`` as in ``appropriate``.
    """
    one = reach.overpayment_of(number, by, at, reach.BUILD)
    voucher = " ".join(voucher.split())
    paper = papers.Paper(Kind.RECOVERY, voucher, "voucher", "", mark, another)
    key = paper.key(one.fund, fen, received_on, one.pk)
    if (there := papers.sent_before(paper, key)) is not None:
        return there.recovery
    if one.state != OverpaymentState.RUNNING:
        raise Conflict("payments.not_running", _("Nothing is open of this overpayment."))
    wrong: dict[str, list[Any]] = {}
    if type(fen) is not int or fen <= 0:
        wrong["fen"] = [_("Give an amount in yuan, with at most two decimals.")]
    if received_on < clock.date_of(one.asked_at):
        wrong["received_on"] = [_("Give a day that has come, after the overpayment was written down.")]
    wrong |= dating.moved(one.fund, received_on, at, "received_on")
    if not voucher or len(voucher) > 60:
        wrong["voucher"] = [_("Give the number of the bank's voucher, in at most 60 characters.")]
    too_much = "fen" not in wrong and fen > open_of(one)
    if too_much and wrong:
        wrong["fen"] = [_more_than_open(one)]
    before = papers.refuse(
        one.fund, paper, wrong, code="payments.recovery", message=_("What came back is not complete.")
    )
    if too_much:
        raise Conflict("payments.too_much", _more_than_open(one), open=open_of(one), field="fen")
    entry = _post(one, Kind.RECOVERY, fen, papers.next_key(key), received_on, by, at, backdated="waits")
    made = Recovery.objects.create(entry=entry, overpayment=one, voucher=voucher)
    papers.keep(entry, paper, before)
    one.recovered_fen += fen
    _settle(one)
    said = {} if before is None else {"same_number_as": before.no, "another": another}
    _note(one, "recover", by, at, fen=fen, entry=entry.no, **said)
    return made


def _more_than_open(one: Overpayment) -> Any:
    return _("At most %(yuan)s yuan are still open.") % {"yuan": spoken.yuan(open_of(one))}


@transaction.atomic
def take_back_recovery(*, entry_id: int, reason: str, by: Account, at: dt.datetime) -> Entry:
    """Take back a recovery that was written down by mistake. Twice is once.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        When the reason is none of ``Reversal``.
    Conflict
        ``funds.used`` when the money has been used.
    """
    known = Recovery.objects.filter(pk=entry_id).select_related("entry").first()
    if known is None:
        raise NotFound("funds.no_entry", _("There is no such entry in your areas."))
    one = reach.overpayment_of(known.overpayment_id, by, at, reach.MANAGE)
    if reason not in Reversal.values:
        raise Invalid("funds.reason", _("Choose a reason from the list."), field="reason")
    made = Entry.objects.filter(reverses=known.entry).first()
    if made is not None:
        return made
    entry = funds.reverse(one.fund, known.entry, reason, by=by, at=at, overpayment=one)
    one.recovered_fen -= known.entry.fen
    _settle(one)
    _note(one, "take_back", by, at, fen=known.entry.fen, reason=reason)
    return entry


@transaction.atomic
def ask_waiver(*, number: int, fen: int, words: str, by: Account, at: dt.datetime) -> Waiver:
    """Ask that a part need not come back, with the reason in words. A waiting one is given again.

    Raises
    ------
    NotAllowed, NotFound
    Invalid
        ``payments.waiver`` with ``problems`` by field.
    Conflict
        ``payments.not_running``.
    """
    one = reach.overpayment_of(number, by, at, reach.BUILD)
    waiting = Waiver.objects.filter(overpayment=one, state=WaiverState.WAITING).first()
    if waiting is not None:
        return waiting
    words = " ".join(words.split())
    if one.state != OverpaymentState.RUNNING:
        raise Conflict("payments.not_running", _("Nothing is open of this overpayment."))
    wrong: dict[str, list[Any]] = {}
    if type(fen) is not int or not 0 < fen <= open_of(one):
        wrong["fen"] = [_("Give an amount of at most what is still open.")]
    if not words or len(words) > LONGEST:
        wrong["words"] = [_("Say why in at most 200 characters.")]
    if wrong:
        raise Invalid("payments.waiver", _("The waiver is not complete."), problems=wrong)
    made = Waiver.objects.create(
        overpayment=one,
        fen=fen,
        sealed=sealing.seal_words(words, "waiver", one.pk),
        asked_by=by,
        asked_at=at,
    )
    _note(one, "ask_waiver", by, at, fen=fen)
    return made


@transaction.atomic
def decide_waiver(*, number: int, approve: bool, by: Account, at: dt.datetime) -> Waiver:
    """Approve or refuse the waiver that waits at an overpayment. Twice by the same person is once.

    Raises
    ------
    NotAllowed
        ``payments.needs_two`` for whoever asked.
    NotFound
    Conflict
        ``payments.too_much`` when less is open by now.
    """
    one = reach.overpayment_of(number, by, at, reach.REVIEW)
    waiver = Waiver.objects.select_for_update().filter(overpayment=one).order_by("-pk").first()
    if waiver is None:
        raise NotFound("payments.no_waiver", _("Nobody asked for a waiver here."))
    _second(waiver.asked_by_id, by)
    wanted = WaiverState.APPROVED if approve else WaiverState.REFUSED
    if waiver.state == wanted and waiver.decided_by_id == by.pk:
        return waiver
    if waiver.state != WaiverState.WAITING:
        raise Conflict("payments.decided", _("This has been decided on already."))
    if approve:
        if waiver.fen > open_of(one):
            raise Conflict("payments.too_much", _("This is more than is still open."), open=open_of(one))
        _post(one, Kind.WAIVER, waiver.fen, f"waiver:{waiver.pk}", clock.date_of(at), by, at)
        one.waived_fen += waiver.fen
    waiver.state, waiver.decided_by, waiver.decided_at = wanted, by, at
    waiver.save(update_fields=["state", "decided_by", "decided_at"])
    _settle(one)
    _note(one, "waive" if approve else "refuse_waiver", by, at, fen=waiver.fen)
    return waiver


def open_of(one: Overpayment) -> int:
    """Fen that have still to come back."""
    return one.fen - one.recovered_fen - one.waived_fen


def _settle(one: Overpayment) -> None:
    one.state = OverpaymentState.RUNNING if open_of(one) else OverpaymentState.SETTLED
    one.save(update_fields=["recovered_fen", "waived_fen", "state"])


def _second(asked_by: int, by: Account) -> None:
    if asked_by == by.pk:
        raise NotAllowed("payments.needs_two", _("Who asked does not decide. Ask a second person."))


def _post(
    one: Overpayment,
    kind: Kind,
    fen: int,
    key: str,
    day: dt.date,
    by: Account,
    at: dt.datetime,
    *,
    backdated: posting.Backdated = "as_is",
) -> Entry:
    entry, _new = posting.post(
        one.fund,
        ledger.entry(kind, fen, programme=one.programme),
        key=key,
        day=day,
        by=by,
        at=at,
        backdated=backdated,
        overpayment=one,
    )
    return entry


def _note(one: Overpayment, act: str, by: Account, at: dt.datetime, **detail: Any) -> None:
    audit.append(
        by=by,
        action=f"overpayments.{act}",
        subject=f"overpayment:{one.pk}",
        at=at,
        scope_no=one.scope_no,
        detail=detail,
    )
