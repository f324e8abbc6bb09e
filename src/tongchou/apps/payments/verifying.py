"""The laws of money, counted anew from entries and rows: what ``tongchou funds verify`` prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import closing, dating, posting, sealing, verifying_tries
from tongchou.apps.payments.models import (
    LIVE,
    REVIEWED,
    Balance,
    Batch,
    BatchState,
    Closing,
    Entry,
    FrozenRow,
    Fund,
    PaymentRow,
    RowOutcome,
    RowState,
)
from tongchou.core import crypto, keys
from tongchou.core.scope import Scope
from tongchou.domain import ledger, shares
from tongchou.domain.ledger import Account, Kind

#: Broken places that are named of each law; all are counted.
MOST_NAMED: Final = 20
#: Ledger entries of a batch that its rows have to agree with.
_PAID, _RETURNED, _BOUNCED = Kind.PAYMENT.value, Kind.RETURN.value, Kind.BOUNCE.value


@dataclass(frozen=True, slots=True)
class Law:
    """One law: what it says, how many things were looked at, how many break it, and where."""

    code: str
    words: str | Promise
    checked: int
    broken: int
    where: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.broken == 0


Check = Callable[[list[Fund]], Iterator[str | None]]


def verify(*, scope: Scope, progress: Callable[[int, int], None] | None = None) -> list[Law]:
    """Every law over the funds of some areas. Reads everything; writes nothing."""
    funds = list(Fund.objects.filter(scope.q("scope_no")).select_related("area").order_by("pk"))
    found = []
    for place, (code, words, check) in enumerate(_LAWS):
        if progress:
            progress(place, len(_LAWS))
        checked, broken, where = 0, 0, []
        for wrong in check(funds):
            checked += 1
            if wrong is not None:
                broken += 1
                if len(where) < MOST_NAMED:
                    where.append(wrong)
        found.append(Law(code, words, checked, broken, tuple(where)))
    if progress:
        progress(len(_LAWS), len(_LAWS))
    return found


def _entries(funds: list[Fund]) -> Iterator[Entry]:
    rows = Entry.objects.filter(fund__in=funds).order_by("fund_id", "no")
    yield from rows.iterator(chunk_size=2000)


def _sums_to_zero(funds: list[Fund]) -> Iterator[str | None]:
    for entry in _entries(funds):
        try:
            move = posting.as_move(entry)
        except ValueError as error:
            yield f"fund {entry.fund_id} entry {entry.no}: {error}"
        else:
            yield None if sum(fen for _place, fen in move.lines) == 0 else f"fund {entry.fund_id} {entry.no}"


def _never_below_zero(funds: list[Fund]) -> Iterator[str | None]:
    """At no entry, walked in order; and what is stored is what the walk ends with."""
    ends: dict[int, dict[ledger.Place, int]] = {fund.pk: {} for fund in funds}
    for entry in _entries(funds):
        held = ends[entry.fund_id]
        try:
            ends[entry.fund_id] = ledger.applied(held, posting.as_move(entry))
        except ValueError as error:
            yield f"fund {entry.fund_id} entry {entry.no}: {error}"
        else:
            yield None
    stored: dict[int, dict[ledger.Place, int]] = defaultdict(dict)
    for fund, account, part, fen in Balance.objects.filter(fund__in=funds).values_list(
        "fund", "account", "part", "fen"
    ):
        stored[fund][Account(account), part] = fen
    for fund, held in ends.items():
        places = held.keys() | stored[fund].keys()
        off = [place for place in places if held.get(place, 0) != stored[fund].get(place, 0)]
        yield f"fund {fund}: stored balances differ: {sorted(off)}" if off else None


def _everywhere(funds: list[Fund]) -> Iterator[str | None]:
    for fund in funds:
        wrong = ledger.broken(posting.balances(fund))
        yield f"fund {fund.pk}: {'; '.join(wrong)}" if wrong else None


def _conserved(funds: list[Fund]) -> Iterator[str | None]:
    """issued = paid + returned + outstanding: a batch by its rows, its own figures and the ledger."""
    rows: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    grouped = PaymentRow.objects.filter(batch__fund__in=funds).values_list("batch", "state")
    for batch, state, fen in grouped.annotate(fen=Sum("fen")).order_by():
        rows[batch][state] = fen
    booked: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    entries = Entry.objects.filter(fund__in=funds, batch__isnull=False).values_list("batch", "kind")
    for batch, kind, fen in entries.annotate(sum=Sum("fen")).order_by():
        booked[batch][kind] = fen
    by_programme: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for batch in Batch.objects.filter(fund__in=funds).order_by("pk"):
        own = (batch.issued_fen, batch.paid_fen, batch.returned_fen, batch.outstanding_fen)
        for place, fen in enumerate(own):
            by_programme[batch.fund_id, batch.programme][place] += fen
        states, kinds = rows[batch.pk], booked[batch.pk]
        by_rows = (
            states[RowState.ISSUED] + states[RowState.PAID] + states[RowState.RETURNED],
            states[RowState.PAID],
            states[RowState.RETURNED],
            states[RowState.ISSUED],
        )
        paid = kinds[_PAID] - kinds[_BOUNCED]
        returned = kinds[_RETURNED] + kinds[_BOUNCED]
        issued = kinds[Kind.ISSUE.value]
        by_ledger = (issued, paid, returned, issued - paid - returned)
        agree = own == by_rows == by_ledger and own[0] == own[1] + own[2] + own[3]
        yield None if agree else f"batch {batch.name}: says {own}, rows {by_rows}, ledger {by_ledger}"
    held: dict[tuple[int, str], int] = {
        (fund, part): fen
        for fund, part, fen in Balance.objects.filter(
            fund__in=funds, account=Account.WITH_BANK.value
        ).values_list("fund", "part", "fen")
    }
    for key, (issued, paid, returned, outstanding) in sorted(by_programme.items()):
        sound = issued == paid + returned + outstanding and held.get(key, 0) == outstanding
        yield None if sound else f"fund {key[0]} {key[1]}: {outstanding} outstanding, {held.get(key, 0)} held"


def _committed(funds: list[Fund]) -> Iterator[str | None]:
    """What is set aside is what frozen batches that the bank does not have are worth."""
    wanted: dict[tuple[int, str], int] = defaultdict(int)
    for batch in Batch.objects.filter(
        fund__in=funds, state__in=[BatchState.FREEZING, BatchState.FROZEN, BatchState.APPROVED]
    ):
        if batch.state == BatchState.FREEZING:  # what is left out is released at its end
            wanted[batch.fund_id, batch.programme] += Entry.objects.get(key=f"commitment:{batch.pk}").fen
        else:
            wanted[batch.fund_id, batch.programme] += batch.fen
    stored = Balance.objects.filter(fund__in=funds, account=Account.COMMITTED.value)
    held = {(fund, part): fen for fund, part, fen in stored.values_list("fund", "part", "fen")}
    for key in sorted(wanted.keys() | held.keys()):
        sound = wanted.get(key, 0) == held.get(key, 0)
        yield (
            None
            if sound
            else f"fund {key[0]} {key[1]}: {held.get(key, 0)} set aside for {wanted.get(key, 0)}"
        )


def _decided(funds: list[Fund]) -> Iterator[str | None]:
    """Each paid row has an approved award and a commitment, and was reviewed by a second person."""
    from tongchou.apps.payments import awards

    committed = set(
        Entry.objects.filter(fund__in=funds, kind=Kind.COMMITMENT.value).values_list("batch", flat=True)
    )
    for batch in Batch.objects.filter(fund__in=funds, state__in=REVIEWED).order_by("pk"):
        two = batch.reviewed_by_id not in (None, batch.built_by_id, batch.frozen_by_id)
        rows = PaymentRow.objects.filter(batch=batch, state=RowState.PAID).order_by("no")
        numbers = list(rows.values_list("no", "award_id", "fen"))
        for start in range(0, len(numbers), 1000):
            part = numbers[start : start + 1000]
            standing = awards.source().awards([award for _no, award, _fen in part])
            for no, award, fen in part:
                known = standing.get(award)
                sound = two and batch.pk in committed and known is not None and known.amount_fen == fen
                yield None if sound else f"batch {batch.name} row {no}"


def _paid_once(funds: list[Fund]) -> Iterator[str | None]:
    """In one live row at most, and paid once more at most than it came back."""
    numbers = PaymentRow.objects.filter(batch__fund__in=funds).order_by("award_id")
    rows: dict[int, int] = defaultdict(int)
    for award, state in numbers.values_list("award_id", "state").iterator(chunk_size=2000):
        rows[award] += state in LIVE
    net: dict[int, int] = defaultdict(int)
    paid: set[int] = set()
    outcomes = RowOutcome.objects.filter(row__batch__fund__in=funds).order_by("pk")
    for row, award, outcome in outcomes.values_list("row", "row__award_id", "outcome").iterator(
        chunk_size=2000
    ):
        if outcome == "paid":
            net[award] += 1
            paid.add(row)
        elif row in paid:
            net[award] -= 1
    for award, live in rows.items():
        sound = live <= 1 and net[award] <= 1
        yield None if sound else f"award {award}: in {live} live rows, paid {net[award]} times"


def _marked(funds: list[Fund]) -> Iterator[str | None]:
    fields = ("row_id", "sealed", "mark", "row__award_id", "row__fen", "row__issue_no", "row__batch__name")
    rows = FrozenRow.objects.filter(row__batch__fund__in=funds).order_by("row_id").values_list(*fields)
    with keys.steady():
        for number, sealed, mark, award, fen, issue_no, batch in rows.iterator(chunk_size=2000):
            try:
                facts = sealing.unseal(sealed, number)
            except crypto.CannotDecrypt:
                yield f"batch {batch} row {number}: does not open"
                continue
            same = (facts.award_id, facts.fen, facts.issue_no) == (award, fen, issue_no)
            yield None if same and sealing.is_marked(facts, mark) else f"batch {batch} row {number}"


def _closed(funds: list[Fund]) -> Iterator[str | None]:
    for one in Closing.objects.filter(fund__in=funds).select_related("fund").order_by("fund", "month"):
        held = closing.as_rows(closing.balances_to(one.fund, one.month))
        same = held == one.balances and closing.digest(one.fund, one.month) == one.digest
        yield None if same else f"fund {one.fund_id} {one.month:%Y-%m}"


def _shared(funds: list[Fund]) -> Iterator[str | None]:
    for batch in Batch.objects.filter(fund__in=funds, sharing__isnull=False).select_related("sharing"):
        assert batch.sharing is not None
        sound = sum(shares.split(batch.fen, batch.sharing.parts).values()) == batch.fen
        yield None if sound else f"batch {batch.name}"


def _numbered(funds: list[Fund]) -> Iterator[str | None]:
    last = Entry.objects.filter(fund=OuterRef("pk")).order_by("-no").values("no")[:1]
    counted = Fund.objects.filter(pk__in=[fund.pk for fund in funds]).annotate(
        entries_made=Count("entries"), last=Subquery(last)
    )
    for number, made, highest in counted.values_list("pk", "entries_made", "last"):
        yield None if made == (highest or 0) else f"fund {number}: {made} entries, the last is {highest}"


def _batch_sums(funds: list[Fund]) -> Iterator[str | None]:
    """A batch is worth what its rows are."""
    states = [RowState.WAITING, RowState.FROZEN, RowState.ISSUED, RowState.PAID, RowState.RETURNED]
    ended = [BatchState.REFUSED, BatchState.DROPPED]
    batches = Batch.objects.filter(fund__in=funds).exclude(state__in=ended)
    live = Q(lines__state__in=states)
    for name, rows, fen, counted, worth in batches.annotate(
        counted=Count("lines", filter=live), worth=Sum("lines__fen", filter=live)
    ).values_list("name", "rows", "fen", "counted", "worth"):
        sound = (rows, fen) == (counted, worth or 0)
        yield None if sound else f"batch {name}: {rows} rows of {fen} fen, counted {counted} of {worth}"


def _recovered(funds: list[Fund]) -> Iterator[str | None]:
    """What is to be recovered is what overpayments leave open."""
    wanted: dict[tuple[int, str], int] = defaultdict(int)
    for fund in funds:
        running: Any = fund.overpayments.filter(state="running")
        for programme, fen in running.annotate(
            open=F("fen") - F("recovered_fen") - F("waived_fen")
        ).values_list("programme", "open"):
            wanted[fund.pk, programme] += fen
    stored = Balance.objects.filter(fund__in=funds, account=Account.OVERPAID.value)
    held = {(fund, part): fen for fund, part, fen in stored.values_list("fund", "part", "fen")}
    for key in sorted(wanted.keys() | held.keys()):
        sound = wanted.get(key, 0) == held.get(key, 0)
        yield None if sound else f"fund {key[0]} {key[1]}: {held.get(key, 0)} for {wanted.get(key, 0)}"


def _dated(funds: list[Fund]) -> Iterator[str | None]:
    """Arrived ≤ appropriated at every date, and nothing before the fund's year."""
    for fund, wrong in dating.misdated(funds):
        yield None if wrong is None else f"fund {fund.pk}: {wrong.words}"


def _by_month(funds: list[Fund]) -> Iterator[str | None]:
    """No account is below zero at the end of a month, reversed pairs left out."""
    for fund in funds:
        low = dating.below_zero(fund)
        told = ", ".join(f"{name} {part} {month:%Y-%m}".replace("  ", " ") for (name, part), month in low)
        yield f"fund {fund.pk}: {told}" if low else None


_LAWS: tuple[tuple[str, str | Promise, Check], ...] = (
    ("zero", _("Every entry sums to zero"), _sums_to_zero),
    ("not_below_zero", _("No account of a fund is ever below zero; balances are their entries"),
     _never_below_zero),
    ("dated", _("At no date more had arrived than was appropriated, and nothing before the fund's year"),
     _dated),
    ("months", _("No account is below zero at the end of a month"), _by_month),
    ("whole", _("All that was appropriated is somewhere"), _everywhere),
    ("conserved", _("Handed to the bank = paid + returned + with the bank"), _conserved),
    ("batch_sums", _("A batch is worth what its rows are"), _batch_sums),
    ("committed", _("What is set aside is what frozen batches need"), _committed),
    ("decided", _("Every paid row has an approval, a commitment and a second person's review"), _decided),
    ("once", _("No award is paid twice"), _paid_once),
    ("marked", _("Every frozen row still carries its mark"), _marked),
    ("closed", _("Closed months hold what they were closed with"), _closed),
    ("shares", _("Shares of the levels add up to the fen"), _shared),
    ("recovered", _("What is to be recovered is what overpayments leave open"), _recovered),
    ("numbered", _("Entries are numbered without gaps"), _numbered),
    ("tried", _("What casework is told of payments is what the rows say"), verifying_tries.told),
    ("again", _("What came back is paid again once, and once more only where a second person allowed it"),
     verifying_tries.again),
)  # fmt: skip
