"""Refusals of the API: one form for all of them (RFC 9457), with everything that is wrong at once.

What was sent is never repeated: it may be a name or a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema

from tongchou.core.errors import AppError

MEDIA_TYPE: Final = "application/problem+json"
#: Statuses every route may answer with.
STATUSES: Final = (400, 401, 403, 404, 409, 422, 429)
_TITLES: Final[dict[int, Promise]] = {
    400: gettext_lazy("This request could not be read"),
    401: gettext_lazy("A valid token is needed"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This address does not take that method"),
    409: gettext_lazy("The state forbids this"),
    422: gettext_lazy("What was sent cannot be used"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something went wrong on our side"),
}
_DETAILS: Final[dict[int, Promise]] = {
    400: gettext_lazy("Something in the address or the body was not as expected. Nothing was changed."),
    401: gettext_lazy("Send the header “Authorization: Bearer” with a token of your account."),
    403: gettext_lazy("Your role does not include this task. Nothing was changed."),
    404: gettext_lazy("There is no such thing in your areas."),
    405: gettext_lazy("See the reference of the API. Nothing was changed."),
    500: gettext_lazy("The error has been recorded. What you sent was not saved."),
}
#: What is wrong with a value and how to mend it, by the checker's own name for it.
_WRONG: Final[dict[str, tuple[Promise, Promise]]] = {
    "missing": (gettext_lazy("This is missing."), gettext_lazy("Send it.")),
    "extra_forbidden": (
        gettext_lazy("This is not known here."),
        gettext_lazy("Leave it out, or check its spelling."),
    ),
    "string_too_short": (
        gettext_lazy("This is too short."),
        gettext_lazy("Send at least %(min_length)s characters."),
    ),
    "string_too_long": (
        gettext_lazy("This is too long."),
        gettext_lazy("Send at most %(max_length)s characters."),
    ),
    "greater_than_equal": (gettext_lazy("This number is too small."), gettext_lazy("Send %(ge)s or more.")),
    "less_than_equal": (gettext_lazy("This number is too large."), gettext_lazy("Send %(le)s or less.")),
    "int_parsing": (gettext_lazy("This is not a whole number."), gettext_lazy("Send digits only.")),
    "int_type": (gettext_lazy("This is not a whole number."), gettext_lazy("Send digits only.")),
    "bool_parsing": (gettext_lazy("This is neither yes nor no."), gettext_lazy("Send true or false.")),
    "bool_type": (gettext_lazy("This is neither yes nor no."), gettext_lazy("Send true or false.")),
    "string_type": (gettext_lazy("This is not a text."), gettext_lazy("Send it in quotation marks.")),
    "string_unicode": (gettext_lazy("This is not a text."), gettext_lazy("Send it in UTF-8.")),
}
_OTHERWISE: Final = (
    gettext_lazy("This is not as expected."),
    gettext_lazy("Compare it with the reference of the API."),
)


class ProblemItem(Schema):
    """One thing that is wrong: where, what, and how to mend it."""

    field: str = ""
    cell: str = ""
    detail: str
    fix: str = ""


class Problem(Schema):
    """A refusal. ``code`` is stable; title and detail are in the language asked for."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    errors: list[ProblemItem]


def answer(
    status: int, code: str, detail: str | Promise = "", errors: Iterable[ProblemItem] = ()
) -> JsonResponse:
    """The refusal as a response, never kept by a cache."""
    title = _TITLES.get(status) or _TITLES[400 if status < 500 else 500]
    problem = Problem(
        type=f"urn:tongchou:problem:{code}",
        code=code,
        title=str(title),
        status=status,
        detail=str(detail or _DETAILS.get(status, "")),
        errors=list(errors),
    )
    response = JsonResponse(
        problem.model_dump(),
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="tongchou"'
    return response


def refused(request: HttpRequest, error: AppError) -> JsonResponse:
    """A refusal of the layers below, with its own code and words."""
    response = answer(error.status, error.code, error.message, _items(error.data))
    if "seconds" in error.data:
        response["Retry-After"] = str(error.data["seconds"])
    return response


def _items(data: Mapping[str, Any]) -> list[ProblemItem]:
    found = [
        ProblemItem(field=str(field), detail=str(text))
        for field, texts in data.get("problems", {}).items()
        for text in texts
    ]
    if data.get("fix"):
        found.append(ProblemItem(field=str(data.get("field", "")), detail="", fix=str(data["fix"])))
    return found


def unreadable(request: HttpRequest, errors: Iterable[Mapping[str, Any]]) -> JsonResponse:
    """Everything that is wrong with a request's parameters and body.

    A file above the limit is not even read, as none is put on disk, and would pass for a missing one.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        return answer(422, "api.too_large", _("This file is larger than 20 MB."))
    return answer(
        422,
        "api.invalid",
        _("Some of what was sent is not as expected. Nothing was changed."),
        [_wrong(error) for error in errors],
    )


def _wrong(error: Mapping[str, Any]) -> ProblemItem:
    detail, fix = _WRONG.get(str(error.get("type")), _OTHERWISE)
    context = {key: value for key, value in (error.get("ctx") or {}).items() if isinstance(value, int)}
    try:
        mend = str(fix) % context if "%(" in str(fix) else str(fix)
    except KeyError:
        mend = str(_OTHERWISE[1])
    return ProblemItem(field=_field(error.get("loc", ())), detail=str(detail), fix=mend)


def _field(place: Iterable[Any]) -> str:
    """Where a value stands, without the name of the function's parameter; unknown names are not repeated."""
    parts = [str(part) for part in place]
    named = parts[1:] if len(parts) > 1 else parts
    if parts[:1] == ["body"] and len(named) > 1:
        named = named[1:]
    return ".".join(part for part in named if len(part) <= 40 and part.isascii() and part.isprintable())
