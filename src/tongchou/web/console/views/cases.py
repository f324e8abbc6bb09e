"""Cases: the queue of an officer, one case with its acts, several decided at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.casework import api as casework
from tongchou.apps.exchange import api as exchange
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import area_picker, chrome
from tongchou.web.console import case_forms as forms
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import cases as present
from tongchou.web.console.presenters import exchange as present_exchange
from tongchou.web.console.presenters import grievances as present_grievances
from tongchou.web.console.presenters.work import area_filter

SIZE = 30
#: How an appeal ends that leaves or changes the decision; its reason stands in the letter.
_HEARD = ("uphold", "overturn")
_FINISHED = ("approved", "refused", "withdrawn", "ended")


def reader(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for whoever reads cases, or hears appeals that came up."""

    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        hears = request.user.is_authenticated and casework.VIEW not in chrome.permissions_of(request)
        return staff(casework.HEAR if hears else casework.VIEW)(view)(request, *args, **kwargs)

    return chosen


@require_safe
@reader
def listed(request: HttpRequest) -> HttpResponse:
    """What lies on a desk, the nearest last day first."""
    today, asked = clock.today(), request.GET
    state, desk = asked.get("state", ""), asked.get("desk", "")
    picker = area_filter(asked.get("area", ""), scope=request.scope, permission=_permission(request))
    shown = casework.overview(
        by=request.user,
        on=today,
        chosen=casework.Filter(
            desk=desk if desk in casework.Desk.values else "",
            kind=_known_kind(asked.get("kind", "")),
            state=state if state in casework.State.values else "",
            late=bool(asked.get("late")),
            area_id=picker.area.pk if picker.area else None,
        ),
        page=whole(asked.get("page", "")) or 1,
        size=SIZE,
    )
    chosen, found = shown.chosen, shown.queue
    late = "1" if chosen.late else ""
    query = {
        "desk": chosen.desk, "kind": chosen.kind, "state": chosen.state, "late": late, "area": picker.value,
    }  # fmt: skip
    return show(
        request,
        "console/cases.html",
        rows=[present.row(one, on=today, language=data_language()) for one in found.lines],
        tabs=present.tabs(shown.counts, shown.desks, chosen=chosen.desk),
        states=[one for one in casework.State.choices if one[0] in _FINISHED],
        kinds=present.kinds(data_language()),
        chosen=chosen,
        picker=picker,
        total=present.number_of(found.total),
        pages=pages_of(request, present.address(**query), "page", found.total, SIZE),
        choosing=chosen.desk in shown.desks,
        proofs=forms.PROOFS if chosen.desk in ("village", "township") else (),
        may_open=casework.OPEN in chrome.permissions_of(request),
        back=present.address(**query),
    )


def _known_kind(code: str) -> str:
    return code if code in {one.code for one in casework.in_force()} else ""


def _permission(request: HttpRequest) -> str:
    return casework.VIEW if casework.VIEW in chrome.permissions_of(request) else casework.HEAR


@require_POST
@reader
def find(request: HttpRequest) -> HttpResponse:
    """The case of a number; sent, so that it stands in no address."""
    try:
        number = casework.by_number(request.POST.get("number", ""), by=request.user, on=clock.today())
    except NotFound as error:
        messages.warning(request, error.message)
        return redirect("console:cases")
    return redirect("console:case", number)


@require_POST
@reader
def decide_chosen(request: HttpRequest) -> HttpResponse:
    """Accepts or passes the chosen cases, each for itself; what could not be done is named."""
    sent = request.POST
    numbers = [one for one in map(whole, sent.getlist("case")) if one is not None]
    given = {"numbers": numbers, "by": request.user, "at": clock.now()}
    try:
        if sent.get("act") == "accept":
            done = casework.accept_many(**given)
            told = ngettext("%(n)s case accepted.", "%(n)s cases accepted.", len(done.done))
        else:
            done = casework.pass_many(proof=sent.get("proof", ""), **given)
            told = ngettext("%(n)s case passed.", "%(n)s cases passed.", len(done.done))
    except Invalid as error:
        messages.warning(request, error.message)
    else:
        if done.done:
            messages.success(request, told % {"n": len(done.done)})
        for one in done.left:
            named = {"number": one.number, "why": one.error.message}
            messages.warning(request, _("%(number)s: %(why)s") % named)
    back = sent.get("back", "")
    start = reverse("console:cases")
    return redirect(back if back.startswith(start + "?") else start)


@require_safe
@reader
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: what the rules say, who applies, what was done, what this account may do."""
    return page(request, case_id)


def page(
    request: HttpRequest,
    case_id: int,
    *,
    refusal: AppError | None = None,
    status: int = 200,
    **bound: Any,
) -> HttpResponse:
    """The page of a case with its forms; those sent are bound."""
    today = clock.today()
    view = casework.view(case_id, by=request.user, at=clock.now())
    shown = present.page(view, on=today, language=data_language())
    shape = {"asks_amount": shown.asks_amount, "asks_proof": shown.asks_proof}
    fresh = {
        "pass": forms.PassForm(auto_id="pass_%s", **shape),
        "ask": forms.AskForm(auto_id="ask_%s"),
        "refuse": forms.RefuseForm(auto_id="refuse_%s"),
        "suspend": forms.WordsForm(prefix="suspend"),
        "reopen": forms.WordsForm(prefix="reopen"),
        "appeal": forms.AppealForm(prefix="appeal"),
        "hear": forms.HearForm(prefix="hear"),
        "end": forms.EndForm(prefix="end"),
        "payee": forms.PayeeForm(prefix="payee", initial=_holder(view)),
        "external": forms.ExternalForm(prefix="external", initial={"number": view.case.external}),
    }
    return show(
        request,
        "console/case.html",
        status=status,
        page=shown,
        forms=fresh | bound,
        sent=next(iter(bound), ""),
        refusal=refusal,
        declared=bool(casework.declared(request.user)) if not shown.acted else True,
        picker=area_picker.pick("", scope=request.scope, permission=_permission(request)),
        grievances=present_grievances.rows(
            casework.grievances_of_case(case_id, on=today), language=data_language()
        ),
        elsewhere=present_exchange.told(exchange.of_case(case_id), language=data_language()),
        may_note=casework.OPEN in chrome.permissions_of(request),
        may_pay=casework.OPEN in chrome.permissions_of(request) and shown.gives_money and shown.payable,
    )


def _holder(view: casework.View) -> dict[str, str]:
    """Whose account it will be, as far as the application says: whoever applies, but not a proxy."""
    applicant = view.case.applicant
    if view.payee is not None or applicant == casework.Applicant.PROXY:
        return {}
    name = view.application.name
    if not name and applicant == casework.Applicant.SELF and view.person is not None:
        name = view.person.name
    return {"relation": applicant, "name": name}


#: The acts of a case's page: the form that is filled in (None: nothing is), and what is told afterwards.
_TOLD = {
    "accept": gettext_lazy("Accepted. Its days run from today."),
    "pass": gettext_lazy("Passed."),
    "ask": gettext_lazy("The family is asked; the days stand still until it answers."),
    "brought": gettext_lazy("Noted. The days run again."),
    "refuse": gettext_lazy("Refused. Give the family the letter with the reasons and how to object."),
    "suspend": gettext_lazy("Held. The days stand still."),
    "resume": gettext_lazy("Taken up again; the days that were left run."),
    "withdraw": gettext_lazy("Noted that the family withdraws. It may apply again whenever it wishes."),
    "reopen": gettext_lazy("Opened again. Others decide anew."),
    "appeal": gettext_lazy("The appeal is recorded; another officer hears it."),
    "hear": gettext_lazy("The appeal is decided."),
    "end": gettext_lazy("Ended. Nothing more is paid of it."),
    "transfer": gettext_lazy("Handed over; the family's day stays the same."),
    "payee": gettext_lazy("The account is recorded."),
    "external": gettext_lazy("The number is kept with the case."),
}


@require_POST
@reader
def act(request: HttpRequest, case_id: int, act: str) -> HttpResponse:
    """One act on a case; what is wrong is said on the page it came from."""
    if act not in _TOLD:
        raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    form = _form(request, case_id, act)
    if form is not None and not form.is_valid():
        return page(request, case_id, status=422, **{act: form})
    try:
        _do(request, case_id, act, form)
    except (Conflict, Invalid, NotAllowed) as error:
        refusal = error if form is None else form.refused(error)
        bound = {} if form is None else {act: form}
        return page(request, case_id, refusal=refusal, status=error.status, **bound)
    messages.success(request, str(_TOLD[act]))
    if act == "hear" and casework.VIEW not in chrome.permissions_of(request):
        return redirect("console:cases")  # the level above reads a case as long as it hears the appeal
    return redirect("console:case", case_id)


def _form(request: HttpRequest, case_id: int, act: str) -> Any:
    sent = request.POST
    if act == "pass":
        return forms.PassForm(
            sent, auto_id="pass_%s", asks_amount="amount" in sent, asks_proof="proof" in sent
        )
    if act in ("suspend", "reopen"):
        return forms.WordsForm(sent, prefix=act)
    made = {
        "ask": forms.AskForm,
        "refuse": forms.RefuseForm,
        "appeal": forms.AppealForm,
        "hear": forms.HearForm,
        "end": forms.EndForm,
        "payee": forms.PayeeForm,
        "external": forms.ExternalForm,
    }.get(act)
    if made is None:
        return None
    # Their fields are sent as they are called; on the page each has a name of its own all the same.
    return made(sent, auto_id=f"{act}_%s") if act in ("ask", "refuse") else made(sent, prefix=act)


def _do(request: HttpRequest, case_id: int, act: str, form: Any) -> None:
    given: dict[str, Any] = {"case_id": case_id, "by": request.user, "at": clock.now()}
    seen = request.POST.get("seen", "")
    values = form.cleaned_data if form is not None else {}
    if act == "pass":
        casework.pass_on(
            seen=seen,
            words=values["words"],
            amount_fen=values.get("amount"),
            proof=values.get("proof") or "",
            **given,
        )
    elif act == "ask":
        casework.ask_for(**values, **given)
    elif act in ("refuse", "hear"):
        (casework.refuse if act == "refuse" else casework.hear)(seen=seen, **values, **given)
    elif act == "transfer":
        area = area_filter(
            request.POST.get("area", ""), scope=request.scope, permission=_permission(request)
        ).area
        if area is None:
            raise Invalid("casework.area", _("Choose another village."), field="area")
        casework.hand_over(area_id=area.pk, **given)
    elif act == "external":
        casework.set_external(number=values["number"], **given)
    elif act == "payee":
        casework.set_payee(payee=form.payee(), **given)
    else:
        {
            "accept": casework.accept,
            "brought": casework.brought,
            "suspend": casework.suspend,
            "resume": casework.resume,
            "withdraw": casework.withdraw,
            "reopen": casework.reopen,
            "appeal": casework.appeal,
            "end": casework.end,
        }[act](**values, **given)


@require_safe
@reader
def letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """What the office writes to the family about the case as it stands, to print."""
    from tongchou.apps.local import api as local
    from tongchou.web.console.presenters import letter as letters

    today = clock.today()
    view = casework.view(case_id, by=request.user, at=clock.now())
    return show(
        request,
        "console/case_letter.html",
        page=present.page(view, on=today, language=data_language()),
        state=view.case.state,
        today=today,
        decided=view.case.decided_at,
        asked=next((present.reasons(one.reasons) for one in reversed(view.history) if one.act == "ask"), ""),
        why=next((present.reasons(one.reasons) for one in reversed(view.history) if one.act == "refuse"), ""),
        heard=next((one.words for one in reversed(view.history) if one.act in _HEARD), ""),
        office=letters.office_words(local.unit(), on=today),
        signed=view.area.split(" · ")[0],  # the county: no group of a village decides
    )


@require_safe
@staff("cases.review")
def lateness(request: HttpRequest) -> HttpResponse:
    """How each unit keeps its days: of units, never of officers."""
    today = clock.today()
    first = today.replace(month=1, day=1)
    return show(
        request,
        "console/case_lateness.html",
        units=casework.by_unit(scope=request.scope, first=first, last=today, on=today),
        first=first,
        today=today,
        may_name=access.may(request.user, casework.NAME, on=today),
    )
