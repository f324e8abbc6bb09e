"""Grievances: noted for a family, answered by somebody who has not acted in its case, with a letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.web.console.grievance_forms import CHANGE, AnswerForm, GrievanceForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import corrections as present_corrections
from tongchou.web.console.presenters import grievances as present

SIZE = 30


@require_safe
@staff(casework.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Grievances of the reader's areas: open ones by their last day, or those answered."""
    waiting = request.GET.get("state") != "answered"
    number = whole(request.GET.get("page", "")) or 1
    found, total = casework.grievances(
        by=request.user, on=clock.today(), waiting=waiting, page=number, size=SIZE
    )
    address = reverse("console:grievances") + ("" if waiting else "?state=answered")
    return show(
        request,
        "console/grievances.html",
        rows=present.rows(found, language=data_language()),
        waiting=waiting,
        pages=pages_of(request, address, "page", total, SIZE),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(casework.OPEN)
def new(request: HttpRequest, case_id: int) -> HttpResponse:
    """Notes a grievance, with the change of the register that is asked for if there is one."""
    view = casework.view(case_id, by=request.user, at=clock.now())
    form = GrievanceForm(*((request.POST,) if request.method == "POST" else ()), language=data_language())
    refusal = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = casework.record_grievance(
                case_id=case_id,
                about=said["about"],
                words=said["words"],
                external=said["external"],
                change=form.change(),
                by=request.user,
                at=clock.now(),
            )
        except (Invalid, Conflict) as error:
            refusal = form.refused(error)
        else:
            messages.success(request, _("Recorded. Somebody who has not acted in the case answers it."))
            return redirect("console:grievance", made.pk)
    return show(
        request,
        "console/grievance_new.html",
        status=422 if form.errors or refusal else 200,
        form=form,
        refusal=refusal,
        change=[form[name] for name in CHANGE],
        changing=any(form[name].value() or form[name].errors for name in CHANGE),
        case=view.case,
        title=view.kind.public_title.of(data_language()),
        person=view.person.name if view.person else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(casework.VIEW)
def grievance(request: HttpRequest, grievance_id: int) -> HttpResponse:
    """One grievance with the change that is asked for, and its answer."""
    form = AnswerForm(*((request.POST,) if request.method == "POST" else ()))
    refusal: Exception | None = None
    if request.method == "POST" and form.is_valid():
        try:
            done = casework.close_grievance(
                grievance_id=grievance_id,
                seen=request.POST.get("seen", ""),
                by=request.user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except (Invalid, Conflict, NotAllowed) as error:
            refusal = error
        else:
            messages.success(request, _told(done))
            return redirect("console:grievance", grievance_id)
    view = casework.grievance(grievance_id, by=request.user, at=clock.now())
    language = data_language()
    return show(
        request,
        "console/grievance.html",
        status=422 if form.errors or refusal else 200,
        row=present.row(view.line, language=language),
        view=view,
        change=present_corrections.page(view.change, language=language) if view.change else None,
        form=form,
        refusal=refusal,
    )


def _told(done: casework.Closed) -> str:
    if done.reopened:
        return _("Answered. The rules now say something else: the case was opened again, others decide.")
    if done.changed:
        return _("Answered. The rules now say something else: look at the case.")
    return _("Answered. Give the family the letter.")


@require_safe
@staff(casework.VIEW)
def letter(request: HttpRequest, grievance_id: int) -> HttpResponse:
    """The answer to a grievance, to print."""
    from tongchou.apps.local import api as local
    from tongchou.web.console.presenters import letter as letters

    view = casework.grievance(grievance_id, by=request.user, at=clock.now())
    case = casework.view(view.line.case_id, by=request.user, at=clock.now())
    language = data_language()
    return show(
        request,
        "console/grievance_letter.html",
        row=present.row(view.line, language=language),
        view=view,
        objection=case.kind.objection.of(language),
        signed=case.area.split(" · ")[0],  # the county
        today=clock.today(),
        office=letters.office_words(local.unit(), on=clock.today()),
    )
