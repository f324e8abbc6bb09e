"""The reference of the API from its description: for the page of the console and for the docs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from tongchou.core.tokens import api as tokens
from tongchou.web.api import problems
from tongchou.web.api.service import description


@dataclass(frozen=True, slots=True)
class Route:
    """One route: what it is for, what it asks for, what it takes and gives."""

    method: str
    path: str
    summary: str
    permission: str
    query: tuple[str, ...]
    sends: str
    gives: str
    status: str

    @property
    def permissions(self) -> list[str]:
        """One of these will do; none when any token will."""
        return [] if self.permission == "any" else self.permission.split(" | ")


def routes(found: Mapping[str, Any] | None = None) -> list[Route]:
    """All routes in the order of the description, summaries in the language of the reader."""
    found = found or description()
    return [
        _route(method, path, operation)
        for path, operations in found["paths"].items()
        for method, operation in operations.items()
    ]


def permissions() -> frozenset[str]:
    """What routes ask for: permissions worth giving to a token."""
    return frozenset(permission for one in routes() for permission in one.permissions)


def _route(method: str, path: str, operation: Mapping[str, Any]) -> Route:
    status = next(code for code in operation["responses"] if int(code) < 400)
    content = operation["responses"][status]["content"]
    return Route(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        permission=operation["x-permission"],
        query=tuple(one["name"] for one in operation["parameters"] if one["in"] == "query"),
        sends=_sent(operation.get("requestBody", {}).get("content", {})),
        gives=_given(content),
        status=str(status),
    )


def _given(content: Mapping[str, Any]) -> str:
    """The name of the schema of an answer; of a file its kinds."""
    if "application/json" in content:
        return _name(content["application/json"]["schema"])
    return ", ".join(content)


def _sent(content: Mapping[str, Any]) -> str:
    for kind, body in content.items():
        schema = body["schema"]
        if kind == "application/json":
            return _name(schema)
        return f"{kind}: {', '.join(schema.get('properties', {}))}"
    return ""


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


_HEAD = """\
# API
Written from the description of the API itself, `/api/v1/openapi.json` (OpenAPI 3.1; ask for it with a token,
or signed in to the pages). How to use it: [use the API](../how-to/use-the-api.md). Every route does what a
page does, with the same checks and the same areas.

- **Token**: `Authorization: Bearer tongchou_…`. A session's cookie is not accepted.
- **Language** of titles and texts: `Accept-Language: zh-CN` or `en`; Chinese when nothing is said.
- **Lists** are read on with the value of `next`; `limit` is at most 200.
- **Writes** take `Idempotency-Key` (8 to 100 of `A–Z a–z 0–9 _ . : -`): a second try within 24 hours gets the
  first answer, marked `Idempotency-Replayed: true`.
- **Limit**: {a_minute} requests a token and calendar minute; then 429 with `Retry-After`.
- Numbers of rows outside the token's areas are answered as if they did not exist (404).
- Moments are UTC, days are those of Shanghai, money is whole fen.

## Routes
| Route | What it gives | Permission | Takes | Gives |
|---|---|---|---|---|
"""
_REFUSALS = """
## Refusals
`application/problem+json` (RFC 9457), everything that is wrong at once, never repeating what was sent:

```
{{"type": "urn:tongchou:problem:api.invalid", "code": "api.invalid", "title": "…", "status": 422,
 "detail": "…", "errors": [
  {{"field": "text", "cell": "", "detail": "This is too short.", "fix": "Send at least 2 characters."}}]}}
```

| Status | When |
|---|---|
{statuses}

`code` is stable and the same as on the pages.

## Bodies
"""
_WHEN = {
    400: "the body is no JSON, or no form",
    401: "no token, or one that is unknown, revoked, expired or of a closed account",
    403: "the token or the owner's role of today lacks the permission",
    404: "there is no such thing in the token's areas",
    409: "the state forbids it, or has changed since it was looked at; the first try is still running",
    422: "something sent cannot be used: `errors` names each field and how to mend it",
    429: "too many requests in this minute: wait `Retry-After` seconds",
}


def api_markdown() -> str:
    """``docs/reference/api.md``."""
    with translation.override("en"):
        found = description()
    rows = [
        f"| `{one.method} {one.path}` | {one.summary} | `{one.permission.replace(' | ', '` or `')}` "
        f"| {_takes(one)} | {one.status} {_linked(one.gives)} |"
        for one in routes(found)
    ]
    statuses = "\n".join(f"| {status} | {_WHEN[status]} |" for status in problems.STATUSES)
    head = _HEAD.format(a_minute=tokens.A_MINUTE)
    return (
        head + "\n".join(rows) + "\n" + _REFUSALS.format(statuses=statuses) + "\n".join(_bodies(found)) + "\n"
    )


def _takes(one: Route) -> str:
    query = ", ".join(f"`{name}`" for name in one.query)
    body = one.sends if ":" in one.sends else _linked(one.sends)
    return "; ".join(part for part in (query, body) if part)


def _linked(name: str) -> str:
    return f"[{name}](#{name.lower()})" if name else ""


def _bodies(found: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in sorted(found["components"]["schemas"].items()):
        yield f"### {name}"
        if schema.get("description"):
            yield " ".join(schema["description"].replace("``", "`").split())
        yield ""
        yield "| Field | Type |"
        yield "|---|---|"
        for field, shape in schema.get("properties", {}).items():
            yield f"| `{field}` | {_shape(shape)} |"
        yield ""


def _shape(shape: Mapping[str, Any]) -> str:
    """A field's type in a few words."""
    if "$ref" in shape:
        return _linked(_name(shape))
    if "anyOf" in shape:
        return " or ".join("nothing" if one.get("type") == "null" else _shape(one) for one in shape["anyOf"])
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if shape.get("type") == "array":
        return f"list of {_shape(shape['items'])}"
    if shape.get("type") == "object":
        return "names with whole numbers"
    words = {"integer": "whole number", "boolean": "true or false", "string": "text"}
    formats = {"date": "day", "date-time": "moment"}
    return formats.get(shape.get("format", ""), words.get(shape.get("type", ""), "text"))
