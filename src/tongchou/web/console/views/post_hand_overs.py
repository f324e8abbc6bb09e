"""Records of posts that changed hands: what was open, who confirmed, and whether the level above was told."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.responsibility import api as responsibility
from tongchou.core import clock
from tongchou.core.errors import Conflict, NotAllowed
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import targets as present

SIZE: Final = 50


@require_safe
@staff(responsibility.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The records of the reader's areas, the newest first."""
    open_alone = request.GET.get("show", "") == "open"
    found = responsibility.hand_overs(by=request.user, on=clock.today(), open_alone=open_alone)
    found = found.select_related("gives", "takes")
    address = "/posts/hand-overs" + ("?show=open" if open_alone else "")
    pages = pages_of(request, address, "page", found.count(), SIZE)
    rows = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    return show(
        request,
        "console/post_hand_overs.html",
        rows=[(one, present.hand_over_chip(one)) for one in rows],
        open_alone=open_alone,
        pages=pages,
    )


@require_safe
@staff(responsibility.VIEW)
def record(request: HttpRequest, hand_over_id: int) -> HttpResponse:
    """One record, and what the reader may confirm."""
    return _record(request, hand_over_id)


def _record(request: HttpRequest, hand_over_id: int, *, refusal: Any = None) -> HttpResponse:
    today = clock.today()
    one = responsibility.one_hand_over(hand_over_id, by=request.user, on=today)
    return show(
        request,
        "console/post_hand_over.html",
        one=one,
        chip=present.hand_over_chip(one),
        lists=present.open_lists(one),
        may=responsibility.may(one, by=request.user, on=today),
        refusal=refusal,
        status=getattr(refusal, "status", 200),
    )


@require_POST
@staff(responsibility.VIEW)
def act(request: HttpRequest, hand_over_id: int, act: str) -> HttpResponse:
    """Confirms a side, or takes note at the level above."""
    acts = {
        "give": responsibility.give,
        "take": responsibility.take_over,
        "note": responsibility.note,
    }
    if act not in acts:
        raise Http404
    try:
        acts[act](hand_over_id=hand_over_id, by=request.user, at=clock.now())
    except (Conflict, NotAllowed) as error:
        return _record(request, hand_over_id, refusal=error)
    messages.success(request, _("Recorded."))
    return redirect("console:post-hand-over", hand_over_id)
