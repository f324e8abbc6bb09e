"""The staff register: who works where, trainings, the lists of areas with an extra worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongchou.apps.guarantees import api as guarantees
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.web.console import guarantee_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters.work import area_choice

SIZE: Final = 50
_FORMS: Final[dict[str, Callable[..., Any]]] = {
    "engage": forms.WorkerForm,
    "train": forms.TrainingForm,
    "mark": forms.MarkForm,
    "base": forms.BaseForm,
}
_ACTS: Final = (*_FORMS, "leave", "unmark", "confirm")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(guarantees.KEEP)
def register(request: HttpRequest) -> HttpResponse:
    """The register, and whatever is entered in it."""
    refusal: Any = None
    act = request.POST.get("act", "")
    boxes = {name: make(auto_id=f"id_{name}_%s") for name, make in _FORMS.items()}
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=guarantees.KEEP)
    if request.method == "POST":
        if act not in _ACTS:
            raise Http404
        if act in _FORMS:
            boxes[act] = _FORMS[act](request.POST, auto_id=f"id_{act}_%s")
        if act not in _FORMS or boxes[act].is_valid():
            try:
                _do(act, request, boxes.get(act), picker.area)
            except (Invalid, Conflict, NotFound) as error:
                refusal = error
            else:
                messages.success(request, _("Recorded."))
                return redirect("console:guarantee-staff")
    today = clock.today()
    found = guarantees.workers(scope=request.scope, on=today)
    pages = pages_of(request, "/guarantees/staff", "page", found.count(), SIZE)
    workers = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    paths = places.paths([one.area_id for one in workers])
    wrong = refusal is not None or any(box.errors for box in boxes.values())
    return show(
        request,
        "console/guarantee_staff.html",
        workers=[(one, paths.get(one.area_id, "")) for one in workers],
        pages=pages,
        trainings=guarantees.trainings(scope=request.scope)[:SIZE],
        marked=guarantees.marked(scope=request.scope)[:200],
        boxes=boxes,
        form=boxes.get(act, boxes["engage"]),
        picker=picker,
        refusal=refusal,
        status=422 if wrong else 200,
    )


def _do(act: str, request: HttpRequest, form: Any, area: places.Area | None) -> None:
    given = {"by": request.user, "at": clock.now()}
    which = whole(request.POST.get("which", "")) or 0
    if act == "leave":
        guarantees.leave(worker_id=which, until=clock.today(), **given)
        return
    if act == "unmark":
        guarantees.unmark(marked_id=which, until=clock.today(), **given)
        return
    if area is None:
        raise Invalid("guarantees.area", _("Choose the area."), field="area")
    match act:
        case "confirm":
            guarantees.confirm(area_id=area.pk, **given)
        case "engage":
            guarantees.engage(area_id=area.pk, **form.cleaned_data, **given)
        case "train":
            guarantees.train(area_id=area.pk, **form.cleaned_data, **given)
        case "mark":
            guarantees.mark(area_id=area.pk, **form.cleaned_data, **given)
        case _:
            guarantees.count_by(area_id=area.pk, **form.cleaned_data, **given)
