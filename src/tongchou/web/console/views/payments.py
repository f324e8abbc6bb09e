"""Payment batches: the list, one batch with its rows, and the acts that move it on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.payments import api as payments
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import chrome, formatters
from tongchou.web.console.again import confirmed
from tongchou.web.console.money_forms import BatchForm, MoreTriesForm, SendBackForm, TakeOutForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import payments as present
from tongchou.web.console.presenters import to_pay as present_to_pay
from tongchou.web.console.table_workbook import Cell, attachment, table_workbook
from tongchou.web.console.views.funds import act, sent

SIZE = 50
#: What a filter of rows may say.
STATES = ("", "out", "changed", "died", *payments.RowState.values)


@require_safe
@staff(payments.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The batches of the reader's areas, the newest first, and what waits; ``?show=`` only what waits so."""
    on, language = clock.today(), data_language()
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in present.WAITS else ""
    found = payments.batch_list(request.user, on, waits=chosen)
    address = reverse("console:payments") + (f"?show={chosen}" if chosen else "")
    pages = pages_of(request, address, "page", found.count(), SIZE)
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    waiting = payments.waiting_counts(request.user, on)
    return show(
        request,
        "console/payments.html",
        batches=[present.batch_line(one, language) for one in part],
        pages=pages,
        waits=present.WAITS.items(),
        chosen=chosen,
        review=waiting["review"],
        came_back=waiting["came_back"],
        may_build=payments.BUILD in chrome.permissions_of(request),
    )


@require_safe
@staff(payments.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The list of batches as a workbook: sums, no people."""
    language = data_language()
    lines = [present.batch_line(one, language) for one in payments.batch_list(request.user, clock.today())]
    rows: list[list[Cell]] = [
        [one.name, one.programme, one.chip.label, one.rows, one.fen / 100, one.paid / 100,
         one.returned / 100, one.outstanding / 100]
        for one in lines
    ]  # fmt: skip
    content = table_workbook(
        sheet=_("Payment batches"),
        title=_("Payment batches"),
        about=((_("Area"), chrome.of(request).unit), (_("As of"), formatters.day(clock.today()))),
        heads=[_("Batch"), _("Programme"), _("State"), _("Rows"), _("Worth, yuan"), _("Paid, yuan"),
               _("Returned, yuan"), _("With the bank, yuan")],
        rows=rows,
    )  # fmt: skip
    return attachment(content, "payments.xlsx")


@require_safe
@staff(payments.BUILD)
def to_pay(request: HttpRequest) -> HttpResponse:
    """Approved cases in no batch yet, by programme, each with the way to its batch."""
    found = payments.to_pay(request.user, clock.today())
    return show(
        request,
        "console/payments_to_pay.html",
        lines=[present_to_pay.to_pay(one, data_language()) for one in found],
    )


@staff(payments.BUILD)
def new(request: HttpRequest) -> HttpResponse:
    """Builds a batch, or leads to the one that is open."""
    funds = [one.fund for one in payments.fund_lines(request.user, clock.today(), payments.BUILD)]
    start = {
        "attempt": "again" if request.GET.get("of") == "again" else "first",
        "fund_id": request.GET.get("fund", ""),
        "programme": request.GET.get("programme", ""),
    }
    form = BatchForm(*sent(request), funds=funds, language=data_language(), initial=start)
    refusal = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data | {"fund_id": int(form.cleaned_data["fund_id"])}
        try:
            batch = payments.build_batch(**given, by=request.user, at=clock.now())
            return redirect("console:payment", batch.pk)
        except (Invalid, Conflict) as error:
            refusal = form.refused(error)
    return show(
        request,
        "console/money_form.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        title=_("Build a batch"),
        about=_(
            "Of a fund, a programme and what is paid (first payment, or again) one batch at a time is put "
            "together: pressed twice, it is the same one. Once it is frozen the next can be built, so that "
            "nobody waits for a review or for the bank; no case stands in two."
        ),
        button=_("Build the batch"),
        back=reverse("console:payments"),
        crumb=_("Payment batches"),
    )


@require_safe
@staff(payments.VIEW)
def batch(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One batch."""
    return _page(request, payment_id)


def _page(
    request: HttpRequest,
    payment_id: int,
    *,
    form: SendBackForm | None = None,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    at, language = clock.now(), data_language()
    view = payments.batch_view(payment_id, request.user, at)
    page = present.batch_page(view, language)
    state = _state(request, view)
    found = payments.row_list(view.batch, state)
    address = f"{reverse('console:payment', args=[payment_id])}?{urlencode({'show': state})}"
    pages = pages_of(request, address, "page", found.count(), SIZE, "#rows")
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    lines = payments.row_lines(part, people=view.sees_people, batch=view.batch)
    job = payments.running(view.batch)
    return show(
        request,
        "console/payment.html",
        status=status,
        page=page,
        steps=page.steps,
        rows=[
            present.row_shown(one, page=page, may_review=view.may_review, may_build=view.may_build)
            for one in lines
        ],
        pages=pages,
        state=state,
        filters=_filters(view, payment_id),
        form=form or SendBackForm(),
        refusal=refusal,
        job_url=reverse("console:jobs") + f"#job-{job.pk}" if job else "",
    )


def _state(request: HttpRequest, view: payments.BatchView) -> str:
    """Which rows are asked for; of whom a death is recorded only to who sees whom the batch pays."""
    state = request.GET.get("show", "")
    return state if state in STATES and (state != "died" or view.sees_people) else ""


def _filters(view: payments.BatchView, payment_id: int) -> list[tuple[str, str, str, int]]:
    """Address, value, label and number of each filter that shows anything."""
    address = reverse("console:payment", args=[payment_id])
    found = [("", _("All rows"), sum(view.states.values()))]
    found += [
        (state, str(payments.RowState(state).label), view.states[state])
        for state in payments.RowState.values
        if view.states.get(state)
    ]
    if view.died and view.sees_people:
        found.append(("died", _("A death is recorded"), sum(view.died.values())))
    if view.changed or view.overtaken:
        told = payments.row_list(view.batch, "changed").count()
        found.append(("changed", _("Account changed"), told))
    return [
        (f"{address}?{urlencode({'show': value})}#rows", value, label, number)
        for value, label, number in found
    ]


@require_POST
@staff(payments.VIEW)
def decide(request: HttpRequest, payment_id: int, act: str) -> HttpResponse:
    """Freezes, approves, sends back or gives a batch up; takes out what is not due after a death."""
    given: dict[str, Any] = {"batch_id": payment_id, "by": request.user, "at": clock.now()}
    form = None
    try:
        if act == "freeze":
            payments.freeze_batch(**given)
        elif act == "approve":
            payments.approve(seen=request.POST.get("seen", ""), **given)
            messages.success(request, _("Reviewed. The bank file can be made now."))
        elif act == "send-back":
            form = SendBackForm(request.POST)
            if not form.is_valid():
                return _page(request, payment_id, form=form, status=422)
            payments.send_back(refusal=form.cleaned_data["refusal"], **given)
            messages.success(request, _("Sent back. Its money is free and its cases wait again."))
        elif act == "take-out-not-due":
            number = payments.take_out_not_due(**given)
            told = ngettext("%(n)s row taken out.", "%(n)s rows taken out.", number) % {"n": number}
            messages.success(request, told)
        elif act == "drop":
            payments.drop(**given)
            messages.success(request, _("Given up. Its money is free and its cases wait again."))
        else:
            raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    except (Conflict, Invalid, NotAllowed) as error:
        if error.code == "access.denied":
            raise
        return _page(request, payment_id, refusal=error, status=error.status)
    return redirect("console:payment", payment_id)


@require_POST
@staff(payments.BUILD)
@confirmed
def bank_file(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The bank file of a reviewed batch, with full account numbers."""
    try:
        file = payments.bank_file(batch_id=payment_id, by=request.user, at=clock.now())
    except Conflict as error:
        return _page(request, payment_id, refusal=error, status=error.status)
    return attachment(file.content, file.name, kind="application/octet-stream")


@require_safe
@staff(payments.VIEW)
def rows_workbook(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The rows of a batch, or those of one state, as a workbook: names, accounts masked."""
    view = payments.batch_view(payment_id, request.user, clock.now())
    found = payments.row_list(view.batch, _state(request, view))
    page = present.batch_page(view, data_language())
    shown = [
        present.row_shown(one, page=page, may_review=False, may_build=False)
        for one in payments.row_lines(found, people=view.sees_people, batch=view.batch)
    ]
    rows: list[list[Cell]] = [
        [str(one.no), one.case_number, one.name, one.account, one.fen / 100, one.chip.label, one.note,
         one.settled_on.isoformat() if one.settled_on else "", "; ".join(one.marks),
         one.death.label if one.death else ""]
        for one in shown
    ]  # fmt: skip
    content = table_workbook(
        sheet=_("Rows"),
        title=f"{page.programme} {page.name}",
        about=(*page.facts, (_("Mark of the file"), page.mark)),
        heads=[_("Row"), _("Case"), _("Payee"), _("Account"), _("Amount, yuan"), _("State"), _("Why"),
               _("Date"), _("Account changed"), _("A death is recorded")],
        rows=rows,
        widths=(8, 16, 16, 12, 14, 14, 30, 14, 30, 30),
    )  # fmt: skip
    return attachment(content, f"payment-{page.name}.xlsx")


@require_safe
@staff(payments.VIEW)
def receipt(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The receipt of a batch on paper: sums, who did what, the mark of its file. No people."""
    view = payments.batch_view(payment_id, request.user, clock.now())
    page = present.batch_page(view, data_language())
    return show(request, "console/payment_receipt.html", page=page, rows=view.states, batch=view.batch)


@staff(payments.BUILD)
def take_out(request: HttpRequest, payment_id: int, row_no: int) -> HttpResponse:
    """Takes one row out of a batch the bank does not have."""
    view = payments.batch_view(payment_id, request.user, clock.now())
    form = TakeOutForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.take_out(
            batch_id=payment_id, row_no=row_no, **form.cleaned_data, by=request.user, at=clock.now()
        ),
        title=_("Take row %(no)s out") % {"no": row_no},
        about=_("Its money is free and its case waits again. The others stay as they are."),
        button=_("Take it out"),
        back=reverse("console:payment", args=[payment_id]),
        crumb=view.batch.name,
        done=_("Taken out."),
    )


@staff(payments.REVIEW)
def more(request: HttpRequest, payment_id: int, row_no: int) -> HttpResponse:
    """Lets a row be tried once more that came back twice."""
    view = payments.batch_view(payment_id, request.user, clock.now())
    form = MoreTriesForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.allow_more(
            batch_id=payment_id, row_no=row_no, **form.cleaned_data, by=request.user, at=clock.now()
        ),
        title=_("Allow another try of row %(no)s") % {"no": row_no},
        about=_(
            "It came back twice. Once more needs your word; the next batch of what came back takes it in."
        ),
        button=_("Allow another try"),
        back=reverse("console:payment", args=[payment_id]),
        crumb=view.batch.name,
        done=_("Allowed."),
    )
