"""Key figures of the reader's areas with the line of their last years: how many people, and how old.

Nothing of births, natural increase or the sex ratio at birth stands on a home page: who opens it every
morning would read it as a task.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.statistics import api as statistics
from tongchou.domain.statistics.compute import series
from tongchou.domain.statistics.cube import Basis
from tongchou.domain.statistics.series import Step
from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Line, Reader

#: What is drawn: code of the indicator, key of the card.
_SHOWN = ("population", "share_60_plus")


def of_population(reader: Reader) -> tuple[Card, ...]:
    """People and the share of 60 and over at the end of each year; nothing before the areas were counted."""
    reach = reader.reach("population.view")
    built = statistics.latest(scope=reach, on=reader.today)
    if built is None:
        return ()
    villages = statistics.villages_in(built, reach)
    if not villages:
        return ()
    whole = statistics.Group("own", "", "", villages)
    cube = statistics.of_groups(built, Basis.REGISTERED, [whole])
    people, aged = (series(cube, code, step=Step.MONTH).figure.value[0] for code in _SHOWN)
    month = formatters.day(str(cube.months[-1]))
    number = round(float(people[-1]))
    return (
        Card(
            key="statistics-population",
            title=_("Registered people"),
            icon="bars",
            figure=formatters.number(number),
            unit=ngettext("person", "people", number),
            text=_("At the end of %(month)s.") % {"month": month},
            url=reverse("console:statistics"),
            go=_("Population statistics"),
            line=_line(people, _("Registered people from %(first)s to %(last)s."), cube.months),
        ),
        Card(
            key="statistics-aged",
            title=_("Aged 60 and over"),
            icon="bars",
            figure=f"{aged[-1]:.1f}",
            unit="%",
            text=_("Of the people of known age, at the end of %(month)s.") % {"month": month},
            url=reverse("console:statistics-trends") + "?indicator=share_60_plus",
            go=_("How it came to this"),
            line=_line(aged, _("Share aged 60 and over from %(first)s to %(last)s."), cube.months),
        ),
    )


def _line(values: Sequence[float], words: str, months: Sequence[object]) -> Line:
    text = words % {"first": formatters.day(str(months[0])), "last": formatters.day(str(months[-1]))}
    return Line(points(values), text)


def points(values: Sequence[float]) -> str:
    """The points of a line from left to right, the largest value at the top; unknown values are left out.

    Examples
    --------
    >>> points([1.0, float("nan"), 3.0]), points([2.0, 2.0]), points([])
    ('0.0,30.0 100.0,0.0', '0.0,15.0 100.0,15.0', '')
    """
    known = [(place, float(value)) for place, value in enumerate(values) if value == value]
    if not known:
        return ""
    low, high = min(value for _place, value in known), max(value for _place, value in known)
    right = max(1, len(values) - 1)
    return " ".join(
        f"{100 * place / right:.1f},{30 * (high - value) / (high - low) if high > low else 15:.1f}"
        for place, value in known
    )
