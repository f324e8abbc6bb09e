"""Public notices for everybody, while they hang: the list, objecting, and what became of an objection."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.notices import api as notices
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web import errors
from tongchou.web.console.notice_forms import CodeForm, ObjectForm
from tongchou.web.console.page import data_language
from tongchou.web.console.presenters import notices as present
from tongchou.web.console.views.postings import shown_sheet
from tongchou.web.console.views.public import for_everybody


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What hangs now, by area."""
    today = clock.today()
    rows = [present.row(one, today=today, language=data_language()) for one in notices.hanging(on=today)]
    return _unindexed(for_everybody(request, "console/public_notices.html", rows=rows))


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice while it hangs, with the form to object; afterwards it is gone."""
    today = clock.today()
    try:
        found = notices.open_public(notice_id, on=today)
    except NotFound as error:
        return errors.refused(request, error)
    form, code, refusal = ObjectForm(), "", None
    if request.method == "POST":
        form = ObjectForm(request.POST)
        if form.is_valid():
            try:
                code = notices.object_to(notice_id=notice_id, by=None, at=clock.now(), **form.cleaned_data)
                form = ObjectForm()
            except NotFound:
                form.add_error("position", _("No entry has this number."))
            except (Invalid, Conflict) as error:
                refusal = error
    wrong = bool(form.errors) or refusal is not None
    return _unindexed(
        for_everybody(
            request,
            "console/public_notice.html",
            **shown_sheet(request, found),
            form=form,
            code=code,
            refusal=refusal,
            status=422 if wrong else 200,
        )
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What became of an objection, by its code; sent, so that no code stands in an address."""
    form, found = CodeForm(), None
    if request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                found = notices.followed(form.cleaned_data["code"])
            except NotFound as error:
                form.add_error("code", str(error.message))
    return _unindexed(
        for_everybody(
            request,
            "console/public_objection.html",
            form=form,
            found=found,
            ground=notices.Ground(found.ground).label if found else "",
            verdict=notices.Verdict(found.verdict).label if found and found.verdict else "",
            status=422 if form.errors else 200,
        )
    )


def _unindexed(answer: HttpResponse) -> HttpResponse:
    """No search engine keeps what hangs for some days."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
