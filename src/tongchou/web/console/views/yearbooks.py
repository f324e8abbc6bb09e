"""Yearbooks: asked for, made in the background, listed with their hash, as PDF or workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.yearbook import api as yearbooks
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.web.console import formatters
from tongchou.web.console.chrome import assignments_of, permissions_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import volumes as present
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.views.bulletin import moment
from tongchou.web.console.yearbook_form import YearbookForm
from tongchou.web.sheets import PDF

PERMISSION, MAKE = yearbooks.READ, yearbooks.MAKE


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def listed(request: HttpRequest) -> HttpResponse:
    """The yearbooks of the reader's areas, and the form for another one for those who make them."""
    form = None
    if MAKE in permissions_of(request):
        reach = access.require_among(assignments_of(request), MAKE)
        form = YearbookForm(
            request.POST if request.method == "POST" else None, scope=reach, today=clock.today()
        )
    elif request.method == "POST":
        access.require_among(assignments_of(request), MAKE)
    if form is not None and request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            yearbooks.ask_to_make(
                area_id=said["area"].pk,
                year=said["year"],
                edition=said["edition"],
                basis=said["basis"],
                by=request.user,
                at=clock.now(),
            )
            return redirect(reverse("console:yearbooks") + "#asked")
        except (Invalid, Conflict) as error:
            form.add_error("year", str(error.message))
    return show(
        request,
        "console/yearbooks.html",
        status=422 if form is not None and form.errors else 200,
        form=form,
        jobs=[present.line(job) for job in yearbooks.open_jobs(scope=request.scope)],
        volumes=[present.volume(one) for one in yearbooks.volumes(scope=request.scope)],
    )


@require_safe
@staff(PERMISSION)
def pdf(request: HttpRequest, volume_id: int) -> HttpResponse:
    """A yearbook as PDF, in the language of the page."""
    from tongchou.web.console.presenters.yearbook import publication
    from tongchou.web.sheets.publications import yearbook_pdf

    volume, content = yearbooks.volume(volume_id, scope=request.scope)
    made = publication(content, made=formatters.day(volume.built.as_of))
    return attachment(yearbook_pdf(made, at=moment(volume.built.as_of)), _name(volume, "pdf"), kind=PDF)


@require_safe
@staff(PERMISSION)
def workbook(request: HttpRequest, volume_id: int) -> HttpResponse:
    """A yearbook as a workbook."""
    from tongchou.web.console.presenters.yearbook import publication
    from tongchou.web.console.publication_workbook import publication_workbook

    volume, content = yearbooks.volume(volume_id, scope=request.scope)
    made = publication(content, made=formatters.day(volume.built.as_of))
    return attachment(publication_workbook(made, at=moment(volume.built.as_of)), _name(volume, "xlsx"))


def _name(volume: yearbooks.Volume, kind: str) -> str:
    return f"yearbook-{volume.year}-{volume.pk}.{kind}"
