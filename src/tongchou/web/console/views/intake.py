"""Register files: list, upload, check, decide."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.web.console import formatters
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.forms import UploadForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import Pages
from tongchou.web.console.presenters import files as present

SIZE = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@staff("intake.upload")
def files(request: HttpRequest) -> HttpResponse:
    """The registers of the reader's areas, the newest first."""
    listed = intake.files(scope=request.scope)[:100]
    return show(request, "console/intake.html", files=[present.line(one) for one in listed])


@staff("intake.upload")
def new(request: HttpRequest) -> HttpResponse:
    """Takes one village's register, reads every cell and shows what was found. Nothing is stored yet."""
    villages = places.villages(request.scope)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, villages=_choices(villages))
    form.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    refusal = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = intake.stage_register(
                content=upload.read(),
                file_name=upload.name,
                village_id=int(form.cleaned_data["village"]),
                by=request.user,
                at=clock.now(),
            )
            return redirect("console:intake-file", file.pk)
        except (Invalid, Conflict) as error:
            refusal = error
    status = 422 if form.errors or refusal else 200
    steps = present.procedure(0)
    return show(request, "console/intake_new.html", status=status, form=form, refusal=refusal, steps=steps)


def _choices(villages: list[places.Area]) -> list[tuple]:
    """The villages as options, grouped by township when there are several."""
    names = {
        area.pk: area.name for area in places.Area.objects.filter(pk__in={v.parent_id for v in villages})
    }
    grouped = [
        (names[parent], [(str(village.pk), village.name) for village in inside])
        for parent, inside in groupby(villages, key=lambda village: village.parent_id)
    ]
    return grouped if len(grouped) > 1 else [choice for _name, inside in grouped for choice in inside]


@require_safe
@staff("intake.upload")
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What was found in a file, what would change, what to mend."""
    found = intake.open_file(file_id, scope=request.scope)
    number = request.GET.get("page", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    count = max(1, -(-found.problem_count // SIZE))
    number = min(max(1, number), count)
    problems = intake.problems(file_id, scope=request.scope, start=(number - 1) * SIZE, limit=SIZE)
    address = reverse("console:intake-file", args=[file_id])
    pages = Pages(
        number=number,
        count=count,
        total=found.problem_count,
        previous=f"{address}?page={number - 1}" if number > 1 else "",
        next=f"{address}?page={number + 1}" if number < count else "",
    )
    shown = present.page(
        found,
        [present.problem(one) for one in problems],
        place=places.path_of(found.village.parent_id),
        pages=pages,
        permissions=permissions_of(request),
    )
    return show(request, "console/intake_file.html", file=shown, steps=shown.steps)


@require_POST
@staff("intake.apply")
def apply(request: HttpRequest, file_id: int) -> HttpResponse:
    """Stores the lines without errors."""
    done = intake.apply_file(file_id=file_id, by=request.user, at=clock.now(), accept_partial=True)
    messages.success(
        request,
        ngettext(
            "%(n)s person was stored or confirmed.", "%(n)s people were stored or confirmed.", done.people
        )
        % {"n": formatters.number(done.people)},
    )
    return redirect("console:intake-file", file_id)


@require_POST
@staff("intake.apply")
def discard(request: HttpRequest, file_id: int) -> HttpResponse:
    """Forgets a file that waits for a decision."""
    intake.discard_file(file_id=file_id, by=request.user, at=clock.now())
    messages.success(request, _("The file was discarded. Nothing of it was stored."))
    return redirect("console:intake")


@require_safe
@staff("intake.upload")
def problems(request: HttpRequest, file_id: int) -> HttpResponse:
    """The problems as a workbook that points at the cells."""
    content = intake.problem_workbook(file_id, scope=request.scope)
    answer = HttpResponse(content, content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="problems-{file_id}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer
