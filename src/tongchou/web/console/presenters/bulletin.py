"""The monthly bulletin in words. Figures are told as they are; no area is called better or worse."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongchou.domain.demography.news import Verdict
from tongchou.domain.statistics.content import Content, Fact, Label, Row, Table
from tongchou.domain.statistics.figures import RATES, STRUCTURE
from tongchou.web.console import formatters
from tongchou.web.console.presenters import methods
from tongchou.web.console.presenters import publication as present
from tongchou.web.console.presenters import publication_charts as charts
from tongchou.web.console.presenters import publication_words as words
from tongchou.web.console.presenters.publication import (
    Cards,
    Chapter,
    Chart,
    Grid,
    Publication,
    Says,
)

_HAPPENED: Final[dict[str, str | Promise]] = {
    "births": gettext_lazy("%(span)s: %(value)s births are recorded."),
    "deaths": gettext_lazy("%(span)s: %(value)s deaths are recorded."),
    "births_less_deaths": gettext_lazy("%(span)s: births less deaths come to %(value)s."),
    "arrivals": gettext_lazy("%(span)s: %(value)s people moved in."),
    "departures": gettext_lazy("%(span)s: %(value)s people moved away."),
}


def publication(content: Content, *, made: str) -> Publication:
    """The bulletin in the active language; ``made`` is the day it was made, in words."""
    month = formatters.day(content.period)
    return Publication(
        title=_("Monthly population bulletin"),
        area=content.area_name,
        period=month,
        edition=words.edition(content.edition),
        basis=words.basis(content.basis),
        chapters=tuple(_chapters(content, month)),
        colophon=present.colophon(content, made=made),
        provisional=_("Provisional") if any(one.provisional for one in content.facts) else "",
    )


def _chapters(content: Content, month: str) -> list[Chapter]:
    spans = {
        "month": month,
        "to_date": _to_date(content.period),
        "end": month,
        "rolling_year": _year_to(month),
    }
    return [
        Chapter("people", _("People"), (cards(content), Says(people(content, month)))),
        Chapter(
            "births-deaths",
            _("Births and deaths"),
            (
                Says(flows(content, ("births", "deaths", "births_less_deaths"), spans)),
                Chart(trend_chart(content.table("trend"))),
            ),
        ),
        Chapter(
            "migration",
            _("Migration"),
            (
                Says(flows(content, ("arrivals", "departures"), spans)),
                Chart(_moves_chart(content.table("trend"))),
            ),
        ),
        Chapter(
            "ages", _("Make-up by age"), (Chart(_pyramid(content, month)), rates_grid(content, STRUCTURE))
        ),
        Chapter(
            "rates",
            _("Rates of twelve months"),
            (rates_grid(content, RATES), Says(_rate_notes(), small=True)),
        ),
        Chapter("months", _("By month"), tuple(_month_grids(content))),
        *_parts(content),
        Chapter("quality", _("Quality and timeliness"), tuple(quality(content))),
        Chapter("notes", _("Notes"), (Says(notes(content)), methods.definitions(content))),
    ]


def _to_date(period: str) -> str:
    year, month = period.split("-")
    return _("%(first)s to %(last)s") % {
        "first": formatters.day(f"{year}-01"),
        "last": formatters.day(f"{year}-{month}"),
    }


def _year_to(month: str) -> str:
    return _("Twelve months up to %(month)s") % {"month": month}


def cards(content: Content) -> Cards:
    """The figures one looks for first."""
    span = "month" if content.kind == "bulletin" else "year"
    found = [("people", "end")] + [(code, span) for code in ("births", "deaths", "arrivals", "departures")]
    shown = []
    for code, when in [*found, ("share_60_plus", "end")]:
        fact = content.fact(code, when)
        before = _("a year before: %(value)s") % {"value": figure(fact.before, code)}
        if fact.provisional:
            before = _("provisional")
        shown.append((words.column(code), figure(fact.value, code), before))
    return Cards(tuple(shown))


def people(content: Content, moment: str) -> tuple[str, ...]:
    """How many there are, and how many a year before."""
    all_ = content.fact("people", "end")
    if all_.value is None:
        return (
            _("For %(moment)s nothing was reported: the number of people is not known.") % {"moment": moment},
        )
    said = {
        code: figure(content.fact(code, "end").value, code) for code in ("people", "men", "women", "unknown")
    }
    found = [
        _(
            "At the end of %(moment)s the %(basis)s of %(area)s was %(people)s: %(men)s men, %(women)s "
            "women, and %(unknown)s whose age or sex is not known."
        )
        % {**said, "moment": moment, "basis": words.basis(content.basis), "area": content.area_name}
    ]
    if all_.before is not None:
        found.append(
            _("A year before it was %(before)s; the difference is %(difference)s.")
            % {
                "before": figure(all_.before, "people"),
                "difference": signed(all_.value - all_.before),
            }
        )
    return (*found, present.reported(content))


def flows(content: Content, codes: tuple[str, ...], spans: dict[str, str]) -> tuple[str, ...]:
    """What happened, what is still expected, and whether it differs from a year before."""
    found = []
    for code in codes:
        for fact in content.facts:
            if fact.code == code and fact.span in spans:
                found.append(present.sentences(_flow(fact, spans[fact.span])))
    return tuple(found)


def _flow(fact: Fact, span: str) -> list[str]:
    if fact.value is None:
        return [
            _("%(span)s: %(what)s are not known, as a month has no report.")
            % {"span": span, "what": words.column(fact.code)}
        ]
    found = [str(_HAPPENED[fact.code]) % {"span": span, "value": figure(fact.value, fact.code)}]
    if fact.expected:
        value, low, high = (figure(one, fact.code) for one in fact.expected)
        found.append(
            _(
                "Records are still coming in: when all are there about %(value)s are expected "
                "(95%% interval %(low)s to %(high)s)."
            )
            % {"value": value, "low": low, "high": high}
        )
    elif fact.provisional:
        found.append(_("This is provisional: records are still coming in."))
    if fact.before is not None and fact.verdict is not None:
        found.append(compared(fact))
    return found


def compared(fact: Fact) -> str:
    """What may be said of a figure beside that of a year before: only what the interval leaves open."""
    before = {"before": figure(fact.before, fact.code)}
    match fact.verdict:
        case Verdict.UP:
            return _("A year before: %(before)s; the rise is more than chance explains.") % before
        case Verdict.DOWN:
            return _("A year before: %(before)s; the fall is more than chance explains.") % before
        case Verdict.NO_NEWS:
            return _("A year before: %(before)s; the difference is no news: chance explains it.") % before
        case _:
            return _("A year before: %(before)s; the two cannot be compared yet.") % before


def verdict(fact: Fact) -> str:
    """The same in a word or two, for a table."""
    if fact.before is None or fact.verdict is None or fact.verdict == Verdict.UNKNOWN:
        return _("not compared")
    return {Verdict.UP: _("rise"), Verdict.DOWN: _("fall"), Verdict.NO_NEWS: _("no news")}[
        Verdict(fact.verdict)
    ]


def rates_grid(content: Content, codes: tuple[str, ...]) -> Grid:
    """Rates with their intervals beside those of a year before."""
    facts = [fact for fact in content.facts if fact.code in codes]
    exact = codes is STRUCTURE
    heads = [_("Figure"), pgettext("statistics", "Value")]
    if not exact:
        heads.append(_("95% interval"))
    heads.append(_("A year before"))
    if not exact:
        heads.append(pgettext("statistics", "Difference"))
    rows = []
    for fact in facts:
        row = [
            words.column(fact.code) + (f" {_('(p)')}" if fact.provisional else ""),
            figure(fact.value, fact.code),
        ]
        if not exact:
            row.append(interval(fact))
        row.append(figure(fact.before, fact.code))
        if not exact:
            row.append(verdict(fact))
        rows.append(tuple(row))
    title = _("Make-up by age") if exact else _("Rates of twelve months")
    return Grid("structure" if exact else "rates", title, "", tuple(heads), tuple(rows))


def interval(fact: Fact) -> str:
    """Both ends of an interval."""
    if fact.low is None or fact.high is None:
        return "—"
    return _("%(low)s to %(high)s") % {
        "low": figure(fact.low, fact.code),
        "high": figure(fact.high, fact.code),
    }


def figure(value: float | None, code: str) -> str:
    """A figure as its column has it; a dash for what is not known."""
    return present.told(value, code)


def signed(value: float) -> str:
    """A whole number with its sign.

    Examples
    --------
    >>> signed(5), signed(-1200), signed(0)
    ('+5', '−1,200', '0')
    """
    return f"{value:+,.0f}".replace("-", "−") if round(value) else "0"


def trend_chart(table: Table, *, every: int = 6) -> charts.Drawn:
    """Births and deaths by month, with what is expected where records are still coming in."""
    return charts.lines(
        table,
        [("births", _("Births"), "line"), ("deaths", _("Deaths"), "dashed")],
        title=_("Births and deaths by month"),
        bands={"births": ("births_low", "births_high"), "deaths": ("deaths_low", "deaths_high")},
        instead={"births": "births_expected", "deaths": "deaths_expected"},
        every=every,
    )


def _moves_chart(table: Table) -> charts.Drawn:
    shown = [("arrivals", _("Arrivals"), "line"), ("departures", _("Departures"), "dashed")]
    drawn = charts.lines(table, shown, title=_("Arrivals and departures by month"), every=6)
    # Moves are counted as they are recorded: they do not wait as births and deaths do.
    return drawn | {"provisional": None, "legend": [(word, kind) for _code, word, kind in shown]}


def _pyramid(content: Content, month: str) -> charts.Drawn:
    return charts.pyramid(
        content.table("ages"), title=_("Population pyramid, %(moment)s") % {"moment": month}
    )


def _month_grids(content: Content) -> list[Grid]:
    trend = _last(content.table("trend"), 13)
    vital = ("births", "births_expected", "births_low", "births_high", "deaths", "deaths_expected",
             "deaths_low", "deaths_high", "births_less_deaths")  # fmt: skip
    return [
        present.grid(trend, columns=vital, title=_("Births and deaths by month")),
        moves_grid(trend),
    ]


def moves_grid(trend: Table) -> Grid:
    """Arrivals and departures by month. They are counted as they are recorded, so none is provisional."""
    settled = replace(trend, rows=tuple(replace(row, provisional=False) for row in trend.rows))
    columns = ("arrivals", "departures", "net_migration", "villages_reported")
    return present.grid(settled, columns=columns, title=_("Migration and reports by month"))


def _last(table: Table, rows: int) -> Table:
    return replace(table, rows=table.rows[-rows:])


def _parts(content: Content) -> list[Chapter]:
    """The areas below, in the order of the tree."""
    if not content.has("parts_people"):
        return []
    blocks: list[present.Block] = [present.grid(content.table("parts_people"))]
    if content.has("parts_year"):
        blocks.append(
            present.grid(
                content.table("parts_year"),
                note=_("Of twelve months. Areas stand in the order of the tree of areas; none is ranked."),
            )
        )
    if content.has("parts_shares"):
        shares = content.table("parts_shares")
        blocks.append(present.grid(shares))
        blocks.append(Chart(aged_tiles(shares)))
    return [Chapter("parts", _("By area"), tuple(blocks))]


def aged_tiles(table: Table) -> charts.Drawn:
    """The share of those aged 65 and over, a tile an area."""
    return charts.tiles(
        table,
        "share_65_plus",
        title=words.column("share_65_plus"),
        note=_("One tile an area in the order of the tree, not where it lies."),
    )


def quality(content: Content) -> list[present.Block]:
    """How complete and how timely the records are, and what changed since it was told before."""
    codes = (
        "births_recorded_same_month",
        "births_recorded_next_month",
        "deaths_recorded_same_month",
        "deaths_recorded_next_month",
    )
    timely = [
        (words.column(fact.code), figure(fact.value, fact.code))
        for fact in content.facts
        if fact.code in codes
    ]
    found: list[present.Block] = [
        Says((present.reported(content), *present.left_out(content))),
        Grid(
            "timeliness",
            _("Timeliness of twelve months"),
            "",
            (_("Figure"), pgettext("statistics", "Value")),
            tuple(timely),
        ),
    ]
    if not_in := _not_reported(content.table("reporting")):
        found.append(Says((_("Areas of which villages have not reported: %(areas)s.") % {"areas": not_in},)))
    found.append(
        present.grid(
            content.table("restatements"),
            note=_(
                "Late records change what was told before: all months here are told anew with every bulletin."
            ),
        )
    )
    return found


def _not_reported(table: Table) -> str:
    comma = _(", ")
    missing = [
        _missing(row) for row in table.rows if row.label.kind == "area" and row.cells[0] != row.cells[1]
    ]
    return comma.join(missing)


def _missing(row: Row) -> str:
    label: Label = row.label
    return f"{label.text} ({row.cells[1]}/{row.cells[0]})"


def _rate_notes() -> tuple[str, ...]:
    return (
        _(
            "A rise or fall is told only when the intervals leave out chance, for all comparisons of this "
            "publication together. It is a remark and no judgement."
        ),
    )


def notes(content: Content) -> tuple[str, ...]:
    """What everybody who uses the numbers has to know."""
    return (
        present.rounding_note(content),
        _(
            "Births, deaths and moves are counted in the month in which they happened, so far as they were "
            "recorded by the end of %(month)s. A month is provisional until 98%% of its events are recorded, "
            "judged by the past of the area itself."
        )
        % {"month": formatters.day(content.known_until)},
        _("A dash is never a nought: it stands where nothing was reported or nothing can be said."),
        _("All figures are of the boundaries of %(day)s.") % {"day": formatters.day(content.boundaries)},
    )
