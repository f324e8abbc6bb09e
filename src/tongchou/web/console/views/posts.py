"""Posts of a unit: who answers for it, since when, who did before, and how a post changes hands."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.apps.responsibility import api as responsibility
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.web.console import area_picker
from tongchou.web.console import post_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment, table_workbook

SIZE: Final = 60
#: Holders who came within so many days and whose hand-over is still owed are named.
OWED_DAYS: Final = 365
_FORMS: Final = {
    "appoint": forms.AppointForm,
    "end": forms.EndForm,
    "correct": forms.CorrectForm,
    "phone": forms.PhoneForm,
    "record": None,
}


def _area(request: HttpRequest) -> places.Area:
    chosen = area_picker.reached(request.GET.get("area", ""), request.scope)
    if chosen is None or chosen.level not in area_picker.LEVELS:
        chosen = next((one for one in places.tops(request.scope) if one.level in area_picker.LEVELS), None)
    if chosen is None:
        raise NotFound("places.none", _("There is no such area in your areas."))
    return chosen


def _lines(area: places.Area, on: dt.date) -> list[posts.PostLine]:
    return posts.posts_of((posts.of_area(area), *posts.units_below(area, on=on)), on=on)


@require_safe
@staff(posts.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The posts of an area, its departments and the units right below it."""
    area, today = _area(request), clock.today()
    lines = _lines(area, today)
    pages = pages_of(request, f"/posts?area={area.pk}", "page", len(lines), SIZE)
    picker = area_picker.pick(str(area.pk), scope=request.scope, permission=posts.VIEW, submits=True)
    keeps = access.may(request.user, posts.KEEP, scope_no=area.scope_no, on=today)
    return show(
        request,
        "console/posts.html",
        area=area,
        picker=picker,
        lines=lines[(pages.number - 1) * SIZE : pages.number * SIZE],
        pages=pages,
        vacant=sum(one.held is None for one in lines),
        without=posts.without_contact(access.Scope.of_area(area), on=today)[:SIZE],
        owed=responsibility.owed(request.scope, since=today - dt.timedelta(days=OWED_DAYS))
        if access.may(request.user, posts.KEEP, on=today)
        else [],
        keeps=keeps,
    )


@require_safe
@staff(posts.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook, in the columns a list is taken in with."""
    area, today = _area(request), clock.today()
    rows = [
        [
            one.unit.key.partition("/")[0],
            one.unit.key.partition("/")[2],
            one.unit.name if one.unit.department_id is not None else "",
            {"head": "书记", "deputy": "分管", "contact": "联系"}[one.post.duty],
            one.post.title,
            "" if one.held is None else one.held.holder,
            "" if one.held is None else one.held.since.isoformat(),
            "",
            one.post.phone,
            "" if one.held is None else one.held.document,
        ]
        for one in _lines(area, today)
    ]
    content = table_workbook(
        sheet=_("Posts"),
        title=_("Who answers for units"),
        about=((_("Area"), area.name), (_("As of"), today.isoformat())),
        heads=list(posts.COLUMNS.values()),
        rows=rows,
    )
    return attachment(content, "posts.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(posts.KEEP)
def new(request: HttpRequest) -> HttpResponse:
    """A new post, or a new department, of an area of the reader."""
    asked = request.POST.get("area", "") or request.GET.get("area", "")
    picker = area_choice(asked, scope=request.scope, permission=posts.KEEP)
    departments = () if picker.area is None else posts.departments(picker.area.pk, on=clock.today())
    kind = "department" if "code" in request.POST else "post"
    post_form = forms.PostForm(
        request.POST if kind == "post" and request.POST else None, departments=departments
    )
    unit_form = forms.DepartmentForm(request.POST if kind == "department" else None)
    refusal: Any = None
    form = post_form if kind == "post" else unit_form
    if request.method == "POST" and form.is_valid():
        given = {"by": request.user, "at": clock.now()}
        if picker.area is None:
            form.add_error(None, _("Choose the unit."))
        else:
            try:
                if kind == "post":
                    data = dict(form.cleaned_data)
                    chosen = data.pop("department")
                    posts.add_post(
                        area_id=picker.area.pk, department_id=int(chosen) if chosen else None, **data, **given
                    )
                else:
                    posts.add_department(area_id=picker.area.pk, **form.cleaned_data, **given)
            except (Invalid, Conflict, NotFound) as error:
                refusal = form.refused(error)
            else:
                messages.success(request, _("Recorded."))
                return redirect(f"/posts?area={picker.area.pk}")
    wrong = request.method == "POST"
    return show(
        request,
        "console/post_new.html",
        picker=picker,
        form=form,
        post_form=post_form,
        unit_form=unit_form,
        refusal=refusal,
        status=422 if wrong else 200,
    )


@require_safe
@staff(posts.VIEW)
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One post: who holds it, who did, and what may be done with it."""
    return _post(request, post_id)


def _post(
    request: HttpRequest, post_id: int, *, boxes: dict[str, Any] | None = None, refusal: Any = None
) -> HttpResponse:
    found = posts.one_post(post_id, scope=request.scope)
    if found is None:
        raise NotFound("posts.none", _("There is no such unit or post in your areas."))
    one, tenures = found
    today = clock.today()
    keeps = access.require(request.user, posts.KEEP, on=today) if _keeps(request, one) else None
    fault = None if keeps is None else posts.head_fault(one, scope=keeps, on=today)
    area = places.area_by_id(one.area_id, within=request.scope)
    record = responsibility.record_of(tenures[0].pk) if len(tenures) > 1 else None
    return show(
        request,
        "console/post.html",
        record=record,
        post=one,
        area=area,
        tenures=tenures,
        held=next((each for each in tenures if each.until is None), None),
        keeps=keeps is not None,
        barred=fault if fault is not None and fault.code == "posts.own_head" else None,
        needs_paper=fault is not None and fault.code == "posts.document",
        boxes={
            "appoint": forms.AppointForm(auto_id="appoint-%s"),
            "end": forms.EndForm(auto_id="end-%s"),
            "correct": forms.CorrectForm(auto_id="correct-%s"),
            "phone": forms.PhoneForm(initial={"phone": one.phone}, auto_id="phone-%s"),
            **(boxes or {}),
        },
        form=next(iter((boxes or {}).values()), None),
        refusal=refusal,
        status=422 if boxes else getattr(refusal, "status", 200),
    )


def _keeps(request: HttpRequest, one: posts.Post) -> bool:
    return access.may(request.user, posts.KEEP, scope_no=one.scope_no, on=clock.today())


@require_POST
@staff(posts.KEEP)
def act(request: HttpRequest, post_id: int, act: str) -> HttpResponse:
    """Appoints, ends a tenure, corrects a name, keeps a telephone, or opens the record of a hand-over."""
    if act not in _FORMS:
        raise Http404
    found = posts.one_post(post_id, scope=request.scope)
    if found is None:
        raise NotFound("posts.none", _("There is no such unit or post in your areas."))
    kind = _FORMS[act]
    form = None if kind is None else kind(request.POST, auto_id=f"{act}-%s")
    if form is not None and not form.is_valid():
        return _post(request, post_id, boxes={act: form})
    data = {} if form is None else dict(form.cleaned_data)
    given = {"by": request.user, "at": clock.now()}
    newest = next(iter(found[1]), None)
    record = None
    try:
        if act == "appoint":
            data["account_id"] = data.pop("account")
            _tenure, record = responsibility.appoint(post_id=post_id, **data, **given)
        elif act == "phone":
            posts.set_phone(post_id=post_id, **data, **given)
        elif newest is None:
            raise Http404
        elif act == "end":
            posts.end_tenure(tenure_id=newest.pk, **data, **given)
        elif act == "correct":
            posts.correct(tenure_id=newest.pk, **data, **given)
        else:
            record = responsibility.open_hand_over(tenure_id=newest.pk, **given)
    except (Invalid, Conflict, NotAllowed) as error:
        left = error if form is None else form.refused(error)
        boxes = None if form is None or left is not None else {act: form}
        return _post(request, post_id, boxes=boxes, refusal=left)
    messages.success(request, _("Recorded."))
    if record is not None:
        return redirect("console:post-hand-over", record.pk)
    return redirect("console:post", post_id)
