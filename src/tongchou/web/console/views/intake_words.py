"""Headers of registers that somebody has explained: said on a file's page, listed, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.intake import api as intake
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.web.console.forms import WordsForm
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import column_words as present
from tongchou.web.console.presenters import mending

SIZE = 50


@require_safe
@staff("intake.upload")
def listed(request: HttpRequest) -> HttpResponse:
    """The remembered headers of the reader's counties."""
    found = intake.column_words(scope=request.scope)
    pages = pages_of(request, reverse("console:intake-words"), "page", found.count(), SIZE)
    start = (pages.number - 1) * SIZE
    words = [present.line(word, by=request.user, scope=request.scope) for word in found[start : start + SIZE]]
    return show(request, "console/intake_words.html", words=words, pages=pages)


@require_POST
@staff("intake.upload")
def take_back(request: HttpRequest, word_id: int) -> HttpResponse:
    """Uses a header's explanation no more."""
    intake.take_back(word_id=word_id, by=request.user, at=clock.now())
    messages.success(request, _("Taken back. Files read so far stay as they are."))
    return redirect("console:intake-words")


@require_POST
@staff("intake.upload")
def explain(request: HttpRequest, file_id: int) -> HttpResponse:
    """Says what unknown headers of a waiting file mean; it is read again when it is still held."""
    file = intake.open_file(file_id, scope=request.scope)
    form = words_form(file, request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.warning(request, errors[0])
        return redirect("console:intake-file", file_id)
    try:
        again, read = intake.explain(
            file_id=file_id, meanings=form.meanings(), by=request.user, at=clock.now()
        )
    except (Invalid, Conflict) as error:
        messages.warning(request, error.message)
        return redirect("console:intake-file", file_id)
    if read:
        messages.success(request, _("Remembered for your county. The file was read again."))
    else:
        messages.warning(
            request,
            _("Remembered for your county. This file is no longer held here: choose it again."),
        )
    return redirect("console:intake-file", again.pk)


def words_form(file: intake.RegisterFile, *sent: object) -> WordsForm:
    """The form that asks for the unknown headers of a file; columns it has already are no answer."""
    return WordsForm(*sent, headers=file.open_words, meanings=mending.meanings(file.columns))
