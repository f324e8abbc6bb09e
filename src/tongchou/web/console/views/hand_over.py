"""When an officer leaves: all that the account holds on one page, and one act that hands it over."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongchou.core import account_queries as reads
from tongchou.core import account_reach, clock, hand_over, open_work
from tongchou.core.errors import AppError
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.web.console.account_forms import OFFERED, HandOverForm
from tongchou.web.console.again import confirmed
from tongchou.web.console.keepers import keepers
from tongchou.web.console.page import show
from tongchou.web.console.presenters import accounts as present


@keepers("accounts.manage")
@confirmed
def page(request: HttpRequest, account_id: int) -> HttpResponse:
    """Shows the roles and the open work, asks for successor and day, and hands all of it over."""
    account, today = account_reach.find(account_id, scope=request.scope), clock.today()
    candidates = _candidates(account, request.scope)
    form = HandOverForm(request.POST or None, candidates=candidates, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            done = hand_over.hand_over(account=account, by=request.user, at=clock.now(), **values)
        except AppError as error:
            if error.status == 404:
                raise
            form.add_error(None, str(error.message))
        else:
            _say(request, done)
            return redirect("console:account-one", account_id)
    held = reads.roles_of(account, within=request.scope)
    return show(
        request,
        "console/handover.html",
        status=422 if form.errors else 200,
        account=account,
        roles=[role for role in present.role_lines(held, today=today) if role.running],
        work=open_work.held_by(account, today),
        candidates=candidates.filter(pk__in=hand_over.fitting(account, candidates, today))[:OFFERED],
        before=sorted({one.account.shown_name for one in hand_over.handed_before(account, today)}),
        form=form,
    )


def _candidates(account: Account, scope: Scope) -> QuerySet[Account]:
    """Who can take over: open accounts of the same kind in the reader's areas, by user name."""
    found = account_reach.visible(scope).filter(is_active=True, kind=account.kind).exclude(pk=account.pk)
    return found.order_by("username")


def _say(request: HttpRequest, done: hand_over.HandedOver) -> None:
    if done.nothing:
        messages.info(request, _("There was nothing left to hand over. Nothing was changed."))
        return
    if done.left:
        labels = {one.name: str(one.label) for one in open_work.kinds()}
        left = _("; ").join(f"{labels[name]} {number}" for name, number in done.left.items())
        messages.warning(
            request,
            _("The account was not closed: it still holds work (%(left)s). Settle that first, then close it.")
            % {"left": left},
        )
    if done.taken_back:
        messages.info(request, _("What was proposed for somebody else before has been taken back."))
    moved = sum(done.moved.values())
    messages.success(
        request,
        _(
            "Handed over: %(ended)d roles end, %(given)d are proposed for the successor, "
            "%(moved)d pieces of open work were moved."
        )
        % {"ended": done.ended, "given": done.given, "moved": moved},
    )
