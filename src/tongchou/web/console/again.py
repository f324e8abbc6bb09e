"""Asking again who is there before a sensitive act, without losing what was sent."""

from __future__ import annotations

import functools
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from tongchou.core import clock, sessions, sign_ins
from tongchou.web.console.page import View, show

#: Name of the field the password comes in; never one of a form of ours.
FIELD = "again_password"


def confirmed(view: View) -> View:
    """A view whose POST wants a proof of who is there that is at most ten minutes old.

    Stands below ``staff``. An older one is asked for on a page that carries what was sent; the act then goes
    on by itself. Wrong passwords count towards the lock-out, and a locked account is signed out.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in {"GET", "HEAD"} or sessions.is_fresh(request.session, clock.now()):
            return view(request, *args, **kwargs)
        typed = request.POST.get(FIELD)
        if typed and sign_ins.is_password(request.user, typed, request):
            sessions.refresh(request.session, clock.now())
            return view(request, *args, **kwargs)
        if getattr(request, "axes_locked_out", False):
            logout(request)
        return show(
            request,
            "console/again.html",
            status=422 if typed is not None else 200,
            wrong=typed is not None,
            field=FIELD,
            sent=[
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name not in {FIELD, "csrfmiddlewaretoken"}
            ],
        )

    return guarded
