"""Published bulletins of units for everybody: ranking, charts, files, restatements and replies; no people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongchou.apps.accountability import api as bulletins
from tongchou.core.errors import NotFound
from tongchou.domain.accountability.bulletin import Kind
from tongchou.web import errors
from tongchou.web.console.presenters import unit_bulletin as present
from tongchou.web.console.presenters import unit_bulletin_lists as lists
from tongchou.web.console.views import unit_bulletins as staff
from tongchou.web.console.views.public import for_everybody


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What was published, the latest first."""
    asked = request.GET.get("kind", "")
    kind = asked if asked in list(Kind) else ""
    found = [one for one in bulletins.published() if not kind or one.kind == kind]
    return for_everybody(
        request,
        "console/public_bulletins.html",
        tabs=lists.tabs(kind),
        rows=[lists.row(one, public=True) for one in found],
    )


@require_safe
def bulletin(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One published bulletin."""
    try:
        line, content, replies = bulletins.open_public(issue_id)
    except NotFound as error:
        return errors.refused(request, error)
    return for_everybody(
        request,
        "console/public_bulletin.html",
        row=lists.row(line, public=True),
        page=present.page(
            content,
            replies,
            names=staff.names_of(content),
            links=staff.links(content, public=True),
            standing=lists.standing(line),
        ),
        holds=bulletins.holding(line),
    )


@require_safe
def pdf(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A published bulletin as PDF."""
    try:
        line, content, replies = bulletins.open_public(issue_id)
    except NotFound as error:
        return errors.refused(request, error)
    return staff.as_pdf(content, replies, lists.standing(line))


@require_safe
def workbook(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A published bulletin as a workbook."""
    try:
        line, content, replies = bulletins.open_public(issue_id)
    except NotFound as error:
        return errors.refused(request, error)
    return staff.as_workbook(content, replies, lists.standing(line))
