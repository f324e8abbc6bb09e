"""What residents sent, for the township: the list, one beside the register, and its acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.applications import api as applications
from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import public_places
from tongchou.web.console.apply_forms import AnswerForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import applications as present
from tongchou.web.console.presenters.cases import address_of

SIZE = 30


@require_safe
@staff(casework.REVIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """What waits, the nearest day first; and what applicants wrote to their cases."""
    asked = request.GET.get("state", "")
    state = asked if asked in applications.State.values else applications.State.RECEIVED.value
    given: dict[str, Any] = {"by": request.user, "at": clock.now()}
    page = whole(request.GET.get("page", "")) or 1
    late = bool(request.GET.get("late"))
    found = applications.listed(state=state, late=late, page=page, size=SIZE, **given)
    return show(
        request,
        "console/applications.html",
        rows=[present.row(one, on=clock.today(), language=data_language()) for one in found.lines],
        wishes=[present.wish(one, data_language()) for one in applications.wishes(**given)],
        states=applications.State.choices,
        state=state,
        late=late,
        pages=pages_of(
            request,
            address_of("console:applications", state=state, late="1" if late else ""),
            "page",
            found.total,
            SIZE,
        ),
    )


@require_safe
@staff(casework.REVIEW)
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application beside the people of the register it may be about."""
    return _page(request, application_id)


def _page(
    request: HttpRequest,
    application_id: int,
    *,
    form: AnswerForm | None = None,
    places: public_places.Places | None = None,
    refusal: AppError | None = None,
    status: int = 200,
) -> HttpResponse:
    view = applications.view(application_id, by=request.user, at=clock.now())
    return show(
        request,
        "console/application.html",
        status=status,
        page=present.page(view, on=clock.today(), language=data_language()),
        form=form or AnswerForm(),
        answering=form is not None,
        places=places or public_places.asked(str(view.application.area_id)),
        passing=places is not None,
        refusal=refusal,
    )


_TOLD = {
    "open": gettext_lazy("The case is opened; its days run from receipt. Another officer decides."),
    "answer": gettext_lazy("Answered. The applicant reads it by the code; call as well."),
    "pass-on": gettext_lazy("Passed on. The applicant's day and code stay the same."),
}


@require_POST
@staff(casework.REVIEW)
def act(request: HttpRequest, application_id: int, act: str) -> HttpResponse:
    """One act on an application; what is wrong is said on its page."""
    if act not in _TOLD:
        raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    given: dict[str, Any] = {"application_id": application_id, "by": request.user, "at": clock.now()}
    form = AnswerForm(request.POST) if act == "answer" else None
    try:
        if act == "open":
            return _open(request, given)
        if form is not None:
            form.is_valid()
            values = form.cleaned_data
            applications.answer(
                why=values.get("why", ""),
                missing=values.get("missing", []),
                words=values.get("words", request.POST.get("words", "")),
                **given,
            )
        else:
            places = public_places.asked(request.POST.get("area", ""), request.POST.get("place", ""))
            if places.village is None:
                return _page(request, application_id, places=places, status=422 if places.unknown else 200)
            applications.pass_on(area_id=places.village.pk, **given)
    except (Conflict, Invalid, NotAllowed) as error:
        left = error if form is None else form.refused(error)
        return _page(request, application_id, form=form, refusal=left, status=error.status)
    messages.success(request, str(_TOLD[act]))
    return redirect("console:applications")


def _open(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    sending, _colon, person = request.POST.get("who", "").partition(":")
    if not request.POST.get("confirmed") or not person:
        message = _("Choose the person, and tick that you have compared both and know who applies.")
        error = Invalid("applications.confirm", message)
        return _page(request, given["application_id"], refusal=error, status=error.status)
    try:
        case = applications.open_from(sending_id=whole(sending) or 0, person_id=whole(person) or 0, **given)
    except NotFound as error:
        if error.code != "applications.person":
            raise
        return _page(request, given["application_id"], refusal=error, status=error.status)
    messages.success(request, str(_TOLD["open"]))
    opened = casework.view(case, by=request.user, at=given["at"])
    if opened.kind.gives == "money" and opened.payee is None and opened.change is None:
        messages.warning(
            request,
            _(
                "No account is on the case: none was sent, or it does not agree with the register. Record it "
                "on the case."
            ),
        )
    return redirect("console:case", case)


@require_POST
@staff(casework.REVIEW)
def settle(request: HttpRequest, wish_id: int) -> HttpResponse:
    """What an applicant wrote is noted with the case."""
    try:
        done = applications.settle(wish_id=wish_id, by=request.user, at=clock.now())
    except NotAllowed as error:
        messages.warning(request, error.message)
        return redirect("console:applications")
    if done:
        messages.success(request, _("Noted with the case."))
    else:
        messages.warning(request, _("The case had gone on already. What was written is marked as read."))
    return redirect("console:applications")
