"""Reading and verifying the audit chain."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.core import accounts, audit, audit_checking, audit_reading, clock
from tongchou.web.console import audit_reach, chrome
from tongchou.web.console.page import is_part, show, show_part, staff
from tongchou.web.console.presenters import audit as presenter
from tongchou.web.console.table_workbook import attachment, table_workbook

SIZE = 50
#: Rows of a workbook at most: newer ones first.
MOST = 10_000


@require_safe
@staff("audit.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The entries of the reader's areas, the newest first, by what the address asks for."""
    reach, filters = _asked(request, request.GET)
    found = audit_reading.entries(reach, filters.asked, before=filters.before, limit=SIZE + 1)
    return show(
        request,
        "console/audit.html",
        filters=filters,
        lines=presenter.lines(found[:SIZE], filters, reach=reach),
        older=filters.address(before=found[SIZE - 1].pk) if len(found) > SIZE else "",
        newest=filters.address() if filters.before is not None else "",
        everything=reach.everything,
        verification=_verification(),
        may_verify="audit.verify" in chrome.permissions_of(request),
    )


@require_safe
@staff("audit.read")
def state(request: HttpRequest) -> HttpResponse:
    """How far the verification is, for a page that asks again and again."""
    if not is_part(request):
        return redirect("console:audit")
    return show_part(
        request,
        "console/parts/audit_verification.html",
        verification=_verification(),
        may_verify="audit.verify" in chrome.permissions_of(request),
    )


@require_POST
@staff("audit.read")
def account(request: HttpRequest) -> HttpResponse:
    """Finds an account by its user name, which is then in no address."""
    reach, filters = _asked(request, request.POST)
    typed = request.POST.get("username", "").strip()
    found = accounts.by_username(typed) if typed else None
    query = {name: value for name, value in filters.query.items() if name != "actor"}
    if found is not None and (reach.everything or found.pk in reach.accounts):
        query["actor"] = str(found.pk)
    elif typed:
        messages.warning(request, _("No account of that name works in your areas."))
    return redirect(reverse("console:audit") + (f"?{urlencode(query)}" if query else ""))


@require_POST
@staff("audit.verify")
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for a verification of the chain."""
    audit_checking.ask_to_verify(by=request.user, at=clock.now())
    return redirect("console:audit" if "audit.read" in chrome.permissions_of(request) else "console:jobs")


@require_POST
@staff("audit.read")
def workbook(request: HttpRequest) -> HttpResponse:
    """The entries asked for as a workbook, recorded in the chain itself."""
    reach, filters = _asked(request, request.POST)
    found = audit_reading.entries(reach, filters.asked, limit=MOST + 1)
    lines = presenter.lines(found[:MOST], filters, reach=reach)
    left = [_("Older entries were left out: a workbook holds %(n)s. Choose fewer days.") % {"n": MOST}]
    at = clock.now()
    content = table_workbook(
        sheet=_("Audit chain"),
        title=_("Entries of the audit chain"),
        about=(
            (_("Area"), chrome.of(request).unit),
            (_("Days"), f"{filters.since or '…'} – {filters.until or '…'}"),
            (_("Entries"), str(len(lines))),
        ),
        heads=(
            _("Entry no."),
            _("When"),
            _("Who"),
            _("What"),
            _("About"),
            _("Area"),
            _("Purpose"),
        ),
        rows=presenter.rows(lines, "%Y-%m-%d %H:%M:%S"),
        widths=(10, 20, 18, 26, 18, 22, 40),
        notes=left if len(found) > MOST else (),
    )
    with transaction.atomic():
        audit.append(
            by=request.user,
            action="audit.export",
            subject="audit",
            at=at,
            detail={"rows": len(lines), **filters.query},
        )
    return attachment(content, f"audit-{clock.date_of(at)}.xlsx")


def _asked(request: HttpRequest, query: QueryDict) -> tuple[audit_reading.Reach, presenter.Filters]:
    reach = audit_reach.of(chrome.assignments_of(request), on=clock.today())
    return reach, presenter.filters_from(query, scope=request.scope, reach=reach)


def _verification() -> presenter.Verification:
    return presenter.verification(audit_checking.latest(), audit_checking.latest(ended=False))
