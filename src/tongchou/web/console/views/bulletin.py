"""The monthly bulletin of an area: page, PDF and workbook say the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongchou.apps.yearbook import api as yearbooks
from tongchou.core.errors import AppError
from tongchou.web.console import formatters
from tongchou.web.console.area_picker import Picker
from tongchou.web.console.page import show, staff
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment
from tongchou.web.sheets import PDF

if TYPE_CHECKING:
    from tongchou.web.console.presenters.publication import Publication

PERMISSION = yearbooks.READ


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the area, the counts of it, the month and the edition."""

    picker: Picker
    source: yearbooks.Source | None
    month: str
    edition: str
    basis: str
    refused: str

    @property
    def query(self) -> str:
        said = {"area": self.picker.value, "month": self.month, "edition": self.edition, "basis": self.basis}
        return urlencode(said)

    @property
    def at(self) -> dt.datetime:
        """The date of the file: that of the facts, so that equal bulletins are equal files."""
        assert self.source is not None
        return moment(self.source.as_of)


@require_safe
@staff(PERMISSION)
def bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of an area and month, or what keeps it from being made."""
    asked = _asked(request)
    publication = _publication(asked)
    months = [(one, formatters.day(one)) for one in asked.source.months] if asked.source else []
    return show(request, "console/bulletin.html", asked=asked, publication=publication, months=months)


@require_safe
@staff(PERMISSION)
def pdf(request: HttpRequest) -> HttpResponse:
    """The bulletin as PDF; back to the page while there is none."""
    from tongchou.web.sheets.publications import bulletin_pdf

    asked = _asked(request)
    publication = _publication(asked)
    if publication is None:
        return redirect("console:bulletin")
    return attachment(bulletin_pdf(publication, at=asked.at), f"bulletin-{asked.month}.pdf", kind=PDF)


@require_safe
@staff(PERMISSION)
def workbook(request: HttpRequest) -> HttpResponse:
    """The bulletin as a workbook; back to the page while there is none."""
    from tongchou.web.console.publication_workbook import publication_workbook

    asked = _asked(request)
    publication = _publication(asked)
    if publication is None:
        return redirect("console:bulletin")
    return attachment(publication_workbook(publication, at=asked.at), f"bulletin-{asked.month}.xlsx")


def moment(day: dt.date) -> dt.datetime:
    """Midnight of a day in China's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _asked(request: HttpRequest) -> Asked:
    from tongchou.domain.statistics.content import Edition
    from tongchou.domain.statistics.cube import Basis

    query = request.GET
    picker = area_choice(query.get("area", ""), scope=request.scope, permission=PERMISSION)
    edition = query.get("edition", "") if query.get("edition") in list(Edition) else Edition.PUBLIC.value
    basis = query.get("basis", "") if query.get("basis") in list(Basis) else Basis.REGISTERED.value
    source, refused = None, ""
    if picker.area is not None:
        try:
            source = yearbooks.source(picker.area, scope=request.scope, basis=Basis(basis))
        except AppError as error:
            refused = str(error.message)
    months = source.months if source else []
    month = query.get("month", "") if query.get("month", "") in months else (months[0] if months else "")
    return Asked(picker, source, month, edition, basis, refused)


def _publication(asked: Asked) -> Publication | None:
    if asked.source is None or not asked.month:
        return None
    from tongchou.domain.statistics.content import Edition
    from tongchou.web.console.presenters.bulletin import publication

    content = yearbooks.bulletin(asked.source, month=asked.month, edition=Edition(asked.edition))
    return publication(content, made=formatters.day(asked.source.as_of))
