"""On which days the dates of the records fall, and Brass's P/F: what they say of the records alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongchou.apps.statistics import api as statistics
from tongchou.domain.statistics.brass import FEWEST_WOMEN, LEAST_MOTHERS, PF
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.date_digits import DAYS, FEWEST, DateDigits
from tongchou.web.console import formatters
from tongchou.web.console.presenters.statistics.chosen import Chosen

#: As ``date_digits.EVENTS``.
_EVENTS: Final = (gettext_lazy("Dates of birth of the people"), gettext_lazy("Dates of death, of ten years"))
#: Days whose share is written out: those that stand for "about then".
_ROUND: Final = (1, 15)


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of dates and what is said of it, in the order of the table's columns."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month: how often it stands among dates of birth and of death, in per cent of usual."""

    day: int
    shown: tuple[tuple[str, str], ...]  # as written, as drawn


@dataclass(frozen=True, slots=True)
class Dates:
    """What the section shows; ``missing`` says why there is nothing."""

    lines: list[Line]
    days: list[Day]
    summary: str
    missing: str


@dataclass(frozen=True, slots=True)
class Ratios:
    """P, F and P/F by the age of women; ``missing`` says why there is nothing."""

    lines: list[Line]
    missing: str


def dates(chosen: Chosen) -> Dates | None:
    """Digit preference of dates of whole townships and larger areas, by registration; None of others."""
    if chosen.level == "village" or chosen.basis is not Basis.REGISTERED:
        return None
    found = statistics.date_digits_of(chosen.built, chosen.villages)
    if found is None:
        return Dates([], [], "", _not_counted())
    told = ~np.isnan(found.days.index)
    lines = [_line(found, at) for at in range(len(_EVENTS))]
    if not told.any():
        few = _("Of fewer than %(n)s dates an index would be chance.") % {"n": FEWEST}
        return Dates(lines, [], "", few)
    days = [
        Day(day + 1, tuple(_drawn(100 * float(found.times[at, day])) for at in range(len(_EVENTS))))
        for day in range(DAYS)
    ]
    return Dates(lines, days, _said(found), "")


def ratios(chosen: Chosen) -> Ratios | None:
    """P/F of whole counties, by registration; None of anything smaller."""
    if chosen.level != "county" or chosen.basis is not Basis.REGISTERED:
        return None
    found = statistics.pf_of(chosen.built, chosen.villages)
    if found is None:
        return Ratios([], _not_counted())
    if not found.mothers >= LEAST_MOTHERS:
        share = "—" if np.isnan(found.mothers) else f"{100 * float(found.mothers):.0f}"
        few = _(
            "Of the births of the last ten years %(share)s %% have the mother on record. Below %(least)s %% "
            "the quotient would tell of that, not of births that are missing."
        )
        return Ratios([], few % {"share": share, "least": f"{100 * LEAST_MOTHERS:.0f}"})
    if np.isnan(found.ratio).all():
        few = _("Of fewer than %(n)s women of an age, or of few births, the quotient would be chance.")
        return Ratios([], few % {"n": FEWEST_WOMEN})
    return Ratios([_group(found, at) for at in range(len(found.ages))], "")


def _not_counted() -> str:
    return _("These counts were made before this was counted. Take a new snapshot and build them anew.")


def _line(found: DateDigits, at: int) -> Line:
    known, month, year = (float(one[at]) for one in (found.known, found.to_month, found.to_year))
    total = known + month + year
    return Line(
        str(_EVENTS[at]),
        (
            formatters.number(round(total)),
            f"{100 * known / total:.1f}%" if total else "—",
            _number(float(found.days.index[at])),
            _number(float(found.days.by_chance[at])),
            *(_times(float(found.times[at, day - 1])) for day in _ROUND),
            _times(float(found.new_year[at])),
            _number(float(found.months.index[at])),
        ),
    )


def _group(found: PF, at: int) -> Line:
    first = found.ages[at]
    values = (float(one[at]) for one in (found.on_record, found.by_now, found.ratio))
    label = pgettext("ages", "%(first)s to %(last)s") % {"first": first, "last": first + 4}
    return Line(label, tuple("—" if np.isnan(value) else f"{value:.2f}" for value in values))


def _said(found: DateDigits) -> str:
    births, deaths = (_drawn(100 * float(found.times[at, 0]))[0] for at in range(len(_EVENTS)))
    return _(
        "How often each day of the month stands among the dates, in per cent of how often the calendar has "
        "it: the 1st %(births)s among dates of birth and %(deaths)s among dates of death. All numbers are in "
        "the table."
    ) % {"births": births, "deaths": deaths}


def _drawn(value: float) -> tuple[str, str]:
    return ("—", "") if np.isnan(value) else (f"{value:.0f}%", f"{value:.4g}")


def _times(value: float) -> str:
    return "—" if np.isnan(value) else _("%(n)s times") % {"n": f"{value:.2f}"}


def _number(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.1f}"
