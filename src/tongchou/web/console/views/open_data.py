"""Open data for everybody: the catalogue, each table with its definitions, files and versions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongchou.apps.releases import api as releases
from tongchou.core.errors import AppError, NotFound
from tongchou.web import errors
from tongchou.web.console.page import data_language
from tongchou.web.console.parts import whole
from tongchou.web.console.presenters import releases as present
from tongchou.web.console.views.public import for_everybody
from tongchou.web.console.views.releases import answer


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every table that is out, by what it is about, the newest period first."""
    rows = releases.catalogue()
    names, language = present.names_of(rows), data_language()
    groups: dict[str, list[present.Row]] = {}
    for one in rows:
        groups.setdefault(one.code, []).append(present.row(one, language=language, names=names, public=True))
    return for_everybody(
        request,
        "console/open_data.html",
        groups=[(shown[0].title, shown) for shown in groups.values()],
        several=len(set(names.values())) > 1,
    )


@require_safe
def catalogue_file(request: HttpRequest) -> HttpResponse:
    """The same for programs, in terms of DCAT 3: every table that holds, with its files."""
    made = []
    for one in releases.catalogue():
        if one.state != releases.State.PUBLISHED:
            continue
        made.append(
            {
                "identifier": f"{one.about['area']}:{one.code}:{one.period}:v{one.version}",
                "title": one.about["title"],
                "description": one.about["note"],
                "temporal": one.period,
                "issued": one.published_at.isoformat() if one.published_at else None,
                "version": one.version,
                "license": one.about["licence"],
                "landingPage": request.build_absolute_uri(present.public_url(one)),
                "distribution": [
                    {"title": label, "downloadURL": request.build_absolute_uri(_file_url(one, ending))}
                    for ending, label in present.ENDINGS
                ],
                "sha256": one.content_sha256,
            }
        )
    found = JsonResponse({"dataset": made}, json_dumps_params={"ensure_ascii": False})
    found["Cache-Control"] = "public, max-age=300"
    return found


@require_safe
def table(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """One table of a period: figures, definitions, files, versions, and how to verify it."""
    language = data_language()
    try:
        one = releases.public(
            code,
            period,
            version=whole(request.GET.get("version", "")),
            area=request.GET.get("area", ""),
        )
        withdrawn = one.state == releases.State.WITHDRAWN
        figures = None if withdrawn else releases.figures(one)
    except AppError as error:
        return errors.refused(request, error)
    dimensions = releases.labels_of(one)
    versions = [each for each in releases.versions_of(one) if each.published_at]
    return for_everybody(
        request,
        "console/open_data_table.html",
        release=one,
        row=present.row(one, language=language, names=present.names_of([one]), public=True),
        facts=present.facts(one, language=language),
        grid=present.grid(figures, dimensions, language=language) if figures else None,
        mark=present.MARK,
        gap=present.GAP,
        files=[]
        if withdrawn
        else [(label, _file_url(one, ending), ending) for ending, label in present.ENDINGS],
        versions=[
            (
                present.row(each, language=language, names={}, public=True),
                present.public_url(each, each.version),
                each.reason,
                each == one,
            )
            for each in versions
        ],
        changes=(
            present.changes(releases.changed(one), figures, dimensions, language=language) if figures else []
        ),
        ended=present.ended_words(one),
        name=releases.file_name(one, "json"),
    )


@require_safe
def file(request: HttpRequest, code: str, period: str, version: str, ending: str) -> HttpResponse:
    """A file of a published table."""
    try:
        number = whole(version.removeprefix("v")) or 0
        one = releases.public(code, period, version=number, area=request.GET.get("area", ""))
        if one.state == releases.State.WITHDRAWN:
            raise NotFound(
                "releases.withdrawn", _("This table was withdrawn; its figures are no longer given out.")
            )
        found = answer(one, ending)
    except AppError as error:
        return errors.refused(request, error)
    found["Access-Control-Allow-Origin"] = "*"
    return found


def _file_url(one: releases.Release, ending: str) -> str:
    address = reverse("console:open-data-file", args=[one.code, one.period, f"v{one.version}", ending])
    return f"{address}?area={one.about['area']}"
