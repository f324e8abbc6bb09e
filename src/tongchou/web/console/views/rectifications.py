"""Rectification notices, from both sides: the level above, and the unit that mends and replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.places import api as places
from tongchou.apps.supervision import api as supervision
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotAllowed
from tongchou.web.console import supervision_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters import supervision as present
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.views.supervision import tabs
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf

SIZE: Final = 50
_FORMS: Final[dict[str, Callable[..., Any]]] = {
    "extend": forms.ExtendForm,
    "recheck": forms.RecheckForm,
    "say": forms.ClaimForm,
    "decide": forms.DecisionForm,
    "veto": forms.VetoForm,
}
_OWN: Final[dict[str, Callable[..., Any]]] = {"reply": forms.RectifiedForm, "answer": forms.HeardForm}


@require_safe
@staff(supervision.INSPECT)
def listed(request: HttpRequest) -> HttpResponse:
    """Notices to units below, the first due first."""
    today, of = clock.today(), request.GET.get("show", "")
    of = of if of in supervision.LISTS else ""
    found = supervision.notices(by=request.user, on=today, of=of)
    address = f"/rectifications?show={of}" if of else "/rectifications"
    pages = pages_of(request, address, "page", found.count(), SIZE)
    part = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    return show(
        request,
        "console/rectifications.html",
        tabs=tabs(request, "rectifications"),
        lists=[(value, label, value == of) for value, label in present.LISTS.items()],
        rows=[present.notice_row(one) for one in supervision.lines_of(part, today)],
        pages=pages,
        own=False,
    )


@require_safe
@staff(supervision.REPLY)
def own_listed(request: HttpRequest) -> HttpResponse:
    """Notices to the reader's own units, those that wait for a reply first."""
    rows = supervision.own_notices(by=request.user, on=clock.today())
    return show(
        request,
        "console/rectifications.html",
        tabs=tabs(request, "own-rectifications"),
        rows=[present.notice_row(one, own=True) for one in rows],
        own=True,
    )


@require_safe
@staff(supervision.INSPECT)
def one(request: HttpRequest, rectification_id: int) -> HttpResponse:
    """One notice for the level above."""
    return _one(request, rectification_id, own=False)


@require_safe
@staff(supervision.REPLY)
def own_one(request: HttpRequest, rectification_id: int) -> HttpResponse:
    """One notice for the unit."""
    return _one(request, rectification_id, own=True)


def _one(
    request: HttpRequest,
    number: int,
    *,
    own: bool,
    wrong: tuple[str, Any] | None = None,
    refusal: AppError | None = None,
    status: int = 200,
) -> HttpResponse:
    view = supervision.notice_view(number, by=request.user, on=clock.today(), unit=own)
    boxes = {name: make() for name, make in (_OWN if own else _FORMS).items()}
    if wrong is not None:
        boxes[wrong[0]] = wrong[1]
    claim, state = view.claim, view.notice.state
    late = view.line.left is not None and view.line.left < 0
    return show(
        request,
        "console/rectification.html",
        status=status,
        view=view,
        own=own,
        row=present.notice_row(view.line, own=own),
        way=present.way(state),
        found=present.found(view.notice),
        history=present.history(view.steps),
        claim=claim,
        forms=boxes,
        may={
            "extend": not own and state == "issued" and not late,
            "recheck": not own and state == "replied" and not view.own,
            "elsewhere": not own and state == "replied" and view.own,
            "say": not own and claim is None and view.notice.draw_id is not None,
            "decide": not own and claim is not None and claim.proven is None,
            "veto": not own and claim is not None and bool(claim.proven) and claim.case_id is None,
            "reply": own and state == "issued",
            "answer": own and claim is not None and claim.proven is None and not claim.answer,
        },
        refusal=refusal,
    )


@require_POST
@staff(supervision.INSPECT)
def act(request: HttpRequest, rectification_id: int, act: str) -> HttpResponse:
    """What the level above does with a notice."""
    return _act(request, rectification_id, act, own=False)


@require_POST
@staff(supervision.REPLY)
def own_act(request: HttpRequest, rectification_id: int, act: str) -> HttpResponse:
    """What the unit does: it replies, or answers what is said of it."""
    return _act(request, rectification_id, act, own=True)


def _act(request: HttpRequest, number: int, act: str, *, own: bool) -> HttpResponse:
    known = _OWN if own else _FORMS
    if act not in known:
        raise Http404
    form = known[act](request.POST, request.FILES)
    if not form.is_valid():
        return _one(request, number, own=own, wrong=(act, form), status=422)
    said = dict(form.cleaned_data)
    if "mended" in said:
        said["mended"] = said["mended"] == "yes"
    if "proven" in said:
        said["proven"] = said["proven"] == "yes"
    doing: dict[str, Callable[..., Any]] = {
        "extend": supervision.extend,
        "recheck": supervision.recheck,
        "say": supervision.say,
        "decide": supervision.decide,
        "veto": supervision.hand_over,
        "reply": supervision.reply,
        "answer": supervision.answer,
    }
    try:
        doing[act](notice_id=number, by=request.user, at=clock.now(), **said)
    except (Invalid, Conflict, NotAllowed) as error:
        return _one(request, number, own=own, wrong=(act, form), refusal=error, status=error.status)
    messages.success(request, _("Recorded."))
    return redirect("console:own-rectification" if own else "console:rectification", number)


@require_safe
@staff(supervision.INSPECT)
def sheet(request: HttpRequest, rectification_id: int) -> HttpResponse:
    """The notice as PDF, for the level above."""
    return _sheet(request, rectification_id, own=False)


@require_safe
@staff(supervision.REPLY)
def own_sheet(request: HttpRequest, rectification_id: int) -> HttpResponse:
    """The notice as PDF, for the unit."""
    return _sheet(request, rectification_id, own=True)


def _sheet(request: HttpRequest, number: int, *, own: bool) -> HttpResponse:
    view = supervision.notice_view(number, by=request.user, on=clock.today(), unit=own)
    letter = present.notice_letter(view, office=places.path_of(view.notice.watch_id))
    return attachment(letter_pdf(letter, at=clock.now()), f"rectification-{number}.pdf", kind=PDF)
