"""Register files: list, check, decide, take away what is to be mended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import Conflict
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.forms import WordsForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import batches as present_batches
from tongchou.web.console.presenters import file_rows, mending
from tongchou.web.console.presenters import files as present
from tongchou.web.console.presenters import questions as present_questions
from tongchou.web.console.presenters import undo as present_undo
from tongchou.web.console.question_forms import DecideForm
from tongchou.web.console.table_workbook import attachment

SIZE = 50
FEW = 20
FEW_UPLOADS = 5
#: The figures of the difference whose people are listed while the file waits.
LISTED = ("conflict", "changed", "new", "missing")
#: Those a reader must not miss.
OPEN = ("conflict", "changed")
#: Refusals after which the page of the file shows how things stand now.
LOOK_AGAIN = {"intake.changed_since", "intake.being_applied", "intake.being_stored", "intake.village_busy"}


@require_safe
@staff("intake.upload")
def files(request: HttpRequest) -> HttpResponse:
    """The registers of the reader's areas, the newest first."""
    found = intake.files(scope=request.scope)
    pages = pages_of(request, reverse("console:intake"), "page", found.count(), SIZE)
    first = (pages.number - 1) * SIZE
    listed = [present.line(one) for one in found[first : first + SIZE]]
    left = left_open(request)
    uploads = [present_batches.line(one) for one in intake.batches(by=request.user)[:FEW_UPLOADS]]
    undos = present_undo.waiting(intake.register_undo, by=request.user, on=clock.today())
    return show(
        request,
        "console/intake.html",
        files=listed,
        pages=pages,
        uploads=uploads,
        undos=undos,
        left_open=left,
        left_more=len(left) > FEW,
    )


def left_open(request: HttpRequest) -> list[present.LeftOpen]:
    """The first stored files with rows nobody has decided about, one more than are listed at once."""
    if "intake.apply" not in permissions_of(request):
        return []
    return [present.left_open(one) for one in intake.left_open(scope=request.scope)[: FEW + 1]]


@require_safe
@staff("intake.upload")
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What was found in a file, what would change, what to mend."""
    chosen = {"ground": request.GET.get("reason", ""), "evidence_kind": request.GET.get("document", "")}
    return show_file(request, file_id, deciding=DecideForm(initial=chosen))


def show_file(request: HttpRequest, file_id: int, *, deciding: DecideForm, status: int = 200) -> HttpResponse:
    """The page of a file; ``deciding`` stands above its lines in question."""
    found = intake.open_file(file_id, scope=request.scope)
    running = intake.is_running(found, at=clock.now())
    if intake.compare_again(found, scope=request.scope, at=clock.now()):
        messages.warning(
            request, _("The register has changed since this file was compared. It was compared again.")
        )
    address = reverse("console:intake-file", args=[file_id])
    pages = pages_of(request, address, "page", found.problem_count, SIZE, "#problems")
    problems = intake.problems(file_id, scope=request.scope, start=(pages.number - 1) * SIZE, limit=SIZE)
    again = "again" in request.GET or deciding.is_bound
    asked_questions = None if running else _questions(request, found, address, again=again)
    shown = present.page(
        found,
        [present.problem(one) for one in problems],
        place=places.path_of(found.village.parent_id),
        pages=pages,
        permissions=permissions_of(request),
        scope=request.scope,
        running=running,
        job=intake.storing_job(file_id),
        lists=_lists(request, found, address, deciding=asked_questions is not None),
    )
    asked = found.open_words if found.status in intake.REPLACEABLE and not running else []
    words = WordsForm(headers=asked, meanings=mending.meanings(found.columns)) if asked else None
    stored = found.status == intake.FileStatus.APPLIED
    return show(
        request,
        "console/intake_file.html",
        status=status,
        file=shown,
        steps=shown.steps,
        words_form=words,
        questions=asked_questions,
        deciding=deciding,
        not_listed=sum(intake.answer_counts(file_id, scope=request.scope).values()) if stored else 0,
    )


def _questions(
    request: HttpRequest, found: intake.RegisterFile, address: str, *, again: bool
) -> present_questions.Questions | None:
    """The lines in question of a file, for who may decide about them; None when there are none.

    Of a stored file, those it left open. ``again``: what was decided is to be changed.
    """
    open_to_decide = (*intake.UNDECIDED, intake.FileStatus.APPLIED)
    if found.status not in open_to_decide or "intake.apply" not in permissions_of(request):
        return None
    total = intake.to_decide(found).count()
    if not total:
        return None
    pages = pages_of(request, address, "row", total, FEW, "#questions")
    start = (pages.number - 1) * FEW
    return present_questions.section(
        found, pages=pages, scope=request.scope, start=start, limit=FEW, again=again
    )


def _lists(
    request: HttpRequest, found: intake.RegisterFile, address: str, *, deciding: bool
) -> list[file_rows.RowList]:
    """Who is behind the figures. Once the file is decided on, only lines in question and people missing.

    Lines in question that are being decided stand in their own part of the page.
    """
    waiting = found.status in intake.UNDECIDED
    lists = []
    for figure in present.difference(found):
        if not figure.number or figure.kind not in (LISTED if waiting else ("conflict", "missing")):
            continue
        if deciding and figure.kind == "conflict":
            continue
        pages = pages_of(request, address, figure.kind, figure.number, FEW, f"#list-{figure.kind}")
        start = (pages.number - 1) * FEW
        asked = {"scope": request.scope, "start": start, "limit": FEW}
        lists.append(
            file_rows.RowList(
                figure.kind,
                figure.label,
                figure.number,
                pages,
                open=figure.kind in request.GET or figure.kind in OPEN or figure.number <= FEW,
                **file_rows.people(figure.kind, found, asked),
            )
        )
    return lists


@require_POST
@staff("intake.apply")
def apply(request: HttpRequest, file_id: int) -> HttpResponse:
    """Stores the lines without errors; those of a large file in the background."""
    found = intake.open_file(file_id, scope=request.scope)
    seen = request.POST.get("seen", "")
    decided = {
        "file_id": file_id,
        "by": request.user,
        "at": clock.now(),
        "seen": whole(seen),
    }
    try:
        if intake.is_large(found):
            job = intake.ask_to_apply(**decided)
            return redirect(reverse("console:jobs") + f"#job-{job.pk}")
        done = intake.apply_file(**decided, accept_partial=True)
    except Conflict as error:
        if error.code not in LOOK_AGAIN:
            raise
        messages.warning(request, error.message)
        return redirect("console:intake-file", file_id)
    messages.success(request, present.outcome(done))
    return redirect("console:intake-file", file_id)


@require_POST
@staff("intake.apply")
def discard(request: HttpRequest, file_id: int) -> HttpResponse:
    """Forgets a file that waits for a decision."""
    try:
        file = intake.discard_file(file_id=file_id, by=request.user, at=clock.now())
    except Conflict as error:
        if error.code not in LOOK_AGAIN:
            raise
        messages.warning(request, error.message)
        return redirect("console:intake-file", file_id)
    if file.applied.get("settled"):
        messages.success(request, _("The file was discarded. What had been stored of it stays."))
    else:
        messages.success(request, _("The file was discarded. Nothing of it was stored."))
    return redirect("console:intake")


@require_safe
@staff("intake.upload")
def problems(request: HttpRequest, file_id: int) -> HttpResponse:
    """The problems as a workbook that points at the cells."""
    return attachment(intake.problem_workbook(file_id, scope=request.scope), f"problems-{file_id}.xlsx")


@require_safe
@staff("intake.upload")
def returned(request: HttpRequest, file_id: int) -> HttpResponse:
    """The user's own workbook with a column that says what to mend."""
    content = intake.returned_workbook(file_id, scope=request.scope)
    name = intake.open_file(file_id, scope=request.scope).village.code or f"register-{file_id}"
    return attachment(content, f"{name}.xlsx")
