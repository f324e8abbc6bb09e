"""Signing in and out: audit rows, wherever it happens, and the name a lock-out counts by."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from tongchou.core import accounts, actions, clock, crypto
from tongchou.core.models import Account


def listen() -> None:
    """Connect the receivers; called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="core.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="core.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="core.sign_in_refused")


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name failed sign-ins are counted and kept under (``AXES_USERNAME_CALLABLE``).

    It is the user name of an account, or a keyed hash of anything else: people type passwords and ID numbers
    into that box, and the table of failures must not keep them.
    """
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    if accounts.by_username(str(typed)) is not None:
        return str(typed)
    return crypto.blind_index(str(typed), "sign-in")


def _signed_in(sender: Any, user: Account, **_more: Any) -> None:
    actions.record_sign_in(account=user, at=clock.now())


def _signed_out(sender: Any, user: Account | None, **_more: Any) -> None:
    if user is not None:
        actions.record_sign_out(account=user, at=clock.now())


def _refused(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any
) -> None:
    actions.record_refused_sign_in(
        username=str(credentials.get("username") or ""),
        locked=bool(getattr(request, "axes_locked_out", False)),
        at=clock.now(),
    )
