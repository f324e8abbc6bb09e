"""Uploads: one register or many, what became of each, storing all without errors."""

from __future__ import annotations

from typing import Any

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
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.forms import ItemVillageForm, UploadForm, WordsForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import batches as present
from tongchou.web.console.presenters import files as present_files
from tongchou.web.console.presenters import mending

SIZE = 50


@staff("intake.upload")
def new(request: HttpRequest) -> HttpResponse:
    """Takes registers, reads every cell and shows what was found. Nothing is stored yet."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, scope=request.scope)
    form.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    refusal = None
    if request.method == "POST" and form.is_valid():
        files = [(upload.name, upload.read()) for upload in form.cleaned_data["file"]]
        try:
            return _bring_in(request, files, form.cleaned_data["village"])
        except (Invalid, Conflict) as error:
            refusal = error
    status = 422 if form.errors or refusal else 200
    steps = present_files.procedure(0)
    return show(request, "console/intake_new.html", status=status, form=form, refusal=refusal, steps=steps)


def _bring_in(
    request: HttpRequest, files: list[tuple[str, bytes]], village: places.Area | None
) -> HttpResponse:
    """A single register leads to its own page, several to the page of the upload."""
    if len(files) == 1 and not intake.is_archive(files[0][1]):
        found = village or _village_of(request, *files[0])
        if found is not None:
            try:
                file = intake.stage_register(
                    content=files[0][1],
                    file_name=files[0][0],
                    village_id=found.pk,
                    by=request.user,
                    at=clock.now(),
                    hold=True,
                )
                return redirect("console:intake-file", file.pk)
            except Invalid as error:
                if not error.data.get("open_words"):  # else its headers can be explained there
                    raise
    batch = intake.receive(
        files=files, by=request.user, at=clock.now(), village_id=village.pk if village else None
    )
    return _read(request, batch)


def _village_of(request: HttpRequest, name: str, content: bytes) -> places.Area | None:
    villages = intake.Villages.within(request.scope)
    return villages.find(name) or villages.find("", intake.title_of_file(content))


def _read(request: HttpRequest, batch: intake.UploadBatch) -> HttpResponse:
    """Read what waits, now or in the background, and show the upload."""
    if intake.is_small(batch):
        intake.read_waiting(batch_id=batch.pk, by=request.user, at=clock.now())
    else:
        intake.ask_to_read(batch_id=batch.pk, by=request.user, at=clock.now())
    return redirect("console:intake-batch", batch.pk)


@require_safe
@staff("intake.upload")
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Every file of an upload: its state, its counts, its problems."""
    return _page(request, batch_id)


def _page(
    request: HttpRequest,
    batch_id: int,
    *,
    chosen: ItemVillageForm | None = None,
    explained: WordsForm | None = None,
) -> HttpResponse:
    address = reverse("console:intake-batch", args=[batch_id])
    first = intake.view(batch_id, by=request.user, scope=request.scope, limit=0)
    pages = pages_of(request, address, "page", first.total, SIZE)
    start = (pages.number - 1) * SIZE
    found = intake.view(batch_id, by=request.user, scope=request.scope, start=start, limit=SIZE)
    shown = present.page(found, pages=pages, permissions=permissions_of(request))
    to_choose = intake.to_choose(batch_id, by=request.user)
    headers = intake.open_words(batch_id, by=request.user)
    return show(
        request,
        "console/intake_batch.html",
        status=422 if (chosen and chosen.errors) or (explained and explained.errors) else 200,
        batch=shown,
        steps=shown.steps,
        village_form=(chosen or _village_form(request, batch_id)) if to_choose else None,
        words_form=(explained or _words_form(headers)) if headers else None,
    )


def _village_form(request: HttpRequest, batch_id: int, *sent: Any) -> ItemVillageForm:
    files = [(str(item.pk), present.name(item)) for item in intake.to_choose(batch_id, by=request.user)]
    return ItemVillageForm(*sent, scope=request.scope, files=files)


def _words_form(headers: list[str], *sent: Any) -> WordsForm:
    return WordsForm(*sent, headers=headers, meanings=mending.meanings(()))


@require_POST
@staff("intake.upload")
def village(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Says which village a file belongs to; it is read then."""
    form = _village_form(request, batch_id, request.POST)
    if not form.is_valid():
        return _page(request, batch_id, chosen=form)
    try:
        item = intake.choose_village(
            item_id=int(form.cleaned_data["item"]),
            village_id=form.cleaned_data["village"].pk,
            by=request.user,
            at=clock.now(),
        )
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("console:intake-batch", batch_id)
    if item.state == intake.ItemState.REFUSED:
        messages.warning(request, intake.reason(item))
    else:
        messages.success(request, _("The file was read."))
    return redirect("console:intake-batch", batch_id)


@require_POST
@staff("intake.upload")
def words(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Says what unknown headers mean; the files that hold them are read again."""
    form = _words_form(intake.open_words(batch_id, by=request.user), request.POST)
    if not form.is_valid():
        return _page(request, batch_id, explained=form)
    try:
        found, again = intake.explain_items(
            batch_id=batch_id, meanings=form.meanings(), by=request.user, at=clock.now()
        )
    except (Invalid, Conflict) as error:
        form.add_error(None, str(error.message))
        return _page(request, batch_id, explained=form)
    messages.success(
        request,
        ngettext(
            "Remembered for your county. %(n)s file is read again.",
            "Remembered for your county. %(n)s files are read again.",
            again,
        )
        % {"n": again},
    )
    return _read(request, found)


@require_POST
@staff("intake.apply")
def store(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Stores every file without errors, in the background."""
    try:
        intake.ask_to_store(batch_id=batch_id, by=request.user, at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
    return redirect("console:intake-batch", batch_id)


@require_POST
@staff("intake.upload")
def read(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Has the files read that still wait, after the reading was cancelled or failed."""
    intake.ask_to_read(batch_id=batch_id, by=request.user, at=clock.now())
    return redirect("console:intake-batch", batch_id)
