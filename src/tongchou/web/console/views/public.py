"""Pages for everybody, signed in or not: rights, and the notice on personal information."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.web.console import chrome
from tongchou.web.console.page import show
from tongchou.web.console.presenters import rights as texts


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """What the system never does and does, the duties of governments, how to complain, what is kept."""
    return _for_everybody(
        request,
        "console/rights.html",
        never=texts.NEVER,
        does=texts.DOES,
        duties=texts.DUTIES,
        complain=texts.COMPLAIN,
        kept=texts.KEPT,
        office=texts.office(),
    )


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """The notice on personal information (Personal Information Protection Law, Arts. 17 and 35)."""
    return _for_everybody(request, "console/notice.html", kept=texts.KEPT, office=texts.office())


def _for_everybody(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    """With the frame for who is signed in, without it for who is not."""
    framed = chrome.of(request)
    layout = "console/base.html" if framed else "console/plain.html"
    return show(request, template, chrome=framed, layout=layout, **context)
