"""Department lists: overview, upload, deciding row by row or together, storing."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.domain.lists.kinds import KINDS
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.list_forms import ListUploadForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import files as present_files
from tongchou.web.console.presenters import lists as present
from tongchou.web.console.presenters import undo as present_undo
from tongchou.web.console.table_workbook import attachment

lists = intake.lists
Status = lists.ListStatus
SIZE = 50
QUESTIONS = 20


@require_safe
@staff("lists.upload")
def overview(request: HttpRequest) -> HttpResponse:
    """The lists of the reader's counties, the newest first."""
    found = lists.lists(scope=request.scope)
    pages = pages_of(request, reverse("console:lists"), "page", found.count(), SIZE)
    shown = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    waiting = lists.waiting_counts([one.pk for one in shown])
    lines = [present.line(one, waiting=waiting[one.pk]) for one in shown]
    undos = present_undo.waiting(lists.list_undo, by=request.user, on=clock.today())
    return show(request, "console/lists.html", lists=lines, pages=pages, undos=undos)


@staff("lists.upload")
def new(request: HttpRequest) -> HttpResponse:
    """Takes one list, reads and matches every row, and shows what was found. Nothing is stored yet."""
    counties = [(str(area.pk), area.name) for area in lists.counties(request.scope)]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListUploadForm(*sent, kinds=lists.kind_choices(), counties=counties)
    form.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            file = lists.stage_list(
                content=form.cleaned_data["file"].read(),
                kind=form.cleaned_data["kind"],
                area_id=int(form.cleaned_data["county"]),
                by=request.user,
                at=clock.now(),
            )
            return redirect("console:list-file", file.pk)
        except (Invalid, Conflict) as error:
            refusal = error
    status = 422 if form.errors or refusal else 200
    steps = present.procedure(0)
    return show(request, "console/list_new.html", status=status, form=form, refusal=refusal, steps=steps)


@require_safe
@staff("lists.upload")
def file(request: HttpRequest, list_id: int) -> HttpResponse:
    """What a list holds, what somebody has to decide, what to mend."""
    found = lists.open_list(list_id, request.scope)
    running = lists.is_list_running(found, clock.now())
    address = reverse("console:list-file", args=[list_id])
    waiting = lists.open_count(found)
    kinds = lists.question_kinds(found)
    turning = pages_of(request, address, "row", waiting, QUESTIONS, "#questions")
    pages = pages_of(request, address, "page", found.problem_count, SIZE, "#problems")
    asked = {"scope": request.scope, "start": (turning.number - 1) * QUESTIONS, "limit": QUESTIONS}
    deciding = found.status in lists.UNDECIDED and not running
    problems = lists.problems(list_id, scope=request.scope, start=(pages.number - 1) * SIZE, limit=SIZE)
    shown = present.page(
        found,
        counts=lists.state_counts([list_id])[list_id],
        asked=[present.Asked(one.reason, one.text, one.number, one.together) for one in kinds],
        questions=[present.question(one) for one in lists.questions(list_id, **asked)] if deciding else [],
        question_pages=turning,
        problems=[present_files.problem(one) for one in problems],
        pages=pages,
        permissions=permissions_of(request),
        running=running,
        ready=lists.ready_count(found),
        waiting=sum(one.number for one in kinds),
        private=KINDS[found.kind].private,
        job=lists.storing_list_job(list_id),
        undoable=found.status in (Status.UNDOING, Status.UNDONE) or lists.stands(found),
        unsettled=lists.left_halfway(found),
    )
    return show(request, "console/list_file.html", file=shown, steps=shown.steps)


@require_POST
@staff("lists.apply")
def decide(request: HttpRequest, list_id: int) -> HttpResponse:
    """Decides about one row."""
    person = whole(request.POST.get("person", ""))
    try:
        lists.decide_row(
            list_id=list_id,
            row_no=whole(request.POST.get("row", "")) or 0,
            seen=request.POST.get("seen", ""),
            take=request.POST.get("take") == "yes",
            person_id=person,
            by=request.user,
            at=clock.now(),
        )
    except (Conflict, Invalid) as error:
        messages.warning(request, error.message)
    except NotFound as error:
        if error.code != "lists.no_row":
            raise
        messages.warning(request, error.message)
    page = whole(request.POST.get("page", "")) or 1
    return redirect(reverse("console:list-file", args=[list_id]) + f"?row={page}#questions")


@require_POST
@staff("lists.apply")
def decide_all(request: HttpRequest, list_id: int) -> HttpResponse:
    """Decides about all rows that ask the same."""
    try:
        number = lists.decide_all(
            list_id=list_id,
            reason=request.POST.get("reason", ""),
            take=request.POST.get("take") == "yes",
            by=request.user,
            at=clock.now(),
        )
        text = ngettext("%(n)s row was decided.", "%(n)s rows were decided.", number) % {"n": number}
        messages.success(request, text)
    except (Conflict, Invalid) as error:
        messages.warning(request, error.message)
    return redirect(reverse("console:list-file", args=[list_id]) + "#questions")


@require_POST
@staff("lists.apply")
def apply(request: HttpRequest, list_id: int) -> HttpResponse:
    """Stores what is settled; a large list in the background."""
    found = lists.open_list(list_id, request.scope)
    acting = {"list_id": list_id, "by": request.user, "at": clock.now()}
    try:
        if found.status in lists.UNDECIDED and lists.is_large(found):
            job = lists.ask_to_apply_list(**acting)
            return redirect(reverse("console:jobs") + f"#job-{job.pk}")
        done = lists.apply_list(**acting)
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("console:list-file", list_id)
    messages.success(request, present.outcome(done))
    return redirect("console:list-file", list_id)


@require_POST
@staff("lists.apply")
def discard(request: HttpRequest, list_id: int) -> HttpResponse:
    """Forgets what waits of a list."""
    try:
        found = lists.discard_list(list_id=list_id, by=request.user, at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("console:list-file", list_id)
    if found.kind == lists.COUNTED:
        messages.success(request, _("The list was discarded. Nothing of it is counted."))
    else:
        messages.success(request, _("The list was discarded. What had been stored of it stays."))
    return redirect("console:lists")


@require_safe
@staff("lists.upload")
def problems(request: HttpRequest, list_id: int) -> HttpResponse:
    """The problems as a workbook that points at the cells."""
    content = lists.list_problem_workbook(list_id, scope=request.scope)
    return attachment(content, f"list-problems-{list_id}.xlsx")
