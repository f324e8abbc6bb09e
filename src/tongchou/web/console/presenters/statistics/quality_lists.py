"""Births on the hospital's list, the register and the clinics' lists: how many there must have been.

Of whole counties alone, in numbers and shares: no number leads to a row, a mother or a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.apps.statistics import api as statistics
from tongchou.domain.statistics import listed_births
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.listed_births import HOSPITAL, REGISTER, VACCINATION, Estimate
from tongchou.web.console import formatters
from tongchou.web.console.presenters.statistics.chosen import Chosen

_NAMES: Final = {
    (HOSPITAL, REGISTER): gettext_lazy("Hospital and register"),
    (REGISTER, VACCINATION): gettext_lazy("Register and first vaccination"),
    (HOSPITAL, VACCINATION): gettext_lazy("Hospital and first vaccination"),
    (HOSPITAL, REGISTER, VACCINATION): gettext_lazy("All three"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What some lists say."""

    lists: str
    births: str
    births_interval: str
    share: str
    share_interval: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year of birth: how many are on each list, and what lists together say."""

    year: int
    counts: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Listed:
    """The years that can be told, the newest first; else why there are none."""

    years: list[Year]
    counted: str
    missing: str


def present(chosen: Chosen) -> Listed | None:
    """What the lists of the counties chosen say; None of anything smaller. One query."""
    if chosen.level != "county" or chosen.basis is not Basis.REGISTERED:
        return None
    told = statistics.births_on_lists(chosen.built, chosen.villages, scope=chosen.scope)
    if not told:
        return Listed([], "", _missing())
    day = formatters.day(min(one.counted for one in told))
    return Listed([_year(one) for one in told], _("Counted on %(day)s.") % {"day": day}, "")


def _missing() -> str:
    return _(
        "Nothing can be said yet: it takes the hospital's births, or the first vaccinations, of all twelve "
        "months of a year, of every county here, and %(n)s births at least. Lists are brought in under "
        "department lists."
    ) % {"n": listed_births.FEWEST}


def _year(one: statistics.ListedYear) -> Year:
    sizes = [formatters.number(round(size)) for size in listed_births.on_each(one.cells)]
    parts = [_("registered %(n)s") % {"n": sizes[REGISTER]}]
    if one.hospital:
        parts.insert(0, _("on the hospital's list %(n)s") % {"n": sizes[HOSPITAL]})
    if one.vaccination:
        parts.append(_("on the lists of first vaccinations %(n)s") % {"n": sizes[VACCINATION]})
    counts = _("Births of %(year)s: %(counts)s.") % {"year": one.year, "counts": _(", ").join(parts)}
    if one.outside:
        counts += " " + _("Left out are %(n)s children on the lists who are registered elsewhere.") % {
            "n": formatters.number(one.outside)
        }
    low, high = one.estimates[-1].models
    if round(high) > round(low):
        counts += " " + _("Models of three lists lie between %(low)s and %(high)s births.") % {
            "low": formatters.number(round(low)),
            "high": formatters.number(round(high)),
        }
    return Year(one.year, counts, [_line(found) for found in one.estimates])


def _line(one: Estimate) -> Line:
    births, share = one.births, one.share
    return Line(
        str(_NAMES[one.lists]),
        formatters.number(round(float(births.value))),
        f"{formatters.number(round(float(births.low)))}–{formatters.number(round(float(births.high)))}",
        f"{100 * float(share.value):.1f}%",
        f"{100 * float(share.low):.1f}–{100 * float(share.high):.1f}%",
    )
