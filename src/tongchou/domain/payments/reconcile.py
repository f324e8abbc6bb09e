"""What a bank's answer says of the rows of a batch: outcomes, and every cell that does not fit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tongchou.domain.names import compare_key
from tongchou.domain.payments.answers import LEVELS, Answer, AnswerRow, CellProblem, Result

#: Where a row stands before the answer.
Standing = Literal["issued", "paid", "returned"]


@dataclass(frozen=True, slots=True)
class Issued:
    """A row as it was handed to the bank, and what is known of it since."""

    seq: int
    name: str
    account: str
    fen: int
    standing: Standing = "issued"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the bank says of one row. ``came_back``: it had been paid before. ``paid_on`` None: not told."""

    seq: int
    result: Result
    reason: str = ""
    words: str = ""
    paid_on: dt.date | None = None
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All of it. ``not_named`` counts rows with the bank that this answer leaves there.

    ``other_batch``: the file as a whole is about another batch, and nothing of it may be recorded.
    """

    outcomes: tuple[Outcome, ...]
    problems: tuple[CellProblem, ...]
    not_named: int
    other_batch: bool = False

    @property
    def errors(self) -> int:
        return sum(one.level == "error" for one in self.problems)


def reconcile(
    issued: Mapping[int, Issued], answer: Answer, *, batch: str, issued_on: dt.date, on: dt.date
) -> Reconciliation:
    """An answer against the batch it should be about.

    Every row that fits has one outcome, every row that does not has a problem at each of its wrong cells. So
    whatever the answer holds, each row of the batch has at most one outcome here, and what is paid by it is
    never more than was issued.

    Parameters
    ----------
    issued
        The rows of the batch by their number.
    batch
        The name of the batch as its file carries it.
    issued_on, on
        The day the file was handed over, and the day of reading: the bank pays in between.
    """
    times = Counter(row.seq for row in answer.rows if row.seq is not None)
    problems = list(answer.problems)
    outcomes: list[Outcome] = []
    elsewhere = bool(answer.batch) and answer.batch != batch
    if elsewhere:
        problems.append(CellProblem("other_batch", 1, "batch", "A1"))
    for row in answer.rows:
        found, known = _row(row, issued, times, batch, issued_on, on)
        problems += found
        if known and not elsewhere:
            outcomes.append(known)
    told = [row.batch for row in answer.rows if row.batch]
    elsewhere = elsewhere or (bool(told) and all(one != batch for one in told))
    if elsewhere:
        outcomes = []
    problems += _sums(answer)
    settled = {one.seq for one in outcomes}
    return Reconciliation(
        outcomes=tuple(outcomes),
        problems=tuple(sorted(problems, key=lambda one: (one.row, one.cell, one.code))),
        not_named=sum(one.standing == "issued" and seq not in settled for seq, one in issued.items()),
        other_batch=elsewhere,
    )


def _row(
    row: AnswerRow,
    issued: Mapping[int, Issued],
    times: Counter[int],
    batch: str,
    issued_on: dt.date,
    on: dt.date,
) -> tuple[list[CellProblem], Outcome | None]:
    if row.seq is None:
        return [], None
    place = "seq" if "seq" in row.cells else "reference"
    sent = issued.get(row.seq)
    if sent is None:
        return [row.problem("row_unknown", place, number=row.seq)], None
    found = []
    if times[row.seq] > 1:
        found.append(row.problem("row_repeated", place, number=row.seq, times=times[row.seq]))
    if row.batch and row.batch != batch:
        found.append(row.problem("other_batch", "batch" if "batch" in row.cells else "reference"))
    found += _compared(row, sent)
    if row.paid_on is not None and row.paid_on > on:
        found.append(row.problem("day_in_future", "paid_on", day=row.paid_on.isoformat()))
    elif row.paid_on is not None and row.paid_on < issued_on:
        found.append(row.problem("day_before_issue", "paid_on", day=row.paid_on.isoformat()))
    if row.bad or row.result is None or any(LEVELS[one.code] == "error" for one in found):
        return found, None
    noted, came_back = _against_standing(row, sent)
    if noted and not came_back:
        return [*found, noted], None
    outcome = Outcome(row.seq, row.result, row.reason, row.words, row.paid_on, came_back)
    return [*found, *([noted] if noted else [])], outcome


def _compared(row: AnswerRow, sent: Issued) -> list[CellProblem]:
    found = []
    if row.account and not _same_account(row.account, sent.account):
        found.append(row.problem("other_account", "account"))
    if row.name and "*" not in row.name and compare_key(row.name) != compare_key(sent.name):
        found.append(row.problem("other_name", "name"))
    amount = "yuan" if "yuan" in row.cells else "fen"
    if row.fen is not None and row.fen > sent.fen:
        found.append(row.problem("amount_above", amount, said=row.fen, sent=sent.fen))
    elif row.fen is not None and row.fen < sent.fen:
        found.append(row.problem("amount_below", amount, said=row.fen, sent=sent.fen))
    return found


def _same_account(said: str, sent: str) -> bool:
    """Some banks mask the middle: what is left has to fit, and at least four digits of it."""
    if "*" not in said:
        return said == sent
    head, _, rest = said.partition("*")
    tail = rest.rpartition("*")[2]
    return len(head) + len(tail) >= 4 and sent.startswith(head) and sent.endswith(tail)


def _against_standing(row: AnswerRow, sent: Issued) -> tuple[CellProblem | None, bool]:
    if sent.standing == "issued":
        return None, False
    if sent.standing == row.result:
        return row.problem("already_known", "status"), False
    if sent.standing == "paid":
        return row.problem("came_back", "status"), True
    return row.problem("contradicts", "status"), False


def _sums(answer: Answer) -> list[CellProblem]:
    """What the first line says against what stands below it."""
    if answer.said_rows is None or answer.said_rows == len(answer.rows):
        return []
    return [
        CellProblem("sum_differs", 1, "batch", "A1", {"said": answer.said_rows, "rows": len(answer.rows)})
    ]
