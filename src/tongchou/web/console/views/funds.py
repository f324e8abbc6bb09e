"""Funds: what they hold, the account of a month, and what is written into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.payments import api as payments
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid
from tongchou.domain import ledger
from tongchou.web.console import chrome, formatters
from tongchou.web.console.money_forms import (
    AppropriationForm,
    ArrivalForm,
    FundForm,
    GivingBackForm,
    ReversalForm,
    SharingForm,
)
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import funds as present
from tongchou.web.console.table_workbook import Cell, attachment, table_workbook


@require_safe
@staff(payments.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The funds of the reader's areas, the latest year first, and who bears how much."""
    language = data_language()
    found = payments.fund_lines(request.user, clock.today())
    shares = payments.sharings(request.scope)
    return show(
        request,
        "console/funds.html",
        funds=[present.fund_row(one) for one in found],
        heads=present.heads(),
        sharings=[present.sharing_line(one, language) for one in shares],
        may_manage=payments.MANAGE in chrome.permissions_of(request),
    )


@require_safe
@staff(payments.VIEW)
def fund(request: HttpRequest, fund_id: int) -> HttpResponse:
    """One fund: what it holds, its appropriations, and the account of a month."""
    at, language = clock.now(), data_language()
    found = payments.open_fund_of(fund_id, request.user, at, payments.VIEW)
    month = _month(request, found)
    may_manage = payments.MANAGE in chrome.permissions_of(request)
    entries = payments.entries(found, month)
    on = clock.date_of(at)
    return show(
        request,
        "console/fund.html",
        fund=found,
        uses=[payments.title(one.programme, language) for one in found.uses.all()],
        figures=present.figures(payments.held_by_account(found)),
        appropriations=[
            present.appropriation_row(one, may_manage=may_manage)
            for one in payments.appropriations(found, on)
        ],
        page=present.month_page(found, payments.month_of(found, month, on), payments.months(found), language),
        entries=[present.entry_line(one, language=language, may_take_back=may_manage) for one in entries],
        may_manage=may_manage,
    )


def _month(request: HttpRequest, found: payments.Fund) -> dt.date:
    """The month asked for; else the last one with entries, else this one."""
    try:
        return dt.datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        known = payments.months(found)
        return known[0] if known else ledger.month_of(clock.today())


@require_safe
@staff(payments.VIEW)
def month_workbook(request: HttpRequest, fund_id: int) -> HttpResponse:
    """The account of a month as a workbook: accounts, then entries."""
    at, language = clock.now(), data_language()
    found = payments.open_fund_of(fund_id, request.user, at, payments.VIEW)
    month = _month(request, found)
    page = present.month_page(found, payments.month_of(found, month, clock.date_of(at)), (), language)
    rows: list[list[Cell]] = [
        [one.label, "", one.opening / 100, one.moved / 100, one.closing / 100, "", ""]
        for one in page.accounts
    ]
    rows += [
        [
            f"{one.no} {one.what} {one.about}".strip(),
            one.day.isoformat(),
            "",
            one.fen / 100,
            "",
            one.by,
            one.note,
        ]
        for one in (
            present.entry_line(entry, language=language, may_take_back=False)
            for entry in payments.entries(found, month)
        )
    ]
    content = table_workbook(
        sheet=_("Account of a month"),
        title=f"{found.title} {page.label}",
        about=((_("Area"), found.area.name), (_("State"), present.month_state(page.closed))),
        heads=[
            _("Account or entry"),
            _("Date"),
            _("Opened with"),
            _("Moved"),
            _("Closed with"),
            _("Recorded by"),
            _("Remarks"),
        ],
        rows=rows,
    )
    return attachment(content, f"fund-{found.pk}-{page.month}.xlsx")


@require_POST
@staff(payments.MANAGE)
def close(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Closes a month."""
    back = reverse("console:fund", args=[fund_id])
    try:
        month = dt.datetime.strptime(request.POST.get("month", ""), "%Y-%m").date()  # noqa: DTZ007
        back += f"?month={month:%Y-%m}"
        payments.close_month(fund_id=fund_id, month=month, by=request.user, at=clock.now())
    except ValueError:
        messages.warning(request, _("Choose a month from the list."))
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Closed. Nothing goes into this month any more."))
    return redirect(back)


def act(
    request: HttpRequest,
    form: Any,
    do: Callable[[], Any],
    *,
    title: str,
    about: str,
    button: str,
    back: str,
    done: str,
    crumb: str = "",
) -> HttpResponse:
    """A page with a form that does one act and goes back."""
    refusal: AppError | None = None
    if form.is_bound and form.is_valid():
        try:
            do()
        except (Invalid, Conflict) as error:
            refusal = form.refused(error)
        else:
            messages.success(request, done)
            return redirect(back)
    return show(
        request,
        "console/money_form.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        title=title,
        about=about,
        button=button,
        back=back,
        crumb=crumb or _("Funds"),
    )


def sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()


def _areas(request: HttpRequest) -> list[tuple[str, str]]:
    """The areas that keep funds: prefecture, counties and townships among the reader's."""
    levels = (places.Level.PREFECTURE, places.Level.COUNTY, places.Level.TOWNSHIP)
    found = places.Area.objects.within(request.scope).filter(level__in=levels, valid_to=None)
    return [(str(area.pk), area.name) for area in found.order_by("scope_no")]


@staff(payments.MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Opens a fund."""
    form = FundForm(
        *sent(request), areas=_areas(request), language=data_language(), initial={"year": clock.today().year}
    )
    return act(
        request,
        form,
        lambda: payments.open_fund(
            **form.cleaned_data | {"area_id": int(form.cleaned_data["area_id"])},
            by=request.user,
            at=clock.now(),
        ),
        title=_("Open a fund"),
        about=_("The dedicated account of an area for a year and an earmarked line, and what it may pay."),
        button=_("Open the fund"),
        back=reverse("console:funds"),
        done=_("The fund is open. Record what was appropriated to it."),
    )


@staff(payments.MANAGE)
def share(request: HttpRequest) -> HttpResponse:
    """Records who bears how much."""
    form = SharingForm(*sent(request), areas=_areas(request), language=data_language())
    return act(
        request,
        form,
        lambda: payments.set_sharing(**form.values(), by=request.user, at=clock.now()),
        title=_("Record who bears how much"),
        about=_("Shares of the levels in percent, from a day on, by a document. Batches frozen from then on "
                "take them."),
        button=_("Record the shares"),
        back=reverse("console:funds"),
        done=_("Recorded. Earlier batches keep what they were frozen with."),
    )  # fmt: skip


@staff(payments.MANAGE)
def appropriate(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Records an appropriation."""
    found = payments.open_fund_of(fund_id, request.user, clock.now(), payments.MANAGE)
    form = AppropriationForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.appropriate(fund_id=fund_id, **form.cleaned_data, by=request.user, at=clock.now()),
        title=_("Record an appropriation"),
        about=_("Money a level has promised by a document. It can be paid once it has arrived."),
        button=_("Record the appropriation"),
        back=reverse("console:fund", args=[fund_id]),
        crumb=found.title,
        done=_("Recorded."),
    )


@staff(payments.MANAGE)
def arrive(request: HttpRequest, appropriation_id: int) -> HttpResponse:
    """Records what arrived of an appropriation."""
    known = payments.appropriation_of(appropriation_id, request.user, clock.now())
    form = ArrivalForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.record_arrival(
            appropriation_id=appropriation_id, **form.cleaned_data, by=request.user, at=clock.now()
        ),
        title=_("Record what arrived"),
        about=present.arrival_about(known),
        button=_("Record the arrival"),
        back=reverse("console:fund", args=[known.entry.fund_id]),
        crumb=known.entry.fund.title,
        done=_("Recorded. It can be paid now."),
    )


@staff(payments.MANAGE)
def give_back(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Records that unused money was given back."""
    found = payments.open_fund_of(fund_id, request.user, clock.now(), payments.MANAGE)
    form = GivingBackForm(*sent(request))
    return act(
        request,
        form,
        lambda: payments.give_back(fund_id=fund_id, **form.cleaned_data, by=request.user, at=clock.now()),
        title=_("Record what was given back"),
        about=_("Unused money that went back to those it came from."),
        button=_("Record it"),
        back=reverse("console:fund", args=[fund_id]),
        crumb=found.title,
        done=_("Recorded."),
    )


@staff(payments.MANAGE)
def take_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Reverses an entry by a second one; money a family paid back too."""
    known = payments.entry_of(entry_id, request.user, clock.now())
    form = ReversalForm(*sent(request))
    paid_back = known.kind == ledger.Kind.RECOVERY and known.overpayment_id is not None
    do = payments.take_back_recovery if paid_back else payments.take_back
    back = reverse("console:fund", args=[known.fund_id]) + f"?month={known.month:%Y-%m}"
    if paid_back:
        back = reverse("console:overpayment", args=[known.overpayment_id])
    return act(
        request,
        form,
        lambda: do(entry_id=entry_id, **form.cleaned_data, by=request.user, at=clock.now()),
        title=_("Take entry %(no)s back") % {"no": known.no},
        about=present.reversal_about(known, data_language()),
        button=_("Take it back"),
        back=back,
        crumb=known.fund.title,
        done=_("Taken back by a second entry."),
    )


@require_safe
@staff("money.view")
def progress(request: HttpRequest) -> HttpResponse:
    """Appropriated, arrived, used and days late: by fund, and by line and level."""
    year = whole(request.GET.get("year", "")) or clock.today().year
    found = payments.progress(scope=request.scope, year=year, on=clock.today())
    return show(
        request,
        "console/fund_progress.html",
        year=year,
        years=[year - 1, year + 1] if year < clock.today().year else [year - 1],
        units=present.unit_lines(found),
        sources=present.source_lines(found),
    )


@require_safe
@staff("money.view")
def progress_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    year = whole(request.GET.get("year", "")) or clock.today().year
    found = payments.progress(scope=request.scope, year=year, on=clock.today())
    rows: list[list[Cell]] = []
    for one in present.unit_lines(found):
        rows.append([" · ".join(one.labels), *_amounts(one)])
    for one in present.source_lines(found):
        rows.append([" · ".join(one.labels), *_amounts(one)])
    content = table_workbook(
        sheet=_("Funds by level"),
        title=_("Funds of %(year)s: in full, on time, used") % {"year": year},
        about=((_("Area"), chrome.of(request).unit), (_("As of"), formatters.day(clock.today()))),
        heads=[_("Fund; line and level"), _("Appropriated, yuan"), _("Arrived, yuan"),
               _("Arrived late, yuan"), _("Overdue, yuan"), _("Days after the due day"), _("Used, yuan")],
        rows=rows,
    )  # fmt: skip
    return attachment(content, f"funds-{year}.xlsx")


def _amounts(one: present.ProgressLine) -> list[Cell]:
    used: Cell = "—" if one.used is None else one.used / 100
    return [one.appropriated / 100, one.arrived / 100, one.late / 100, one.overdue / 100, one.days, used]
