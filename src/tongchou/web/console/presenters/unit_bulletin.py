"""A bulletin of units in the reader's words: the same for pages, PDF and workbook.

Ranks stand with the interval they lie in; what cannot be told apart is said; units without a rank stand below
with the reason; the unit's own words stand beside its row. Neither births nor persons are ever among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou import indicators
from tongchou.domain.accountability.awards import alike, surely_first, surely_last
from tongchou.domain.accountability.bulletin import Bulletin, Mark, UnitRow
from tongchou.web.console import formatters
from tongchou.web.console.parts import Chip
from tongchou.web.console.presenters import unit_bulletin_charts as charts
from tongchou.web.console.presenters import unit_bulletin_tables as tables
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.publication import Chart, Definitions, Grid, Says

#: How many of a unit's ways up are told.
_RAISES = 3
#: How many silent units are named in a sentence.
_NAMED = 8
#: Characters of a SHA-256, and of its beginning.
_HASH, _SHORT = 64, 12


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's row in words; ``bar`` is (composite, low, high) in percent for the drawn interval."""

    unit: str
    name: str
    rank: str
    between: str
    composite: str
    interval: str
    mark: Chip | None
    better: str
    alike: str
    reason: str
    raises: tuple[tuple[str, str, str], ...]
    said: str
    url: str
    bar: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Page:
    """A whole bulletin in the active language."""

    title: str
    area: str
    period: str
    made: str
    summary: Says
    ranked: tuple[Line, ...]
    unranked: tuple[Line, ...]
    dots: tuple[Chart, ...]
    improvement: tuple[Chart, ...]
    funnels: tuple[Chart, ...]
    figures: Grid | None
    targets: Grid | None
    lifts: Grid | None
    improved: Grid | None
    cases: tuple[Grid, ...]
    weights: Grid | None
    restated: Grid | None
    notes: Says
    definitions: Definitions
    colophon: tuple[tuple[str, str], ...] = field(default=())

    @property
    def least(self) -> float:
        """Where the scale of the interval bars begins, in percent."""
        return min((one.bar[1] for one in self.ranked if one.bar), default=0.0)

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the ranking."""
        return (
            pgettext("bulletin", "Rank"),
            _("Unit"),
            pgettext("bulletin", "Composite"),
            _("95% interval"),
            _("Rank lies between"),
            pgettext("bulletin", "Mark"),
            _("Reply of the unit"),
        )


def page(
    bulletin: Bulletin,
    replies: Mapping[str, str] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    funnels: Sequence[str] | None = None,
    standing: str = "",
) -> Page:
    """The bulletin in words.

    Parameters
    ----------
    replies
        By code of the unit, what it says to its row (right of reply).
    names
        Of units that have no row but ended, or whose counts were restated, by code.
    links
        By code of the unit, the address of its own bulletin.
    funnels
        Indicators to draw a funnel of; the two heaviest that can be drawn without it.
    standing
        Where another bulletin of the same period was published: which of them holds, and why.
    """
    said = replies or {}
    shown = words.shown(bulletin.indicators)
    able = charts.can_funnel(bulletin)
    drawn = able[:2] if funnels is None else tuple(one for one in funnels if one in able)
    as_one = _alike(bulletin)
    lines = [
        _line(one, said.get(one.unit, ""), as_one, (links or {}).get(one.unit, "")) for one in bulletin.rows
    ]
    ranked = tuple(one for one, row in zip(lines, bulletin.rows, strict=True) if row.rank is not None)
    unranked = tuple(one for one, row in zip(lines, bulletin.rows, strict=True) if row.rank is None)
    return Page(
        title=words.heading(bulletin),
        area=bulletin.area_name,
        period=words.period(bulletin.period),
        made=formatters.day(bulletin.made_on),
        summary=Says(((standing,) if standing else ()) + _summary(bulletin, len(ranked), unranked)),
        ranked=ranked,
        unranked=unranked,
        dots=tuple(Chart(one) for one in charts.ranked(bulletin)),
        improvement=tuple(Chart(one) for one in charts.improvement(bulletin)),
        funnels=tuple(Chart(charts.funnel(bulletin, one)) for one in drawn),
        figures=_figures(bulletin, shown),
        targets=tables.targets(bulletin, shown),
        lifts=_lifts(lines),
        improved=tables.improved(bulletin),
        cases=tuple(tables.cases(bulletin, one) for one in drawn),
        weights=tables.weights(bulletin),
        restated=tables.restated(bulletin, names or {}),
        notes=Says(_notes(bulletin, names or {}), small=True),
        definitions=Definitions(_terms(shown)),
        colophon=_colophon(bulletin),
    )


def _alike(bulletin: Bulletin) -> dict[str, int]:
    """From how many others each ranked unit cannot be told apart, by the ranges of ranks that are printed."""
    ranges = {
        one.unit: (one.rank_low, one.rank_high)
        for one in bulletin.rows
        if one.rank_low is not None and one.rank_high is not None
    }
    return {
        unit: sum(alike(own, other) for code, other in ranges.items() if code != unit)
        for unit, own in ranges.items()
    }


def _line(row: UnitRow, said: str, as_one: Mapping[str, int], url: str) -> Line:
    between = words.DASH
    if row.rank_low is not None and row.rank_high is not None:
        between = f"{row.rank_low}–{row.rank_high}" if row.rank_low != row.rank_high else f"{row.rank_low}"
    bar = None
    if row.composite is not None and row.low is not None and row.high is not None:
        bar = (100 * row.composite, 100 * row.low, 100 * row.high)
    others = as_one.get(row.unit, 0)
    return Line(
        unit=row.unit,
        name=row.name,
        rank=words.DASH if row.rank is None else str(row.rank),
        between=between,
        composite=words.percent(row.composite),
        interval=words.interval(row.low, row.high),
        mark=_mark(row.mark),
        better=words.points(row.better),
        alike=_("not distinguishable from %(number)s others") % {"number": others} if others > 0 else "",
        reason=str(words.REASONS[row.unranked]),
        raises=tuple(
            (words.title(one.indicator), words.points(one.gain), words.count(one.cases))
            for one in row.raises[:_RAISES]
            if words.shown((one.indicator,))
        ),
        said=said,
        url=url,
        bar=bar,
    )


def _mark(mark: Mark) -> Chip | None:
    return None if mark is Mark.NONE else Chip(str(words.MARKS[mark]), *words.MARK_ICONS[mark])


def _summary(bulletin: Bulletin, ranked: int, unranked: Sequence[Line]) -> tuple[str, ...]:
    told = [
        _("%(area)s, %(period)s: %(number)s units are ranked, %(rest)s stand without a rank.")
        % {
            "area": bulletin.area_name,
            "period": words.period(bulletin.period),
            "number": formatters.number(ranked),
            "rest": formatters.number(len(unranked)),
        }
    ]
    comma = "、" if words.chinese() else ", "
    for mark, sure, unsure in (
        (
            Mark.RED_FLAG,
            _("Red flag, surely among the first: %(units)s."),
            _("Red flag by the rule that held then: %(units)s. The range of its rank reaches further."),
        ),
        (
            Mark.YELLOW_CARD,
            _("Yellow card, surely among the last: %(units)s."),
            _("Yellow card by the rule that held then: %(units)s. The range of its rank reaches further."),
        ),
    ):
        for said, certain in ((sure, True), (unsure, False)):
            names = [
                one.name for one in bulletin.rows if one.mark is mark and _surely(one, ranked) is certain
            ]
            if names:
                told.append(said % {"units": comma.join(names)})
    if not any(one.mark is not Mark.NONE for one in bulletin.rows):
        told.append(_("No unit is surely among the first or the last: there is no flag and no card."))
    return tuple(told)


def _surely(row: UnitRow, ranked: int) -> bool:
    """Whether the range of ranks that is printed bears out the unit's flag or card."""
    best, worst = row.rank_low or 0, row.rank_high or 0
    return surely_first(best, worst) if row.mark is Mark.RED_FLAG else surely_last(best, worst, ranked)


def _figures(bulletin: Bulletin, shown: Sequence[str]) -> Grid | None:
    if not shown:
        return None
    return Grid(
        name="figures",
        title=_("Figures of the units"),
        unit="",
        heads=(_("Unit"), *(words.title(one) for one in shown)),
        rows=tuple(
            (row.name, *(words.cell(one, row.cells.get(one)) for one in shown)) for row in bulletin.rows
        ),
    )


def _lifts(lines: Sequence[Line]) -> Grid | None:
    rows = [(line.name, what, gain, cases) for line in lines for what, gain, cases in line.raises[:1]]
    if not rows:
        return None
    return Grid(
        name="lifts",
        title=_("What would lift each unit most"),
        unit=_("percentage points of the composite; cases still to be done for the full value"),
        heads=(_("Unit"), _("Indicator"), _("Would add"), _("More cases")),
        rows=tuple(rows),
    )


def _notes(bulletin: Bulletin, others: Mapping[str, str]) -> tuple[str, ...]:
    told = [
        _("Equal units share a rank. A flag or a card is given only where it is not chance."),
        _("A unit with too few cases has no rank. Nothing follows from it for anybody."),
        _("Families, their services and the funds of villages are never touched by a rank."),
    ]
    comma = "、" if words.chinese() else ", "
    names = {row.unit: row.name for row in bulletin.rows}
    silent: dict[tuple[str, ...], list[str]] = {}
    without: dict[str, list[str]] = {}
    for code, units in sorted(bulletin.unknown.items()):
        if not words.may_be_told(code):
            continue
        if code in words.WITHOUT and set(names) <= set(units):
            without.setdefault(str(words.WITHOUT[code]), []).append(words.title(code))
        else:
            silent.setdefault(tuple(units), []).append(words.title(code))
    told += [
        _("No figure of any unit: %(what)s. Why: %(why)s.") % {"what": comma.join(counts), "why": why}
        for why, counts in without.items()
    ]
    for several, counts in silent.items():
        told.append(
            _("Not told: %(what)s, by %(number)s units (%(units)s).")
            % {
                "what": comma.join(counts),
                "number": len(several),
                "units": _some(several, names),
            }
        )
    every = {**others, **names}
    for area, units in sorted(bulletin.closed_areas.items()):
        held = comma.join(every.get(one, one) for one in units)
        told.append(
            _("%(area)s began or ended inside the period; its counts stand with %(units)s.")
            % {"area": every.get(area, area), "units": held}
        )
    return tuple(told)


def _some(units: Sequence[str], names: Mapping[str, str]) -> str:
    """The names of some units; of many the first, and that there are more."""
    comma = "、" if words.chinese() else ", "
    several = [names.get(one, one) for one in units]
    if len(several) <= _NAMED + 1:  # one more takes no more room than to say so
        return comma.join(several)
    shown = comma.join(several[:_NAMED])
    return _("%(units)s and %(n)s more") % {"units": shown, "n": len(several) - _NAMED}


def _terms(shown: Sequence[str]) -> tuple[tuple[str, str, str, str], ...]:
    found = indicators.load().indicators
    return tuple(
        (
            found[code].title.of(words.language()),
            _("higher is better") if found[code].direction == "higher" else _("lower is better"),
            words.formula(found[code]),
            found[code].source.of(words.language()),
        )
        for code in shown
    )


def _colophon(bulletin: Bulletin) -> tuple[tuple[str, str], ...]:
    return (
        (_("Area"), f"{bulletin.area_name} ({bulletin.area})"),
        (_("Period"), f"{words.period(bulletin.period)} ({bulletin.period})"),
        (_("Made on"), formatters.day(bulletin.made_on)),
        (_("SHA-256 of the inputs"), bulletin.sha256),
        (_("Versions"), " · ".join(_version(*one) for one in sorted(bulletin.versions.items()))),
    )


def _version(name: str, text: str) -> str:
    """A part of the seal by its name. The seal of all stands whole; of a part the beginning will do."""
    return f"{words.VERSIONS.get(name, name)} {text[:_SHORT] if len(text) == _HASH else text}"


def as_data(told: Page) -> dict[str, Any]:
    """What the printed sheet reads."""

    def row(line: Line) -> list[str]:
        beside = line.said or line.reason
        mark = line.mark.label if line.mark else ""
        return [line.rank, line.name, line.composite, line.interval, line.between, mark, beside]

    def below(line: Line) -> list[str]:
        return [line.name, line.composite, line.interval, line.reason, line.said]

    blocks = {
        name: getattr(told, name).as_data() if getattr(told, name) else None
        for name in (
            "summary",
            "figures",
            "targets",
            "lifts",
            "improved",
            "weights",
            "restated",
            "notes",
            "definitions",
        )
    }
    return blocks | {
        "title": f"{told.area} {told.title} {told.period}",
        "heading": told.title,
        "area": told.area,
        "period-line": f"{told.period} · {told.made}",
        "lang": words.language(),
        "numbering": "一、" if words.chinese() else "1.",
        "heads": list(told.heads),
        "ranked": [row(one) for one in told.ranked],
        "unranked-heads": [
            _("Unit"), *told.heads[2:4], _("Reason"), told.heads[6],
        ],
        "unranked": [below(one) for one in told.unranked],
        "dots": [one.as_data() for one in told.dots],
        "improvement": [one.as_data() for one in told.improvement],
        "funnels": [one.as_data() for one in told.funnels],
        "cases": [one.as_data() for one in told.cases],
        "none-restated": _("No figure published before is another today."),
        "chapters": {
            "ranking": _("Ranking"),
            "unranked": _("Units without a rank"),
            "improvement": _("Against the own baseline"),
            "funnels": _("Differences beyond chance"),
            "figures": _("Figures of the units"),
            "targets": _("Targets of the period"),
            "lifts": _("What would lift each unit most"),
            "restated": _("Restatements"),
            "terms": _("Weights and definitions"),
        },
        "colophon": told.colophon,
    }  # fmt: skip
