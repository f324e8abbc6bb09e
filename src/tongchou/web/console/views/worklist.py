"""The village work-list: entitled, not yet claimed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongchou import policies
from tongchou.apps.casework import api as casework
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.web.console import responsible
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import work


@staff("worklist.view")
def worklist(request: HttpRequest) -> HttpResponse:
    """A page of the list, the nearest deadline first; filtered by programme and area."""
    run = entitlements.latest_run()
    if run is None:
        return show(request, "console/worklist.html", run=None)
    filters = work.filters_from(
        request.GET,
        scope=request.scope,
        language=data_language(),
        may_claim="worklist.claim" in permissions_of(request),
    )
    asked = {
        "scope": filters.scope,
        "year": run.year,
        "programme": filters.programme or None,
        "language": data_language(),
        "page": filters.page,
    }
    if filters.ending:
        return _ending(request, run, filters, asked)
    listed = (
        entitlements.coming(**asked)
        if filters.coming
        else entitlements.worklist(**asked, unclear=filters.asking, one_fact=filters.unclear)
    )
    owners = responsible.for_areas({entry.scope_no for entry in listed.items}, on=clock.today())
    visits = entitlements.visits({(one.person_id, one.programme, one.year) for one in listed.items})
    return show(
        request,
        "console/worklist.html",
        run=run,
        listed=entitlements.list_date(run),
        # Asked only where it is told: of a list without rows.
        late=not listed.items and (run.followed_to is None or entitlements.behind() > 0),
        following=entitlements.next_run(run.year),
        filters=filters,
        may_open=casework.OPEN in permissions_of(request) and not filters.coming and not filters.asking,
        endings=entitlements.Reached.choices,
        items=[
            work.item(one, scope=request.scope, today=clock.today(), owners=owners, visits=visits)
            for one in listed.items
        ],
        pages=work.pages(listed, filters),
    )


def _ending(
    request: HttpRequest, run: entitlements.Evaluation, filters: work.Filters, asked: dict[str, Any]
) -> HttpResponse:
    """Whose entitlement ends when the year turns, and what follows."""
    listed = entitlements.ending(**asked)
    owners = responsible.for_areas({entry.item.scope_no for entry in listed.items}, on=clock.today())
    return show(
        request,
        "console/worklist.html",
        run=run,
        listed=entitlements.list_date(run),
        following=entitlements.next_run(run.year),
        filters=filters,
        lines=[
            work.ending_line(one, scope=request.scope, today=clock.today(), owners=owners)
            for one in listed.items
        ],
        pages=work.pages(listed, filters),
    )


@require_POST
@staff("worklist.claim")
def claim(request: HttpRequest) -> HttpResponse:
    """Records that a family has handed in its application."""
    sent = request.POST
    try:
        person_id, year = int(sent.get("person", "")), int(sent.get("year", ""))
    except ValueError as error:
        raise Invalid("console.bad_form", gettext_lazy("The form was not complete.")) from error
    entitlements.record_claim(
        person_id=person_id, programme=sent.get("programme", ""), year=year, by=request.user, at=clock.now()
    )
    programme = next((one for one in policies.listed() if one.code == sent.get("programme", "")), None)
    title = programme.title_in(data_language()) if programme else ""
    told = {"programme": title, "year": year}
    messages.success(
        request,
        _(
            "Recorded as claimed: %(programme)s for %(year)s. Was it a mistake? Open the household, unfold "
            "that programme and take the claim back there."
        )
        % told,
    )
    return _back(sent)


@require_POST
@staff("worklist.claim")
def visit(request: HttpRequest) -> HttpResponse:
    """Writes down how a visit to a family on the list ended."""
    sent = request.POST
    try:
        person_id, year = int(sent.get("person", "")), int(sent.get("year", ""))
    except ValueError as error:
        raise Invalid("console.bad_form", gettext_lazy("The form was not complete.")) from error
    entitlements.record_outreach(
        person_id=person_id,
        programme=sent.get("programme", ""),
        year=year,
        reached=sent.get("reached", ""),
        by=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The visit is written down. Nothing else has changed."))
    return _back(sent)


def _back(sent: QueryDict) -> HttpResponse:
    """The list as it was filtered."""
    back = {"programme": sent.get("programme_filter"), "area": sent.get("area"), "page": sent.get("page")}
    query = urlencode({key: text for key, text in back.items() if text})
    return redirect(reverse("console:worklist") + (f"?{query}" if query else ""))


@require_POST
@staff("worklist.claim")
def take_back(request: HttpRequest, person_id: int) -> HttpResponse:
    """A claim recorded by mistake no longer counts; back to the household."""
    sent = request.POST
    year, page_year = sent.get("year", ""), sent.get("page_year", "")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Invalid("console.bad_form", gettext_lazy("The form was not complete."))
    entitlements.take_back_claim(
        person_id=person_id,
        programme=sent.get("programme", ""),
        year=int(year),
        mistake=sent.get("mistake", ""),
        by=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Taken back. The family is on the list again."))
    household = registry.open_person(person_id, scope=request.scope).household_id
    if household is None:
        return redirect("console:worklist")
    shown = f"?year={page_year}" if page_year.isascii() and page_year.isdigit() else ""
    return redirect(reverse("console:household", args=[household]) + shown + f"#person-{person_id}")
