"""The second step of signing in; one's own second factors and sessions."""

from __future__ import annotations

import json

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from tongchou.core import clock, crypto, factors, security_keys, sessions, sign_ins
from tongchou.core.account_models import FactorKind
from tongchou.core.errors import AppError, Invalid
from tongchou.web.console import second
from tongchou.web.console.account_forms import AppForm, CodeForm, KeyForm
from tongchou.web.console.again import confirmed
from tongchou.web.console.chrome import assignments_of
from tongchou.web.console.page import SECOND, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.views.account import remember

#: Where the secret of an app stands while it is being set up, encrypted.
_NEW = "new_app"
_CONTEXT = "factor.new"


@sensitive_post_parameters()
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Asks for a code or a key after the password. Failures count towards the lock-out."""
    account = second.pending(request)
    if account is None:
        return redirect("console:sign-in")
    if sign_ins.is_locked(account, request):
        return redirect("console:sign-in")  # replaced by the page about the lock-out
    form = CodeForm()
    if request.method == "POST":
        opened = _opened(request, account)
        if opened:
            back = second.let_in(request, account, factor=opened)
            if opened == "recovery":
                left = factors.codes_left(account)
                messages.warning(request, _("%(left)d recovery codes are left.") % {"left": left})
            hosts = {request.get_host()}
            safe = url_has_allowed_host_and_scheme(back, hosts, require_https=request.is_secure())
            answer = redirect(back if safe else resolve_url(settings.LOGIN_REDIRECT_URL))
            return remember(answer, language=account.language, large=account.large_type)
        sign_ins.refuse(account, request)
        form = CodeForm(request.POST if "code" in request.POST else None)
    return _ask_second(request, account, form)


def _opened(request: HttpRequest, account: object) -> str | None:
    at = clock.now()
    if request.POST.get("answer"):
        state = request.session.pop(second.STATE, None)
        host = second.host(request)
        given = second.answer(request)
        right = bool(state) and security_keys.use(
            account=account, answer=given, state=state, host=host, at=at
        )
        return "key" if right else None
    return factors.use_code(account=account, code=request.POST.get("code", ""), at=at)


def _ask_second(request: HttpRequest, account: object, form: CodeForm) -> HttpResponse:
    kinds = {factor.kind for factor in factors.of(account)}
    options = None
    asked = security_keys.begin_using(account, second.host(request))
    if asked is not None:
        options, request.session[second.STATE] = json.dumps(asked[0]), asked[1]
    return show(
        request,
        "console/second_factor.html",
        status=422 if request.method == "POST" else 200,
        wrong=request.method == "POST",
        form=form,
        app=FactorKind.TOTP in kinds,
        elsewhere=FactorKind.KEY in kinds and options is None,
        options=options,
        chrome=None,
    )


@require_safe
@staff()
def security(request: HttpRequest) -> HttpResponse:
    """One's own second factors and sessions."""
    at, account = clock.now(), request.user
    return show(
        request,
        "console/security.html",
        factors=factors.of(account),
        codes=factors.codes_left(account),
        needed=factors.required(assignments_of(request)),
        sessions=sessions.of(account, this=request.session.session_key, at=at),
    )


@sensitive_post_parameters()
@never_cache
@staff()
@confirmed
def app(request: HttpRequest) -> HttpResponse:
    """Sets up an app: a QR code to read, then a code to prove it."""
    account = request.user
    kept = request.session.get(_NEW)
    if request.method != "POST" or kept is None:
        secret = factors.new_secret()
        request.session[_NEW] = crypto.encrypt(secret, _CONTEXT)
        return _app_page(request, AppForm(), secret)
    secret = crypto.decrypt(kept, _CONTEXT)
    form = AppForm(request.POST)
    if form.is_valid():
        try:
            codes = factors.add_app(account=account, secret=secret, at=clock.now(), **form.cleaned_data)
        except Invalid as error:
            form.add_error("code", str(error.message))
            form.described()
        else:
            del request.session[_NEW]
            return _added(request, codes)
    return _app_page(request, form, secret, status=422)


def _app_page(request: HttpRequest, form: AppForm, secret: str, status: int = 200) -> HttpResponse:
    picture = segno.make(factors.address(request.user, secret), error="m", micro=False)
    spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return show(
        request,
        "console/factor_app.html",
        status=status,
        form=form,
        picture=picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        secret=spaced,
    )


@never_cache
@staff()
@confirmed
def key(request: HttpRequest) -> HttpResponse:
    """Sets up a security key."""
    account, host = request.user, second.host(request)
    form, problem = KeyForm(), None
    if request.method == "POST":
        form = KeyForm(request.POST)
        state = request.session.pop(second.STATE, None)
        if form.is_valid():
            try:
                if not state:
                    raise security_keys.bad_key()
                codes = security_keys.add(
                    account=account,
                    answer=second.answer(request),
                    state=state,
                    host=host,
                    name=form.cleaned_data["name"],
                    at=clock.now(),
                )
                return _added(request, codes)
            except AppError as error:
                problem = error
    options, request.session[second.STATE] = security_keys.begin_adding(account, host)
    return show(
        request,
        "console/factor_key.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        problem=problem,
        options=json.dumps(options),
        host=host,
    )


def _added(request: HttpRequest, codes: list[str]) -> HttpResponse:
    request.session[SECOND] = True
    if codes:
        return show(request, "console/factor_codes.html", codes=codes)
    messages.success(request, _("The second factor was set up."))
    return redirect("console:account-security")


@never_cache
@require_POST
@staff()
@confirmed
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    return show(
        request,
        "console/factor_codes.html",
        codes=factors.renew_codes(account=request.user, at=clock.now()),
    )


@require_POST
@staff()
@confirmed
def remove(request: HttpRequest) -> HttpResponse:
    """Takes away one of one's own factors."""
    number = request.POST.get("factor", "")
    try:
        factors.remove(
            account=request.user,
            factor_id=whole(number) or 0,
            needed=factors.required(assignments_of(request)),
            at=clock.now(),
        )
        messages.success(request, _("The second factor was removed."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("console:account-security")


@require_POST
@staff()
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Signs the account out everywhere else."""
    ended = sessions.end_others(account=request.user, keep=request.session.session_key, at=clock.now())
    if ended:
        messages.success(request, _("You were signed out everywhere else."))
    return redirect("console:account-security")
