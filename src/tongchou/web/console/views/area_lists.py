"""Lists of areas: the template, the upload, every mistake with its cell, the tree, then loading."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import AppError, Invalid, NotFound
from tongchou.core.models import Account
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import setting_up as present
from tongchou.web.console.setup_forms import AreaFileForm
from tongchou.web.console.table_workbook import attachment

View = Callable[..., HttpResponse]
#: Mistakes shown at once; the rest shows when these are mended.
MOST_SHOWN = 300


@staff("places.load")
def areas(request: HttpRequest) -> HttpResponse:
    """Brings in areas below the reader's own."""
    context = work(request, by=request.user, action=request.POST.get("action", ""), back="console:area-lists")
    if isinstance(context, HttpResponse):
        return context
    inside = places.Area.objects.within(request.scope).filter(valid_to=None)
    status = 422 if context["refused"] else 200
    return show(request, "console/area_lists.html", status=status, counts=_counts(inside), **context)


def _counts(inside: Any) -> list[tuple[str, int]]:
    found = dict(inside.order_by().values_list("level").annotate(number=Count("pk")))
    return [(present.level_label(level), found[level]) for level in places.Level.values if level in found]


def work(
    request: HttpRequest, *, by: Account | None, action: str, back: str
) -> dict[str, Any] | HttpResponse:
    """What a page about lists of areas shows after the act asked for; a redirect when one was done."""
    form, refusal, seen = AreaFileForm(), None, None
    if action == "upload":
        form = AreaFileForm(request.POST, request.FILES)
        form.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                seen = local.bring_in(content=upload.read(), file_name=upload.name, by=by, at=clock.now())
            except Invalid as error:
                refusal = error
            if seen is not None and not seen.problems:
                return redirect(back)
    elif action == "load":
        return _load(request, by, back)
    elif action == "discard":
        local.discard(by=by)
        messages.success(request, _("The list was discarded. Nothing of it was stored."))
        return redirect(back)
    seen = seen or local.preview(by=by, at=clock.now())
    problems = seen.problems if seen else ()
    return {
        "form": form,
        "refusal": refusal,
        "preview": seen if seen and not problems else None,
        "counts_of_preview": [
            (present.level_label(level), new, known) for level, new, known in (seen.counts if seen else ())
        ],
        "problems": problems[:MOST_SHOWN],
        "problem_count": len(problems),
        "file_name": seen.file_name if seen else "",
        "refused": bool(form.errors or refusal or problems),
    }


def _load(request: HttpRequest, by: Account | None, back: str) -> HttpResponse:
    try:
        report = local.load(by=by, at=clock.now())
    except NotFound as error:
        messages.warning(request, error.message)
        return redirect(back)
    except AppError as error:
        messages.error(request, error.message)
        return redirect(back)
    text = ngettext("%(number)s area was added.", "%(number)s areas were added.", report.created)
    messages.success(request, text % {"number": report.created})
    return redirect(back)


#: Where the pass of a browser that does the first set-up stands in its session.
SETUP_PASS = "setup"  # noqa: S105 - a name


def template(view: View) -> View:
    """A view for whoever may load areas, in the first set-up or later."""
    later = staff("places.load")(view)

    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        entered = local.entered(request.session.get(SETUP_PASS, ""), at=clock.now())
        return view(request) if entered else later(request)

    return guarded


@require_safe
@template
def template_workbook(request: HttpRequest) -> HttpResponse:
    """The empty list to fill in."""
    return attachment(places.template_workbook(), "areas.xlsx")


@require_safe
@template
def template_csv(request: HttpRequest) -> HttpResponse:
    """The same as text."""
    return attachment(places.template_csv(), "areas.csv", kind="text/csv; charset=utf-8")
