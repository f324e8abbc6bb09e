"""What is expected to be paid this year, by programme and unit. Sums, never people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongchou.apps.entitlements import api as entitlements
from tongchou.core import clock
from tongchou.web.console import chrome
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import money as presenter
from tongchou.web.console.table_workbook import Cell, attachment, table_workbook


@require_safe
@staff("money.view")
def money(request: HttpRequest) -> HttpResponse:
    """The table of the reader's areas."""
    return show(request, "console/money.html", money=_of(request))


@require_safe
@staff("money.view")
def workbook(request: HttpRequest) -> HttpResponse:
    """The table as a workbook; back to the page before the rules have been applied."""
    page = _of(request)
    if page is None:
        return redirect("console:money")
    heads = [_("Unit")]
    measures = (_("Claimed"), _("Not yet claimed"), _("Expected"))
    for group in page.groups:
        for measure in measures:
            heads += [
                _("%(programme)s: %(measure)s, people") % {"programme": group, "measure": measure},
                _("%(programme)s: %(measure)s, yuan") % {"programme": group, "measure": measure},
            ]
    notes = [
        note
        for note in (
            page.earlier,
            _(
                "* Not shown: fewer than %(n)s families, or what would give such a figure away. "
                "Every total that is shown is the true one."
            )
            % {"n": page.fewest}
            if page.any_closed
            else "",
        )
        if note
    ]
    content = table_workbook(
        sheet=_("Expected payments"),
        title=_("Expected payments of %(year)s") % {"year": page.year},
        about=(
            (_("Area"), chrome.of(request).unit),
            (_("Facts as of"), page.as_of),
            (_("Policy version"), page.policy),
        ),
        heads=heads,
        rows=[_row(line) for line in (*page.lines, page.total)],
        notes=notes,
    )
    return attachment(content, f"money-{page.year}.xlsx")


def _row(line: presenter.Line) -> list[Cell]:
    cells: list[Cell] = [line.label]
    for amount in line.amounts:
        closed = amount.people is None or amount.fen is None
        cells += ["*", "*"] if closed else [amount.people, amount.fen / 100]
    return cells


def _of(request: HttpRequest) -> presenter.Money | None:
    run = entitlements.latest_run()
    if run is None:
        return None
    table = entitlements.forecast(scope=request.scope, run=run, on=clock.today())
    return presenter.present(table, run=run, language=data_language())
