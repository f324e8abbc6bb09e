"""Newborns to help: births nobody has registered yet, for the registrar of the mother's village alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.web.console.list_forms import RELATIONS, NewbornForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import newborns as present

lists = intake.lists
SIZE = 30


@require_safe
@staff("registry.correct")
def listed(request: HttpRequest) -> HttpResponse:
    """The births of the reader's areas that wait for help, the oldest first."""
    total = lists.waiting(scope=request.scope).count()
    pages = pages_of(request, reverse("console:newborns"), "page", total, SIZE)
    found = lists.offers(scope=request.scope, start=(pages.number - 1) * SIZE, limit=SIZE)
    return show(request, "console/newborns.html", newborns=[present.line(one) for one in found], pages=pages)


@staff("registry.correct")
def newborn(request: HttpRequest, newborn_id: int) -> HttpResponse:
    """One birth: whom to contact, and the child's registration right here."""
    offer = lists.open_offer(newborn_id, scope=request.scope)
    relation = offer.relation if offer.relation in RELATIONS else "97"
    start = {"name": offer.name, "sex": offer.sex or "", "birth": offer.day, "relation": relation}
    wants_contact = request.method == "POST" and request.POST.get("action") == "contact"
    sent = (request.POST,) if request.method == "POST" and not wants_contact else ()
    form = NewbornForm(*sent, language=data_language(), initial=start)
    refusal = None
    phones = lists.contact(offer_id=newborn_id, by=request.user, at=clock.now()) if wants_contact else ()
    if sent and form.is_valid():
        try:
            lists.register_newborn(offer_id=newborn_id, by=request.user, at=clock.now(), **form.values())
            messages.success(request, _("The child is registered in the mother's household."))
            home = offer.household_id
            return redirect("console:household", home) if home else redirect("console:newborns")
        except (Invalid, Conflict) as error:
            refusal = error
    status = 422 if form.errors or refusal else 200
    return show(
        request,
        "console/newborn.html",
        status=status,
        form=form,
        refusal=refusal,
        newborn=present.line(offer),
        contact=" ".join(phones),
    )


@require_POST
@staff("registry.correct")
def answer(request: HttpRequest, newborn_id: int) -> HttpResponse:
    """Notes that a birth was answered for; nothing about the family stays."""
    try:
        lists.answer_newborn(
            offer_id=newborn_id, outcome=request.POST.get("outcome", ""), by=request.user, at=clock.now()
        )
        messages.success(request, _("Noted. What was kept about this birth has been deleted."))
    except Invalid as error:
        messages.warning(request, error.message)
        return redirect("console:newborn", newborn_id)
    return redirect("console:newborns")
