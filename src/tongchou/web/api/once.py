"""A write that may be sent again: with an Idempotency-Key the second try gets the first one's answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Schema
from ninja.responses import NinjaJSONEncoder

from tongchou.core.tokens import api as tokens

REPLAYED = "Idempotency-Replayed"


def once(
    request: HttpRequest, key: str | None, act: Callable[[], Schema], *sent: str, status: int = 200
) -> Any:
    """The answer of ``act``, or the kept one of an earlier try with the same key.

    Parameters
    ----------
    sent
        What tells this request from others to the same address: fields of the body, digests of files.
    """
    if key is None:
        return _answer(status, act().model_dump(mode="json"))
    parts = (request.method or "", request.path, *sent)
    kept = tokens.begin(by=request.auth, key=key, parts=parts, at=request.at)
    if kept.status is not None:
        again = _answer(kept.status, kept.body)
        again[REPLAYED] = "true"
        return again
    body = None
    try:
        body = act().model_dump(mode="json")
    finally:
        if body is None:
            tokens.forget(kept)
    tokens.keep(kept, status=status, body=body)
    return _answer(status, body)


def _answer(status: int, body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(
        body, status=status, encoder=NinjaJSONEncoder, json_dumps_params={"ensure_ascii": False}
    )
