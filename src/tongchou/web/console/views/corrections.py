"""Corrections: asking, comparing, deciding. Who asks does not decide."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.web.console.correction_forms import AskForm, RefuseForm, TakeBackForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import corrections as present
from tongchou.web.console.presenters import record as records
from tongchou.web.console.presenters.work import area_filter

SIZE = 30


@require_safe
@staff(corrections.ASK)
def listed(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, or what was decided, the latest first; of all areas or of one."""
    on = clock.today()
    waiting = request.GET.get("show") != "decided"
    picker = area_filter(request.GET.get("area", ""), scope=request.scope, permission=corrections.ASK)
    within = Scope.of_area(picker.area) if picker.area else None
    found = corrections.requests(by=request.user, on=on, waiting=waiting, within=within)
    query = urlencode({"show": "" if waiting else "decided", "area": picker.value})
    address = f"{reverse('console:corrections')}?{query}"
    pages = pages_of(request, address, "page", found.count(), SIZE)
    part = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    offers = corrections.offers(part, by=request.user, at=clock.now()) if waiting else {}
    return show(
        request,
        "console/corrections.html",
        listed=present.lines(
            corrections.lines(part, by=request.user, on=on), offers=offers, language=data_language()
        ),
        choosing=bool(offers),
        refusals=corrections.Refusal.choices,
        waiting=waiting,
        picker=picker,
        pages=pages,
    )


@require_POST
@staff(corrections.DECIDE)
def decide_chosen(request: HttpRequest) -> HttpResponse:
    """Approves or refuses the chosen requests, each for itself; what could not be done is named."""
    numbers = [one for one in map(whole, request.POST.getlist("correction")) if one is not None]
    given = {"by": request.user, "at": clock.now()}
    try:
        if request.POST.get("act") == "refuse":
            refusal = request.POST.get("refusal", "")
            done = corrections.refuse_many(numbers=numbers, refusal=refusal, **given)
            told = present.refused(len(done.done))
        else:
            seen = {number: request.POST.get(f"seen-{number}", "") for number in numbers}
            done = corrections.approve_many(chosen=seen, **given)
            told = present.approved(len(done.done))
    except Invalid as error:
        messages.warning(request, error.message)
    else:
        if told:
            messages.success(request, told)
        for one in done.left:
            messages.warning(request, present.left(one))
    area = request.POST.get("area", "")
    back = reverse("console:corrections")
    return redirect(f"{back}?{urlencode({'area': area})}" if area else back)


@require_safe
@staff(corrections.ASK)
def correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    """One request: old and new side by side, the document, and the decision."""
    return _page(request, correction_id, RefuseForm())


def _page(
    request: HttpRequest,
    correction_id: int,
    form: RefuseForm,
    *,
    full: list[tuple[str, str, str]] | None = None,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    view = corrections.open_correction(correction_id, by=request.user, at=clock.now())
    numbers = [(records.field_label(name), old, new) for name, old, new in full or () if name == "id_number"]
    return show(
        request,
        "console/correction.html",
        status=status,
        page=present.page(view, language=data_language()),
        form=form,
        numbers=numbers,
        refusal=refusal,
    )


@require_POST
@staff(corrections.ASK)
def decide(request: HttpRequest, correction_id: int, act: str) -> HttpResponse:
    """Approves, refuses, withdraws, or shows the numbers in full once."""
    given = {"correction_id": correction_id, "by": request.user, "at": clock.now()}
    try:
        if act == "approve":
            corrections.approve(seen=request.POST.get("seen", ""), **given)
            messages.success(request, _("Approved. The register now says it."))
        elif act == "refuse":
            form = RefuseForm(request.POST)
            if not form.is_valid():
                return _page(request, correction_id, form, status=422)
            corrections.refuse(refusal=form.cleaned_data["refusal"], **given)
            messages.success(request, _("Refused. The register stays as it is."))
        elif act == "withdraw":
            corrections.withdraw(**given)
            messages.success(request, _("Taken back. The register stays as it is."))
        elif act == "numbers":
            full = corrections.show_numbers(**given)
            return _page(request, correction_id, RefuseForm(), full=full)
        else:
            raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    except (Conflict, Invalid) as error:
        if error.code == "corrections.settled":
            messages.warning(request, error.message)
            return redirect("console:correction", correction_id)
        return _page(request, correction_id, RefuseForm(), refusal=error, status=error.status)
    return redirect("console:corrections")


@staff(corrections.ASK)
def ask(request: HttpRequest, person_id: int) -> HttpResponse:
    """Asks to correct what identifies a person."""
    person = registry.open_person(person_id, scope=request.scope)
    start = {"name": person.name, "sex": person.sex or "", "birth": str(person.birth or "")}
    sent = (request.POST,) if request.method == "POST" else ()
    form = AskForm(*sent, language=data_language(), initial=start)
    refusal = None
    if sent and form.is_valid():
        try:
            corrections.ask_correction(person_id=person_id, by=request.user, at=clock.now(), **form.values())
        except (Invalid, Conflict) as error:
            refusal = form.refused(error)
        else:
            messages.success(request, _("Asked for. Somebody else compares it and decides."))
            return redirect("console:person", person_id)
    return show(
        request,
        "console/act.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        title=_("Ask for a correction"),
        about=_(
            "Change what is wrong and leave the rest. Nothing changes until somebody else has compared it "
            "with the document and approved."
        ),
        button=_("Ask for the correction"),
        name=person.name,
        back=reverse("console:person", args=[person_id]),
    )


@staff("registry.correct")
def take_back(request: HttpRequest, event_id: int) -> HttpResponse:
    """Asks to take an entry back; shows what the state would be."""
    entry = registry.open_entry(event_id, scope=request.scope)
    person = registry.open_person(entry.person_id, scope=request.scope)
    preview = registry.without(entry.events, scope=request.scope)
    people = registry.people({one.person_id for one in preview.changes}, scope=request.scope)
    names = {number: hit.name for number, hit in people.items()}
    against = registry.obstacles(entry.events)
    holding = registry.holders_of(against)
    others = registry.people({pk for some in holding.values() for pk in some}, scope=request.scope)
    sent = (request.POST,) if request.method == "POST" else ()
    form = TakeBackForm(*sent)
    refusal = None
    if sent and form.is_valid():
        try:
            corrections.ask_reversal(event_id=event_id, by=request.user, at=clock.now(), **form.cleaned_data)
        except (Invalid, Conflict) as error:
            refusal = form.refused(error)
        else:
            messages.success(request, _("Asked for. Somebody else compares it and decides."))
            return redirect("console:person", entry.person_id)
    return show(
        request,
        "console/entry_take_back.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        entry=present.entry_words(entry),
        changes=present.changes(preview.changes, names, language=data_language()),
        obstacles=present.obstacles(against, holding, others),
        name=person.name,
        back=reverse("console:person", args=[entry.person_id]),
    )
