"""Lists for national and provincial systems: chosen, counted, written; their answers compared and decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.exchange import api as exchange
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.core.roles import PERMISSIONS
from tongchou.core.sentences import sentences
from tongchou.web.console import chrome
from tongchou.web.console.exchange_forms import AnswerForm, ListForm, PurposeForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import exchange as present
from tongchou.web.console.table_workbook import WORKBOOK, attachment

SIZE = 30
#: Answers shown that wait for a decision.
WAITING = 100


@require_safe
@staff(exchange.EXCHANGE)
def listed(request: HttpRequest) -> HttpResponse:
    """The lists made so far, answers that wait, and the choice of the next, counted before it is written."""
    form = _list_form(request, request.GET if "template" in request.GET else None)
    return _listed(request, form, PurposeForm())


def _list_form(request: HttpRequest, sent: Any) -> ListForm:
    held = chrome.assignments_of(request)
    own = next((one.area_id for one in held if exchange.EXCHANGE in PERMISSIONS[one.role]), 0)
    return ListForm(sent, scope=request.scope, own_area=own, language=data_language())


def _listed(
    request: HttpRequest,
    form: ListForm,
    purpose: PurposeForm,
    *,
    refusal: AppError | None = None,
    status: int = 200,
) -> HttpResponse:
    counted = None
    if form.is_bound and form.is_valid() and refusal is None:
        try:
            counted = exchange.count(form.asked(), by=request.user, at=clock.now())
        except (Invalid, Conflict) as error:
            refusal = error
    found = exchange.readable(request.user, clock.today()).order_by("-made_at", "-pk").defer("sealed")
    number = whole(request.GET.get("page", "")) or 1
    pages = pages_of(request, reverse("console:exchange"), "page", found.count(), SIZE)
    return show(
        request,
        "console/exchange.html",
        status=422 if form.errors or purpose.errors else status,
        form=form,
        purpose=purpose,
        counted=counted,
        sent=[(name, value) for name, value in form.data.items() if name in form.fields] if counted else [],
        refusal=refusal,
        rows=present.rows(found[(number - 1) * SIZE : number * SIZE], language=data_language()),
        pages=pages,
        only=request.GET.get("show") == "answers",
        waiting=present.waiting(
            exchange.to_decide(request.user, clock.today()).select_related("export").order_by("pk")[:WAITING],
            language=data_language(),
        ),
    )


@require_POST
@staff(exchange.EXCHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Writes the list; nothing is handed over before its purpose is said."""
    form, purpose = _list_form(request, request.POST), PurposeForm(request.POST)
    if not (form.is_valid() and purpose.is_valid()):
        return _listed(request, form, purpose, status=422)
    try:
        made = exchange.export(
            form.asked(), purpose=purpose.cleaned_data["purpose"], by=request.user, at=clock.now()
        )
    except (Invalid, Conflict) as error:
        return _listed(request, form, purpose, refusal=error, status=error.status)
    messages.success(request, _("The list is written. Download it, and bring its answer back here."))
    return redirect("console:exchange-list", made.pk)


@require_safe
@staff(exchange.EXCHANGE)
def one(request: HttpRequest, export_id: int) -> HttpResponse:
    """One list: its file while it is kept, and the answers to it."""
    return _one(request, export_id, AnswerForm())


def _one(
    request: HttpRequest, export_id: int, form: AnswerForm, *, refusal: AppError | None = None
) -> HttpResponse:
    made = exchange.export_of(export_id, request.user, clock.now())
    template = exchange.templates().get(made.template)
    return show(
        request,
        "console/exchange_list.html",
        status=422 if form.errors or refusal else 200,
        made=made,
        row=present.rows([made], language=data_language())[0],
        kept=bool(made.sealed) and made.kept_until > clock.now(),
        two_way=template is not None and template.answer is not None,
        answers=present.answers(made.answers.order_by("-pk")),
        reads=present.reads(template, language=data_language()),
        form=form,
        refusal=refusal,
    )


@require_POST
@staff(exchange.EXCHANGE)
def file(request: HttpRequest, export_id: int) -> HttpResponse:
    """Hands the file over; sent, so that nothing fetches it by following a link."""
    try:
        found = exchange.file_of(export_id=export_id, by=request.user, at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("console:exchange-list", export_id)
    kind = WORKBOOK if found.name.endswith(".xlsx") else "text/csv"
    return attachment(found.content, found.name, kind=kind)


@require_POST
@staff(exchange.EXCHANGE)
def upload(request: HttpRequest, export_id: int) -> HttpResponse:
    """Takes an answer and compares every cell. Nothing counts yet."""
    form = AnswerForm(request.POST, request.FILES)
    form.too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    if not form.is_valid():
        return _one(request, export_id, form)
    content = form.cleaned_data["file"].read()
    try:
        made = exchange.stage(export_id=export_id, content=content, by=request.user, at=clock.now())
    except (Invalid, Conflict) as error:
        return _one(request, export_id, form, refusal=error)
    return redirect("console:exchange-answer", made.pk)


@require_http_methods(["GET", "HEAD"])
@staff(exchange.EXCHANGE)
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """One answer: row by row beside the cases, every cell that does not fit, and the decision."""
    at = clock.now()
    found = exchange.answer_of(answer_id, request.user, at)
    template = exchange.templates().get(found.export.template)
    columns = (
        {column.field: column.title for column in template.answer.columns}
        if template is not None and template.answer is not None
        else {}
    )
    address = reverse("console:exchange-answer", args=[answer_id])
    rows, wrong = exchange.rows_of(found), exchange.problems_of(found)
    row_pages = pages_of(request, address, "page", rows.count(), SIZE)
    wrong_pages = pages_of(request, address, "problems", wrong.count(), SIZE, "#problems")
    title, text, tone = present.verdict(found)
    part = rows[(row_pages.number - 1) * SIZE : row_pages.number * SIZE]
    cells = wrong[(wrong_pages.number - 1) * SIZE : wrong_pages.number * SIZE]
    results = present.results(exchange.lines(part, found.export, by=request.user, at=at))
    return show(
        request,
        "console/exchange_answer.html",
        answer=found,
        row=present.answer(found),
        title=present.title(found.export.template, data_language()),
        verdict={"title": title, "text": text, "tone": tone},
        results=results,
        pages=row_pages,
        file={
            "problems": [present.problem_line(one, columns) for one in cells],
            "problem_count": wrong_pages.total,
            "pages": wrong_pages,
        },
        open=any(not one.decided for one in results) and found.state != exchange.State.DISCARDED,
        may_discard=found.state == exchange.State.STAGED,
    )


@require_POST
@staff(exchange.EXCHANGE)
def decide(request: HttpRequest, answer_id: int, act: str) -> HttpResponse:
    """Takes the chosen rows over, or all, or discards the answer."""
    given: dict[str, Any] = {"answer_id": answer_id, "by": request.user, "at": clock.now()}
    try:
        if act == "discard":
            found = exchange.discard(**given)
            messages.success(request, _("Discarded. Nothing of it counts."))
            return redirect("console:exchange-list", found.export_id)
        if act not in ("all", "chosen"):
            raise NotFound("console.no_act", gettext_lazy("There is no such task."))
        chosen = [number for number in map(whole, request.POST.getlist("case")) if number is not None]
        if act == "chosen" and not chosen:
            messages.warning(request, _("Choose at least one row."))
            return redirect("console:exchange-answer", answer_id)
        done = exchange.decide(chosen=chosen if act == "chosen" else None, **given)
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        told = ngettext("%(n)s row taken over.", "%(n)s rows taken over.", done.rows)
        news = ngettext("%(n)s case has a new number.", "%(n)s cases have a new number.", done.numbers)
        messages.success(request, sentences(told % {"n": done.rows}, news % {"n": done.numbers}))
    return redirect("console:exchange-answer", answer_id)
