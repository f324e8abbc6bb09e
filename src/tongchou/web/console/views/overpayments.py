"""What was paid too much, how it comes back, and what a family received."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.payments import api as payments
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import formatters
from tongchou.web.console.money_forms import OverpaymentForm, RecoveryForm, WaiverForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import overpayments as overpaid
from tongchou.web.console.table_workbook import Cell, attachment, table_workbook
from tongchou.web.console.views.funds import act, sent

SIZE = 50


@require_safe
@staff(payments.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The overpayments of the reader's areas: those that wait first, then what is being paid back."""
    found = payments.overpayment_list(request.user, clock.today())
    pages = pages_of(request, reverse("console:overpayments"), "page", found.count(), SIZE)
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    lines = overpaid.overpayment_lines(part, data_language())
    return show(request, "console/overpayments.html", lines=lines, pages=pages)


@require_safe
@staff(payments.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The list as a workbook: sums, no people."""
    found = payments.overpayment_list(request.user, clock.today())
    rows: list[list[Cell]] = [
        [one.programme, one.reason, one.chip.label, one.fen / 100, one.open / 100]
        for one in overpaid.overpayment_lines(found, data_language())
    ]
    content = table_workbook(
        sheet=_("Overpayments"),
        title=_("Overpayments"),
        about=((_("As of"), formatters.day(clock.today())),),
        heads=[_("Programme"), _("Reason"), _("State"), _("Paid too much, yuan"), _("Still open, yuan")],
        rows=rows,
        widths=(24, 30, 16, 18, 18),
    )
    return attachment(content, "overpayments.xlsx")


@require_safe
@staff(payments.VIEW)
def overpayment(request: HttpRequest, overpayment_id: int) -> HttpResponse:
    """One overpayment: the plan, what came back, and the decisions."""
    return _page(request, overpayment_id)


def _page(
    request: HttpRequest, overpayment_id: int, *, refusal: Exception | None = None, status: int = 200
) -> HttpResponse:
    view = payments.overpayment_view(overpayment_id, request.user, clock.now())
    return show(
        request,
        "console/overpayment.html",
        status=status,
        view=view,
        chip=overpaid.overpayment_chip(view.overpayment),
        programme=payments.title(view.overpayment.programme, data_language()),
        reason=payments.Overpaid(view.overpayment.reason).label,
        refusal=refusal,
    )


@staff(payments.BUILD)
def ask(request: HttpRequest, payment_id: int, row_no: int) -> HttpResponse:
    """Writes down that a payment was too much."""
    view = payments.batch_view(payment_id, request.user, clock.now())
    form = OverpaymentForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.ask_overpayment(
            batch_id=payment_id, row_no=row_no, **form.values(), by=request.user, at=clock.now()
        ),
        title=_("Row %(no)s was paid too much") % {"no": row_no},
        about=_("A second person decides. The family pays back by the plan; nothing is taken from another "
                "benefit."),
        button=_("Record the overpayment"),
        back=reverse("console:payment", args=[payment_id]),
        crumb=view.batch.name,
        done=_("Written down. A second person decides under “Overpayments”."),
    )  # fmt: skip


@require_POST
@staff(payments.REVIEW)
def decide(request: HttpRequest, overpayment_id: int, act: str) -> HttpResponse:
    """Approves or refuses an overpayment, or the waiver that waits at it."""
    given: dict[str, Any] = {"number": overpayment_id, "by": request.user, "at": clock.now()}
    acts = {
        "approve": lambda: payments.decide_overpayment(approve=True, **given),
        "refuse": lambda: payments.decide_overpayment(approve=False, **given),
        "waive": lambda: payments.decide_waiver(approve=True, **given),
        "keep": lambda: payments.decide_waiver(approve=False, **given),
    }
    if act not in acts:
        raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    try:
        acts[act]()
    except (Conflict, Invalid, NotAllowed) as error:
        return _page(request, overpayment_id, refusal=error, status=error.status)
    messages.success(request, _("Decided."))
    return redirect("console:overpayment", overpayment_id)


@staff(payments.BUILD)
def recover(request: HttpRequest, overpayment_id: int) -> HttpResponse:
    """Records what a family paid back."""
    view = payments.overpayment_view(overpayment_id, request.user, clock.now())
    form = RecoveryForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.record_recovery(
            number=overpayment_id, **form.cleaned_data, by=request.user, at=clock.now()
        ),
        title=_("Record what was paid back"),
        about=_("It goes into the fund it came from. %(amount)s are still open.")
        % {"amount": formatters.yuan(view.open)},
        button=_("Record it"),
        back=reverse("console:overpayment", args=[overpayment_id]),
        crumb=_("Overpayments"),
        done=_("Recorded."),
    )


@staff(payments.BUILD)
def waive(request: HttpRequest, overpayment_id: int) -> HttpResponse:
    """Asks that a part need not come back."""
    payments.overpayment_view(overpayment_id, request.user, clock.now())
    form = WaiverForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.ask_waiver(
            number=overpayment_id, **form.cleaned_data, by=request.user, at=clock.now()
        ),
        title=_("Ask to waive a part"),
        about=_("Because the office erred, or the family cannot bear it. A second person decides."),
        button=_("Ask for the waiver"),
        back=reverse("console:overpayment", args=[overpayment_id]),
        crumb=_("Overpayments"),
        done=_("Asked for. A second person decides."),
    )


@require_safe
@staff(payments.VIEW)
def statement(request: HttpRequest, household_id: int) -> HttpResponse:
    """What a family received of all programmes. The look is recorded."""
    language = data_language()
    found = payments.statement(household_id=household_id, by=request.user, at=clock.now())
    return show(
        request,
        "console/family_statement.html",
        statement=found,
        lines=[
            {
                "programme": payments.title(one.programme, language),
                "year": one.year,
                "fen": one.fen,
                "state": payments.RowState(one.state).label,
                "day": one.settled_on,
                "name": one.name,
                "account": one.account,
                "batch": one.batch,
                "url": reverse("console:payment", args=[one.batch_id]),
            }
            for one in found.lines
        ],
    )
