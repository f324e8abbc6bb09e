"""Public notices for those who hang them out and look into objections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.notices import api as notices
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.web.console.notice_forms import ObjectForm, PhotoForm, PostForm, VerdictForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import notices as present
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment, table_workbook
from tongchou.web.sheets import PDF
from tongchou.web.sheets.certificates import square
from tongchou.web.sheets.notices import heads, notice_pdf, rows


@require_safe
@staff(notices.POST)
def listed(request: HttpRequest) -> HttpResponse:
    """What waits to be hung out, what hangs, objections to be looked into; ``?show=`` is one of them."""
    return _list(request, PostForm())


def _list(
    request: HttpRequest, form: PostForm, *, refusal: Exception | None = None, status: int = 200
) -> HttpResponse:
    today, given = clock.today(), {"by": request.user, "at": clock.now()}
    may_decide = access.may(request.user, notices.DECIDE, on=today)
    chosen = request.GET.get("show", "")
    mine = notices.may_look_into(**given) if may_decide else set()
    only = chosen if chosen in ("to-post", "photographs", "objections") else ""
    return show(
        request,
        "console/postings.html",
        status=status,
        form=form,
        refusal=refusal,
        picker=area_choice(request.POST.get("area", ""), scope=request.scope, permission=notices.POST),
        only=only,
        waiting=present.to_post(notices.waiting(**given), data_language()) if only in ("", "to-post") else [],
        rows=[
            present.row(one, today=today, language=data_language())
            for one in notices.notices(bare=only == "photographs", **given)
        ]
        if only in ("", "photographs")
        else [],
        objections=[
            present.objection(one, mine=one.pk in mine)
            for one in notices.open_objections(mine=only == "objections", **given)
        ]
        if may_decide and only in ("", "objections")
        else [],
        verdicts=notices.Verdict.choices,
        decides=may_decide,
    )


@require_POST
@staff(notices.POST)
def post(request: HttpRequest) -> HttpResponse:
    """Hangs out what was chosen, in the area that was chosen."""
    form = PostForm(request.POST)
    kind, _colon, rest = request.POST.get("what", "").partition(":")
    year, _colon, stage = rest.partition(":")
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=notices.POST)
    if not form.is_valid() or picker.area is None:
        if picker.area is None:
            form.add_error(None, _("Choose the village or township in which it hangs."))
        return _list(request, form, status=422)
    try:
        notice = notices.post(
            area_id=picker.area.pk,
            kind=kind,
            year=whole(year) or 0,
            stage_code=stage,
            place=form.cleaned_data["place"],
            by=request.user,
            at=clock.now(),
        )
    except (Invalid, Conflict) as error:
        return _list(request, form, refusal=error, status=error.status)
    messages.success(request, _("It is fixed now. Print the sheet, hang it out, and keep a photograph here."))
    return redirect("console:posting", notice.pk)


@require_safe
@staff(notices.POST)
def posting(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice: the sheet to print, photographs, and a form for an objection said at the window."""
    return _one(request, notice_id, PhotoForm(), ObjectForm())


def _one(
    request: HttpRequest,
    notice_id: int,
    photo: PhotoForm,
    objection: ObjectForm,
    *,
    refusal: Exception | None = None,
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    notice = notices.mine(notice_id, by=request.user, at=clock.now())
    return show(
        request,
        "console/posting.html",
        status=status,
        **shown_sheet(request, notice),
        hangs=notice.closed_at is None and notice.closes_on >= today,
        pictures=list(notice.proofs.order_by("pk").values("pk", "taken_on")),
        photo=photo,
        objection=objection,
        refusal=refusal,
        code=code,
        today=today,
    )


@require_safe
@staff(notices.POST)
def sheet(request: HttpRequest, notice_id: int) -> HttpResponse:
    """The sheet as PDF."""
    found = _sheet(request, notice_id)
    return attachment(notice_pdf(found, at=clock.now()), f"{found.row.number}.pdf", kind=PDF)


@require_safe
@staff(notices.POST)
def workbook(request: HttpRequest, notice_id: int) -> HttpResponse:
    """The list as it hangs, masked, as a workbook."""
    found = _sheet(request, notice_id)
    content = table_workbook(
        sheet=found.row.number,
        title=found.heading,
        about=(
            (_("Area"), found.row.area),
            (_("Hangs"), f"{found.row.opened} – {found.row.closes}"),
            (_("Where it hangs"), found.row.place),
        ),
        heads=heads(),
        rows=rows(found),
        widths=(8, 14, 10, 30, 14),
    )
    return attachment(content, f"{found.row.number}.xlsx")


def _sheet(request: HttpRequest, notice_id: int) -> present.Sheet:
    notice = notices.mine(notice_id, by=request.user, at=clock.now())
    found: present.Sheet = shown_sheet(request, notice)["sheet"]
    return found


def shown_sheet(request: HttpRequest, notice: notices.Notice) -> dict[str, Any]:
    """The sheet of a notice, and the square that leads to its page."""
    online = request.build_absolute_uri(reverse("console:public-notice", args=[notice.pk]))
    found = present.sheet(notice, today=clock.today(), language=data_language(), online=online)
    return {"sheet": found, "square": square(online)}


@require_POST
@staff(notices.POST)
def prove(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Keeps a photograph of the notice."""
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _one(request, notice_id, form, ObjectForm(), status=422)
    try:
        notices.prove(
            notice_id=notice_id,
            photo=form.cleaned_data["photo"].read(3_000_001),
            taken_on=form.cleaned_data["taken_on"],
            by=request.user,
            at=clock.now(),
        )
    except Invalid as error:
        form.refused(error)
        return _one(request, notice_id, form, ObjectForm(), status=error.status)
    messages.success(request, _("The photograph is kept with the notice."))
    return redirect("console:posting", notice_id)


@require_safe
@staff(notices.POST)
def picture(request: HttpRequest, proof_id: int) -> HttpResponse:
    """A photograph, as it was kept."""
    kind, content = notices.picture(proof_id, by=request.user, at=clock.now())
    answer = HttpResponse(content, content_type=f"image/{kind}")
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
@staff(notices.POST)
def object_here(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Writes down an objection said at the window; its code is shown once."""
    form = ObjectForm(request.POST)
    notices.mine(notice_id, by=request.user, at=clock.now())
    if not form.is_valid():
        return _one(request, notice_id, PhotoForm(), form, status=422)
    try:
        code = notices.object_to(notice_id=notice_id, by=request.user, at=clock.now(), **form.cleaned_data)
    except (Invalid, Conflict) as error:
        return _one(request, notice_id, PhotoForm(), form, refusal=error, status=error.status)
    return _one(request, notice_id, PhotoForm(), ObjectForm(), code=code)


@require_POST
@staff(notices.DECIDE)
def decide(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Says what looking into an objection has shown."""
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(text) for errors in form.errors.values() for text in errors))
        return redirect("console:postings")
    try:
        notices.decide(objection_id=objection_id, by=request.user, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("Answered. Whoever objected reads it by the code."))
    except (Invalid, Conflict, NotAllowed) as error:
        messages.warning(request, error.message)
    return redirect("console:postings")
