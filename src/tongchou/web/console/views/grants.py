"""What waits for the security administrator: roles to grant, accounts to unlock, factors to reset."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.core import account_queries as reads
from tongchou.core import account_reach, clock, grants, lock_outs
from tongchou.core.account_models import Refusal
from tongchou.web.console.again import confirmed
from tongchou.web.console.keepers import keepers
from tongchou.web.console.page import show
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import accounts as present

#: Proposals shown and decided in one go.
SIZE = 100


@require_safe
@keepers("accounts.grant")
def waiting(request: HttpRequest) -> HttpResponse:
    """The proposals of the reader's areas, the oldest first."""
    found = reads.waiting_grants(request.scope)
    return show(
        request,
        "console/grants.html",
        proposals=present.proposal_lines(found[:SIZE]),
        total=found.count(),
        reasons=Refusal.choices,
    )


@require_POST
@keepers("accounts.grant")
@confirmed
def decide(request: HttpRequest) -> HttpResponse:
    """Grants or refuses the chosen proposals."""
    chosen = [one for one in map(whole, request.POST.getlist("proposal")) if one is not None]
    refuses, reason = request.POST.get("act") == "refuse", request.POST.get("reason", "")
    if not chosen:
        messages.warning(request, _("Choose at least one proposal."))
    elif refuses and reason not in Refusal.values:
        messages.warning(request, _("Choose why you refuse."))
    else:
        values = {"proposal_ids": chosen, "by": request.user, "at": clock.now()}
        done = grants.refuse_roles(reason=reason, **values) if refuses else grants.grant_roles(**values)
        _say(request, done, refuses)
    return redirect("console:grants")


def _say(request: HttpRequest, done: grants.Decided, refuses: bool) -> None:
    number = len(done.done)
    if number and refuses:
        said = ngettext("%(number)d role was refused.", "%(number)d roles were refused.", number)
        messages.success(request, said % {"number": number})
    elif number:
        said = ngettext("%(number)d role was granted.", "%(number)d roles were granted.", number)
        messages.success(request, said % {"number": number})
    if done.settled_before:
        messages.info(request, _("Some were decided or withdrawn before; nothing was done twice."))
    for text in dict.fromkeys(str(error.message) for _number, error in done.refused):
        messages.error(request, text)


@require_safe
@keepers("accounts.secure")
def lockouts(request: HttpRequest) -> HttpResponse:
    """Accounts that failed sign-ins have locked, and keepers whose factors somebody asked to reset."""
    return show(
        request,
        "console/lockouts.html",
        locked=present.lock_lines(reads.locked_accounts(request.scope)),
        resets=present.reset_lines(reads.waiting_resets(request.scope)),
    )


@require_POST
@keepers("accounts.secure")
@confirmed
def unlock(request: HttpRequest, account_id: int) -> HttpResponse:
    """Opens a locked account before its time is over."""
    account = account_reach.find(account_id, scope=request.scope)
    if lock_outs.unlock(account=account, by=request.user, at=clock.now()):
        messages.success(request, _("Unlocked. The person can sign in at once."))
    return redirect("console:lockouts")
