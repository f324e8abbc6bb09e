"""The words of bulletins of units: periods, marks, why a unit has no rank, figures and definitions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tongchou import indicators
from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.bulletin import Bulletin, Cell, Kind, Mark, Unranked
from tongchou.domain.accountability.definitions import Catalogue, Indicator, Use
from tongchou.domain.accountability.expression import Binary, Call, Name, Node
from tongchou.domain.accountability.figures import grounds
from tongchou.domain.accountability.units import SHARE
from tongchou.web.console import formatters

KINDS: Final[Mapping[Kind, str | Promise]] = {
    Kind.MONTH: gettext_lazy("Monthly bulletin of units"),
    Kind.QUARTER: gettext_lazy("Quarterly review of units"),
    Kind.HALF: gettext_lazy("Half-yearly result of units"),
    Kind.YEAR: gettext_lazy("Settlement of the year"),
}
MARKS: Final[Mapping[Mark, str | Promise]] = {
    Mark.RED_FLAG: pgettext_lazy("bulletin", "Red flag"),
    Mark.YELLOW_CARD: pgettext_lazy("bulletin", "Yellow card"),
    Mark.NONE: "",
}
#: Icon and tone of a mark: told apart by its shape as well.
MARK_ICONS: Final[Mapping[Mark, tuple[str, str]]] = {
    Mark.RED_FLAG: ("check", "good"),
    Mark.YELLOW_CARD: ("warn", "warn"),
}
REASONS: Final[Mapping[Unranked, str | Promise]] = {
    Unranked.NO: "",
    Unranked.SMALL: gettext_lazy("Too few cases for a rank: the figure would be chance."),
    Unranked.EMPTY: gettext_lazy("No household lives there by the register: there is nothing to be ranked."),
    Unranked.ALONE: gettext_lazy("The only unit that could be ranked: there is none to compare it with."),
    Unranked.UNKNOWN: gettext_lazy("A figure was not reported, or too little was there to be measured by."),
}
VERDICTS: Final[Mapping[Verdict, str | Promise]] = {
    Verdict.NONE: "",
    Verdict.MET: pgettext_lazy("target", "Met"),
    Verdict.MISSED: pgettext_lazy("target", "Not met"),
    Verdict.OPEN: pgettext_lazy("target", "Not distinguishable"),
    Verdict.UNKNOWN: pgettext_lazy("target", "Not known"),
}
#: What the inputs' seal is made of, in words.
VERSIONS: Final[Mapping[str, str | Promise]] = {
    "counts": pgettext_lazy("sealed part", "counts as they stand"),
    "first": pgettext_lazy("sealed part", "counts as first told"),
    "units": pgettext_lazy("sealed part", "units and what they hold"),
    "names": pgettext_lazy("sealed part", "names of units"),
    "period": pgettext_lazy("sealed part", "period"),
    "texts": pgettext_lazy("sealed part", "rules and definitions"),
    "composite": pgettext_lazy("sealed part", "weights"),
    "targets": pgettext_lazy("sealed part", "targets"),
    "numpy": pgettext_lazy("sealed part", "arithmetic (NumPy)"),
}
_NO_SERVICES: Final = gettext_lazy("no part of this system records what services families ask for")
#: Why a count has no figure anywhere.
WITHOUT: Final[Mapping[str, str | Promise]] = {
    **dict.fromkeys(("services_asked", "services_answered"), _NO_SERVICES),
    **dict.fromkeys(("services_within_days", "waiting_days"), _NO_SERVICES),
    **dict.fromkeys(
        ("opening_days_planned", "opening_days_kept"),
        gettext_lazy("nobody writes down on which days a service hall is open"),
    ),
    **dict.fromkeys(
        ("villages", "villages_qualified"),
        gettext_lazy("a criterion of a qualified village has no figure yet"),
    ),
    "households_in_contact": gettext_lazy("whether families take part is counted on its own page alone"),
}
DASH: Final = "—"


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def language() -> str:
    return "zh" if chinese() else "en"


def period(text: str) -> str:
    """A period as it is spoken of.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     period("2026-Q1"), period("2026-H2"), period("2026"), period("2026-03")
    ('2026, quarter 1', '2026, half 2', '2026', 'March 2026')
    """
    year, _dash, part = text.partition("-")
    if part.startswith("Q"):
        return _("%(year)s, quarter %(number)s") % {"year": year, "number": part[1:]}
    if part.startswith("H"):
        return _("%(year)s, half %(number)s") % {"year": year, "number": part[1:]}
    return formatters.day(text)


def heading(bulletin: Bulletin) -> str:
    """The title of a bulletin: one of departments bears another than that of the areas."""
    kind = str(KINDS[bulletin.kind])
    of_departments = bool(bulletin.rows) and all("/" in row.unit for row in bulletin.rows)
    return of_department(kind) if of_departments else kind


def of_department(kind: str) -> str:
    return pgettext("bulletin", "%(kind)s · departments") % {"kind": kind}


def percent(value: float | None, digits: int = 1) -> str:
    """A share in percent; ``None`` is a dash.

    Examples
    --------
    >>> percent(0.9512), percent(None)
    ('95.1%', '—')
    """
    return DASH if value is None else f"{100 * value:.{digits}f}%"


def interval(low: float | None, high: float | None) -> str:
    """
    Examples
    --------
    >>> interval(0.9, 0.951), interval(None, 1.0)
    ('90.0–95.1%', '—')
    """
    return DASH if low is None or high is None else f"{100 * low:.1f}–{100 * high:.1f}%"


def points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.0123), points(-0.05), points(0.0), points(None)
    ('+1.2', '−5.0', '0.0', '—')
    """
    if value is None:
        return DASH
    text = f"{100 * value:+.1f}".replace("-", "−")
    return text[1:] if text in ("+0.0", "−0.0") else text


def figure(code: str, value: float | None) -> str:
    """A value of an indicator in its unit, or a count; ``None`` is a dash."""
    if value is None:
        return DASH
    if code in indicators.load().counts:
        return count(value)
    found = indicators.load().indicators.get(code)
    if found is not None and str(found.unit) == SHARE:
        return percent(value)
    return f"{value:,.1f}"


def cell(code: str, one: Cell | None) -> str:
    """An indicator of a unit; what nothing was due of is said, not shown as zero."""
    if one is None:
        return DASH
    return _("nothing due") if one.idle else figure(code, one.value)


def title(code: str) -> str:
    """The name of an indicator or count; its code where the catalogue has none any more."""
    catalogue = indicators.load()
    found = catalogue.indicators.get(code) or catalogue.counts.get(code)
    return found.title.of(language()) if found else code


def shown(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The indicators that may stand in a bulletin: scored ones of the catalogue, and nothing else."""
    known = indicators.load().indicators
    return tuple(one for one in codes if one in known and Use.SCORED in known[one].uses)


def may_be_told(code: str) -> bool:
    """Whether a restated figure may be told: a scored indicator, or a count one of them rests on."""
    return bool(shown((code,))) or code in _counts_of_scored()


@cache
def _counts_of_scored() -> frozenset[str]:
    catalogue = indicators.load()
    scored = catalogue.used(Use.SCORED)
    return frozenset(one for found in scored for one in grounds(catalogue, found.formula))


def weight(text: str) -> str:
    """
    Examples
    --------
    >>> weight("1/4"), weight("0.15")
    ('25%', '15%')
    """
    return f"{float(100 * Fraction(text)):g}%"


def formula(one: Indicator) -> str:
    """What is divided by what, in the names of the counts."""
    return _formula(indicators.load(), one.formula)


def _formula(catalogue: Catalogue, node: Node) -> str:
    tongue = language()
    if isinstance(node, Name):
        known = catalogue.counts.get(node.code) or catalogue.indicators.get(node.code)
        return known.title.of(tongue) if known else node.code
    if isinstance(node, Call):
        if node.function in ("ratio", "rate"):
            return " ÷ ".join(_formula(catalogue, part) for part in node.arguments)
        return _formula(catalogue, node.arguments[0])
    if isinstance(node, Binary):
        sign = {"-": "−", "*": "×", "/": "÷"}.get(node.operator, node.operator)
        return f"({_formula(catalogue, node.left)} {sign} {_formula(catalogue, node.right)})"
    return f"{node.value:g}"


def count(value: float | None) -> str:
    return DASH if value is None else formatters.number(round(value))
