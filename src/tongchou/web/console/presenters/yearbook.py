"""The yearbook in words: chapters of tables and charts, methods, and a glossary in two languages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongchou.domain.statistics.content import Content
from tongchou.domain.statistics.figures import RATES, STRUCTURE
from tongchou.web.console import formatters
from tongchou.web.console.presenters import bulletin as told
from tongchou.web.console.presenters import methods
from tongchou.web.console.presenters import publication as present
from tongchou.web.console.presenters import publication_charts as charts
from tongchou.web.console.presenters import publication_words as words
from tongchou.web.console.presenters.publication import Block, Chapter, Chart, Grid, Publication, Says


def publication(content: Content, *, made: str) -> Publication:
    """The yearbook in the active language; ``made`` is the day it was made, in words."""
    year = formatters.day(content.period)
    return Publication(
        title=_("Population yearbook"),
        area=content.area_name,
        period=year,
        edition=words.edition(content.edition),
        basis=words.basis(content.basis),
        chapters=(
            Chapter("editor", _("To the reader"), (Says(told.notes(content)),)),
            Chapter("population", _("People"), _people(content, year)),
            Chapter("births-deaths", _("Births and deaths"), _births_deaths(content, year)),
            Chapter("ages", _("Make-up by age"), _ages(content)),
            *_life(content),
            Chapter("migration", _("Migration"), _migration(content, year)),
            *_townships(content),
            *_villages(content),
            Chapter("quality", _("Quality of the records"), _quality(content)),
            Chapter("methods", _("Methods and definitions"), _methods(content)),
            Chapter("glossary", _("Glossary"), (glossary(),)),
        ),
        colophon=present.colophon(content, made=made),
        provisional=_("Provisional") if any(one.provisional for one in content.facts) else "",
    )


def _people(content: Content, year: str) -> tuple[Block, ...]:
    table = content.table("population")
    return (
        told.cards(content),
        Says(told.people(content, year)),
        present.grid(table),
        Chart(
            charts.bars(
                table,
                [("men", _("Men"), "dark"), ("women", _("Women"), "light")],
                title=_("People by sex at the end of each year"),
            )
        ),
        present.grid(content.table("averages")),
    )


def _births_deaths(content: Content, year: str) -> tuple[Block, ...]:
    spans = {"year": year}
    vital = content.table("vital")
    rates = charts.lines(
        vital,
        [
            ("cbr", _("Crude birth rate, ‰"), "line"),
            ("cdr", _("Crude death rate, ‰"), "dashed"),
        ],
        title=_("Crude birth and death rate by year"),
        bands={"cbr": ("cbr_low", "cbr_high"), "cdr": ("cdr_low", "cdr_high")},
    )
    trend = content.table("trend")
    months = ("births", "births_expected", "births_low", "births_high", "deaths", "deaths_expected",
              "deaths_low", "deaths_high", "births_less_deaths")  # fmt: skip
    return (
        Says(told.flows(content, ("births", "deaths", "births_less_deaths"), spans)),
        present.grid(vital),
        *([Chart(rates)] if len(vital.rows) > 1 else []),
        Chart(told.trend_chart(trend, every=1)),
        present.grid(trend, columns=months, title=_("Births and deaths by month")),
        present.grid(
            content.table("births_by_sex"),
            note=_("Told with its interval; a difference within it says nothing."),
        ),
        present.grid(content.table("mothers"), note=_("Of the whole area alone.")),
        present.grid(content.table("deaths_ages")),
        told.rates_grid(content, RATES),
    )


def _ages(content: Content) -> tuple[Block, ...]:
    now, then = content.table("ages"), content.table("ages_then") if content.has("ages_then") else None
    moments = (formatters.day(now.of), formatters.day(then.of) if then else "")
    structure = content.table("structure")
    drawn = charts.pyramid(
        now,
        then=then,
        title=_("Population pyramid, %(moment)s") % {"moment": moments[0]},
        years=moments,
    )
    old = charts.lines(
        structure,
        [
            ("share_0_14", words.column("share_0_14"), "line"),
            ("share_60_plus", words.column("share_60_plus"), "dashed"),
        ],
        title=_("Shares of the young and of the old by year"),
    )
    return (
        Chart(drawn),
        present.grid(now),
        *([present.grid(then)] if then else []),
        present.grid(structure),
        Chart(old),
        told.rates_grid(content, STRUCTURE),
    )


def _life(content: Content) -> list[Chapter]:
    """None where too few people live for a life table: that is said in the quality chapter."""
    tables = [content.table(code) for code in ("life_men", "life_women", "life_both") if content.has(code)]
    if not tables:
        return []
    note = _(
        "Abridged, of one year of deaths; open from 85 years on. Of 100,000 born. "
        "The public edition tells the expectation of life alone."
    )
    return [
        Chapter(
            "life-table",
            _("Life table"),
            (Says((note,), small=True), *(present.grid(one) for one in tables)),
        )
    ]


def _migration(content: Content, year: str) -> tuple[Block, ...]:
    table = content.table("migration")
    shown = [("arrivals", _("Arrivals"), "dark"), ("departures", _("Departures"), "light")]
    return (
        Says(told.flows(content, ("arrivals", "departures"), {"year": year})),
        present.grid(table),
        Chart(charts.bars(table, shown, title=_("Arrivals and departures by year"))),
        told.moves_grid(content.table("trend")),
    )


def _townships(content: Content) -> list[Chapter]:
    if not content.has("parts_year"):
        return []
    shares = content.table("parts_shares")
    order = _("Areas stand in the order of the tree of areas; none is ranked.")
    pyramids = [one for one in content.tables if one.code == "part_ages"]
    drawn = charts.multiples(
        pyramids,
        title=_("Population pyramids by area"),
        note=_("Shares of the people of each area by groups of five years of age, all on one scale."),
    )
    return [
        Chapter(
            "areas",
            _("By area"),
            (
                present.grid(content.table("parts_people"), note=order),
                present.grid(content.table("parts_year")),
                present.grid(shares),
                Chart(told.aged_tiles(shares)),
                Chart(drawn),
            ),
        )
    ]


def _villages(content: Content) -> list[Chapter]:
    tables = [one for one in content.tables if one.code == "villages_people"]
    if not tables:
        return []
    note = _("Of a village people alone are told: births and deaths of so few would point at families.")
    return [
        Chapter(
            "villages", _("By village"), (Says((note,), small=True), *(present.grid(one) for one in tables))
        )
    ]


def _quality(content: Content) -> tuple[Block, ...]:
    accuracy = content.fact("age_sex_accuracy", "end")
    found = told.quality(content)
    lines = [
        _("%(what)s: %(value)s (below 20 accurate, to 40 inaccurate; true waves of cohorts raise it).")
        % {"what": words.column("age_sex_accuracy"), "value": told.figure(accuracy.value, accuracy.code)}
    ]
    if not content.has("life_both"):
        lines.append(_("Fewer than 5,000 person-years were lived: there is no life table."))
    return (*found, present.grid(content.table("delays")), Says(tuple(lines)))


def _methods(content: Content) -> tuple[Block, ...]:
    return (Says((*present.left_out(content), present.rounding_note(content))), methods.definitions(content))


def glossary() -> Grid:
    """Terms in Chinese and English side by side, in both languages of the yearbook."""
    return Grid(
        "glossary", _("Terms in Chinese and English"), "", ("中文", "English"), methods.GLOSSARY, prose=True
    )
