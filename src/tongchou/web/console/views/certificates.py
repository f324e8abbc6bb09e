"""Certificates: those to be issued, those that hold, one with its copies, printing and ending it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.certificates import api as certificates
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid
from tongchou.core.printing import CannotPrint
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import certificates as present
from tongchou.web.console.table_workbook import attachment
from tongchou.web.sheets import PDF
from tongchou.web.sheets.certificates import certificates_pdf, square

SIZE = 50


@require_safe
@staff(certificates.PRINT)
def listed(request: HttpRequest) -> HttpResponse:
    """Cases that wait for their certificate, or the certificates of the reader's areas by state."""
    on, language = clock.today(), data_language()
    issues = access.may(request.user, certificates.ISSUE, on=on)
    state = request.GET.get("state", "waiting" if issues else "valid")
    waiting, total = certificates.waiting(by=request.user, on=on, most=SIZE) if issues else ((), 0)
    rows, pages = [], None
    if state != "waiting":
        state = state if state in certificates.STATES else "valid"
        found = certificates.found(by=request.user, on=on, state=state)
        pages = pages_of(request, _address(state), "page", found.count(), SIZE)
        part = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
        rows = [present.row(one, language=language) for one in certificates.lines_of(part, on)]
    return show(
        request,
        "console/certificates.html",
        state=state,
        tabs=present.tabs(state, total if issues else None),
        waiting=[present.waiting(one, language=language) for one in waiting],
        waiting_total=total,
        rows=rows,
        pages=pages,
        forms=certificates.Form.choices,
        most=certificates.MOST,
    )


@require_POST
@staff(certificates.PRINT)
def find(request: HttpRequest) -> HttpResponse:
    """Opens the certificate of a number; a number with a slip is told from one that is not here."""
    number = request.POST.get("number", "").strip().upper()
    if not certificates.is_number(number):
        messages.warning(request, _("This is no number of a certificate. Look at it digit by digit."))
        return redirect("console:certificates")
    one = certificates.found(by=request.user, on=clock.today(), number=number).first()
    if one is None:
        messages.warning(request, _("There is no such certificate in your areas."))
        return redirect("console:certificates")
    return redirect("console:certificate", one.pk)


@require_POST
@staff(certificates.ISSUE)
def issue(request: HttpRequest) -> HttpResponse:
    """Issues the certificates of the chosen cases; whoever gets none is named with the reason."""
    try:
        done = certificates.issue(case_ids=_numbers(request, "case"), by=request.user, at=clock.now())
    except (Invalid, Conflict) as error:
        messages.warning(request, error.message)
        return redirect("console:certificates")
    number = len(done.certificates)
    if number:
        told = ngettext(
            "%(n)d certificate issued. Print it now.", "%(n)d certificates issued. Print them now.", number
        )
        messages.success(request, told % {"n": number})
    for one in done.left:
        named = {"number": one.number, "why": certificates.WHY[one.why]}
        messages.warning(request, _("%(number)s: %(why)s") % named)
    return redirect(_address("unprinted") if number else "console:certificates")


@require_POST
@staff(certificates.PRINT)
def print_chosen(request: HttpRequest) -> HttpResponse:
    """The chosen certificates in one PDF; those printed before go by their own page, with a reason."""
    try:
        return _printed(request, _numbers(request, "certificate"), why="")
    except (Invalid, Conflict, CannotPrint) as error:
        messages.warning(request, error.message)
        return redirect(_address("unprinted"))


@require_safe
@staff(certificates.PRINT)
def one(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """One certificate: what it says, its copies, what can be done."""
    return _one(request, certificate_id)


@require_POST
@staff(certificates.PRINT)
def print_one(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Prints a copy; a second one with the reason."""
    try:
        return _printed(request, [certificate_id], why=request.POST.get("why", ""))
    except (Invalid, Conflict, CannotPrint) as error:
        return _one(request, certificate_id, refusal=error)


@require_POST
@staff(certificates.ISSUE)
def replace(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Issues a new one in its place."""
    try:
        new = certificates.replace(
            certificate_id=certificate_id,
            lost=request.POST.get("lost") == "yes",
            by=request.user,
            at=clock.now(),
        )
    except (Invalid, Conflict) as error:
        return _one(request, certificate_id, refusal=error)
    messages.success(request, _("Issued anew. The one before is refused from now on. Print this one."))
    return redirect("console:certificate", new.pk)


@require_POST
@staff(certificates.ISSUE)
def revoke(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Ends it by the holder's word."""
    try:
        certificates.revoke(
            certificate_id=certificate_id,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=clock.now(),
        )
    except (Invalid, Conflict) as error:
        return _one(request, certificate_id, refusal=error)
    messages.success(request, _("Ended. It is refused from the next status list on, which is signed now."))
    return redirect("console:certificate", certificate_id)


def _one(request: HttpRequest, certificate_id: int, *, refusal: AppError | None = None) -> HttpResponse:
    view = certificates.view(certificate_id, by=request.user, at=clock.now())
    return show(
        request,
        "console/certificate.html",
        status=refusal.status if refusal else 200,
        page=present.page(view, language=data_language()),
        square=square(view.token),
        refusal=refusal,
        forms=certificates.Form.choices,
        reasons=[one for one in certificates.Why.choices if one[0] != certificates.Why.FIRST],
        said=[(one.value, one.label) for one in certificates.SAID],
        issues=access.may(request.user, certificates.ISSUE, on=clock.today()),
    )


def _printed(request: HttpRequest, numbers: list[int], *, why: str) -> HttpResponse:
    form, at = request.POST.get("form", ""), clock.now()
    sheets, content = certificates.print_some(
        certificate_ids=numbers,
        form=form,
        make=lambda some: certificates_pdf(some, form=form, at=at),
        why=why,
        by=request.user,
        at=at,
    )
    name = sheets[0].claims.number if len(sheets) == 1 else f"certificates-{at:%Y%m%d-%H%M}"
    return _handed(request, attachment(content, f"{name}.pdf", kind=PDF))


def _handed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer with the word its form sent, by which the page knows that the file has come."""
    word = request.POST.get("handed", "")
    if word.isascii() and word.isalnum() and len(word) <= 20:
        answer.set_cookie("handed", word, max_age=60, samesite="Strict", secure=request.is_secure())
    return answer


def _address(state: str) -> str:
    return f"{reverse('console:certificates')}?state={state}"


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [number for number in map(whole, request.POST.getlist(name)) if number is not None]
