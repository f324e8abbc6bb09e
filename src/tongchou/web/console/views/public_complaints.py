"""Complaining about an office without signing in, following it with a code, and what stands in public."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.commitments import api as commitments
from tongchou.apps.complaints import api as complaints
from tongchou.apps.places import api as places
from tongchou.apps.posts import api as posts
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.web.console import public_places
from tongchou.web.console.complaint_forms import ComplainForm, FollowForm, SayForm
from tongchou.web.console.presenters import commitments as of_promises
from tongchou.web.console.presenters import complaints as present
from tongchou.web.console.views.public import for_everybody


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """First the place, then the form of its offices, then the receipt with the code. All of it is sent."""
    if request.method != "POST":
        return _choose(request, public_places.asked(""))
    chosen = public_places.asked(request.POST.get("area", ""), request.POST.get("place", ""))
    if chosen.area is None or not {"about", "token"} & set(request.POST):
        return _choose(request, chosen)
    if "token" not in request.POST:
        return _form(request, chosen.area, form_of(chosen.area, None), complaints.new_token())
    form, token = form_of(chosen.area, request.POST), request.POST["token"][:64]
    form.is_valid()
    refusal: AppError | None = None
    try:
        receipt = complaints.send(said=form.said(), token=token, at=clock.now())
    except Invalid as error:
        refusal = refused(form, error)
    except (Conflict, NotFound) as error:
        refusal = error
    else:
        return unindexed(for_everybody(request, "console/complain_receipt.html", **receipt_of(receipt)))
    status = refusal.status if refusal is not None else 422
    return _form(request, chosen.area, form, token, refusal=refusal, status=status)


def refused(form: ComplainForm, error: Invalid) -> AppError | None:
    """What is wrong, each once: what the form said itself of a field is not said again."""
    problems = {name: text for name, text in error.data["problems"].items() if not form.errors.get(name)}
    if not problems:
        return None
    return form.refused(Invalid(error.code, error.message, problems=problems))


def form_of(area: places.Area, data: Any, *, officer: bool = False) -> ComplainForm:
    """The form for the offices of a place and what they have promised."""
    units = [(area.code, area.name)]
    departments = posts.departments(area.pk, on=clock.today())
    units += [(f"{area.code}/{one.code}", f"{area.name} · {one.name}") for one in departments]
    promises = [
        (one.pk, f"{one.letter.department}：{one.promise}" if one.letter.department else one.promise)
        for one in commitments.owed_by(area.pk)
    ]
    return ComplainForm(data, units=units, promises=promises, officer=officer)


def receipt_of(receipt: complaints.Receipt) -> dict[str, Any]:
    return {"receipt": receipt, "code": present.code_in_parts(receipt.code)}


def _choose(request: HttpRequest, chosen: public_places.Places) -> HttpResponse:
    return for_everybody(
        request, "console/complain.html", places=chosen, status=422 if chosen.unknown else 200
    )


def _form(
    request: HttpRequest,
    area: places.Area,
    form: ComplainForm,
    token: str,
    *,
    refusal: AppError | None = None,
    status: int = 200,
) -> HttpResponse:
    return for_everybody(
        request,
        "console/complain_form.html",
        area=area,
        where=places.path(area),
        form=form,
        token=token,
        refusal=refusal,
        limits=complaints.limits(),
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Where it stands, by its code; sent, so that no code stands in an address."""
    form, say, found, refusal = FollowForm(), SayForm(), None, None
    if request.method == "POST":
        form = FollowForm(request.POST)
        if form.is_valid():
            given = {"code": form.cleaned_data["code"], "at": clock.now()}
            try:
                found = complaints.followed(given["code"], on=clock.today())
                match request.POST.get("act", ""):
                    case "say":
                        say = SayForm(request.POST)
                        if say.is_valid():
                            found = complaints.say(satisfaction=say.cleaned_data["satisfaction"], **given)
                    case "appeal":
                        found = complaints.appeal(**given)
                    case "withdraw":
                        found = complaints.withdraw(**given)
            except NotFound as error:
                form.add_error("code", str(error.message))
            except (Invalid, Conflict) as error:
                refusal = error
    told = present.told(found, on=clock.today()) if found is not None else None
    return unindexed(
        for_everybody(
            request,
            "console/complain_follow.html",
            form=form,
            say=say,
            told=told,
            code=form.cleaned_data["code"] if told is not None else "",
            refusal=refusal,
            status=422 if form.errors or say.errors or refusal else 200,
        )
    )


@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """What units of a place were found to have done wrong, and by when they mend it; what is mended stays."""
    today = clock.today()
    chosen = public_places.asked(request.GET.get("area", ""), request.GET.get("place", ""))
    scope = Scope.of_area(chosen.area) if chosen.area is not None else Scope.everything()
    breaches, records = complaints.record_of(scope=scope, on=today)
    rows = [present.breach(one, today) for one in breaches]
    promised = commitments.open_breaches(scope=scope)
    return for_everybody(
        request,
        "console/integrity.html",
        places=chosen,
        open=[one for one in rows if one["chip"].tone != "good"],
        cleared=[one for one in rows if one["chip"].tone == "good"],
        records=records,
        promises=[of_promises.broken(one, today) for one in promised],
    )


def unindexed(answer: HttpResponse) -> HttpResponse:
    """No search engine keeps a receipt or what a code tells."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
