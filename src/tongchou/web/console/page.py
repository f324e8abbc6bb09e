"""The edge of the console: who may open a page, what every page shows, and what a refusal looks like."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language

from tongchou.core import access, factors
from tongchou.core.errors import AppError
from tongchou.core.models import Assignment
from tongchou.core.scope import Scope
from tongchou.web import errors
from tongchou.web.console import chrome

View = Callable[..., HttpResponse]
#: Name inside a session that began with a second factor, or in which one was set up.
SECOND = "second"
#: Where somebody who has to set up a second factor may be.
_BEFORE_ENROLMENT = frozenset(
    {"account", "password", "account-security", "factor-app", "factor-key", "factor-codes"}
)


def staff(permission: str | None = None) -> Callable[[View], View]:
    """A view for people who are signed in and hold the permission; sets ``request.scope`` for today.

    Refusals of the layers below become pages (or page parts for htmx) with their own status.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            try:
                held = chrome.assignments_of(request)
                request.scope = access.require_among(held, permission) if permission else Scope.nothing()
                if request.user.must_change_password and not _may_change_password_here(request):
                    return redirect("console:account")
                if _must_enrol(request, held):
                    return redirect("console:account-security")
                return view(request, *args, **kwargs)
            except AppError as error:
                return errors.refused(request, error)

        return guarded

    return decorate


def _may_change_password_here(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name in {"account", "password"}


def _must_enrol(request: HttpRequest, held: list[Assignment]) -> bool:
    """True when the roles ask for a second factor and the account has none: nothing else opens before.

    Whoever signed in with one has it noted in the session, so that no page asks the database again.
    """
    if request.session.get(SECOND) or not factors.required(held):
        return False
    name = request.resolver_match.url_name if request.resolver_match else ""
    return name not in _BEFORE_ENROLMENT and not factors.has_any(request.user)


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if is_part(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = resolve_url("console:sign-in")
        return answer
    # A form that was sent cannot be resumed after signing in: start at home instead.
    back = request.get_full_path() if request.method == "GET" else reverse("console:home")
    return redirect_to_login(back)


def is_part(request: HttpRequest) -> bool:
    """True when htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def show(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A full page with the frame around it; never kept by a cache, as it shows people."""
    context.setdefault("chrome", chrome.of(request))
    answer = render(request, template, context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def show_part(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A part that htmx swaps in; marked so that refusals may be swapped in too."""
    answer = render(request, template, context, status=status)
    answer["X-Part"] = "yes"
    answer["Cache-Control"] = "no-store"
    return answer


def data_language() -> str:
    """``"zh"`` or ``"en"``: the name under which bilingual data is kept."""
    return "zh" if (get_language() or "").startswith("zh") else "en"
