"""The family of a household drawn, and the acts on it: chosen, looked at, recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web.console.arrangement_forms import GuardianForm, LodgingForm
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.household_forms import (
    HeadForm,
    House,
    HouseForm,
    MergeForm,
    RelationsForm,
    SplitForm,
)
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import arrangements, family_tree

#: What the buttons of the second step say: record it, or choose again.
STEP, RECORD, CHOOSE = "step", "record", "choose"


@require_safe
@staff("registry.open")
def family(request: HttpRequest, household_id: int) -> HttpResponse:
    """The family drawn and in words, who lives elsewhere, who answers for whom, and what can be done."""
    house = registry.open_household(household_id, scope=request.scope)
    may = "registry.correct" in permissions_of(request)
    kin = registry.family(household_id, scope=request.scope)
    people = [one.person_id for one in house.members]
    return show(
        request,
        "console/household_family.html",
        house=house,
        name=house.head.name if house.head else house.number,
        # How a child came to its parents is for those who may correct it (rights rule 7).
        tree=family_tree.draw(kin, how=may),
        arrangements=arrangements.present(
            house,
            registry.lodgings(household_id, scope=request.scope),
            registry.lodgers(household_id, scope=request.scope),
            registry.guardians(people, scope=request.scope),
        ),
        acts=arrangements.acts(house) if may else [],
    )


@staff("registry.correct")
def split(request: HttpRequest, household_id: int) -> HttpResponse:
    """Some members become a household of their own."""
    number = registry.next_number(household_id, scope=request.scope)
    return _act(request, household_id, SplitForm, initial={"number": number})


@staff("registry.correct")
def merge(request: HttpRequest, household_id: int) -> HttpResponse:
    """Everybody goes to another household of the village."""
    return _act(request, household_id, MergeForm)


@staff("registry.correct")
def head(request: HttpRequest, household_id: int) -> HttpResponse:
    """Another member becomes the head."""
    return _act(request, household_id, HeadForm)


@staff("registry.correct")
def lodging(request: HttpRequest, household_id: int) -> HttpResponse:
    """A member lives in another household, or no more."""
    return _act(request, household_id, LodgingForm)


@staff("registry.correct")
def guardian(request: HttpRequest, household_id: int) -> HttpResponse:
    """Who answers for a child of the household."""
    return _act(request, household_id, GuardianForm)


def _act(
    request: HttpRequest, household_id: int, form_class: type[HouseForm], initial: Any = None
) -> HttpResponse:
    view = registry.open_household(household_id, scope=request.scope)
    house = House(view, request.scope, request.user, clock.now(), data_language())
    if request.method != "POST":
        return _choose(request, house, form_class(house=house, initial=initial))
    form = form_class(request.POST, house=house)
    if not form.is_valid() or request.POST.get(STEP) == CHOOSE:
        return _choose(request, house, form)
    plan = form.plan()
    sent = (request.POST,) if request.POST.get(STEP) == RECORD else ()
    names, before = _people(request, plan.households or (household_id,))
    proposed: dict[int, str] = {}
    for group in plan.groups:
        proposed |= registry.propose_relations(
            group.head_id, group.others, household_ids=plan.households, scope=request.scope
        )
    second = RelationsForm(*sent, plan=plan, names=names, proposed=proposed, language=house.language)
    refusal = None
    if sent and second.is_valid():
        try:
            form.record(second.said())
        except (Invalid, Conflict, NotFound) as error:
            refusal = error
        else:
            messages.success(request, str(form.done))
            return redirect("console:household-family", household_id)
    return show(
        request,
        "console/household_look.html",
        status=422 if second.errors or refusal else 200,
        first=form,
        form=second,
        refusal=refusal,
        facts=plan.facts,
        groups=arrangements.groups(plan, second, names, before, house.language),
        hidden=[(k, v) for k in request.POST for v in request.POST.getlist(k) if _kept(k)],
        **_frame(house),
    )


def _kept(name: str) -> bool:
    return name not in (STEP, "csrfmiddlewaretoken") and not name.startswith("relation_")


def _people(request: HttpRequest, households: tuple[int, ...]) -> tuple[dict[int, str], dict[int, str]]:
    """Names, and relations as they are, of everybody in some households."""
    members = [
        one for number in households for one in registry.open_household(number, scope=request.scope).members
    ]
    return {one.person_id: one.name for one in members}, {one.person_id: one.relation for one in members}


def _choose(request: HttpRequest, house: House, form: HouseForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return show(request, "console/household_choose.html", status=status, form=form, **_frame(house))


def _frame(house: House) -> dict[str, Any]:
    head = house.view.head
    return {
        "name": head.name if head else house.view.number,
        "back": reverse("console:household-family", args=[house.household_id]),
        "closed": house.view.closed is not None,
    }
