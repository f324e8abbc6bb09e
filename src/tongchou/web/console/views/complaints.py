"""Complaints for the level that handles them, and for the unit that is asked and has to mend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.complaints import api as complaints
from tongchou.apps.places import api as places
from tongchou.core import access, clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import complaint_forms as forms
from tongchou.web.console import public_places
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import complaints as present
from tongchou.web.console.table_workbook import attachment, table_workbook
from tongchou.web.console.views.public_complaints import form_of, receipt_of, refused, unindexed
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf

SIZE: Final = 50
#: Rows of a workbook.
MOST: Final = 5_000


@require_safe
@staff(complaints.HANDLE)
def listed(request: HttpRequest) -> HttpResponse:
    """What came to the reader's level, the first due first."""
    today, of = clock.today(), request.GET.get("show", "")
    of = of if of in complaints.LISTS else ""
    found = complaints.found(by=request.user, on=today, of=of)
    pages = pages_of(request, _address(of), "page", found.count(), SIZE)
    part = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    return show(
        request,
        "console/complaints.html",
        tabs=[(value, label, value == of) for value, label in present.LISTS.items()],
        of=of,
        rows=[present.row(one) for one in complaints.lines_of(part, today)],
        pages=pages,
        records=access.may(request.user, complaints.RECORD, on=today),
        limits=complaints.limits(),
    )


def _address(of: str) -> str:
    return f"/complaints?show={of}" if of else "/complaints"


@require_safe
@staff(complaints.HANDLE)
def workbook(request: HttpRequest) -> HttpResponse:
    """The queue as Excel: no contact, nothing of what was said."""
    today, of = clock.today(), request.GET.get("show", "")
    of = of if of in complaints.LISTS else ""
    found = complaints.found(by=request.user, on=today, of=of)[:MOST]
    content = table_workbook(
        sheet=pgettext("sheet", "Complaints"),
        title=_("Complaints about units"),
        about=[(pgettext("of a list", "Day"), today.isoformat()), (_("List"), str(present.LISTS[of]))],
        heads=[
            *(
                _("Number"),
                _("What you want"),
                pgettext("complaint", "What it is about"),
                _("Unit"),
                pgettext("complaint", "Handled by"),
            ),
            *(
                pgettext("complaint", "How it came in"),
                _("Stage"),
                _("Received on"),
                _("Last day"),
                _("Working days left"),
            ),
        ],
        rows=[present.workbook_row(one) for one in complaints.lines_of(list(found), today)],
        widths=(10, 10, 26, 34, 30, 14, 16, 12, 12, 10),
        notes=[_("How many complaints a unit has is never scored, and no cause for blame.")],
    )
    return attachment(content, f"complaints-{today.isoformat()}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(complaints.RECORD)
def new(request: HttpRequest) -> HttpResponse:
    """Taking down what somebody says by telephone, on paper, or by way of 12345."""
    sent = request.POST if request.method == "POST" else {}
    chosen = public_places.asked(sent.get("area", ""), sent.get("place", ""))
    if chosen.area is None or not {"about", "token"} & set(sent):
        return show(request, "console/complaint_new.html", places=chosen)
    token = sent.get("token", "")[:64] or complaints.new_token()
    form = form_of(chosen.area, sent if "token" in sent else None, officer=True)
    refusal: AppError | None = None
    if form.is_bound:
        form.is_valid()
        try:
            receipt = complaints.record(
                said=form.said(),
                channel=form.cleaned_data.get("channel", ""),
                token=token,
                by=request.user,
                at=clock.now(),
            )
        except Invalid as error:
            refusal = refused(form, error)
        except (Conflict, NotFound, NotAllowed) as error:
            refusal = error
        else:
            page = receipt_of(receipt) | {"layout": "console/base.html"}
            return unindexed(show(request, "console/complain_receipt.html", **page))
    return show(
        request,
        "console/complaint_new.html",
        places=chosen,
        area=chosen.area,
        where=places.path(chosen.area),
        form=form,
        token=token,
        refusal=refusal,
        status=(refusal.status if refusal else 422) if form.is_bound else 200,
    )


@require_safe
@staff(complaints.HANDLE)
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """One complaint: what was said, what was looked into, what can be done."""
    return _one(request, complaint_id)


_FORMS: Final[dict[str, Callable[..., Any]]] = {
    "note": forms.NoteForm,
    "ask": forms.AskForm,
    "find": forms.FindForm,
    "return": forms.ReturnForm,
    "contact": forms.PurposeForm,
    "confirm": forms.ConfirmForm,
}
_DONE: Final = {
    "accept": lambda: _("Accepted. The days for the answer count from when it came in."),
    "note": lambda: _("Recorded."),
    "ask": lambda: _("The unit sees the question, and nothing else of the complaint."),
    "find": lambda: _("Proposed. A second person decides about it."),
    "return": lambda: _("Sent back."),
    "approve": lambda: _(
        "Answered. Whoever complained reads it with the code; print the letter if asked for."
    ),
    "measure": lambda: _("Recorded."),
    "confirm": lambda: _("Recorded."),
}


def _one(
    request: HttpRequest,
    complaint_id: int,
    *,
    wrong: tuple[str, Any] | None = None,
    refusal: AppError | None = None,
    who: complaints.Who | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    view = complaints.view(complaint_id, by=request.user, on=today)
    boxes = {name: make() for name, make in _FORMS.items()}
    boxes["measure"] = forms.MeasureForm(holders=present.holders(view))
    if wrong is not None:
        boxes[wrong[0]] = wrong[1]
    one = view.complaint
    return show(
        request,
        "console/complaint.html",
        status=status,
        view=view,
        row=present.row(view.line),
        way=present.way(one.state),
        nature=complaints.Nature(one.nature).label,
        privacy=present.known(one.privacy),
        rounds=present.rounds(view),
        history=present.history(view.steps),
        breaches=[present.breach(each, today) for each in view.breaches],
        measures=present.measures(view),
        answered=any(each.answered_on for each, _handler, _answer in view.rounds),
        moves={str(each) for each in view.moves},
        idle=not view.moves - {"appeal", "withdraw", "escalate"} and not (view.breaches and view.holders),
        forms=boxes,
        refusal=refusal,
        who=who,
    )


@require_POST
@staff(complaints.HANDLE)
def act(request: HttpRequest, complaint_id: int, act: str) -> HttpResponse:
    """Does one thing with a complaint; showing the contact answers with the page itself."""
    if act not in _DONE and act != "contact":
        raise Http404
    form = _FORMS[act](request.POST) if act in _FORMS else None
    if act == "measure":
        view = complaints.view(complaint_id, by=request.user, on=clock.today())
        form = forms.MeasureForm(request.POST, holders=present.holders(view))
    if form is not None and not form.is_valid():
        return _one(request, complaint_id, wrong=(act, form), status=422)
    try:
        if act == "contact":
            purpose = form.cleaned_data["purpose"]
            given = {"complaint_id": complaint_id, "by": request.user, "at": clock.now()}
            return _one(request, complaint_id, who=complaints.show_contact(purpose=purpose, **given))
        _do(act, request, complaint_id, form)
    except (Invalid, Conflict, NotAllowed) as error:
        return _one(request, complaint_id, refusal=error, status=error.status)
    messages.success(request, _DONE[act]())
    return redirect("console:complaint", complaint_id)


def _do(act: str, request: HttpRequest, complaint_id: int, form: Any) -> None:
    given = {"by": request.user, "at": clock.now()}
    of_complaint = {"complaint_id": complaint_id, **given}
    said = form.cleaned_data if form is not None else {}
    match act:
        case "accept":
            complaints.accept(**of_complaint)
        case "note":
            complaints.look_into(words=said["words"], **of_complaint)
        case "ask":
            complaints.ask(words=said["words"], **of_complaint)
        case "find":
            complaints.find(**said, **of_complaint)
        case "return":
            complaints.send_back(words=said["words"], **of_complaint)
        case "approve":
            complaints.approve(**of_complaint)
        case "measure":
            complaints.take_measure(
                tenure_id=said["tenure"], measure=said["measure"], on=said["on"], **of_complaint
            )
        case _:
            which = whole(request.POST.get("which", "")) or 0
            complaints.confirm(breach_id=which, mended=said["mended"] == "yes", words=said["words"], **given)


@require_safe
@staff(complaints.HANDLE)
def sheet(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """The answer as PDF; it names nobody who complained."""
    view = complaints.view(complaint_id, by=request.user, on=clock.today())
    try:
        letter = present.answer_letter(view)
    except ValueError as error:
        raise Http404 from error
    return attachment(letter_pdf(letter, at=clock.now()), f"answer-{complaint_id}.pdf", kind=PDF)


@require_safe
@staff(complaints.REPLY)
def asked(request: HttpRequest) -> HttpResponse:
    """What the reader's unit is asked, and what it has to mend."""
    return _asked(request)


def _asked(request: HttpRequest, *, refusal: AppError | None = None, status: int = 200) -> HttpResponse:
    today = clock.today()
    return show(
        request,
        "console/complaint_asked.html",
        questions=[present.asked(one) for one in complaints.questions(by=request.user, on=today)],
        breaches=[present.breach(one, today) for one in complaints.to_mend(by=request.user, on=today)],
        reply=forms.ReplyForm(),
        mended=forms.MendedForm(),
        refusal=refusal,
        status=status,
    )


@require_POST
@staff(complaints.REPLY)
def reply(request: HttpRequest, question_id: int) -> HttpResponse:
    """The unit replies to a question."""
    given = {"words": request.POST.get("words", ""), "by": request.user, "at": clock.now()}
    return _sent(request, lambda: complaints.reply(question_id=question_id, **given))


@require_POST
@staff(complaints.REPLY)
def mended(request: HttpRequest, breach_id: int) -> HttpResponse:
    """The unit reports that it has mended a breach."""
    given = {"words": request.POST.get("words", ""), "by": request.user, "at": clock.now()}
    return _sent(request, lambda: complaints.report_mended(breach_id=breach_id, **given))


def _sent(request: HttpRequest, send: Callable[[], object]) -> HttpResponse:
    try:
        send()
    except (Invalid, Conflict) as error:
        return _asked(request, refusal=error, status=error.status)
    messages.success(request, _("Sent to the level above."))
    return redirect("console:complaint-asked")
