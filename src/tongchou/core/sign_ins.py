"""Writes the audit rows of signing in and out, whichever page or command it happens on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from tongchou.core import actions, clock
from tongchou.core.models import Account


def listen() -> None:
    """Connect the receivers; called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="core.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="core.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="core.sign_in_refused")


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
