"""Past years worked out again: asked for, followed as a job, looked at; proposals, never acts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import AppError, Conflict, Invalid, NotFound
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.parts import Pages, whole
from tongchou.web.console.presenters import recalculation as present
from tongchou.web.console.recalculation_form import RecalculationForm
from tongchou.web.console.table_workbook import attachment, table_workbook

PERMISSION = "entitlements.evaluate"
SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def listed(request: HttpRequest) -> HttpResponse:
    """What was asked for already, and the form for another one."""
    form = RecalculationForm(request.POST if request.method == "POST" else None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            job = entitlements.ask_to_recalculate(
                since=said["since"],
                years=range(said["first"], said["last"] + 1),
                purpose=said["purpose"],
                by=request.user,
                at=clock.now(),
            )
            return redirect("console:recalculation", job.pk)
        except (Invalid, Conflict) as error:
            form.add_error(*_wrong(error))
    found = entitlements.recalculations(by=request.user, on=clock.today())
    return show(
        request,
        "console/recalculations.html",
        status=422 if form.errors else 200,
        form=form,
        jobs=[present.line(job) for job in found],
        records=entitlements.records_of_now(by=request.user, on=clock.today()),
        days=entitlements.days_of_records(by=request.user, on=clock.today()),
    )


def _wrong(error: AppError) -> tuple[str | None, str]:
    problems = error.data.get("problems", {}) if isinstance(error.data, dict) else {}
    names = {"since": "since", "years": "last", "purpose": "purpose"}
    for name, text in dict(problems).items():
        return names.get(name), str(text)
    return "since", str(error.message)


@require_safe
@staff(PERMISSION)
def one(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is, then the sums, and the people of one unit."""
    job, found = entitlements.recalculation(job_id, by=request.user, on=clock.today())
    language = data_language()
    if found is None:
        return show(request, "console/recalculation.html", job=present.line(job))
    table = present.table(found, scope=request.scope, language=language)
    unit, page = whole(request.GET.get("unit", "")), whole(request.GET.get("page", "")) or 1
    people, total = [], 0
    if unit and found.current:
        people, total = entitlements.people_of(
            job, unit=unit, by=request.user, at=clock.now(), language=language, page=page, size=SIZE
        )
    return show(
        request,
        "console/recalculation.html",
        job=present.line(job),
        found=found,
        note=present.NOTE,
        table=table,
        unit=next((line for line in table if line.unit == unit), None),
        people=[present.person(one, scope=request.scope) for one in people],
        pages=_pages(job_id, unit, page, total) if unit else None,
    )


def _pages(job_id: int, unit: int, page: int, total: int) -> Pages:
    count = max(1, -(-total // SIZE))
    address = lambda number: f"?unit={unit}&page={number}#people"  # noqa: E731
    return Pages(
        number=page,
        count=count,
        total=total,
        previous=address(page - 1) if page > 1 else "",
        next=address(page + 1) if page < count else "",
    )


@require_safe
@staff(PERMISSION)
def workbook(request: HttpRequest, job_id: int) -> HttpResponse:
    """The sums as a workbook."""
    _job, found = entitlements.recalculation(job_id, by=request.user, on=clock.today())
    if found is None:
        raise NotFound("job.unknown", _("This recalculation has not ended yet."))
    lines = present.table(found, scope=request.scope, language=data_language())
    content = table_workbook(
        sheet=_("Differences"),
        title=_("Past years worked out again"),
        about=[
            (_("As answered on"), found.since.isoformat()),
            (_("Records of then"), found.then_as_of.isoformat()),
            (_("Records of now"), found.now_as_of.isoformat()),
        ],
        heads=[
            _("Unit"), _("Programme"), _("Year"), _("Arrears: people"), _("Arrears: yuan"),
            _("Paid too much: people"), _("Paid too much: yuan"), _("Open: people"),
        ],
        rows=[line.cells for line in lines],
        notes=[str(present.NOTE)],
    )  # fmt: skip
    return attachment(content, f"recalculation-{job_id}.xlsx")


@require_POST
@staff(PERMISSION)
def people_workbook(request: HttpRequest, job_id: int) -> HttpResponse:
    """The people of one unit, their names masked, as a workbook; sent, as it is recorded."""
    at, language = clock.now(), data_language()
    job, found = entitlements.recalculation(job_id, by=request.user, on=clock.date_of(at))
    if found is None:
        raise NotFound("job.unknown", _("This recalculation has not ended yet."))
    unit = whole(request.POST.get("unit", "")) or 0
    people, total = entitlements.export_people(job, unit=unit, by=request.user, at=at, language=language)
    notes = [str(present.NOTE)]
    if total > len(people):
        more = _("More people were left out: a workbook holds %(n)s. Take a smaller unit.")
        notes.append(more % {"n": entitlements.MOST_LINES})
    content = table_workbook(
        sheet=_("People"),
        title=_("Past years worked out again"),
        about=[
            (_("Area"), places.path_of(unit)),
            (_("As answered on"), found.since.isoformat()),
            (_("Records of then"), found.then_as_of.isoformat()),
            (_("Records of now"), found.now_as_of.isoformat()),
        ],
        heads=[
            _("Person"), _("Village"), _("Programme"), _("Year"), _("Claimed"), _("Answer of then"),
            _("Answer of now"), _("Reasons"), _("How to understand it"), _("Difference, yuan"),
            _("By the law, yuan"), _("By the records, yuan"),
        ],
        rows=(present.person_cells(one) for one in people),
        widths=(12, 16, 24, 8, 10, 24, 24, 40, 30, 14, 14, 14),
        notes=notes,
    )  # fmt: skip
    return attachment(content, f"recalculation-{job_id}-people.xlsx")
