"""Pages for everybody, signed in or not: rights, the notice on personal information.

The programmes and their law.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.core import access, clock
from tongchou.core.errors import NotFound
from tongchou.web import errors
from tongchou.web.console import chrome
from tongchou.web.console.facts_form import FactsForm
from tongchou.web.console.page import data_language, show
from tongchou.web.console.presenters import claim_windows, results
from tongchou.web.console.presenters import letter as letters
from tongchou.web.console.presenters import programme_pages as pages
from tongchou.web.console.presenters import rights as texts


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """What the system never does and does, the duties of governments, how to complain, what is kept."""
    return for_everybody(
        request,
        "console/rights.html",
        never=texts.NEVER,
        does=texts.DOES,
        duties=texts.DUTIES,
        complain=texts.COMPLAIN,
        kept=texts.KEPT,
        office=texts.office(),
    )


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The notice on personal information (Personal Information Protection Law, Arts. 17 and 35)."""
    return for_everybody(request, "console/notice.html", kept=texts.KEPT, office=texts.office())


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme by how it is found, and the services open to everyone."""
    place, offered = pages.places(request.GET.get("area", ""), data_language())
    groups, services = pages.catalogue(data_language(), clock.today().year, place.law)
    areas = place.law.overlays
    return for_everybody(
        request,
        "console/programmes.html",
        groups=groups,
        services=services,
        areas=[one.area.of(data_language()) for one in areas],
        place=place,
        places=offered,
    )


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """A programme: its conditions and values over time with their sources.

    As known today or on a day asked for.
    """
    asked = request.GET.get("known", "").strip()
    known, wrong = _day(asked)
    if known is not None and known >= clock.today():
        known = None  # nobody knows more than is known today
    reach = None
    if "worklist.view" in chrome.permissions_of(request):
        reach = access.require_among(chrome.assignments_of(request), "worklist.view")
    place, offered = pages.places(request.GET.get("area", ""), data_language())
    found = pages.page(
        code,
        language=data_language(),
        known=known,
        scope=reach,
        year=clock.today().year,
        here=place.law,
    )
    if found is None:
        return errors.refused(request, NotFound("policies.no_programme", _("There is no such programme.")))
    return for_everybody(
        request,
        "console/programme.html",
        programme=found,
        asked=asked,
        wrong=wrong,
        today=clock.today(),
        place=place,
        places=offered,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody asks a programme about somebody without a name: the answer with its reasons, nothing kept."""
    place, offered = pages.places(request.GET.get("area", ""), data_language())
    rules = next((one for one in place.law.programmes if one.code == code), None)
    if rules is None:
        return errors.refused(request, NotFound("policies.no_programme", _("There is no such programme.")))
    today = clock.today()
    asked = {"data": request.POST} if request.method == "POST" else {}
    form = FactsForm(rules, language=data_language(), today=today, **asked)
    found = years = None
    next_steps: list[str] = []
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["year"]
        answer = rules.evaluate_one(form.facts(), year)
        said = {"claimed": False, "today": today, "language": data_language()}
        found = results.timed(answer, year=year, **said)
        next_steps = [] if found.over or found.unclear else letters.steps(answer, **said)
        years = claim_windows.years(answer, today=today, language=data_language())
    return for_everybody(
        request,
        "console/programme_ask.html",
        programme=rules,
        title=rules.title_in(data_language()),
        form=form,
        result=found,
        next=next_steps,
        years=years,
        claiming=claim_windows.words(rules, data_language()),
        assumed=answer.assumed_text(data_language()) if found and found.amount and not found.over else "",
        service=rules.benefit == "service",
        place=place,
        places=offered,
        status=422 if form.errors else 200,
    )


def _day(asked: str) -> tuple[dt.date | None, bool]:
    """The day in an address, and whether it was none."""
    if not asked:
        return None, False
    try:
        return dt.date.fromisoformat(asked), False
    except ValueError:
        return None, True


def for_everybody(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    """With the frame for who is signed in, without it for who is not."""
    framed = chrome.of(request)
    layout = "console/base.html" if framed else "console/plain.html"
    return show(request, template, chrome=framed, layout=layout, **context)
