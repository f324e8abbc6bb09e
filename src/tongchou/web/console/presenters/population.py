"""The population of the reader's areas as its page and its workbook show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.places import api as places
from tongchou.apps.snapshot import api as snapshots
from tongchou.core.scope import Scope
from tongchou.web.console import formatters
from tongchou.web.console.area_picker import Picker
from tongchou.web.console.presenters.work import area_filter


@dataclass(frozen=True, slots=True)
class Filters:
    """The area chosen, if any, and what could be chosen."""

    scope: Scope
    picker: Picker

    @property
    def area(self) -> str:
        return self.picker.value

    @property
    def area_name(self) -> str:
        return self.picker.area.name if self.picker.area else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A broad age group: how many, and their share of the people of known age."""

    label: str
    people: int
    share: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``drawn`` when it is a bar of the pyramid."""

    label: str
    men: int
    women: int
    unknown_sex: int
    total: int
    drawn: bool


@dataclass(frozen=True, slots=True)
class Population:
    """Everything the page shows."""

    counts: snapshots.AgeSex
    filters: Filters
    figures: list[Figure]
    lines: list[Line]
    total: Line
    summary: str
    left_out: str
    download: str
    sha256: str


def filters_from(query: Mapping[str, str], *, scope: Scope) -> Filters:
    """The area an address asks for; one that is unknown or out of reach is ignored."""
    picker = area_filter(query.get("area", ""), scope=scope, permission="population.view")
    return Filters(scope.meets(Scope.of_area(picker.area)) if picker.area else scope, picker)


def codes(scope: Scope) -> tuple[str, ...]:
    """Codes of the areas people of the scope are registered in: its villages, and what lies above them in it.

    A villagers' group is not among them: the facts name the village.
    """
    inside = places.Area.objects.within(scope).exclude(level=places.Level.GROUP)
    return tuple(inside.order_by("scope_no").values_list("code", flat=True))


def counted_parts(scope: Scope) -> list[places.Area]:
    """Counties of a scope of which there is a snapshot, for when there is none of all the areas together."""
    counties = [county for top in places.tops(scope) for county in places.below(top, places.Level.COUNTY)]
    return snapshots.held(counties)


def present(counts: snapshots.AgeSex, filters: Filters, *, sha256: str) -> Population:
    """The page of these counts."""
    return Population(
        counts=counts,
        filters=filters,
        figures=_figures(counts),
        lines=[_line(group) for group in counts.lines],
        total=Line(_("Total"), counts.men, counts.women, counts.unknown_sex, counts.total, drawn=False),
        summary=_summary(counts),
        left_out=_left_out(counts),
        download=reverse("console:population-workbook")
        + (f"?{urlencode({'area': filters.area})}" if filters.area else ""),
        sha256=sha256,
    )


def _figures(counts: snapshots.AgeSex) -> list[Figure]:
    broad = (
        (_("Aged 0–14"), counts.young),
        (_("Aged 15–59"), counts.working),
        (_("Aged 60 and over"), counts.old),
    )
    return [Figure(label, people, formatters.share(people, counts.known_age)) for label, people in broad]


def _line(group: snapshots.AgeGroup) -> Line:
    return Line(
        age_label(group),
        group.men,
        group.women,
        group.unknown_sex,
        group.total,
        drawn=group.first is not None,
    )


def age_label(group: snapshots.AgeGroup) -> str:
    """A group's name.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     [age_label(snapshots.AgeGroup(first, 0, 0, 0)) for first in (0, 85, None)]
    ['0–4', '85+', 'Age unknown']
    """
    if group.first is None:
        return _("Age unknown")
    if group.last is None:
        return _("%(age)s+") % {"age": group.first}
    return f"{group.first}–{group.last}"


def _summary(counts: snapshots.AgeSex) -> str:
    """The pyramid in a sentence, for those who do not see it."""
    largest = max(counts.groups, key=lambda group: group.men + group.women)
    return _(
        "Population pyramid by five-year age group: %(men)s males to the left, %(women)s females to the "
        "right. The largest group is aged %(ages)s. All numbers are in the table."
    ) % {
        "men": formatters.number(sum(group.men for group in counts.groups)),
        "women": formatters.number(sum(group.women for group in counts.groups)),
        "ages": age_label(largest),
    }


def _left_out(counts: snapshots.AgeSex) -> str:
    """Who is not drawn and why; empty when everybody is."""
    number = counts.total - counts.drawn
    if not number:
        return ""
    return ngettext(
        "%(number)s person is in the table but not in the chart: age unknown %(age)s, sex unknown %(sex)s.",
        "%(number)s people are in the table but not in the chart: age unknown %(age)s, sex unknown %(sex)s.",
        number,
    ) % {
        "number": formatters.number(number),
        "age": formatters.number(counts.unknown_age.total),
        "sex": formatters.number(counts.unknown_sex),
    }
