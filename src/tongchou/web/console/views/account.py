"""Signing in and out, language, large type, password."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongchou.core import accounts, actions, clock, factors
from tongchou.web.console import second
from tongchou.web.console.forms import PasswordForm, PreferencesForm, SignInForm
from tongchou.web.console.page import show, staff

#: Error pages must know the type size without a database, so it is also kept in the browser.
LARGE_COOKIE = "tongchou_large"
_YEAR = 365 * 24 * 3600


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):
    """The sign-in page; somebody already signed in goes home."""

    template_name = "console/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **more: object) -> dict[str, object]:
        return super().get_context_data(**more) | {"not_set_up": accounts.nobody_yet()}

    def form_valid(self, form: SignInForm) -> HttpResponse:
        account = form.get_user()
        if factors.has_any(account):
            second.hold(self.request, account, back=self.get_success_url())
            return redirect("console:second-factor")
        answer = super().form_valid(form)
        return remember(answer, language=self.request.user.language, large=self.request.user.large_type)

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


def remember(answer: HttpResponse, *, language: str, large: bool) -> HttpResponse:
    """The answer with the preferences in cookies of this browser."""
    options = {"max_age": _YEAR, "secure": settings.SECURE, "httponly": True, "samesite": "Lax"}
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **options)
    answer.set_cookie(LARGE_COOKIE, "1" if large else "0", **options)
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("console:sign-in")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switches the language and goes back to where the switch was pressed."""
    back = request.POST.get("next", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=hosts, require_https=request.is_secure()):
        back = resolve_url("console:home")
    answer = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        large = request.COOKIES.get(LARGE_COOKIE) == "1"
        user = request.user
        if user.is_authenticated:
            large = user.large_type
            actions.set_preferences(account=user, language=chosen, large_type=large, by=user, at=clock.now())
        remember(answer, language=chosen, large=large)
    return answer


@staff()
def account(request: HttpRequest) -> HttpResponse:
    """Preferences and password."""
    user = request.user
    form = PreferencesForm(request.POST or None, initial=_preferences(user))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        actions.set_preferences(account=user, by=user, at=clock.now(), **chosen)
        with override(chosen["language"]):
            messages.success(request, _("Your settings were saved."))
        answer = redirect("console:account")
        return remember(answer, language=chosen["language"], large=chosen["large_type"])
    status = 422 if form.errors else 200
    return show(request, "console/account.html", form=form, password_form=PasswordForm(user), status=status)


@sensitive_post_parameters()
@require_POST
@staff()
def password(request: HttpRequest) -> HttpResponse:
    """Changes the account's own password; other sessions of the account end."""
    user = request.user
    form = PasswordForm(user, request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["new_password1"]
        actions.set_password(
            account=user, password=chosen, by=user, at=clock.now(), keep_session=request.session.session_key
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password was changed."))
        return redirect("console:account")
    preferences = PreferencesForm(initial=_preferences(user))
    return show(request, "console/account.html", form=preferences, password_form=form, status=422)


def _preferences(user: object) -> dict[str, object]:
    return {"language": user.language, "large_type": user.large_type}
