"""A household, what each member is entitled to clause by clause, and full numbers for a purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongchou.apps.casework import api as casework
from tongchou.apps.commitments import api as commitments
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.forms import UnmaskForm
from tongchou.web.console.page import data_language, is_part, show, show_part, staff
from tongchou.web.console.presenters import cases as present_cases
from tongchou.web.console.presenters import house


@staff("registry.open")
def household(request: HttpRequest, household_id: int) -> HttpResponse:
    """The household page for a year (this one when none is asked for)."""
    today = clock.today()
    year = house.year_from(request.GET.get("year", ""), today)
    found = registry.open_household(household_id, scope=request.scope)
    results = entitlements.household_entitlements(household_id, scope=request.scope, year=year)
    registry.note_opened(household_id=household_id, by=request.user, at=clock.now())
    shown = house.present(
        found,
        results,
        year=year,
        today=today,
        language=data_language(),
        may_unmask="registry.unmask" in permissions_of(request),
        may_claim="worklist.claim" in permissions_of(request),
    )
    may_enter = "registry.correct" in permissions_of(request)
    held = permissions_of(request)
    found_cases = (
        casework.of_household(household_id, by=request.user, on=today) if casework.VIEW in held else ()
    )
    return show(
        request,
        "console/household.html",
        house=shown,
        may_enter=may_enter,
        may_open=casework.OPEN in held,
        takes_part=commitments.TAKE_PART in held,
        cases=[present_cases.row(one, on=today, language=data_language()) for one in found_cases],
    )


@staff("registry.unmask")
def person_unmask(request: HttpRequest, person_id: int) -> HttpResponse:
    """Asks for the purpose, then shows the full numbers once; the act writes the audit row."""
    person = registry.open_person(person_id, scope=request.scope)
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    shown = None
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        shown = registry.unmask(person_id=person_id, by=request.user, purpose=purpose, at=clock.now())
    status = 422 if form.errors else 200
    if is_part(request):
        return show_part(
            request, "console/parts/unmask.html", status=status, person=person, form=form, shown=shown
        )
    back = (
        reverse("console:household", args=[person.household_id])
        if person.household_id
        else reverse("console:home")
    )
    return show(
        request, "console/unmask.html", status=status, person=person, form=form, shown=shown, back=back
    )
