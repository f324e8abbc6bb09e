"""The first run in the browser: opened by a token from the terminal, closed for good at its end."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.apps.upkeep import api as upkeep
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.scope import Scope
from tongchou.web import errors
from tongchou.web.console.page import show
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import setting_up as present
from tongchou.web.console.setup_forms import EnterForm, UnitForm
from tongchou.web.console.views import area_lists, local_values
from tongchou.web.console.views.area_lists import SETUP_PASS

View = Callable[..., HttpResponse]


def entered(view: View) -> View:
    """A view for the browser that gave the token; nobody else learns whether there is a set-up."""

    @never_cache
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            row = local.entered(request.session.get(SETUP_PASS, ""), at=clock.now())
            if row is None:
                return (
                    errors.refused(request, _closed()) if not local.is_wanted() else redirect("console:setup")
                )
            request.setup = row
            return view(request, *args, **kwargs)
        except AppError as error:
            return errors.refused(request, error)

    return guarded


def _closed() -> NotFound:
    return NotFound("setup.closed", "")


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The steps; before the token was given, the page that takes it."""
    if not local.is_wanted():
        return errors.refused(request, _closed())
    row = local.entered(request.session.get(SETUP_PASS, ""), at=clock.now())
    if row is None:
        form = EnterForm(initial={"token": request.GET.get("token", "")})
        return show(request, "console/setup_enter.html", form=form)
    done = present.done_steps(row.unit, local.first_accounts(), row.parameters_seen_at is not None)
    missing = _missing(row.unit)
    return show(request, "console/setup.html", lines=present.overview(done, row.unit, missing), unit=row.unit)


def _missing(unit: places.Area | None) -> int:
    return sum(one.is_missing for one in local.known(unit, on=None)) if unit else len(local.PARAMETERS)


@never_cache
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Takes the token once."""
    if not local.is_wanted():
        return errors.refused(request, _closed())
    form = EnterForm(request.POST)
    if form.is_valid():
        try:
            request.session[SETUP_PASS] = local.enter(token=form.cleaned_data["token"], at=clock.now())
            request.session.cycle_key()
            return redirect("console:setup")
        except NotAllowed as error:
            form.add_error("token", str(error.message))
            form.described()
    return show(request, "console/setup_enter.html", form=form, status=422)


@entered
def unit(request: HttpRequest) -> HttpResponse:
    """The list of areas, and whose installation this is."""
    action = request.POST.get("action", "")
    choices = present.unit_choices()
    chosen = request.setup.unit_id
    form = UnitForm(initial={"unit": chosen}, choices=choices)
    context = area_lists.work(request, by=None, action=action, back="console:setup-unit")
    if isinstance(context, HttpResponse):
        return context
    if action == "reference":
        places.load_reference(by=None, at=clock.now())
        messages.success(request, _("The packaged list of areas was loaded."))
        return redirect("console:setup-unit")
    if action == "unit":
        form = UnitForm(request.POST, choices=choices)
        if form.is_valid():
            area = local.choose_unit(area_id=form.cleaned_data["unit"], at=clock.now())
            messages.success(request, _("This installation is for %(name)s.") % {"name": area.name})
            return redirect("console:setup-accounts")
    return show(
        request,
        "console/setup_unit.html",
        status=422 if form.errors or context["refused"] else 200,
        steps=present.bar("setup-unit"),
        unit_form=form,
        has_areas=bool(choices),
        unit=request.setup.unit,
        **context,
    )


@entered
@sensitive_variables("made")
def accounts(request: HttpRequest) -> HttpResponse:
    """The first accounts; their passwords are shown once, in the answer to the form."""
    row = request.setup
    if row.unit is None:
        messages.warning(request, _("Name the unit first."))
        return redirect("console:setup-unit")
    made: list[local.FirstAccount] = []
    problems: dict = {}
    held = local.first_accounts()
    if request.method == "POST":
        again = request.POST.get("again", "")
        try:
            if again:
                made = local.new_first_password(role=again, at=clock.now())
            else:
                wanted = [_person(request, role) for role in local.FIRST_ROLES if role not in held]
                made = local.make_first_accounts(people=wanted, at=clock.now())
        except Invalid as error:
            problems = error.data["problems"]
        held = local.first_accounts()
    return show(
        request,
        "console/setup_accounts.html",
        status=422 if problems else 200,
        steps=present.bar("setup-accounts"),
        people=present.people(held, request.POST, problems),
        counties=present.counties_of(row.unit),
        unit=row.unit,
        made=[(present.label(one.role), one) for one in made],
        complete=all(role in held for role in local.FIRST_ROLES),
        wrong=bool(problems),
    )


def _person(request: HttpRequest, role: str) -> local.FirstPerson:
    area = request.POST.get(f"{role}.area", "")
    return local.FirstPerson(
        role=role,
        username=request.POST.get(f"{role}.username", "").strip()[:60],
        display_name=request.POST.get(f"{role}.display_name", "").strip()[:60],
        area_id=whole(area),
    )


@entered
def parameters(request: HttpRequest) -> HttpResponse:
    """What the county sets itself; whatever is left empty stays unknown."""
    unit = request.setup.unit
    if unit is None:
        messages.warning(request, _("Name the unit first."))
        return redirect("console:setup-unit")
    problems = local_values.save(request, area=unit, by=None)
    if request.method == "POST" and not problems:
        local.parameters_seen(at=clock.now())
        return redirect("console:setup-end")
    return show(
        request,
        "console/setup_parameters.html",
        status=422 if problems else 200,
        steps=present.bar("setup-parameters"),
        groups=present.parameters(unit, request.POST if problems else None, problems),
        problems=problems,
        unit=unit,
    )


@entered
def end(request: HttpRequest) -> HttpResponse:
    """What is still missing; then the set-up is closed for good."""
    if request.method == "POST":
        try:
            local.finish(at=clock.now())
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("console:setup")
        request.session.flush()
        return show(request, "console/setup_done.html")
    items = upkeep.items(reach=Scope.everything(), at=clock.now())
    held = local.first_accounts()
    return show(
        request,
        "console/setup_end.html",
        steps=present.bar("setup-end"),
        lines=present.checklist(items, frozenset(), linked=False),
        open=sum(not item.done for item in items),
        complete=request.setup.unit is not None and all(role in held for role in local.FIRST_ROLES),
        unit=request.setup.unit,
    )
