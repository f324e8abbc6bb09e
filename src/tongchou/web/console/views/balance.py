"""The population account of the reader's areas by month, and the events behind each number."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.balance import api as balance
from tongchou.apps.registry import api as registry
from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.domain.balance import Term
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import balance as present


@require_safe
@staff("population.view")
def statement(request: HttpRequest) -> HttpResponse:
    """Opening, births, deaths, arrivals, departures, entries and closing, a line a month."""
    found = balance.months_of(scope=request.scope)
    held = permissions_of(request)
    may_open = "registry.open" in held
    mismatches = [] if found.behind else balance.mismatches(scope=request.scope)
    shown = present.page(found, mismatches, may_open=may_open)
    return show(request, "console/balance.html", balance=shown, may_update="quality.run" in held)


@require_safe
@staff("population.view")
def proofs(request: HttpRequest, month: str, term: str) -> HttpResponse:
    """The events behind one number, for those who may open people."""
    reach = access.require_among(assignments_of(request), "registry.open")
    day = _month(month)
    if day is None or term not in list(Term):
        raise NotFound("balance.no_number", gettext_lazy("There is no such number."))
    after = request.GET.get("after", "")
    start = whole(after) or 0
    found, total, following = balance.proofs(scope=reach, month=day, term=Term(term), after=start)
    people = registry.people({one.person_id for one in found if one.person_id}, scope=reach)
    shown = present.proofs(
        found, people, month=day, term=Term(term), total=total, after=following, scope=reach
    )
    return show(request, "console/balance_proofs.html", proofs=shown)


def _month(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@require_POST
@staff("quality.run")
def catch_up(request: HttpRequest) -> HttpResponse:
    """Asks for the account to be brought up to date."""
    job = balance.ask_to_catch_up(by=request.user, at=clock.now(), up_to=registry.last_event())
    return redirect(reverse("console:jobs") + f"#job-{job.pk}")
