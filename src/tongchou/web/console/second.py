"""Between the password and the second factor: who has shown the first and not yet the second."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import login
from django.http import HttpRequest

from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.web.console.page import SECOND

_PENDING = "pending"
#: Where the challenge for a key is kept until its answer comes.
STATE = "key_state"
#: Seconds between the password and the second factor.
PATIENCE = 300


def hold(request: HttpRequest, account: Account, *, back: str) -> None:
    """Note that the password was right; nobody is signed in yet."""
    request.session[_PENDING] = {
        "account": account.pk,
        "backend": account.backend,
        "at": clock.now().timestamp(),
        "proof": account.get_session_auth_hash(),
        "back": back,
    }


def pending(request: HttpRequest) -> Account | None:
    """Who has shown the password in this browser within the last five minutes, and is still welcome."""
    noted = request.session.get(_PENDING)
    if noted is None or clock.now().timestamp() - noted["at"] > PATIENCE:
        return None
    account = Account.objects.filter(pk=noted["account"], is_active=True).first()
    # A password that was changed meanwhile is not the one that was shown.
    right = account is not None and hmac.compare_digest(noted["proof"], account.get_session_auth_hash())
    return account if right else None


def let_in(request: HttpRequest, account: Account, *, factor: str) -> str:
    """Sign the account in; gives the address to go on to."""
    noted = request.session.pop(_PENDING)
    request.session.pop(STATE, None)
    request.second_factor = factor
    login(request, account, backend=noted["backend"])
    request.session[SECOND] = True
    return str(noted["back"])


def host(request: HttpRequest) -> str:
    """The host name of this page, to which security keys are bound."""
    return urlsplit(f"//{request.get_host()}").hostname or ""


def answer(request: HttpRequest) -> dict[str, Any]:
    """What the browser answered for a key; empty when it is not readable."""
    try:
        read = json.loads(request.POST.get("answer", ""))
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
