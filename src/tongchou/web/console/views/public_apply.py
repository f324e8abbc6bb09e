"""Applying without signing in, and where an application stands: for residents, on a telephone, no script."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongchou import policies
from tongchou.apps.applications import api as applications
from tongchou.apps.local import api as local
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.domain.casework.kinds import CaseKind
from tongchou.web.console import public_places
from tongchou.web.console.apply_forms import ApplyForm, BringForm, FollowForm
from tongchou.web.console.facts_form import FactsForm
from tongchou.web.console.page import data_language
from tongchou.web.console.presenters import applications as present
from tongchou.web.console.presenters import claim_windows
from tongchou.web.console.presenters import letter as letters
from tongchou.web.console.views.public import for_everybody


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """What is applied for and where; then the application; then its receipt. All of it is sent."""
    if request.method != "POST":
        return _choose(request, public_places.asked(""))
    kind, wrong = _kind(request)
    places = public_places.asked(request.POST.get("area", ""), request.POST.get("place", ""))
    if kind is None or places.village is None:
        return _choose(request, places, wrong=wrong, chosen=request.POST.get("kind", ""))
    if "token" not in request.POST:
        return _fill_in(request, kind, places)
    return _send(request, kind, places)


def _kind(request: HttpRequest) -> tuple[CaseKind | None, str]:
    try:
        return applications.of_public_code(request.POST.get("kind", "")), ""
    except NotFound:
        return None, _("Choose what you apply for.")


def _choose(
    request: HttpRequest, places: public_places.Places, *, wrong: str = "", chosen: str = ""
) -> HttpResponse:
    return for_everybody(
        request,
        "console/apply.html",
        kinds=present.kinds(data_language()),
        chosen=chosen,
        places=places,
        wrong=wrong,
        status=422 if wrong or places.unknown else 200,
    )


def _forms(kind: CaseKind, data: Any) -> tuple[ApplyForm, FactsForm | None]:
    """The form of a kind, and that of the facts only the applicant knows: the same the office fills in."""
    rules = _rules(kind)
    statement = rules.statement.text.of(data_language()) if rules is not None and rules.statement else ""
    form = ApplyForm(
        data,
        asks_situation=not kind.programme and kind.gives == "money",
        statement=_("I declare: %(text)s") % {"text": statement} if statement else "",
        gives_money=kind.gives == "money",
        of_child=kind.of_child,
        programme=kind.programme,
    )
    facts = None
    if rules is not None and rules.finding == "application":
        facts = FactsForm(rules, language=data_language(), today=clock.today(), data=data, prefix="told")
        del facts.fields["year"]
    return form, facts


def _rules(kind: CaseKind) -> policies.Programme | None:
    return next((one for one in policies.load() if one.code == kind.programme), None)


def _fill_in(request: HttpRequest, kind: CaseKind, places: public_places.Places) -> HttpResponse:
    form, facts = _forms(kind, None)
    return _filled(request, kind, places, form, facts, token=applications.new_token())


def _filled(
    request: HttpRequest,
    kind: CaseKind,
    places: public_places.Places,
    form: ApplyForm,
    facts: FactsForm | None,
    *,
    token: str,
    refusal: AppError | None = None,
    status: int = 200,
) -> HttpResponse:
    return for_everybody(
        request,
        "console/apply_form.html",
        kind=applications.public_code(kind),
        title=kind.public_title.of(data_language()),
        claiming=claim_windows.words(_rules(kind), data_language()),
        papers=[(one.title.of(data_language()), one.unless.of(data_language())) for one in kind.papers],
        places=places,
        form=form,
        facts=facts,
        token=token,
        refusal=refusal,
        status=status,
    )


def _send(request: HttpRequest, kind: CaseKind, places: public_places.Places) -> HttpResponse:
    form, facts = _forms(kind, request.POST)
    token, code = request.POST["token"][:64], applications.public_code(kind)
    form.is_valid()
    fit = facts is None or facts.is_valid()
    said = form.particulars(facts.facts() if facts is not None and fit else {})
    year = form.cleaned_data.get("year") or 0
    assert places.village is not None
    given = {"kind": code, "year": year, "area_id": places.village.pk, "said": said}
    refusal: AppError | None = None
    try:
        if fit:
            receipt = applications.send(token=token, at=clock.now(), **given)
            return _unindexed(_receipt(request, receipt))
        applications.check(on=clock.today(), **given)
    except Invalid as error:
        refusal = form.refused(error)
    except Conflict as error:
        refusal = error
    status = refusal.status if refusal is not None else 422
    return _filled(request, kind, places, form, facts, token=token, refusal=refusal, status=status)


def _receipt(request: HttpRequest, receipt: applications.Receipt) -> HttpResponse:
    return for_everybody(
        request,
        "console/apply_receipt.html",
        title=receipt.kind.public_title.of(data_language()),
        code=" ".join(receipt.code[start : start + 4] for start in range(0, len(receipt.code), 4)),
        receipt=receipt,
        due=present.days(receipt.due, receipt.received_on, receipt.provisional),
        office=_office(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Where an application stands, by its code; sent, so that no code stands in an address."""
    form, bring, found, refusal = FollowForm(), BringForm(), None, None
    if request.method == "POST":
        form = FollowForm(request.POST)
        if form.is_valid():
            code, act = form.cleaned_data["code"], request.POST.get("act", "")
            try:
                found = applications.followed(code)
                if act == "withdraw":
                    found = applications.withdraw(code=code, at=clock.now())
                elif act == "bring":
                    bring = BringForm(request.POST)
                    bring.is_valid()
                    words = bring.cleaned_data.get("words", "")
                    found = applications.bring(code=code, words=words, at=clock.now())
            except NotFound as error:
                form.add_error("code", str(error.message))
            except Invalid as error:
                refusal = bring.refused(error)
            except Conflict as error:
                refusal = error
    wrong = bool(form.errors or bring.errors) or refusal is not None
    return _unindexed(
        for_everybody(
            request,
            "console/apply_follow.html",
            form=form,
            bring=bring,
            told=present.told(found, language=data_language()) if found is not None else None,
            code=form.cleaned_data["code"] if found is not None else "",
            refusal=refusal,
            office=_office(),
            status=422 if wrong else 200,
        )
    )


def _office() -> dict[str, str]:
    """How to reach the office, where the county has told it."""
    return letters.office_words(local.unit(), on=clock.today())


def _unindexed(answer: HttpResponse) -> HttpResponse:
    """No search engine keeps a receipt or what a code tells."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
