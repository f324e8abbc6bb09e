"""The API put together, and its description (OpenAPI 3.1)."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from tongchou import __version__
from tongchou.core.errors import AppError
from tongchou.web.api import (
    applications,
    areas,
    benefits,
    bulletins,
    cases,
    certificates,
    commitments,
    complaints,
    corrections,
    evaluations,
    files,
    funds,
    guarantees,
    jobs,
    notices,
    payees,
    payments,
    people,
    plan_organising,
    plans,
    population,
    problems,
    programmes,
    publications,
    questions,
    releases,
    responsibility,
    statistics,
    statistics_ages,
    statistics_heads,
    statistics_records,
    supervision,
)
from tongchou.web.api.access import Token

_ABOUT = gettext_noop(
    "The same acts, lists and areas as the pages. A token acts for the person who made it, with the roles "
    "and areas of the day. Every refusal is an application/problem+json with a stable code."
)


class Readable(JSONRenderer):
    """JSON in which Chinese stays Chinese."""

    json_dumps_params: ClassVar[dict[str, Any]] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Routes named after their functions; no page of its own, as that would load programs from elsewhere."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Tongchou 统筹",
    version=__version__,
    description=_ABOUT,
    docs_url=None,
    openapi_url=None,
    renderer=Readable(),
    urls_namespace="api",
)
api.add_router("/areas", areas.router)
api.add_router("", people.router)
api.add_router("", certificates.router)
api.add_router("", commitments.router)
api.add_router("", complaints.router)
api.add_router("", plans.router)
api.add_router("", plan_organising.router)
api.add_router("", benefits.router)
api.add_router("", corrections.router)
api.add_router("/files", files.router)
api.add_router("", questions.router)
api.add_router("", cases.router)
api.add_router("", payees.router)
api.add_router("", applications.router)
api.add_router("", notices.router)
api.add_router("", payments.router)
api.add_router("", funds.router)
api.add_router("/jobs", jobs.router)
api.add_router("", population.router)
api.add_router("", statistics.router)
api.add_router("", statistics_ages.router)
api.add_router("", statistics_records.router)
api.add_router("", statistics_heads.router)
api.add_router("", publications.router)
api.add_router("", evaluations.router)
api.add_router("", releases.router)
api.add_router("", guarantees.router)
api.add_router("", supervision.router)
api.add_router("", responsibility.router)
api.add_router("", bulletins.router)
api.add_router("/programmes", programmes.router)


@api.exception_handler(AppError)
def _refused(request: HttpRequest, error: AppError) -> HttpResponse:
    return problems.refused(request, error)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.unreadable(request, error.errors)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problems.answer(401, "token.missing")


@api.exception_handler(HttpError)
def _not_read(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.answer(error.status_code, "api.unreadable")


def description() -> dict[str, Any]:
    """The OpenAPI description, summaries in the language of the request."""
    found = copy.deepcopy(_described())
    found["info"]["description"] = _(_ABOUT)
    for operations in found["paths"].values():
        for operation in operations.values():
            summary = operation["summary"]
            operation["summary"] = _(summary)
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    answer["content"] = {problems.MEDIA_TYPE: answer["content"]["application/json"]}
    return found


@lru_cache(maxsize=1)
def _described() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for whoever is signed in to the pages or holds a token. It says nothing of anybody."""
    if not request.user.is_authenticated:
        try:
            if Token()(request) is None:
                return problems.answer(401, "token.missing")
        except AppError as error:
            return problems.refused(request, error)
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})
