"""Records that may be of one person: the list, two side by side, and what is decided about them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.duplicates import api as duplicates
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.scope import Scope
from tongchou.web.console import formatters
from tongchou.web.console.chrome import permissions_of
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import Pages, turned, whole
from tongchou.web.console.presenters import duplicates as present
from tongchou.web.console.presenters import people, work

SIZE = 30
#: Records named of which another one may be elsewhere.
ELSEWHERE = 20
#: What a list can be decided about together.
TOGETHER = {"sure": "propose", "second": "approve"}


@require_safe
@staff(duplicates.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """A list of pairs, the likest first, narrowed to an area."""
    on, held = clock.today(), permissions_of(request)
    decides = duplicates.DECIDE in held
    asked = request.GET.get("show", "")
    chosen = (asked if asked in duplicates.LISTS else "sure") if decides else "village"
    picker = work.area_filter(request.GET.get("area", ""), scope=request.scope, permission=duplicates.VIEW)
    within = Scope.of_area(picker.area) if picker.area else None
    found = duplicates.pairs(by=request.user, on=on, show=chosen, within=within)
    filters = {"show": chosen} | ({"area": str(picker.area.pk)} if picker.area else {})
    pages = _pages(request, filters, found.count())
    part = found[(pages.number - 1) * SIZE : pages.number * SIZE]
    other = duplicates.elsewhere(by=request.user, on=on)
    hits = duplicates.people_elsewhere(other[:ELSEWHERE], by=request.user, on=on) if decides else []
    return show(
        request,
        "console/duplicates.html",
        listed=present.lines(duplicates.lines(part, by=request.user, on=on)),
        pages=pages,
        picker=picker,
        show=chosen,
        tabs=present.TABS if decides else [],
        together=TOGETHER.get(chosen, "") if decides else "",
        elsewhere=[people.hit(one, scope=request.scope, language=data_language()) for one in hits],
        elsewhere_total=other.count() if hits else 0,
        may_find=duplicates.FIND in held,
    )


def _pages(request: HttpRequest, filters: dict[str, str], total: int) -> Pages:
    def to(page: int) -> str:
        return f"{reverse('console:duplicates')}?{urlencode(filters | {'page': page})}"

    return turned(request.GET.get("page", ""), total, SIZE, to)


@require_POST
@staff(duplicates.FIND)
def find(request: HttpRequest) -> HttpResponse:
    """Asks for the search through the register."""
    job = duplicates.ask_to_find(by=request.user, at=clock.now())
    messages.success(request, _("The register will be searched for records of the same person."))
    return redirect(reverse("console:jobs") + f"#job-{job.pk}")


@require_POST
@staff(duplicates.DECIDE)
def decide_many(request: HttpRequest) -> HttpResponse:
    """Decides the chosen lines of a list, each for itself."""
    act = request.POST.get("act", "")
    choices = _choices(request.POST)
    if act == "propose":
        result = duplicates.propose_many(choices=choices, by=request.user, at=clock.now())
        words = ngettext(
            "%(n)s pair now waits for a second person.",
            "%(n)s pairs now wait for a second person.",
            result.done,
        )
    elif act == "approve":
        result = duplicates.approve_many(choices=choices, by=request.user, at=clock.now())
        words = ngettext("%(n)s request is approved.", "%(n)s requests are approved.", result.done)
    else:
        raise NotFound("console.no_act", gettext_lazy("There is no such task."))
    if result.done:
        messages.success(request, words % {"n": formatters.number(result.done)})
    if result.not_done:
        words = ngettext("%(n)s line stays as it was:", "%(n)s lines stay as they were:", result.not_done)
        text = words % {"n": formatters.number(result.not_done)}
        messages.warning(request, " ".join([text, *result.reasons]))
    shown = "second" if act == "approve" else "sure"
    return redirect(f"{reverse('console:duplicates')}?{urlencode({'show': shown})}")


def _choices(sent: QueryDict) -> list[duplicates.Choice]:
    choices = []
    for sent_number in sent.getlist("pair"):
        number, keep = whole(sent_number), whole(sent.get(f"keep-{sent_number}", ""))
        if number is None or keep is None:
            raise Invalid("console.bad_form", gettext_lazy("The form was not complete."))
        choices.append(duplicates.Choice(number, keep, keep, sent.get(f"seen-{sent_number}", "")))
    return choices


@require_safe
@staff(duplicates.VIEW)
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Two records side by side."""
    return _page(request, pair_id)


def _page(
    request: HttpRequest, pair_id: int, *, refusal: Exception | None = None, status: int = 200
) -> HttpResponse:
    view = duplicates.open_pair(pair_id, by=request.user, at=clock.now())
    return show(
        request,
        "console/duplicate.html",
        status=status,
        page=present.page(view, scope=request.scope, today=clock.today(), language=data_language()),
        refusals=duplicates.Refusal.choices,
        answers=duplicates.Answer.choices,
        refusal=refusal,
    )


@require_POST
@staff(duplicates.VIEW)
def decide(request: HttpRequest, pair_id: int, act: str) -> HttpResponse:
    """Decides one pair."""
    sent = request.POST
    given = {"pair_id": pair_id, "by": request.user, "at": clock.now()}
    try:
        text = _act(act, sent, given)
    except (Conflict, Invalid) as error:
        if error.code == "duplicates.settled":
            messages.warning(request, error.message)
            return redirect("console:duplicate", pair_id)
        return _page(request, pair_id, refusal=error, status=error.status)
    messages.success(request, text)
    if act in ("approve", "again"):
        return redirect("console:duplicate", pair_id)
    return redirect("console:duplicates")


def _act(act: str, sent: QueryDict, given: dict[str, object]) -> str:
    """What the act came to, in words."""
    seen = sent.get("seen", "")
    if act == "propose":
        keep, number = (whole(sent.get(name, "")) or 0 for name in ("keep", "number"))
        choice = duplicates.Choice(given["pair_id"], keep, number or keep, seen)
        duplicates.propose(choice=choice, by=given["by"], at=given["at"])
        return _("Asked for. Somebody else compares the two and decides.")
    if act == "approve":
        duplicates.approve(seen=seen, **given)
        return _("Approved. The register now says it.")
    if act == "refuse":
        duplicates.refuse(refusal=sent.get("refusal", ""), **given)
        return _("Refused. The register stays as it is.")
    if act == "withdraw":
        duplicates.withdraw(**given)
        return _("Taken back. The register stays as it is.")
    if act == "two":
        duplicates.two_people(seen=seen, **given)
        return _("Noted: two people. They are not shown again until one of their facts changes.")
    if act == "again":
        duplicates.open_again(**given)
        return _("Opened again.")
    if act == "ask":
        duplicates.ask_village(**given)
        return _("The village is asked.")
    if act == "answer":
        duplicates.answer(said=sent.get("said", ""), **given)
        return _("Thank you. The township decides.")
    if act == "apart":
        duplicates.propose_apart(**given)
        return _("Asked for. Somebody else compares the two and decides.")
    raise NotFound("console.no_act", gettext_lazy("There is no such task."))
