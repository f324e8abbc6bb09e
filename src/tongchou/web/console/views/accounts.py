"""Accounts of the reader's areas: list, one account, and what the two administrators do with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.places import api as places
from tongchou.core import account_queries as reads
from tongchou.core import account_reach, actions, clock, factors, grants
from tongchou.core import accounts as people
from tongchou.core.account_models import FactorReset
from tongchou.core.errors import AppError, Conflict, Invalid
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import BUSINESS, Role
from tongchou.core.scope import Scope
from tongchou.web.console.account_forms import NewAccountForm, RoleForm, offered_areas
from tongchou.web.console.again import confirmed
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.keepers import BOTH, keepers
from tongchou.web.console.page import show
from tongchou.web.console.parts import Option, Pages, turned, whole
from tongchou.web.console.presenters import accounts as present

SIZE = 50


@require_http_methods(["GET", "POST"])
@keepers(*BOTH)
def accounts(request: HttpRequest) -> HttpResponse:
    """A page of the accounts. Names are looked for by POST, so that none is part of an address."""
    sent = request.POST if request.method == "POST" else request.GET
    text = request.POST.get("text", "").strip()[:60]
    area = _area(sent.get("area", ""), request.scope)
    chosen = {
        "state": sent.get("state", "") if sent.get("state") in _states() else "",
        "role": sent.get("role", "") if sent.get("role") in Role.values else "",
    }
    found = reads.accounts_of(
        request.scope,
        on=clock.today(),
        text=text,
        within=Scope.of_area(area) if area else None,
        **chosen,
    )
    kept = {key: value for key, value in (*chosen.items(), ("area", str(area.pk) if area else "")) if value}
    total = found.count()
    pages = _pages(request.GET.get("page", ""), total, kept)
    start = (pages.number - 1) * SIZE
    return show(
        request,
        "console/accounts.html",
        accounts=present.lines(found[start : start + SIZE]),
        pages=pages,
        total=total,
        text=text,
        cut=bool(text) and total > SIZE,
        chosen=chosen,
        area=str(area.pk) if area else "",
        states=[Option(value, label) for value, label in _states().items()],
        roles=[Option(value, str(label)) for value, label in Role.choices],
        areas=[Option(str(one.pk), one.name) for one in _wide(request.scope)],
        may_make="accounts.manage" in permissions_of(request),
    )


def _states() -> dict[str, str]:
    return {"active": _("Active"), "bare": _("Without a role"), "closed": _("Closed")}


def _area(text: str, scope: Scope) -> places.Area | None:
    number = whole(text)
    return None if number is None else places.area_by_id(number, within=scope)


def _wide(scope: Scope) -> list[places.Area]:
    """Counties and townships to narrow a list by."""
    inside = places.Area.objects.within(scope).filter(level__in=["county", "township"], valid_to=None)
    return list(inside.order_by("scope_no"))


def _pages(asked: str, total: int, kept: dict[str, str]) -> Pages:
    def to(page: int) -> str:
        return f"{reverse('console:accounts')}?{urlencode(kept | {'page': page})}"

    return turned(asked, total, SIZE, to)


@sensitive_post_parameters()
@keepers("accounts.manage")
@confirmed
def new(request: HttpRequest) -> HttpResponse:
    """Makes an account and shows its first password once."""
    form = NewAccountForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            account, password = _make(request, form.cleaned_data)
            return _show_password(request, account, password, new=True)
        except Invalid as error:
            for field, texts in error.data.get("problems", {}).items():
                form.add_error(field if field in form.fields else None, texts)
            if not form.errors:
                form.add_error("role", str(error.message))
        except Conflict as error:
            form.add_error("username" if error.code == "account.exists" else "role", str(error.message))
        form.described()
    return show(
        request,
        "console/account_new.html",
        status=422 if form.errors else 200,
        form=form,
        offered=offered_areas(request.scope),
    )


@transaction.atomic
def _make(request: HttpRequest, values: dict) -> tuple[Account, str]:
    """The account and, when one was chosen, the proposal of its first role: both or neither."""
    password, at = people.first_password(), clock.now()
    account = actions.create_account(
        username=values["username"],
        display_name=values["display_name"],
        language=values["language"],
        password=password,
        must_change_password=True,
        by=request.user,
        at=at,
    )
    if values["role"]:
        _propose(account, values["role"], values["area"], None, request, at)
    return account, password


def _propose(
    account: Account, role: str, area: places.Area, day: object, request: HttpRequest, at: object
) -> None:
    grants.propose_role(
        account=account,
        role=role,
        area_id=area.pk,
        scope_no=area.scope_no,
        scope_end=area.scope_end,
        valid_from=day,
        by=request.user,
        at=at,
    )
    if wider := present.wider_words(role, area.level):
        messages.warning(request, wider)


def _show_password(request: HttpRequest, account: Account, password: str, *, new: bool) -> HttpResponse:
    return show(request, "console/account_password.html", account=account, password=password, new=new)


@require_safe
@keepers(*BOTH)
def one(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: roles with their dates, last sign-in, lock-out, second factor. Never a password."""
    return _one(request, account_reach.find(account_id, scope=request.scope))


def _one(request: HttpRequest, account: Account, form: RoleForm | None = None) -> HttpResponse:
    permissions, today = permissions_of(request), clock.today()
    held = reads.roles_of(account, within=request.scope)
    running = [
        role for role in held if role.valid_from <= today and (role.valid_to is None or role.valid_to > today)
    ]
    manages = "accounts.manage" in permissions
    locked = next((one for one in reads.locked_accounts(request.scope) if one.account.pk == account.pk), None)
    return show(
        request,
        "console/account_one.html",
        status=422 if form is not None and form.errors else 200,
        account=account,
        own=account.pk == request.user.pk,
        keeper=account.kind != BUSINESS,
        state=present.state(account, bare=not running, locked=locked is not None),
        factor=present.factor(factors.has_any(account)),
        has_factor=factors.has_any(account),
        asked=FactorReset.objects.filter(account=account, done_at=None).exists(),
        roles=present.role_lines(held, today=today),
        proposals=present.proposal_lines(reads.proposals_of(account, within=request.scope)),
        locked=present.lock_lines([locked])[0] if locked else None,
        manages=manages,
        secures="accounts.secure" in permissions,
        form=form or RoleForm(scope=request.scope),
        offered=offered_areas(request.scope) if manages else [],
    )


@require_POST
@keepers("accounts.manage")
@confirmed
def propose(request: HttpRequest, account_id: int) -> HttpResponse:
    """Proposes a role; the security administrator grants it."""
    account = account_reach.find(account_id, scope=request.scope)
    form = RoleForm(request.POST, scope=request.scope)
    if form.is_valid():
        values = form.cleaned_data
        try:
            _propose(account, values["role"], values["area"], values["valid_from"], request, clock.now())
            messages.success(
                request, _("Proposed. The role opens once the security administrator grants it.")
            )
            return redirect("console:account-one", account_id)
        except (Conflict, Invalid) as error:
            form.add_error("role", str(error.message))
            form.described()
    return _one(request, account, form)


@require_POST
@keepers("accounts.manage", "accounts.secure")
@confirmed
def end_role(request: HttpRequest, account_id: int) -> HttpResponse:
    """Ends a role at once."""
    account = account_reach.find(account_id, scope=request.scope)
    held = Assignment.objects.filter(account=account, pk=_number(request, "role")).first()
    if held is not None:
        _say(request, _("The role has ended."), actions.end_assignment, assignment=held)
    return redirect("console:account-one", account_id)


@require_POST
@keepers("accounts.manage")
@confirmed
def withdraw(request: HttpRequest, account_id: int) -> HttpResponse:
    """Takes back a proposal that waits."""
    _say(
        request,
        _("The proposal was withdrawn."),
        grants.withdraw_proposal,
        proposal_id=_number(request, "proposal"),
    )
    return redirect("console:account-one", account_id)


@require_POST
@keepers("accounts.manage")
@confirmed
def password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Gives an account a new first password, shown once."""
    account = account_reach.find(account_id, scope=request.scope)
    fresh = people.first_password()
    try:
        actions.set_password(
            account=account, password=fresh, must_change_password=True, by=request.user, at=clock.now()
        )
    except AppError as error:
        messages.error(request, error.message)
        return redirect("console:account-one", account_id)
    return _show_password(request, account, fresh, new=False)


@require_POST
@keepers("accounts.manage")
@confirmed
def active(request: HttpRequest, account_id: int) -> HttpResponse:
    """Closes or opens an account."""
    account = account_reach.find(account_id, scope=request.scope)
    opened = request.POST.get("active") == "1"
    said = (
        _("The account is open again.")
        if opened
        else _("The account was closed. All its sessions have ended.")
    )
    _say(request, said, actions.set_active, account=account, active=opened)
    return redirect("console:account-one", account_id)


@require_POST
@keepers(*BOTH)
@confirmed
def factor(request: HttpRequest, account_id: int) -> HttpResponse:
    """Resets the second factors of an account, or asks a second person to."""
    account = account_reach.find(account_id, scope=request.scope)
    if request.POST.get("act") == "ask":
        _say(request, _("Asked. Another person has to confirm it."), factors.ask_reset, account=account)
    else:
        _say(
            request,
            _("The second factors were reset. A new one can be set up."),
            factors.reset,
            account=account,
        )
    back = "console:lockouts" if request.POST.get("back") == "lockouts" else None
    return redirect(back) if back else redirect("console:account-one", account_id)


def _say(request: HttpRequest, done: str, act: object, **values: object) -> None:
    """Carry an act out and say how it went; what is hidden from the reader stays *not found*."""
    try:
        act(by=request.user, at=clock.now(), **values)
        messages.success(request, done)
    except AppError as error:
        if error.status == 404:
            raise
        messages.error(request, error.message)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return whole(text) or 0
