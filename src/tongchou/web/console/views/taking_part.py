"""Families taking part: what one household agrees to, its end in one press, and the counts by village."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.commitments import api as commitments
from tongchou.core import clock
from tongchou.core.errors import Invalid, NotFound
from tongchou.web.console.commitment_forms import PartForm
from tongchou.web.console.page import show, staff


@require_safe
@staff(commitments.TAKE_PART)
def listed(request: HttpRequest) -> HttpResponse:
    """How many of all households take part, by village in the order of the tree."""
    rows = commitments.participation(by=request.user, on=clock.today())
    return show(request, "console/taking_part.html", rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(commitments.TAKE_PART)
def part(request: HttpRequest, household_id: int) -> HttpResponse:
    """What a household agrees to; recorded with the family present, ended without a reason."""
    now, today = clock.now(), clock.today()
    found = commitments.part_of(household_id, by=request.user, on=today)
    given = None if found is None else {name: getattr(found, name) for name in PartForm.base_fields}
    form, refusal = PartForm(request.POST or None, initial=given), None
    here = {"household_id": household_id, "by": request.user, "at": now}
    if request.method == "POST":
        try:
            if "end" in request.POST:
                commitments.end_part(**here)
                messages.success(request, _("Ended. Nothing of it is kept but a count."))
                return redirect("console:household-part", household_id)
            if form.is_valid():
                commitments.take_part(**here, **form.cleaned_data)
                messages.success(request, _("Recorded. It changes nothing the family is entitled to."))
                return redirect("console:household-part", household_id)
        except (Invalid, NotFound) as error:
            refusal = error
    return show(
        request,
        "console/household_part.html",
        household_id=household_id,
        part=found,
        form=form,
        refusal=refusal,
        status=422 if request.method == "POST" else 200,
    )
