"""Errors meant for people: a stable code, a translatable text that says what to do next, an HTTP status.

::

    AppError
    ├── NotAllowed  403
    ├── NotFound    404
    ├── Conflict    409
    └── Invalid     422
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise


class AppError(Exception):
    """An error whose ``message`` may be shown to the user as it is.

    Parameters
    ----------
    code
        Stable name for programs and tests, e.g. ``"places.unknown_parent"``.
    message
        Text for people, usually lazily translated.
    data
        Whatever a page needs to explain more; never personal data.
    """

    status = 400

    def __init__(self, code: str, message: str | Promise, status: int | None = None, **data: Any) -> None:
        super().__init__(code)
        self.add_note(code)  # a traceback tells it; whoever writes the error on a page must not
        self.code = code
        self.message = message
        self.status = type(self).status if status is None else status
        self.data = data

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(AppError):  # noqa: N818 - named after what it says, as its siblings
    """The account may not do this, or not there."""

    status = 403


class NotFound(AppError):  # noqa: N818
    """No such thing in the areas the account covers (whether or not it exists elsewhere)."""

    status = 404


class Conflict(AppError):  # noqa: N818
    """The state has changed or forbids this."""

    status = 409


class Invalid(AppError):  # noqa: N818
    """What was sent cannot be used; ``data`` lists everything wrong with it."""

    status = 422
