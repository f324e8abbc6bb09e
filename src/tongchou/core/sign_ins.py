"""Signing in and out: audit rows, wherever it happens, the name a lock-out counts by, and the second step."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from tongchou.core import accounts, actions, clock, crypto, sessions
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


def is_locked(account: Account, request: HttpRequest) -> bool:
    """True while failures keep the account out, the right password or code notwithstanding."""
    bare = _bare(request)
    locked = not AxesProxyHandler.is_allowed(bare, {"username": account.username})
    request.axes_locked_out = locked  # type: ignore[attr-defined]
    return locked


def refuse(account: Account, request: HttpRequest) -> None:
    """Count a wrong second factor as a failed sign-in: the same five lock the account."""
    bare = _bare(request)
    user_login_failed.send(
        sender=__name__, credentials={"username": account.username, "step": "second"}, request=bare
    )
    request.axes_locked_out = bare.axes_locked_out  # type: ignore[attr-defined]


def is_password(account: Account, password: str, request: HttpRequest) -> bool:
    """True when this is the account's password; failures count towards its lock-out."""
    bare = _bare(request)
    found = authenticate(bare, username=account.username, password=password)
    request.axes_locked_out = getattr(bare, "axes_locked_out", False)  # type: ignore[attr-defined]
    return found is not None and found.pk == account.pk


def _bare(request: HttpRequest) -> HttpRequest:
    """The request without what was typed: the table of failures keeps what it is shown."""
    bare = HttpRequest()
    kept = ("REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_ACCEPT")
    bare.META = {name: request.META[name] for name in kept if name in request.META}
    return bare


def _signed_in(sender: Any, user: Account, request: HttpRequest | None = None, **_more: Any) -> None:
    at = clock.now()
    if request is not None and hasattr(request, "session"):
        sessions.forget_expired(at)
        sessions.begin(request.session, user_agent=request.META.get("HTTP_USER_AGENT", ""), at=at)
    actions.record_sign_in(account=user, at=at, factor=getattr(request, "second_factor", ""))


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
