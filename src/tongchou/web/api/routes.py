"""What every route says of its answers."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from tongchou.web.api import problems


def answers(body: type[Schema], status: int = 200) -> dict[str, Any]:
    """Keyword arguments of a route that answers with ``body``, or refuses in the one form."""
    return {"response": {status: body, frozenset(problems.STATUSES): problems.Problem}}
