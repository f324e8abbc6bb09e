"""What would follow from a change of the law: a planner's question, sums for an answer, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.places import api as places
from tongchou.core import clock
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope
from tongchou.policies import reforms
from tongchou.web.console import chrome
from tongchou.web.console.page import data_language, show, staff
from tongchou.web.console.presenters import simulation as presenter
from tongchou.web.console.presenters.population import counted_parts
from tongchou.web.console.simulation_form import SimulationForm
from tongchou.web.console.table_workbook import Cell, Sheet, attachment, table_workbook


@dataclass(frozen=True, slots=True)
class _Asked:
    """The form of the programme asked for, on its ground, beside the other programmes.

    ``area`` is the one of several counties it is for, where there is no snapshot of them together.
    """

    form: SimulationForm
    scope: Scope
    area: places.Area | None
    ground: entitlements.Ground
    offers: tuple[reforms.Offer, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("policy.simulate")
def simulate(request: HttpRequest) -> HttpResponse:
    """The form; after a POST the answer below it. By POST, so that no address asks again by itself."""
    asked = _asked(request)
    return _page(request, asked, _answer(request, asked))


@require_POST
@staff("policy.simulate")
def workbook(request: HttpRequest) -> HttpResponse:
    """The answer as a workbook; the page with what is wrong when there is none."""
    asked = _asked(request)
    page = _answer(request, asked)
    if asked is None or page is None:
        return _page(request, asked, None)
    area = places.path_of(asked.area.pk) if asked.area else chrome.of(request).unit
    return _workbook(page, area)


def _asked(request: HttpRequest) -> _Asked | None:
    """None where there is no snapshot to ask of."""
    today = clock.today()
    sent = request.POST if request.method == "POST" else None
    said = request.GET if sent is None else sent
    scope, area = request.scope, None
    ground = entitlements.ground(scope=scope, on=today)
    if ground is None:
        # Never beside a table of all areas, from which one of a part could be subtracted.
        area = next((one for one in counted_parts(scope) if str(one.pk) == said.get("area")), None)
        scope = scope.meets(Scope.of_area(area)) if area else Scope.nothing()
        ground = entitlements.ground(scope=scope, on=today)
    if ground is None:
        return None
    offers = reforms.offers(ground.law)
    offer = next((one for one in offers if one.programme.code == said.get("programme")), offers[0])
    usual = min(today.year + 1, ground.years[-1])
    form = SimulationForm(sent, offer=offer, ground=ground, usual=usual, language=data_language())
    return _Asked(form, scope, area, ground, offers)


def _answer(request: HttpRequest, asked: _Asked | None) -> presenter.Page | None:
    """What the form asks for; None for a form that is empty or wrong."""
    if asked is None or not asked.form.is_valid():
        return None
    form = asked.form
    said = form.cleaned_data
    try:
        (found,) = entitlements.simulate(
            scope=asked.scope,
            changes=form.changes,
            year=said["year"],
            by=request.user,
            at=clock.now(),
            purpose=said["purpose"],
        )
    except Invalid as error:
        form.take(dict(error.data["problems"]))
        return None
    return presenter.present(found, form.changes, scope=request.scope, language=data_language())


def _page(request: HttpRequest, asked: _Asked | None, page: presenter.Page | None) -> HttpResponse:
    if asked is None:
        return show(request, "console/simulate.html", parts=counted_parts(request.scope))
    language = data_language()
    return show(
        request,
        "console/simulate.html",
        status=422 if asked.form.errors else 200,
        form=asked.form,
        area=asked.area,
        as_of=asked.ground.as_of,
        tabs=[(one.programme.code, one.programme.title_in(language)) for one in asked.offers],
        result=page,
    )


def _workbook(page: presenter.Page, area: str) -> HttpResponse:
    heads = [
        _("Unit"),
        _("Now: people"),
        _("Now: yuan"),
        _("Then: people"),
        _("Then: yuan"),
        _("Difference, yuan"),
        _("Gain: people"),
        _("Gain: yuan"),
        _("Lose: people"),
        _("Lose: yuan"),
        _("Needs information: people"),
        _("Needs information: at most, yuan"),
    ]
    content = table_workbook(
        sheet=_("Simulation"),
        title=_("Simulation: %(programme)s, %(year)s") % {"programme": page.title, "year": page.year},
        about=(
            (_("Area"), area),
            (_("Assumption"), "; ".join(page.changes)),
            (_("Facts as of"), page.as_of),
            (_("Policy version"), page.policy),
            (_("Who could set it"), page.setters),
        ),
        heads=heads,
        rows=[_row(line) for line in (*page.lines, page.total)],
        notes=_notes(page),
        more=[_villages(page)] if page.below else (),
    )
    return attachment(content, f"simulation-{page.year}.xlsx")


def _row(line: presenter.Line) -> list[Cell]:
    difference: Cell = "*" if line.difference is None else line.difference / 100
    return [
        line.label,
        *line.now.cells,
        *line.then.cells,
        difference,
        *line.gain.cells,
        *line.lose.cells,
        *line.open.cells,
    ]


def _villages(page: presenter.Page) -> Sheet:
    """Gains and losses of everything below the units: its names from the unit down, then the figures."""
    deepest = max(part.depth for one in page.below for part in one.parts)
    rows: list[list[Cell]] = []
    for one in page.below:
        rows.append([one.label, *[""] * deepest, *one.gain.cells, *one.lose.cells])
        path = [one.label]
        for part in one.parts:
            path = [*path[: part.depth], part.label]
            names = path + [""] * (deepest + 1 - len(path))
            rows.append([*names, *part.gain.cells, *part.lose.cells])
    heads = [_("Unit"), *[""] * deepest]
    heads += [_("Gain: people"), _("Gain: yuan"), _("Lose: people"), _("Lose: yuan")]
    return Sheet(_("By village"), heads, rows, texts=deepest + 1)


def _notes(page: presenter.Page) -> list[str]:
    """What stands below the table of the page, and the gains and losses by age and sex, a line each."""
    notes = [page.band] if page.band else []
    for ages in page.ages:
        notes.append(ages.title)
        for line in (*ages.lines, ages.total):
            men, women, unknown, total = ("*" if one.people is None else one.people for one in line.figures)
            notes.append(
                _("%(age)s: male %(men)s, female %(women)s, sex unknown %(unknown)s, total %(total)s")
                % {"age": line.label, "men": men, "women": women, "unknown": unknown, "total": total}
            )
    if page.any_closed:
        notes.append(
            _(
                "* Not shown: fewer than %(n)s families, or what would give such a figure away. "
                "Every total that is shown is the true one."
            )
            % {"n": page.fewest}
        )
    notes.append(
        _(
            "An assumption, not the law. People as they are on record on that day: births, deaths and moves "
            "since then are not in it."
        )
    )
    return notes
