"""Access tokens of one's own account: list, make, revoke; and the reference of the API."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.tokens import api as tokens
from tongchou.web.api import reference
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters import tokens as present
from tongchou.web.console.token_forms import TokenForm


@sensitive_variables("made")
@sensitive_post_parameters("password")
@staff()
def listed(request: HttpRequest) -> HttpResponse:
    """The account's tokens and a form for a new one, whose secret is shown on the answer and never again."""
    offered = reference.permissions() & permissions_of(request)
    form = TokenForm(request.POST if request.method == "POST" else None, offered=offered)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    if made is not None:
        form = TokenForm(offered=offered)
    today = clock.today()
    return show(
        request,
        "console/tokens.html",
        status=422 if form.errors else 200,
        form=form,
        made=made,
        offered=bool(offered),
        tokens=[present.line(one, today=today) for one in tokens.tokens_of(request.user)],
    )


def _made(request: HttpRequest, form: TokenForm) -> tokens.Made | None:
    """The new token; None, with the reason on the form, when it was not made."""
    sent = form.cleaned_data
    if authenticate(request, username=request.user.username, password=sent["password"]) is None:
        form.add_error("password", _("The password is not right."))
        form.described()
        return None
    at = clock.now()
    try:
        return tokens.make_token(
            name=sent["name"],
            permissions=sent["permissions"],
            expires_on=clock.date_of(at) + dt.timedelta(days=sent["days"]),
            by=request.user,
            at=at,
        )
    except Conflict as error:
        form.add_error("name", str(error.message))
    except Invalid as error:
        for field, texts in error.data["problems"].items():
            form.add_error(field if field in form.fields else None, [str(text) for text in texts])
    form.described()
    return None


@require_POST
@staff()
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ends a token with its next request."""
    tokens.revoke_token(token_id=token_id, by=request.user, at=clock.now())
    messages.success(request, _("The token was revoked. Programs that hold it are refused from now on."))
    return redirect("console:tokens")


@require_safe
@staff()
def api_reference(request: HttpRequest) -> HttpResponse:
    """Every route of the API, what it needs and gives."""
    routes = [present.route(one) for one in reference.routes()]
    return show(request, "console/api_reference.html", routes=routes, a_minute=tokens.A_MINUTE)
