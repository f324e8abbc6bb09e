"""What holds for every answer under the API's address, also those no route gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from tongchou.web.api import problems

PREFIX: Final = "/api/v1/"
_CODES: Final = {400: "api.unreadable", 404: "api.no_such_address", 405: "api.no_such_method"}


class ApiEdge:
    """Nothing is kept by caches, and every refusal has the one form: pages for people stay outside."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX):
            return response
        if response.status_code >= 400 and response["Content-Type"] != problems.MEDIA_TYPE:
            status = response.status_code
            code = _CODES.get(status, "api.failed" if status >= 500 else "api.refused")
            refusal = problems.answer(status, code)
            if response.has_header("Allow"):
                refusal["Allow"] = response["Allow"]
            return refusal
        response["Cache-Control"] = "no-store"
        return response
