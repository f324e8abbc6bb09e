"""The holidays of a year: entered by the system administrator, looked at first, then saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.holidays import api as holidays
from tongchou.web.console.holiday_forms import HolidayForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import holidays as present

#: Wrong lines shown at once; the rest shows when these are mended.
MOST_SHOWN = 100


@staff(holidays.SET)
def page(request: HttpRequest) -> HttpResponse:
    """The years that are known, and the form; after looking, what the table would change."""
    refusal, seen = None, None
    posted = request.method == "POST"
    form = HolidayForm(*((request.POST, request.FILES) if posted else ()), this_year=clock.today().year)
    try:
        if posted and form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("text", "year", "source")}
            if request.POST.get("action") == "save":
                return _save(request, given)
            seen = holidays.preview(**given, by=request.user, at=clock.now())
    except (Conflict, Invalid) as error:
        refusal = error
    problems = [
        (place, text)
        for place, texts in (refusal.data.get("problems", {}) if refusal else {}).items()
        for text in texts
    ]
    return show(
        request,
        "console/holidays.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        problems=problems[:MOST_SHOWN],
        problem_count=len(problems),
        seen=present.looked(seen) if seen else None,
        text=form.cleaned_data["text"] if seen else "",
        rows=[present.row(one) for one in holidays.years(data_language())],
    )


def _save(request: HttpRequest, given: dict[str, object]) -> HttpResponse:
    saved = holidays.save(
        **given,
        seen=whole(request.POST.get("seen", "")),
        by=request.user,
        at=clock.now(),
    )
    if saved.new:
        messages.success(
            request,
            _("The holidays of %(year)s were saved. Last days are counted anew in the background.")
            % {"year": saved.year},
        )
    else:
        messages.info(request, _("This is what counts already. Nothing was changed."))
    return redirect("console:holidays")
