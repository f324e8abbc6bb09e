"""Error pages in both languages. They say what happened and what to do next, and need no database."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import AppError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page says."""

    title: str | Promise
    text: str | Promise
    next: str | Promise = ""
    icon: str = "warn"
    code: str = ""


_PROBLEMS = {
    400: Problem(
        _("This request could not be read"),
        _("Something in the address or the form was not as expected. Nothing was changed."),
        _("Please go back and try again."),
        code="400",
    ),
    403: Problem(
        _("You may not do this"),
        _("Your role does not include this task. Nothing was changed."),
        _("If your duties have changed, ask the county office."),
        icon="lock",
        code="403",
    ),
    404: Problem(
        _("Not found"),
        _("There is no such page, or it lies outside the areas you work for."),
        _("Please check the address, or search for the person again."),
        icon="search",
        code="404",
    ),
    409: Problem(
        _("Someone was here before you"),
        _("The record has changed in the meantime. Nothing was overwritten."),
        _("Please look at it again, then decide."),
        icon="clock",
        code="409",
    ),
    500: Problem(
        _("Something went wrong on our side"),
        _("The error has been recorded. What you entered was not saved."),
        _("Please try again in a few minutes. If it happens again, tell your system administrator the time."),
        code="500",
    ),
}
_CSRF = Problem(
    _("The page was open too long"),
    _("For your safety the form was not accepted. Nothing was changed."),
    _("Please reload the page and send it again. Cookies must be allowed for this site."),
    icon="clock",
    code="csrf",
)


def refused(request: HttpRequest, error: AppError) -> HttpResponse:
    """The page (or the part, for htmx) of a refusal raised by the layers below, with its own message."""
    if error.status >= 500:
        log.error("refused: %s", error.code)
    general = _PROBLEMS.get(error.status, _PROBLEMS[400])
    problem = general
    if error.message and error.status not in (403, 404):
        problem = Problem(general.title, error.message, general.next, general.icon, error.code)
    return _page(request, problem, error.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, _PROBLEMS[400], 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, _PROBLEMS[403], 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, _PROBLEMS[404], 404)


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exception()
    if isinstance(error, AppError):  # of a view that has no ``page.staff`` around it, such as signing in
        return refused(request, error)
    return _page(request, _PROBLEMS[500], 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, _CSRF, 403)


def _page(request: HttpRequest, problem: Problem, status: int) -> HttpResponse:
    """Rendered without the frame's look-ups: the database may be what failed."""
    if request.headers.get("HX-Request") == "true":
        answer = render(request, "console/parts/problem.html", {"problem": problem}, status=status)
        answer["X-Part"] = "yes"
    else:
        context = {"problem": problem, "layout": "console/plain.html"}
        answer = render(request, "console/error.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
