"""Cases: the queue of an officer, one case with its acts, several decided at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.casework import api as casework
from tongchou.apps.certificates import api as certificates
from tongchou.apps.exchange import api as exchange
from tongchou.apps.notices import api as notices
from tongchou.apps.payments import api as payments
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import area_picker, chrome
from tongchou.web.console import case_forms as forms
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import case_facts, case_letters, case_notice, case_windows, official
from tongchou.web.console.presenters import cases as present
from tongchou.web.console.presenters import exchange as present_exchange
from tongchou.web.console.presenters import grievances as present_grievances
from tongchou.web.console.presenters import payments as present_payments
from tongchou.web.console.presenters.work import area_filter
from tongchou.web.console.table_workbook import attachment
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf

SIZE = 30
#: Desks at which somebody is seen to live.
_VERIFYING = ("village", "township")
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
    picker = area_filter(asked.get("area", ""), scope=request.scope, permission=permission_of(request))
    shown = casework.overview(
        by=request.user,
        on=today,
        chosen=filter_of(asked, picker.area.pk if picker.area else None),
        page=whole(asked.get("page", "")) or 1,
        size=SIZE,
        roles=chrome.assignments_of(request),
    )
    chosen, found = shown.chosen, shown.queue
    late = "1" if chosen.late else ""
    query = {
        "desk": chosen.desk, "kind": chosen.kind, "state": chosen.state, "late": late, "area": picker.value,
        "waits": chosen.waits,
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
        waits=present.WAITS.get(chosen.waits, ""),
        choosing=any(not one.acted for one in found.lines)
        and (chosen.desk in shown.desks or chosen.waits in present.MINE),
        proofs=forms.PROOFS
        if chosen.desk in _VERIFYING or (chosen.waits in present.MINE and shown.desks[0] in _VERIFYING)
        else (),
        may_open=casework.OPEN in chrome.permissions_of(request),
        back=present.address(**query),
        query={name: value for name, value in query.items() if value},
        oversees=bool({casework.REVIEW, casework.HEAR} & chrome.permissions_of(request)),
        names=casework.NAME in chrome.permissions_of(request),
        renews=casework.APPROVE in chrome.permissions_of(request),
    )


def filter_of(asked: QueryDict, area_id: int | None) -> casework.Filter:
    """What was chosen; what is not known narrows nothing."""

    def known(name: str, codes: Collection[str]) -> str:
        return asked[name] if asked.get(name) in codes else ""

    return casework.Filter(
        desk=known("desk", casework.Desk.values),
        kind=_known_kind(asked.get("kind", "")),
        state=known("state", casework.State.values),
        late=bool(asked.get("late")),
        waits=known("waits", present.WAITS),
        area_id=area_id,
    )


def _known_kind(code: str) -> str:
    return code if code in {one.code for one in casework.in_force()} else ""


def permission_of(request: HttpRequest) -> str:
    """The permission by which the reader sees cases."""
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
    if not view.case.private and any(one.kind == "notice" for one in (*view.kind.stages, *view.kind.renewal)):
        case_notice.with_notices(shown, view, notices.of_case(case_id), data_language())
    told = shown.gives_money and shown.decided
    rows = payments.rows_of_case(case_id, view.case.person_id) if told else []
    fresh = {
        "pass": forms.PassForm(auto_id="pass_%s", **shape),
        "ask": forms.AskForm(auto_id="ask_%s"),
        "brought": forms.BroughtForm(prefix="brought", statement=shown.statement, asked=shown.asked),
        "refuse": forms.RefuseForm(auto_id="refuse_%s"),
        "suspend": forms.WordsForm(prefix="suspend"),
        "reopen": forms.WordsForm(prefix="reopen"),
        "appeal": forms.AppealForm(prefix="appeal"),
        "hear": forms.HearForm(prefix="hear", may_approve="overturn" in shown.acts),
        "end": forms.EndForm(prefix="end"),
        "payee": forms.PayeeForm(prefix="payee", initial=_holder(view)),
        "payee-refuse": forms.RefusePayeeForm(prefix="payee-refuse"),
        "external": forms.ExternalForm(prefix="external", initial={"number": view.case.external}),
        "paper": forms.PaperForm(kind=view.kind),
    }
    return show(
        request,
        "console/case.html",
        status=status,
        page=shown,
        forms=fresh | bound,
        form_refuse_payee=(fresh | bound)["payee-refuse"],
        sent=next(iter(bound), ""),
        refusal=refusal,
        declared=bool(casework.declared(request.user)) if not shown.acted else True,
        picker=area_picker.pick("", scope=request.scope, permission=permission_of(request)),
        grievances=present_grievances.rows(
            casework.grievances_of_case(case_id, on=today), language=data_language()
        ),
        too_late=case_windows.words(view),
        elsewhere=present_exchange.told(exchange.of_case(case_id), language=data_language()),
        certificate=_certificate(request, shown),
        income_letter=official.has_income_letter(view),
        paid=present_payments.of_case(rows),
        in_batch=present_payments.in_batch(rows),
        came_back=case_notice.came_back(rows, view),
        beside=case_facts.side_by_side(view, data_language()),
        papers=case_facts.papers(casework.papers_of(case_id), view),
        may_note=casework.OPEN in chrome.permissions_of(request),
        may_pay=casework.OPEN in chrome.permissions_of(request) and shown.gives_money and shown.payable,
    )


def _certificate(request: HttpRequest, shown: present.Page) -> tuple[int, str] | None:
    """The case's newest certificate for whoever may open it; asked only where the kind gives one."""
    if not shown.gives_certificate or certificates.PRINT not in chrome.permissions_of(request):
        return None
    return certificates.of_cases([shown.case_id]).get(shown.case_id)


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
    "payee-confirm": gettext_lazy("Confirmed. From now on the money goes to this account."),
    "payee-refuse": gettext_lazy("The account stays as it was; it can be paid again."),
    "external": gettext_lazy("The number is kept with the case."),
}


#: What is told of an account that a second person has to look at first.
_OTHER_ACCOUNT = gettext_lazy(
    "Asked for. Another officer of the township confirms it; until then the account before stands, and the "
    "case is taken into no new payment batch."
)


@require_POST
@reader
def act(request: HttpRequest, case_id: int, act: str) -> HttpResponse:
    """One act on a case; what is wrong is said on the page it came from."""
    if act not in _TOLD:
        raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    form = _brought(request, case_id) if act == "brought" else _form(request, act)
    if form is not None and not form.is_valid():
        return page(request, case_id, status=422, **{act: form})
    told = _TOLD[act]
    try:
        if isinstance(_do(request, case_id, act, form), casework.PayeeChange):
            told = _OTHER_ACCOUNT if act == "payee" else told
    except (Conflict, Invalid, NotAllowed) as error:
        refusal = error if form is None else form.refused(error)
        bound = {} if form is None else {act: form}
        return page(request, case_id, refusal=refusal, status=error.status, **bound)
    messages.success(request, str(told))
    if act == "hear" and casework.VIEW not in chrome.permissions_of(request):
        return redirect("console:cases")  # the level above reads a case as long as it hears the appeal
    return redirect("console:case", case_id)


def _brought(request: HttpRequest, case_id: int) -> Any:
    view = casework.view(case_id, by=request.user, at=clock.now())
    shown = present.page(view, on=clock.today(), language=data_language())
    return forms.BroughtForm(request.POST, prefix="brought", statement=shown.statement, asked=shown.asked)


def _form(request: HttpRequest, act: str) -> Any:
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
        "payee-refuse": forms.RefusePayeeForm,
        "external": forms.ExternalForm,
    }.get(act)
    if made is None:
        return None
    # Their fields are sent as they are called; on the page each has a name of its own all the same.
    return made(sent, auto_id=f"{act}_%s") if act in ("ask", "refuse") else made(sent, prefix=act)


def _do(request: HttpRequest, case_id: int, act: str, form: Any) -> Any:
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
            request.POST.get("area", ""), scope=request.scope, permission=permission_of(request)
        ).area
        if area is None:
            raise Invalid("casework.area", _("Choose another village."), field="area")
        casework.hand_over(area_id=area.pk, **given)
    elif act == "external":
        casework.set_external(number=values["number"], **given)
    elif act == "payee":
        return casework.set_payee(payee=form.payee(), **given)
    elif act in ("payee-confirm", "payee-refuse"):
        change = whole(request.POST.get("change", "")) or 0
        decide = casework.confirm_payee if act == "payee-confirm" else casework.refuse_payee
        decide(change_id=change, **values, **given)
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
    return None


@require_safe
@reader
def letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """What the office writes to the family about the case as it stands, to print."""
    return show(request, "console/case_letter.html", letter=_letter(request, case_id), case_id=case_id)


@require_safe
@reader
def letter_file(request: HttpRequest, case_id: int) -> HttpResponse:
    """The same as PDF."""
    written = _letter(request, case_id)
    return attachment(letter_pdf(written, at=clock.now()), f"{written.number}.pdf", kind=PDF)


@require_safe
@reader
def income_letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """That the benefit does not count as income, as PDF for the family to take along."""
    view = casework.view(case_id, by=request.user, at=clock.now())
    written = official.income_letter(view, on=clock.today(), language=data_language())
    if written is None:
        raise NotFound("casework.no_income_letter", _("There is no such letter for this case."))
    return attachment(letter_pdf(written, at=clock.now()), f"{written.number}-income.pdf", kind=PDF)


def _letter(request: HttpRequest, case_id: int) -> official.Letter:
    view = casework.view(case_id, by=request.user, at=clock.now())
    return case_letters.case_letter(view, on=clock.today(), language=data_language())
