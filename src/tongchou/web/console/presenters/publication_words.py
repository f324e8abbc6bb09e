"""The words of bulletins and yearbooks: columns, tables, labels of rows, marks, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tongchou.domain.demography.left_out import Why
from tongchou.domain.statistics.content import Edition, Label, Mark, Table
from tongchou.domain.statistics.cube import Basis
from tongchou.web.console import formatters

#: What each column is called, and its decimals.
_COLUMNS: Final[dict[str, tuple[str | Promise, int]]] = {
    "people": (gettext_lazy("People"), 0),
    "men": (gettext_lazy("Men"), 0),
    "women": (gettext_lazy("Women"), 0),
    "unknown": (gettext_lazy("Age or sex unknown"), 0),
    "sex_ratio": (gettext_lazy("Men per 100 women"), 2),
    "person_years": (gettext_lazy("Average population (person-years)"), 0),
    "births": (gettext_lazy("Births"), 0),
    "births_expected": (gettext_lazy("Births expected"), 0),
    "births_low": (pgettext_lazy("interval", "from"), 0),
    "births_high": (pgettext_lazy("interval", "to"), 0),
    "births_of_known_sex": (gettext_lazy("Births of known sex"), 0),
    "boys": (gettext_lazy("Boys"), 0),
    "girls": (gettext_lazy("Girls"), 0),
    "deaths": (gettext_lazy("Deaths"), 0),
    "deaths_expected": (gettext_lazy("Deaths expected"), 0),
    "deaths_low": (pgettext_lazy("interval", "from"), 0),
    "deaths_high": (pgettext_lazy("interval", "to"), 0),
    "births_less_deaths": (gettext_lazy("Natural increase"), 0),
    "arrivals": (gettext_lazy("Arrivals"), 0),
    "departures": (gettext_lazy("Departures"), 0),
    "net_migration": (gettext_lazy("Net migration"), 0),
    "villages": (gettext_lazy("Villages"), 0),
    "villages_reported": (gettext_lazy("Villages that reported"), 0),
    "cbr": (gettext_lazy("Crude birth rate, ‰"), 2),
    "cdr": (gettext_lazy("Crude death rate, ‰"), 2),
    "natural_increase": (gettext_lazy("Rate of natural increase, ‰"), 2),
    "in_migration_rate": (gettext_lazy("Rate of arrivals, ‰"), 2),
    "out_migration_rate": (gettext_lazy("Rate of departures, ‰"), 2),
    "cbr_low": (pgettext_lazy("interval", "from"), 2),
    "cbr_high": (pgettext_lazy("interval", "to"), 2),
    "srb_low": (pgettext_lazy("interval", "from"), 1),
    "srb_high": (pgettext_lazy("interval", "to"), 1),
    "cdr_low": (pgettext_lazy("interval", "from"), 2),
    "cdr_high": (pgettext_lazy("interval", "to"), 2),
    "srb": (gettext_lazy("Sex ratio at birth, boys per 100 girls"), 1),
    "tfr": (gettext_lazy("Total fertility rate, children per woman"), 2),
    "women_years": (gettext_lazy("Person-years of women"), 0),
    "fertility_rate": (gettext_lazy("Births per 1,000 women"), 2),
    "life_expectancy_0_men": (gettext_lazy("Life expectancy at birth of men, years"), 1),
    "life_expectancy_0_women": (gettext_lazy("Life expectancy at birth of women, years"), 1),
    "share_0_14": (gettext_lazy("Aged 0–14, %"), 1),
    "share_15_59": (gettext_lazy("Aged 15–59, %"), 1),
    "share_60_plus": (gettext_lazy("Aged 60 and over, %"), 1),
    "share_65_plus": (gettext_lazy("Aged 65 and over, %"), 1),
    "total_dependency": (gettext_lazy("Dependency ratio, %"), 1),
    "median_age": (gettext_lazy("Median age, years"), 1),
    "births_share": (gettext_lazy("Births, %"), 1),
    "deaths_share": (gettext_lazy("Deaths, %"), 1),
    "births_first": (gettext_lazy("Births, known at the end of the month"), 0),
    "births_last": (gettext_lazy("Births, known a month ago"), 0),
    "births_now": (gettext_lazy("Births, known now"), 0),
    "deaths_first": (gettext_lazy("Deaths, known at the end of the month"), 0),
    "deaths_last": (gettext_lazy("Deaths, known a month ago"), 0),
    "deaths_now": (gettext_lazy("Deaths, known now"), 0),
    "births_recorded_same_month": (gettext_lazy("Births recorded in the same month, %"), 1),
    "births_recorded_next_month": (gettext_lazy("Births recorded by the end of the next month, %"), 1),
    "deaths_recorded_same_month": (gettext_lazy("Deaths recorded in the same month, %"), 1),
    "deaths_recorded_next_month": (gettext_lazy("Deaths recorded by the end of the next month, %"), 1),
    "age_sex_accuracy": (gettext_lazy("Age–sex accuracy index of the United Nations"), 1),
    # A life table.
    "rate": (gettext_lazy("Death rate m(x)"), 6),
    "years_of_dying": (gettext_lazy("Years lived by the dying a(x)"), 3),
    "dying_chance": (gettext_lazy("Probability of dying q(x)"), 6),
    "survivors": (gettext_lazy("Survivors l(x)"), 0),
    "dying": (gettext_lazy("Deaths d(x)"), 0),
    "lived": (gettext_lazy("Years lived L(x)"), 0),
    "left": (gettext_lazy("Years left T(x)"), 0),
    "expectation": (gettext_lazy("Expectation of life e(x)"), 2),
}

_TABLES: Final[dict[str, str | Promise]] = {
    "trend": gettext_lazy("Births, deaths and migration by month"),
    "ages": gettext_lazy("People by age and sex"),
    "ages_then": gettext_lazy("People by age and sex"),
    "parts_people": gettext_lazy("People by area"),
    "parts_year": gettext_lazy("Births, deaths and migration by area"),
    "parts_shares": gettext_lazy("Make-up by age by area"),
    "restatements": gettext_lazy("Restatements"),
    "reporting": gettext_lazy("Villages that reported"),
    "population": gettext_lazy("People by sex at the end of each year"),
    "averages": gettext_lazy("Average population"),
    "vital": gettext_lazy("Births, deaths and natural increase by year"),
    "births_by_sex": gettext_lazy("Births by sex"),
    "mothers": gettext_lazy("Births by age of the mother"),
    "deaths_ages": gettext_lazy("Deaths by age and sex"),
    "structure": gettext_lazy("Make-up by age by year"),
    "life_men": gettext_lazy("Life table of men"),
    "life_women": gettext_lazy("Life table of women"),
    "life_both": gettext_lazy("Life table of both sexes"),
    "migration": gettext_lazy("Arrivals and departures by year"),
    "villages_people": gettext_lazy("People by village"),
    "delays": gettext_lazy("How late events are recorded"),
    "part_ages": gettext_lazy("People by age and sex"),
}
#: Tables whose columns have units of their own, or are shares.
_WITHOUT_UNIT: Final = frozenset(
    {"parts_shares", "structure", "delays", "reporting", "life_men", "life_women", "life_both", "averages"}
)


def column(code: str) -> str:
    """What a column is called."""
    return str(_COLUMNS[code][0])


def digits(code: str) -> int:
    """Decimals of a column."""
    return _COLUMNS[code][1]


def table_title(table: Table) -> str:
    """What a table is called, with whom it is of."""
    title = str(_TABLES[table.code])
    if not table.of:
        return title
    of = formatters.day(table.of) if table.code.startswith("ages") else table.of
    return _("%(title)s: %(of)s") % {"title": title, "of": of}


def table_unit(code: str) -> str:
    """The unit above a table."""
    return "" if code in _WITHOUT_UNIT else _("Unit: persons, unless the column says otherwise")


def row_head(table: Table) -> str:
    """What stands above the labels of the rows."""
    kind = table.rows[0].label.kind if table.rows else "area"
    return {
        "area": _("Area"),
        "month": _("Month"),
        "year": _("Year"),
        "age": _("Age"),
        "age_from": _("Age"),
        "five": _("Age"),
        "mother": _("Age of the mother"),
        "delay": _("Recorded after"),
    }.get(kind, _("Area"))


def label(one: Label) -> str:
    """What a row is of.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     [label(Label("age", age)) for age in ("0", "1", "5", "100")]
    ['0', '1–4', '5–9', '100+']
    """
    match one.kind:
        case "month":
            return formatters.day(one.text)
        case "age":
            return _age(int(one.text))
        case "five" | "mother" if one.text.isdigit():
            start = int(one.text)
            return f"{start}–{start + 4}" if start < 100 else _("%(age)s+") % {"age": start}
        case "mother":
            return _("Other or unknown age")
        case "age_from":
            return _age(int(one.text))
        case "age_open":
            return _("%(age)s+") % {"age": one.text}
        case "total":
            return _("Total")
        case "whole":
            return _("Whole area")
        case "delay":
            return delay(one.text)
        case _:
            return one.text


def _age(start: int) -> str:
    if start == 0:
        return "0"
    if start >= 100:
        return _("%(age)s+") % {"age": start}
    return f"{start}–{4 if start == 1 else start + 4}"


def delay(text: str) -> str:
    """How long until it was recorded."""
    return {
        "0": _("in the same month"),
        "1": _("in the next month"),
        "2": _("two months"),
        "3": _("three to five months"),
        "6": _("six to eleven months"),
    }.get(text, _("twelve months or more"))


def marks_note(table: Table, places: Sequence[int]) -> str:
    """What the signs in a table mean, where there are any."""
    body = table.rows[:-1] if table.total else table.rows
    cells = [row.cells[place] for row in body for place in places]
    told = []
    if any(row.provisional for row in table.rows):
        told.append(_("(p): provisional, records are still coming in."))
    if Mark.UNKNOWN in cells:
        told.append(_("—: not known, or nothing to tell."))
    if Mark.CLOSED in cells:
        told.append(_("*: fewer than ten stand behind it, so it is not told."))
    return ("" if (get_language() or "").startswith("zh") else " ").join(told)


def edition(one: Edition) -> str:
    """The name of an edition."""
    return _("Public edition") if one is Edition.PUBLIC else _("Internal edition")


def edition_of(code: str) -> str:
    """The name of an edition by its code."""
    return edition(Edition(code))


def basis(one: str) -> str:
    """Whose population it is."""
    return {
        Basis.REGISTERED.value: _("registered population"),
        Basis.RESIDENT.value: _("resident population"),
    }[one]


def why(code: str) -> str:
    """Why something was left out."""
    return {
        Why.AGE_ABOVE_120: _("people older than 120 years by the record"),
        Why.BEFORE_BIRTH: _("events dated before the person was born"),
        Why.UNKNOWN_BIRTH: _("people whose date of birth is not known"),
        Why.UNKNOWN_DATE: _("events whose day is not known"),
        Why.UNKNOWN_AREA: _("people or events whose village is not known"),
        Why.ENDS_BEFORE_START: _("spells that end before they start"),
    }.get(Why(code), _("records that cannot be used"))
