"""Payment batches as pages show them: state, what to do next, rows with the payee's name alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.payments import api as payments
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip, Step, steps
from tongchou.web.console.presenters import payment_deaths
from tongchou.web.console.presenters.funds import Figure

#: What a list of batches may be narrowed to: ``payments.batches_that_wait``.
WAITS: dict[str, Promise] = {
    "review": gettext_lazy("To be reviewed by me"),
    "died": gettext_lazy("With rows after a death"),
    "move": gettext_lazy("To be frozen or handed over"),
    "answers": gettext_lazy("Return files to decide about"),
}

State = payments.BatchState
_CHIPS: Mapping[str, tuple[str, str]] = {
    State.BUILDING: ("clock", ""),
    State.DRAFT: ("pen", "warn"),
    State.FREEZING: ("clock", ""),
    State.FROZEN: ("eye", "warn"),
    State.APPROVED: ("check", "warn"),
    State.ISSUED: ("coin", "warn"),
    State.SETTLED: ("check", "good"),
    State.REFUSED: ("turn", ""),
    State.DROPPED: ("cross", ""),
}
#: Which step of the procedure a batch is at.
_STEP: Mapping[str, int] = {
    State.BUILDING: 0,
    State.DRAFT: 1,
    State.FREEZING: 1,
    State.FROZEN: 2,
    State.APPROVED: 3,
    State.ISSUED: 4,
    State.SETTLED: 5,
}
#: What is told of a batch in each state, by what its reader may do.
_NEXT: Mapping[str, tuple[str | Promise, str | Promise]] = {
    State.BUILDING: (
        gettext_lazy("The batch is being built"),
        gettext_lazy("Approved cases are taken in. Come back in a moment."),
    ),
    State.DRAFT: (
        gettext_lazy("Freeze the list next"),
        gettext_lazy(
            "Names and accounts are read once and the money is set aside. Nothing changes afterwards."
        ),
    ),
    State.FREEZING: (
        gettext_lazy("The list is being frozen"),
        gettext_lazy("The money is set aside already. Come back in a moment."),
    ),
    State.FROZEN: (
        gettext_lazy("A second person reviews it next"),
        gettext_lazy("Compare rows and amount with the decisions, then approve or send back."),
    ),
    State.APPROVED: (
        gettext_lazy("Make the bank file next"),
        gettext_lazy("With it the money is handed to the bank. Made again, it is the same file."),
    ),
    State.ISSUED: (
        gettext_lazy("Wait for the bank's return file"),
        gettext_lazy(
            "Check it here; every cell that does not fit is named, and nothing is recorded at once."
        ),
    ),
    State.SETTLED: (gettext_lazy("Settled"), gettext_lazy("Every row is paid or came back.")),
    State.REFUSED: (
        gettext_lazy("Sent back"),
        gettext_lazy(
            "Its money is free and its cases wait again. Build a new batch when the reason is mended."
        ),
    ),
    State.DROPPED: (
        gettext_lazy("Given up"),
        gettext_lazy("Its money is free and its cases wait again."),
    ),
}
_ROW_CHIPS: Mapping[str, tuple[str, str]] = {
    "waiting": ("clock", ""),
    "left_out": ("cross", "warn"),
    "frozen": ("lock", ""),
    "issued": ("coin", ""),
    "paid": ("check", "good"),
    "returned": ("turn", "warn"),
    "dropped": ("cross", ""),
}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A line of the list of batches."""

    url: str
    name: str
    programme: str
    area: str
    again: bool
    chip: Chip
    rows: int
    fen: int
    paid: int
    returned: int
    outstanding: int
    built: dt.datetime
    by: str


def chip(batch: payments.Batch) -> Chip:
    icon, tone = _CHIPS[batch.state]
    return Chip(str(State(batch.state).label), icon, tone)


def batch_line(batch: payments.Batch, language: str) -> BatchLine:
    return BatchLine(
        url=reverse("console:payment", args=[batch.pk]),
        name=batch.name,
        programme=payments.title(batch.programme, language),
        area=batch.area.name,
        again=batch.attempt == payments.Try.AGAIN,
        chip=chip(batch),
        rows=batch.rows,
        fen=batch.fen,
        paid=batch.paid_fen,
        returned=batch.returned_fen,
        outstanding=batch.outstanding_fen,
        built=batch.built_at,
        by=batch.built_by.shown_name,
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were left out or came back, how many, and what helps."""

    label: str
    number: int
    fix: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A return file of a batch."""

    url: str
    chip: Chip
    rows: int
    errors: int
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Everything the page of a batch shows beside its rows."""

    number: int
    name: str
    programme: str
    chip: Chip
    steps: list[Step]
    title: str
    text: str
    tone: str
    figures: list[Figure]
    facts: list[tuple[str, str]]
    mark: str  # the first signs of the bank file's hash
    bearing: list[Figure]
    reasons: list[Reason]
    answers: list[AnswerLine]
    seen: str
    may_freeze: bool
    may_decide: bool
    may_file: bool
    may_answer: bool
    may_drop: bool
    may_take_out: bool
    again_url: str
    own_to_review: bool
    sees_people: bool
    changed: int
    overtaken: int
    died: payment_deaths.Deaths | None
    may_take_out_not_due: bool


def procedure(now: int) -> list[Step]:
    """The steps of a payment."""
    labels = [_("Build"), _("Freeze"), _("Review"), _("Bank file"), _("Return file")]
    return steps(labels, now)


def batch_page(view: payments.BatchView, language: str) -> BatchPage:
    batch = view.batch
    title, text = _NEXT[batch.state]
    came_back = bool(batch.returned_fen) and batch.state in (State.ISSUED, State.SETTLED)
    if came_back and batch.state == State.SETTLED:
        text = _(
            "Every row is paid or came back. Have what is wrong corrected on the cases, then pay it again."
        )
    return BatchPage(
        number=batch.pk,
        name=batch.name,
        programme=payments.title(batch.programme, language),
        chip=chip(batch),
        steps=procedure(_STEP[batch.state]) if batch.state in _STEP else [],
        title=str(title),
        text=str(text),
        tone="good" if batch.state == State.SETTLED else "",
        figures=_figures(batch),
        facts=_facts(batch, language),
        mark=batch.file_sha256[:12],
        bearing=[
            Figure(str(payments.Source(level).label), fen) for level, fen in view.bearing.items() if fen
        ],
        reasons=_reasons(view),
        answers=[_answer_line(one) for one in view.answers],
        seen=payments.seen_of(batch),
        may_freeze=view.may_build and batch.state in (State.DRAFT, State.FREEZING),
        may_decide=view.may_review and not view.own and batch.state == State.FROZEN,
        may_file=view.may_build and batch.state in (State.APPROVED, State.ISSUED, State.SETTLED),
        may_answer=view.may_build and batch.state in (State.ISSUED, State.SETTLED),
        may_drop=view.may_build and batch.state in (State.DRAFT, State.FROZEN, State.APPROVED),
        may_take_out=view.may_build and batch.state in (State.FROZEN, State.APPROVED),
        again_url=f"{reverse('console:payment-new')}?of=again" if came_back and view.may_build else "",
        own_to_review=view.own and batch.state == State.FROZEN,
        sees_people=view.sees_people,
        changed=view.changed,
        overtaken=view.overtaken,
        died=payment_deaths.deaths(view),
        may_take_out_not_due=payment_deaths.may_take_out(view),
    )


def _figures(batch: payments.Batch) -> list[Figure]:
    if not batch.issued_fen:
        return [Figure(_("Worth"), batch.fen)]
    return [
        Figure(_("Handed to the bank"), batch.issued_fen),
        Figure(_("Paid"), batch.paid_fen),
        Figure(_("Returned"), batch.returned_fen),
        Figure(_("With the bank"), batch.outstanding_fen),
    ]


def _facts(batch: payments.Batch, language: str) -> list[tuple[str, str]]:
    template = payments.templates().get(batch.template)
    facts = [
        (_("Fund"), f"{batch.fund.title} {batch.fund.year}"),
        (_("The bank's template"), template.title.of(language) if template else batch.template),
        (_("Rows"), formatters.number(batch.rows)),
        (_("Built by"), f"{batch.built_by.shown_name} · {formatters.moment(batch.built_at)}"),
    ]
    if batch.frozen_by:
        facts.append((_("Frozen by"), f"{batch.frozen_by.shown_name} · {formatters.moment(batch.frozen_at)}"))
    if batch.reviewed_by:
        told = f"{batch.reviewed_by.shown_name} · {formatters.moment(batch.reviewed_at)}"
        if batch.refusal:
            told += f" · {payments.Refusal(batch.refusal).label}"
        facts.append((_("Reviewed by"), told))
    if batch.issued_by:
        facts.append(
            (_("Handed over by"), f"{batch.issued_by.shown_name} · {formatters.moment(batch.issued_at)}")
        )
    return facts


def _reasons(view: payments.BatchView) -> list[Reason]:
    """Why rows were left out, then why the bank sent some back."""
    out = [
        Reason(str(payments.Why(why).label), number, str(_FIXES.get(why, "")))
        for why, number in sorted(view.reasons.items())
    ]
    return out + [
        Reason(str(payments.RETURN_REASONS[code]), number, str(payments.RETURN_MENDING[code]))
        for code, number in sorted(view.returned.items())
    ]


_TOWNSHIP = gettext_lazy("Have the township correct the account on the case; the next batch takes it in.")
_FIXES: Mapping[str, str | Promise] = {
    "no_payee": _TOWNSHIP,
    "no_name": _TOWNSHIP,
    "no_account": _TOWNSHIP,
    "account_odd": _TOWNSHIP,
    "odd_name": _TOWNSHIP,
    "not_in_encoding": gettext_lazy("Ask the bank how it writes the name, or use a template of a workbook."),
    "not_corrected": _TOWNSHIP,
    "not_standing": gettext_lazy("The case was decided anew: look at it."),
    "died": gettext_lazy(
        "For a year after the death nothing is due: the county ends the case, or every next batch leaves it "
        "out again. For the year of the death or before it stays due."
    ),
    "payee_waits": gettext_lazy("A second officer confirms the account; the next batch takes it in."),
}


def _answer_line(file: payments.AnswerFile) -> AnswerLine:
    return AnswerLine(
        url=reverse("console:payment-answer", args=[file.pk]),
        chip=answer_chip(file),
        rows=file.rows,
        errors=file.errors,
        received=file.uploaded_at,
    )


def answer_chip(file: payments.AnswerFile) -> Chip:
    icon, tone = {
        payments.AnswerState.STAGED: ("clock", "warn"),
        payments.AnswerState.RECORDING: ("clock", ""),
        payments.AnswerState.RECORDED: ("check", "good"),
        payments.AnswerState.DISCARDED: ("cross", ""),
    }[payments.AnswerState(file.state)]
    # The label of the state is the heading of a column of moments elsewhere, and told as one.
    recorded = file.state == payments.AnswerState.RECORDED
    label = _("The answer is recorded") if recorded else str(payments.AnswerState(file.state).label)
    return Chip(label, icon, tone)


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of a batch."""

    no: int
    case_number: str
    name: str
    account: str
    fen: int
    chip: Chip
    note: str
    words: str
    settled_on: dt.date | None
    again: bool
    statement_url: str
    take_out_url: str
    overpaid_url: str
    more_url: str
    #: What the reviewer is told of the account.
    marks: list[str]
    #: What a recorded death says of the row.
    death: Chip | None


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A payment of a case: how much, where it stands, and what helps when the bank sent it back."""

    amount: str
    chip: Chip
    day: str
    note: str


def of_case(lines: Iterable[payments.RowLine]) -> list[PaidLine]:
    """The payments of a case, the latest first; what helps stands with the latest alone."""
    shown = []
    for one in lines:
        note = ""
        if one.row.state == payments.RowState.RETURNED and one.reason:
            told = (payments.RETURN_REASONS, payments.RETURN_MENDING)[: 1 if shown else 2]
            note = " · ".join(str(words[one.reason]) for words in told)
        shown.append(
            PaidLine(
                amount=formatters.yuan(one.row.fen),
                chip=_row_chip(one.row),
                day=formatters.day(one.settled_on) if one.settled_on else "",
                note=note,
            )
        )
    return shown


def in_batch(lines: Iterable[payments.RowLine]) -> str:
    """Which batch holds the case with the account as it was, and how to get it out; empty where none does."""
    frozen = _(
        "The case stands in payment batch %(batch)s with the account as it was when the batch was frozen. "
        "Another account does not reach it. If the money must not go there, have the finance office take "
        "the row out before the bank file is made; it is paid with the next batch."
    )
    issued = _(
        "The bank has the payment, batch %(batch)s, with the account as it was. Another account counts only "
        "if it comes back."
    )
    words = {payments.RowState.FROZEN: frozen, payments.RowState.ISSUED: issued}
    for one in lines:
        if one.row.state in words:
            return words[payments.RowState(one.row.state)] % {"batch": one.row.batch.name}
    return ""


def _row_chip(row: payments.PaymentRow) -> Chip:
    icon, tone = _ROW_CHIPS[row.state]
    return Chip(str(payments.RowState(row.state).label), icon, tone)


def row_shown(one: payments.RowLine, *, page: BatchPage, may_review: bool, may_build: bool) -> RowShown:
    row = one.row
    note = ""
    if row.why:
        note = str(payments.Why(row.why).label)
    elif one.reason and row.state == payments.RowState.RETURNED:
        note = str(payments.RETURN_REASONS[one.reason])
    numbers = [page.number, row.no]
    third = row.state == payments.RowState.RETURNED and row.issue_no >= 2 and may_review
    return RowShown(
        no=row.no,
        case_number=row.case_number,
        name=one.name,
        account=one.account,
        fen=row.fen,
        chip=_row_chip(row),
        note=note,
        words="" if one.words == note else one.words,
        settled_on=one.settled_on,
        again=row.issue_no > 1,
        statement_url=reverse("console:family-statement", args=[row.household_id])
        if row.household_id and page.sees_people
        else "",
        take_out_url=reverse("console:payment-take-out", args=numbers)
        if page.may_take_out and row.state == payments.RowState.FROZEN
        else "",
        overpaid_url=reverse("console:payment-overpaid", args=numbers)
        if may_build and row.state == payments.RowState.PAID
        else "",
        more_url=reverse("console:payment-more", args=numbers) if third else "",
        marks=_marks(one),
        death=payment_deaths.mark(one),
    )


def _marks(one: payments.RowLine) -> list[str]:
    told = [str(payments.Changed(one.row.changed).label)] if one.row.changed else []
    if one.overtaken:
        words = _("Another account was asked for or confirmed since; this row pays the former one")
        told.append(words)
    return told
