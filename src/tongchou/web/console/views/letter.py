"""A letter to one person: what the rules answer, why, what is missing, and whom to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.local import api as local
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import house
from tongchou.web.console.presenters import letter as present
from tongchou.web.console.presenters.answer_sheet import answer_sheet
from tongchou.web.console.table_workbook import attachment
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf


@require_http_methods(["GET", "HEAD", "POST"])
@staff("registry.open")
def letter(request: HttpRequest, person_id: int) -> HttpResponse:
    """Asks which programme, then shows the letter, or gives it as PDF; nothing is stored.

    The programme is sent and not part of the address: what somebody is written to about is nobody's business
    who reads a log of addresses.
    """
    today = clock.today()
    sent = request.POST
    year = house.year_from(sent.get("year", ""), today)
    person = registry.open_person(person_id, scope=request.scope)
    answers = entitlements.person_entitlements(person_id, scope=request.scope, year=year)
    page = present.present(
        person,
        answers,
        programme=sent.get("programme", ""),
        year=year,
        today=today,
        office=present.office_words(local.unit(), on=today),
        language=data_language(),
    )
    sheet = answer_sheet(page) if sent.get("as") == "pdf" else None
    if sheet is not None:
        # The name of the file says neither who is written to nor about what.
        return attachment(letter_pdf(sheet, at=clock.now()), f"answer-{year}.pdf", kind=PDF)
    return show(request, "console/letter.html", page=page, years=house.years(today))
