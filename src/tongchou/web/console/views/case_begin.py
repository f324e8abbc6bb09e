"""Beginning a case: what can be applied for, and the application, filled in with what is on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou import policies
from tongchou.apps.casework import api as casework
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.domain.policy.explanation import Explanation
from tongchou.web.console import case_forms as forms
from tongchou.web.console import chrome
from tongchou.web.console.facts_form import FactsForm
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import cases as present
from tongchou.web.console.presenters import claim_windows, results


@require_safe
@staff(casework.OPEN)
def choose(request: HttpRequest, person_id: int) -> HttpResponse:
    """What can be applied for for a person, and the cases there are."""
    today = clock.today()
    person = registry.open_person(person_id, scope=request.scope)
    return show(
        request,
        "console/case_choose.html",
        person=person,
        kinds=[one for one in casework.offered() if _offered(one, request, person)],
        language=data_language(),
        rows=[
            present.row(one, on=today, language=data_language())
            for one in casework.of_person(person_id, by=request.user, on=today)
        ],
    )


def _offered(kind: Any, request: HttpRequest, person: registry.PersonHit) -> bool:
    """Private kinds are offered to officers named for the area alone."""
    return kind.kind != "private" or casework.is_named(request.user, person.registered_scope)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(casework.OPEN)
def begin(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """The application: who applies, how it came, what the rules say; nothing that is on record is asked."""
    person = registry.open_person(person_id, scope=request.scope)
    chosen = casework.kind_of(kind)
    if not _offered(chosen, request, person):
        raise NotFound("casework.no_kind", _("There is no such kind of case. Choose one from the list."))
    rules = next((one for one in policies.load() if one.code == chosen.programme), None)
    statement = rules.statement.text.of(data_language()) if rules is not None and rules.statement else ""
    shape = {
        "asks_situation": not chosen.programme and chosen.gives == "money",
        "statement": forms.signed(statement) if statement else "",
        "programme": chosen.programme,
    }
    asked = rules if rules is not None and rules.finding == "application" else None
    sent = request.POST if request.method == "POST" else None
    form = forms.OpenForm(sent, initial=_filled(person, request), **shape)
    facts = (
        FactsForm(asked, language=data_language(), today=clock.today(), data=sent, prefix="told")
        if asked is not None
        else None
    )
    if facts is not None:
        del facts.fields["year"]
    status, standing = 200, None
    if sent is not None:
        status = 422
        if form.is_valid() and (facts is None or facts.is_valid()):
            now = clock.now()
            try:
                made = _open(request, person_id, kind, form, facts, now)
            except Conflict as error:
                standing = error.data.get("case_id")
                form.add_error(None, str(error.message))
            else:
                if made is not None:
                    _say(request, made, now)
                    return redirect("console:case", made.pk)
    answer = _answer(chosen, person_id, form["year"].value())
    return show(
        request,
        "console/case_begin.html",
        status=status,
        person=person,
        title=chosen.public_title.of(data_language()),
        kind=chosen,
        form=form,
        facts=facts,
        result=_result(answer),
        years=claim_windows.years(answer, today=clock.today(), language=data_language()) if answer else None,
        papers=[(one.title.of(data_language()), one.unless.of(data_language())) for one in chosen.papers],
        source=chosen.source.of(data_language()),
        standing=standing,
    )


def _say(request: HttpRequest, made: Any, now: dt.datetime) -> None:
    """The very same form sent again leads to its case, and is not told to be another application."""
    if (made.opened_by_id, made.opened_at) == (request.user.pk, now):
        messages.success(request, _("The application is recorded."))
    else:
        messages.info(request, _("This application was recorded before. This is its case."))


def _open(
    request: HttpRequest, person_id: int, kind: str, form: Any, facts: Any, now: dt.datetime
) -> Any | None:
    values = dict(form.cleaned_data)
    application = casework.Application(
        name=values["name"],
        phone=values["phone"],
        mandate=values["mandate"],
        statement=values.get("statement", False),
        told=facts.facts() if facts is not None else {},
        situation=values.get("situation", ""),
    )
    try:
        return casework.open_case(
            person_id=person_id,
            kind=kind,
            year=values["year"],
            channel=values["channel"],
            applicant=values["applicant"],
            application=application,
            external=values["external"],
            by=request.user,
            at=now,
        )
    except Invalid as error:
        if form.refused(error) is not None:
            form.add_error(None, str(error.message))
        return None


def _filled(person: registry.PersonHit, request: HttpRequest) -> dict[str, Any]:
    """What is on record of who applies: a parent of a child, else the head of its house; or the person."""
    today = clock.today()
    young = person.birth is not None and today.year - person.birth.year < registry.OF_AGE
    filled: dict[str, Any] = {
        "year": whole(request.GET.get("year", "")) or today.year,  # the list holds the year before too
        "channel": "home",
        "applicant": "self",
    }
    if casework.REVIEW in chrome.permissions_of(request):
        filled["channel"] = "window"
    if young and person.household_id is not None:
        house = registry.open_household(person.household_id, scope=request.scope)
        grown = [one for one in house.members if not one.deceased and _of_age(one, today.year)]
        parents = {tie.other for tie in house.ties if tie.kind != "couple" and tie.one == person.person_id}
        known = [one for one in grown if one.person_id in parents]
        filled["applicant"] = "parent" if known or not grown else "guardian"
        if grown:
            filled["name"] = (known or grown)[0].name
    return filled


def _of_age(member: registry.MemberView, year: int) -> bool:
    return member.birth is not None and year - member.birth.year >= registry.OF_AGE


def _answer(kind: Any, person_id: int, asked: Any) -> Explanation | None:
    """What the rules say today of the year on the form, so that nobody applies unwarned.

    Anybody may apply whatever they say. Of a year that can be applied for neither now nor later: this year's.
    """
    if not kind.programme:
        return None
    today = clock.today()
    year = whole(str(asked)) or today.year
    if not today.year - 1 <= year <= today.year + 1:
        year = today.year
    try:
        found = entitlements.answers(programme=kind.programme, people={person_id: {}}, year=year, as_of=today)
    except NotFound:
        return None
    return found.get(person_id)


def _result(answer: Explanation | None) -> results.Result | None:
    if answer is None:
        return None
    today = clock.today()
    return results.timed(answer, claimed=False, year=answer.year, today=today, language=data_language())
