"""Tables of a bulletin of units: targets, own baseline, cases behind a funnel, weights, restatements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongchou import indicators
from tongchou.domain.accountability.attainment import Verdict
from tongchou.domain.accountability.bulletin import Bulletin, UnitRow
from tongchou.web.console import formatters
from tongchou.web.console.presenters import unit_bulletin_words as words
from tongchou.web.console.presenters.publication import Grid


def targets(bulletin: Bulletin, shown: Sequence[str]) -> Grid | None:
    """Each target of the period beside the figure and what can be said of it; nothing where none was set."""
    rows = [
        (
            row.name,
            words.title(code),
            words.figure(code, cell.target),
            words.cell(code, cell),
            "–".join(words.figure(code, end) for end in (cell.low, cell.high)),
            str(words.VERDICTS[cell.verdict]),
        )
        for row in bulletin.rows
        for code in shown
        if (cell := row.cells.get(code)) is not None and cell.verdict is not Verdict.NONE
    ]
    if not rows:
        return None
    return Grid(
        name="targets",
        title=_("Targets of the period"),
        unit="",
        heads=(
            _("Unit"),
            _("Indicator"),
            pgettext("of a unit", "Target"),
            pgettext("ratio", "Figure"),
            _("95% interval"),
            _("Verdict"),
        ),
        rows=tuple(rows),
    )


def improved(bulletin: Bulletin) -> Grid | None:
    """The table behind the chart of improvement."""
    rows = tuple(
        (
            row.name,
            words.points(row.better),
            words.points(row.better_low),
            words.points(row.better_high),
            verdict(row),
        )
        for row in bulletin.rows
        if row.better is not None
    )
    if not rows:
        return None
    return Grid(
        name="improved",
        title=_("Against the own baseline"),
        unit=_("percentage points"),
        heads=(
            _("Unit"),
            _("Difference"),
            pgettext("interval", "from"),
            pgettext("interval", "to"),
            _("Verdict"),
        ),
        rows=rows,
    )


def verdict(row: UnitRow) -> str:
    if row.better_low is not None and row.better_low > 0:
        return pgettext("bulletin", "better")
    if row.better_high is not None and row.better_high < 0:
        return pgettext("bulletin", "worse")
    return _("no distinguishable change")


def cases(bulletin: Bulletin, code: str) -> Grid:
    """The table behind a funnel."""
    rows = []
    for row in bulletin.rows:
        one = row.cells.get(code)
        if one is not None and one.over is not None and one.under is not None:
            ends = (words.figure(code, one.low), words.figure(code, one.high))
            rows.append(
                (row.name, words.count(one.over), words.count(one.under), words.cell(code, one), *ends)
            )
    return Grid(
        name=f"cases:{code}",
        title=words.title(code),
        unit="",
        heads=(
            _("Unit"),
            pgettext("ratio", "Part"),
            pgettext("ratio", "Of"),
            pgettext("ratio", "Figure"),
            pgettext("interval", "from"),
            pgettext("interval", "to"),
        ),
        rows=tuple(rows),
    )


def weights(bulletin: Bulletin) -> Grid | None:
    if not bulletin.weights:
        return None
    known = indicators.load().composites.get(bulletin.composite)
    full = known.full if known else {}
    return Grid(
        name="weights",
        title=_("Weights of the composite"),
        unit="",
        heads=(_("Indicator"), pgettext("bulletin", "Weight"), _("Fully reached at")),
        rows=tuple(
            (
                words.title(code),
                words.weight(text),
                words.figure(code, float(full[code]) if code in full else None),
            )
            for code, text in bulletin.weights.items()
        ),
    )


def restated(bulletin: Bulletin, names: Mapping[str, str]) -> Grid | None:
    known = {**names, **{row.unit: row.name for row in bulletin.rows}}
    rows = tuple(
        (
            known.get(one.unit, one.unit),
            words.title(one.indicator),
            words.period(one.period),
            f"{words.figure(one.indicator, one.first)} ({formatters.day(one.first_on)})",
            words.figure(one.indicator, one.now),
            one.reason,
        )
        for one in bulletin.restated
        if words.may_be_told(one.indicator)
    )
    if not rows:
        return None
    return Grid(
        name="restated",
        title=_("Figures that were published before and are others today"),
        unit="",
        heads=(_("Unit"), _("Indicator"), _("Period"), _("First published"), _("Today"), _("Reason")),
        rows=rows,
        prose=True,
    )
