"""Funds and batches as their readers see them: sums, states, what can be done next."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from tongchou.apps.payments import awards, naming, payee_marks, posting, reach, row_deaths, sealing
from tongchou.apps.payments.models import (
    LIVE,
    AnswerFile,
    AnswerProblem,
    AnswerState,
    Appropriation,
    Arrival,
    Balance,
    Batch,
    BatchState,
    Entry,
    FrozenRow,
    Fund,
    FundUse,
    PaymentRow,
    RowOutcome,
    RowState,
)
from tongchou.core import clock, keys, scope
from tongchou.core.errors import NotFound
from tongchou.domain import lateness, ledger, shares
from tongchou.domain.ledger import Account
from tongchou.domain.payments import writing

if TYPE_CHECKING:
    from tongchou.core.models import Account as Person


@dataclass(frozen=True, slots=True)
class FundLine:
    """A fund in a list, with what its accounts hold in fen."""

    fund: Fund
    held: Mapping[str, int]

    def of(self, account: str) -> int:
        return self.held.get(account, 0)


def fund_lines(by: Person, on: dt.date, permission: str = reach.VIEW) -> list[FundLine]:
    """The funds the account reaches, the latest year first. Two queries."""
    funds = list(reach.funds(by, on, permission).select_related("area").order_by("-year", "scope_no", "line"))
    held: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = Balance.objects.filter(fund__in=[fund.pk for fund in funds])
    for fund, account, fen in rows.values_list("fund", "account", "fen"):
        held[fund][account] += fen
    return [FundLine(fund, held[fund.pk]) for fund in funds]


def uses_of(funds: Iterable[int]) -> dict[int, list[str]]:
    """The programmes funds may pay, by fund. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = FundUse.objects.filter(fund__in=list(funds)).order_by("fund", "programme")
    for fund, programme in rows.values_list("fund", "programme"):
        found[fund].append(programme)
    return found


@dataclass(frozen=True, slots=True)
class Month:
    """The account of a fund for a month: what each account opened and closed with, in fen."""

    month: dt.date
    opening: Mapping[ledger.Place, int]
    closing: Mapping[ledger.Place, int]
    closed: bool
    may_close: bool


def month_of(fund: Fund, month: dt.date, on: dt.date) -> Month:
    """The account of a month. Four queries."""
    month = ledger.month_of(month)
    opening = _summed(Entry.objects.filter(fund=fund, month__lt=month))
    moved = _summed(Entry.objects.filter(fund=fund, month=month))
    closing = {place: opening.get(place, 0) + moved.get(place, 0) for place in opening.keys() | moved.keys()}
    closed = fund.closed_to is not None and month <= fund.closed_to
    return Month(
        month=month,
        opening=opening,
        closing=closing,
        closed=closed,
        may_close=not closed and ledger.next_month(month) <= on,
    )


def _summed(entries: QuerySet[Entry]) -> dict[ledger.Place, int]:
    """What entries come to, by account and part. Two queries."""
    result: dict[ledger.Place, int] = defaultdict(int)
    for side, change in (("debit", 1), ("credit", -1)):
        grouped = entries.order_by().values_list(side, f"{side}_part").annotate(total=Sum("fen"))
        for account, part, total in grouped:
            place = (Account(account), part)
            result[place] += total * change * ledger.sign(place[0])
    return result


def months(fund: Fund) -> list[dt.date]:
    """The months of a fund that hold entries, the latest first."""
    found = Entry.objects.filter(fund=fund).order_by("-month").values_list("month", flat=True)
    return list(dict.fromkeys(found.distinct()))


def entries(fund: Fund, month: dt.date) -> QuerySet[Entry]:
    """The entries booked in a month, in order."""
    rows = Entry.objects.filter(fund=fund, month=ledger.month_of(month)).order_by("no")
    return rows.select_related("batch", "reversed_by", "reverses", "by", "paper__same_as")


@dataclass(frozen=True, slots=True)
class AppropriationLine:
    """An appropriation and how it stands: ``late`` and ``days`` as ``lateness.punctuality``."""

    appropriation: Appropriation
    fen: int
    appropriated_on: dt.date
    arrived: int
    punctuality: lateness.Punctuality
    taken_back: bool


def appropriations(fund: Fund, on: dt.date) -> list[AppropriationLine]:
    """All of a fund, those taken back too. Two queries."""
    arrivals: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    came = Arrival.objects.filter(entry__fund=fund, entry__reversed_by=None)
    for number, day, fen in came.values_list("appropriation", "entry__day", "entry__fen"):
        arrivals[number].append((day, fen))
    rows = Appropriation.objects.filter(entry__fund=fund).select_related("entry", "entry__reversed_by")
    found = []
    for one in rows.order_by("entry__no"):
        told = lateness.punctuality(one.entry.fen, one.due_on, arrivals[one.pk], on)
        gone = hasattr(one.entry, "reversed_by")
        found.append(
            AppropriationLine(one, one.entry.fen, one.entry.day, told.arrived, told, taken_back=gone)
        )
    return found


def batch_list(by: Person, on: dt.date, *, fund: Fund | None = None, waits: str = "") -> QuerySet[Batch]:
    """The batches the account may read, the newest first; ``waits`` names those of ``batches_that_wait``."""
    found = batches_that_wait(by, on)[waits] if waits else reach.batches(by, on)
    found = found.select_related("fund", "area", "built_by").order_by("-pk")
    return found if fund is None else found.filter(fund=fund)


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch: how many rows stand where, why some were left out, who bears how much."""

    batch: Batch
    states: Mapping[str, int]
    reasons: Mapping[str, int]  # left out or taken out
    changed: int  # rows marked when they were frozen: the account is another than before
    overtaken: int  # rows whose account has changed since, or is about to
    died: Mapping[str, int]  # rows the bank does not have, by what a recorded death says of them
    returned: Mapping[str, int]  # the bank's reasons
    bearing: Mapping[str, int]  # fen by level; empty without a sharing
    answers: Sequence[AnswerFile]
    own: bool  # built or frozen by the reader
    may_build: bool
    may_review: bool
    sees_people: bool


def batch_view(batch_id: int, by: Person, at: dt.datetime) -> BatchView:
    """One batch as the reader sees it.

    Raises
    ------
    NotAllowed, NotFound
    """
    known = reach.batch_of(batch_id, by, at, reach.VIEW)
    batch = Batch.objects.select_related(
        "fund", "area", "sharing", "built_by", "frozen_by", "reviewed_by", "issued_by"
    ).get(pk=known.pk)
    lines = PaymentRow.objects.filter(batch=batch).order_by()
    outcomes = RowOutcome.objects.filter(
        row__batch=batch, row__state=RowState.RETURNED, outcome="returned"
    ).order_by()
    return BatchView(
        batch=batch,
        states=dict(lines.values_list("state").annotate(n=Count("pk"))),
        reasons=dict(lines.exclude(why="").values_list("why").annotate(n=Count("pk"))),
        changed=lines.filter(state__in=TOLD).exclude(changed="").count(),
        overtaken=len(payee_marks.overtaken(batch)),
        died=row_deaths.counts(batch),
        returned=dict(outcomes.values_list("reason").annotate(n=Count("pk"))),
        bearing=shares.split(batch.fen, batch.sharing.parts) if batch.sharing else {},
        answers=list(batch.answers.exclude(state=AnswerState.DISCARDED).order_by("-pk")),
        own=by.pk in (batch.built_by_id, batch.frozen_by_id),
        may_build=_holds(by, reach.BUILD, batch, at),
        may_review=_holds(by, reach.REVIEW, batch, at),
        sees_people=sees_people(by, batch, at),
    )


def _holds(by: Person, permission: str, batch: Batch, at: dt.datetime) -> bool:
    return scope.of(by, clock.date_of(at), permission=permission).covers(batch.scope_no)


def sees_people(by: Person, batch: Batch, at: dt.datetime) -> bool:
    """Whether the reader sees whom a batch pays: of a private programme only who builds or reviews it."""
    if batch.programme not in naming.private():
        return True
    return _holds(by, reach.BUILD, batch, at) or _holds(by, reach.REVIEW, batch, at)


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row as lists show it: the payee's name and the last digits of the account, once they are frozen."""

    row: PaymentRow
    name: str
    account: str
    reason: str  # the bank's, as a code
    words: str  # the bank's own
    settled_on: dt.date | None
    settled_at: dt.datetime | None = None  # when it was recorded here
    overtaken: bool = False  # the account has changed since the batch was frozen, or is about to
    death: str = ""  # what a recorded death says of a row the bank does not have


def row_list(batch: Batch, state: str = "") -> QuerySet[PaymentRow]:
    """The rows of a batch in order; of one state, those left out and taken out (``out``), those of whose
    account the reviewer is told something (``changed``), or those a recorded death is told of (``died``)."""
    rows = PaymentRow.objects.filter(batch=batch).order_by("no")
    if state == "changed":
        marked = Q(state__in=TOLD) & ~Q(changed="")
        return rows.filter(marked | Q(no__in=payee_marks.overtaken(batch)))
    if state == "died":
        return row_deaths.marked(batch).order_by("no")
    if state == "out":
        return rows.exclude(why="")
    return rows.filter(state=state) if state else rows


def row_lines(rows: Iterable[PaymentRow], *, people: bool, batch: Batch | None = None) -> list[RowLine]:
    """Rows as lines. Two queries, however many; ``people`` as ``sees_people``.

    Rows of one ``batch`` are told whether their account has changed since and, where people are seen, what a
    recorded death says of them; two queries more.
    """
    listed = list(rows)
    overtaken = payee_marks.overtaken(batch, listed) if batch else set()
    deaths = row_deaths.marks(listed) if batch and people else {}
    numbers = [row.pk for row in listed]
    frozen = dict(FrozenRow.objects.filter(row__in=numbers).values_list("row", "sealed")) if people else {}
    outcomes: dict[int, RowOutcome] = {}
    for one in RowOutcome.objects.filter(row__in=numbers).order_by("pk"):
        outcomes[one.row_id] = one  # the last one counts
    with keys.steady():
        return [
            _row_line(
                row,
                frozen.get(row.pk, ""),
                outcomes.get(row.pk),
                people,
                overtaken=row.no in overtaken,
                death=deaths.get(row.pk, ""),
            )
            for row in listed
        ]


def _row_line(
    row: PaymentRow, sealed: str, outcome: RowOutcome | None, people: bool, *, overtaken: bool, death: str
) -> RowLine:
    facts = sealing.unseal(sealed, row.pk) if sealed else None
    words = sealing.unseal_words(outcome.sealed, "outcome", row.pk) if outcome and people else ""
    return RowLine(
        row=row,
        name=facts.name if facts else "",
        account=writing.masked(facts.account) if facts else "",
        reason=outcome.reason if outcome else "",
        words=words,
        settled_on=outcome.paid_on if outcome else None,
        settled_at=outcome.at if outcome else None,
        overtaken=overtaken,
        death=death,
    )


#: Rows that are told of a case: those that were or are with the bank, or are about to be.
TOLD = (RowState.FROZEN, RowState.ISSUED, RowState.PAID, RowState.RETURNED)


def rows_of_case(case_id: int, person_id: int) -> list[RowLine]:
    """What was paid of a case, the latest try first, without payees. Two queries; access is the caller's."""
    rows = PaymentRow.objects.filter(person_id=person_id, case_id=case_id, state__in=TOLD)
    return row_lines(rows.select_related("batch").order_by("-pk"), people=False)


def not_with_bank(case_ids: Collection[int]) -> set[int]:
    """Those of some cases that stand in a batch the bank does not have. One query; access is the caller's."""
    rows = PaymentRow.objects.filter(case_id__in=case_ids, state__in=(RowState.WAITING, RowState.FROZEN))
    return set(rows.values_list("case_id", flat=True))


def answer_view(file_id: int, by: Person, at: dt.datetime) -> AnswerFile:
    """One return file, for readers.

    Raises
    ------
    NotAllowed, NotFound
    """
    from tongchou.apps.payments.reconciling import answer_of

    return answer_of(file_id, by, at, reach.VIEW)


def answer_problems(file: AnswerFile) -> QuerySet[AnswerProblem]:
    """What is wrong with a return file: errors before warnings, then by row."""
    return file.problems.order_by("-error", "row", "id")


def came_back(by: Person, on: dt.date) -> int:
    """How many payments came back, are not on their way again, and could be. Two queries."""
    rows = PaymentRow.objects.filter(batch__in=reach.batches(by, on), state=RowState.RETURNED)
    later = PaymentRow.objects.filter(earlier__isnull=False, state__in=[*LIVE, RowState.RETURNED])
    waiting = rows.exclude(pk__in=later.values("earlier")).values_list("award_id", flat=True)
    return len(awards.source().payable(list(waiting)))


def batches_that_wait(by: Person, on: dt.date) -> dict[str, QuerySet[Batch]]:
    """The batches an account has to move on. Four queries, none of a batch.

    ``review`` are those it reviews as the second person, ``died`` those with rows that a death makes not due,
    or perhaps so, ``move`` those it freezes or hands to the bank, ``answers`` those with a return file nobody
    has decided about.
    """
    staged = AnswerFile.objects.filter(batch=OuterRef("pk"), state=AnswerState.STAGED)
    building = reach.batches(by, on, reach.BUILD)
    review = reach.batches(by, on, reach.REVIEW).filter(state=BatchState.FROZEN)
    return {
        "review": review.exclude(built_by=by.pk).exclude(frozen_by=by.pk),
        "died": row_deaths.to_look_at(building),
        "move": building.filter(state__in=(BatchState.DRAFT, BatchState.APPROVED)),
        "answers": building.filter(Exists(staged)),
    }


def waiting_counts(by: Person, on: dt.date) -> Counter[str]:
    """What waits for finance in the account's areas: batches by what is to be done, rows that came back."""
    found: Counter[str] = Counter()
    for state, number in reach.batches(by, on).order_by().values_list("state").annotate(n=Count("pk")):
        found[state] += number
    found["review"] = batches_that_wait(by, on)["review"].count()
    found["came_back"] = came_back(by, on)
    return found


def held_by_account(fund: Fund) -> dict[str, int]:
    """What each account of a fund holds, its parts together."""
    found: dict[str, int] = defaultdict(int)
    for (account, _part), fen in posting.balances(fund).items():
        found[account.value] += fen
    return dict(found)


def appropriation_of(number: int, by: Person, at: dt.datetime) -> Appropriation:
    """One appropriation of a fund the account manages.

    Raises
    ------
    NotAllowed, NotFound
    """
    inside = reach.areas(by, reach.MANAGE, at)
    found = Appropriation.objects.filter(inside.q("entry__fund__scope_no"), pk=number)
    one = found.select_related("entry__fund").first()
    if one is None:
        raise NotFound("funds.no_appropriation", _("There is no such appropriation in your areas."))
    return one


def entry_of(number: int, by: Person, at: dt.datetime) -> Entry:
    """One entry of a fund the account manages.

    Raises
    ------
    NotAllowed, NotFound
    """
    inside = reach.areas(by, reach.MANAGE, at)
    found = Entry.objects.filter(inside.q("fund__scope_no"), pk=number)
    one = found.select_related("fund", "batch", "reversed_by", "reverses", "by", "paper__same_as").first()
    if one is None:
        raise NotFound("funds.no_entry", _("There is no such entry in your areas."))
    return one


def with_bank_since(at: dt.datetime) -> int:
    """How many batches of the installation went to the bank before a moment and are not settled."""
    return Batch.objects.filter(state=BatchState.ISSUED, issued_at__lt=at).count()
