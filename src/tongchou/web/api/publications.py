"""Yearbooks and monthly bulletins as files: the same bytes as on the pages, for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from tongchou.apps.yearbook import api as yearbooks
from tongchou.core.errors import Conflict
from tongchou.domain.statistics.content import Edition
from tongchou.domain.statistics.cube import Basis
from tongchou.web.api import problems
from tongchou.web.api.access import needs
from tongchou.web.api.areas import area_in
from tongchou.web.api.routes import answers
from tongchou.web.api.statistics import Month
from tongchou.web.api.types import Id, Moment

router = Router(tags=["statistics"])

PDF = "application/pdf"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Format = Literal["pdf", "xlsx"]


class Yearbook(Schema):
    """A yearbook; ``sha256`` is that of what it says."""

    volume_id: int
    area_id: int
    area: str
    year: int
    edition: str
    basis: str
    sha256: str
    made_at: Moment


class Yearbooks(Schema):
    items: list[Yearbook]


@router.get(
    "/statistics/yearbooks",
    summary=gettext_noop("Yearbooks of the token's areas, the newest first; 50 at most"),
    **answers(Yearbooks),
    **needs(yearbooks.READ),
)
def listed(request: HttpRequest):
    return Yearbooks(
        items=[
            Yearbook(
                volume_id=one.pk,
                area_id=one.area_id,
                area=one.area_name,
                year=one.year,
                edition=one.edition,
                basis=one.basis,
                sha256=one.sha256,
                made_at=one.made_at,
            )
            for one in yearbooks.volumes(scope=request.reach)
        ]
    )


def _files() -> dict[str, Any]:
    """Keyword arguments of a route that answers with a file, or refuses in the one form."""
    asked = needs(yearbooks.READ)
    binary = {"schema": {"type": "string", "format": "binary"}}
    told = {"200": {"description": "The file", "content": {PDF: binary, WORKBOOK: binary}}}
    return {
        "response": {frozenset(problems.STATUSES): problems.Problem},
        **asked,
        "openapi_extra": asked["openapi_extra"] | {"responses": told},
    }


@router.get(
    "/statistics/yearbooks/{volume_id}/file",
    summary=gettext_noop("A yearbook as PDF or workbook, in the language asked for"),
    **_files(),
)
def yearbook_file(request: HttpRequest, volume_id: Id, format: Format = "pdf"):
    from tongchou.web.console import formatters
    from tongchou.web.console.presenters.yearbook import publication
    from tongchou.web.sheets.publications import yearbook_pdf

    volume, content = yearbooks.volume(volume_id, scope=request.reach)
    made = publication(content, made=formatters.day(volume.built.as_of))
    return _file(made, volume.built.as_of, format, f"yearbook-{volume.year}-{volume.pk}", yearbook_pdf)


@router.get(
    "/statistics/bulletin/file",
    summary=gettext_noop("The bulletin of an area and month, the last one when left out, as PDF or workbook"),
    **_files(),
)
def bulletin_file(
    request: HttpRequest,
    area: Id,
    month: Month | None = None,
    edition: Edition = Edition.PUBLIC,
    basis: Basis = Basis.REGISTERED,
    format: Format = "pdf",
):
    from tongchou.web.console import formatters
    from tongchou.web.console.presenters.bulletin import publication
    from tongchou.web.sheets.publications import bulletin_pdf

    found = yearbooks.source(area_in(area, request.reach), scope=request.reach, basis=basis)
    if found is None or not found.months:
        raise Conflict("statistics.not_yet", _("Nobody has counted the months of these areas yet."))
    chosen = month or found.months[0]
    content = yearbooks.bulletin(found, month=chosen, edition=edition)
    made = publication(content, made=formatters.day(found.as_of))
    return _file(made, found.as_of, format, f"bulletin-{chosen}", bulletin_pdf)


def _file(made: Any, day: Any, kind: Format, name: str, as_pdf: Any) -> HttpResponse:
    from tongchou.web.console.publication_workbook import publication_workbook
    from tongchou.web.console.table_workbook import attachment
    from tongchou.web.console.views.bulletin import moment

    if kind == "pdf":
        return attachment(as_pdf(made, at=moment(day)), f"{name}.pdf", kind=PDF)
    return attachment(publication_workbook(made, at=moment(day)), f"{name}.xlsx")
