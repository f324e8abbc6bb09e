"""One person: what the registry says, what was recorded, and the acts that can be recorded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tongchou.apps.casework import api as casework
from tongchou.apps.corrections import api as corrections
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web.console.act_forms import Subject
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.enter_form import EnterForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.person_acts import ACTS
from tongchou.web.console.presenters import cases as present_cases
from tongchou.web.console.presenters import corrections as present_corrections
from tongchou.web.console.presenters import record as present

#: What the buttons of a look at an act say: record it, or change what was written.
STEP, RECORD, CHOOSE = "step", "record", "choose"
_NOT_CARRIED = (STEP, "csrfmiddlewaretoken")


@require_safe
@staff("registry.open")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The page of a person."""
    held = permissions_of(request)
    record = registry.person_record(person_id, scope=request.scope)
    history = registry.history(
        scope=request.scope, person_id=person_id, family="registry.correct" in held, limit=100
    )
    shown = present.present(
        record,
        history,
        scope=request.scope,
        permissions=held,
        today=clock.today(),
        language=data_language(),
    )
    asked = corrections.of_person(person_id, by=request.user, on=clock.today())
    decided = corrections.decided_of_person(person_id, by=request.user, on=clock.today())
    return show(
        request,
        "console/person.html",
        page=shown,
        asked=present_corrections.lines(asked),
        decided=present_corrections.decided(decided, language=data_language()),
        cases=_cases(request, person_id),
        apply_url=reverse("console:case-choose", args=[person_id])
        if casework.OPEN in held and not record.person.deceased
        else "",
    )


def _cases(request: HttpRequest, person_id: int) -> list[present_cases.Row]:
    if casework.VIEW not in permissions_of(request):
        return []
    today = clock.today()
    found = casework.of_person(person_id, by=request.user, on=today)
    return [present_cases.row(one, on=today, language=data_language()) for one in found]


@staff("registry.correct")
def act(request: HttpRequest, person_id: int, act: str) -> HttpResponse:
    """The form of one act on a person, and its recording."""
    if act not in ACTS:
        raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    record = registry.person_record(person_id, scope=request.scope)
    subject = Subject(
        record=record,
        scope=request.scope,
        by=request.user,
        at=clock.now(),
        language=data_language(),
        others=_members(
            request, record.person.household_id, without=person_id, living=not ACTS[act].names_the_dead
        ),
    )
    if record.person.deceased and not ACTS[act].for_the_dead:
        return show(
            request,
            "console/act.html",
            status=409 if request.method == "POST" else 200,
            dead=True,
            title=ACTS[act].title,
            name=record.person.name,
            back=reverse("console:person", args=[person_id]),
        )
    start = {}
    if act == "child":
        start["relation"] = registry.child_start(person_id, None, scope=request.scope)[1]
    sent = (request.POST,) if request.method == "POST" else ()
    form = ACTS[act](*sent, subject=subject, initial=start)
    refusal = None
    step = request.POST.get(STEP) if form.looked_at_first else RECORD
    if sent and form.is_valid() and step not in (RECORD, CHOOSE):
        return show(
            request,
            "console/act_look.html",
            form=form,
            hidden=[(name, value) for name, value in request.POST.items() if name not in _NOT_CARRIED],
            name=record.person.name,
            back=reverse("console:person", args=[person_id]),
        )
    if sent and form.is_valid() and step == RECORD:
        try:
            form.save()
        except (Invalid, Conflict, NotFound) as error:
            refusal = form.refused(error)
        else:
            messages.success(request, str(form.done))
            return redirect("console:person", person_id)
    return show(
        request,
        "console/act.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        title=form.title,
        about=form.about,
        button=form.button,
        name=record.person.name,
        back=reverse("console:person", args=[person_id]),
    )


@staff("registry.correct")
def enter(request: HttpRequest, household_id: int) -> HttpResponse:
    """Somebody who was never entered, into this household."""
    members = _members(request, household_id, living=False)
    house = registry.open_household(household_id, scope=request.scope)
    sent = (request.POST,) if request.method == "POST" else ()
    form = EnterForm(*sent, language=data_language(), members=members)
    refusal = None
    if sent and form.is_valid():
        try:
            registry.enter_person(household_id=household_id, by=request.user, at=clock.now(), **form.values())
        except (Invalid, Conflict) as error:
            refusal = form.refused(error)
        else:
            messages.success(request, _("The person is entered in the household."))
            return redirect("console:household", household_id)
    head = house.head
    return show(
        request,
        "console/act.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        title=_("Enter somebody who was never entered"),
        about=_(
            "At whatever age: it is never too late, costs nothing and needs no marriage certificate. Late or "
            "not, the form and the entry are the same."
        ),
        button=_("Enter the person"),
        of_household=True,
        name=head.name if head else house.number,
        back=reverse("console:household", args=[household_id]),
    )


def _members(
    request: HttpRequest, household_id: int | None, *, without: int = 0, living: bool
) -> dict[int, str]:
    """Names in a household by number; nobody when it lies outside the reader's areas.

    Parameters
    ----------
    without
        Number of the person somebody is looked for; without one the household has to be there.
    living
        Only those of whom no death is recorded.
    """
    if household_id is None:
        return {}
    try:
        house = registry.open_household(household_id, scope=request.scope)
    except NotFound:
        if not without:
            raise
        return {}
    return {
        one.person_id: one.name
        for one in house.members
        if one.person_id != without and not (living and one.deceased)
    }
