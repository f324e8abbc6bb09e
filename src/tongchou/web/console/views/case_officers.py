"""Who decides for whom: the own family, lending to another officer, who is named, the yearly check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongchou.apps.casework import api as casework
from tongchou.apps.places import api as places
from tongchou.core import accounts, clock
from tongchou.core.errors import AppError, Invalid
from tongchou.core.models import Account
from tongchou.web.console import case_forms as forms
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.presenters.year_checked import year_checked
from tongchou.web.console.views.cases import reader


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def mine(request: HttpRequest) -> HttpResponse:
    """Whose family is one's own, and to whom one lends; each form is sent for itself."""
    sent = request.POST if request.method == "POST" else None
    which = sent.get("what", "") if sent is not None else ""
    family = forms.NumbersForm(sent if which == "family" else None, prefix="family")
    lend = forms.DelegateForm(sent if which == "lend" else None, prefix="lend")
    given = {"by": request.user, "at": clock.now()}
    try:
        if which == "family" and family.is_valid():
            casework.declare(numbers=family.cleaned_data["numbers"].splitlines(), **given)
            messages.success(request, _("Recorded. Their cases, and those of near relatives, go to others."))
            return redirect("console:case-officer")
        if which == "lend" and lend.is_valid():
            values = dict(lend.cleaned_data)
            taker = _account(values.pop("taker"))
            casework.delegate(taker=taker, **values, **given)
            messages.success(request, _("Lent. What is done for you is noted with both names."))
            return redirect("console:case-officer")
        if which == "end":
            casework.end_delegation(delegation_id=whole(sent.get("delegation", "")) or 0, **given)
            messages.success(request, _("Ended."))
            return redirect("console:case-officer")
    except AppError as error:
        form = family if which == "family" else lend
        if form.refused(error) is not None:
            form.add_error(None, str(error.message))
    return show(
        request,
        "console/case_officer.html",
        status=422 if family.errors or lend.errors else 200,
        family=family,
        lend=lend,
        declared=casework.declared(request.user),
        lent=casework.of_account(request.user, clock.today()),
    )


def _account(username: str) -> Account:
    found = accounts.by_username(username.strip())
    if found is None:
        raise Invalid("casework.taker", _("There is no account of this user name."), field="taker")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff(casework.NAME)
def named(request: HttpRequest) -> HttpResponse:
    """Who is named for the private programmes."""
    form = forms.NameOfficerForm(request.POST or None)
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=casework.NAME)
    if request.method == "POST" and form.is_valid():
        try:
            officer = _account(form.cleaned_data["officer"])
            if picker.area is None:
                raise Invalid("places.none", _("Choose an area."))
            casework.name_officer(account=officer, area_id=picker.area.pk, by=request.user, at=clock.now())
            messages.success(request, _("Named. Only named officers see and decide these cases."))
            return redirect("console:case-named")
        except AppError as error:
            form.add_error(None, str(error.message))
    proposed = casework.proposed_in(request.scope)
    names = places.paths({one.area_id for one in proposed})
    return show(
        request,
        "console/case_named.html",
        status=422 if form.errors else 200,
        form=form,
        picker=picker,
        proposed=[
            {
                "officer": one.account.shown_name,
                "user_name": one.account.username,
                "before": one.instead_of.shown_name,
                "area": one.area_id,
                "place": names.get(one.area_id, ""),
            }
            for one in proposed
        ],
        rows=officers_of(request),
    )


def officers_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Who is named in the reader's areas."""
    rows = casework.named_in(request.scope)
    names = places.paths({one.area_id for one in rows})
    return [
        {
            "pk": one.pk,
            "officer": one.account.shown_name,
            "place": names.get(one.area_id, ""),
            "since": one.named_at,
        }
        for one in rows
    ]


@require_POST
@staff(casework.NAME)
def end_naming(request: HttpRequest, naming_id: int) -> HttpResponse:
    """Somebody is no longer named."""
    casework.end_naming(naming_id=naming_id, by=request.user, at=clock.now())
    messages.success(request, _("Ended."))
    return redirect("console:case-named")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(casework.APPROVE)
def renew(request: HttpRequest) -> HttpResponse:
    """The yearly check: cases of the year before go on without an application."""
    form = forms.RenewForm(request.POST or None, language=data_language())
    if request.method == "POST" and form.is_valid():
        try:
            casework.ask_to_renew(by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("The yearly check has begun; see the jobs for how far it is."))
            return redirect("console:case-renew")
        except AppError as error:
            form.add_error(None, str(error.message))
    today = clock.today()
    return show(
        request,
        "console/case_renew.html",
        status=422 if form.errors else 200,
        form=form,
        checked=year_checked(
            casework.year_checked(years=(today.year, today.year + 1), by=request.user, on=today),
            language=data_language(),
        ),
    )
