"""Ends sessions that have lasted too long or that nobody sits at, and notes when somebody was there.

Within a request the working days are read once.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongchou.core import calendar, clock, sessions

#: Addresses a page asks by itself: they do not prove that somebody is there.
QUIET = frozenset({"job-row"})


class SessionRules:
    """Middleware, after authentication and messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a cookie nothing is read: the health checks must answer without a database.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            at = clock.now()
            if request.user.is_authenticated and sessions.is_over(request.session, request.user, at):
                logout(request)
                messages.info(
                    request, _("You were signed out because nobody was here. Please sign in again.")
                )
        with calendar.steady():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
            return
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name not in QUIET:
            sessions.touch(request.session, clock.now())
