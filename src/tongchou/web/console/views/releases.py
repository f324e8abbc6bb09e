"""Public tables at work: begun, computed, checked, sealed by a second person, published, stated anew."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.apps.releases import api as releases
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.releases import labels
from tongchou.domain.releases.exports import MEDIA
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import Option, pages_of, whole
from tongchou.web.console.presenters import releases as present
from tongchou.web.console.release_workbook import release_workbook
from tongchou.web.console.table_workbook import attachment

SIZE = 50
_JSON = "application/json"


@require_safe
@staff(releases.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The releases of the reader's counties by state, and the form to begin one."""
    language = data_language()
    state = request.GET.get("state", "")
    state = state if state in releases.State.values else ""
    found = releases.releases(scope=request.scope, state=state)
    address = request.path + (f"?state={state}" if state else "")
    pages = pages_of(request, address, "page", found.count(), SIZE)
    rows = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    names = present.names_of(rows)
    offers, counties = [], []
    if access.may(request.user, releases.COMPUTE, on=clock.today()):
        reach = access.require(request.user, releases.COMPUTE, on=clock.today())
        offers, counties = releases.offers(scope=reach)
    return show(
        request,
        "console/releases.html",
        tabs=present.tabs(state),
        rows=[present.row(one, language=language, names=names) for one in rows],
        pages=pages,
        offers=[
            (
                one.definition.title.of(language),
                [
                    Option(f"{one.definition.code}:{period}", labels.period_label(period).of(language))
                    for period in one.periods
                ],
            )
            for one in offers
            if one.periods
        ],
        counties=[Option(str(one.pk), one.name) for one in counties],
    )


@require_POST
@staff(releases.COMPUTE)
def begin(request: HttpRequest) -> HttpResponse:
    """Begins a release and has it computed."""
    code, _colon, period = request.POST.get("table", "").partition(":")
    now = clock.now()
    try:
        one = releases.define(
            code=code, period=period, area_id=whole(request.POST.get("area")) or 0, by=request.user, at=now
        )
        releases.ask_to_compute(release_id=one.pk, by=request.user, at=now)
    except (Invalid, Conflict) as error:
        messages.warning(request, error.message)
        return redirect("console:releases")
    messages.success(request, _("The table is computed and checked. This page shows when it is done."))
    return redirect("console:release", one.pk)


@require_safe
@staff(releases.VIEW)
def one(request: HttpRequest, release_id: int) -> HttpResponse:
    """One release: its steps, what was found, its figures, its files and its other versions."""
    found = releases.release(release_id, scope=request.scope)
    language = data_language()
    on = clock.today()
    grid = table = None
    dimensions, problem = {}, ""
    if found.content_sha256:
        try:
            table, dimensions = releases.figures(found), releases.labels_of(found)
            grid = present.grid(table, dimensions, language=language)
        except Conflict as error:
            problem = str(error.message)
    makes = access.may(request.user, releases.COMPUTE, scope_no=found.scope_no, on=on)
    seals = access.may(request.user, releases.SEAL, scope_no=found.scope_no, on=on)
    maker = request.user.pk in (found.computed_by_id, found.checked_by_id)
    return show(
        request,
        "console/release.html",
        release=found,
        row=present.row(found, language=language, names=present.names_of([found])),
        facts=present.facts(found, language=language),
        grid=grid,
        problem=problem,
        mark=present.MARK,
        gap=present.GAP,
        findings=present.findings(found, table, dimensions, language=language) if table else [],
        refused=releases.refused(found),
        changes=(
            present.changes(releases.changed(found), table, dimensions, language=language)
            if table and found.predecessor_id
            else []
        ),
        steps=present.steps(found),
        versions=[
            present.row(each, language=language, names={})
            for each in releases.versions_of(found)
            if each != found
        ],
        left=releases.versions_left(found),
        may_compute=makes and found.state in ("draft", "computed", "checked"),
        may_seal=seals and found.state == "checked" and not maker and not releases.refused(found),
        waits_for_other=found.state == "checked" and maker,
        may_publish=seals and found.state == "sealed",
        may_restate=makes and found.state in ("published", "withdrawn"),
        may_withdraw=seals and found.state == "published",
        may_drop=makes and found.state in ("draft", "computed", "checked", "sealed"),
        licences=releases.Licence.choices,
        endings=present.ENDINGS if found.signature and found.state != "withdrawn" else [("xlsx", "Excel")],
        public_url=present.public_url(found) if found.published_at else "",
    )


@require_POST
@staff(releases.VIEW)
def act(request: HttpRequest, release_id: int, act: str) -> HttpResponse:
    """One act on a release, and back to it."""
    now, by = clock.now(), request.user
    reason = request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], releases.Release | object], str]] = {
        "compute": (
            lambda: releases.ask_to_compute(release_id=release_id, by=by, at=now),
            _("The table is computed and checked. This page shows when it is done."),
        ),
        "seal": (
            lambda: releases.seal(
                release_id=release_id,
                content_sha256=request.POST.get("content", ""),
                licence=request.POST.get("licence", ""),
                by=by,
                at=now,
            ),
            _("The table is sealed. Its figures can no longer change."),
        ),
        "publish": (
            lambda: releases.publish(release_id=release_id, by=by, at=now),
            _("The table is published."),
        ),
        "restate": (
            lambda: releases.restate(release_id=release_id, reason=reason, by=by, at=now),
            _("Another version is begun. Compute it, then have it checked and sealed."),
        ),
        "withdraw": (
            lambda: releases.withdraw(release_id=release_id, reason=reason, by=by, at=now),
            _("The table is withdrawn. It stays listed with the reason."),
        ),
        "drop": (
            lambda: releases.drop(release_id=release_id, reason=reason, by=by, at=now),
            _("The table is not pursued."),
        ),
    }
    if act not in acts:
        raise NotFound("releases.none", _("There is no such table in your areas."))
    do, said = acts[act]
    try:
        done = do()
    except (Invalid, Conflict) as error:
        messages.warning(request, error.message)
    except NotAllowed as error:
        if error.code != "releases.maker":
            raise
        messages.warning(request, error.message)
    else:
        messages.success(request, said)
        if act == "restate" and isinstance(done, releases.Release):
            return redirect("console:release", done.pk)
    return redirect("console:release", release_id)


@require_safe
@staff(releases.VIEW)
def file(request: HttpRequest, release_id: int, ending: str) -> HttpResponse:
    """A file of a release; before it is sealed the workbook alone, to look at."""
    found = releases.release(release_id, scope=request.scope)
    return answer(found, ending)


def answer(found: releases.Release, ending: str) -> HttpResponse:
    """A release as a file.

    Raises
    ------
    NotFound
        For another ending, and before there are figures.
    """
    name = releases.file_name(found, ending)
    if ending == "xlsx":
        if not found.content_sha256:
            raise NotFound("releases.none", _("There is no such table in your areas."))
        return attachment(release_workbook(found, language=data_language()), name)
    return attachment(releases.file_of(found, ending), name, kind=MEDIA.get(ending, _JSON))
